/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - what the client gets.
 *
 * Runs in: worker.
 *
 * Retry-After is told only when waiting helps: whole seconds, rounded up, at
 * most a minute, as a window of one minute is full for a bucket longer than
 * that (clients with patience sleep for as long as they are told).  An
 * exhausted quota says x-should-retry: false and names no time.
 */
#include "api/reply.h"

#include <assert.h>
#include <inttypes.h>

#include "api/attempt.h"
#include "api/pass.h"
#include "api/rate.h"
#include "base/clock.h"

#define HEADERS_MOST 24

struct head {
	struct header of[HEADERS_MOST];
	size_t	      n;
};

static void
put(struct head *h, const char *name, const char *value)
{
	assert(h->n < HEADERS_MOST);
	h->of[h->n++] = (struct header){ name, value };
}

static void
put_common(struct exchange *x, struct head *h, const char *content_type)
{
	put(h, "Content-Type", content_type);
	put(h, "x-request-id", x->id);
	put(h, "request-id", x->id);
	assert(h->n + RATE_HEADERS_MOST <= HEADERS_MOST);
	h->n += rate_headers(&x->arena, x->dialect->id, &x->rates, h->of + h->n);
	if (x->dropped.n > 0)
		put(h, "x-weir-dropped", arena_cstr(&x->arena, x->dropped));
	if (x->estimated)
		put(h, "x-weir-estimated", "input_tokens");
	if (x->used != NULL) {
		put(h, "x-weir-channel", arena_cstr(&x->arena, x->used->channel->record->r.name));
		put(h, "x-weir-attempts", arena_decimal(&x->arena, x->attempts));
	}
}

static void
answer(struct exchange *x, int status, const struct head *h, struct str body)
{
	struct answer a = { .status = status, .headers = h->of, .n = h->n, .body = body };

	if (x->answered)
		return;
	x->answered = true;
	x->entry.status = (uint16_t)status;
	x->entry.response_bytes = body.n;
	if (!x->gone)
		request_answer(x->request, &a);
}

static enum next
own_answer(struct exchange *x, int status, const char *content_type, const char *tag, struct str body)
{
	struct head h = { .n = 0 };

	put_common(x, &h, content_type);
	if (tag != NULL)
		put(&h, "ETag", tag);
	answer(x, status, &h, body);
	exchange_settle(x, END_COMPLETE);
	return WAIT;
}

enum next
reply_json(struct exchange *x, int status, struct str json)
{
	return own_answer(x, status, "application/json", NULL, json);
}

enum next
reply_text(struct exchange *x, struct str text)
{
	return own_answer(x, 200, "text/plain; charset=utf-8", NULL, text);
}

enum next
reply_tagged(struct exchange *x, struct str json)
{
	struct str tag = arena_printf(&x->arena, "\"%016" PRIx64 "\"", str_hash(json));
	struct str known = request_header(x->request, "If-None-Match");
	bool	   same = str_find(known, tag) < known.n;

	return own_answer(x, same ? 304 : 200, "application/json", tag.p, same ? STR("") : json);
}

/* ---- errors -------------------------------------------------------------- */

/* Longer waits are not told: clients would sleep on them, or not believe them. */
#define RETRY_MOST_MS 60000u
/* A window of a minute waits a part of it longer (limit/window.h): that is told as the minute. */
#define RETRY_NEAR_MS 61000u

/* What is told of a wait; 0 = nothing. */
static uint64_t
told_wait(uint64_t wait_ms)
{
	if (wait_ms > RETRY_NEAR_MS)
		return 0;
	return wait_ms < RETRY_MOST_MS ? wait_ms : RETRY_MOST_MS;
}

static void
put_retry(struct exchange *x, struct head *h, uint64_t wait_ms)
{
	wait_ms = told_wait(wait_ms);
	if (wait_ms == 0)
		return;
	put(h, "retry-after", arena_decimal(&x->arena, (wait_ms + 999) / 1000));
	put(h, "retry-after-ms", arena_decimal(&x->arena, wait_ms));
}

/* Whether another try of the client's can help at all. */
static bool
hopeless(enum fault f, uint64_t wait_ms)
{
	return f == FAULT_QUOTA_EXHAUSTED || f == FAULT_UP_QUOTA || f == FAULT_TOO_LARGE_FOR_LIMIT ||
	    f == FAULT_UP_KEY_INVALID || f == FAULT_UP_UNAUTHORIZED || f == FAULT_UP_FORBIDDEN || f == FAULT_UP_BLOCKED ||
	    (f == FAULT_NO_CHANNEL && wait_ms > RETRY_NEAR_MS);
}

