/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.c - the life of one client request: the step list.
 *
 * Runs in: worker.
 *
 * What happens when is decided here; how it is done stands in admission.c,
 * attempt.c, reply.c and finish.c.
 */
#include "api/exchange.h"

#include <assert.h>
#include <string.h>

#include "api/admission.h"
#include "api/attempt.h"
#include "api/auth.h"
#include "api/catalog.h"
#include "api/pass.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/spare.h"

#define EXCHANGE_MAGIC 0x58434847u
#define OLLAMA_VERSION "0.13.0"	/* whose API is spoken: clients refuse older ones */

typedef enum next step_fn(struct exchange *);

static struct node open_ones = { &open_ones, &open_ones };

static struct exchange *
exchange_of(void *arg)
{
	struct exchange *x = arg;

	assert(x->magic == EXCHANGE_MAGIC);
	return x;
}

/* Freed when both sides are done with it. */
static void
release(void *arg)
{
	struct exchange *x = exchange_of(arg);

	x->magic = 0;
	list_del(&x->node);
	buf_done(&x->body);
	pass_done(x->pass);
	snapshot_drop(x->snapshot);
	arena_done(&x->arena);
	spare_free(x);
	api()->open--;
}

void
exchange_part_done(struct exchange *x)
{
	if (!x->server_done || !x->settled || x->attempt != NULL || x->freed)
		return;
	x->freed = true;
	loop_timer_off(&x->silence);
	batch_cancel(&x->admission);
	loop_free_later(x, release);
}

/* ---- OPEN ------------------------------------------------------------ */

/* Where the agents of a dialect name the conversation that a request belongs to. */
static const char *const session_headers[DIALECTS] = {
	[DIALECT_OPENAI] = "x-session-id", [DIALECT_RESPONSES] = "session-id", [DIALECT_ANTHROPIC] = "x-claude-code-session-id",
	[DIALECT_GEMINI] = "x-session-id", [DIALECT_OLLAMA] = "x-session-id",
};

/* Printable ASCII only, and not too long: it goes into the log, and the agent's upstream. */
static struct str
clean(struct str s)
{
	if (s.n > 256)
		s.n = 256;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return STR_NONE;
	return s;
}

static void
fill_entry(struct exchange *x)
{
	struct entry *e = &x->entry;

	e->time_us = clock_wall_us();
	e->request_id = str_of(x->id);
	e->slot = api()->env.slot;
	e->user_agent = arena_str(&x->arena, clean(request_header(x->request, "User-Agent")));
	e->client_ip = arena_str(&x->arena, str_of(request_client_ip(x->request)));
	e->session = arena_str(&x->arena, clean(request_header(x->request, session_headers[x->dialect->id])));
	e->endpoint = STR("other");
	if (x->route != NULL && x->route->does == ROUTE_EXCHANGE)
		e->endpoint = str_of(x->dialect->endpoints[x->route->endpoint]);
	else if (x->route != NULL && x->route->does == ROUTE_PASS)
		e->endpoint = pass_name(&x->arena, x->route);
	if (x->key != NULL) {
		e->key_id = x->key->record->r.id;
		e->key = x->key->record->r.name;
	}
}

/* Where a path belongs to several dialects, the client's library tells by what it sends along. */
static enum dialect_id
dialect_of_headers(struct exchange *x)
{
	const struct request *r = x->request;

	if (request_header(r, "x-goog-api-key").p != NULL || request_header(r, "x-goog-api-client").p != NULL ||
	    (request_query(r).n > 0 && query_value(&x->arena, request_query(r), "key").n > 0))
		return DIALECT_GEMINI;
	return request_header(r, "anthropic-version").p != NULL ? DIALECT_ANTHROPIC : DIALECT_OPENAI;
}

static enum fault
open_route(struct exchange *x)
{
	struct str path = request_path(x->request);
	enum fault f;

	x->route = route_find(request_method(x->request), path, &f, &x->allow);
	if (x->route != NULL && (x->route->flags & ROUTE_SHARED) == 0)
		x->dialect = &dialects[x->route->dialect];
	else
		x->dialect = &dialects[route_dialect(path, dialect_of_headers(x))];
	if (x->route == NULL)
		return f;
	if (route_hint(x->route))
		log_info("a client asks for %s: its base URL should end before the /v1 that it adds itself", x->route->path);
	if ((x->route->flags & ROUTE_OPEN) != 0)
		return FAULT_NONE;
	return auth_check(x->snapshot, x->request, api()->env.conf->auth, clock_wall_us(), &x->key);
}

