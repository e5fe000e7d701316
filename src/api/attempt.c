/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt.c - one try of an exchange against one candidate.
 *
 * Runs in: worker.
 *
 * Whether the upstream streams is told by its first byte, not by its
 * Content-Type, which servers get wrong: '{' begins a whole reply, '<' a web
 * page, anything else server-sent events.  Until the first event with output
 * nothing is committed: an in-band error, a cut or a stall still goes to the
 * next candidate.  With that event it is, even when what went wrong came in the
 * same read.  A comment block that kept a silent client's connection alive does
 * not count as output.
 */
#include "api/attempt.h"

#include <string.h>

#include "api/admission.h"
#include "api/reply.h"
#include "api/upstream.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/spare.h"
#include "dialect/sse.h"

/* How much of an error's body is read; the rest is dropped. */
#define ERROR_BYTES_MOST (256u << 10)
/* After the last event the upstream gets this long to end its message, so that its connection can be used again. */
#define LINGER_MS 1000u

enum mode { MODE_UNKNOWN, MODE_WHOLE, MODE_EVENTS, MODE_ERROR };

struct attempt {
	struct exchange	   *x;
	struct transfer	   *transfer;	/* NULL once it ended */
	struct arena	    arena;	/* headers and body of the call */
	struct call	    call;
	struct header_lines headers;
	enum mode	    mode;
	int		    status;
	bool		    over;	/* the exchange needs nothing of it any more */
	bool		    paused;
	struct buf	    body;	/* whole replies and errors */
	struct buf	    out;	/* events of this callback */
	struct sse	    sse;
	struct arena	    scratch;	/* per event */
	struct str	    retry_after, retry_after_ms;
	struct timer	    linger;
};

static void
release(void *arg)
{
	struct attempt *a = arg;

	buf_done(&a->body);
	buf_done(&a->out);
	sse_done(&a->sse);
	arena_done(&a->scratch);
	arena_done(&a->arena);
	spare_free(a);
}

/* The transfer is gone; the exchange may go on or be freed. */
static void
detach(struct attempt *a)
{
	struct exchange *x = a->x;

	if (x->attempt != a)
		return;
	x->attempt = NULL;
	loop_timer_off(&a->linger);
	provider_headers_wipe(&a->headers);
	loop_free_later(a, release);
	exchange_part_done(x);
}

/* ---- how it ends ----------------------------------------------------------- */

static bool
another_may(const struct exchange *x)
{
	return fault_info(x->failure.fault)->retry == RETRY_NEXT && !x->output && !x->answered &&
	    x->attempts < api()->env.conf->attempts && x->plan.next < x->plan.n;
}

/* x->failure is filled. */
static void
failed(struct attempt *a)
{
	struct exchange	      *x = a->x;
	const enum fault_blame blame = fault_info(x->failure.fault)->blame;
	bool		       again;

	if (admission_key_at_fault(x))
		x->plan.next = x->chosen;
	again = another_may(x);
	a->over = true;
	x->blame = blame != BLAME_NONE;
	xlog_debug(str_of(x->id), "channel " STR_FMT ": %s%s", STR_ARG(x->used->channel->record->r.name),
	    fault_info(x->failure.fault)->text, again ? ", the next candidate is tried" : "");
	if (again) {
		x->step = STEP_ADMIT;
		x->admit_fault = FAULT_NONE;
		detach(a);
		exchange_run(x);
		return;
	}
	if (!x->answered)
		reply_failure(x);
	exchange_settle(x, x->output ? END_TRUNCATED : x->failure.view.status != 0 ? END_UPSTREAM_ERROR
										   : END_UPSTREAM_FAILED);
	detach(a);
}

static void
fail(struct attempt *a, enum fault f, struct str message)
{
	struct exchange *x = a->x;

	x->failure = (struct verdict){ .fault = f, .view = { .message = arena_str(&x->arena, message) } };
	x->failure_body = STR_NONE;
	failed(a);
}

static void
succeeded(struct attempt *a, enum end_reason end)
{
	struct exchange *x = a->x;

	a->over = true;
	x->praise = true;
	exchange_settle(x, end);
}

/* ---- events ----------------------------------------------------------------- */

