/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry_json.c - a finished exchange as JSON: the access line, and listings.
 *
 * Runs in: worker (a line per request, so no printf here), admin, the tools.
 */
#include "account/entry.h"

#include <string.h>

#include "base/clock.h"
#include "store/key.h"

static const char *const source_names[] = { "unknown", "reported", "estimated" };

/* ---------------------------------------------------------------- members */

/*
 * Pretty output goes through the careful writer.  A line is written straight
 * into the buffer: ROOM is made at its begin and after each text, and all that
 * stands between two texts fits into it.
 */
#define ROOM 1024

static void
append(struct json_out *o, struct str s)
{
	memcpy(o->to->p + o->to->n, s.p, s.n);
	o->to->n += s.n;
}

/* "name": with the comma before it. */
static void
lead(struct json_out *o, struct str name)
{
	char *p = o->to->p + o->to->n;

	if (o->pretty) {
		json_named(o, name);
		return;
	}
	if (o->comma)
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name.p, name.n);
	p += name.n;
	*p++ = '"';
	*p++ = ':';
	o->to->n = (size_t)(p - o->to->p);
	o->comma = true;
}

static void
raw(struct json_out *o, struct str name, struct str value)
{
	lead(o, name);
	if (o->pretty)
		json_raw(o, NULL, value);
	else
		append(o, value);
}

static void
text(struct json_out *o, struct str name, struct str value)
{
	if (value.n == 0) {
		raw(o, name, STR("null"));
		return;
	}
	lead(o, name);
	if (o->pretty) {
		json_str(o, NULL, value);
		return;
	}
	json_quote(o->to, value);
	buf_reserve(o->to, ROOM);
}

/* A word of our own, at most a few dozen bytes that need no escapes. */
static void
word(struct json_out *o, struct str name, struct str value)
{
	lead(o, name);
	if (o->pretty) {
		json_str(o, NULL, value);
		return;
	}
	append(o, STR("\""));
	append(o, value);
	append(o, STR("\""));
}

static void
number(struct json_out *o, struct str name, uint64_t value)
{
	char   digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	raw(o, name, (struct str){ digits + at, sizeof(digits) - at });
}

static void
boolean(struct json_out *o, struct str name, bool value)
{
	raw(o, name, value ? STR("true") : STR("false"));
}

/* Milliseconds, rounded; null when it never came. */
static void
duration(struct json_out *o, struct str name, uint64_t us)
{
	if (us == 0)
		raw(o, name, STR("null"));
	else
		number(o, name, us / 1000 + (us % 1000 >= 500));
}

/* ---------------------------------------------------------------- the line */

/* Most lines are of the second of the one before; the calendar costs more than all other numbers. */
static void
format_time(char out[25], uint64_t us)
{
	static uint64_t second = UINT64_MAX;
	static char	text[25];
	unsigned	ms = (unsigned)(us / 1000 % 1000);

	if (us / 1000000 != second) {
		clock_format(text, us);
		second = us / 1000000;
	}
	memcpy(out, text, sizeof(text));
	out[20] = (char)('0' + ms / 100);
	out[21] = (char)('0' + ms / 10 % 10);
	out[22] = (char)('0' + ms % 10);
}

static void
put_who(const struct entry *e, struct json_out *o)
{
	char when[25];

	format_time(when, e->time_us);
	word(o, STR("timestamp"), (struct str){ when, sizeof(when) - 1 });
	text(o, STR("request_id"), e->request_id);
	text(o, STR("api_key_name"), e->key);
	number(o, STR("key_id"), e->key_id);
	text(o, STR("provider"), e->provider);
	text(o, STR("channel"), e->channel);
	text(o, STR("model"), e->model);
	text(o, STR("model_used"), e->model_used);
	text(o, STR("request_type"), e->endpoint);
	boolean(o, STR("stream"), e->stream);
}

static void
put_end(const struct entry *e, struct json_out *o)
{
	word(o, STR("status"), entry_succeeded(e) ? STR("success") : STR("error"));
	number(o, STR("status_code"), e->status);
	word(o, STR("end_reason"), str_of(end_names[e->end]));
	text(o, STR("error"), e->fault);
	text(o, STR("error_message"), e->message);
	number(o, STR("attempts"), e->attempts);
}

static void
put_usage(const struct entry *e, struct json_out *o)
{
	uint64_t input = usage_input(&e->usage), output = usage_output(&e->usage);
	char	 usd[USD_BYTES];

	number(o, STR("input_tokens"), input);
	number(o, STR("output_tokens"), output);
	number(o, STR("total_tokens"), input > UINT64_MAX - output ? UINT64_MAX : input + output);
	number(o, STR("cached_tokens"), e->usage.tokens[USAGE_CACHE_READ]);
	number(o, STR("cache_write_tokens"), e->usage.tokens[USAGE_CACHE_WRITE]);
	number(o, STR("reasoning_tokens"), e->usage.tokens[USAGE_REASONING]);
	raw(o, STR("cost_usd"), e->priced ? (struct str){ usd, usd_write(usd, e->cost_nano) } : STR("null"));
	word(o, STR("currency"), STR("USD"));
	boolean(o, STR("priced"), e->priced);
	word(o, STR("usage_source"), str_of(source_names[e->usage.source]));
}

void
entry_json(const struct entry *e, struct json_out *o)
{
	buf_reserve(o->to, ROOM);
	put_who(e, o);
	put_end(e, o);
	put_usage(e, o);
	number(o, STR("latency_ms"), e->total_us / 1000 + (e->total_us % 1000 >= 500));
	duration(o, STR("ttfb_ms"), e->first_byte_us);
	duration(o, STR("upstream_ms"), e->upstream_us);
	number(o, STR("request_bytes"), e->request_bytes);
	number(o, STR("response_bytes"), e->response_bytes);
	text(o, STR("user_agent"), e->user_agent);
	text(o, STR("client_ip"), e->client_ip);
	number(o, STR("worker"), e->slot);
	if (e->session.n > 0)
		text(o, STR("session"), e->session);
}

/* A ledger key has the time in front, a journal key has not. */
static int
describe_key(struct str key, struct json_out *out)
{
	uint64_t time_us, sequence;
	uint16_t slot;
	char	 when[25];

	if (key_unpack(key, "QHQ", &time_us, &slot, &sequence) == 0) {
		clock_format(when, time_us);
		json_cstr(out, "settled", when);
	} else if (key_unpack(key, "HQ", &slot, &sequence) < 0) {
		return -1;
	}
	json_unum(out, "slot", slot);
	json_unum(out, "sequence", sequence);
	return 0;
}

int
entry_describe(struct str key, struct str value, struct json_out *out)
{
	struct entry e;

	if (describe_key(key, out) < 0)
		return -1;
	json_array(out, "entries");
	while (entry_unpack(&value, &e)) {
		json_object(out, NULL);
		entry_json(&e, out);
		json_object_end(out);
	}
	json_array_end(out);
	return value.n == 0 ? 0 : -1;
}
