/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_cite_test.c - sources and segments become citations by character, and back by byte. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

#define CHUNKS "'groundingChunks':[{'web':{'uri':'http://a','title':'A'}},{'retrievedContext':{'title':'B','text':'said'}}]"

static const struct {
	const char *what, *candidate, *want;
} cases[] = {
	{ "a segment", "{'groundingMetadata':{" CHUNKS ",'groundingSupports':[{'segment':{'startIndex':3,'endIndex':6,'text':'bcd'},"
	    "'groundingChunkIndices':[0]}]}}", "<http://a A  2-5>< B said 0-0>" },
	{ "two sources of one", "{'grounding_metadata':{" CHUNKS ",'grounding_supports':[{'segment':{'endIndex':3,'text':'éa'},"
	    "'grounding_chunk_indices':[0,1,9]}]}}", "<http://a A  0-2>< B said 0-2>" },
	{ "a segment that stands elsewhere", "{'groundingMetadata':{" CHUNKS ",'groundingSupports':[{'segment':{'startIndex':0,'endIndex':3,'text':'bcd'},"
	    "'groundingChunkIndices':[0]}]}}", "<http://a A  2-5>< B said 0-0>" },
	{ "a segment that stands nowhere", "{'groundingMetadata':{" CHUNKS ",'groundingSupports':[{'segment':{'endIndex':3,'text':'xyz'},"
	    "'groundingChunkIndices':[0]}]}}", "<http://a A  0-0>< B said 0-0>" },
	{ "a recitation", "{'citationMetadata':{'citationSources':[{'startIndex':2,'endIndex':4,'uri':'http://c','license':'MIT'}]}}", "<http://c   1-3>" },
	{ "a recitation of Vertex", "{'citationMetadata':{'citations':[{'endIndex':99,'uri':'http://c','title':'C'}]}}", "<http://c C  0-0>" },
	{ "nothing", "{'content':{}}", "" },
};

static void
tell(void *arg, struct part *text, const struct citation *c)
{
	if (text->kind == PART_TEXT)
		buf_printf(arg, "<" STR_FMT " " STR_FMT " " STR_FMT " %d-%d>", STR_ARG(c->url), STR_ARG(c->title), STR_ARG(c->quote), (int)c->begin,
		    (int)c->end);
}

static void
test_writing(struct arena *a)
{
	static const struct citation list[] = {
		{ .url = STR("http://a"), .title = STR("A"), .begin = 2, .end = 5 },
		{ .title = STR("B"), .quote = STR("said") },
		{ .url = STR("http://a"), .title = STR("A"), .begin = 0, .end = 2 },
		{ .url = STR("x"), .raw = STR("{\"maps\":{}}"), .origin = DIALECT_GEMINI },
	};
	struct gemini_support *first = NULL, **to = &first;
	struct json_out	       o;
	struct buf	       b = { 0 };

	for (size_t i = 0; i < LENGTH(list); i++) {
		*to = gemini_support_new(a, &list[i], STR("éabcd"), i == 0 ? 1 : 0);
		to = &(*to)->next;
	}
	json_start(&o, &b, false);
	json_object(&o, NULL);
	gemini_write_supports(&o, first);
	gemini_write_supports(&o, NULL);
	json_object_end(&o);
	is_slice(buf_view(&b), quoted(a, "{'groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a','title':'A'}},{'retrievedContext':{'title':'B',"
		"'text':'said'}},{'maps':{}}],'groundingSupports':[{'segment':{'partIndex':1,'startIndex':3,'endIndex':6,'text':'bcd'},"
		"'groundingChunkIndices':[0]},{'segment':{'endIndex':3,'text':'éa'},'groundingChunkIndices':[0]}]}}").p,
	    "a source is told once, its segments by byte");
	buf_done(&b);
}

int
main(void)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct arena	   a;
	struct json	  *root;
	struct part	   call = { .kind = PART_CALL }, text = { .kind = PART_TEXT, .text = STR("éabcd") };

	arena_init(&a);
	call.next = &text;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b = { 0 };

		if (json_read(&a, quoted(&a, cases[i].candidate), limits, &root, &e) < 0)
			return 1;
		gemini_read_citations(&a, root, &call, tell, &b);
		is_slice(buf_view(&b), cases[i].want, "read: %s", cases[i].what);
		buf_clear(&b);
		gemini_read_citations(&a, root, NULL, tell, &b);
		is_int(b.n, 0, "without a text there is nothing to cite: %s", cases[i].what);
		buf_done(&b);
	}
	test_writing(&a);
	arena_done(&a);
	return tap_done();
}
