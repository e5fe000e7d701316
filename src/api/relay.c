/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay.c - an upstream's reply on its way to the client: its bytes taken apart and passed on.
 *
 * Runs in: worker.
 *
 * Whether the upstream streams is told by its first byte, not by its
 * Content-Type, which servers get wrong, nor by what was asked: '{' begins a
 * whole reply (in a dialect whose streams are lines of JSON, either), '<' a web
 * page, anything else server-sent events.
 */
#include "api/relay.h"

#include "api/crossing.h"
#include "api/upstream.h"
#include "dialect/openai.h"

void
relay_init(struct relay *r, struct exchange *x)
{
	*r = (struct relay){ .x = x, .way = x->way, .client = x->dialect };
	sse_init(&r->sse, api()->env.conf->event_bytes);
	values_init(&r->values, api()->env.conf->event_bytes);
	arena_init(&r->life);
	arena_init(&r->scratch);
}

void
relay_done(struct relay *r)
{
	const struct dialect *up = r->way.up;

	if (r->reader != NULL && up->reader_free != NULL)
		up->reader_free(r->reader);
	if (r->writer != NULL && r->client->writer_free != NULL)
		r->client->writer_free(r->writer);
	if (r->fold != NULL)
		fold_free(r->fold);
	if (r->strip != NULL)
		strip_free(r->strip);
	buf_done(&r->body);
	buf_done(&r->out);
	sse_done(&r->sse);
	values_done(&r->values);
	arena_done(&r->scratch);
	arena_done(&r->life);
}

enum relay_says
relay_broken(struct relay *r, enum fault f, struct str message)
{
	r->fault = f;
	r->message = arena_str(&r->x->arena, message);
	return RELAY_BROKEN;
}

/* ---- events that pass --------------------------------------------------------- */

static void
pass(struct relay *r, struct str name, struct str payload)
{
	if (name.n == 0)
		name = r->x->tap.name;
	frame_write(&r->out, r->x->ask.framing, !r->begun, name, payload);
	r->begun = true;
}

/* An in-band error after output is passed on as the upstream worded it; nothing may follow it. */
static enum relay_says
pass_error(struct relay *r, struct str name, struct str payload)
{
	bool shown = upstream_may_be_shown(r->x, payload);

	if (r->x->output && shown) {
		pass(r, name, payload);
		r->worded = true;
	}
	return relay_broken(r, FAULT_UP_SERVER, upstream_words(r->x, &r->scratch, r->x->tap.error));
}

static enum relay_says
pass_event(struct relay *r, struct str name, struct str payload)
{
	struct exchange *x = r->x;

	x->tap.name = STR_NONE;
	switch (x->dialect->event(&r->scratch, x->ask.endpoint, name, payload, &x->tap)) {
	case EVENT_DATA:
		pass(r, name, payload);
		x->output = true;
		api()->counters.n[COUNTER_STREAM_EVENTS]++;
		return RELAY_MORE;
	case EVENT_USAGE:
		if (!x->ask.wants_usage)
			return RELAY_MORE;
		pass(r, name, payload);
		x->output = true;
		return RELAY_MORE;
	case EVENT_SKIP:
		return RELAY_MORE;
	case EVENT_PREFIX:
		pass(r, name, payload);
		return RELAY_MORE;
	case EVENT_FINAL:
		pass(r, name, payload);
		return RELAY_WHOLE;
	case EVENT_ERROR:
		return pass_error(r, name, payload);
	case EVENT_GARBAGE:
		break;
	}
	return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
}

/* A writer ends its stream itself. */
static enum relay_says
whole_stream(struct relay *r)
{
	if (!relay_crosses(r))
		frame_end(&r->out, r->x->ask.framing, !r->begun);
	return RELAY_WHOLE;
}

static enum relay_says
take_event(struct relay *r, struct str name, struct str payload)
{
	enum relay_says says;

	arena_reset(&r->scratch);
	says = relay_crosses(r) ? relay_cross_event(r, name, payload) : pass_event(r, name, payload);
	return says == RELAY_WHOLE ? whole_stream(r) : says;
}

