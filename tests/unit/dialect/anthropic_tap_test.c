/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_tap_test.c - usage is tapped in disjoint classes, events are told apart and named. */
#include "dialect/anthropic.h"
#include "tap.h"

#define DELTA(usage) "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" usage "}"
#define START(usage) "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":" usage "}}"

static const struct {
	const char *what, *first, *second;
	uint64_t    input, read, write, output, reasoning;
} usages[] = {
	{ "start and delta", START("{\"input_tokens\":10,\"cache_creation_input_tokens\":3,\"cache_read_input_tokens\":2,\"output_tokens\":1}"),
	    DELTA("{\"output_tokens\":7}"), 10, 2, 3, 7, 0 },
	{ "thinking is a part of output", START("{\"input_tokens\":10,\"output_tokens\":1}"),
	    DELTA("{\"output_tokens\":7,\"output_tokens_details\":{\"thinking_tokens\":5}}"), 10, 0, 0, 2, 5 },
	{ "input that is only told last", START("{\"input_tokens\":0,\"output_tokens\":0}"),
	    DELTA("{\"input_tokens\":32,\"cache_read_input_tokens\":null,\"output_tokens\":16}"), 32, 0, 0, 16, 0 },
	{ "input that grew by what a server tool fetched", START("{\"input_tokens\":10,\"output_tokens\":1}"),
	    DELTA("{\"input_tokens\":500,\"cache_read_input_tokens\":20,\"output_tokens\":7}"), 500, 20, 0, 7, 0 },
	{ "zeros in the end take nothing back", START("{\"input_tokens\":10,\"output_tokens\":1}"),
	    DELTA("{\"input_tokens\":0,\"output_tokens\":7}"), 10, 0, 0, 7, 0 },
	{ "more thought than written", START("{\"input_tokens\":1,\"output_tokens\":1}"),
	    DELTA("{\"output_tokens\":7,\"output_tokens_details\":{\"thinking_tokens\":9}}"), 1, 0, 0, 0, 7 },
	{ "null details", START("{\"input_tokens\":1,\"output_tokens\":1}"),
	    DELTA("{\"output_tokens\":7,\"output_tokens_details\":null}"), 1, 0, 0, 7, 0 },
};

static const struct {
	const char     *name, *payload;
	enum event_kind kind;
	const char     *called;	/* when the wire had no name */
} events[] = {
	{ "message_start", START("{}"), EVENT_PREFIX, "" },
	{ "", START("null"), EVENT_PREFIX, "message_start" },
	{ "", "{\"type\":\"ping\"}", EVENT_PREFIX, "ping" },
	{ "", "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}", EVENT_PREFIX, "content_block_start" },
	{ "", "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\",\"text\":\"a\"}}", EVENT_DATA, "content_block_start" },
	{ "", "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}", EVENT_PREFIX, "content_block_start" },
	{ "", "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\"}}", EVENT_DATA, "content_block_start" },
	{ "", "{\"type\":\"content_block_start\"}", EVENT_DATA, "content_block_start" },
	{ "x", "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}", EVENT_DATA, "" },
	{ "", "{\"type\":\"content_block_stop\",\"index\":0}", EVENT_PREFIX, "content_block_stop" },
	{ "", DELTA("{}"), EVENT_DATA, "message_delta" },
	{ "", "{\"type\":\"message_stop\"}", EVENT_FINAL, "message_stop" },
	{ "message_stop", "{}", EVENT_FINAL, "" },
	{ "", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}", EVENT_ERROR, "error" },
	{ "", "{\"error\":{\"message\":\"no\"}}", EVENT_ERROR, "error" },
	{ "data", "[DONE]", EVENT_SKIP, "" },
	{ "", "{\"type\":\"new_thing\"}", EVENT_PREFIX, "new_thing" },
	{ "", "{}", EVENT_GARBAGE, "" },
	{ "", "[1]", EVENT_GARBAGE, "" },
	{ "", "{\"type\":", EVENT_GARBAGE, "" },
	{ "", "hello", EVENT_GARBAGE, "" },
};

int
main(void)
{
	struct arena a;
	struct tap   tap = { 0 };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(usages); i++) {
		const uint64_t *t = tap.usage.tokens;

		tap = (struct tap){ 0 };
		(void)anthropic_event(&a, ENDPOINT_CHAT, STR_NONE, str_of(usages[i].first), &tap);
		(void)anthropic_event(&a, ENDPOINT_CHAT, STR_NONE, str_of(usages[i].second), &tap);
		ok(tap.stopped && tap.usage.source == USAGE_REPORTED && t[USAGE_INPUT] == usages[i].input &&
			t[USAGE_CACHE_READ] == usages[i].read && t[USAGE_CACHE_WRITE] == usages[i].write &&
			t[USAGE_OUTPUT] == usages[i].output && t[USAGE_REASONING] == usages[i].reasoning,
		    "usage: %s", usages[i].what);
	}
	for (size_t i = 0; i < LENGTH(events); i++) {
		is_int(anthropic_event(&a, ENDPOINT_CHAT, str_of(events[i].name), str_of(events[i].payload), &tap), events[i].kind,
		    "event: %s", events[i].payload);
		is_slice(tap.name, events[i].called, "its name");
	}
	tap = (struct tap){ 0 };
	ok(anthropic_reply(&a, ENDPOINT_CHAT, STR("{\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}"), &tap) == 0 &&
		tap.usage.tokens[USAGE_INPUT] == 3 && tap.usage.tokens[USAGE_OUTPUT] == 4, "a whole reply");
	ok(anthropic_reply(&a, ENDPOINT_CHAT, STR("{}"), &tap) < 0, "an empty object is no reply");
	ok(anthropic_reply(&a, ENDPOINT_CHAT, STR("<html>"), &tap) < 0, "a web page is no reply");
	ok(anthropic_reply(&a, ENDPOINT_COUNT, STR("{\"input_tokens\":3}"), &tap) == 0, "a count is a reply of its endpoint");
	ok(anthropic_reply(&a, ENDPOINT_CHAT, STR("{\"input_tokens\":3}"), &tap) < 0, "and of no other");
	ok(anthropic_reply(&a, ENDPOINT_CHAT, STR("{\"type\":\"error\",\"error\":{\"message\":\"late\"}}"), &tap) == 0, "an error in a 200 is read");
	is_slice(tap.error, "late", "and its message told");
	arena_done(&a);
	return tap_done();
}