/* The upstream connection is closed within this turn, and no event follows. */
static void
cut(struct attempt *a)
{
	if (a->transfer != NULL)
		transfer_cancel(a->transfer);
	a->transfer = NULL;
}

/* What went wrong in the middle: before any output it is a failure like any other. */
static void
break_stream(struct attempt *a, enum fault f, struct str message)
{
	if (a->out.n > 0)
		reply_stream_write(a->x, buf_view(&a->out));
	buf_clear(&a->out);
	fail(a, f, message);
	cut(a);
}

/* An in-band error after output is passed on as the upstream worded it; nothing may follow it. */
static void
pass_error(struct attempt *a, struct str payload)
{
	struct exchange *x = a->x;
	bool		 shown = upstream_may_be_shown(x, payload);
	struct str	 message = shown ? arena_str(&x->arena, x->tap.error) : STR_NONE;

	if (x->output && shown) {
		sse_write(&a->out, payload);
		reply_stream_cut(x, buf_view(&a->out), FAULT_UP_SERVER, message);
		buf_clear(&a->out);
	}
	break_stream(a, FAULT_UP_SERVER, message);
}

/* False: the stream is over, nothing of it is wanted any more. */
static bool
take_event(struct attempt *a, const struct sse_event *e)
{
	struct exchange *x = a->x;

	arena_reset(&a->scratch);
	switch (x->dialect->event(&a->scratch, x->ask.endpoint, e->name, e->data, &x->tap)) {
	case EVENT_DATA:
		sse_write(&a->out, e->data);
		x->output = true;
		api()->counters.n[COUNTER_STREAM_EVENTS]++;
		return true;
	case EVENT_USAGE:
		if (!x->ask.wants_usage)
			return true;
		sse_write(&a->out, e->data);
		x->output = true;
		return true;
	case EVENT_SKIP:
		return true;
	case EVENT_PREFIX:
		sse_write(&a->out, e->data);
		return true;
	case EVENT_FINAL:
		sse_write(&a->out, e->data);
		a->over = true;
		return false;
	case EVENT_ERROR:
		pass_error(a, e->data);
		return false;
	case EVENT_GARBAGE:
		break_stream(a, FAULT_UP_GARBAGE, STR_NONE);
		return false;
	}
	return false;
}

static void
linger_over(struct timer *t)
{
	struct attempt *a = container_of(t, struct attempt, linger);

	cut(a);
	detach(a);
}

static void
whole_stream(struct attempt *a)
{
	struct exchange *x = a->x;

	reply_stream_end(x, buf_view(&a->out));
	buf_clear(&a->out);
	succeeded(a, END_COMPLETE);
	if (a->transfer != NULL && !transfer_sent(a->transfer))
		cut(a);		/* the body that it still sends goes with the request */
	if (a->transfer == NULL) {
		detach(a);
	} else {
		a->linger.fire = linger_over;
		loop_timer(&a->linger, clock_mono_ms() + LINGER_MS);
	}
}

static void
flush_events(struct attempt *a)
{
	struct exchange *x = a->x;

	if (a->out.n == 0)
		return;
	if (reply_stream_write(x, buf_view(&a->out)) && !a->paused && a->transfer != NULL) {
		a->paused = true;
		transfer_pause(a->transfer);
	}
	buf_clear(&a->out);
}

static void
take_events(struct attempt *a, struct str bytes)
{
	struct sse_event e;
	int		 got;

	while ((got = sse_next(&a->sse, &bytes, &e)) > 0) {
		if (take_event(a, &e))
			continue;
		if (a->over && a->x->attempt == a && !a->x->answered)
			whole_stream(a);
		return;
	}
	if (got < 0)
		break_stream(a, FAULT_UP_TOO_LARGE, STR("an event of the stream is larger than this server accepts"));
	else
		flush_events(a);
}

/* The upstream ended its message before its stream said so; a last event may lack its blank line. */
static void
end_of_events(struct attempt *a, enum fault f)
{
	struct sse_event e;

	if (f == FAULT_NONE && sse_end(&a->sse, &e) && !take_event(a, &e)) {
		if (a->over && a->x->attempt == a && !a->x->answered)
			whole_stream(a);
		return;
	}
	flush_events(a);
	break_stream(a, f == FAULT_NONE ? FAULT_UP_TRUNCATED : f, STR_NONE);
}

