/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_reply_test.c - whole Ollama replies, read and written. */
#include "chat_text.h"
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;

#define AT "\"model\":\"m\",\"created_at\":\"2025-08-20T13:48:21.068526Z\","
#define END ",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":2}"

static const struct {
	const char	*what, *body, *parts;
	enum stop_reason stop;
} replies[] = {
	{ "text", "{" AT "\"message\":{\"role\":\"assistant\",\"content\":\"a\"}" END, "text:a", STOP_END },
	{ "thoughts before it", "{" AT "\"message\":{\"content\":\"a\",\"thinking\":\"h\"}" END, "reasoning:h text:a", STOP_END },
	{ "calls", "{" AT "\"message\":{\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":"
	    "{\"a\": 1}}},{\"id\":\"c2\",\"function\":{\"name\":\"g\"}}]}" END, "call:c1 f {\"a\": 1} call:c2 g {}", STOP_TOOLS },
	{ "a call without a name is none", "{" AT "\"message\":{\"content\":\"a\",\"tool_calls\":[{\"id\":\"c1\"}]}" END, "text:a", STOP_END },
	{ "an image", "{" AT "\"message\":{\"content\":\"a\",\"images\":[\"/9j/4AAQ\",\"?\"]}" END, "text:a image:image/jpeg,/9j/4AAQ", STOP_END },
	{ "a completion", "{" AT "\"response\":\"a\",\"thinking\":\"h\"" END, "reasoning:h text:a", STOP_END },
	{ "nothing", "{" AT "\"message\":{\"content\":\"\",\"images\":null}" END, "", STOP_END },
};

static const struct {
	const char	*word;
	enum stop_reason stop;
} stops[] = {
	{ ",\"done_reason\":\"stop\"", STOP_END }, { ",\"done_reason\":\"length\"", STOP_LENGTH }, { "", STOP_END },
	{ ",\"done_reason\":\"load\"", STOP_END }, { ",\"done_reason\":\"content_filter\"", STOP_FILTER },
	{ ",\"done_reason\":\"new\"", STOP_OTHER },
};

static const char *const strangers[] = { "{" AT "\"done\":true}", "{" AT "\"message\":{\"content\":\"a\"},\"done\":false}", "[]", "",
	"{\"choices\":[]}" };

static void
test_read(void)
{
	struct chat_reply r;
	struct buf	  b = { 0 };

	for (size_t i = 0; i < LENGTH(replies); i++) {
		buf_clear(&b);
		if (!ok(ollama_read_reply(&a, str_of(replies[i].body), &r) == 0, "read: %s", replies[i].what))
			continue;
		chat_text_parts(&b, r.choices->parts);
		is_slice(buf_view(&b), replies[i].parts, "%s", replies[i].what);
		is_int(r.choices->stop, replies[i].stop, "%s: its end", replies[i].what);
		ok(str_is(r.model, "m") && r.created == 1755697701 && r.choices->next == NULL, "%s: model and time", replies[i].what);
		ok(r.usage.source == USAGE_REPORTED && r.usage.tokens[USAGE_INPUT] == 3 && r.usage.tokens[USAGE_OUTPUT] == 2,
		    "%s: usage", replies[i].what);
	}
	for (size_t i = 0; i < LENGTH(stops); i++) {
		struct str body = arena_printf(&a, "{\"message\":{\"content\":\"a\"},\"done\":true%s}", stops[i].word);

		ok(ollama_read_reply(&a, body, &r) == 0 && r.choices->stop == stops[i].stop, "an end by '%s'", stops[i].word);
	}
	for (size_t i = 0; i < LENGTH(strangers); i++)
		ok(ollama_read_reply(&a, str_of(strangers[i]), &r) < 0, "no reply: '%s'", strangers[i]);
	ok(ollama_read_reply(&a, STR("{\"error\":\"no\"}"), &r) == 0 && str_is(r.error, "no"), "an error inside");
	ok(ollama_read_reply(&a, STR("{\"message\":{\"content\":\"a\"},\"logprobs\":[{\"token\":\"a\"}],\"done\":true}"), &r) == 0 &&
		str_is(r.choices->parts->logprobs, "[{\"token\":\"a\"}]"), "log probabilities belong to the text");
	buf_done(&b);
}

