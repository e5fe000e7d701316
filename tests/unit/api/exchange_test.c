/* SPDX-License-Identifier: Apache-2.0 */
/* exchange_test.c - one request from its head to its record: answers, streams, failovers, and what is charged. */
#include "stage.h"
#include "tap.h"

#define REPLY "{\"id\":\"1\",\"choices\":[{\"message\":{}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}"
#define EVENT(text) "data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define USAGE "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\n"
#define DONE "data: [DONE]\n\n"
#define ERROR(text) "{\"error\":{\"message\":\"" text "\",\"type\":\"t\",\"code\":null}}"
#define STREAM BODY("m", "\"stream\":true,")

static void
fill(void)
{
	uint64_t keyed;

	put(RECORD_PROVIDER, "one", "kind", "generic", "base_url", "https://one.example", NULL);
	put(RECORD_PROVIDER, "two", "kind", "generic", "base_url", "https://two.example", NULL);
	put(RECORD_CHANNEL, "first", "provider", "one", "models", "m,only,x-*", "priority", "1", "aliases", "al=other", NULL);
	put(RECORD_CHANNEL, "second", "provider", "two", "models", "m", "priority", "2", NULL);
	put(RECORD_CHANNEL, "keyed", "provider", "one", "models", "k", NULL);
	put(RECORD_PRICE, NULL, "channel", "*", "model", "*", "input", "1000", "output", "2000", NULL);
	keyed = put(RECORD_CHANNEL, "keyed", NULL);
	put_upkey(keyed, "only", "sk-upstream-0123456789", true);
	put_key("user", "", "", "");
	put_key("two-a-minute", "", "", "2 requests / 1m,100000 tokens / 1h");
	put_key("broken", "", "", "5 usd / month Nowhere/Land");
}

static void
test_whole(void)
{
	struct request *r = ask("POST", CHAT, "user", BODY("m", ""));
	struct entry	e;

	is_str(up()->call.url, "https://one.example/v1/chat/completions", "the first candidate is called");
	ok(up_sent(up(), "User-Agent: tester/1") && up_sent(up(), "Content-Type: application/json"), "in the caller's name");
	is_slice(up()->call.body, BODY("m", ""), "with the caller's bytes");
	up_reply(up(), 200, REPLY);
	ok(r->over && r->status == 200, "its answer is the client's");
	is_slice(buf_view(&r->answer), REPLY, "byte for byte");
	ok(has_header(r, "x-weir-channel: first\n") && has_header(r, "x-request-id: req_") && has_header(r, "x-weir-attempts: 1\n"),
	    "the head tells the channel, the request and the attempts");
	e = entry();
	ok(e.status == 200 && e.end == END_COMPLETE && e.attempts == 1 && !e.stream && e.slot == 3, "the record tells how it ended");
	ok(str_is(e.key, "user") && str_is(e.channel, "first") && str_is(e.provider, "one") && str_is(e.model, "m") &&
		str_is(e.model_used, "m") && str_is(e.endpoint, "chat.completions") && str_is(e.user_agent, "tester/1"),
	    "and who, where and what");
	ok(e.usage.source == USAGE_REPORTED && e.usage.tokens[USAGE_INPUT] == 10 && e.usage.tokens[USAGE_OUTPUT] == 5,
	    "usage is the provider's");
	is_int(e.cost_nano, 10 * 1000000 + 5 * 2000000, "and priced");
	ok(all_clean(), "nothing is left");
	ask("POST", CHAT, "user", BODY("al", ""));
	is_slice(up()->call.body, BODY("other", ""), "an alias goes upstream under its other name");
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().model, "al") && str_is(entry().model_used, "other"), "and both are told");
	ask("POST", CHAT, "user", BODY("x-new", ""));
	up_reply(up(), 200, "{\"choices\":[]}");
	e = entry();
	ok(str_is(e.model_used, "x-new") && e.usage.source == USAGE_ESTIMATED && e.usage.tokens[USAGE_INPUT] > 0,
	    "usage that nobody told is estimated");
	ok(all_clean(), "nothing is left of these");
}