/* ---- whole replies ----------------------------------------------------------- */

static void
whole_reply(struct attempt *a)
{
	struct exchange *x = a->x;
	struct str	 body = buf_view(&a->body);

	x->tap.error = STR_NONE;
	if (x->dialect->reply(&a->scratch, x->ask.endpoint, body, &x->tap) < 0) {
		fail(a, FAULT_UP_GARBAGE, STR_NONE);
		return;
	}
	if (x->tap.error.n > 0) {
		fail(a, FAULT_UP_SERVER, upstream_may_be_shown(x, body) ? x->tap.error : STR_NONE);
		return;
	}
	if (x->stream != NULL) {	/* a comment already promised a stream */
		fail(a, FAULT_UP_GARBAGE, STR("the upstream did not stream"));
		return;
	}
	x->body = a->body;
	a->body = (struct buf){ 0 };
	reply_whole(x, a->status);
	succeeded(a, END_COMPLETE);
	detach(a);
}

static void start(struct exchange *);

/* A path that its server does not know, of a dialect or endpoint that not all servers have: is there another way? */
static bool
goes_another_way(struct attempt *a)
{
	struct exchange		   *x = a->x;
	const struct route_channel *c = x->used->channel;
	struct way		    other;

	if (!provider_lacks_endpoint(&x->failure) || (x->way.up->id == c->tongues.own && x->way.endpoint == ENDPOINT_CHAT))
		return false;
	way_lacks(c, &x->way, clock_mono_ms());
	other = way_find(c, x->dialect, &x->ask, clock_mono_ms());
	if (other.kind == WAY_NONE)
		return false;
	xlog_debug(str_of(x->id), "channel " STR_FMT " has no %s of %s", STR_ARG(c->record->r.name),
	    x->way.up->endpoints[x->way.endpoint], x->way.up->name);
	a->over = true;
	cut(a);
	detach(a);
	start(x);
	return true;
}

static void
error_reply(struct attempt *a)
{
	struct exchange	    *x = a->x;
	struct reply_headers h = { .retry_after = a->retry_after, .retry_after_ms = a->retry_after_ms };
	struct str	     body = arena_str(&x->arena, buf_view(&a->body));
	const struct dialect *upstream = x->way.up;

	provider_classify(&x->arena, upstream, a->status, &h, body, clock_wall_us(), &x->failure);
	if (x->failure.fault == FAULT_NONE)
		x->failure.fault = FAULT_UP_GARBAGE;
	if (goes_another_way(a))
		return;
	if (upstream_speaks_of_us(&x->failure) || !upstream_may_be_shown(x, body)) {
		x->failure.view.message = STR_NONE;
		x->failure.view.native = false;
	}
	x->failure_body = x->failure.view.native && upstream == x->dialect ? body : STR_NONE;
	failed(a);
}

/* ---- what the transfer says ---------------------------------------------------- */

static void
on_head(void *arg, const struct transfer_head *h)
{
	struct attempt	*a = arg;
	struct exchange *x = a->x;

	a->status = h->status;
	a->retry_after = arena_str(&x->arena, str_upto(h->get(h->transfer, "Retry-After"), 64));
	a->retry_after_ms = arena_str(&x->arena, str_upto(h->get(h->transfer, "retry-after-ms"), 64));
	a->mode = h->status < 200 || h->status > 299 ? MODE_ERROR : x->ask.stream ? MODE_UNKNOWN : MODE_WHOLE;
}

static enum mode
mode_by_first_byte(char first)
{
	if (first == '\0')
		return MODE_UNKNOWN;
	return first == '{' || first == '[' || first == '<' ? MODE_WHOLE : MODE_EVENTS;
}

/* No object, no reply: what follows need not be read.  The transfer's own bound may be that of a stream. */
static void
take_part(struct attempt *a, struct str bytes)
{
	if (a->body.n == 0 && upstream_first_byte(bytes) != '{' && upstream_first_byte(bytes) != '\0')
		break_stream(a, FAULT_UP_GARBAGE, STR_NONE);
	else if (bytes.n > api()->env.conf->reply_bytes - a->body.n)
		break_stream(a, FAULT_UP_TOO_LARGE, STR_NONE);
	else
		buf_str(&a->body, bytes);
}

