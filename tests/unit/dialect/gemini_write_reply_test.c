/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_write_reply_test.c - whole replies as generateContent answers. */
#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/fit.h"
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static struct arena a;
static struct chat_choice *c;

static struct part *
add(enum part_kind kind, const char *text)
{
	struct part *p = part_add(&a, &c->parts, kind);

	p->text = str_of(text);
	return p;
}

static void
nothing(void)
{
	c->stop = STOP_LENGTH;
}

static void
texts(void)
{
	add(PART_REASONING, "hm");
	add(PART_TEXT, "a");
	add(PART_TEXT, "");
	add(PART_REFUSAL, "no");
	c->stop = STOP_SEQUENCE;
}

static void
call(void)
{
	struct part *p = add(PART_CALL, NULL);

	p->id = STR("c1");
	p->name = STR("f");
	p->input = STR("not json");
	p = add(PART_CALL, NULL);
	p->name = fit_word(&a, STR("a.b"), 64);
	c->stop = STOP_TOOLS;
}

static void
sound(void)
{
	struct part *p = add(PART_AUDIO, "said");

	p->media = (struct media){ .mime = STR("audio/wav"), .data = STR("AAAA") };
	p = add(PART_NATIVE, NULL);
	p->raw = STR("{\"type\":\"x\"}");
	p->origin = DIALECT_RESPONSES;
	c->stop = STOP_END;
}

static void
sources(void)
{
	struct citation *cite;

	add(PART_REASONING, "hm");
	cite = citation_add(&a, add(PART_TEXT, "éab"));
	cite->url = STR("http://a");
	cite->begin = 1;
	cite->end = 2;
	c->stop = STOP_FILTER;
}

#define ONE(parts, reason, more) "{'candidates':[{'content':{'parts':[" parts "],'role':'model'},'finishReason':'" reason "','index':0" more "}]," \
	"'modelVersion':'asked','responseId':'xid'}"

static const struct {
	const char *what;
	void	  (*fill)(void);
	const char *want;
} cases[] = {
	{ "nothing is an empty text", nothing, ONE("{'text':''}", "MAX_TOKENS", "") },
	{ "texts", texts, ONE("{'text':'hm','thought':true},{'text':'a'},{'text':'no'}", "STOP", "") },
	{ "calls", call, ONE("{'functionCall':{'id':'c1','name':'f','args':{'input':'not json'}}},{'functionCall':{'name':'a.b','args':{}}}", "STOP", "") },
	{ "sound and what was said; what another vendor alone knows is left out", sound,
	    ONE("{'inlineData':{'mimeType':'audio/wav','data':'AAAA'}},{'text':'said'}", "STOP", "") },
	{ "sources", sources, ONE("{'text':'hm','thought':true},{'text':'éab'}", "SAFETY", ",'groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a'}}],"
	    "'groundingSupports':[{'segment':{'partIndex':1,'startIndex':2,'endIndex':3,'text':'a'},'groundingChunkIndices':[0]}]}") },
};

static void
test_carriers(const struct voice *v)
{
	struct chat_choice one = { .stop = STOP_TOOLS };
	struct buf	   b = { 0 };
	struct part	  *p, thought = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("SIG"), .origin = DIALECT_ANTHROPIC };
	struct str	   want;

	c = &one;
	p = add(PART_REASONING, "hm");
	p->signature = STR("SIG");
	p->origin = DIALECT_ANTHROPIC;
	call();
	want = arena_printf(&a, "{\"text\":\"hm\",\"thought\":true},{\"functionCall\":{\"id\":\"c1\",\"name\":\"f\",\"args\":{\"input\":\"not json\"}},\"thoughtSignature\":\"" STR_FMT
		"\"},{\"functionCall\":{\"name\":\"a.b\",\"args\":{}}}", STR_ARG(base64_encode(&a, carry_wrap(&a, &thought))));
	gemini_write_reply(&a, &(struct chat_reply){ .choices = &one }, v, &b);
	ok(str_find(buf_view(&b), want) < b.n, "another vendor's proof is carried on the part that follows");
	buf_done(&b);
}

int
main(void)
{
	struct chat  chat;
	struct voice v = { .id = STR("xid"), .model = STR("asked"), .chat = &chat };

	arena_init(&a);
	chat_init(&chat, &a, DIALECT_GEMINI);
	chat_tool(&chat, TOOL_FUNCTION)->name = STR("a.b");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct chat_choice one = { 0 };
		struct buf	   b = { 0 };

		c = &one;
		cases[i].fill();
		gemini_write_reply(&a, &(struct chat_reply){ .choices = &one }, &v, &b);
		is_slice(buf_view(&b), quoted(&a, cases[i].want).p, "written: %s", cases[i].what);
		buf_done(&b);
	}
	test_carriers(&v);
	arena_done(&a);
	return tap_done();
}
