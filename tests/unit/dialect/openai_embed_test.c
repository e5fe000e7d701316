/* SPDX-License-Identifier: Apache-2.0 */
/* openai_embed_test.c - OpenAI's embeddings: every form of input, and vectors in the encoding that was asked for. */
#include "dialect/openai.h"
#include "tap.h"

static struct arena a;

static int
read_it(const char *body, struct embed *e, struct complaint *why)
{
	struct ask     ask;
	struct inbound in = { .endpoint = ENDPOINT_EMBEDDINGS, .body = str_of(body), .depth = 64 };

	if (openai_ask(&a, &in, &ask, why) < 0)
		return -1;
	return openai_read_embed(&a, &ask, e, why);
}

static struct str
text_of(const struct embed *e)
{
	struct buf b = { 0 };
	struct str text;

	for (const struct embed_input *in = e->inputs; in != NULL; in = in->next)
		buf_printf(&b, "<" STR_FMT STR_FMT ">", STR_ARG(in->text), STR_ARG(in->tokens));
	buf_printf(&b, " %u%s " STR_FMT STR_FMT, e->n, e->base64 ? " base64" : "", STR_ARG(e->dimensions), STR_ARG(e->user));
	for (const struct name_list *n = e->notes; n != NULL; n = n->next)
		buf_printf(&b, " " STR_FMT, STR_ARG(n->name));
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return text;
}

static const struct {
	const char *what, *body, *text;
} requests[] = {
	{ "a text", "{\"model\":\"m\",\"input\":\"a\"}", "<a> 1 " },
	{ "an empty text", "{\"model\":\"m\",\"input\":\"\"}", "<> 1 " },
	{ "texts", "{\"model\":\"m\",\"input\":[\"a\",\"\\u00e4\"]}", "<a><\xc3\xa4> 2 " },
	{ "tokens", "{\"model\":\"m\",\"input\":[1, 2]}", "<[1, 2]> 1 " },
	{ "arrays of tokens", "{\"model\":\"m\",\"input\":[[1],[2,3]]}", "<[1]><[2,3]> 2 " },
	{ "settings", "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"base64\",\"dimensions\":256,\"user\":\"u\",\"x\":1,\"y\":null}",
	    "<a> 1 base64 256u x" },
	{ "numbers, said", "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"float\"}", "<a> 1 " },
};

static const struct {
	const char *what, *body, *param;
} refusals[] = {
	{ "no text at all", "{\"model\":\"m\",\"input\":[]}", "input" },
	{ "a text among tokens", "{\"model\":\"m\",\"input\":[1,\"a\"]}", "input[1]" },
	{ "a number among texts", "{\"model\":\"m\",\"input\":[\"a\",1]}", "input[1]" },
	{ "an encoding that nobody else has", "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"base64_int8\"}", "encoding_format" },
};

static struct str
written(const struct embed *e)
{
	struct report	 r = { .arena = &a };
	struct target	 t = { .model = STR("up") };
	struct complaint why;
	struct str	 body;
	struct buf	 b = { 0 };

	if (openai_write_embed(&a, e, &t, &r, &body, &why) < 0)
		return STR("refused");
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
	struct embed_input two = { .tokens = STR("[1,2]") }, one = { .text = STR("a"), .next = &two };
	struct name_list   note = { .name = STR("x") };
	struct embed	   e;
	struct complaint   why;

	for (size_t i = 0; i < LENGTH(requests); i++)
		if (ok(read_it(requests[i].body, &e, &why) == 0, "read: %s", requests[i].what))
			is_slice(text_of(&e), requests[i].text, "%s", requests[i].what);
	for (size_t i = 0; i < LENGTH(refusals); i++)
		ok(read_it(refusals[i].body, &e, &why) < 0 && str_is(why.param, refusals[i].param), "refused: %s", refusals[i].what);
	e = (struct embed){ .inputs = &one, .n = 2, .user = STR("u"), .dimensions = STR("256") };
	is_slice(written(&e), "{\"model\":\"up\",\"input\":[\"a\",[1,2]],\"dimensions\":256,\"user\":\"u\"}", "several are asked for");
	one.next = NULL;
	e = (struct embed){ .inputs = &one, .n = 1, .task = STR("t"), .title = STR("t"), .truncate = STR("true"), .notes = &note };
	is_slice(written(&e), "{\"model\":\"up\",\"input\":\"a\"} taskType title truncate x", "one, and what is lost");
}

