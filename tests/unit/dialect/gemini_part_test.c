/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_part_test.c - parts of a model's turn, and ids for calls that have none. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/chat_text.h"
#include "unit/dialect/quoted.h"

static struct arena a;

static const struct json *
parse(const char *text)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root = NULL;

	if (json_read(&a, quoted(&a, text), limits, &root, &e) < 0)
		ok(0, "the case itself is JSON: %s", text);
	return root;
}

static const struct {
	const char *what, *parts, *want;
	bool	    asked;
} cases[] = {
	{ "a carrier is none in a reply", "[{'text':'a','thoughtSignature':'dzEuYQ=='}]", "reasoning: sig=dzEuYQ==@gemini text:a", false },
	{ "one that cannot be read is a signature", "[{'text':'a','thoughtSignature':'dzEuYQ=='}]", "reasoning: sig=dzEuYQ==@gemini text:a", true },
	{ "calls are counted", "[{'functionCall':{'name':'f'}},{'functionCall':{'id':'own','name':'g','args':null}},{'functionCall':{'name':'h','args':{'x':1}}}]",
	    "call:call_seed_0 f {} call:own g {} call:call_seed_2 h {\"x\":1}", false },
	{ "a picture within a thought is Google's alone", "[{'thought':true,'inlineData':{'mimeType':'image/png','data':'AAAA'}},{'text':'a'}]",
	    "native:{\"thought\":true,\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}} text:a", false },
	{ "tools of the server as well, with their signature", "[{'toolCall':{'id':'1'},'thoughtSignature':'QQ=='}]",
	    "native:{\"toolCall\":{\"id\":\"1\"},\"thoughtSignature\":\"QQ==\"}", false },
	{ "a signature alone", "[{'thoughtSignature':'QQ=='}]", "reasoning: sig=QQ==@gemini", false },
	{ "a signed thought of no text", "[{'text':'','thought':true,'thoughtSignature':'QQ=='}]", "reasoning: sig=QQ==@gemini", false },
	{ "a file", "[{'text':'a'},{'fileData':{'fileUri':'gs://b/a.png'}},{'text':'b'}]", "text:a image:gs://b/a.png text:b", false },
};

static const char *const bad[] = { "1", "{}", "{'text':null}", "{'text':[]}", "{'functionCall':{'name':''}}", "{'functionCall':{'name':'f','args':[]}}",
	"{'inlineData':{'mimeType':'image/png'}}", "{'functionResponse':{'name':'f','response':{}}}" };

static int
turn(const struct json *first, bool asked, struct part **list)
{
	struct gemini_turn t = { .arena = &a, .list = list, .asked = asked, .seed = STR("seed") };
	int		   rc = 0;

	for (const struct json *p = first; p != NULL && rc == 0; p = p->next)
		rc = gemini_turn_add(&t, p);
	gemini_turn_end(&t);
	return rc;
}

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct part *list = NULL;
		struct buf   b = { 0 };

		is_int(turn(parse(cases[i].parts)->child, cases[i].asked, &list), 0, "taken: %s", cases[i].what);
		chat_text_parts(&b, list);
		is_slice(buf_view(&b), cases[i].want, "read: %s", cases[i].what);
		buf_done(&b);
	}
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct part *list = NULL;

		ok(turn(parse(bad[i]), false, &list) < 0, "no part: %s", bad[i]);
	}
	is_slice(gemini_id_seed(&a, parse("{'responseId':'abc-DEF_123'}")), "abc-DEF_123", "ids are made of the response's");
	ok(gemini_id_seed(&a, parse("{'responseId':'a b/c d e f'}")).n == 16, "or of a hash of it when it does not fit");
	ok(!str_eq(gemini_id_seed(&a, parse("{'x':1}")), gemini_id_seed(&a, parse("{'x':2}"))), "or of the reply when it has none");
	arena_done(&a);
	return tap_done();
}
