/* SPDX-License-Identifier: Apache-2.0 */
/* crossing_test.c - a request reaches channels that speak another dialect, and their replies come back in the client's. */
#include "stage.h"
#include "tap.h"

#define GEMINI "/v1beta/models/%s:generateContent"
#define ASK "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}"
#define LINE(text) "{\"model\":\"up\",\"message\":{\"role\":\"assistant\",\"content\":\"" text "\"},\"done\":false}\n"
#define LAST "{\"model\":\"up\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"," \
	     "\"prompt_eval_count\":3,\"eval_count\":2}\n"
#define WHOLE(text) "{\"model\":\"up\",\"message\":{\"role\":\"assistant\",\"content\":\"" text "\"},\"done\":true," \
		    "\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":2}"
#define CANDIDATE(text, more) "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" text "\"}]}" more "}]"
#define SSE(json) "data: " json "\n\n"

static void
fill(void)
{
	put(RECORD_PROVIDER, "l", "kind", "generic", "base_url", "https://l.example", "dialects", "ollama", NULL);
	put(RECORD_PROVIDER, "g", "kind", "generic", "base_url", "https://g.example", "dialects", "gemini", NULL);
	put(RECORD_PROVIDER, "both", "kind", "generic", "base_url", "https://both.example", "dialects", "ollama,gemini", NULL);
	put(RECORD_CHANNEL, "l", "provider", "l", "models", "l,m", "priority", "1", NULL);
	put(RECORD_CHANNEL, "g", "provider", "g", "models", "g,m", "priority", "2", NULL);
	put(RECORD_CHANNEL, "n1", "provider", "g", "models", "n", "priority", "1", NULL);
	put(RECORD_CHANNEL, "n2", "provider", "l", "models", "n", "priority", "2", NULL);
	put(RECORD_CHANNEL, "both", "provider", "both", "models", "b", NULL);
	put(RECORD_CHANNEL, "plain", "provider", "l", "models", "plain", "transforms", "strip_thinking", NULL);
	put_key("user", "", "", "");
	put_key("strict", "", "", "");
	put(RECORD_APIKEY, "strict", "strict", "true", NULL);
}

static bool
sent_has(const char *text)
{
	return str_find(up()->call.body, str_of(text)) < up()->call.body.n;
}

static struct request *
ask_gemini(const char *model, bool stream)
{
	return ask("POST", arena_printf(&arena, "/v1beta/models/%s:%s", model,
		stream ? "streamGenerateContent?alt=sse" : "generateContent").p, "user", ASK);
}

static void
test_whole(void)
{
	struct request *r = ask_gemini("l", false);
	struct entry	e;

	is_str(up()->call.url, "https://l.example/api/chat", "an upstream is asked in its own dialect");
	ok(sent_has("\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]") && sent_has("\"model\":\"l\""), "in its words");
	up_reply(up(), 200, WHOLE("yes"));
	ok(r->status == 200 && answer_has(r, "\"parts\":[{\"text\":\"yes\"}]"), "the client gets its answer in its own");
	ok(!has_header(r, "x-weir-dropped"), "nothing was dropped");
	e = entry();
	ok(e.usage.source == USAGE_REPORTED && e.usage.tokens[USAGE_INPUT] == 3 && e.usage.tokens[USAGE_OUTPUT] == 2,
	    "usage is what the upstream reported");
	ok(str_is(e.endpoint, "generateContent") && str_is(e.model, "l"), "the record has the client's endpoint");
	r = ask_gemini("l", false);
	up_reply(up(), 200, "{\"x\":1");
	ok(r->status == 502 && answer_has(r, "\"status\":"), "what cannot be read is an error in the client's dialect");
	r = ask_gemini("l", false);
	up_reply(up(), 400, "{\"error\":\"no such thing\"}");
	ok(r->status == 400 && answer_has(r, "no such thing") && answer_has(r, "\"code\":400"),
	    "an upstream's error keeps its words, in the client's shape");
	ok(all_clean(), "nothing is left");
}

