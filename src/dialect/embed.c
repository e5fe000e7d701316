/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embed.c - vectors as JSON numbers and as base64 of float32, and what embeddings of all dialects share.
 *
 * Runs in: worker.
 */
#include "dialect/embed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

void
embed_note(struct arena *a, struct embed *e, struct str name)
{
	struct name_list *n = arena_new(a, struct name_list);

	n->name = name;
	if (e->note_last != NULL)
		e->note_last->next = n;
	else
		e->notes = n;
	e->note_last = n;
}

static struct str
skip_blanks(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\n' || s.p[0] == '\r'))
		s = str_from(s, 1);
	return s;
}

/* Takes a number off the front of *rest. */
static int
take_float(struct arena *a, struct str *rest, float *f)
{
	size_t n = 0;
	char   text[48], *end;

	while (n < rest->n && rest->p[n] != '\0' && strchr("0123456789+-.eE", rest->p[n]) != NULL)
		n++;
	if (n == 0)
		return -1;
	if (n < sizeof(text)) {
		memcpy(text, rest->p, n);
		text[n] = '\0';
		*f = strtof(text, &end);
		n = *end == '\0' ? n : 0;
	} else {
		*f = strtof(arena_cstr(a, str_upto(*rest, n)), NULL);
	}
	*rest = str_from(*rest, n);
	return n > 0 && isfinite(*f) ? 0 : -1;
}

static void
put_float(unsigned char *out, float f)
{
	uint32_t bits;

	memcpy(&bits, &f, sizeof(bits));
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(bits >> (8 * i));
}

/* A batch has millions of numbers: they get no nodes. */
struct str
floats_to_base64(struct arena *a, struct str floats)
{
	struct str     rest = skip_blanks(floats), encoded = STR_NONE;
	size_t	       most = 1, n = 0;
	unsigned char *bytes;
	bool	       good = true;

	if (rest.n == 0 || rest.p[0] != '[')
		return STR_NONE;
	for (size_t i = 0; i < rest.n; i++)
		most += rest.p[i] == ',';
	bytes = (unsigned char *)xmalloc(most * 4);
	rest = skip_blanks(str_from(rest, 1));
	while (good && rest.n > 0 && rest.p[0] != ']') {
		float f = 0;

		good = n < most && take_float(a, &rest, &f) == 0;
		if (good)
			put_float(bytes + 4 * n++, f);
		rest = skip_blanks(rest);
		if (rest.n > 0 && rest.p[0] == ',')
			rest = skip_blanks(str_from(rest, 1));
	}
	if (good && rest.n > 0)
		encoded = base64_encode(a, (struct str){ (const char *)bytes, n * 4 });
	free(bytes);
	return encoded;
}

/* Bytes of another encoding (Perplexity's base64_int8) are hardly ever such numbers. */
static bool
is_plausible(float f)
{
	float size = f < 0 ? -f : f;

	return size == 0 || (size > 1e-30F && size < 1e9F);
}

struct str
floats_from_base64(struct arena *a, struct str base64)
{
	struct buf b = { 0 };
	struct str bytes, text;

	if (base64_decode(a, base64, &bytes) < 0 || bytes.n % 4 != 0)
		return STR_NONE;
	buf_byte(&b, '[');
	for (size_t i = 0; i < bytes.n; i += 4) {
		uint32_t bits = 0;
		float	 f;

		for (size_t k = 4; k > 0; k--)
			bits = bits << 8 | (unsigned char)bytes.p[i + k - 1];
		memcpy(&f, &bits, sizeof(f));
		if (!is_plausible(f)) {
			buf_done(&b);
			return STR_NONE;
		}
		buf_printf(&b, "%s%.9g", i > 0 ? "," : "", (double)f);
	}
	buf_byte(&b, ']');
	text = arena_take(a, &b);
	return text;
}
