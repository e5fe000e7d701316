/* SPDX-License-Identifier: Apache-2.0 */
/*
 * freeform.c - plain text out of the {"input": "..."} that stood in for it.
 *
 * Runs in: worker.
 *
 * A scanner over bytes, as a stream may be cut anywhere: in front of the text
 * it keeps what it saw, as that may turn out to be no such object; in the text
 * each byte is given on at once, save a half escape.
 */
#include "dialect/freeform.h"

#include <string.h>

static const char name[] = "\"input\"";

static void
put_code(struct buf *out, uint32_t c)
{
	char	 utf8[4];
	unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n == 1) {
		buf_byte(out, (char)c);
		return;
	}
	for (unsigned i = n - 1; i > 0; i--, c >>= 6)
		utf8[i] = (char)(0x80 | (c & 63));
	utf8[0] = (char)((0xf00u >> n & 0xf0) | c);
	buf_add(out, utf8, n);
}

/* The first half of a pair that got no second. */
static void
end_pair(struct freeform *f, struct buf *out)
{
	if (f->high != 0)
		put_code(out, 0xfffd);
	f->high = 0;
}

static void
take_code(struct freeform *f, struct buf *out)
{
	uint32_t c = f->code;

	f->at = FREEFORM_TEXT;
	if (c >= 0xdc00 && c <= 0xdfff && f->high != 0) {
		put_code(out, 0x10000 + ((f->high - 0xd800) << 10) + (c - 0xdc00));
		f->high = 0;
		return;
	}
	end_pair(f, out);
	if (c >= 0xd800 && c <= 0xdbff)
		f->high = c;
	else
		put_code(out, c >= 0xdc00 && c <= 0xdfff ? 0xfffd : c);
}

static void
escape(struct freeform *f, char c, struct buf *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char	 *letter = strchr(from, c);

	if (c == 'u') {
		f->at = FREEFORM_CODE;
		f->code = f->digits = 0;
		return;
	}
	end_pair(f, out);
	buf_byte(out, letter != NULL && c != '\0' ? to[letter - from] : c);
	f->at = FREEFORM_TEXT;
}

static void
digit(struct freeform *f, char c, struct buf *out)
{
	f->code = f->code << 4 | (c <= '9' ? (uint32_t)(c - '0') : ((uint32_t)(c | 0x20) - 'a' + 10)) % 16;
	if (++f->digits == 4)
		take_code(f, out);
}

static void
text(struct freeform *f, char c, struct buf *out)
{
	if (c == '\\') {
		f->at = FREEFORM_ESCAPE;
		return;
	}
	end_pair(f, out);
	if (c == '"')
		f->at = FREEFORM_OVER;
	else
		buf_byte(out, c);
}

/* In front of the text: the next state, or FREEFORM_PLAIN when it is no such object. */
static enum freeform_at
before(struct freeform *f, char c)
{
	bool in_name = f->at == FREEFORM_NAME && f->digits > 0;

	if (!in_name && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
		return f->at;
	switch (f->at) {
	case FREEFORM_START:
		return c == '{' ? FREEFORM_NAME : FREEFORM_PLAIN;
	case FREEFORM_NAME:
		if (c == '}' && !in_name)
			return FREEFORM_OVER;
		if (c != name[f->digits++])
			return FREEFORM_PLAIN;
		return name[f->digits] == '\0' ? FREEFORM_COLON : FREEFORM_NAME;
	case FREEFORM_COLON:
		return c == ':' ? FREEFORM_VALUE : FREEFORM_PLAIN;
	default:
		return c == '"' ? FREEFORM_TEXT : FREEFORM_PLAIN;
	}
}

static void
plain(struct freeform *f, struct buf *out)
{
	buf_add(out, f->head, f->head_n);
	f->head_n = 0;
	f->at = FREEFORM_PLAIN;
}

static void
head(struct freeform *f, char c, struct buf *out)
{
	if (f->head_n == sizeof(f->head)) {	/* blanks without end */
		plain(f, out);
		buf_byte(out, c);
		return;
	}
	f->head[f->head_n++] = c;
	f->at = before(f, c);
	if (f->at == FREEFORM_PLAIN)
		plain(f, out);
}

void
freeform_feed(struct freeform *f, struct str json, struct buf *out)
{
	for (size_t i = 0; i < json.n; i++) {
		char c = json.p[i];

		switch (f->at) {
		case FREEFORM_TEXT:
			text(f, c, out);
			break;
		case FREEFORM_ESCAPE:
			escape(f, c, out);
			break;
		case FREEFORM_CODE:
			digit(f, c, out);
			break;
		case FREEFORM_OVER:
			return;
		case FREEFORM_PLAIN:
			buf_add(out, json.p + i, json.n - i);
			return;
		default:
			head(f, c, out);
			break;
		}
	}
}

void
freeform_end(struct freeform *f, struct buf *out)
{
	if (f->at < FREEFORM_TEXT)
		plain(f, out);
	end_pair(f, out);
}

struct str
freeform_text(struct arena *a, struct str json)
{
	struct freeform f = { 0 };
	struct buf	b = { 0 };

	freeform_feed(&f, json, &b);
	freeform_end(&f, &b);
	return arena_take(a, &b);
}

bool
freeform_is_hidden(const struct chat *c, const struct part *call)
{
	if (call->kind != PART_CALL || call->freeform)
		return false;
	for (const struct tool *t = c->tools; t != NULL; t = t->next)
		if (str_eq(t->name, call->name))
			return t->kind == TOOL_FREEFORM;
	return false;
}
