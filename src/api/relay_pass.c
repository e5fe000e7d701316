/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay_pass.c - an answer that is passed on as it is: sound, pictures, JSON, events.
 *
 * Runs in: worker.
 *
 * JSON is gathered, and text as long as it is small, so that the client gets a
 * length and a failure may still go to another candidate; all else is passed on
 * as it comes.  Usage is read from JSON that is gathered and from events.
 */
#include "api/pass.h"
#include "api/relay.h"
#include "api/upstream.h"
#include "dialect/openai.h"

#define GATHER_BYTES (1u << 20)

static const char *
clean_header(struct exchange *x, struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] < ' ' || value.p[i] > '~')
			return NULL;
	return value.n > 0 && value.n <= 256 ? arena_cstr(&x->arena, value) : NULL;
}

void
relay_pass_head(struct relay *r, const struct transfer_head *h)
{
	struct pass *p = r->x->pass;
	struct str   type = h->content_type;

	p->reply_type = clean_header(r->x, type);
	p->unmeasured = h->get(h->transfer, "Content-Length").n == 0 && h->get(h->transfer, "Transfer-Encoding").n == 0;
	p->disposition = clean_header(r->x, h->get(h->transfer, "Content-Disposition"));
	p->streams = !str_starts_nocase(type, STR("application/json")) &&
	    (!str_starts_nocase(type, STR("text/")) || str_starts_nocase(type, STR("text/event-stream")));
}

static void
read_usage(struct relay *r, struct str json)
{
	struct json_limits limits = { .tree_depth = 1, .deep = "usage", .deep_depth = 4 };
	struct json_error  e;
	struct json	  *root;

	if (str_find(json, STR("\"usage\"")) == json.n)
		return;
	arena_reset(&r->scratch);
	if (json_read(&r->scratch, json, limits, &root, &e) == 0)
		(void)openai_usage(json_get(root, "usage"), &r->x->tap.usage);
}

/* A copy of the events is looked at; what passes is what came. */
static void
tap_events(struct relay *r, struct str bytes)
{
	struct sse_event e;

	while (sse_next(&r->sse, &bytes, &e) > 0)
		read_usage(r, e.data);
}

static enum relay_says
pass_on(struct relay *r, struct str bytes)
{
	const char *type = r->x->pass->reply_type;

	r->x->output = r->x->ask.stream = true;
	if (type != NULL && str_starts_nocase(str_of(type), STR("text/event-stream")))
		tap_events(r, bytes);
	buf_str(&r->out, bytes);
	return RELAY_MORE;
}

static bool
is_json(const struct pass *p)
{
	return str_starts_nocase(str_of(p->reply_type), STR("application/json"));
}

/* Pictures come as JSON of some megabytes, with their usage behind them. */
static uint64_t
gathers(const struct exchange *x, bool asked)
{
	return is_json(x->pass) && asked ? api()->env.conf->reply_bytes : GATHER_BYTES;
}

/* What only the end of the connection ended may have been cut; of JSON it can be told. */
static bool
is_cut(const struct relay *r)
{
	struct json_error e;

	return r->x->pass->unmeasured && is_json(r->x->pass) && r->body.n > 0 && json_check(buf_view(&r->body), 0, &e) < 0;
}

enum relay_says
relay_pass_bytes(struct relay *r, struct str bytes)
{
	struct pass *p = r->x->pass;
	bool	     asked = !p->live || p->whole;	/* else the client is not listening yet */

	if (p->streams && asked && r->body.n == 0)
		return pass_on(r, bytes);
	buf_str(&r->body, bytes);
	if (r->body.n <= gathers(r->x, asked) && !(p->streams && asked))
		return RELAY_MORE;
	if (!asked)
		return relay_broken(r, FAULT_UP_TOO_LARGE, STR("the upstream answers before it was asked"));
	p->streams = true;
	pass_on(r, buf_view(&r->body));
	buf_done(&r->body);
	return RELAY_MORE;
}

enum relay_says
relay_pass_end(struct relay *r)
{
	struct exchange *x = r->x;

	if (x->output)
		return RELAY_WHOLE;
	if (is_cut(r))
		return relay_broken(r, FAULT_UP_TRUNCATED, STR_NONE);
	read_usage(r, buf_view(&r->body));
	x->body = r->body;
	r->body = (struct buf){ 0 };
	return RELAY_WHOLE;
}

/* Only events have a way to say it. */
void
relay_pass_error(struct relay *r, enum fault f, struct str message)
{
	const char *type = r->x->pass->reply_type;

	if (type != NULL && str_starts_nocase(str_of(type), STR("text/event-stream")))
		r->x->dialect->error_event(&r->out, FRAME_SSE, false, f, message);
}
