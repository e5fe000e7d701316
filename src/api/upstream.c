/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upstream.c - what an upstream is sent, and which of its words are told on.
 *
 * Runs in: worker.
 */
#include "api/upstream.h"

#include <ctype.h>
#include <string.h>

static uint64_t
or_else(uint64_t own, uint64_t general)
{
	return own > 0 ? own : general;
}

void
upstream_call(const struct exchange *x, struct arena *a, struct call *call, struct header_lines *headers)
{
	const struct route_channel *c = x->used->channel;
	const struct conf	   *conf = api()->env.conf;
	bool			    inject = (c->preset->quirks & QUIRK_NO_USAGE_OPTION) == 0;
	struct str		    agent = x->entry.user_agent.n > 0 ? x->entry.user_agent : conf->user_agent;
	struct str		    secret = x->used_upkey != NULL ? secret_bytes(&x->used_upkey->secret) : STR_NONE, body;

	*headers = provider_headers(a, c->preset, &c->provider->headers, secret, agent);
	body = x->dialect->forward(a, &x->ask, x->used->upstream, inject);
	/* A stream may end before its upstream has read all of the request, whose body goes with the client's last byte. */
	if (x->ask.stream && body.p == x->ask.body.p)
		body = arena_str(a, body);
	*call = (struct call){
		.method = "POST",
		.url = c->urls[x->ask.endpoint],
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
}

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

char
upstream_first_byte(struct str bytes)
{
	while (bytes.n > 0 && memchr(" \t\r\n", bytes.p[0], 4) != NULL)
		bytes = str_from(bytes, 1);
	return bytes.n > 0 ? bytes.p[0] : '\0';
}
