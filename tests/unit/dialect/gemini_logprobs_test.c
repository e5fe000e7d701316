/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_logprobs_test.c - two lists side by side become one list of tokens, and back. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

#define BOTH "'topCandidates':[{'candidates':[{'token':'a','logProbability':-0.1},{'token':'b','logProbability':-2.5}]},{'candidates':[]}]," \
	"'chosenCandidates':[{'token':'a','logProbability':-0.1},{'token':'é','logProbability':-0.3}]"

int
main(void)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct arena	   a;
	struct json	  *root;
	struct json_out	   o;
	struct buf	   b = { 0 };
	struct str	   raw;

	arena_init(&a);
	if (json_read(&a, quoted(&a, "{" BOTH "}"), limits, &root, &e) < 0)
		return 1;
	raw = gemini_read_logprobs(&a, root);
	is_slice(raw, quoted(&a, "[{'token':'a','logprob':-0.1,'bytes':[97],'top_logprobs':[{'token':'a','logprob':-0.1,'bytes':[97]},"
				 "{'token':'b','logprob':-2.5,'bytes':[98]}]},{'token':'é','logprob':-0.3,'bytes':[195,169],'top_logprobs':[]}]").p,
	    "the candidates hang on their token");
	json_start(&o, &b, false);
	json_object(&o, NULL);
	gemini_write_logprobs(&a, &o, raw);
	json_object_end(&o);
	is_slice(buf_view(&b), quoted(&a, "{'avgLogprobs':-0.2,'logprobsResult':{" BOTH "}}").p, "and stand side by side again");
	ok(gemini_read_logprobs(&a, NULL).n == 0, "none are none");
	buf_clear(&b);
	gemini_logprobs_add(&b, STR("[]"));
	gemini_logprobs_add(&b, STR(" [1, 2] "));
	gemini_logprobs_add(&b, STR("[3]"));
	gemini_logprobs_add(&b, STR("null"));
	is_slice(buf_view(&b), "1, 2,3", "lists are joined");
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
