/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_reply_test.c - whole and streamed messages, read and written: what was said comes out again, the stream by
 * the vendor's grammar.
 */
#include <inttypes.h>

#include "anthropic_grammar.h"
#include "dialect/anthropic.h"
#include "dialect/carry.h"
#include "dialect/fold.h"
#include "dialect/sse.h"
#include "tap.h"

static struct arena a;
static struct chat  asked;
static struct voice voice;

#define USAGE "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":1,\"cache_read_input_tokens\":2,\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4},\"service_tier\":\"standard\"}"
#define MESSAGE(content, stop) "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[" content "]," stop "," USAGE "}"
#define ENDED "\"stop_reason\":\"end_turn\",\"stop_sequence\":null"

/* Each comes out of the writers as it went into the readers. */
static const struct {
	const char *what, *body;
} same[] = {
	{ "text", MESSAGE("{\"type\":\"text\",\"text\":\"Hi \\\"you\\\"\\n\"}", ENDED) },
	{ "nothing", MESSAGE("", ENDED) },
	{ "thinking", MESSAGE("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Er==\"},{\"type\":\"redacted_thinking\",\"data\":\"Em==\"},"
	    "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"Es==\"},{\"type\":\"text\",\"text\":\"t\"}", ENDED) },
	{ "calls", MESSAGE("{\"type\":\"text\",\"text\":\"t\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"f\",\"input\":{\"a\":[1, 2]}},"
	    "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"g\",\"input\":{}}", "\"stop_reason\":\"tool_use\",\"stop_sequence\":null") },
	{ "citations", MESSAGE("{\"type\":\"text\",\"text\":\"t\",\"citations\":[{\"type\":\"char_location\",\"cited_text\":\"q\",\"document_index\":0},"
	    "{\"type\":\"web_search_result_location\",\"url\":\"u\",\"encrypted_index\":\"E\"}]}", ENDED) },
	{ "server tools", MESSAGE("{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"q\"}},"
	    "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[]}", "\"stop_reason\":\"pause_turn\",\"stop_sequence\":null") },
	{ "a stop sequence", MESSAGE("{\"type\":\"text\",\"text\":\"t\"}", "\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\"") },
	{ "a limit", MESSAGE("{\"type\":\"text\",\"text\":\"t\"}", "\"stop_reason\":\"max_tokens\",\"stop_sequence\":null") },
	{ "a full window", MESSAGE("{\"type\":\"text\",\"text\":\"t\"}", "\"stop_reason\":\"model_context_window_exceeded\",\"stop_sequence\":null") },
	{ "a refusal", MESSAGE("", "\"stop_reason\":\"refusal\",\"stop_sequence\":null,\"stop_details\":{\"type\":\"refusal\",\"category\":null,"
	    "\"explanation\":\"no\"}") },
};

static struct str
whole(const struct chat_reply *r)
{
	struct buf b = { 0 };
	struct str s;

	anthropic_write_reply(&a, r, &voice, &b);
	s = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return s;
}

static struct str
streamed(const struct chat_reply *r)
{
	struct buf	    b = { 0 };
	struct chat_writer *w = anthropic_writer_new(&a, &voice, &b);
	struct str	    s;

	unfold(r, anthropic_write_event, w);
	s = arena_str(&a, buf_view(&b));
	anthropic_writer_free(w);
	buf_done(&b);
	return s;
}

/* A stream read and gathered. */
static const struct chat_reply *
gathered(struct str wire, struct fold *f)
{
	struct chat_reader *r = anthropic_reader_new(&a, fold_event, f);
	struct sse_event    e;
	struct sse	    sse;
	struct tap	    tap = { 0 };

	sse_init(&sse, 1 << 20);
	while (sse_next(&sse, &wire, &e) > 0)
		(void)anthropic_read_event(r, &a, e.name, e.data, &tap);
	sse_done(&sse);
	anthropic_reader_free(r);
	return fold_reply(f);
}

static void
check_same(size_t i)
{
	struct chat_reply r;
	struct fold	 *f = fold_new(&a);
	struct str	  wire;

	if (!ok(anthropic_read_reply(&a, str_of(same[i].body), &r) == 0, "%s is read", same[i].what))
		return;
	is_slice(whole(&r), same[i].body, "and written as it was");
	wire = streamed(&r);
	is_str(anthropic_grammar(&a, wire), "", "and streamed by the grammar");
	r = *gathered(wire, f);
	r.service_tier = STR("default");
	is_slice(whole(&r), same[i].body, "and the stream says the same");
	fold_free(f);
}

