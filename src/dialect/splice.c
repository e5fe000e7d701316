/* SPDX-License-Identifier: Apache-2.0 */
/*
 * splice.c - a text changed in a few places and otherwise copied as it is.
 *
 * Runs in: worker.
 */
#include "dialect/splice.h"

#include <assert.h>
#include <string.h>

struct str
splice_apply(struct arena *a, struct str text, const struct splice *s, size_t n)
{
	size_t size = text.n, from = 0;
	char  *out, *p;

	for (size_t i = 0; i < n; i++) {
		assert(s[i].at >= from && s[i].cut <= text.n - s[i].at);
		size += s[i].put.n - s[i].cut;
		from = s[i].at + s[i].cut;
	}
	p = out = arena_alloc(a, size + 1);
	from = 0;
	for (size_t i = 0; i < n; i++) {
		memcpy(p, text.p + from, s[i].at - from);
		p += s[i].at - from;
		if (s[i].put.n > 0)
			memcpy(p, s[i].put.p, s[i].put.n);
		p += s[i].put.n;
		from = s[i].at + s[i].cut;
	}
	memcpy(p, text.p + from, text.n - from);
	out[size] = '\0';
	return (struct str){ out, size };
}
