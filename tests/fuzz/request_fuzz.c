/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_fuzz.c - any bytes as requests to the simulator: what is made of them is the same when they come
 * at once, one by one, or in pieces of the first byte's size.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/request.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct outcome {
	enum request_state    state;
	struct request_reader reader;
	char		     *bytes;	/* as the reader left them, with nothing behind their end */
	size_t		      n;
};

static struct outcome
read_in_pieces(struct str text, size_t piece)
{
	struct outcome o = { .state = REQUEST_MORE, .n = text.n };
	size_t	       n = 0;

	o.bytes = malloc(text.n > 0 ? text.n : 1);
	assert(o.bytes != NULL);
	if (text.n > 0)
		memcpy(o.bytes, text.p, text.n);
	while (o.state == REQUEST_MORE && n < text.n) {
		n = text.n - n > piece ? n + piece : text.n;
		o.state = request_read(&o.reader, o.bytes, n);
		assert(o.reader.at <= n);
	}
	return o;
}

static void
compare(const struct outcome *a, const struct outcome *b)
{
	assert(a->state == b->state);
	if (a->state == REQUEST_REFUSED) {
		assert(a->reader.status == b->reader.status && strcmp(a->reader.why, b->reader.why) == 0);
		return;
	}
	assert(a->reader.at == b->reader.at && a->reader.body == b->reader.body && a->reader.last == b->reader.last);
	if (a->state == REQUEST_WHOLE)
		assert(memcmp(a->bytes, b->bytes, a->reader.head_end + a->reader.body) == 0);
}

static void
look(const struct outcome *o)
{
	struct sim_request q = { 0 };
	struct arena	   arena;

	arena_init(&arena);
	request_look(&o->reader, o->bytes, &arena, &q);
	assert(q.method.n > 0 && q.path.n > 0 && q.head.n > 0 && q.body.n == o->reader.body);
	arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str     text;
	struct outcome whole, bytes, pieces;
	bool	       more = true;

	if (n < 1 || n > 65536)
		return 0;
	for (text = (struct str){ (const char *)data + 1, n - 1 }; more; text = str_from(text, whole.reader.at)) {
		whole = read_in_pieces(text, SIZE_MAX);
		bytes = read_in_pieces(text, 1);
		pieces = read_in_pieces(text, data[0] + 2U);
		compare(&whole, &bytes);
		compare(&whole, &pieces);
		if (whole.state == REQUEST_WHOLE)
			look(&whole);
		more = whole.state == REQUEST_WHOLE;
		free(whole.bytes);
		free(bytes.bytes);
		free(pieces.bytes);
	}
	return 0;
}
