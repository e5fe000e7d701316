/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_write_message_test.c - a conversation as Ollama takes it; what it has no way to take is a complaint, not a loss. */
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;
static struct chat  c;

static struct part *
say(enum chat_role role, enum part_kind kind)
{
	return part_add(&a, &chat_message_joined(&c, role)->parts, kind);
}

static void
text(enum chat_role role, const char *words)
{
	say(role, PART_TEXT)->text = str_of(words);
}

static struct part *
call(const char *id, const char *name, const char *input)
{
	struct part *p = say(ROLE_ASSISTANT, PART_CALL);

	p->id = str_of(id);
	p->name = str_of(name);
	p->input = str_of(input);
	return p;
}

static struct part *
result(const char *id, const char *name, const char *words)
{
	struct part *p = say(ROLE_TOOL, PART_RESULT);

	p->id = str_of(id);
	p->name = str_of(name);
	if (words[0] != '\0')
		part_add(&a, &p->content, PART_TEXT)->text = str_of(words);
	return p;
}

static void
media(struct part *p, const char *mime, const char *data)
{
	p->media.mime = str_of(mime);
	p->media.data = str_of(data);
}

/* The messages, then what was dropped; or what is complained about. */
static struct str
written(void)
{
	struct report	 r = { .arena = &a };
	struct target	 t = { .model = STR("m") };
	struct complaint why;
	struct str	 body, head = STR("{\"model\":\"m\",\"messages\":["), tail = STR("],\"options\":{},\"stream\":false}");
	struct buf	 b = { 0 };

	if (ollama_write_request(&a, &c, &t, &r, &body, &why) < 0)
		return arena_printf(&a, "%s: " STR_FMT, fault_info(why.fault)->name, STR_ARG(why.param));
	if (!str_starts(body, head) || !str_ends(body, tail))
		return body;
	buf_str(&b, str_upto(str_from(body, head.n), body.n - head.n - tail.n));
	for (const struct name_list *n = r.names; n != NULL; n = n->next)
		buf_printf(&b, "%s" STR_FMT, n == r.names ? " - " : ",", STR_ARG(n->name));
	body = arena_str(&a, buf_view(&b));
	buf_done(&b);
	chat_init(&c, &a, DIALECT_OPENAI);
	return body;
}

static void
test_texts(void)
{
	text(ROLE_SYSTEM, "s");
	text(ROLE_DEVELOPER, "d");
	text(ROLE_USER, "u");
	text(ROLE_USER, "v");
	text(ROLE_ASSISTANT, "a");
	text(ROLE_ASSISTANT, "b");
	is_slice(written(), "{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"system\",\"content\":\"d\"},"
	    "{\"role\":\"user\",\"content\":\"u\\n\\nv\"},{\"role\":\"assistant\",\"content\":\"ab\"}",
	    "parts of a prompt stand apart, blocks of an answer do not");
	chat_message(&c, ROLE_USER)->name = STR("bob");
	is_slice(written(), "{\"role\":\"user\",\"content\":\"\"} - messages.name", "a message without parts, a name that is lost");
	say(ROLE_ASSISTANT, PART_REFUSAL)->text = STR("no");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"no\"}", "a refusal is text");
	text(ROLE_USER, "u");
	c.messages->parts->cache = STR("{}");
	citation_add(&a, c.messages->parts);
	is_slice(written(), "{\"role\":\"user\",\"content\":\"u\"} - cache_control,citations", "marks that are lost");
}

static void
test_reasoning(void)
{
	struct part *p = say(ROLE_ASSISTANT, PART_REASONING);

	p->text = STR("h");
	p->signature = STR("S");
	p->origin = DIALECT_ANTHROPIC;
	say(ROLE_ASSISTANT, PART_REASONING)->text = STR("i");
	text(ROLE_ASSISTANT, "a");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"a\",\"thinking\":\"h\\n\\ni\"}", "thoughts of whatever origin");
	say(ROLE_ASSISTANT, PART_REASONING)->sealed = STR("X");
	text(ROLE_ASSISTANT, "a");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"a\"} - reasoning", "a sealed one cannot be read");
}

static void
test_media(void)
{
	text(ROLE_USER, "u");
	media(say(ROLE_USER, PART_IMAGE), "image/png", "iVBORw0KGgo=");
	media(say(ROLE_USER, PART_IMAGE), "image/png", "-_-_AA");
	is_slice(written(), "{\"role\":\"user\",\"content\":\"u\",\"images\":[\"iVBORw0KGgo=\",\"+/+/AA==\"]}",
	    "images, in the alphabet that the server reads");
	media(say(ROLE_USER, PART_IMAGE), "image/png", "AAAA");
	c.messages->parts->media.detail = STR("high");
	is_slice(written(), "{\"role\":\"user\",\"content\":\"\",\"images\":[\"AAAA\"]} - detail", "its detail is lost");
	media(say(ROLE_USER, PART_FILE), "text/plain; charset=utf-8", "aGk=");
	c.messages->parts->media.name = STR("a.txt");
	text(ROLE_USER, "u");
	is_slice(written(), "{\"role\":\"user\",\"content\":\"a.txt:\\nhi\\n\\nu\"}", "a file that is text is said");
	media(say(ROLE_USER, PART_FILE), "application/json", "e30=");
	is_slice(written(), "{\"role\":\"user\",\"content\":\"{}\"}", "so is one of JSON");
	say(ROLE_ASSISTANT, PART_AUDIO)->text = STR("spoken");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"spoken\"}", "of earlier speech its words");
	say(ROLE_ASSISTANT, PART_NATIVE)->raw = STR("{}");
	text(ROLE_ASSISTANT, "a");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"a\"} - messages.content", "what only its vendor knows");
}