#define TOO_LARGE STR("an event of the stream is larger than this server accepts")

static enum relay_says
take_events(struct relay *r, struct str bytes)
{
	enum relay_says	 says = RELAY_MORE;
	struct sse_event e;
	int		 got = 0;

	while (says == RELAY_MORE && (got = sse_next(&r->sse, &bytes, &e)) > 0)
		says = take_event(r, e.name, e.data);
	return got < 0 ? relay_broken(r, FAULT_UP_TOO_LARGE, TOO_LARGE) : says;
}

static enum relay_says
take_values(struct relay *r, struct str bytes)
{
	enum relay_says says = RELAY_MORE;
	struct str	value;
	int		got = 0;

	while (says == RELAY_MORE && (got = values_next(&r->values, &bytes, &value)) > 0)
		says = take_event(r, STR_NONE, value);
	if (got >= 0)
		return says;
	return r->values.held.n + bytes.n >= r->values.most ? relay_broken(r, FAULT_UP_TOO_LARGE, TOO_LARGE)
							    : relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
}

/* The upstream ended its message before its stream said so; a last event may lack its blank line. */
static enum relay_says
end_of_events(struct relay *r)
{
	struct exchange	*x = r->x;
	enum relay_says	 says = RELAY_MORE;
	struct sse_event e;

	if (r->mode == RELAY_EVENTS && sse_end(&r->sse, &e))
		says = take_event(r, e.name, e.data);
	if (says != RELAY_MORE)
		return says;
	if (r->mode == RELAY_VALUES && values_end(&r->values) < 0)
		return relay_broken(r, FAULT_UP_TRUNCATED, STR_NONE);
	arena_reset(&r->scratch);
	if (relay_crosses(r))
		says = relay_cross_end(r);
	else if (x->dialect->ends_by_close && x->tap.stopped)
		says = RELAY_WHOLE;
	else
		says = relay_broken(r, FAULT_UP_TRUNCATED, STR_NONE);
	return says == RELAY_WHOLE ? whole_stream(r) : says;
}

void
relay_error(struct relay *r, enum fault f, struct str message)
{
	struct exchange *x = r->x;

	if (x->pass != NULL)
		relay_pass_error(r, f, message);
	else if (r->writer != NULL)
		x->dialect->write_error(r->writer, f, message);
	else if (x->dialect->error_event != NULL)
		x->dialect->error_event(&r->out, x->ask.framing, !r->begun, f, message);
}

/* ---- what comes whole ------------------------------------------------------------ */

static bool
is_blank(struct str s)
{
	return upstream_first_byte(s) == '\0';
}

/* Lines of JSON are told from one whole object by what follows the first. */
static bool
is_several_values(const struct relay *r, struct str body)
{
	struct values v;
	struct str    first;
	bool	      several;

	if (r->way.up->framing != FRAME_LINES || !relay_can_cross(r))
		return false;
	values_init(&v, UINT64_MAX);
	several = values_next(&v, &body, &first) > 0 && !is_blank(body);
	values_done(&v);
	return several;
}

/* A client that asked for base64 takes numbers for nothing; not all servers know base64. */
static void
recode_vectors(struct relay *r)
{
	struct exchange	   *x = r->x;
	struct complaint    why;
	const struct embed *e;
	struct str	    body;

	if (r->client->id != DIALECT_OPENAI || x->ask.endpoint != ENDPOINT_EMBEDDINGS ||
	    str_find(x->ask.body, STR("base64")) == x->ask.body.n || r->client->read_embed == NULL)
		return;
	e = crossing_embed(x, &why);
	if (e == NULL || !e->base64)
		return;
	body = openai_embed_encode(&r->scratch, buf_view(&x->body), true);
	if (body.p == x->body.p)
		return;
	buf_clear(&x->body);
	buf_str(&x->body, body);
}

