/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_read_stream_test.c - streamed messages as events, as vendors and others really send them. */
#include <inttypes.h>

#include "dialect/anthropic.h"
#include "tap.h"
#include "transcript.h"

#define START "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}"
#define STARTED "<start msg_1><usage 3 0 0 1 0 0 0 0>"
#define BEGIN(block) "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" block "}"
#define DELTA(delta) "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":" delta "}"
#define TEXT(t) DELTA("{\"type\":\"text_delta\",\"text\":\"" t "\"}")
#define JSON(t) DELTA("{\"type\":\"input_json_delta\",\"partial_json\":\"" t "\"}")
#define END "{\"type\":\"content_block_stop\",\"index\":0}"
#define STOP(why) "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" why "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":7}}"
#define FINAL "{\"type\":\"message_stop\"}"
#define STOPPED(why) "<0 stop " why "><usage 3 0 0 7 0 0 0 0><done>"
#define LINES_MOST 12

static const struct {
	const char *what, *lines[LINES_MOST], *events;
} cases[] = {
	{ "text", { START, BEGIN("{\"type\":\"text\",\"text\":\"\"}"), "{\"type\":\"ping\"}", TEXT("Hel"), TEXT("lo"), END, STOP("end_turn"), FINAL },
	    STARTED "<0 begin text><ping><0 +Hel><0 +lo><0 end text>" STOPPED("end") },
	{ "thinking and its signature", { START, BEGIN("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
	    DELTA("{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}"), DELTA("{\"type\":\"signature_delta\",\"signature\":\"Er==\"}"), END,
	    STOP("max_tokens"), FINAL }, STARTED "<0 begin reasoning><0 +hm><0 end reasoning signature=Er==>" STOPPED("length") },
	{ "hidden thinking has a signature alone", { START, BEGIN("{\"type\":\"thinking\",\"thinking\":\"\"}"),
	    DELTA("{\"type\":\"signature_delta\",\"signature\":\"Er==\"}"), END, STOP("end_turn"), FINAL },
	    STARTED "<0 begin reasoning><0 end reasoning signature=Er==>" STOPPED("end") },
	{ "redacted thinking", { START, BEGIN("{\"type\":\"redacted_thinking\",\"data\":\"Em==\"}"), END, STOP("end_turn"), FINAL },
	    STARTED "<0 begin reasoning sealed=Em==><0 end reasoning sealed=Em==>" STOPPED("end") },
	{ "a call in pieces", { START, BEGIN("{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}"), JSON(""), JSON("{\\\"a\\\":"), JSON("1}"),
	    END, STOP("tool_use"), FINAL }, STARTED "<0 begin call id=c name=f><0 +{\"a\":><0 +1}><0 end call id=c name=f>" STOPPED("tools") },
	{ "a call whose input comes whole", { START, BEGIN("{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{\"a\":1}}"), END, STOP("tool_use"), FINAL },
	    STARTED "<0 begin call id=c name=f><0 +{\"a\":1}><0 end call id=c name=f>" STOPPED("tools") },
	{ "or twice", { START, BEGIN("{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{\"a\":1}}"), JSON("{\\\"a\\\":1}"), END, STOP("tool_use"), FINAL },
	    STARTED "<0 begin call id=c name=f><0 +{\"a\":1}><0 end call id=c name=f>" STOPPED("tools") },
	{ "a call without input", { START, BEGIN("{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}"), END, STOP("tool_use"), FINAL },
	    STARTED "<0 begin call id=c name=f><0 end call id=c name=f>" STOPPED("tools") },
	{ "citations", { START, BEGIN("{\"type\":\"text\",\"text\":\"\",\"citations\":[]}"), TEXT("t"),
	    DELTA("{\"type\":\"citations_delta\",\"citation\":{\"type\":\"web_search_result_location\",\"url\":\"u\"}}"), END, STOP("end_turn"), FINAL },
	    STARTED "<0 begin text><0 +t><0 cite u><0 end text>" STOPPED("end") },
	{ "a server's tool is told whole", { START, BEGIN("{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}"),
	    JSON("{\\\"q\\\":1}"), END, BEGIN("{\"type\":\"web_search_tool_result\",\"content\":[1]}"), END, STOP("pause_turn"), FINAL },
	    STARTED "<0 begin native name=server_tool_use><0 end native name=server_tool_use><0 begin native name=web_search_tool_result>"
	    "<0 end native name=web_search_tool_result>" STOPPED("pause") },
	{ "blocks that were not begun or ended", { START, TEXT("a"), BEGIN("{\"type\":\"text\",\"text\":\"b\"}"), STOP("end_turn"), FINAL },
	    STARTED "<0 begin text><0 +a><0 end text><0 begin text><0 +b><0 end text>" STOPPED("end") },
	{ "message_start twice", { START, START, STOP("end_turn"), FINAL }, STARTED "<usage 3 0 0 1 0 0 0 0>" STOPPED("end") },
	{ "a refusal that explains", { START, "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\",\"stop_details\":{\"explanation\":\"no\"}}}",
	    FINAL }, STARTED "<0 begin refusal><0 +no><0 end refusal><0 stop refusal><usage 3 0 0 1 0 0 0 0><done>" },
	{ "an end without a reason", { START, FINAL }, STARTED "<0 stop none><done>" },
	{ "nothing behind the end", { START, FINAL, TEXT("x"), "[DONE]" }, STARTED "<0 stop none><done>" },
};

static void
run(struct arena *a, const char *const *lines, struct buf *events, struct tap *tap, bool *whole)
{
	struct chat_reader *r = anthropic_reader_new(a, transcript_event, events);

	for (size_t i = 0; i < LINES_MOST && lines[i] != NULL; i++)
		(void)anthropic_read_event(r, a, STR_NONE, str_of(lines[i]), tap);
	*whole = anthropic_read_end(r);
	anthropic_reader_free(r);
}

static void
keep_raw(void *arg, const struct chat_event *e)
{
	struct buf *b = arg;

	if (e->type == CHAT_BEGIN)
		buf_str(b, e->part->raw);
}

static void
check_native(struct arena *a)
{
	struct buf	    raw = { 0 };
	struct tap	    tap = { 0 };
	struct chat_reader *r = anthropic_reader_new(a, keep_raw, &raw);

	(void)anthropic_read_event(r, a, STR_NONE, STR(BEGIN("{\"type\":\"server_tool_use\",\"id\":\"s\",\"input\":{}}")), &tap);
	(void)anthropic_read_event(r, a, STR_NONE, STR(JSON("{\\\"q\\\":")), &tap);
	(void)anthropic_read_event(r, a, STR_NONE, STR(JSON("1}")), &tap);
	(void)anthropic_read_event(r, a, STR_NONE, STR(END), &tap);
	is_slice(buf_view(&raw), "{\"type\":\"server_tool_use\",\"id\":\"s\",\"input\":{\"q\":1}}", "an input in pieces is in its block");
	buf_clear(&raw);
	(void)anthropic_read_event(r, a, STR_NONE, STR(BEGIN("{\"type\":\"compaction\",\"content\":null}")), &tap);
	(void)anthropic_read_event(r, a, STR_NONE, STR(DELTA("{\"type\":\"compaction_delta\",\"content\":\"sum\"}")), &tap);
	(void)anthropic_read_event(r, a, STR_NONE, STR(END), &tap);
	is_slice(buf_view(&raw), "{\"type\":\"compaction\",\"content\":\"sum\"}", "so is what an unknown delta brings");
	anthropic_reader_free(r);
	buf_done(&raw);
}

int
main(void)
{
	struct arena a;
	struct tap   tap;
	struct buf   events = { 0 };
	bool	     whole;
	static const char *const cut[LINES_MOST] = { START, TEXT("a"), STOP("end_turn") };
	static const char *const failed[LINES_MOST] = { START, "{\"type\":\"error\",\"error\":{\"message\":\"busy\"}}" };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		buf_clear(&events);
		tap = (struct tap){ 0 };
		run(&a, cases[i].lines, &events, &tap, &whole);
		is_slice(buf_view(&events), cases[i].events, "%s", cases[i].what);
		ok(whole, "and it is whole");
	}
	buf_clear(&events);
	tap = (struct tap){ 0 };
	run(&a, cut, &events, &tap, &whole);
	ok(!whole && tap.stopped, "without message_stop it is not");
	run(&a, failed, &events, &tap, &whole);
	ok(!whole && str_is(tap.error, "busy"), "an error is told");
	check_native(&a);
	buf_done(&events);
	arena_done(&a);
	return tap_done();
}