/*
 * Others' answers.
 */
static const struct {
	const char *what;
	struct part part;
	enum stop_reason stop;
	const char *content, *reason;
} foreign[] = {
	{ "a refusal is text", { .kind = PART_REFUSAL, .text = { "no", 2 } }, STOP_END, "{\"type\":\"text\",\"text\":\"no\"}", "end_turn" },
	{ "in the model's own words it is an end", { .kind = PART_REFUSAL, .text = { "no", 2 } }, STOP_REFUSAL, "{\"type\":\"text\",\"text\":\"no\"}",
	    "end_turn" },
	{ "a call ends for tools", { .kind = PART_CALL, .id = { "c", 1 }, .name = { "f", 1 }, .input = { "", 0 } }, STOP_END,
	    "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}", "tool_use" },
	{ "a call gets an id", { .kind = PART_CALL, .name = { "f", 1 }, .input = { "{\"a\":1}", 7 } }, STOP_TOOLS,
	    "{\"type\":\"tool_use\",\"id\":\"toolu_x1_0\",\"name\":\"f\",\"input\":{\"a\":1}}", "tool_use" },
	{ "a freeform call has an input", { .kind = PART_CALL, .id = { "c", 1 }, .name = { "f", 1 }, .input = { "a \"b\"", 5 }, .freeform = true },
	    STOP_TOOLS, "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{\"input\":\"a \\\"b\\\"\"}}", "tool_use" },
	{ "a tool has its own name again", { .kind = PART_CALL, .id = { "c", 1 }, .name = { "a_b_0466522c", 12 }, .input = { "{}", 2 } }, STOP_TOOLS,
	    "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"a.b\",\"input\":{}}", "tool_use" },
	{ "an image is a link", { .kind = PART_IMAGE, .media = { .mime = { "image/png", 9 }, .data = { "AAAA", 4 } } }, STOP_END,
	    "{\"type\":\"text\",\"text\":\"![](data:image/png;base64,AAAA)\"}", "end_turn" },
	{ "a filter refuses", { .kind = PART_TEXT, .text = { "t", 1 } }, STOP_FILTER, "{\"type\":\"text\",\"text\":\"t\"}", "refusal" },
	{ "an empty text is none", { .kind = PART_TEXT }, STOP_NONE, "", "end_turn" },
};

static void
check_images(void)
{
	struct chat_reply r = { .id = STR("r") };
	struct str	  got;

	r.usage = (struct usage){ .source = USAGE_REPORTED, .tokens = { [USAGE_INPUT] = 3, [USAGE_IMAGE] = 40, [USAGE_OUTPUT] = 5 } };
	got = whole(&r);
	ok(str_find(got, STR("\"input_tokens\":43,")) < got.n && str_find(got, STR("\"output_tokens\":5}")) < got.n,
	    "images that were looked at are input");
}

static void
check_foreign(size_t i)
{
	struct part	   p = foreign[i].part;
	struct chat_choice c = { .parts = &p, .stop = foreign[i].stop };
	struct chat_reply  r = { .id = STR("resp_9"), .choices = &c };
	struct fold	  *f = fold_new(&a);
	struct str	   wire, expect;

	expect = arena_printf(&a, "{\"id\":\"msg_resp_9\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"asked\",\"content\":[%s],"
	    "\"stop_reason\":\"%s\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,"
	    "\"cache_read_input_tokens\":0,\"output_tokens\":0}}", foreign[i].content, foreign[i].reason);
	is_slice(whole(&r), expect.p, "%s", foreign[i].what);
	wire = streamed(&r);
	is_str(anthropic_grammar(&a, wire), "", "and streamed by the grammar");
	r = *gathered(wire, f);
	is_slice(whole(&r), expect.p, "to the same");
	fold_free(f);
}

static void
check_model(bool renamed, struct str told, const char *want)
{
	struct chat_reply r = { .model = told };

	voice.renamed = renamed;
	want = arena_printf(&a, "\"model\":\"%s\"", want).p;
	ok(str_find(whole(&r), str_of(want)) < whole(&r).n && str_find(streamed(&r), str_of(want)) < streamed(&r).n,
	    "an answer of '" STR_FMT "' has %s%s", STR_ARG(told), want, renamed ? " behind an alias" : "");
	voice.renamed = false;
}

