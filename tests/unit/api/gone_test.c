/* SPDX-License-Identifier: Apache-2.0 */
/* gone_test.c - a client that leaves in each phase costs its upstream call, leaves a record and nothing else. */
#include "stage.h"
#include "tap.h"

#define EVENT(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define DONE "data: [DONE]\n\n"
#define STREAM BODY("m", "\"stream\":true,")

static void
fill(void)
{
	put(RECORD_PROVIDER, "p", "kind", "generic", "base_url", "https://one.example", NULL);
	put(RECORD_CHANNEL, "first", "provider", "p", "models", "m", "priority", "1", "limits", "1000 requests / 1m", NULL);
	put(RECORD_CHANNEL, "second", "provider", "p", "models", "m", "priority", "2", NULL);
	put(RECORD_PRICE, NULL, "channel", "*", "model", "*", "input", "10", "output", "20", NULL);
	put_key("user", "", "", "1000 requests / 1m,500 usd / day");
}

/* It left: the record says so, the upstream was let go. */
static void
check(const char *when, uint64_t attempts, bool charged)
{
	struct entry e;

	ok(all_clean(), "left %s: nothing is open, reserved or wrong", when);
	e = entry();
	ok(e.status == 499 && e.end == END_CLIENT_GONE && e.attempts == attempts, "left %s: the record tells it", when);
	ok((e.cost_nano > 0) == charged && (e.usage.source == USAGE_ESTIMATED) == charged, "left %s: %s", when,
	    charged ? "what was passed on is charged" : "nothing is charged");
	ok(transfers_n == 0 || up()->over, "left %s: no upstream call goes on", when);
}

static void
test_before(void)
{
	struct request *r = come("POST", CHAT, "user", STREAM);

	leave(r);
	turn();
	check("before the body", 0, false);
	r = come("POST", CHAT, "user", STREAM);
	exchange_handler.body(r->x);	/* waits for the transaction of the turn */
	leave(r);
	turn();
	check("while waiting for admission", 0, false);
	is_int(transfers_n, 0, "no upstream was called for these");
}

static void
test_during(void)
{
	struct request *r = ask("POST", CHAT, "user", STREAM);

	leave(r);
	ok(up()->cancelled, "the upstream is let go at once");
	turn();
	check("while the upstream was silent", 1, false);
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 500);
	up_bytes(up(), "{\"error\":{\"message\":\"no\"}}");
	up_end(up(), FAULT_NONE);	/* the next candidate waits for the transaction */
	leave(r);
	turn();
	check("between two attempts", 1, false);
	is_int(records(DB_BREAKER), 1, "and the breaker heard of the first");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", BODY("m", ""));
	up_head(up(), 200);
	up_bytes(up(), "{\"choices\":[");
	leave(r);
	turn();
	check("in the middle of a whole reply", 1, false);
}

static void
test_stream(void)
{
	struct request	*r = ask("POST", CHAT, "user", STREAM);
	struct transfer *t = up();

	up_head(t, 200);
	up_bytes(t, EVENT("a") EVENT("b"));
	leave(r);
	turn();
	check("in the middle of a stream", 1, true);
	is_int(entry().usage.tokens[USAGE_OUTPUT], 2, "as many tokens as events");
	r = ask("POST", CHAT, "user", STREAM);
	t = up();
	clock_advance(16 * SECOND);
	turn();
	ok(stream_has(r, "keep-alive"), "a comment opened a stream");
	leave(r);
	turn();
	check("behind a comment", 1, false);
	r = ask("POST", CHAT, "user", STREAM);
	t = up();
	up_head(t, 200);
	up_bytes(t, EVENT("a") DONE);
	turn();
	leave(r);
	ok(entry().end == END_COMPLETE && entry().status == 200, "who leaves when all is said has left after a whole answer");
	up_end(t, FAULT_NONE);
	ok(all_clean(), "and nothing is left of it");
	for (int whole = 0; whole < 2; whole++) {
		r = ask("POST", CHAT, "user", whole ? BODY("m", "") : STREAM);
		t = up();
		up_head(t, 200);
		up_bytes(t, whole ? "{\"choices\":[]}" : EVENT("a") DONE);
		up_end(t, FAULT_NONE);	/* all is here, the last word waits for the transaction */
		leave(r);
		turn();
		ok(all_clean() && entry().end == END_COMPLETE && !r->answered && !r->stream.ended,
		    "who leaves before the last word of a %s hears none, and pays", whole ? "reply" : "stream");
	}
}

/* The server ends a request without a word of gone(): a stalled client. */
static void
test_done_alone(void)
{
	struct request *r = ask("POST", CHAT, "user", STREAM);

	up_head(up(), 200);
	up_bytes(up(), EVENT("a"));
	r->left = true;
	turn();
	ok(up()->cancelled, "a request that is merely over lets its upstream go");
	check("without a word", 1, true);
}

static void
test_many(void)
{
	uint64_t counted = api()->counters.n[COUNTER_CLIENT_GONE];
	bool	 good = true;

	for (size_t i = 0; i < 100; i++)
		ask("POST", CHAT, "user", STREAM);
	ok(records(DB_RESERVATION) == 100 && api()->counters.inflight == 100, "a hundred are open");
	for (size_t i = requests_n - 100; i < requests_n; i++)
		leave(&requests[i]);
	for (size_t i = transfers_n - 100; i < transfers_n; i++)
		good &= transfers[i].cancelled;
	ok(good, "all of their upstreams are let go");
	ok(all_clean(), "and nothing is left");
	is_int(api()->counters.n[COUNTER_CLIENT_GONE] - counted, 100, "each is counted once");
}

static void
test_cut(void)
{
	struct request *a = ask("POST", CHAT, "user", STREAM), *b = ask("POST", CHAT, "user", BODY("m", "")), *c;

	up_head(&transfers[transfers_n - 2], 200);
	up_bytes(&transfers[transfers_n - 2], EVENT("a"));
	c = come("POST", CHAT, "user", STREAM);
	exchange_cut_all();
	turn();
	ok(a->stream.ended && !a->stream.complete && stream_has(a, "shutting_down"), "at the end of the grace a stream ends with an error");
	ok(b->status == 503 && answer_has(b, "shutting_down"), "who waits gets a 503");
	c->left = true;
	ok(all_clean() && c->over, "who was still sending is cut");
	ok(entry().end == END_DRAINED && entry().status == 503, "and the record tells that it was us");
}

int
main(void)
{
	catalog_open();
	fill();
	stage_open();
	test_before();
	test_during();
	test_stream();
	test_done_alone();
	test_many();
	test_cut();
	stage_close();
	return tap_done();
}
