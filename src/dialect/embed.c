/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embed.c - vectors as JSON numbers and as base64 of float32.
 *
 * Runs in: worker.
 */
#include "dialect/embed.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

struct str
floats_to_base64(struct arena *a, struct str floats)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	unsigned char	  *bytes;
	size_t		   n = 0;

	if (json_read(a, floats, limits, &root, &e) < 0 || root->type != JSON_ARRAY)
		return STR_NONE;
	bytes = arena_alloc(a, root->count * 4 + 1);
	for (const struct json *v = root->child; v != NULL; v = v->next) {
		float	 f = strtof(arena_cstr(a, v->raw), NULL);
		uint32_t bits;

		if (v->type != JSON_NUMBER)
			return STR_NONE;
		memcpy(&bits, &f, sizeof(bits));
		for (int i = 0; i < 4; i++)
			bytes[n++] = (unsigned char)(bits >> (8 * i));
	}
	return base64_encode(a, (struct str){ (const char *)bytes, n });
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
		buf_printf(&b, "%s%.9g", i > 0 ? "," : "", (double)f);
	}
	buf_byte(&b, ']');
	text = arena_str(a, buf_view(&b));
	buf_done(&b);
	return text;
}
