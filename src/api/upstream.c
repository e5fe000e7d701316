/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upstream.c - what an upstream is sent, and which of its words are told on.
 *
 * Runs in: worker.
 */
#include "api/upstream.h"

#include <ctype.h>
#include <string.h>

#include "api/crossing.h"
#include "api/pass.h"
#include "api/redact.h"
#include "api/remember.h"

static uint64_t
or_else(uint64_t own, uint64_t general)
{
	return own > 0 ? own : general;
}

/* ---- what of the client's head goes on ------------------------------------------ */

#define OPENAI_FAMILY (SPEAKS(OPENAI) | SPEAKS(RESPONSES))
#define EVERYBODY (OPENAI_FAMILY | SPEAKS(ANTHROPIC) | SPEAKS(GEMINI) | SPEAKS(OLLAMA))

/* Only where the upstream speaks the client's dialect, or its family's: elsewhere they mean nothing. */
static const struct {
	const char *name;
	unsigned    dialects;
	bool	    verbatim;	/* it tells of the body: not of one that was written anew */
} taken[] = {
	{ "anthropic-version", SPEAKS(ANTHROPIC), false },
	{ "anthropic-beta", SPEAKS(ANTHROPIC), false },
	{ "openai-beta", OPENAI_FAMILY, false },
	{ "openai-organization", OPENAI_FAMILY, false },
	{ "openai-project", OPENAI_FAMILY, false },
	{ "x-openai-internal-codex-responses-lite", SPEAKS(RESPONSES), true },	/* Codex: which form of Responses the body has */
	{ "idempotency-key", EVERYBODY, false },
};

static bool
is_family(const struct exchange *x)
{
	unsigned both = 1u << x->dialect->id | 1u << x->way.up->id;

	return x->dialect == x->way.up || (both & ~OPENAI_FAMILY) == 0;
}

static void
take_headers(const struct exchange *x, struct arena *a, struct header_wish *w)
{
	const char **lines = arena_array(a, const char *, LENGTH(taken) + 1);

	for (size_t i = 0; i < LENGTH(taken) && is_family(x); i++) {
		struct str value = request_header(x->request, taken[i].name);

		if (value.n > 0 && (taken[i].dialects >> x->way.up->id & 1) != 0 &&
		    (!taken[i].verbatim || x->way.kind == WAY_VERBATIM))
			lines[w->taken_n++] = arena_printf(a, "%s: " STR_FMT, taken[i].name, STR_ARG(value)).p;
	}
	if (x->pass != NULL && x->pass->type != NULL)
		lines[w->taken_n++] = x->pass->type;
	w->taken = lines;
}

/* ---- the call --------------------------------------------------------------------- */

static int
write_body(struct exchange *x, struct arena *a, struct str *body, struct complaint *why)
{
	bool inject = (x->used->channel->preset->quirks & QUIRK_NO_USAGE_OPTION) == 0;

	*body = STR_NONE;
	if (x->pass != NULL)
		return 0;
	if (x->way.kind != WAY_VERBATIM)
		return crossing_body(x, a, body, why);
	if (x->dialect->id == DIALECT_RESPONSES)
		remember_forward(x);
	*body = x->way.up->forward(a, &x->ask, x->used->upstream, inject);
	/* A stream may end before its upstream has read all of the request, whose body goes with the client's last byte. */
	if (x->ask.stream && body->p == x->ask.body.p)
		*body = arena_str(a, *body);
	return 0;
}

int
upstream_call(struct exchange *x, struct arena *a, struct call *call, struct header_lines *headers, struct complaint *why)
{
	const struct route_channel *c = x->used->channel;
	const struct conf	   *conf = api()->env.conf;
	struct header_wish	    wish = { .own = &c->provider->headers };
	struct str		    body;

	if (write_body(x, a, &body, why) < 0)
		return -1;
	wish.dialect = x->way.up->id;
	wish.user_agent = x->entry.user_agent.n > 0 ? x->entry.user_agent : conf->user_agent;
	wish.secret = x->used_upkey != NULL ? secret_bytes(&x->used_upkey->secret) : STR_NONE;
	take_headers(x, a, &wish);
	*headers = provider_headers(a, c->preset, &wish);
	*call = (struct call){
		.method = "POST",
		.url = provider_call_url(a, c->urls[x->way.up->id][x->way.endpoint], x->way.up->id, x->way.endpoint,
		    x->used->upstream, x->ask.stream).p,
		.headers = headers->lines,
		.n = headers->n,
		.body = body,
		.connect_ms = or_else(c->record->connect_timeout, conf->connect_ms),
		.first_byte_ms = or_else(c->record->first_byte_timeout, conf->first_byte_ms),
		.idle_ms = or_else(c->record->idle_timeout, conf->upstream_idle_ms),
		.total_ms = or_else(c->record->total_timeout, conf->total_ms),
		.body_most = x->ask.stream ? conf->stream_bytes : conf->reply_bytes,
		.stream = x->ask.stream,
		.allow_private = c->allow_private,
	};
	if (x->pass != NULL)
		pass_call(x, a, c->urls[x->way.up->id][ENDPOINT_PASS], call);
	return 0;
}

/* ---- its words ---------------------------------------------------------------------- */

/* Something that looks like a key, whole or masked; "risk-" and "disk-" do not. */
static bool
shows_key(struct str text)
{
	for (struct str rest = text; rest.n > 0;) {
		size_t at = str_find(rest, STR("sk-"));

		if (at == rest.n)
			return false;
		if (at == 0 || !isalpha((unsigned char)rest.p[at - 1]))
			return true;
		rest = str_from(rest, at + 3);
	}
	return false;
}

bool
upstream_speaks_of_us(const struct verdict *v)
{
	return v->view.status == 401 || v->view.status == 402 || v->view.status == 403 || v->view.status == 407 ||
	    fault_info(v->fault)->blame == BLAME_KEY;
}

#define TELLING_BYTES 8u	/* of a secret's begin: vendors like to show that much of it */

bool
upstream_may_be_shown(const struct exchange *x, struct str text)
{
	struct str secret = x->used_upkey != NULL ? secret_bytes(&x->used_upkey->secret) : STR_NONE;

	if (secret.n >= TELLING_BYTES && str_find(text, str_upto(secret, TELLING_BYTES)) < text.n)
		return false;
	return str_find(text, STR("Bearer ")) == text.n && !shows_key(text);
}

struct str
upstream_words(const struct exchange *x, struct arena *a, struct str words)
{
	struct str secret = x->used_upkey != NULL ? secret_bytes(&x->used_upkey->secret) : STR_NONE;

	words = redact(a, words, secret);
	return upstream_may_be_shown(x, words) ? words : STR_NONE;
}

char
upstream_first_byte(struct str bytes)
{
	while (bytes.n > 0 && memchr(" \t\r\n", bytes.p[0], 4) != NULL)
		bytes = str_from(bytes, 1);
	return bytes.n > 0 ? bytes.p[0] : '\0';
}