/* Ids are made up where there are none: the same for the same reply, another for each call and each turn. */
static void
test_ids(void)
{
	static const char body[] = "{\"created_at\":\"2025-08-20T13:48:2%dZ\",\"message\":{\"content\":\"\",\"tool_calls\":["
				   "{\"function\":{\"name\":\"f\",\"arguments\":{}}},{\"function\":{\"name\":\"f\",\"arguments\":{}}}]},\"done\":true}";
	struct chat_reply one, again, next;
	struct str	  first, second;

	if (ollama_read_reply(&a, arena_printf(&a, body, 1), &one) < 0 || ollama_read_reply(&a, arena_printf(&a, body, 1), &again) < 0 ||
	    ollama_read_reply(&a, arena_printf(&a, body, 2), &next) < 0)
		return;
	first = one.choices->parts->id;
	second = one.choices->parts->next->id;
	ok(str_starts(first, STR("call_")) && first.n == 21, "a call without an id gets one");
	ok(!str_eq(first, second), "the next call of the same tool another");
	ok(str_eq(first, again.choices->parts->id), "the same reply the same");
	ok(!str_eq(first, next.choices->parts->id), "another turn another");
}

static struct str
written(const struct chat_reply *r, struct voice v)
{
	static const struct chat chat;
	struct buf b = { 0 };
	struct str text;

	if (v.chat == NULL)
		v.chat = &chat;
	v.model = STR("asked");
	v.now = 1700000000;
	ollama_write_reply(&a, r, &v, &b);
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return text;
}

#define NONE "\"total_duration\":0,\"load_duration\":0,"
#define DONE(reason) "\"done\":true,\"done_reason\":\"" reason "\"," NONE "\"prompt_eval_duration\":0,\"eval_duration\":0}"

static void
test_write(void)
{
	struct voice	   chat = { .endpoint = ENDPOINT_CHAT }, prompt = { .endpoint = ENDPOINT_COMPLETIONS };
	struct chat_choice one = { .stop = STOP_TOOLS };
	struct chat_reply  r = { .model = STR("m"), .created = 1755697701, .choices = &one };
	struct part	  *p;

	part_add(&a, &one.parts, PART_REASONING)->text = STR("h");
	p = part_add(&a, &one.parts, PART_TEXT);
	p->text = STR("a");
	p->logprobs = STR("[{\"token\":\"a\"}]");
	p = part_add(&a, &one.parts, PART_TEXT);
	p->text = STR("b");
	p->logprobs = STR(" [ {\"token\":\"b\"} ] ");
	part_add(&a, &one.parts, PART_IMAGE)->media.data = STR("AAAA");
	part_add(&a, &one.parts, PART_IMAGE)->media.url = STR("https://x");
	p = part_add(&a, &one.parts, PART_CALL);
	p->id = STR("c1");
	p->name = STR("f");
	p->input = STR("{\"a\": 1}");
	p = part_add(&a, &one.parts, PART_CALL);
	p->id = STR("c2");
	p->name = STR("g");
	p->input = STR("no object");
	r.usage = (struct usage){ .source = USAGE_REPORTED, .tokens = { [USAGE_INPUT] = 1, [USAGE_CACHE_READ] = 10,
		[USAGE_CACHE_WRITE] = 100, [USAGE_OUTPUT] = 2, [USAGE_REASONING] = 20 } };
	is_slice(written(&r, chat), "{\"model\":\"m\",\"created_at\":\"2025-08-20T13:48:21.000Z\",\"message\":{\"role\":\"assistant\","
	    "\"content\":\"ab![](https://x)\",\"thinking\":\"h\",\"images\":[\"AAAA\"],\"tool_calls\":["
	    "{\"id\":\"c1\",\"function\":{\"index\":0,\"name\":\"f\",\"arguments\":{\"a\": 1}}},"
	    "{\"id\":\"c2\",\"function\":{\"index\":1,\"name\":\"g\",\"arguments\":{\"input\":\"no object\"}}}]},"
	    "\"done\":true,\"done_reason\":\"stop\"," NONE "\"prompt_eval_count\":111,\"prompt_eval_duration\":0,"
	    "\"eval_count\":22,\"eval_duration\":0,\"logprobs\":[{\"token\":\"a\"}, {\"token\":\"b\"} ]}", "a chat with all of it");
	one = (struct chat_choice){ .stop = STOP_LENGTH };
	r = (struct chat_reply){ .choices = &one };
	part_add(&a, &one.parts, PART_TEXT)->text = STR("a");
	is_slice(written(&r, prompt), "{\"model\":\"asked\",\"created_at\":\"2023-11-14T22:13:20.000Z\",\"response\":\"a\","
	    DONE("length"), "a completion, of an upstream that tells nothing");
	r.choices = NULL;
	chat.load = true;
	is_slice(written(&r, chat), "{\"model\":\"asked\",\"created_at\":\"2023-11-14T22:13:20.000Z\",\"message\":{\"role\":\"assistant\","
	    "\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}", "a load");
	prompt.load = prompt.unload = true;
	is_slice(written(&r, prompt), "{\"model\":\"asked\",\"created_at\":\"2023-11-14T22:13:20.000Z\",\"response\":\"\","
	    "\"done\":true,\"done_reason\":\"unload\"}", "an unload");
}

