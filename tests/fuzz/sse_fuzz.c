/* SPDX-License-Identifier: Apache-2.0 */
/* sse_fuzz.c - a stream gives the same events however it is cut; the first byte says where. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dialect/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Events as text, from pieces of `step` bytes. */
static void
collect(struct buf *out, const char *bytes, size_t n, size_t step)
{
	struct sse	 s;
	struct sse_event e;
	bool		 failed = false;

	sse_init(&s, 4096);
	for (size_t at = 0; at < n && !failed; at += step) {
		size_t	   piece = n - at < step ? n - at : step;
		char	  *copy = malloc(piece);
		struct str in = { copy, piece };
		int	   got;

		memcpy(copy, bytes + at, piece);
		while ((got = sse_next(&s, &in, &e)) > 0) {
			assert(e.data.n > 0 && e.data.n <= 4096);
			assert(memchr(e.data.p, '\n', e.data.n) == NULL && memchr(e.data.p, '\r', e.data.n) == NULL);
			buf_printf(out, "<" STR_FMT "|" STR_FMT ">", STR_ARG(e.name), STR_ARG(e.data));
		}
		failed = got < 0;
		free(copy);
	}
	if (failed)
		buf_clear(out);		/* too large: where that is noticed depends on the cut */
	else if (sse_end(&s, &e))
		buf_printf(out, "<" STR_FMT "|" STR_FMT ">!", STR_ARG(e.name), STR_ARG(e.data));
	sse_done(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, cut = { 0 };

	if (size < 2 || size > 3000)	/* below the cap, so that nothing is too large */
		return 0;
	collect(&whole, (const char *)data + 1, size - 1, size);
	collect(&cut, (const char *)data + 1, size - 1, data[0] % 16 + 1);
	assert(whole.n == cut.n && (whole.n == 0 || memcmp(whole.p, cut.p, whole.n) == 0));
	buf_done(&whole);
	buf_done(&cut);
	return 0;
}
