/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider.c - the kinds of providers, and where and how one is called.
 *
 * Runs in: worker, scheduler, weirctl.
 */
#include "provider/provider.h"

#include <string.h>

const struct preset presets[] = {
#define PRESET(kind, dialect, signing, quirks, url, class, headers, title) \
	{ kind, DIALECT_##dialect, SIGN_##signing, quirks, url, class, headers, title },
#include "provider/preset.def"
#undef PRESET
};
const size_t presets_count = LENGTH(presets);

static const char *const paths[ENDPOINTS] = {
	[ENDPOINT_CHAT] = "/chat/completions",
	[ENDPOINT_COMPLETIONS] = "/completions",
	[ENDPOINT_EMBEDDINGS] = "/embeddings",
};

const char *
endpoint_path(enum endpoint e)
{
	return paths[e];
}

const struct preset *
preset_find(struct str kind)
{
	for (size_t i = 0; i < presets_count; i++)
		if (str_is(kind, presets[i].kind))
			return &presets[i];
	return NULL;
}

static struct str
without_end(struct str s, const char *end)
{
	struct str e = str_of(end);

	return str_ends(s, e) ? str_upto(s, s.n - e.n) : s;
}

struct str
provider_url(struct arena *a, struct str base, const char *path)
{
	size_t scheme = str_find(base, STR("://"));

	while (str_ends(base, STR("/")))
		base = str_upto(base, base.n - 1);
	for (size_t i = 0; i < ENDPOINTS; i++)
		base = without_end(base, paths[i]);
	if (scheme < base.n && str_find_byte(str_from(base, scheme + 3), '/') == base.n - scheme - 3)
		return arena_printf(a, STR_FMT "/v1%s", STR_ARG(base), path);
	return arena_printf(a, STR_FMT "%s", STR_ARG(base), path);
}

static struct str
line_name(struct str line)
{
	return str_upto(line, str_find_byte(line, ':'));
}

/* Adds a line, in the place of one with the same name when there is one. */
static void
set_line(struct header_lines *h, const char *line)
{
	for (size_t i = 0; i < h->n; i++) {
		if (str_eq_nocase(line_name(str_of(h->lines[i])), line_name(str_of(line)))) {
			h->lines[i] = line;
			return;
		}
	}
	h->lines[h->n++] = line;
}

static char *
value_line(struct arena *a, const char *name, struct str value)
{
	size_t n = strlen(name);
	char  *line = arena_alloc(a, n + value.n + 1);

	memcpy(line, name, n);
	memcpy(line + n, value.p, value.n);
	line[n + value.n] = '\0';
	return line;
}

static const char *const signed_by[] = {
	[SIGN_NONE] = NULL,
	[SIGN_BEARER] = "Authorization: Bearer ",
	[SIGN_X_API_KEY] = "x-api-key: ",
};

struct header_lines
provider_headers(struct arena *a, const struct preset *preset, const struct str_list *own, struct str secret,
    struct str user_agent)
{
	struct header_lines h = { .lines = arena_array(a, const char *, own->n + 8) };
	struct str	    rest = str_of(preset->headers), line;

	if (secret.n > 0 && signed_by[preset->signing] != NULL) {
		h.secret = value_line(a, signed_by[preset->signing], secret);
		set_line(&h, h.secret);
	}
	set_line(&h, "Content-Type: application/json");
	if (user_agent.n > 0)
		set_line(&h, value_line(a, "User-Agent: ", user_agent));
	while (str_split(&rest, '\n', &line))
		set_line(&h, arena_cstr(a, line));
	for (size_t i = 0; i < own->n; i++)
		set_line(&h, arena_cstr(a, own->items[i]));
	return h;
}
