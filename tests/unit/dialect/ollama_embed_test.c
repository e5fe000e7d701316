/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_embed_test.c - Ollama's embeddings, asked for and answered. */
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;

static int
read_it(const char *body, enum endpoint endpoint, struct embed *e, struct complaint *why)
{
	struct ask     ask;
	struct inbound in = { .endpoint = endpoint, .body = str_of(body), .depth = 64 };

	if (ollama_ask(&a, &in, &ask, why) < 0)
		return -1;
	return ollama_read_embed(&a, &ask, e, why);
}

static struct str
text_of(const struct embed *e)
{
	struct buf b = { 0 };
	struct str text;

	for (const struct embed_input *in = e->inputs; in != NULL; in = in->next)
		buf_printf(&b, "[" STR_FMT "]", STR_ARG(in->text));
	buf_printf(&b, " %u" STR_FMT STR_FMT, e->n, STR_ARG(e->dimensions), STR_ARG(e->truncate));
	for (const struct name_list *n = e->notes; n != NULL; n = n->next)
		buf_printf(&b, " " STR_FMT, STR_ARG(n->name));
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return text;
}

static const struct {
	const char   *what, *body;
	enum endpoint endpoint;
	const char   *text;
} requests[] = {
	{ "a text", "{\"model\":\"m\",\"input\":\"a\"}", ENDPOINT_EMBEDDINGS, "[a] 1" },
	{ "texts", "{\"model\":\"m\",\"input\":[\"a\",\"b\\n\"]}", ENDPOINT_EMBEDDINGS, "[a][b\n] 2" },
	{ "no texts", "{\"model\":\"m\",\"input\":[]}", ENDPOINT_EMBEDDINGS, " 0" },
	{ "settings", "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":256,\"truncate\":false,\"options\":{\"num_ctx\":1,\"x\":null},\"keep_alive\":\"5m\"}",
	    ENDPOINT_EMBEDDINGS, "[a] 1256false options.num_ctx keep_alive" },
	{ "settings that say nothing", "{\"model\":\"m\",\"input\":\"a\",\"options\":{},\"keep_alive\":null}", ENDPOINT_EMBEDDINGS, "[a] 1" },
	{ "one of old", "{\"model\":\"m\",\"prompt\":\"a\"}", ENDPOINT_EMBED_ONE, "[a] 1" },
};

static struct str
written(const struct embed *e)
{
	struct report	 r = { .arena = &a };
	struct target	 t = { .model = STR("up") };
	struct complaint why;
	struct str	 body;
	struct buf	 b = { 0 };

	if (ollama_write_embed(&a, e, &t, &r, &body, &why) < 0)
		return arena_printf(&a, "%s: " STR_FMT, fault_info(why.fault)->name, STR_ARG(why.param));
	buf_str(&b, body);
	for (const struct name_list *n = r.names; n != NULL; n = n->next)
		buf_printf(&b, " " STR_FMT, STR_ARG(n->name));
	body = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return body;
}

static void
test_requests(void)
{
	struct embed_input two = { .text = STR("b") }, one = { .text = STR("a"), .next = &two };
	struct name_list   note = { .name = STR("x") };
	struct embed	   e;
	struct complaint   why;

	for (size_t i = 0; i < LENGTH(requests); i++)
		if (ok(read_it(requests[i].body, requests[i].endpoint, &e, &why) == 0, "read: %s", requests[i].what))
			is_slice(text_of(&e), requests[i].text, "%s", requests[i].what);
	ok(read_it("{\"model\":\"m\",\"input\":[\"a\",1]}", ENDPOINT_EMBEDDINGS, &e, &why) < 0 && str_is(why.param, "input[1]"),
	    "a number among texts is refused");
	e = (struct embed){ .inputs = &one, .n = 2, .base64 = true };
	is_slice(written(&e), "{\"model\":\"up\",\"input\":[\"a\",\"b\"]}", "texts are asked for");
	e = (struct embed){ .inputs = &two, .n = 1, .dimensions = STR("256"), .truncate = STR("true"), .user = STR("u"), .task = STR("t"),
		.title = STR("t"), .notes = &note };
	is_slice(written(&e), "{\"model\":\"up\",\"input\":[\"b\"],\"truncate\":true,\"dimensions\":256} user taskType title x",
	    "settings, and what is lost");
	two = (struct embed_input){ .tokens = STR("[1,2]") };
	e = (struct embed){ .inputs = &one, .n = 2 };
	is_slice(written(&e), "INEXPRESSIBLE: input[1]", "tokens are not to be had");
}

static void
test_replies(void)
{
	struct embed	   e = { 0 };
	struct embed_reply r;
	struct voice	   v = { .endpoint = ENDPOINT_EMBEDDINGS, .model = STR("asked") };
	struct embed_vector coded = { .base64 = STR("AACAPw==") };
	struct buf	   b = { 0 };

	ok(ollama_read_embed_reply(&a, STR("{\"model\":\"m\",\"embeddings\":[[1, 2],[3]],\"prompt_eval_count\":4}"), &r) == 0 && r.n == 2 &&
		str_is(r.vectors->floats, "[1, 2]") && str_is(r.vectors->next->floats, "[3]") && r.vectors->next->next == NULL &&
		str_is(r.model, "m") && r.usage.tokens[USAGE_INPUT] == 4, "vectors are read");
	ollama_write_embed_reply(&a, &e, &r, &v, &b);
	is_slice(buf_view(&b), "{\"model\":\"m\",\"embeddings\":[[1, 2],[3]],\"total_duration\":0,\"load_duration\":0,\"prompt_eval_count\":4}",
	    "and written");
	ok(ollama_read_embed_reply(&a, STR("{\"embedding\":[1],\"embeddings\":null}"), &r) == 0 && r.n == 1, "one of old is read");
	v.endpoint = ENDPOINT_EMBED_ONE;
	buf_clear(&b);
	ollama_write_embed_reply(&a, &e, &r, &v, &b);
	is_slice(buf_view(&b), "{\"embedding\":[1]}", "and written");
	ok(ollama_read_embed_reply(&a, STR("{\"embeddings\":[1]}"), &r) < 0, "numbers are no vectors");
	ok(ollama_read_embed_reply(&a, STR("{\"data\":[]}"), &r) < 0, "another dialect's reply is none");
	ok(ollama_read_embed_reply(&a, STR("{"), &r) < 0, "nor is what is no JSON");
	r = (struct embed_reply){ .vectors = &coded, .n = 1 };
	v.endpoint = ENDPOINT_EMBEDDINGS;
	buf_clear(&b);
	ollama_write_embed_reply(&a, &e, &r, &v, &b);
	is_slice(buf_view(&b), "{\"model\":\"asked\",\"embeddings\":[[1]],\"total_duration\":0,\"load_duration\":0}", "numbers of a coded vector");
	buf_done(&b);
}

int
main(void)
{
	arena_init(&a);
	test_requests();
	test_replies();
	arena_done(&a);
	return tap_done();
}