static void
test_stream(void)
{
	struct request *r = ask_gemini("l", true);

	up_head(up(), 200);
	ok(!r->streams, "before output nothing is sent");
	up_bytes(up(), LINE("one"));
	ok(stream_has(r, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"one\"}]") && has_header(r, "text/event-stream"),
	    "an event goes out as it comes");
	up_bytes(up(), "{\"model\":\"up\",\"mess");
	up_bytes(up(), "age\":{\"role\":\"assistant\",\"content\":\"two\"},\"done\":false}\n" LAST);
	up_end(up(), FAULT_NONE);
	turn();
	turn();
	ok(r->over && r->stream.complete && stream_has(r, "\"two\"") && stream_has(r, "\"finishReason\":\"STOP\""), "to its end");
	is_int(entry().usage.tokens[USAGE_OUTPUT], 2, "with its usage");
	r = ask("POST", "/api/chat", "user", BODY("g", ""));
	is_str(up()->call.url, "https://g.example/v1beta/models/g:streamGenerateContent?alt=sse", "Gemini's model stands in the path");
	up_head(up(), 200);
	up_bytes(up(), SSE(CANDIDATE("one", "") "}") SSE(CANDIDATE("two", ",\"finishReason\":\"STOP\"") "}"));
	ok(has_header(r, "application/x-ndjson") && stream_has(r, "\"content\":\"two\""), "events become lines");
	ok(!r->stream.ended, "a stream that ends by closing is not over before");
	up_end(up(), FAULT_NONE);
	turn();
	turn();
	ok(r->stream.complete && stream_has(r, "\"done\":true"), "a clean close behind a finish reason is its end");
	ok(all_clean(), "nothing is left");
}

static void
test_stream_faults(void)
{
	struct request *r = ask_gemini("m", true);

	up_head(up(), 200);
	up_bytes(up(), "{\"error\":\"out of memory\"}\n");
	turn();
	ok(strstr(up()->call.url, "g.example") != NULL && !r->streams, "an error before output goes to the next candidate, in its dialect");
	up_head(up(), 200);
	up_bytes(up(), SSE(CANDIDATE("yes", ",\"finishReason\":\"STOP\"") "}"));
	up_end(up(), FAULT_NONE);
	turn();
	ok(r->stream.complete && stream_has(r, "yes") && !stream_has(r, "memory"), "which answers");
	r = ask_gemini("l", true);
	up_head(up(), 200);
	up_bytes(up(), LINE("one") "{\"error\":\"out of memory\"}\n");
	turn();
	ok(r->stream.ended && !r->stream.complete && stream_has(r, "one") && stream_has(r, "out of memory") &&
		stream_has(r, "data: {\"error\":{\"code\":"), "one behind output is told in the client's dialect, and the body stays unterminated");
	r = ask("POST", "/api/chat", "user", BODY("g", ""));
	up_head(up(), 200);
	up_bytes(up(), SSE(CANDIDATE("one", "") "}"));
	up_end(up(), FAULT_NONE);
	turn();
	ok(r->stream.ended && !r->stream.complete && stream_has(r, "\n{\"error\":"), "so is a stream that closes without a finish reason");
	is_int(entry().end, END_TRUNCATED, "and it is known as cut");
	r = ask_gemini("l", true);
	up_head(up(), 200);
	up_bytes(up(), LINE("one"));
	up_end(up(), FAULT_UP_STALLED);
	turn();
	ok(!r->stream.complete && stream_has(r, "stopped sending"), "or that stalls");
	ok(all_clean(), "nothing is left");
}

/* The caller hears of what can be mended: of the upstream that failed, not of the one that could not be asked. */
static void
test_mixed_failures(void)
{
	struct request *r;

	clock_advance(3600 * SECOND);
	r = ask("POST", "/v1beta/models/n:generateContent", "strict",
	    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],\"safetySettings\":[{\"category\":\"X\",\"threshold\":\"OFF\"}]}");
	is_str(up()->call.url, "https://g.example/v1beta/models/n:generateContent", "the first can be told all");
	up_reply(up(), 503, "{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}");
	ok(r->status == 503 && answer_has(r, "busy"), "its failure is the answer when the second cannot");
	ok(all_clean(), "nothing is left");
}

/* What each client's stream says while nothing comes. */
static void
test_silence(void)
{
	struct request *r = ask("POST", "/v1/messages", "user", BODY("l", "\"max_tokens\":9,\"stream\":true,"));

	clock_advance(20 * SECOND);
	turn();
	ok(r->streams && stream_has(r, ": keep-alive\n\n") && !stream_has(r, "message_start"), "a silent stream's client hears a comment");
	ok(str_find(r->stream.keepalive, STR("event: ping\n")) < r->stream.keepalive.n, "and Anthropic's its ping from then on");
	up_fail(up(), FAULT_UP_STALLED);
	ok(stream_has(r, "event: error\ndata: {\"type\":\"error\"") && !r->stream.complete, "when nothing comes at all, why");
	clock_advance(3600 * SECOND);
	turn();
	r = ask("POST", "/api/chat", "user", BODY("g", ""));
	clock_advance(20 * SECOND);
	turn();
	ok(r->streams && r->stream.wrote.n == 0 && r->stream.keepalive.n == 0, "lines have no comments: their client hears the head");
	up_fail(up(), FAULT_UP_STALLED);
	ok(str_starts(buf_view(&r->stream.wrote), STR("{\"error\":")), "and a line about the failure");
	clock_advance(3600 * SECOND);
	turn();
	ok(all_clean(), "nothing is left");
}