/* A fault's name as it is logged. */
static struct str
fault_word(struct exchange *x, enum fault f)
{
	char *word = arena_cstr(&x->arena, str_of(fault_info(f)->name));

	for (char *p = word; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	return str_of(word);
}

static void
error_answer(struct exchange *x, enum fault f, int status, struct str body, uint64_t wait_ms)
{
	struct head h = { .n = 0 };

	put_common(x, &h, "application/json");
	put_retry(x, &h, hopeless(f, wait_ms) ? 0 : wait_ms);
	if (hopeless(f, wait_ms))
		put(&h, "x-should-retry", "false");
	if (f == FAULT_BAD_METHOD && x->allow != NULL)
		put(&h, "Allow", x->allow);
	if (f == FAULT_KEY_MISSING || f == FAULT_KEY_UNKNOWN)
		put(&h, "WWW-Authenticate", "Bearer");
	x->entry.fault = fault_word(x, f);
	answer(x, status, &h, body);
}

static void
error_with_wait(struct exchange *x, enum fault f, struct str message, struct str param, uint64_t wait_ms)
{
	struct buf b = { 0 };
	struct str body;

	x->dialect->error(&b, &(struct complaint){ .fault = f, .message = message, .param = param }, str_of(x->id));
	body = arena_take(&x->arena, &b);
	x->entry.message = message.n > 0 ? message : str_of(fault_info(f)->text);
	error_answer(x, f, fault_info(f)->status, body, wait_ms);
}

void
reply_error(struct exchange *x, enum fault f, struct str message, struct str param)
{
	error_with_wait(x, f, message, param, 0);
}

static struct str
limit_message(struct exchange *x)
{
	const struct refusal *r = &x->refusal;
	struct str	      limit = limit_text(&x->arena, r->limit), again = STR_NONE;
	uint64_t	      wait = told_wait(r->wait_ms);

	if (wait > 0)
		again = arena_printf(&x->arena, ". Please try again in %" PRIu64 ".%03us", wait / 1000,
		    (unsigned)(wait % 1000));
	if (r->fault == FAULT_TOO_LARGE_FOR_LIMIT)
		return arena_printf(&x->arena, "the request alone needs more than the %s limit of " STR_FMT " allows",
		    scope_names[r->scope], STR_ARG(limit));
	return arena_printf(&x->arena, "the %s %s of " STR_FMT " is %s" STR_FMT, scope_names[r->scope],
	    r->fault == FAULT_QUOTA_EXHAUSTED ? "quota" : "limit", STR_ARG(limit),
	    r->fault == FAULT_QUOTA_EXHAUSTED ? "used up" : "reached", STR_ARG(again));
}

enum next
reply_refused(struct exchange *x)
{
	enum fault f = x->admit_fault;

	if (x->attempts > 0) {
		reply_failure(x);
		exchange_settle(x, x->failure.view.status != 0 ? END_UPSTREAM_ERROR : END_UPSTREAM_FAILED);
		return WAIT;
	}
	if (f == FAULT_RATE_LIMITED || f == FAULT_QUOTA_EXHAUSTED || f == FAULT_TOO_LARGE_FOR_LIMIT) {
		error_with_wait(x, f, limit_message(x), STR_NONE, x->refusal.wait_ms);
		exchange_settle(x, END_REFUSED);
	} else {
		error_with_wait(x, f, STR_NONE, STR_NONE, x->admit_wait_ms);
		exchange_settle(x, f == FAULT_STORE_DOWN || f == FAULT_INTERNAL ? END_INTERNAL : END_UPSTREAM_FAILED);
	}
	return WAIT;
}

/* ---- whole replies ------------------------------------------------------- */

/* What is passed on is called what its upstream called it. */
static const char *
content_type(const struct exchange *x, const char *usual)
{
	return x->pass != NULL && x->pass->reply_type != NULL ? x->pass->reply_type : usual;
}

static void
say_whole(struct exchange *x)
{
	struct head h = { .n = 0 };

	put_common(x, &h, content_type(x, "application/json"));
	x->answered = false;
	answer(x, x->entry.status, &h, buf_view(&x->body));
}

void
reply_whole(struct exchange *x, int status)
{
	x->output = true;
	x->answered = true;
	x->entry.status = (uint16_t)status;
	x->entry.response_bytes = x->body.n;
	x->last_word = say_whole;
}

/* The statuses of an upstream's error that mean the same to the client. */
static bool
status_is_the_clients(int status)
{
	return status >= 400 && status <= 599 && status != 401 && status != 402 && status != 403 && status != 407 && status != 408;
}

struct str
reply_message(struct exchange *x, enum fault f, struct str m)
{
	if (m.n == 0)
		return str_of(fault_info(f)->text);
	return arena_printf(&x->arena, "%s: " STR_FMT, fault_info(f)->text, STR_ARG(str_upto(m, 1024)));
}

static struct str
failure_message(struct exchange *x)
{
	const struct str m = x->failure.view.message;

	return x->failure_ours && m.n > 0 ? m : reply_message(x, x->failure.fault, m);
}

void
reply_failure(struct exchange *x)
{
	const struct verdict *v = &x->failure;
	bool		      native = x->failure_body.n > 0 && status_is_the_clients(v->view.status);

	if (x->stream != NULL) {
		reply_stream_break(x, v->fault, failure_message(x));
		return;
	}
	if (!native) {
		error_with_wait(x, v->fault, failure_message(x), x->failure_ours ? x->failure_param : STR_NONE, v->retry_after_ms);
		return;
	}
	x->entry.message = v->view.message;
	error_answer(x, v->fault, v->view.status, x->failure_body, v->retry_after_ms);
}

/* ---- streams -------------------------------------------------------------- */

static void
drained(void *arg)
{
	struct exchange *x = arg;

	attempt_resume(x);
}

/* What is written into the stream's silence.  Anthropic has an event for it, which its clients look for. */
static struct str
keepalive(const struct exchange *x)
{
	if (x->pass != NULL && !str_starts_nocase(str_of(x->pass->reply_type), STR("text/event-stream")))
		return STR("");
	if (x->dialect->id == DIALECT_ANTHROPIC)
		return STR(": keep-alive\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n");
	return frame_keepalive(x->ask.framing);
}

void
reply_stream_open(struct exchange *x)
{
	struct head   h = { .n = 0 };
	struct answer a;

	if (x->stream != NULL || x->answered || x->gone)
		return;
	put_common(x, &h, content_type(x, frame_content_type(x->ask.framing)));
	if (x->pass != NULL && x->pass->disposition != NULL)
		put(&h, "Content-Disposition", x->pass->disposition);
	put(&h, "Cache-Control", "no-cache");
	put(&h, "X-Accel-Buffering", "no");
	a = (struct answer){ .status = 200, .headers = h.of, .n = h.n, .keepalive = keepalive(x) };
	x->entry.status = 200;
	x->stream = request_stream(x->request, &a, drained);
	if (x->step == STEP_TRY)	/* a comment may come while the next candidate is chosen */
		x->step = STEP_REPLY;
}

/* A streaming client has heard nothing for a while: a comment, so that nothing between us closes the connection. */
static void
silent(struct timer *t)
{
	struct exchange *x = container_of(t, struct exchange, silence);

	if (x->stream == NULL && !x->answered)
		reply_stream_write(x, frame_keepalive(x->ask.framing));
}

void
reply_break_silence(struct exchange *x)
{
	uint64_t ms = api()->env.conf->stream_keepalive_ms;

	if (ms == 0)
		return;
	x->silence.fire = silent;
	loop_timer(&x->silence, clock_mono_ms() + ms);
}

bool
reply_stream_write(struct exchange *x, struct str events)
{
	reply_stream_open(x);
	if (x->stream == NULL)
		return false;
	x->entry.response_bytes += events.n;
	return stream_write(x->stream, events);
}

static void
end(struct exchange *x, bool complete)
{
	struct stream *s = x->stream;

	if (s == NULL || x->answered)
		return;
	x->answered = true;
	x->stream = NULL;
	stream_end(s, complete);
}

static void
say_end(struct exchange *x)
{
	struct stream *s = x->stream;

	if (s == NULL)
		return;
	x->stream = NULL;
	stream_write(s, buf_view(&x->body));
	stream_end(s, true);
}

void
reply_stream_end(struct exchange *x, struct str last)
{
	reply_stream_open(x);
	buf_str(&x->body, last);
	x->entry.response_bytes += last.n;
	x->output = true;
	x->answered = true;
	x->last_word = say_end;
}

void
reply_stream_cut(struct exchange *x, struct str events, enum fault f, struct str message)
{
	x->entry.fault = fault_word(x, f);
	x->entry.message = message;
	reply_stream_write(x, events);
	end(x, false);
}

void
reply_stream_break(struct exchange *x, enum fault f, struct str message)
{
	struct buf event = { 0 };

	if (x->dialect->error_event != NULL)
		x->dialect->error_event(&event, x->ask.framing, x->entry.response_bytes == 0, f, message);
	reply_stream_cut(x, buf_view(&event), f, message.n > 0 ? message : str_of(fault_info(f)->text));
	buf_done(&event);
}