static void
test_refusals(void)
{
	size_t		before = transfers_n, journal = records(DB_JOURNAL);
	struct request *r = ask("POST", CHAT, "stranger", BODY("m", ""));

	ok(r->status == 401 && has_header(r, "WWW-Authenticate: Bearer\n"), "an unknown key is refused");
	is_int(ask("POST", CHAT, NULL, BODY("m", ""))->status, 401, "so is none");
	is_int(records(DB_JOURNAL), journal, "a stranger leaves no record");
	is_int(ask("POST", CHAT, "broken", BODY("m", ""))->status, 403, "a key whose limit cannot be read is not unlimited");
	is_int(ask("POST", "/v1/nothing", "user", BODY("m", ""))->status, 404, "an unknown path");
	r = ask("GET", CHAT, "user", "");
	ok(r->status == 405 && has_header(r, "Allow: POST\n"), "a wrong method names the right one");
	is_int(ask("POST", CHAT, "user", "{")->status, 400, "what is no JSON");
	is_int(ask("POST", CHAT, "user", "{\"messages\":[]}")->status, 400, "a request without a model");
	r = ask("POST", CHAT, "user", BODY("onyl", ""));
	ok(r->status == 404 && answer_has(r, "'only'"), "an unknown model names the nearest");
	is_int(ask("GET", "/v1/models/only", "user", "")->status, 200, "a model can be looked up");
	is_int(ask("GET", "/health", NULL, "")->status, 200, "health needs no key");
	is_int(transfers_n, before, "nothing of all that went upstream");
	ok(all_clean(), "and nothing is left of it");
}

static void
test_limit(void)
{
	struct request *r;

	ask("POST", CHAT, "two-a-minute", BODY("m", ""));
	up_reply(up(), 500, ERROR("broken"));
	up_reply(up(), 200, REPLY);
	is_int(entry().attempts, 2, "a request that failed over");
	r = ask("POST", CHAT, "two-a-minute", BODY("only", ""));
	ok(transfers_n > 0 && !up()->over, "counts once, so that a second one may come");
	up_reply(up(), 400, ERROR("maximum context length is 8192 tokens"));
	ok(r->status == 400, "and be refused by its only upstream");
	r = ask("POST", CHAT, "two-a-minute", BODY("m", ""));
	ok(r->status == 429 && answer_has(r, "rate_limit_exceeded"), "the third is too many");
	ok(has_header(r, "retry-after: ") && has_header(r, "retry-after-ms: "), "and is told when to come again");
	ok(has_header(r, "x-ratelimit-limit-requests: 2\n") && has_header(r, "x-ratelimit-remaining-requests: 0\n") &&
		has_header(r, "x-ratelimit-remaining-tokens: "), "with the limits as they are");
	turn();
	ok(entry().end == END_REFUSED && str_is(entry().fault, "rate_limited") && entry().attempts == 0, "its record names the fault");
	is_int(api()->counters.n[COUNTER_REFUSED_LIMIT], 1, "it is counted as refused by a limit");
	ok(all_clean(), "no reservation is left");
	clock_advance(70 * SECOND);
	ask("POST", CHAT, "two-a-minute", BODY("m", ""));
	up_reply(up(), 400, ERROR("maximum context length is 8192 tokens"));
	ok(!up()->over && strstr(up()->call.url, "two.example") != NULL, "who is not to blame is passed over as well");
	up_reply(up(), 200, REPLY);
	r = ask("POST", CHAT, "two-a-minute", BODY("m", ""));
	ok(!up()->over && r->status == 0, "and that request, too, counted once");
	up_reply(up(), 200, REPLY);
	ok(has_header(r, "x-ratelimit-remaining-requests: 0\n"), "after the second nothing remains");
	ok(all_clean(), "all is settled");
}

