/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider.c - the kinds of providers, and how a call is signed.
 *
 * Runs in: worker, scheduler, weirctl.
 */
#include "provider/provider.h"

#include <string.h>

const struct preset presets[] = {
#define PRESET(kind, dialect, others, signing, flavour, quirks, url, class, headers, title) \
	{ kind, DIALECT_##dialect, others, SIGN_##signing, FLAVOUR_##flavour, quirks, url, class, headers, title },
#include "provider/preset.def"
#undef PRESET
};
const size_t presets_count = LENGTH(presets);

const struct preset *
preset_find(struct str kind)
{
	for (size_t i = 0; i < presets_count; i++)
		if (str_is(kind, presets[i].kind))
			return &presets[i];
	return NULL;
}

struct tongues
provider_tongues(const struct preset *p, const struct str_list *named)
{
	struct tongues t = { p->dialect, 0 };

	for (size_t i = 0; i < named->n; i++) {
		for (unsigned d = 0; d < DIALECTS; d++) {
			if (!str_is(named->items[i], dialects[d].name))
				continue;
			if (t.all == 0)
				t.own = (enum dialect_id)d;
			t.all |= 1u << d;
		}
	}
	if (t.all == 0)
		t.all = 1u << p->dialect | p->others;
	return t;
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

static const struct {
	unsigned    how;
	const char *begin;
} signatures[] = {
	{ SIGN_BEARER, "Authorization: Bearer " },
	{ SIGN_X_API_KEY, "x-api-key: " },
	{ SIGN_X_GOOG_API_KEY, "x-goog-api-key: " },
};

/* How the vendors of each dialect want it. */
static const unsigned usual[DIALECTS] = {
	[DIALECT_OPENAI] = SIGN_BEARER,
	[DIALECT_RESPONSES] = SIGN_BEARER,
	[DIALECT_ANTHROPIC] = SIGN_X_API_KEY,
	[DIALECT_GEMINI] = SIGN_X_GOOG_API_KEY,
	[DIALECT_OLLAMA] = SIGN_BEARER,
};

/* A server that takes a dialect besides its own may want either's way. */
static void
sign(struct arena *a, struct header_lines *h, const struct preset *p, const struct header_wish *w)
{
	unsigned how = w->dialect == p->dialect ? p->signing : usual[w->dialect] | p->signing;
	size_t	 n = 0;

	for (size_t i = 0; i < LENGTH(signatures) && w->secret.n > 0; i++) {
		if ((how & signatures[i].how) == 0)
			continue;
		h->secrets[n] = value_line(a, signatures[i].begin, w->secret);
		set_line(h, h->secrets[n++]);
	}
}

struct header_lines
provider_headers(struct arena *a, const struct preset *preset, const struct header_wish *w)
{
	struct header_lines h = { .lines = arena_array(a, const char *, w->own->n + w->taken_n + 10) };
	struct str	    rest = str_of(preset->headers), line;

	sign(a, &h, preset, w);
	set_line(&h, "Content-Type: application/json");
	if (w->dialect == DIALECT_ANTHROPIC)
		set_line(&h, "anthropic-version: 2023-06-01");
	if (w->user_agent.n > 0)
		set_line(&h, value_line(a, "User-Agent: ", w->user_agent));
	for (size_t i = 0; i < w->taken_n; i++)
		set_line(&h, w->taken[i]);
	while (str_split(&rest, '\n', &line))
		set_line(&h, arena_cstr(a, line));
	for (size_t i = 0; i < w->own->n; i++)
		set_line(&h, arena_cstr(a, w->own->items[i]));
	return h;
}

void
provider_headers_wipe(struct header_lines *h)
{
	for (size_t i = 0; i < LENGTH(h->secrets); i++)
		if (h->secrets[i] != NULL)
			explicit_bzero(h->secrets[i], strlen(h->secrets[i]));
}
