/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact.c - keys taken out of what a vendor says.
 *
 * Runs in: worker.
 *
 * Vendors like to show which key they refuse: whole, its begin, its last
 * letters, or masked with stars.  What helps a caller is the sentence around it.
 */
#include "api/redact.h"

#include <string.h>

#include "base/buf.h"

#define TELLING_BYTES 4u	/* of a secret's begin or end */
#define SECRET_LEAST 8u		/* a shorter one is no secret but a word */

static const char *const prefixes[] = { "sk-", "sk_", "gsk_", "csk-", "xai-", "pplx-", "hf_", "AIza", "key-", "lr-" };

static bool
is_word_byte(char c)
{
	char lower = (char)(c | 0x20);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*';
}

static bool
is_of_secret(struct str word, struct str secret)
{
	if (secret.n < SECRET_LEAST || word.n < TELLING_BYTES)
		return false;
	return str_starts(word, str_upto(secret, TELLING_BYTES)) || str_ends(secret, word);
}

static bool
is_key(struct str word, struct str before, struct str secret)
{
	if ((word.n > 1 && str_find_byte(word, '*') < word.n) || is_of_secret(word, secret) || str_eq_nocase(before, STR("Bearer")))
		return true;
	for (size_t i = 0; i < LENGTH(prefixes); i++)
		if (str_starts(word, str_of(prefixes[i])))
			return true;
	return false;
}

struct str
redact(struct arena *a, struct str text, struct str secret)
{
	struct buf b = { 0 };
	struct str before = STR(""), clean = text;
	bool	   any = false;

	for (size_t i = 0, n; i < text.n; i += n) {
		struct str word;
		bool	   key;

		for (n = 0; i + n < text.n && is_word_byte(text.p[i + n]); n++)
			;
		word = (struct str){ text.p + i, n };
		if (n == 0) {
			n = 1;
			buf_byte(&b, text.p[i]);
			continue;
		}
		key = is_key(word, before, secret);
		buf_str(&b, key ? STR("***") : word);
		any |= key;
		before = word;
	}
	if (any)
		clean = arena_take(a, &b);
	buf_done(&b);
	return clean;
}