static void
on_bytes(void *arg, struct str bytes)
{
	struct attempt	*a = arg;
	struct exchange *x = a->x;

	if (a->over)
		return;
	if (x->first_byte_us == 0)
		x->first_byte_us = clock_mono_us();
	if (a->mode == MODE_UNKNOWN)
		a->mode = mode_by_first_byte(upstream_first_byte(bytes));
	switch (a->mode) {
	case MODE_UNKNOWN:
		return;
	case MODE_EVENTS:
		take_events(a, bytes);
		return;
	case MODE_WHOLE:
		take_part(a, bytes);
		return;
	case MODE_ERROR:
		buf_str(&a->body, str_upto(bytes, ERROR_BYTES_MOST - a->body.n));
		if (a->body.n == ERROR_BYTES_MOST) {
			error_reply(a);
			cut(a);
		}
		return;
	}
}

static void
on_end(void *arg, enum fault f, const char *detail)
{
	struct attempt	*a = arg;
	struct exchange *x = a->x;

	a->transfer = NULL;
	if (a->over) {
		detach(a);
		return;
	}
	if (f != FAULT_NONE)
		xlog_debug(str_of(x->id), "channel " STR_FMT ": %s", STR_ARG(x->used->channel->record->r.name), detail);
	if (a->mode == MODE_EVENTS)
		end_of_events(a, f);
	else if (a->mode == MODE_ERROR)	/* its status says enough, be its body whole or not */
		error_reply(a);
	else if (f != FAULT_NONE)
		fail(a, f, STR_NONE);
	else
		whole_reply(a);
}

static const struct transfer_events events = { on_head, on_bytes, on_end, NULL };

/* ---- begin, cancel, resume ------------------------------------------------------- */

/* A streaming client has heard nothing for a while: a comment, so that nothing between us closes the connection. */
static void
silent(struct timer *t)
{
	struct exchange *x = container_of(t, struct exchange, silence);

	if (x->stream == NULL && !x->answered)
		reply_stream_write(x, STR(": keep-alive\n\n"));
}

static void
fill_entry(struct exchange *x)
{
	struct entry *e = &x->entry;

	e->attempts = (uint16_t)++x->attempts;
	e->channel_id = x->used->channel->record->r.id;
	e->channel = x->used->channel->record->r.name;
	e->provider = x->used->channel->provider->r.name;
	e->model_used = x->used->upstream;
}

/* Asks the candidate that is being tried. */
static void
start(struct exchange *x)
{
	struct attempt	*a = xcalloc(1, sizeof(*a));
	struct complaint why;

	a->x = x;
	x->attempt = a;
	x->first_byte_us = 0;
	x->tap = (struct tap){ 0 };
	x->way = way_find(x->used->channel, x->dialect, &x->ask, clock_mono_ms());
	sse_init(&a->sse, api()->env.conf->event_bytes);
	arena_init(&a->scratch);
	arena_init(&a->arena);
	if (upstream_call(x, &a->arena, &a->call, &a->headers, &why) < 0) {
		fail(a, why.fault, why.message);
		return;
	}
	if (x->upstream_us == 0)
		x->upstream_us = clock_mono_us();
	a->transfer = transfer_start(&a->call, &events, a);
}

void
attempt_begin(struct exchange *x)
{
	uint64_t keepalive = api()->env.conf->stream_keepalive_ms;

	x->used = x->plan.of[x->chosen].offer;
	x->used_upkey = x->upkey;
	x->probing = x->probe;
	x->praise = false;
	fill_entry(x);
	if (x->ask.stream && x->attempts == 1 && keepalive > 0) {
		x->silence.fire = silent;
		loop_timer(&x->silence, clock_mono_ms() + keepalive);
	}
	start(x);
}

void
attempt_cancel(struct exchange *x)
{
	struct attempt *a = x->attempt;

	if (a == NULL)
		return;
	cut(a);
	a->over = true;
	detach(a);
}

void
attempt_resume(struct exchange *x)
{
	struct attempt *a = x->attempt;

	if (a == NULL || !a->paused || a->transfer == NULL)
		return;
	a->paused = false;
	transfer_resume(a->transfer);
}
