/* SPDX-License-Identifier: Apache-2.0 */
/* openai_reply_test.c - usage is cut into disjoint classes, events are told apart. */
#include "base/json.h"
#include "dialect/openai.h"
#include "tap.h"

static const struct {
	const char *what, *usage;
	uint64_t    input, read, write, output, reasoning, audio_in, audio_out;
} usages[] = {
	{ "plain", "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}", 10, 0, 0, 5, 0, 0, 0 },
	{ "cached input is taken out of input",
	    "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":4}}", 6, 4, 0, 5, 0, 0, 0 },
	{ "reasoning is taken out of output",
	    "{\"prompt_tokens\":1,\"completion_tokens\":9,\"total_tokens\":10,\"completion_tokens_details\":{\"reasoning_tokens\":7}}",
	    1, 0, 0, 2, 7, 0, 0 },
	{ "reasoning beside output, as the total tells",
	    "{\"prompt_tokens\":1,\"completion_tokens\":9,\"total_tokens\":17,\"completion_tokens_details\":{\"reasoning_tokens\":7}}",
	    1, 0, 0, 9, 7, 0, 0 },
	{ "audio both ways",
	    "{\"prompt_tokens\":10,\"completion_tokens\":8,\"prompt_tokens_details\":{\"audio_tokens\":3},"
	    "\"completion_tokens_details\":{\"audio_tokens\":5}}", 7, 0, 0, 3, 0, 3, 5 },
	{ "more cached than there was cannot make input negative",
	    "{\"prompt_tokens\":3,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":9}}", 0, 3, 0, 1, 0, 0, 0 },
	{ "cache writes", "{\"prompt_tokens\":10,\"completion_tokens\":1,\"prompt_tokens_details\":"
	    "{\"cached_tokens\":2,\"cache_write_tokens\":5}}", 3, 2, 5, 1, 0, 0, 0 },
	{ "DeepSeek's cache hits", "{\"prompt_tokens\":10,\"completion_tokens\":1,\"prompt_cache_hit_tokens\":8}", 2, 8, 0, 1, 0, 0, 0 },
	{ "Responses' words for all of it", "{\"input_tokens\":20,\"output_tokens\":9,\"input_tokens_details\":"
	    "{\"cached_tokens\":4,\"cache_write_tokens\":5,\"audio_tokens\":3},"
	    "\"output_tokens_details\":{\"reasoning_tokens\":6,\"audio_tokens\":2}}", 8, 4, 5, 1, 6, 3, 2 },
	{ "embeddings have no output", "{\"prompt_tokens\":8,\"total_tokens\":8}", 8, 0, 0, 0, 0, 0, 0 },
};

