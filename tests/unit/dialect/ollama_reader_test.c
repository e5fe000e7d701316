/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_reader_test.c - lines of a stream become events, at once and in order. */
#include "dialect/ollama.h"
#include "tap.h"
#include "transcript.h"

#define TEXT(t) "{\"model\":\"m\",\"created_at\":\"2025-08-20T13:48:21Z\",\"message\":{\"role\":\"assistant\",\"content\":\"" t "\"},\"done\":false}"
#define SAYS(members) "{\"message\":{\"role\":\"assistant\",\"content\":\"\"," members "},\"done\":false}"
#define DONE "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":2}"
#define USAGE "<usage 3 0 0 2 0 0 0 0><done>"

static const struct {
	const char *what, *lines[6], *events;
	bool	    whole;
} streams[] = {
	{ "text", { TEXT("a"), TEXT("b"), DONE }, "<start><0 begin text><0 +a><0 +b><0 end text><0 stop end>" USAGE, true },
	{ "thoughts, then text", { SAYS("\"thinking\":\"h\""), SAYS("\"thinking\":\"i\""), TEXT("a"), DONE },
	    "<start><0 begin reasoning><0 +h><0 +i><0 end reasoning><0 begin text><0 +a><0 end text><0 stop end>" USAGE, true },
	{ "calls in lines of their own, with the same index", { SAYS("\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"a\":1}}}]"),
	    SAYS("\"tool_calls\":[{\"id\":\"c2\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{}}}]"), DONE },
	    "<start><0 begin call id=c1 name=f><0 +{\"a\":1}><0 end call id=c1 name=f><0 begin call id=c2 name=f><0 +{}>"
	    "<0 end call id=c2 name=f><0 stop tools>" USAGE, true },
	{ "calls in one line, behind text", { TEXT("a"), SAYS("\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\"}},{\"id\":\"c2\",\"function\":{\"name\":\"g\"}}]"), DONE },
	    "<start><0 begin text><0 +a><0 end text><0 begin call id=c1 name=f><0 +{}><0 end call id=c1 name=f>"
	    "<0 begin call id=c2 name=g><0 +{}><0 end call id=c2 name=g><0 stop tools>" USAGE, true },
	{ "text in the last line", { "{\"message\":{\"content\":\"a\"},\"done\":true,\"done_reason\":\"length\"}" },
	    "<start><0 begin text><0 +a><0 end text><0 stop length><done>", true },
	{ "a completion", { "{\"response\":\"\",\"thinking\":\"h\",\"done\":false}", "{\"response\":\"a\",\"done\":false}", "{\"response\":\"\",\"done\":true}" },
	    "<start><0 begin reasoning><0 +h><0 end reasoning><0 begin text><0 +a><0 end text><0 stop end><done>", true },
	{ "log probabilities", { "{\"message\":{\"content\":\"a\"},\"logprobs\":[{\"token\":\"a\"}],\"done\":false}", DONE },
	    "<start><0 begin text><0 +a><0 logprobs [{\"token\":\"a\"}]><0 end text><0 stop end>" USAGE, true },
	{ "those of thoughts are no text's", { "{\"message\":{\"content\":\"\",\"thinking\":\"h\"},\"logprobs\":[{\"token\":\"h\"}],\"done\":false}", DONE },
	    "<start><0 begin reasoning><0 +h><0 end reasoning><0 stop end>" USAGE, true },
	{ "an image", { SAYS("\"images\":[\"/9j/4AAQ\"]"), DONE },
	    "<start><0 begin image mime=image/jpeg><0 +/9j/4AAQ><0 end image mime=image/jpeg><0 stop end>" USAGE, true },
	{ "lines behind the end are passed over", { TEXT("a"), DONE, TEXT("b") },
	    "<start><0 begin text><0 +a><0 end text><0 stop end>" USAGE, true },
	{ "a stream that was cut", { TEXT("a"), TEXT("b") }, "<start><0 begin text><0 +a><0 +b>", false },
	{ "an error", { TEXT("a"), "{\"error\":\"no\"}" }, "<start><0 begin text><0 +a>", false },
};

static const struct {
	const char     *payload;
	enum event_kind kind;
} kinds[] = {	/* in order, as one stream */
	{ TEXT(""), EVENT_PREFIX }, { "[]", EVENT_GARBAGE }, { "{", EVENT_GARBAGE }, { "{\"status\":\"x\"}", EVENT_GARBAGE },
	{ SAYS("\"tool_calls\":[{\"function\":{}}]"), EVENT_PREFIX }, { SAYS("\"thinking\":\"h\""), EVENT_DATA }, { TEXT(""), EVENT_DATA },
	{ "{\"error\":\"no\"}", EVENT_ERROR }, { DONE, EVENT_FINAL }, { TEXT("a"), EVENT_SKIP },
};

int
main(void)
{
	struct arena	    a, scratch;
	struct chat_reader *r;
	struct tap	    tap;
	struct buf	    b = { 0 };

	arena_init(&a);
	arena_init(&scratch);
	for (size_t i = 0; i < LENGTH(streams); i++) {
		buf_clear(&b);
		tap = (struct tap){ 0 };
		r = ollama_reader_new(&a, transcript_event, &b);
		for (size_t k = 0; k < LENGTH(streams[i].lines) && streams[i].lines[k] != NULL; k++) {
			(void)ollama_read_event(r, &scratch, STR_NONE, str_of(streams[i].lines[k]), &tap);
			arena_done(&scratch);
		}
		is_slice(buf_view(&b), streams[i].events, "%s", streams[i].what);
		ok(ollama_read_end(r) == streams[i].whole && tap.stopped == streams[i].whole, "%s: whole or not", streams[i].what);
		ollama_reader_free(r);
	}
	tap = (struct tap){ 0 };
	r = ollama_reader_new(&a, transcript_event, &b);
	for (size_t i = 0; i < LENGTH(kinds); i++)
		is_int(ollama_read_event(r, &scratch, STR_NONE, str_of(kinds[i].payload), &tap), kinds[i].kind, "%s", kinds[i].payload);
	ok(str_is(tap.error, "no") && tap.pieces == 1, "the error and the pieces are tapped");
	ok(tap.usage.source == USAGE_REPORTED && tap.usage.tokens[USAGE_INPUT] == 3 && tap.usage.tokens[USAGE_OUTPUT] == 2, "and the usage");
	ollama_reader_free(r);
	ollama_reader_free(NULL);
	buf_done(&b);
	arena_done(&scratch);
	arena_done(&a);
	return tap_done();
}
