/* SPDX-License-Identifier: Apache-2.0 */
/* responses_reply_test.c - replies and events pass, with their usage and errors seen. */
#include "dialect/responses.h"
#include "tap.h"

#define USAGE "\"usage\":{\"input_tokens\":9,\"input_tokens_details\":{\"cached_tokens\":4},\"output_tokens\":5," \
	"\"output_tokens_details\":{\"reasoning_tokens\":2},\"total_tokens\":14}"

static const struct {
	const char     *what, *name, *payload;
	enum event_kind first, later;	/* before any output, and behind it */
} events[] = {
	{ "the begin", "response.created", "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"error\":null}}",
	    EVENT_PREFIX, EVENT_DATA },
	{ "a message that begins", "", "{\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\"}}",
	    EVENT_PREFIX, EVENT_DATA },
	{ "a thought that begins", "", "{\"type\":\"response.output_item.added\",\"item\":{\"type\":\"reasoning\"}}",
	    EVENT_PREFIX, EVENT_DATA },
	{ "a call that begins", "", "{\"type\":\"response.output_item.added\",\"item\":{\"type\":\"function_call\"}}",
	    EVENT_DATA, EVENT_DATA },
	{ "a part that begins", "", "{\"type\":\"response.content_part.added\",\"part\":{}}", EVENT_PREFIX, EVENT_DATA },
	{ "a server tool at work", "", "{\"type\":\"response.web_search_call.searching\"}", EVENT_DATA, EVENT_DATA },
	{ "something new", "", "{\"type\":\"response.new\"}", EVENT_DATA, EVENT_DATA },
	{ "the end", "", "{\"type\":\"response.completed\",\"response\":{\"output\":[]," USAGE "}}", EVENT_FINAL, EVENT_FINAL },
	{ "an early end", "", "{\"type\":\"response.incomplete\",\"response\":{\"output\":[]}}", EVENT_FINAL, EVENT_FINAL },
	{ "a failure", "", "{\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"no\"}}}", EVENT_ERROR, EVENT_ERROR },
	{ "an end with an error in it", "", "{\"type\":\"response.completed\",\"response\":{\"error\":{\"message\":\"no\"}}}",
	    EVENT_ERROR, EVENT_ERROR },
	{ "an error", "error", "{\"type\":\"error\",\"message\":\"no\",\"code\":null}", EVENT_ERROR, EVENT_ERROR },
	{ "a nested error", "", "{\"type\":\"error\",\"error\":{\"message\":\"no\"}}", EVENT_ERROR, EVENT_ERROR },
	{ "an error without a type", "", "{\"error\":{\"message\":\"no\"}}", EVENT_ERROR, EVENT_ERROR },
	{ "an error that is a text", "", "{\"error\":\"no\"}", EVENT_ERROR, EVENT_ERROR },
	{ "[DONE] behind the end", "", "[DONE]", EVENT_SKIP, EVENT_SKIP },
	{ "a keep-alive", "", "{\"type\":\"keepalive\",\"sequence_number\":3}", EVENT_PREFIX, EVENT_DATA },
	{ "no JSON", "", "{\"type\":", EVENT_GARBAGE, EVENT_GARBAGE },
	{ "an event of another dialect", "", "{\"choices\":[]}", EVENT_GARBAGE, EVENT_GARBAGE },
	{ "a text", "", "hello", EVENT_GARBAGE, EVENT_GARBAGE },
};

static void
check_event(struct arena *a, size_t i)
{
	struct tap first = { 0 }, later = { .pieces = 3 };

	is_int(responses_event(a, ENDPOINT_CHAT, str_of(events[i].name), str_of(events[i].payload), &first), events[i].first,
	    "%s", events[i].what);
	is_int(responses_event(a, ENDPOINT_CHAT, str_of(events[i].name), str_of(events[i].payload), &later), events[i].later,
	    "%s, behind output", events[i].what);
	if (events[i].first == EVENT_ERROR)
		is_slice(first.error, "no", "%s: its message", events[i].what);
}

int
main(void)
{
	struct arena a;
	struct tap   tap = { 0 };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(events); i++)
		check_event(&a, i);
	ok(responses_event(&a, ENDPOINT_CHAT, STR_NONE, STR("{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}"), &tap) ==
		EVENT_DATA && tap.pieces == 1, "a delta is a piece of output");
	is_slice(tap.name, "response.output_text.delta", "an event without a name gets it");
	tap = (struct tap){ 0 };
	responses_event(&a, ENDPOINT_CHAT, STR("x"), STR("{\"type\":\"response.completed\",\"response\":{\"output\":[]," USAGE "}}"), &tap);
	ok(tap.usage.source == USAGE_REPORTED && tap.usage.tokens[USAGE_INPUT] == 5 && tap.usage.tokens[USAGE_CACHE_READ] == 4 &&
		tap.usage.tokens[USAGE_OUTPUT] == 3 && tap.usage.tokens[USAGE_REASONING] == 2 && tap.stopped && tap.name.n == 0,
	    "the end tells the usage");

	tap = (struct tap){ 0 };
	ok(responses_reply(&a, ENDPOINT_CHAT, STR("{\"object\":\"response\",\"error\":null,\"output\":[]," USAGE "}"), &tap) == 0 &&
		tap.usage.tokens[USAGE_REASONING] == 2 && tap.error.n == 0, "a whole reply is read");
	ok(responses_reply(&a, ENDPOINT_CHAT, STR("{\"status\":\"failed\",\"output\":[],\"error\":{\"message\":\"no\"}}"), &tap) == 0,
	    "one that failed too");
	is_slice(tap.error, "no", "with its error");
	ok(responses_reply(&a, ENDPOINT_CHAT, STR("<html>"), &tap) < 0, "a web page is no reply");
	ok(responses_reply(&a, ENDPOINT_CHAT, STR("{\"choices\":[]}"), &tap) < 0, "nor is one of another dialect");
	arena_done(&a);
	return tap_done();
}