static const struct {
	const char     *what, *name, *payload;
	enum event_kind kind;
} events[] = {
	{ "the end", "", "[DONE]", EVENT_FINAL },
	{ "Perplexity's end", "", "{\"object\":\"chat.completion.done\",\"choices\":[{}]}", EVENT_FINAL },
	{ "output", "", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", EVENT_DATA },
	{ "Azure's first chunk", "", "{\"choices\":[],\"object\":\"\",\"prompt_filter_results\":[]}", EVENT_PREFIX },
	{ "usage alone", "", "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}", EVENT_USAGE },
	{ "usage with output", "", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":1}}", EVENT_DATA },
	{ "null usage", "", "{\"choices\":[{\"text\":\"a\"}],\"usage\":null}", EVENT_DATA },
	{ "a role is no output yet", "", "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}}]}",
	    EVENT_PREFIX },
	{ "nor is an empty list", "", "{\"choices\":[{\"delta\":{\"content\":\"\",\"reasoning\":null,\"reasoning_details\":[]}}]}",
	    EVENT_PREFIX },
	{ "reasoning is output", "", "{\"choices\":[{\"delta\":{\"reasoning\":\"h\"}}]}", EVENT_DATA },
	{ "a call is output", "", "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}", EVENT_DATA },
	{ "a finish reason is as good", "", "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", EVENT_DATA },
	{ "a whole message in a stream", "", "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}", EVENT_DATA },
	{ "an error object", "", "{\"error\":{\"message\":\"no\"}}", EVENT_ERROR },
	{ "an error text", "", "{\"error\":\"no\"}", EVENT_ERROR },
	{ "a null error is none", "", "{\"error\":null,\"choices\":[{}]}", EVENT_PREFIX },
	{ "an event named error", "error", "{\"message\":\"no\"}", EVENT_ERROR },
	{ "a named ping", "ping", "{\"type\":\"ping\"}", EVENT_SKIP },
	{ "no JSON", "", "{\"choices\":[", EVENT_GARBAGE },
	{ "no object", "", "[1]", EVENT_GARBAGE },
	{ "text", "", "hello", EVENT_GARBAGE },
};

static void
check_usage(struct arena *a, size_t i)
{
	struct str body = arena_printf(a, "{\"choices\":[],\"usage\":%s}", usages[i].usage);
	struct tap tap = { 0 };
	const uint64_t *t = tap.usage.tokens;

	if (strstr(usages[i].what, "embeddings") != NULL)
		body = arena_printf(a, "{\"data\":[],\"usage\":%s}", usages[i].usage);
	ok(openai_reply(a, strstr(usages[i].what, "embeddings") ? ENDPOINT_EMBEDDINGS : ENDPOINT_CHAT, body, &tap) == 0 &&
		tap.usage.source == USAGE_REPORTED && t[USAGE_INPUT] == usages[i].input &&
		t[USAGE_CACHE_READ] == usages[i].read && t[USAGE_CACHE_WRITE] == usages[i].write &&
		t[USAGE_OUTPUT] == usages[i].output && t[USAGE_REASONING] == usages[i].reasoning &&
		t[USAGE_AUDIO_INPUT] == usages[i].audio_in && t[USAGE_AUDIO_OUTPUT] == usages[i].audio_out,
	    "usage: %s", usages[i].what);
}

static void
check_tap(struct arena *a)
{
	struct tap tap = { 0 };

	openai_event(a, ENDPOINT_CHAT, STR_NONE, STR("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}}]}"), &tap);
	ok(tap.pieces == 1 && !tap.stopped, "output is counted");
	openai_event(a, ENDPOINT_CHAT, STR_NONE, STR("{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}],"
	    "\"x_groq\":{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"completion_tokens_details\":{\"reasoning_tokens\":4}}}}"), &tap);
	ok(tap.pieces == 1 && tap.stopped, "a finish reason is seen, and is no output");
	ok(tap.usage.tokens[USAGE_INPUT] == 3 && tap.usage.tokens[USAGE_REASONING] == 4, "Groq's usage is found");
}

int
main(void)
{
	struct arena	  a;
	struct tap	  tap = { 0 };
	struct error_view v;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(usages); i++)
		check_usage(&a, i);
	for (size_t i = 0; i < LENGTH(events); i++) {
		tap = (struct tap){ 0 };
		is_int(openai_event(&a, ENDPOINT_CHAT, str_of(events[i].name), str_of(events[i].payload), &tap),
		    events[i].kind, "event: %s", events[i].what);
	}
	check_tap(&a);
	ok(openai_reply(&a, ENDPOINT_CHAT, STR("<html>"), &tap) < 0, "a web page is no reply");
	ok(openai_reply(&a, ENDPOINT_CHAT, STR("{}"), &tap) < 0, "an empty object is no reply");
	ok(openai_reply(&a, ENDPOINT_CHAT, STR("{\"error\":{\"message\":\"late\"}}"), &tap) == 0, "an error in a 200 is read");
	is_slice(tap.error, "late", "and its message told");
	openai_read_error(&a, 400, STR("{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"c\"}}"), &v);
	ok(v.native && str_is(v.message, "m") && str_is(v.code, "c"), "an error of the dialect is native");
	openai_read_error(&a, 429, STR("[{\"error\":{\"message\":\"m\",\"code\":429,\"details\":[{\"retryDelay\":\"36.25s\"}]}}]"), &v);
	ok(!v.native && v.retry_ms == 36250 && str_is(v.code, "429"), "a wrapped Google error is read, with its delay");
	openai_read_error(&a, 400, STR("{\"object\":\"error\",\"message\":\"m\",\"type\":\"t\",\"code\":\"3051\"}"), &v);
	ok(!v.native && str_is(v.message, "m") && str_is(v.type, "t") && str_is(v.code, "3051"), "Mistral's error is read");
	openai_read_error(&a, 429, STR("{\"error\":{\"message\":\"Rate limit reached. Please try again in 1.5s. See\"}}"), &v);
	ok(v.native && v.retry_ms == 1500, "a delay that only the sentence has is found");
	openai_read_error(&a, 500, STR("<html>"), &v);
	ok(!v.native && v.message.n == 0, "a web page is no error of the dialect");
	arena_done(&a);
	return tap_done();
}
