/* SPDX-License-Identifier: Apache-2.0 */
/* reply_fuzz.c - an upstream's response reads the same however it is cut; the first byte says where, and how it was asked for. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	unsigned   heads;
	int	   status;
	struct buf text;	/* the head's status and a header of it, then the body */
};

static void
on_head(void *arg, const struct transfer_head *h)
{
	struct seen *s = arg;
	struct str   type = h->get(h->transfer, "content-type");

	assert(h->status >= 200 && h->status <= 999);
	assert(memchr(type.p, '\n', type.n) == NULL);
	s->heads++;
	s->status = h->status;
	buf_printf(&s->text, "%d " STR_FMT "|", h->status, STR_ARG(type));
}

static void
on_bytes(void *arg, struct str bytes)
{
	struct seen *s = arg;

	assert(s->heads == 1 && bytes.n > 0);
	buf_str(&s->text, bytes);
}

static const struct transfer_events events = { .head = on_head, .bytes = on_bytes };

/* As net/plain_conn feeds it; true when the message is complete. */
static bool
collect(struct seen *seen, const char *bytes, size_t n, size_t step, const char *method, enum fault *fault)
{
	struct transfer t = { .call = { .method = method, .body_most = 100000 }, .events = events, .arg = seen,
		.at = TRANSFER_WAITING };
	struct plain	p = { .t = &t, .phase = PLAIN_BUSY };
	struct buf	in = { 0 };

	for (size_t at = 0; at < n && t.fault == FAULT_NONE && p.at != PLAIN_DONE; at += step) {
		size_t piece = n - at < step ? n - at : step, used;

		buf_add(&in, bytes + at, piece);
		used = plain_read(&p, in.p, in.n);
		assert(used <= in.n);
		buf_drop(&in, used);
		assert(p.at == PLAIN_HEAD || p.at == PLAIN_DONE || t.fault != FAULT_NONE || in.n == 0);
	}
	buf_done(&in);
	*fault = t.fault;
	return p.at == PLAIN_DONE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = { 0 }, cut = { 0 };
	enum fault  whole_fault, cut_fault;
	const char *method, *bytes = (const char *)data + 1;
	bool	    done, cut_done;

	if (size < 2 || size > 60000)
		return 0;
	method = data[0] & 0x80 ? "HEAD" : "POST";
	done = collect(&whole, bytes, size - 1, size, method, &whole_fault);
	cut_done = collect(&cut, bytes, size - 1, data[0] % 16 + 1, method, &cut_fault);
	assert(done == cut_done && whole_fault == cut_fault);
	assert(whole.heads == cut.heads && whole.status == cut.status);
	assert(whole.text.n == cut.text.n && (whole.text.n == 0 || memcmp(whole.text.p, cut.text.p, whole.text.n) == 0));
	buf_done(&whole.text);
	buf_done(&cut.text);
	return 0;
}
