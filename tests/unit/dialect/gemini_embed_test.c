/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_embed_test.c - embeddings, asked and answered. */
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static struct arena a;

static const struct {
	const char *what;
	enum endpoint endpoint;
	const char *in, *out, *dropped;
} asked[] = {
	{ "a batch", ENDPOINT_EMBEDDINGS, "{'requests':[{'model':'models/m','content':{'parts':[{'text':'a'},{'text':'b'}]},'taskType':'CLUSTERING','output_dimensionality':768},"
	    "{'content':{'parts':[{'text':'c'}]},'task_type':'CLUSTERING','outputDimensionality':768}]}",
	    "{'requests':[{'model':'models/up','content':{'parts':[{'text':'a\\nb'}]},'taskType':'CLUSTERING','outputDimensionality':768},"
	    "{'model':'models/up','content':{'parts':[{'text':'c'}]},'taskType':'CLUSTERING','outputDimensionality':768}]}", "" },
	{ "one", ENDPOINT_EMBED_ONE, "{'content':{'parts':[{'text':'a'}]},'title':'t','taskType':2}",
	    "{'requests':[{'model':'models/up','content':{'parts':[{'text':'a'}]},'taskType':'RETRIEVAL_DOCUMENT','title':'t'}]}", "" },
	{ "what differs within a batch", ENDPOINT_EMBEDDINGS, "{'requests':[{'content':{'parts':[{'text':'a'}]}},{'content':{'parts':[{'text':'b'}]},'taskType':'CLUSTERING','x':1}]}",
	    "{'requests':[{'model':'models/up','content':{'parts':[{'text':'a'}]}},{'model':'models/up','content':{'parts':[{'text':'b'}]}}]}", "taskType,x" },
};

static void
test_asked(void)
{
	for (size_t i = 0; i < LENGTH(asked); i++) {
		struct inbound	 in = { .endpoint = asked[i].endpoint, .body = quoted(&a, asked[i].in), .model = STR("m") };
		struct report	 r = { .arena = &a };
		struct complaint why;
		struct buf	 dropped = { 0 };
		struct embed	 e;
		struct ask	 ask;
		struct str	 body = STR_NONE;

		if (gemini_ask(&a, &in, &ask, &why) < 0 || gemini_read_embed(&a, &ask, &e, &why) < 0 ||
		    gemini_write_embed(&a, &e, &(struct target){ .model = STR("up") }, &r, &body, &why) < 0)
			ok(0, "%s: " STR_FMT, asked[i].what, STR_ARG(why.message));
		is_slice(body, quoted(&a, asked[i].out).p, "asked: %s", asked[i].what);
		for (const struct name_list *n = r.names; n != NULL; n = n->next)
			buf_printf(&dropped, "%s" STR_FMT, n == r.names ? "" : ",", STR_ARG(n->name));
		is_slice(buf_view(&dropped), asked[i].dropped, "and what is lost is told: %s", asked[i].what);
		buf_done(&dropped);
	}
}

static void
test_refused(void)
{
	struct inbound	 in = { .endpoint = ENDPOINT_EMBEDDINGS, .model = STR("m"),
		.body = quoted(&a, "{'requests':[{'content':{'parts':[{'text':'a'},{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}}]}") };
	struct embed_input tokens = { .tokens = STR("[1,2]") }, empty = { .text = STR("") };
	struct report	 r = { .arena = &a };
	struct complaint why;
	struct embed	 e;
	struct ask	 ask;
	struct str	 body;

	ok(gemini_ask(&a, &in, &ask, &why) == 0 && gemini_read_embed(&a, &ask, &e, &why) < 0 && why.fault == FAULT_INEXPRESSIBLE, "only texts are embedded elsewhere");
	is_slice(why.param, "requests[0].content.parts[1]", "and the part is named");
	in.body = quoted(&a, "{'requests':[{'content':{}}]}");
	ok(gemini_ask(&a, &in, &ask, &why) == 0 && gemini_read_embed(&a, &ask, &e, &why) < 0 && why.fault == FAULT_BAD_REQUEST, "a content has parts");
	e = (struct embed){ .inputs = &tokens, .n = 1 };
	ok(gemini_write_embed(&a, &e, &(struct target){ .model = STR("up") }, &r, &body, &why) < 0 && why.fault == FAULT_INEXPRESSIBLE, "token ids are no text");
	e = (struct embed){ .inputs = &empty, .n = 1 };
	ok(gemini_write_embed(&a, &e, &(struct target){ .model = STR("up") }, &r, &body, &why) < 0 && why.fault == FAULT_BAD_REQUEST, "Google refuses an empty text");
	tokens = (struct embed_input){ .text = STR("a") };
	e = (struct embed){ .inputs = &tokens, .n = 1, .user = STR("u"), .truncate = STR("false") };
	ok(gemini_write_embed(&a, &e, &(struct target){ .model = STR("models/up") }, &r, &body, &why) == 0 && r.n == 2, "what has no place is told");
	is_slice(body, "{\"requests\":[{\"model\":\"models/up\",\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}", "and a model's collection named once");
}

static const struct {
	const char *what, *in, *batch, *one;
	int	    rc;
} answered[] = {
	{ "vectors", "{'embeddings':[{'values':[0.5, -1]},{'values':[]}],'usageMetadata':{'promptTokenCount':3}}",
	    "{'embeddings':[{'values':[0.5, -1]},{'values':[]}],'usageMetadata':{'promptTokenCount':3}}", "{'embedding':{'values':[0.5, -1]},'usageMetadata':{'promptTokenCount':3}}", 0 },
	{ "one", "{'embedding':{'values':[1]}}", "{'embeddings':[{'values':[1]}]}", "{'embedding':{'values':[1]}}", 0 },
	{ "none", "{'embeddings':[]}", "{'embeddings':[]}", "{}", 0 },
	{ "a vector without values", "{'embeddings':[{}]}", "", "", -1 },
	{ "something else", "{'data':[]}", "", "", -1 },
	{ "no JSON", "<", "", "", -1 },
};

int
main(void)
{
	struct embed_vector packed = { .base64 = STR("AACAPw==") };
	struct embed_reply  r;
	struct embed	    e = { 0 };
	struct buf	    b = { 0 };

	arena_init(&a);
	test_asked();
	test_refused();
	for (size_t i = 0; i < LENGTH(answered); i++) {
		is_int(gemini_read_embed_reply(&a, quoted(&a, answered[i].in), &r), answered[i].rc, "answered: %s", answered[i].what);
		if (answered[i].rc < 0)
			continue;
		buf_clear(&b);
		gemini_write_embed_reply(&a, &e, &r, &(struct voice){ .endpoint = ENDPOINT_EMBEDDINGS }, &b);
		is_slice(buf_view(&b), quoted(&a, answered[i].batch).p, "to who asked for many: %s", answered[i].what);
		buf_clear(&b);
		gemini_write_embed_reply(&a, &e, &r, &(struct voice){ .endpoint = ENDPOINT_EMBED_ONE }, &b);
		is_slice(buf_view(&b), quoted(&a, answered[i].one).p, "to who asked for one: %s", answered[i].what);
	}
	buf_clear(&b);
	gemini_write_embed_reply(&a, &e, &(struct embed_reply){ .vectors = &packed, .n = 1 }, &(struct voice){ .endpoint = ENDPOINT_EMBEDDINGS }, &b);
	is_slice(buf_view(&b), "{\"embeddings\":[{\"values\":[1]}]}", "packed vectors are unpacked");
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