static void
test_failover(void)
{
	struct request *r = ask("POST", CHAT, "user", BODY("m", ""));
	size_t		before = transfers_n;

	up_fail(up(), FAULT_UP_RESET);
	is_int(transfers_n, before + 1, "a fault goes to the next candidate");
	up_reply(up(), 503, ERROR("too busy"));
	ok(r->status == 503 && answer_has(r, "too busy"), "when all failed, the last error is told");
	ok(entry().end == END_UPSTREAM_ERROR && entry().attempts == 2 && entry().cost_nano == 0, "at no cost");
	ok(str_is(entry().fault, "up_overloaded") && str_is(entry().message, "too busy"), "by name and words");
	r = ask("POST", CHAT, "user", BODY("only", ""));
	up_reply(up(), 302, "");
	ok(r->status == 502, "a redirect is a fault");
	r = ask("POST", CHAT, "user", BODY("only", ""));
	up_reply(up(), 200, "<html>");
	ok(r->status == 502 && !answer_has(r, "html"), "so is a web page, which is not shown");
	r = ask("POST", CHAT, "user", BODY("only", ""));
	up_reply(up(), 200, "");
	ok(r->status == 502, "and nothing at all");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", BODY("only", ""));
	up_reply(up(), 777, ERROR("odd"));
	ok(r->status == 502, "a status that is none becomes ours");
	ok(all_clean(), "nothing is left of failures");
	clock_advance(7200 * SECOND);
}

static void
test_secrets(void)
{
	struct request *r = ask("POST", CHAT, "user", BODY("k", ""));

	ok(up_sent(up(), "Authorization: Bearer sk-upstream-0123456789"), "the upstream key is in its header");
	up_reply(up(), 400, ERROR("bad key sk-upstream-0123456789"));
	ok(!answer_has(r, "sk-up") && str_find(entry().message, STR("sk-up")) == entry().message.n, "an error that shows it is not told on");
	r = ask("POST", CHAT, "user", BODY("k", ""));
	up_reply(up(), 200, ERROR("bad key sk-up...6789"));
	ok(r->status == 502 && !answer_has(r, "sk-up"), "nor is one in a whole reply");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", BODY("k", "\"stream\":true,"));
	up_head(up(), 200);
	up_bytes(up(), EVENT("a"));
	up_bytes(up(), "data: " ERROR("bad key sk-upstream-0123456789") "\n\n");
	turn();
	ok(stream_has(r, "\"a\"") && stream_has(r, "error") && !stream_has(r, "sk-up"), "nor is one within a stream");
	ok(r->stream.ended && !r->stream.complete, "whose end is cut");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", BODY("k", ""));
	up_reply(up(), 400, ERROR("the risk-free disk-full task-list is odd"));
	ok(answer_has(r, "risk-free"), "words that end in sk are words");
	ok(all_clean(), "nothing is left");
}

static void
test_stream(void)
{
	struct request	*r = ask("POST", CHAT, "user", STREAM);
	struct transfer *t = up();

	ok(str_find(t->call.body, STR("\"include_usage\":true")) < t->call.body.n, "usage is asked for");
	up_head(t, 200);
	up_bytes(t, EVENT("a") EVENT("b"));
	ok(r->status == 200 && has_header(r, "text/event-stream"), "the first event opens the stream");
	is_slice(buf_view(&r->stream.wrote), EVENT("a") EVENT("b"), "events pass as they are");
	up_bytes(t, USAGE DONE);
	turn();
	is_slice(buf_view(&r->stream.wrote), EVENT("a") EVENT("b") DONE, "usage that was not asked for is hidden");
	ok(r->over && r->stream.complete && !t->over, "the stream is whole before its upstream's message is");
	ok(entry().usage.source == USAGE_REPORTED && entry().cost_nano == 10 * 1000000 + 5 * 2000000 && entry().stream, "and paid");
	is_int(api()->open, 1, "the upstream may still end well");
	up_bytes(t, EVENT("late"));
	up_end(t, FAULT_NONE);
	ok(all_clean(), "then nothing is left");
	ask("POST", CHAT, "user", BODY("m", "\"stream\":true,\"stream_options\":{\"include_usage\":true},"));
	t = up();
	up_head(t, 200);
	up_bytes(t, EVENT("a") USAGE DONE);
	turn();
	ok(stream_has(&requests[requests_n - 1], "prompt_tokens"), "usage that was asked for is shown");
	is_slice(t->call.body, BODY("m", "\"stream\":true,\"stream_options\":{\"include_usage\":true},"),
	    "an upstream that reads slowly may still read the request, although that is over");
	clock_advance(2 * SECOND);
	turn();
	ok(t->cancelled, "an upstream that does not end its message is left after a second");
	ok(all_clean(), "nothing is left of that");
	r = ask("POST", CHAT, "user", STREAM);
	up_reply(up(), 200, " \n" REPLY);
	ok(r->stream.complete && stream_has(r, "data: [DONE]"), "who answers whole although asked to stream is streamed");
	ok(all_clean(), "and settled");
}

