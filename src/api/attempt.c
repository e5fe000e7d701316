/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt.c - one try of an exchange against one candidate.
 *
 * Runs in: worker.
 *
 * Until the first event with output nothing is committed: an in-band error, a
 * cut or a stall still goes to the next candidate.  With that event it is, even
 * when what went wrong came in the same read.  A comment block that kept a
 * silent client's connection alive does not count as output.
 */
#include "api/attempt.h"

#include <string.h>

#include "api/admission.h"
#include "api/crossing.h"
#include "api/pass.h"
#include "api/relay.h"
#include "api/reply.h"
#include "api/upstream.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/spare.h"

/* How much of an error's body is read; the rest is dropped. */
#define ERROR_BYTES_MOST (256u << 10)
/* After the last event the upstream gets this long to end its message, so that its connection can be used again. */
#define LINGER_MS 1000u

struct attempt {
	struct exchange	   *x;
	struct transfer	   *transfer;	/* NULL once it ended */
	struct arena	    arena;	/* headers and body of the call */
	struct call	    call;
	struct header_lines headers;
	int		    status;
	bool		    refused;	/* its status is an error's */
	bool		    over;	/* the exchange needs nothing of it any more */
	bool		    paused;
	struct buf	    error;	/* the body of one */
	struct relay	    relay;	/* what else it sends */
	struct str	    retry_after, retry_after_ms;
	struct timer	    linger;
};

static void
release(void *arg)
{
	struct attempt *a = arg;

	buf_done(&a->error);
	relay_done(&a->relay);
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
	return fault_info(x->failure.fault)->retry == RETRY_NEXT && !x->output && !x->answered && !pass_is_spent(x) &&
	    x->calls < api()->env.conf->attempts && x->plan.next < x->plan.n;
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
	if (x->failure_ours && x->failure_before.fault != FAULT_NONE) {
		x->failure = x->failure_before;
		x->failure_body = x->failure_body_before;
		x->failure_ours = x->blame = false;
	}
	if (!x->answered)
		reply_failure(x);
	exchange_settle(x, x->output		      ? END_TRUNCATED
			    : x->failure_ours	      ? END_REFUSED
			    : x->failure.view.status != 0 ? END_UPSTREAM_ERROR
							  : END_UPSTREAM_FAILED);
	detach(a);
}

static void
fail(struct attempt *a, enum fault f, struct str message)
{
	struct exchange *x = a->x;

	x->failure = (struct verdict){ .fault = f, .view = { .message = arena_str(&x->arena, message) } };
	x->failure_body = STR_NONE;
	x->failure_ours = false;
	failed(a);
}

/* The candidate cannot be asked that: no call is made, and its breaker hears nothing. */
static void
refuse(struct attempt *a, const struct complaint *why)
{
	struct exchange *x = a->x;

	if (!x->failure_ours) {
		x->failure_before = x->failure;
		x->failure_body_before = x->failure_body;
	}
	x->failure = (struct verdict){ .fault = why->fault, .view = { .message = arena_str(&x->arena, why->message) } };
	x->failure_body = STR_NONE;
	x->failure_ours = true;
	x->failure_param = arena_str(&x->arena, why->param);
	failed(a);
}

static void
succeeded(struct attempt *a)
{
	struct exchange *x = a->x;

	a->over = true;
	exchange_settle(x, END_COMPLETE);
}

/* The upstream connection is closed within this turn, and no event follows. */
static void
cut(struct attempt *a)
{
	if (a->transfer != NULL)
		transfer_cancel(a->transfer);
	a->transfer = NULL;
}

/* ---- what the relay says ------------------------------------------------------ */

/* What went wrong in the middle: before any output it is a failure like any other, behind it the stream's last word. */
static void
broken(struct attempt *a, enum fault f, struct str message)
{
	struct exchange *x = a->x;
	struct relay	*r = &a->relay;

	cut(a);
	if (x->output && !x->answered) {
		message = r->worded ? message : reply_message(x, f, message);
		if (!r->worded)
			relay_error(r, f, message);
		reply_stream_cut(x, buf_view(&r->out), f, message);
	}
	buf_clear(&r->out);
	fail(a, f, message);
}

static void
linger_over(struct timer *t)
{
	struct attempt *a = container_of(t, struct attempt, linger);

	cut(a);
	detach(a);
}

