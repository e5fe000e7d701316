/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_writer_test.c - events become lines, each at once; calls whole, proofs in their ids. */
#include "dialect/carry.h"
#include "dialect/fold.h"
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;
static struct buf   out;
static struct chat_writer *w;

static const struct chat chat;
static struct voice voice = { .model = STR("asked"), .now = 1700000000, .framing = FRAME_LINES, .chat = &chat };

static void
begin(enum endpoint endpoint)
{
	buf_clear(&out);
	voice.endpoint = endpoint;
	w = ollama_writer_new(&a, &voice, &out);
}

static void
tell(enum event_type type, const struct part *p, const char *text)
{
	ollama_write_event(w, &(struct chat_event){ .type = type, .part = p, .text = str_of(text) });
}

/* What was written since the last look, without the beginning that all lines share. */
static struct str
written(void)
{
	static const char head[] = "{\"model\":\"m\",\"created_at\":\"2025-08-20T13:48:21.000Z\",";
	struct buf b = { 0 };
	struct str rest = buf_view(&out), line, text;

	while (str_split(&rest, '\n', &line))
		buf_printf(&b, "%s" STR_FMT ";", str_starts(line, str_of(head)) ? "" : "no head: ", STR_ARG(str_from(line, sizeof(head) - 1)));
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	buf_clear(&out);
	return text;
}

static void
start(void)
{
	ollama_write_event(w, &(struct chat_event){ .type = CHAT_START,
		.reply = &(struct chat_reply){ .model = STR("m"), .created = 1755697701 } });
}

static void
stop(enum stop_reason reason, struct usage usage)
{
	struct chat_choice one = { .stop = reason };
	struct chat_reply  r = { .choices = &one, .usage = usage };

	ollama_write_event(w, &(struct chat_event){ .type = CHAT_STOP, .reply = &r });
	ollama_write_event(w, &(struct chat_event){ .type = CHAT_USAGE, .reply = &r });
	ollama_write_event(w, &(struct chat_event){ .type = CHAT_DONE });
}

#define SAYS "\"message\":{\"role\":\"assistant\",\"content\":\""
#define EMPTY SAYS "\""
#define MORE "},\"done\":false};"

static void
test_chat(void)
{
	struct part text = { .kind = PART_TEXT }, thought = { .kind = PART_REASONING };

	begin(ENDPOINT_CHAT);
	start();
	is_slice(written(), "", "a start needs no line");
	tell(CHAT_BEGIN, &thought, "");
	tell(CHAT_DELTA, &thought, "h");
	is_slice(written(), EMPTY ",\"thinking\":\"h\"" MORE, "a thought");
	tell(CHAT_END, &thought, "");
	tell(CHAT_BEGIN, &text, "");
	tell(CHAT_DELTA, &text, "a\"\n");
	is_slice(written(), SAYS "a\\\"\\n\"" MORE, "text");
	tell(CHAT_LOGPROBS, &text, "[{\"token\":\"a\"}]");
	is_slice(written(), EMPTY "},\"done\":false,\"logprobs\":[{\"token\":\"a\"}]};", "its log probabilities");
	tell(CHAT_PING, NULL, "");
	tell(CHAT_END, &text, "");
	is_slice(written(), "", "nothing for what Ollama has no line for");
	stop(STOP_LENGTH, (struct usage){ .source = USAGE_REPORTED, .tokens = { [USAGE_INPUT] = 3, [USAGE_CACHE_READ] = 4, [USAGE_OUTPUT] = 2, [USAGE_REASONING] = 5 } });
	is_slice(written(), EMPTY "},\"done\":true,\"done_reason\":\"length\",\"total_duration\":0,\"load_duration\":0,"
	    "\"prompt_eval_count\":7,\"prompt_eval_duration\":0,\"eval_count\":7,\"eval_duration\":0};", "the end");
	ollama_writer_free(w);
}

static void
test_prompt(void)
{
	struct part text = { .kind = PART_REFUSAL }, thought = { .kind = PART_REASONING };

	begin(ENDPOINT_COMPLETIONS);
	start();
	tell(CHAT_DELTA, &thought, "h");
	tell(CHAT_DELTA, &text, "a");
	stop(STOP_END, (struct usage){ 0 });
	is_slice(written(), "\"response\":\"\",\"thinking\":\"h\",\"done\":false};\"response\":\"a\",\"done\":false};"
	    "\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"total_duration\":0,\"load_duration\":0,\"prompt_eval_duration\":0,"
	    "\"eval_duration\":0};", "a completion, its usage untold");
	ollama_writer_free(w);
}

