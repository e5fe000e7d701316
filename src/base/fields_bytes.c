/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields_bytes.c - the stored form of a struct that a table describes.
 *
 * Runs in: everywhere.
 *
 * For each field: number | length | value, the first two as varints of seven
 * bits a byte, low first.  All known fields are written, zero or not, so that
 * a later change of a default does not change old records; a field that a
 * record does not have takes its default.  Numbers are as few bytes as they
 * need, low first (signed ones zigzag); an item of a list has its length in
 * front.  Tags that the table does not have are kept as they are and written
 * again at the end: an old binary does not destroy what a newer one stored.
 */
#include "base/fields.h"

#include <stdlib.h>
#include <string.h>

static void
put_varint(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_byte(b, (char)(v | 0x80));
	buf_byte(b, (char)v);
}

static int
take_varint(struct str *s, uint64_t *v)
{
	*v = 0;
	for (unsigned shift = 0; s->n > 0 && shift < 64; shift += 7) {
		uint64_t part = (unsigned char)s->p[0] & 0x7f;

		if (shift == 63 && part > 1)
			return -1;
		*v |= part << shift;
		*s = str_from(*s, 1);
		if ((s->p[-1] & 0x80) == 0)
			return 0;
	}
	return -1;
}

/* A varint length and that many bytes. */
static int
take_piece(struct str *s, struct str *piece)
{
	uint64_t n;

	if (take_varint(s, &n) < 0 || n > s->n)
		return -1;
	*piece = str_upto(*s, n);
	*s = str_from(*s, n);
	return 0;
}

static void
put_piece(struct buf *b, struct str piece)
{
	put_varint(b, piece.n);
	buf_str(b, piece);
}

static void
put_number(struct buf *b, uint64_t v)
{
	char   bytes[8];
	size_t n = 0;

	for (; v != 0; v >>= 8)
		bytes[n++] = (char)v;
	put_piece(b, (struct str){ bytes, n });
}

static int
read_number(struct str s, uint64_t *v)
{
	if (s.n > 8)
		return -1;
	*v = 0;
	for (size_t i = s.n; i > 0; i--)
		*v = *v << 8 | (unsigned char)s.p[i - 1];
	return 0;
}

static uint64_t
zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t
unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

static void
put_list(struct buf *b, const struct str_list *l)
{
	struct buf items = { 0 };

	for (size_t i = 0; i < l->n; i++)
		put_piece(&items, l->items[i]);
	put_piece(b, buf_view(&items));
	buf_done(&items);
}

static int
read_list(struct arena *a, struct str s, struct str_list *l)
{
	struct str rest = s, piece;
	size_t	   n = 0;

	while (rest.n > 0) {
		if (take_piece(&rest, &piece) < 0)
			return -1;
		n++;
	}
	l->items = arena_array(a, struct str, n);
	for (l->n = 0; l->n < n; l->n++) {
		if (take_piece(&s, &piece) < 0)
			return -1;
		l->items[l->n] = arena_str(a, piece);
	}
	return 0;
}

static void
put_value(struct buf *b, const struct field *f, const void *at)
{
	switch (f->type) {
	case FIELD_STR:
	case FIELD_BYTES:
	case FIELD_SEALED:
		put_piece(b, *(const struct str *)at);
		return;
	case FIELD_BOOL:
		put_number(b, *(const bool *)at);
		return;
	case FIELD_U64:
	case FIELD_MS:
	case FIELD_TIME:
		put_number(b, *(const uint64_t *)at);
		return;
	case FIELD_I64:
	case FIELD_NANO:
		put_number(b, zigzag(*(const int64_t *)at));
		return;
	case FIELD_LIST:
	case FIELD_PAIRS:
		put_list(b, at);
		return;
	}
	abort();
}

static int
read_value(struct arena *a, const struct field *f, struct str s, void *at)
{
	uint64_t v;

	switch (f->type) {
	case FIELD_STR:
	case FIELD_BYTES:
	case FIELD_SEALED:
		*(struct str *)at = arena_str(a, s);
		return 0;
	case FIELD_LIST:
	case FIELD_PAIRS:
		return read_list(a, s, at);
	default:
		break;
	}
	if (read_number(s, &v) < 0)
		return -1;
	if (f->type == FIELD_BOOL)
		*(bool *)at = v != 0;
	else if (f->type == FIELD_I64 || f->type == FIELD_NANO)
		*(int64_t *)at = unzigzag(v);
	else
		*(uint64_t *)at = v;
	return 0;
}

static const struct str *
unknown_of(const struct fields *t, const void *object)
{
	return (const struct str *)(const void *)((const char *)object + t->unknown);
}

void
fields_encode(const struct fields *t, const void *object, struct buf *b)
{
	for (size_t i = 0; i < t->n; i++) {
		put_varint(b, t->rows[i].number);
		put_value(b, &t->rows[i], (const char *)object + t->rows[i].offset);
	}
	buf_str(b, *unknown_of(t, object));
}

static const struct field *
by_number(const struct fields *t, uint64_t number, size_t hint)
{
	if (hint < t->n && t->rows[hint].number == number)
		return &t->rows[hint];
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].number == number)
			return &t->rows[i];
	return NULL;
}

int
fields_decode(const struct fields *t, struct arena *a, struct str bytes, void *object)
{
	char  *unknown = NULL;
	size_t kept = 0;

	fields_preset(t, a, object);
	for (size_t hint = 0; bytes.n > 0; hint++) {
		struct str	    whole = bytes, value;
		const struct field *f;
		uint64_t	    number;

		if (take_varint(&bytes, &number) < 0 || take_piece(&bytes, &value) < 0)
			return -1;
		f = by_number(t, number, hint);
		if (f != NULL) {
			if (read_value(a, f, value, (char *)object + f->offset) < 0)
				return -1;
			continue;
		}
		if (unknown == NULL)
			unknown = arena_alloc(a, whole.n);	/* all the rest might be */
		memcpy(unknown + kept, whole.p, whole.n - bytes.n);
		kept += whole.n - bytes.n;
	}
	*(struct str *)(void *)((char *)object + t->unknown) = (struct str){ unknown, kept };
	return 0;
}
