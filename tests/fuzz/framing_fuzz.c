/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing_fuzz.c - any bytes as a client's: wherever they are cut the judgement is the same, and a plain
 * second reader, which looks at whole messages, finds each accepted message to end at the same byte.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/framing.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct framing_limits limits = { .head_bytes = 1024, .headers = 16, .body_bytes = 512 };

/*
 * The second reader: searches, splits and counts, as naively as can be.
 */
static struct str
header(struct str head, const char *name)
{
	struct str line;

	for (str_split(&head, '\n', &line); str_split(&head, '\n', &line);) {
		size_t colon = str_find_byte(line, ':');

		if (str_eq_nocase(str_upto(line, colon), str_of(name)))
			return str_trim(str_upto(str_from(line, colon + 1), line.n - colon - 2));
	}
	return STR_NONE;
}

/* Where the body's last chunk with its trailers ends; 0 when it is not there. */
static size_t
chunked_end(struct str rest)
{
	size_t used = 0;

	for (;;) {
		struct str line = str_from(rest, used);
		size_t end = str_find(line, STR("\r\n"));
		char digits[32] = "";
		uint64_t size;

		if (end == line.n)
			return 0;
		memcpy(digits, line.p, end < sizeof(digits) - 1 ? end : sizeof(digits) - 1);
		size = strtoull(digits, NULL, 16);
		used += end + 2;
		if (size == 0)
			break;
		if (size + 2 > rest.n - used)
			return 0;
		used += size + 2;
	}
	for (;;) {
		struct str line = str_from(rest, used);
		size_t end = str_find(line, STR("\r\n"));

		if (end == line.n)
			return 0;
		used += end + 2;
		if (end == 0)
			return used;
	}
}

static size_t
message_end(struct str all)
{
	size_t skip = str_starts(all, STR("\r\n")) ? 2 : 0;
	struct str bytes = str_from(all, skip), head, length, body;
	size_t end = str_find(bytes, STR("\r\n\r\n")), n;

	assert(end < bytes.n);
	head = str_upto(bytes, end + 2);
	body = str_from(bytes, end + 4);
	if (header(head, "transfer-encoding").p != NULL) {
		n = chunked_end(body);
		assert(n > 0);
	} else {
		uint64_t counted = 0;

		length = header(head, "content-length");
		assert(length.p == NULL || str_u64(length, &counted) == 0);
		n = (size_t)counted;
		assert(n <= body.n);
	}
	return skip + end + 4 + n;
}

/* Byte by byte, noting where messages end. */
static struct framing
feed_slowly(struct str bytes, size_t *taken)
{
	struct framing f;
	size_t began = 0;

	framing_init(&f);
	for (*taken = 0; *taken < bytes.n; ++*taken) {
		uint64_t ended = f.ended;

		if (framing_feed(&f, &limits, bytes.p + *taken, 1) == 0)
			break;
		if (f.ended == ended)
			continue;
		assert(f.at == FRAMING_IDLE && f.body_seen <= limits.body_bytes);
		assert(message_end(str_upto(str_from(bytes, began), *taken + 1 - began)) == *taken + 1 - began);
		began = *taken + 1;
	}
	return f;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str bytes = { (const char *)data, n };
	struct framing whole, slow;
	size_t taken, slowly;

	framing_init(&whole);
	taken = framing_feed(&whole, &limits, bytes.p, bytes.n);
	slow = feed_slowly(bytes, &slowly);
	assert(taken == slowly && whole.at == slow.at && whole.ended == slow.ended);
	assert(whole.at == FRAMING_BAD ? whole.why == slow.why && taken < n : taken == n);
	return 0;
}