static void
test_many_dropped(void)
{
	struct buf	body = { 0 };
	struct request *r;
	const char     *line;

	buf_cstr(&body, "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]");
	for (int i = 0; i < 200; i++)
		buf_printf(&body, ",\"oddest of all, \\u00fc%d\":1", i);
	buf_cstr(&body, "}");
	r = ask("POST", "/v1beta/models/l:generateContent", "user", arena_cstr(&arena, buf_view(&body)));
	buf_done(&body);
	up_reply(up(), 200, WHOLE("yes"));
	line = r->headers.n > 0 ? strstr(r->headers.p, "x-weir-dropped: ") : NULL;
	ok(line != NULL && strcspn(line, "\n") < 1100 && strncmp(strchr(line, '\n') - 3, "...", 3) == 0, "a long list is cut, and says so");
	ok(line != NULL && strspn(line, "x-weirdopdstfal:, _.0123456789") == strcspn(line, "\n"), "and no byte of a name leaves its place");
}

static void
test_other_form(void)
{
	struct request *r = ask_gemini("l", true);

	up_reply(up(), 200, "{\"model\":\"up\",\"message\":{\"role\":\"assistant\",\"content\":\"all at once\"},\"done\":true,\"done_reason\":\"stop\"}");
	ok(r->stream.complete && stream_has(r, "all at once") && stream_has(r, "STOP"), "a whole reply is a stream for who wants one");
	r = ask_gemini("g", true);
	up_reply(up(), 200, CANDIDATE("all", ",\"finishReason\":\"STOP\"") "}");
	ok(r->stream.complete && stream_has(r, "data: {\"candidates\"") && stream_has(r, "all"), "in the same dialect as well");
	r = ask_gemini("g", true);
	up_reply(up(), 200, "[" CANDIDATE("a", "") "},\n" CANDIDATE("b", ",\"finishReason\":\"STOP\"") "}]");
	ok(r->stream.complete && stream_has(r, "\"a\"") && stream_has(r, "\"b\""), "an array is one of Gemini's streams");
	r = ask_gemini("l", false);
	up_reply(up(), 200, LINE("one ") LINE("two") LAST);
	ok(r->status == 200 && answer_has(r, "\"text\":\"one two\""), "a stream is a whole reply for who wants none");
	r = ask_gemini("g", false);
	up_reply(up(), 200, SSE(CANDIDATE("one ", "") "}") SSE(CANDIDATE("two", ",\"finishReason\":\"STOP\"") "}"));
	ok(r->status == 200 && answer_has(r, "one two"), "in the same dialect as well");
	r = ask_gemini("g", false);
	up_reply(up(), 200, SSE(CANDIDATE("one ", "") "}"));
	ok(r->status == 502 && !answer_has(r, "one "), "but not when it was cut");
	ok(all_clean(), "nothing is left");
}

#define TALL "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}],\"safetySettings\":[{\"category\":\"X\",\"threshold\":\"OFF\"}]}"

static void
test_dropped(void)
{
	struct request *r = ask("POST", "/v1beta/models/l:generateContent", "user", TALL);
	size_t		before;

	up_reply(up(), 200, WHOLE("yes"));
	ok(r->status == 200 && has_header(r, "x-weir-dropped: ") && has_header(r, "safetySettings"), "what cannot be said is named");
	before = transfers_n;
	r = ask("POST", "/v1beta/models/l:generateContent", "strict", TALL);
	ok(r->status == 400 && answer_has(r, "safetySettings") && transfers_n == before, "a strict key is refused, and nobody is asked");
	is_int(entry().end, END_REFUSED, "that is no failure of an upstream");
	sends = "x-weir-strict: true\n";
	is_int(ask("POST", "/v1beta/models/l:generateContent", "user", TALL)->status, 400, "so is a strict request");
	r = ask("POST", "/v1beta/models/m:generateContent", "strict", TALL);
	ok(strstr(up()->call.url, "g.example") != NULL, "a candidate that can say all of it is asked instead");
	up_reply(up(), 200, CANDIDATE("yes", ",\"finishReason\":\"STOP\"") "}");
	ok(r->status == 200 && !has_header(r, "x-weir-dropped"), "and nothing is dropped");
	r = ask("POST", "/api/generate", "user", "{\"model\":\"g\",\"prompt\":\"hi\",\"stream\":false}");
	ok(sent_has("\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]"), "a prompt is a chat elsewhere");
	up_reply(up(), 200, CANDIDATE("yes", ",\"finishReason\":\"STOP\"") "}");
	ok(answer_has(r, "\"response\":\"yes\""), "and its answer a prompt's");
	ok(all_clean(), "nothing is left");
}