static void *
head(struct request *r)
{
	struct exchange *x = xcalloc(1, sizeof(*x));

	x->magic = EXCHANGE_MAGIC;
	list_add(&open_ones, &x->node);
	arena_init(&x->arena);
	x->request = r;
	x->snapshot = snapshot_hold(api()->snapshot);
	x->arrived_us = request_arrived_us(r);
	rand_request_id(x->id);
	batch_init_op(&x->admission);
	batch_init_op(&x->settlement);
	api()->open++;
	api()->counters.inflight++;
	x->admit_fault = open_route(x);
	fill_entry(x);
	if (x->admit_fault != FAULT_NONE ||
	    (x->route->does != ROUTE_EXCHANGE && x->route->does != ROUTE_SHOW && x->route->does != ROUTE_PASS))
		request_skip_body(r);
	return x;
}

static enum next
step_open(struct exchange *x)
{
	enum fault f = x->admit_fault;

	x->admit_fault = FAULT_NONE;
	x->entry.request_bytes = request_body(x->request).n;
	if (f != FAULT_NONE)
		return exchange_refuse(x, f, STR_NONE, STR_NONE);
	switch (x->route->does) {
	case ROUTE_EXCHANGE:
	case ROUTE_PASS:
		x->step = STEP_PARSE;
		return NEXT;
	case ROUTE_MODELS:
		return catalog_list(x);
	case ROUTE_MODEL:
		return catalog_show(x, route_model(&x->arena, x->route, request_path(x->request)));
	case ROUTE_SHOW:
		return catalog_show_asked(x);
	case ROUTE_RUNNING:
		return reply_json(x, 200, STR("{\"models\":[]}"));
	case ROUTE_VERSION:
		return reply_json(x, 200, STR("{\"version\":\"" OLLAMA_VERSION "\"}"));
	case ROUTE_ROOT:
		return reply_text(x, STR("Ollama is running"));
	case ROUTE_HEALTH:
		return reply_json(x, 200, STR("{\"status\":\"ok\"}"));
	case ROUTE_READY:
		return reply_json(x, api()->draining ? 503 : 200,
		    api()->draining ? STR("{\"status\":\"draining\"}") : STR("{\"status\":\"ready\"}"));
	}
	assert(!"a route without a meaning");
	return WAIT;
}

/* ---- PARSE, PLAN ------------------------------------------------------ */

/* By its key, or for this request. */
static bool
is_strict(const struct exchange *x)
{
	struct str word = request_header(x->request, "x-weir-strict");

	return (x->key != NULL && x->key->record->strict) || str_eq_nocase(word, STR("true")) || str_is(word, "1");
}

static enum next
step_parse(struct exchange *x)
{
	struct inbound	 in = { .endpoint = x->route->endpoint, .body = request_body(x->request),
		.depth = (uint32_t)api()->env.conf->json_depth };
	struct complaint why;

	if (x->route->does == ROUTE_PASS)
		return pass_parse(x);
	if (x->route->verb != NULL) {
		in.model = route_model(&x->arena, x->route, request_path(x->request));
		in.stream = (x->route->flags & ROUTE_STREAM) != 0;
		in.sse = str_is(query_value(&x->arena, request_query(x->request), "alt"), "sse");
	}
	if (x->dialect->ask(&x->arena, &in, &x->ask, &why) < 0)
		return exchange_refuse(x, why.fault, why.message, why.param);
	/* The body is the server's and goes with the request; the entry outlives it until it is stored. */
	x->ask.model = arena_str(&x->arena, x->ask.model);
	x->entry.model = x->ask.model;
	x->entry.stream = x->ask.stream;
	x->strict = is_strict(x);
	x->step = STEP_PLAN;
	return NEXT;
}

static struct str
unknown_model(struct exchange *x, const struct match *m)
{
	struct buf b = { 0 };

	buf_printf(&b, "the model '" STR_FMT "' does not exist here", STR_ARG(str_upto(x->ask.model, 256)));
	for (size_t i = 0; i < m->near_n; i++)
		buf_printf(&b, "%s'" STR_FMT "'", i == 0 ? "; did you mean " : i + 1 == m->near_n ? " or " : ", ",
		    STR_ARG(m->near[i]));
	if (m->near_n > 0)
		buf_byte(&b, '?');
	return arena_take(&x->arena, &b);
}

/* Ollama's clients leave the usual tag out, or put it to names that have none. */
static struct str
other_tag(struct exchange *x)
{
	const struct str name = x->ask.model, tag = STR(":latest");

	if (str_ends(name, tag))
		return str_upto(name, name.n - tag.n);
	return arena_printf(&x->arena, STR_FMT ":latest", STR_ARG(name));
}

