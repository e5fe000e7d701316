/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.c - a finished exchange as bytes.
 *
 * Runs in: worker (pack), scheduler, admin and the tools (unpack).
 *
 * A length of four bytes, then the fields in fixed order: integers seven bits
 * a byte, lowest first, texts with their length in front.  Newer binaries
 * append fields; a reader takes those it knows, and a field that is not there
 * is 0 or empty.
 */
#include "account/entry.h"

#include <string.h>

#define LENGTH_BYTES  4
#define NUMBERS_MOST  32
#define VARINT_BYTES  10
#define FLAG_PRICED   0x01
#define FLAG_STREAM   0x02

const char *const end_names[END_REASONS] = {
#define END(name, text) text,
#include "account/end.def"
#undef END
};

uint64_t
entry_end_us(const struct entry *e)
{
	return e->time_us + e->total_us;
}

bool
entry_succeeded(const struct entry *e)
{
	return e->end == END_COMPLETE && e->status < 400;
}

/* ---------------------------------------------------------------- texts */

struct text {
	size_t offset;		/* in struct entry */
	size_t most;		/* longer ones are cut */
};

/* In stored order: append only. */
static const struct text texts[] = {
	{ offsetof(struct entry, request_id), 64 }, { offsetof(struct entry, key), 128 },
	{ offsetof(struct entry, channel), 128 },   { offsetof(struct entry, provider), 128 },
	{ offsetof(struct entry, endpoint), 64 },   { offsetof(struct entry, model), 256 },
	{ offsetof(struct entry, model_used), 256 }, { offsetof(struct entry, fault), 64 },
	{ offsetof(struct entry, message), 512 },   { offsetof(struct entry, user_agent), 256 },
	{ offsetof(struct entry, client_ip), 64 },   { offsetof(struct entry, session), 128 },
};

#define TEXTS_MOST (64 + 6 * 128 + 2 * 256 + 64 + 512 + 256 + 64)

/* Cut before the character that would not fit. */
static struct str
cut_text(struct str s, size_t most)
{
	if (s.n <= most)
		return s;
	while (most > 0 && ((unsigned char)s.p[most] & 0xc0) == 0x80)
		most--;
	return str_upto(s, most);
}

/* ---------------------------------------------------------------- packing */

static char *
put_number(char *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (char)(v | 0x80);
	*p++ = (char)v;
	return p;
}

static char *
put_text(char *p, struct str s)
{
	p = put_number(p, s.n);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p + s.n;
}

static char *
put_numbers(char *p, const struct entry *e)
{
	p = put_number(p, (e->priced ? FLAG_PRICED : 0u) | (e->stream ? FLAG_STREAM : 0u));
	p = put_number(p, e->end);
	p = put_number(p, e->usage.source);
	p = put_number(p, e->status);
	p = put_number(p, e->attempts);
	p = put_number(p, e->slot);
	p = put_number(p, e->sequence);
	p = put_number(p, e->time_us);
	p = put_number(p, e->key_id);
	p = put_number(p, e->channel_id);
	p = put_number(p, e->cost_nano < 0 ? 0 : (uint64_t)e->cost_nano);
	p = put_number(p, e->total_us);
	p = put_number(p, e->first_byte_us);
	p = put_number(p, e->upstream_us);
	p = put_number(p, e->request_bytes);
	p = put_number(p, e->response_bytes);
	for (int c = 0; c < 8; c++)
		p = put_number(p, e->usage.tokens[c]);
	return p;
}

_Static_assert(USAGE_CLASSES == 8, "more classes go behind the texts: append only");

void
entry_pack(struct buf *block, const struct entry *e)
{
	char *start =
	    buf_reserve(block, LENGTH_BYTES + NUMBERS_MOST * VARINT_BYTES + TEXTS_MOST + LENGTH(texts) * 2);
	char	*p = put_numbers(start + LENGTH_BYTES, e);
	uint32_t n;

	for (size_t i = 0; i < LENGTH(texts); i++)
		p = put_text(
		    p, cut_text(*(const struct str *)(const void *)((const char *)e + texts[i].offset),
			   texts[i].most));
	n = (uint32_t)(p - start - LENGTH_BYTES);
	for (int i = 0; i < LENGTH_BYTES; i++)
		start[i] = (char)(n >> (8 * i));
	block->n += LENGTH_BYTES + n;
}

/* ---------------------------------------------------------------- unpacking */

struct reader {
	const unsigned char *p, *end;
	bool		     bad;
};

static uint64_t
take_number(struct reader *r)
{
	uint64_t v = 0;

	if (r->p == r->end)
		return 0;
	for (int shift = 0; shift < 64 && r->p < r->end; shift += 7) {
		v |= (uint64_t)(*r->p & 0x7f) << shift;
		if ((*r->p++ & 0x80) == 0)
			return v;
	}
	r->bad = true;
	return 0;
}

static struct str
take_text(struct reader *r)
{
	uint64_t   n = take_number(r);
	struct str s;

	if (n > (uint64_t)(r->end - r->p)) {
		r->bad = true;
		return STR_NONE;
	}
	s = (struct str){ (const char *)r->p, n };
	r->p += n;
	return s;
}

static void
take_numbers(struct reader *r, struct entry *e)
{
	uint64_t flags = take_number(r);
	uint64_t end = take_number(r), source = take_number(r);

	e->priced = (flags & FLAG_PRICED) != 0;
	e->stream = (flags & FLAG_STREAM) != 0;
	e->end = end < END_REASONS ? (enum end_reason)end : END_INTERNAL;
	e->usage.source = source <= USAGE_ESTIMATED ? (enum usage_source)source : USAGE_UNKNOWN;
	e->status = (uint16_t)take_number(r);
	e->attempts = (uint16_t)take_number(r);
	e->slot = (uint16_t)take_number(r);
	e->sequence = take_number(r);
	e->time_us = take_number(r);
	e->key_id = take_number(r);
	e->channel_id = take_number(r);
	e->cost_nano = (int64_t)(take_number(r) & INT64_MAX);
	e->total_us = take_number(r);
	e->first_byte_us = take_number(r);
	e->upstream_us = take_number(r);
	e->request_bytes = take_number(r);
	e->response_bytes = take_number(r);
	for (int c = 0; c < 8; c++)
		e->usage.tokens[c] = take_number(r);
}

bool
entry_unpack(struct str *block, struct entry *e)
{
	struct reader r = { .bad = false };
	uint32_t      n = 0;

	memset(e, 0, sizeof(*e));
	if (block->n < LENGTH_BYTES)
		return false;
	for (int i = 0; i < LENGTH_BYTES; i++)
		n |= (uint32_t)(unsigned char)block->p[i] << (8 * i);
	if (n > block->n - LENGTH_BYTES)
		return false;
	r.p = (const unsigned char *)block->p + LENGTH_BYTES;
	r.end = r.p + n;
	take_numbers(&r, e);
	for (size_t i = 0; i < LENGTH(texts); i++)
		*(struct str *)(void *)((char *)e + texts[i].offset) = take_text(&r);
	*block = str_from(*block, LENGTH_BYTES + n);
	return !r.bad;
}