static void
test_others(void)
{
	struct request *r = ask("POST", "/api/embed", "user", "{\"model\":\"g\",\"input\":[\"a\",\"b\"]}");
	size_t		before;

	is_str(up()->call.url, "https://g.example/v1beta/models/g:batchEmbedContents", "embeddings cross");
	up_reply(up(), 200, "{\"embeddings\":[{\"values\":[1,0]},{\"values\":[0,1]}]}");
	ok(r->status == 200 && answer_has(r, "\"embeddings\":[[1,0],[0,1]]"), "and come back");
	before = transfers_n;
	r = ask("POST", "/v1beta/models/l:countTokens", "user", ASK);
	ok(r->status == 200 && has_header(r, "x-weir-estimated: input_tokens") && answer_has(r, "\"totalTokens\":") &&
		transfers_n == before, "tokens that nobody counts are estimated, and marked");
	is_int(entry().usage.source, USAGE_UNKNOWN, "a count uses nothing");
	r = ask("POST", "/v1beta/models/g:countTokens", "user", ASK);
	is_str(up()->call.url, "https://g.example/v1beta/models/g:countTokens", "where somebody does, they are asked");
	up_reply(up(), 200, "{\"totalTokens\":7}");
	is_slice(buf_view(&r->answer), "{\"totalTokens\":7}", "and heard");
	r = ask("POST", "/api/chat", "user", "{\"model\":\"g\",\"messages\":[]}");
	ok(r->status == 200 && answer_has(r, "\"done\":true") && transfers_n == before + 1, "a model need not be loaded elsewhere");
	ok(all_clean(), "nothing is left");
}

static void
test_another_way(void)
{
	struct request *r = ask_gemini("b", false);

	is_str(up()->call.url, "https://both.example/v1beta/models/b:generateContent", "a second dialect is spoken verbatim");
	is_slice(up()->call.body, ASK, "to the byte");
	up_reply(up(), 404, "404 page not found");
	is_str(up()->call.url, "https://both.example/api/chat", "a server that does not know it is asked in its own, at once");
	up_reply(up(), 200, WHOLE("yes"));
	ok(r->status == 200 && answer_has(r, "yes") && has_header(r, "x-weir-attempts: 1\n"), "as one attempt");
	ask_gemini("b", false);
	is_str(up()->call.url, "https://both.example/api/chat", "and from then on");
	up_reply(up(), 404, "{\"error\":\"model 'b' not found\"}");
	ok(all_clean(), "nothing is left");
}

static void
test_transforms(void)
{
	struct request *r = ask("POST", "/v1beta/models/plain:generateContent", "user", ASK);

	up_reply(up(), 200, WHOLE("<think>pondering</think>yes"));
	ok(answer_has(r, "yes") && !answer_has(r, "pondering"), "thinking is stripped where the channel says so");
	r = ask("POST", "/api/chat", "user", "{\"model\":\"plain\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
	up_reply(up(), 200, WHOLE("<think>pondering</think>yes"));
	ok(answer_has(r, "yes") && !answer_has(r, "pondering"), "also between two that speak alike");
	r = ask_gemini("plain", true);
	up_head(up(), 200);
	up_bytes(up(), LINE("<thi") LINE("nk>pondering</think>y") LINE("es") LAST);
	up_end(up(), FAULT_NONE);
	turn();
	turn();
	ok(r->stream.complete && stream_has(r, "es") && !stream_has(r, "pondering"), "and in a stream");
	ok(all_clean(), "nothing is left");
}

int
main(void)
{
	catalog_open();
	fill();
	stage_open();
	test_whole();
	test_stream();
	test_stream_faults();
	test_mixed_failures();
	test_other_form();
	test_dropped();
	test_many_dropped();
	test_silence();
	test_others();
	test_another_way();
	test_transforms();
	stage_close();
	return tap_done();
}