/* The server frees the body when the request is over. */
static void
test_stream_before_body(void)
{
	struct request *r = ask("POST", CHAT, "user", STREAM);

	up()->sending = true;
	up_head(up(), 200);
	up_bytes(up(), EVENT("a") DONE);
	turn();
	ok(r->over && r->stream.complete, "a stream may be whole before its request was read");
	ok(up()->cancelled, "then the rest of the request is not sent");
	ok(all_clean(), "and nothing is left");
}

static void
test_stream_faults(void)
{
	struct request *r = ask("POST", CHAT, "user", STREAM);

	up_head(up(), 200);
	up_bytes(up(), EVENT("a"));
	up_fail(up(), FAULT_UP_TRUNCATED);
	ok(r->stream.ended && !r->stream.complete && stream_has(r, "upstream_truncated"), "a cut is told and not whole");
	ok(entry().end == END_TRUNCATED && entry().usage.source == USAGE_ESTIMATED && entry().status == 200, "what came is charged");
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 200);
	up_bytes(up(), EVENT("a"));
	up_fail(up(), FAULT_NONE);
	ok(!r->stream.complete, "a message that ends without the stream's end is a cut");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 200);
	up_bytes(up(), ": ping\n\n" USAGE "data: " ERROR("early") "\n\n");
	turn();
	ok(!r->streams && strstr(up()->call.url, "two.example") != NULL, "an error before any output fails over");
	up_head(up(), 200);
	up_bytes(up(), EVENT("b") DONE);
	turn();
	ok(!stream_has(r, "early") && stream_has(r, "\"b\"") && r->stream.complete, "and nothing of the first try is shown");
	up_end(up(), FAULT_NONE);
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", BODY("only", "\"stream\":true,"));
	up_head(up(), 200);
	up_bytes(up(), USAGE "data: nonsense\n\n");
	turn();
	ok(r->answered && r->status == 502, "without another candidate it is a plain error");
	ok(entry().cost_nano == 0 && entry().usage.source == USAGE_UNKNOWN, "that costs nothing");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 200);
	up_bytes(up(), EVENT("a"));
	up_bytes(up(), "data: " ERROR("mid") "\n\ndata: more\n\n");
	turn();
	ok(stream_has(r, "data: " ERROR("mid") "\n\n") && !stream_has(r, "more"), "an error after output is passed on as the last word");
	ok(!r->stream.complete && up()->cancelled && str_is(entry().message, "mid"), "and the upstream is left");
	ok(all_clean(), "nothing is left of broken streams");
	clock_advance(3600 * SECOND);
}

/* How an upstream's bytes are cut into reads decides nothing. */
static void
test_stream_faults_in_one_read(void)
{
	struct request *r = ask("POST", CHAT, "user", STREAM);

	up_head(up(), 200);
	up_bytes(up(), EVENT("a") "data: " ERROR("mid") "\n\ndata: more\n\n");
	turn();
	is_slice(buf_view(&r->stream.wrote), EVENT("a") "data: " ERROR("mid") "\n\n", "output and an error in one read are both passed on");
	ok(r->stream.ended && !r->stream.complete && entry().end == END_TRUNCATED, "and the stream is cut");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 200);
	up_bytes(up(), EVENT("a") "data: nonsense\n\n");
	turn();
	ok(stream_has(r, EVENT("a") "data: {\"error\"") && !r->stream.complete, "so is output before what is no event");
	ok(entry().usage.source == USAGE_ESTIMATED, "and charged");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 200);
	up_bytes(up(), EVENT("a") "data: " ERROR("bad key sk-upstream-0123456789") "\n\n");
	turn();
	ok(stream_has(r, EVENT("a") "data: {\"error\"") && !stream_has(r, "sk-up"), "or before an error that is not shown");
	ok(all_clean(), "nothing is left of these");
	clock_advance(3600 * SECOND);
}