/* Verbatim: the bytes are the client's, but for vectors in a form that its library cannot read. */
static enum relay_says
pass_whole(struct relay *r, struct str body)
{
	struct exchange *x = r->x;

	x->tap.error = STR_NONE;
	if (x->dialect->reply(&r->scratch, x->ask.endpoint, body, &x->tap) < 0)
		return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
	if (x->tap.error.n > 0)
		return relay_broken(r, FAULT_UP_SERVER, upstream_words(x, &r->scratch, x->tap.error));
	if (x->ask.stream && relay_can_cross(r))
		return relay_cross_whole(r, body);
	if (x->stream != NULL)	/* a comment already promised a stream */
		return relay_broken(r, FAULT_UP_GARBAGE, STR("the upstream did not stream"));
	x->body = r->body;
	r->body = (struct buf){ 0 };
	recode_vectors(r);
	return RELAY_WHOLE;
}

static enum relay_says
end_of_body(struct relay *r)
{
	struct str	body = buf_view(&r->body);
	enum relay_says says;

	if (is_several_values(r, body)) {
		r->mode = RELAY_VALUES;
		says = take_values(r, body);
		return says == RELAY_MORE ? end_of_events(r) : says;
	}
	return r->way.kind == WAY_VERBATIM ? pass_whole(r, body) : relay_cross_whole(r, body);
}

/* No object, no reply: what follows need not be read.  The transfer's own bound may be that of a stream. */
static enum relay_says
take_part(struct relay *r, struct str bytes)
{
	if (r->body.n == 0 && upstream_first_byte(bytes) != '{' && !is_blank(bytes))
		return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
	if (bytes.n > api()->env.conf->reply_bytes - r->body.n)
		return relay_broken(r, FAULT_UP_TOO_LARGE, STR_NONE);
	buf_str(&r->body, bytes);
	return RELAY_MORE;
}

/* ---- which it is -------------------------------------------------------------------- */

static bool
begins_events(char first)
{
	return first == 'd' || first == 'e' || first == ':' || first == 'i' || first == 'r';
}

static enum relay_mode
mode_by_first_byte(const struct relay *r, char first)
{
	const struct exchange *x = r->x;
	const struct dialect  *up = r->way.up;

	if (first == '\0')
		return RELAY_UNKNOWN;
	if (!x->ask.stream && up->id == DIALECT_GEMINI && first == '[' && relay_can_cross(r))
		return RELAY_VALUES;
	if (!x->ask.stream)
		return begins_events(first) && relay_can_cross(r) ? RELAY_EVENTS : RELAY_BODY;
	if (up->framing == FRAME_LINES && (first == '{' || first == '\xef'))
		return RELAY_VALUES;
	if (up->id == DIALECT_GEMINI && first == '[')
		return RELAY_VALUES;
	return first == '{' || first == '[' || first == '<' ? RELAY_BODY : RELAY_EVENTS;
}

void
relay_head(struct relay *r, const struct transfer_head *h)
{
	if (r->x->pass != NULL)
		relay_pass_head(r, h);
}

enum relay_says
relay_bytes(struct relay *r, struct str bytes)
{
	if (r->x->pass != NULL)
		return relay_pass_bytes(r, bytes);
	if (r->mode == RELAY_UNKNOWN)
		r->mode = mode_by_first_byte(r, upstream_first_byte(bytes));
	switch (r->mode) {
	case RELAY_UNKNOWN:
		return RELAY_MORE;
	case RELAY_EVENTS:
		return take_events(r, bytes);
	case RELAY_VALUES:
		return take_values(r, bytes);
	case RELAY_BODY:
		break;
	}
	return take_part(r, bytes);
}

enum relay_says
relay_end(struct relay *r)
{
	if (r->x->pass != NULL)
		return relay_pass_end(r);
	arena_reset(&r->scratch);
	return r->mode == RELAY_EVENTS || r->mode == RELAY_VALUES ? end_of_events(r) : end_of_body(r);
}
