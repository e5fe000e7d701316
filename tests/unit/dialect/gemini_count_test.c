/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_count_test.c - countTokens, asked and answered. */
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

int
main(void)
{
	struct complaint why;
	struct report	 r = { 0 };
	struct arena	 a;
	struct chat	 c;
	struct ask	 ask;
	struct buf	 b = { 0 };
	struct str	 body = STR_NONE;
	uint64_t	 n = 0;

	arena_init(&a);
	r.arena = &a;
	if (gemini_ask(&a, &(struct inbound){ .endpoint = ENDPOINT_COUNT, .model = STR("m"), .body = quoted(&a,
		"{'contents':[{'parts':[{'text':'a'}]}],'systemInstruction':{'parts':[{'text':'s'}]},'tools':[{'functionDeclarations':[{'name':'f'}]}],"
		"'generationConfig':{'temperature':1}}") }, &ask, &why) < 0 || gemini_read_request(&a, &ask, &c, &why) < 0)
		return 1;
	ok(gemini_write_count(&a, &c, &(struct target){ .model = STR("up") }, &r, &body, &why) == 0, "a count is asked for");
	is_slice(body, quoted(&a, "{'generateContentRequest':{'model':'models/up','systemInstruction':{'parts':[{'text':'s'}]},'contents':[{'role':'user','parts':[{'text':'a'}]}],"
		"'tools':[{'functionDeclarations':[{'name':'f','description':''}]}]}}").p, "of the instruction and the tools as well");
	ok(gemini_read_count_reply(&a, quoted(&a, "{'totalTokens':9,'promptTokensDetails':[]}"), &n) == 0 && n == 9, "an answer is read");
	ok(gemini_read_count_reply(&a, quoted(&a, "{'totalTokens':-1}"), &n) < 0, "less than nothing is no count");
	ok(gemini_read_count_reply(&a, quoted(&a, "{'candidates':[]}"), &n) < 0, "something else is no count");
	ok(gemini_read_count_reply(&a, STR("<"), &n) < 0, "no JSON is no count");
	gemini_write_count_reply(&b, 12);
	is_slice(buf_view(&b), "{\"totalTokens\":12}", "an answer is written");
	chat_init(&c, &a, DIALECT_OPENAI);
	part_add(&a, &chat_message(&c, ROLE_USER)->parts, PART_FILE)->media = (struct media){ .file_id = STR("file-1") };
	ok(gemini_write_count(&a, &c, &(struct target){ .model = STR("up") }, &r, &body, &why) < 0 && why.fault == FAULT_INEXPRESSIBLE, "what cannot be sent is not counted");
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