static void
test_complaints(void)
{
	static const struct {
		const char    *what;
		enum part_kind kind;
		struct media   media;
	} parts[] = {
		{ "an image by URL", PART_IMAGE, { .url = STR("https://x/y.png") } },
		{ "an image by file", PART_IMAGE, { .file_id = STR("file_1") } },
		{ "a PDF", PART_FILE, { .mime = STR("application/pdf"), .data = STR("JVBE") } },
		{ "a file by URL", PART_FILE, { .mime = STR("text/plain"), .url = STR("https://x") } },
		{ "text that is none", PART_FILE, { .mime = STR("text/plain"), .data = STR("//8=") } },
		{ "audio", PART_AUDIO, { .mime = STR("audio/wav"), .data = STR("UklG") } },
		{ "video", PART_VIDEO, { .mime = STR("video/mp4"), .data = STR("AAAA") } },
	};

	for (size_t i = 0; i < LENGTH(parts); i++) {
		chat_init(&c, &a, DIALECT_OPENAI);
		text(ROLE_SYSTEM, "s");
		text(ROLE_USER, "u");
		say(ROLE_USER, parts[i].kind)->media = parts[i].media;
		is_slice(written(), "INEXPRESSIBLE: messages[1].content[1]", "%s", parts[i].what);
	}
	chat_init(&c, &a, DIALECT_OPENAI);
	call("c1", "f", "{}");
	part_add(&a, &result("c1", "f", "")->content, PART_IMAGE)->media.url = STR("https://x");
	is_slice(written(), "INEXPRESSIBLE: messages[1].content[0].content[0]", "also inside a result");
	chat_init(&c, &a, DIALECT_OPENAI);
}

static void
test_tools(void)
{
	text(ROLE_ASSISTANT, "a");
	call("c1", "f", "{\"a\": 1}");
	call("c2", "g", "");
	call("c3", "p", "free")->freeform = true;
	result("c1", "f", "F");
	result("c2", "g", "G")->failed = true;
	result("c3", "p", "Error: P")->failed = true;
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":["
	    "{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\": 1}}},"
	    "{\"id\":\"c2\",\"function\":{\"name\":\"g\",\"arguments\":{}}},"
	    "{\"id\":\"c3\",\"function\":{\"name\":\"p\",\"arguments\":{\"input\":\"free\"}}}]},"
	    "{\"role\":\"tool\",\"content\":\"F\",\"tool_name\":\"f\",\"tool_call_id\":\"c1\"},"
	    "{\"role\":\"tool\",\"content\":\"Error: G\",\"tool_name\":\"g\",\"tool_call_id\":\"c2\"},"
	    "{\"role\":\"tool\",\"content\":\"Error: P\",\"tool_name\":\"p\",\"tool_call_id\":\"c3\"}", "calls and results, failed ones marked");
	call("c1", "f", "{}");
	call("c2", "g", "{}");
	media(part_add(&a, &result("c1", "f", "F")->content, PART_IMAGE), "image/png", "AAAA");
	media(part_add(&a, &result("c2", "g", "")->content, PART_IMAGE), "image/png", "BBBB");
	text(ROLE_USER, "u");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":{}}},"
	    "{\"id\":\"c2\",\"function\":{\"name\":\"g\",\"arguments\":{}}}]},"
	    "{\"role\":\"tool\",\"content\":\"F\",\"tool_name\":\"f\",\"tool_call_id\":\"c1\"},"
	    "{\"role\":\"tool\",\"content\":\"\",\"tool_name\":\"g\",\"tool_call_id\":\"c2\"},"
	    "{\"role\":\"user\",\"content\":\"\",\"images\":[\"AAAA\",\"BBBB\"]},{\"role\":\"user\",\"content\":\"u\"}",
	    "images of results follow the last of them");
	call("c1", "f", "{}");
	media(part_add(&a, &result("c1", "f", "F")->content, PART_IMAGE), "image/png", "AAAA");
	is_slice(written(), "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]},"
	    "{\"role\":\"tool\",\"content\":\"F\",\"tool_name\":\"f\",\"tool_call_id\":\"c1\"},"
	    "{\"role\":\"user\",\"content\":\"\",\"images\":[\"AAAA\"]}", "also when nothing else does");
}

int
main(void)
{
	arena_init(&a);
	chat_init(&c, &a, DIALECT_OPENAI);
	test_texts();
	test_reasoning();
	test_media();
	test_complaints();
	test_tools();
	arena_done(&a);
	return tap_done();
}