/* Reasoning of another goes out with a carrier and comes back as it was. */
static void
check_carried(const char *what, struct part thought, const char *type)
{
	struct chat_choice c = { .parts = &thought, .stop = STOP_END };
	struct chat_reply  r = { .choices = &c };
	struct chat_reply  got = { 0 };
	struct part	   back = { 0 };
	struct fold	  *f = fold_new(&a);
	struct str	   wire = streamed(&r), body = whole(&r);

	is_str(anthropic_grammar(&a, wire), "", "%s: by the grammar", what);
	ok(str_find(body, str_of(type)) < body.n && str_find(wire, str_of(type)) < wire.n, "as %s", type);
	for (int streams = 0; streams < 2; streams++) {
		const struct part *p;

		if (streams == 0)
			(void)anthropic_read_reply(&a, body, &got);
		else
			got = *gathered(wire, f);
		p = got.choices->parts;
		ok(p != NULL && carry_unwrap(&a, p->sealed.n > 0 ? p->sealed : p->signature, &back) && back.origin == thought.origin &&
			str_eq(back.sealed, thought.sealed) && str_eq(back.signature, thought.signature) && str_eq(back.id, thought.id) &&
			str_eq(p->text, thought.text), "and comes back%s", streams == 0 ? "" : " from a stream");
	}
	fold_free(f);
}

static void
check_odd(void)
{
	struct chat_reply r;
	struct buf	  b = { 0 };
	struct chat_writer *w = anthropic_writer_new(&a, &voice, &b);

	ok(anthropic_read_reply(&a, STR("{\"type\":\"error\",\"error\":{\"message\":\"late\"}}"), &r) == 0 && str_is(r.error, "late"), "an error in a 200");
	ok(anthropic_read_reply(&a, STR("{}"), &r) < 0 && anthropic_read_reply(&a, STR("[]"), &r) < 0, "no message");
	ok(anthropic_read_reply(&a, STR("{\"content\":[1,{\"type\":\"text\"},{\"type\":\"text\",\"text\":\"t\"}]}"), &r) == 0 &&
		r.choices->parts != NULL && str_is(r.choices->parts->text, "t"), "blocks that cannot be read are passed over");
	anthropic_write_error(w, FAULT_UP_OVERLOADED, STR("busy"));
	is_slice(buf_view(&b), "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n", "an error in a stream");
	buf_clear(&b);
	anthropic_write_event(w, &(struct chat_event){ .type = CHAT_BEGIN, .choice = 1, .part = &(struct part){ .kind = PART_TEXT } });
	is_int(b.n, 0, "a second answer is not told");
	anthropic_writer_free(w);
	buf_done(&b);
}

int
main(void)
{
	arena_init(&a);
	chat_init(&asked, &a, DIALECT_ANTHROPIC);
	chat_tool(&asked, TOOL_FUNCTION)->name = STR("a.b");
	voice = (struct voice){ .id = STR("x1"), .model = STR("asked"), .framing = FRAME_SSE_NAMED, .chat = &asked };
	for (size_t i = 0; i < LENGTH(same); i++)
		check_same(i);
	for (size_t i = 0; i < LENGTH(foreign); i++)
		check_foreign(i);
	check_model(false, STR("theirs"), "theirs");
	check_model(true, STR("theirs"), "asked");
	check_model(false, STR_NONE, "asked");
	check_images();
	check_carried("sealed reasoning", (struct part){ .kind = PART_REASONING, .sealed = STR("gA"), .id = STR("rs"), .origin = DIALECT_RESPONSES },
	    "redacted_thinking");
	check_carried("sealed reasoning with a summary", (struct part){ .kind = PART_REASONING, .text = STR("sum"), .sealed = STR("gA"),
	    .origin = DIALECT_RESPONSES }, "\"thinking\"");
	check_carried("a signature of what follows", (struct part){ .kind = PART_REASONING, .signature = STR("c2ln"), .origin = DIALECT_GEMINI },
	    "redacted_thinking");
	check_carried("unsigned thoughts", (struct part){ .kind = PART_REASONING, .text = STR("hm"), .origin = DIALECT_OPENAI }, "\"thinking\"");
	check_odd();
	arena_done(&a);
	return tap_done();
}
