/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry.c - reasoning carried through a client that cannot read it.
 *
 * Runs in: worker.
 *
 * A carrier is "w1." and base64url of one or more parts, each a letter for the
 * origin, a byte of flags, and four texts with their lengths in LEB128.
 */
#include "dialect/carry.h"

#include <ctype.h>
#include <string.h>

#include "base/base64.h"

static const char prefix[] = "w1.";
static const char inside[] = "~w1.";
#define PREFIX_N (sizeof(prefix) - 1)
#define INSIDE_N (sizeof(inside) - 1)
#define FLAG_SUMMARY 1

static void
put_text(struct buf *b, struct str s)
{
	size_t n = s.n;

	for (; n >= 128; n >>= 7)
		buf_byte(b, (char)((n & 127) | 128));
	buf_byte(b, (char)n);
	buf_str(b, s);
}

static void
put_part(struct buf *b, const struct part *p)
{
	buf_byte(b, (char)('a' + (int)p->origin));
	buf_byte(b, p->summary ? FLAG_SUMMARY : 0);
	put_text(b, p->text);
	put_text(b, p->signature);
	put_text(b, p->sealed);
	put_text(b, p->id);
}

static int
get_text(struct str *rest, struct str *s)
{
	size_t n = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		unsigned char c;

		if (rest->n == 0)
			return -1;
		c = (unsigned char)rest->p[0];
		*rest = str_from(*rest, 1);
		n |= (size_t)(c & 127) << shift;
		if ((c & 128) != 0)
			continue;
		if (n > rest->n)
			return -1;
		*s = str_upto(*rest, n);
		*rest = str_from(*rest, n);
		return 0;
	}
	return -1;
}

static int
get_part(struct str *rest, struct part *p)
{
	struct part got = { .kind = PART_REASONING };

	if (rest->n < 2 || rest->p[0] < 'a' || rest->p[0] >= 'a' + DIALECTS)
		return -1;
	got.origin = (enum dialect_id)(rest->p[0] - 'a');
	got.summary = (rest->p[1] & FLAG_SUMMARY) != 0;
	*rest = str_from(*rest, 2);
	if (get_text(rest, &got.text) < 0 || get_text(rest, &got.signature) < 0 || get_text(rest, &got.sealed) < 0 ||
	    get_text(rest, &got.id) < 0)
		return -1;
	if (!utf8_valid(got.text) || !utf8_valid(got.signature) || !utf8_valid(got.sealed) || !utf8_valid(got.id))
		return -1;
	got.next = p->next;
	*p = got;
	return 0;
}

struct str
carry_wrap(struct arena *a, const struct part *p)
{
	struct buf b = { 0 };
	struct str text;

	put_part(&b, p);
	text = arena_printf(a, "%s" STR_FMT, prefix, STR_ARG(base64url_encode(a, buf_view(&b))));
	buf_done(&b);
	return text;
}

bool
carry_unwrap(struct arena *a, struct str text, struct part *p)
{
	struct str bytes;

	return str_starts(text, str_of(prefix)) && base64_decode(a, str_from(text, PREFIX_N), &bytes) == 0 &&
	    get_part(&bytes, p) == 0 && bytes.n == 0;
}

struct str
carry_id(struct arena *a, struct str id, const struct part *first, const struct part *end)
{
	struct buf b = { 0 };
	struct str text = id;

	for (const struct part *p = first; p != end; p = p->next)
		if (p->kind == PART_REASONING && (p->signature.n > 0 || p->sealed.n > 0))
			put_part(&b, p);
	if (b.n > 0)
		text = ARENA_JOIN(a, id, str_of(inside), base64url_encode(a, buf_view(&b)));
	buf_done(&b);
	return text;
}

bool
carry_take(struct arena *a, struct str *id, struct part **list)
{
	size_t	   at = str_find(*id, str_of(inside));
	struct str bytes;
	struct part *got = NULL;

	if (at == id->n || base64_decode(a, str_from(*id, at + INSIDE_N), &bytes) < 0 || bytes.n == 0)
		return false;
	while (bytes.n > 0)
		if (get_part(&bytes, part_add(a, &got, PART_REASONING)) < 0)
			return false;
	part_append(list, got);
	*id = str_upto(*id, at);
	return true;
}

bool
carry_is_inside(struct str text)
{
	return str_has_rare(text, str_of(inside), 0);
}

/* Bytes of the carrier that begins here, in front of a closing quote; 0 when it is none. */
static size_t
carrier_length(struct arena *a, struct str text)
{
	size_t	    n = INSIDE_N;
	struct str  bytes;
	struct part got = { 0 };

	while (n < text.n && (text.p[n] == '-' || text.p[n] == '_' || isalnum((unsigned char)text.p[n])))
		n++;
	if (n == INSIDE_N || n == text.n || text.p[n] != '"' ||
	    base64_decode(a, (struct str){ text.p + INSIDE_N, n - INSIDE_N }, &bytes) < 0)
		return 0;
	while (bytes.n > 0)
		if (get_part(&bytes, &got) < 0)
			return 0;
	return n;
}

struct str
carry_cut(struct arena *a, struct str json)
{
	struct buf b = { 0 };
	struct str rest = json, whole = json;

	for (size_t at; (at = str_find(rest, str_of(inside))) < rest.n;) {
		size_t n = carrier_length(a, str_from(rest, at));

		buf_str(&b, str_upto(rest, n > 0 ? at : at + INSIDE_N));
		rest = str_from(rest, n > 0 ? at + n : at + INSIDE_N);
	}
	if (b.n > 0) {
		buf_str(&b, rest);
		whole = arena_take(a, &b);
	}
	return whole;
}