/* The transfer may go on for a moment: its connection is worth keeping. */
static void
let_end(struct attempt *a)
{
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
whole(struct attempt *a)
{
	struct exchange *x = a->x;
	struct relay	*r = &a->relay;

	if (x->ask.stream && x->body.n == 0)
		reply_stream_end(x, buf_view(&r->out));
	else
		reply_whole(x, x->way.kind == WAY_VERBATIM ? a->status : 200);
	buf_clear(&r->out);
	x->praise = true;
	succeeded(a);
	let_end(a);
}

static void
flush(struct attempt *a)
{
	struct exchange *x = a->x;
	struct buf	*out = &a->relay.out;

	if (out->n == 0 || !x->output)
		return;
	if (reply_stream_write(x, buf_view(out)) && !a->paused && a->transfer != NULL) {
		a->paused = true;
		transfer_pause(a->transfer);
	}
	buf_clear(out);
}

static void
hear(struct attempt *a, enum relay_says says)
{
	switch (says) {
	case RELAY_MORE:
		flush(a);
		return;
	case RELAY_WHOLE:
		whole(a);
		return;
	case RELAY_BROKEN:
		broken(a, a->relay.fault, a->relay.message);
		return;
	}
}

/* ---- errors ------------------------------------------------------------------ */

static void start(struct exchange *);

/* A path that its server does not know, of a dialect or endpoint that not all servers have: is there another way? */
static bool
goes_another_way(struct attempt *a)
{
	struct exchange		   *x = a->x;
	const struct route_channel *c = x->used->channel;
	struct way		    way = x->way;

	if (!provider_lacks_endpoint(&x->failure) || !way_other(c, x->dialect, &x->ask, clock_mono_ms(), &way))
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
	struct str	     body = arena_str(&x->arena, buf_view(&a->error));
	const struct dialect *upstream = x->way.up;

	provider_classify(&x->arena, upstream, a->status, &h, body, clock_wall_us(), &x->failure);
	if (x->failure.fault == FAULT_NONE)
		x->failure.fault = FAULT_UP_GARBAGE;
	if (goes_another_way(a))
		return;
	if (upstream_speaks_of_us(&x->failure) || !upstream_may_be_shown(x, body)) {
		x->failure.view.message = upstream_words(x, &x->arena, x->failure.view.message);
		x->failure.view.native = false;
	}
	x->failure_body = x->failure.view.native && upstream == x->dialect ? body : STR_NONE;
	x->failure_ours = false;
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
	a->refused = h->status < 200 || h->status > 299;
	if (!a->refused)
		relay_head(&a->relay, h);
}

static void
take_error(struct attempt *a, struct str bytes)
{
	buf_str(&a->error, str_upto(bytes, ERROR_BYTES_MOST - a->error.n));
	if (a->error.n < ERROR_BYTES_MOST)
		return;
	error_reply(a);
	cut(a);
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
	if (a->refused)
		take_error(a, bytes);
	else
		hear(a, relay_bytes(&a->relay, bytes));
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
	if (a->refused)	/* its status says enough, be its body whole or not */
		error_reply(a);
	else if (f != FAULT_NONE)
		broken(a, f, STR_NONE);
	else
		hear(a, relay_end(&a->relay));
}

static void
on_drained(void *arg)
{
	struct attempt *a = arg;

	if (!a->over)
		pass_drained(a->x);
}

static const struct transfer_events events = { on_head, on_bytes, on_end, on_drained };

/* ---- begin, cancel, resume ------------------------------------------------------- */

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

/* Some ways need no upstream. */
static void
answer_alone(struct attempt *a)
{
	struct exchange	*x = a->x;
	struct complaint why;

	if (crossing_alone(x, &why) < 0) {
		refuse(a, &why);
		return;
	}
	x->ask.stream = false;
	reply_whole(x, 200);
	succeeded(a);
	detach(a);
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
	x->dropped = STR_NONE;
	relay_init(&a->relay, x);
	arena_init(&a->arena);
	if (x->way.up == NULL) {
		answer_alone(a);
		return;
	}
	if (upstream_call(x, &a->arena, &a->call, &a->headers, &why) < 0) {
		refuse(a, &why);
		return;
	}
	if (x->upstream_us == 0)
		x->upstream_us = clock_mono_us();
	x->calls++;
	a->transfer = transfer_start(&a->call, &events, a);
	if (x->pass != NULL)
		pass_started(x);
}

void
attempt_begin(struct exchange *x)
{
	x->used = x->plan.of[x->chosen].offer;
	x->used_upkey = x->upkey;
	x->probing = x->probe;
	x->praise = false;
	fill_entry(x);
	if (x->ask.stream && x->attempts == 1)
		reply_break_silence(x);
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
attempt_break(struct exchange *x, enum fault f)
{
	struct attempt *a = x->attempt;
	struct str	message = reply_message(x, f, STR_NONE);

	if (a != NULL && x->output) {
		relay_error(&a->relay, f, message);
		reply_stream_cut(x, buf_view(&a->relay.out), f, message);
		buf_clear(&a->relay.out);
	}
	attempt_cancel(x);
}

bool
attempt_upload(struct exchange *x, struct str bytes)
{
	struct attempt *a = x->attempt;

	return a != NULL && a->transfer != NULL && transfer_upload(a->transfer, bytes);
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