static void
test_calls(void)
{
	struct part f = { .kind = PART_CALL, .id = STR("c1"), .name = STR("f") }, g = { .kind = PART_CALL, .id = STR("c2"), .name = STR("g") };
	struct part picture = { .kind = PART_IMAGE, .media.mime = STR("image/png") }, linked = { .kind = PART_IMAGE, .media.url = STR("https://x") };
	struct part speech = { .kind = PART_AUDIO, .text = STR("spoken") };

	begin(ENDPOINT_CHAT);
	start();
	tell(CHAT_BEGIN, &f, "");
	tell(CHAT_DELTA, &f, "{\"a\":");
	tell(CHAT_DELTA, &f, " 1}");
	is_slice(written(), "", "a call is not told in pieces");
	tell(CHAT_END, &f, "");
	is_slice(written(), EMPTY ",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"a\": 1}}}]" MORE, "but whole");
	tell(CHAT_BEGIN, &g, "");
	tell(CHAT_END, &g, "");
	is_slice(written(), EMPTY ",\"tool_calls\":[{\"id\":\"c2\",\"function\":{\"index\":1,\"name\":\"g\",\"arguments\":{}}}]" MORE, "one without arguments");
	tell(CHAT_BEGIN, &picture, "");
	tell(CHAT_DELTA, &picture, "AA");
	tell(CHAT_DELTA, &picture, "AA");
	tell(CHAT_END, &picture, "");
	is_slice(written(), EMPTY ",\"images\":[\"AAAA\"]" MORE, "a picture");
	tell(CHAT_BEGIN, &linked, "");
	tell(CHAT_END, &linked, "");
	is_slice(written(), SAYS "![](https://x)\"" MORE, "a picture elsewhere");
	tell(CHAT_BEGIN, &speech, "");
	tell(CHAT_DELTA, &speech, "UklG");
	tell(CHAT_END, &speech, "");
	is_slice(written(), SAYS "spoken\"" MORE, "speech in its words");
	ollama_writer_free(w);
}

static void
test_carried(void)
{
	struct part thought = { .kind = PART_REASONING, .signature = STR("S"), .origin = DIALECT_ANTHROPIC };
	struct part f = { .kind = PART_CALL, .id = STR("c1"), .name = STR("f") }, *list = NULL;
	struct str  rest, id;

	begin(ENDPOINT_CHAT);
	start();
	tell(CHAT_BEGIN, &(struct part){ .kind = PART_REASONING }, "");
	tell(CHAT_DELTA, &thought, "deep");
	tell(CHAT_DELTA, &thought, " down");
	tell(CHAT_END, &thought, "");
	(void)written();
	tell(CHAT_BEGIN, &f, "");
	tell(CHAT_END, &f, "");
	rest = written();
	rest = str_from(rest, str_find(rest, STR("\"id\":\"")) + 6);
	id = str_upto(rest, str_find_byte(rest, '"'));
	ok(carry_take(&a, &id, &list) && str_is(id, "c1") && str_is(list->text, "deep down") && str_is(list->signature, "S") &&
		list->origin == DIALECT_ANTHROPIC && list->next == NULL, "a proof goes in the id of the next call");
	tell(CHAT_BEGIN, &f, "");
	tell(CHAT_END, &f, "");
	ok(!carry_is_inside(written()), "and in that alone");
	ollama_writer_free(w);
}

/* What is written can be read again. */
static void
test_round(void)
{
	struct fold	  *f = fold_new(&a);
	struct chat_choice one = { .stop = STOP_TOOLS }, two = { .index = 1 };
	struct chat_reply  r = { .model = STR("m"), .choices = &one, .usage = { .source = USAGE_REPORTED, .tokens = { [USAGE_INPUT] = 3, [USAGE_OUTPUT] = 2 } } };
	struct part	  *p = part_add(&a, &one.parts, PART_REASONING);
	struct chat_reader *reader = ollama_reader_new(&a, fold_event, f);
	struct tap	   tap = { 0 };
	struct str	   rest, line;

	p->text = STR("h");
	part_add(&a, &one.parts, PART_TEXT)->text = STR("a");
	p = part_add(&a, &one.parts, PART_CALL);
	p->id = STR("c1");
	p->name = STR("f");
	p->input = STR("{}");
	part_add(&a, &two.parts, PART_TEXT)->text = STR("another choice");
	one.next = &two;
	begin(ENDPOINT_CHAT);
	unfold(&r, ollama_write_event, w);
	rest = buf_view(&out);
	while (str_split(&rest, '\n', &line))
		if (ollama_read_event(reader, &a, STR_NONE, line, &tap) == EVENT_GARBAGE)
			return;
	p = fold_reply(f)->choices->parts;
	ok(fold_complete(f) && str_is(p->text, "h") && str_is(p->next->text, "a") && str_is(p->next->next->id, "c1") && p->next->next->next == NULL,
	    "the parts of the first choice come back");
	ok(fold_reply(f)->choices->stop == STOP_TOOLS && tap.usage.tokens[USAGE_INPUT] == 3 && tap.usage.tokens[USAGE_OUTPUT] == 2, "with its end and usage");
	ollama_reader_free(reader);
	ollama_writer_free(w);
	fold_free(f);
}

int
main(void)
{
	arena_init(&a);
	test_chat();
	test_prompt();
	test_calls();
	test_carried();
	test_round();
	buf_done(&out);
	arena_done(&a);
	return tap_done();
}
