/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_member.c - members as Google reads them: either case, null as absent.
 *
 * Runs in: worker.
 */
#include <ctype.h>

#include "dialect/gemini_inside.h"

bool
gemini_named(struct str name, const char *camel)
{
	size_t i = 0;

	for (const char *c = camel; *c != '\0'; c++, i++) {
		if (i < name.n && name.p[i] == *c)
			continue;
		if (!isupper((unsigned char)*c) || i + 1 >= name.n || name.p[i] != '_' ||
		    name.p[i + 1] != tolower((unsigned char)*c))
			return false;
		i++;
	}
	return i == name.n;
}

const struct json *
gemini_get(const struct json *object, const char *camel)
{
	if (!json_is(object, JSON_OBJECT))
		return NULL;
	for (const struct json *m = object->child; m != NULL; m = m->next)
		if (gemini_named(m->name, camel))
			return m->type == JSON_NULL ? NULL : m;
	return NULL;
}

static bool
is_among(struct str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (gemini_named(name, names[i]))
			return true;
	return false;
}

static bool
says_nothing(const struct json *v)
{
	return v->type == JSON_NULL || ((v->type == JSON_ARRAY || v->type == JSON_OBJECT) && v->count == 0);
}

void
gemini_note_others(struct chat *c, const struct json *object, const char *const *names, size_t n, const char *path)
{
	if (!json_is(object, JSON_OBJECT))
		return;
	for (const struct json *m = object->child; m != NULL; m = m->next)
		if (!says_nothing(m) && !is_among(m->name, names, n))
			chat_note(c, "%s" STR_FMT, path, STR_ARG(str_upto(m->name, 64)));
}

struct str
gemini_number(struct arena *a, const struct json *v)
{
	struct json_limits limits = { .tree_depth = 0 };
	struct json_error  e;
	struct json	  *number;
	int64_t		   whole;

	if (json_is(v, JSON_STRING)) {
		if (json_read(a, json_text(a, v), limits, &number, &e) < 0)
			return STR_NONE;
		v = number;
	}
	if (!json_is(v, JSON_NUMBER))
		return STR_NONE;
	if (json_i64(v, &whole) == 0)
		return arena_printf(a, "%lld", (long long)whole);
	return v->raw;
}

int
gemini_i64(const struct json *v, int64_t *n)
{
	if (json_is(v, JSON_STRING) && !v->escaped)
		return str_i64(v->text, n);
	return json_i64(v, n);
}

struct str
gemini_word(struct arena *a, const struct json *v, const char *const *words, size_t n)
{
	struct str text = json_text(a, v);
	char	  *lower;
	uint64_t   i;

	if (json_is(v, JSON_NUMBER))
		return json_u64(v, &i) == 0 && i < n ? str_of(words[i]) : STR_NONE;
	lower = arena_cstr(a, text);
	for (size_t k = 0; k < text.n; k++)
		lower[k] = (char)tolower((unsigned char)lower[k]);
	return (struct str){ lower, text.n };
}

struct str
gemini_model_name(struct str name)
{
	return str_starts(name, STR("models/")) ? str_from(name, 7) : name;
}
