/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload.c - the body of a request: there from the start, or coming in pieces.
 *
 * Runs in: worker, scheduler.
 */
#include <assert.h>

#include "net/transfer.h"

#define HIGH_BYTES (256u << 10)	/* of an upload that waits for its upstream */
#define LOW_BYTES (64u << 10)

uint64_t
transfer_body_bytes(const struct transfer *t)
{
	return t->call.upload > 0 ? t->call.upload : t->call.body.n;
}

struct str
transfer_unsent(const struct transfer *t)
{
	return t->call.upload > 0 ? str_from(buf_view(&t->upload), t->upload_at) : str_from(t->call.body, (size_t)t->body_sent);
}

bool
transfer_starves(const struct transfer *t)
{
	return t->call.upload > t->body_sent && t->upload_at == t->upload.n;
}

/* All that was kept of a form may have come at once: it is not moved with every piece that goes. */
static void
compact(struct transfer *t)
{
	if (t->upload_at == t->upload.n)
		buf_done(&t->upload);
	else if (t->upload_at > t->upload.n / 2)
		buf_drop(&t->upload, t->upload_at);
	else
		return;
	t->upload_at = 0;
}

void
transfer_took(struct transfer *t, size_t n)
{
	t->body_sent += n;
	if (t->call.upload == 0)
		return;
	t->upload_at += n;
	compact(t);
	if (!t->full || transfer_unsent(t).n > LOW_BYTES)
		return;
	t->full = false;
	t->events.drained(t->arg);
}

bool
transfer_upload(struct transfer *t, struct str bytes)
{
	bool starved;

	assert(bytes.n <= t->call.upload - t->upload_came);
	t->upload_came += bytes.n;
	if (t->cancelled || t->body_sent == t->call.upload)
		return false;	/* nobody takes it any more */
	starved = t->at == TRANSFER_WAITING && transfer_starves(t);
	buf_str(&t->upload, bytes);
	if (starved)
		transfer_mark(t);	/* its deadline runs again */
	transfer_fed(t);
	t->full = transfer_unsent(t).n > HIGH_BYTES;
	return t->full;
}