static enum next
step_plan(struct exchange *x)
{
	struct match m, tagged;

	if (x->pass != NULL && x->ask.model.n == 0)
		pass_match(x, &m);
	else
		match_offers(x->snapshot, &x->arena, x->ask.model, x->key, &m);
	if (m.n == 0 && !m.forbidden && x->dialect->id == DIALECT_OLLAMA) {
		match_offers(x->snapshot, &x->arena, other_tag(x), x->key, &tagged);
		m = tagged.n > 0 ? tagged : m;
	}
	if (m.n == 0 && m.forbidden)
		return exchange_refuse(x, FAULT_NOT_PERMITTED, STR_NONE, STR("model"));
	if (m.n == 0 && x->ask.model.n == 0)
		return exchange_refuse(x, (x->route->flags & ROUTE_KEPT) != 0 ? FAULT_NOT_KEPT : FAULT_NO_CHANNEL, STR_NONE, STR_NONE);
	if (m.n == 0)
		return exchange_refuse(x, FAULT_MODEL_UNKNOWN, unknown_model(x, &m), STR("model"));
	plan_make(&x->plan, &x->arena, &m, api_health);
	admission_estimate(x);
	x->step = STEP_ADMIT;
	return NEXT;
}

/* ---- ADMIT, TRY ------------------------------------------------------- */

static enum next
step_admit(struct exchange *x)
{
	return admission_begin(x);
}

static enum next
step_try(struct exchange *x)
{
	attempt_begin(x);
	return WAIT;
}

/* The last two are reached by events: attempt.c and reply.c set them. */
static enum next
step_event(struct exchange *x)
{
	(void)x;
	return WAIT;
}

static step_fn *const steps[STEPS] = {
	[STEP_OPEN] = step_open,
	[STEP_PARSE] = step_parse,
	[STEP_PLAN] = step_plan,
	[STEP_ADMIT] = step_admit,
	[STEP_TRY] = step_try,
	[STEP_REPLY] = step_event,
	[STEP_SETTLE] = step_event,
};

void
exchange_run(struct exchange *x)
{
	while (steps[x->step](x) == NEXT)
		;
}

enum next
exchange_refuse(struct exchange *x, enum fault fault, struct str message, struct str param)
{
	reply_error(x, fault, message, param);
	exchange_settle(x, fault_info(fault)->status >= 500 ? END_UPSTREAM_FAILED : END_REFUSED);
	return WAIT;
}

static void
say_draining(struct exchange *x)
{
	if (x->stream != NULL)
		reply_stream_break(x, FAULT_DRAINING, STR_NONE);
	else if (x->step != STEP_OPEN)	/* its body is here, so an answer may go out */
		reply_error(x, FAULT_DRAINING, STR_NONE, STR_NONE);
	else
		x->entry.status = (uint16_t)fault_info(FAULT_DRAINING)->status;
}

void
exchange_cut_all(void)
{
	LIST_EACH(n, &open_ones) {
		struct exchange *x = container_of(n, struct exchange, node);

		if (x->answered || x->gone)
			continue;
		attempt_break(x, FAULT_DRAINING);
		batch_cancel(&x->admission);
		if (!x->answered)
			say_draining(x);
		exchange_settle(x, END_DRAINED);
	}
}

/* ---- what the server says --------------------------------------------- */

static void
body(void *arg)
{
	exchange_run(exchange_of(arg));
}

static void
gone(void *arg)
{
	struct exchange *x = exchange_of(arg);

	if (x->gone || x->answered)
		return;
	x->gone = true;
	x->answered = true;
	x->stream = NULL;
	attempt_cancel(x);
	batch_cancel(&x->admission);
	x->entry.status = (uint16_t)fault_info(FAULT_CLIENT_GONE)->status;
	exchange_settle(x, END_CLIENT_GONE);
}

static void
done(void *arg)
{
	struct exchange *x = exchange_of(arg);

	x->stream = NULL;
	x->server_done = true;
	if (!x->answered)	/* cut by the server: a stalled client, the end of the grace period */
		gone(x);
	exchange_part_done(x);
}

static void
part(void *arg, struct str bytes, bool last)
{
	pass_part(exchange_of(arg), bytes, last);
}

static void
bad(enum fault fault, const char *why, const char *client_ip)
{
	api()->counters.n[fault == FAULT_OVERLOADED ? COUNTER_SHED : COUNTER_BAD_HTTP]++;
	log_debug("client %s: %s: %s", client_ip, fault_info(fault)->name, why);
}

static struct str
error_body(enum fault fault, const char *why, struct str path)
{
	const struct complaint complaint = { .fault = fault, .message = str_of(why) };
	static struct buf      text;

	buf_clear(&text);
	dialects[route_dialect(path, DIALECT_OPENAI)].error(&text, &complaint, STR_NONE);
	return buf_view(&text);
}

const struct server_handler exchange_handler = {
	.head = head,
	.body = body,
	.gone = gone,
	.done = done,
	.bad = bad,
	.error_body = error_body,
	.live = pass_is_live,
	.part = part,
};