static struct str
answered(const struct embed_reply *r, bool base64)
{
	struct embed e = { .base64 = base64 };
	struct voice v = { .endpoint = ENDPOINT_EMBEDDINGS, .model = STR("asked") };
	struct buf   b = { 0 };
	struct str   text;

	openai_write_embed_reply(&a, &e, r, &v, &b);
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return text;
}

#define HEAD "{\"object\":\"list\",\"data\":["
#define ONE(i, v) "{\"object\":\"embedding\",\"index\":" i ",\"embedding\":" v "}"

static void
test_replies(void)
{
	static const char *const strangers[] = { "{\"data\":{}}", "{\"data\":[{\"embedding\":1}]}", "{\"data\":[{}]}", "[]", "{",
		"{\"data\":[{\"embedding\":\"Hu4A1w==\"}]}" };
	struct embed_reply r;

	ok(openai_read_embed_reply(&a, STR(HEAD ONE("1", "[2]") "," ONE("0", "[1, 1]") "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}"), &r) == 0 &&
		r.n == 2, "vectors out of order");
	is_slice(answered(&r, false), HEAD ONE("0", "[1, 1]") "," ONE("1", "[2]") "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}",
	    "are put in order");
	is_slice(answered(&r, true), HEAD ONE("0", "\"AACAPwAAgD8=\"") "," ONE("1", "\"AAAAQA==\"")
	    "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}", "and coded when that was asked for");
	ok(openai_read_embed_reply(&a, STR("{\"data\":[{\"index\":7,\"embedding\":[1]},{\"embedding\":[2]},{\"index\":1,\"embedding\":\"AACAPw==\"}]}"), &r) == 0 &&
		r.n == 3, "indexes that cannot be");
	is_slice(answered(&r, false), HEAD ONE("0", "[1]") "," ONE("1", "[2]") "," ONE("2", "[1]") "],\"model\":\"asked\",\"usage\":{\"prompt_tokens\":0,\"total_tokens\":0}}",
	    "leave all where they stood");
	for (size_t i = 0; i < LENGTH(strangers); i++)
		ok(openai_read_embed_reply(&a, str_of(strangers[i]), &r) < 0, "no reply: '%s'", strangers[i]);
}

static void
test_encode(void)
{
	struct str floats = STR("{ \"data\" : [ {\"embedding\": [1, 1] ,\"index\":0},{\"x\":[1],\"embedding\":[2]}, {\"embedding\":\"AACAPw==\"} ],\"y\":\"\\u00e4\"} ");
	struct str coded = STR("{ \"data\" : [ {\"embedding\": \"AACAPwAAgD8=\" ,\"index\":0},{\"x\":[1],\"embedding\":\"AAAAQA==\"}, {\"embedding\":\"AACAPw==\"} ],\"y\":\"\\u00e4\"} ");
	struct str other = STR("{\"data\":[{\"embedding\":\"Hu4A1w==\"}]}"), wrong = STR("{\"data\":[{\"embedding\":[null]}]}"), broken = STR("{\"data\":[");

	ok(str_eq(openai_embed_encode(&a, floats, true), coded), "numbers are coded, all else is as it was");
	is_slice(openai_embed_encode(&a, coded, false), "{ \"data\" : [ {\"embedding\": [1,1] ,\"index\":0},{\"x\":[1],\"embedding\":[2]}, {\"embedding\":[1]} ],\"y\":\"\\u00e4\"} ",
	    "and back");
	ok(openai_embed_encode(&a, coded, true).p == coded.p, "what is coded stays, without a copy");
	ok(openai_embed_encode(&a, other, false).p == other.p, "another encoding stays");
	ok(openai_embed_encode(&a, wrong, true).p == wrong.p, "what is no vector stays");
	ok(openai_embed_encode(&a, broken, true).p == broken.p, "what is no reply stays");
}

int
main(void)
{
	arena_init(&a);
	test_requests();
	test_replies();
	test_encode();
	arena_done(&a);
	return tap_done();
}