static void
test_comment(void)
{
	struct request *r = ask("POST", CHAT, "user", STREAM);

	clock_advance(16 * SECOND);
	turn();
	is_slice(buf_view(&r->stream.wrote), ": keep-alive\n\n", "a silent stream's client hears a comment");
	up_reply(up(), 500, ERROR("no"));
	ok(!r->stream.ended && strstr(up()->call.url, "two.example") != NULL, "which is no output: another may still answer");
	up_reply(up(), 500, ERROR("none"));
	ok(r->stream.ended && !r->stream.complete && stream_has(r, "none"), "when nobody does, the error is told in the stream");
	ok(entry().end == END_UPSTREAM_ERROR && entry().cost_nano == 0 && entry().usage.source == USAGE_UNKNOWN, "and costs nothing");
	ok(all_clean(), "nothing is left");
	clock_advance(3600 * SECOND);
	r = ask("POST", CHAT, "user", STREAM);
	up_head(up(), 500);
	up_bytes(up(), ERROR("no"));
	up_end(up(), FAULT_NONE);	/* the admission of the next waits for the turn's transaction ... */
	clock_advance(16 * SECOND);
	turn();				/* ... whose timers come first */
	turn();
	ok(stream_has(r, "keep-alive") && strstr(up()->call.url, "two.example") != NULL && !up()->over,
	    "a comment while the next candidate is chosen does not stop it");
	up_head(up(), 200);
	up_bytes(up(), EVENT("b") DONE);
	up_end(up(), FAULT_NONE);
	turn();
	ok(r->stream.complete && stream_has(r, "\"b\""), "and the stream is whole in the end");
	ok(all_clean(), "nothing is left of that");
	clock_advance(3600 * SECOND);
}

static void
test_pause(void)
{
	struct request	*r = ask("POST", CHAT, "user", STREAM);
	struct transfer *t = up();

	up_head(t, 200);
	r->stream.full = true;
	up_bytes(t, EVENT("a"));
	ok(t->paused, "a slow client pauses its upstream");
	r->stream.full = false;
	r->drained(r->x);
	ok(!t->paused, "and takes it up again");
	up_bytes(t, EVENT("b") DONE);
	up_end(t, FAULT_NONE);
	ok(all_clean() && r->stream.complete, "to its end");
}

static void
test_large(void)
{
	struct request *r;
	char	       *much = memset(xmalloc(70001), ' ', 70001);

	much[70000] = '\0';
	much[0] = '{';
	conf.reply_bytes = 65536;
	r = ask("POST", CHAT, "user", BODY("only", "\"stream\":true,"));
	up_head(up(), 200);
	up_bytes(up(), much);
	turn();
	ok(up()->cancelled && r->status == 502 && str_is(entry().fault, "up_too_large"), "a whole reply in place of a stream is bounded");
	r = ask("POST", CHAT, "user", BODY("only", ""));
	up_head(up(), 500);
	for (int i = 0; i < 5; i++)
		up_bytes(up(), much);
	turn();
	ok(up()->cancelled && r->answered, "an error that never ends is not waited for");
	free(much);
	ok(all_clean(), "nothing is left");
}

int
main(void)
{
	catalog_open();
	fill();
	stage_open();
	test_whole();
	test_refusals();
	test_limit();
	test_failover();
	test_secrets();
	test_stream();
	test_stream_before_body();
	test_stream_faults();
	test_stream_faults_in_one_read();
	test_comment();
	test_pause();
	test_large();
	stage_close();
	return tap_done();
}
