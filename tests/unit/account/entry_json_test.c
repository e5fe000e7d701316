/* SPDX-License-Identifier: Apache-2.0 */
/* entry_json_test.c - the access line is one JSON object with all its members, whatever is in the texts. */
#include "account/entry.h"

#include "books.h"
#include "store/key.h"

static struct arena arena;

static const char *const members[] = { "timestamp", "request_id", "api_key_name", "key_id", "provider", "channel", "model",
	"model_used", "request_type", "stream", "status", "status_code", "end_reason", "error", "error_message", "attempts",
	"input_tokens", "output_tokens", "total_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens",
	"cost_usd", "currency", "priced", "usage_source", "latency_ms", "ttfb_ms", "upstream_ms", "request_bytes",
	"response_bytes", "user_agent", "client_ip", "worker" };

static struct str
line(const struct entry *e, bool pretty)
{
	struct buf	b = { NULL, 0, 0 };
	struct json_out out;
	struct str	text;

	json_start(&out, &b, pretty);
	json_object(&out, NULL);
	entry_json(e, &out);
	json_object_end(&out);
	text = arena_str(&arena, buf_view(&b));
	buf_done(&b);
	return text;
}

static const struct json *
parsed(struct str text)
{
	struct json	 *root;
	struct json_error err;

	if (json_read(&arena, text, (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == 0)
		return root;
	printf("# %s at %zu of " STR_FMT "\n", err.what, err.offset, STR_ARG(text));
	return NULL;
}

static void
test_members(void)
{
	struct entry	   e = sample();
	const struct json *j = parsed(line(&e, false)), *at;
	int		   in_order = 0;

	is_int(j->count, LENGTH(members), "a line has its members");
	at = j->child;
	for (size_t i = 0; i < LENGTH(members) && at != NULL; i++, at = at->next)
		in_order += str_is(at->name, members[i]);
	is_int(in_order, LENGTH(members), "in their order");
	is_slice(json_get(j, "timestamp")->text, "2026-11-21T12:00:00.000Z", "the time is RFC 3339 in UTC");
	is_slice(json_text(&arena, json_get(j, "api_key_name")), "team \"one\"", "names are escaped");
	is_slice(json_get(j, "status")->text, "success", "a complete answer is a success");
	is_slice(json_get(j, "input_tokens")->raw, "812", "all classes of input are summed");
	is_slice(json_get(j, "output_tokens")->raw, "211", "and of output");
	is_slice(json_get(j, "total_tokens")->raw, "1023", "and both");
	is_slice(json_get(j, "cost_usd")->raw, "0.00792", "the cost is decimal dollars");
	is_slice(json_get(j, "latency_ms")->raw, "1500", "durations are rounded");
	is_slice(json_get(j, "ttfb_ms")->raw, "313", "to the nearest millisecond");
	is_slice(json_get(j, "worker")->raw, "3", "the worker is its slot");
	e.session = STR("s-1");
	j = parsed(line(&e, false));
	is_int(j->count, LENGTH(members) + 1, "an agent's conversation is one more");
	is_slice(json_text(&arena, json_get(j, "session")), "s-1", "as its client told it");
}

static void
test_nulls(void)
{
	struct entry	   e = { .time_us = NOON + 999999, .end = END_REFUSED, .status = 401, .fault = STR("key_unknown") };
	const struct json *j = parsed(line(&e, false));

	ok(json_is(json_get(j, "channel"), JSON_NULL) && json_is(json_get(j, "model_used"), JSON_NULL),
	    "what was never chosen is null");
	ok(json_is(json_get(j, "cost_usd"), JSON_NULL) && json_is(json_get(j, "priced"), JSON_FALSE),
	    "a cost that is not known is null, not 0");
	ok(json_is(json_get(j, "ttfb_ms"), JSON_NULL), "a byte that never came has no time");
	is_slice(json_get(j, "timestamp")->text, "2026-11-21T12:00:00.999Z", "milliseconds are those of the entry");
	is_slice(json_get(j, "error")->text, "key_unknown", "the fault is named");
	is_slice(json_get(j, "status")->text, "error", "as an error");
}

static void
test_naughty(void)
{
	char	     bytes[256 * 3];
	struct entry e = sample();
	struct str   text;

	for (int i = 0; i < 256; i++)
		bytes[i] = bytes[256 + i] = bytes[512 + i] = (char)i;
	e.message = e.user_agent = e.model = e.key = e.request_id = (struct str){ bytes, sizeof(bytes) };
	text = line(&e, false);
	ok(parsed(text) != NULL, "any bytes in any text make valid JSON");
	ok(memchr(text.p, '\n', text.n) == NULL, "on one line");
	is_int(parsed(line(&e, true))->count, LENGTH(members), "the pretty form has the same members");
}

static void
test_describe(void)
{
	struct buf	  block = { NULL, 0, 0 }, text = { NULL, 0, 0 };
	struct entry	  e = sample();
	struct json_out	  out;
	struct key	  key;
	const struct json *j;

	entry_pack(&block, &e);
	entry_pack(&block, &e);
	json_start(&out, &text, true);
	json_object(&out, NULL);
	is_int(entry_describe(key_pack(&key, "QHQ", NOON, 3, UINT64_C(99)), buf_view(&block), &out), 0, "a ledger block is told");
	json_object_end(&out);
	j = parsed(buf_view(&text));
	is_int(json_get(j, "entries")->count, 2, "with its entries");
	buf_clear(&text);
	json_start(&out, &text, false);
	json_object(&out, NULL);
	is_int(entry_describe(key_pack(&key, "HQ", 3, UINT64_C(99)), buf_view(&block), &out), 0, "a journal block is told");
	json_object_end(&out);
	ok(parsed(buf_view(&text)) != NULL, "as JSON");
	block.n--;
	json_start(&out, &text, false);
	ok(entry_describe(key_pack(&key, "HQ", 3, UINT64_C(99)), buf_view(&block), &out) < 0, "a damaged one is not understood");
	buf_done(&block);
	buf_done(&text);
}

int
main(void)
{
	arena_init(&arena);
	test_members();
	test_nulls();
	test_naughty();
	test_describe();
	arena_done(&arena);
	return tap_done();
}