static void
test_reasons(void)
{
	static const struct {
		enum stop_reason stop;
		const char	*word;
	} words[] = {
		{ STOP_NONE, "stop" }, { STOP_END, "stop" }, { STOP_SEQUENCE, "stop" }, { STOP_TOOLS, "stop" }, { STOP_LENGTH, "length" },
		{ STOP_CONTEXT, "length" }, { STOP_FILTER, "content_filter" }, { STOP_REFUSAL, "content_filter" }, { STOP_OTHER, "other" },
	};

	for (size_t i = 0; i < LENGTH(words); i++) {
		struct chat_choice one = { .stop = words[i].stop };
		struct chat_reply  r = { .choices = &one };
		struct str	   want = arena_printf(&a, "\"done_reason\":\"%s\"", words[i].word);
		struct str	   got = written(&r, (struct voice){ 0 });

		ok(str_find(got, want) < got.n, "an end: %s", words[i].word);
	}
}

static void
test_carried(void)
{
	struct chat_choice one = { .stop = STOP_TOOLS };
	struct chat_reply  r = { .choices = &one }, back;
	struct part	  *p = part_add(&a, &one.parts, PART_REASONING), *list = NULL;

	p->text = STR("h");
	p->signature = STR("S");
	p->origin = DIALECT_ANTHROPIC;
	p = part_add(&a, &one.parts, PART_CALL);
	p->id = STR("c1");
	p->name = STR("f");
	p = part_add(&a, &one.parts, PART_CALL);
	p->id = STR("c2");
	p->name = STR("g");
	if (!ok(ollama_read_reply(&a, written(&r, (struct voice){ 0 }), &back) == 0, "a reply with a proof"))
		return;
	p = back.choices->parts->next;
	ok(carry_take(&a, &p->id, &list) && str_is(p->id, "c1") && str_is(list->signature, "S") && list->origin == DIALECT_ANTHROPIC,
	    "the proof goes in the id of the call behind it");
	is_slice(p->next->id, "c2", "and in no other");
}

static void
test_names(void)
{
	struct chat_choice one = { .stop = STOP_TOOLS };
	struct chat_reply  r = { .choices = &one };
	struct part	  *p = part_add(&a, &one.parts, PART_CALL);
	struct chat	   asked;
	struct str	   got;

	chat_init(&asked, &a, DIALECT_OLLAMA);
	chat_tool(&asked, TOOL_FUNCTION)->name = STR("fs.read");
	p->name = fit_word(&a, STR("fs.read"), 64);
	got = written(&r, (struct voice){ .chat = &asked });
	ok(str_find(got, STR("\"name\":\"fs.read\"")) < got.n, "a tool has the name that the request gave it");
}

int
main(void)
{
	arena_init(&a);
	test_read();
	test_ids();
	test_write();
	test_reasons();
	test_carried();
	test_names();
	arena_done(&a);
	return tap_done();
}
