/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_write_request_test.c - a whole request for Google, and what its reader noted. */
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

int
main(void)
{
	struct complaint why = { 0 };
	struct report	 r = { 0 };
	struct arena	 a;
	struct chat	 c;
	struct str	 body = STR_NONE;
	struct target	 t = { .model = STR("gemini-2.5-flash"), .stream = true };

	arena_init(&a);
	r.arena = &a;
	chat_init(&c, &a, DIALECT_OPENAI);
	part_add(&a, &chat_message(&c, ROLE_SYSTEM)->parts, PART_TEXT)->text = STR("s");
	part_add(&a, &chat_message(&c, ROLE_USER)->parts, PART_TEXT)->text = STR("q");
	chat_tool(&c, TOOL_FUNCTION)->name = STR("f");
	c.choice = TOOLS_AUTO;
	c.max_output = 9;
	chat_note(&c, "prediction");
	ok(gemini_write_request(&a, &c, &t, &r, &body, &why) == 0, "a request is written");
	is_slice(body, quoted(&a, "{'systemInstruction':{'parts':[{'text':'s'}]},'contents':[{'role':'user','parts':[{'text':'q'}]}],"
		"'tools':[{'functionDeclarations':[{'name':'f','description':''}]}],'toolConfig':{'functionCallingConfig':{'mode':'AUTO'}},"
		"'generationConfig':{'maxOutputTokens':9}}").p, "without model and stream, which the path says");
	ok(r.names != NULL && str_is(r.names->name, "prediction"), "what the reader noted is told");
	part_add(&a, &c.message_last->parts, PART_IMAGE)->media = (struct media){ .file_id = STR("file-1") };
	ok(gemini_write_request(&a, &c, &t, &r, &body, &why) < 0 && why.fault == FAULT_INEXPRESSIBLE && str_is(why.param, "messages[1].content[1]"),
	    "content that it cannot say is a complaint");
	arena_done(&a);
	return tap_done();
}
