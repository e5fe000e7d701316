/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_member_test.c - both spellings of a name, null as absent, numbers as strings. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static const struct {
	const char *name, *camel;
	bool	    same;
} names[] = {
	{ "inlineData", "inlineData", true },	{ "inline_data", "inlineData", true },
	{ "inlinedata", "inlineData", false },	{ "inline__data", "inlineData", false },
	{ "inline_Data", "inlineData", false }, { "inlineDat", "inlineData", false },
	{ "inline_dat", "inlineData", false },	{ "inlineDataX", "inlineData", false },
	{ "inline_", "inlineData", false },	{ "topP", "topP", true },
	{ "top_p", "topP", true },		{ "_response_json_schema", "_responseJsonSchema", true },
	{ "", "text", false },			{ "text", "text", true },
};

int
main(void)
{
	static const char *const known[] = { "topP" }, *const words[] = { "none", "first", "second" };
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct arena	   a;
	struct chat	   chat;
	struct json	  *o;
	int64_t		   n = 0;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(names); i++)
		is_int(gemini_named(str_of(names[i].name), names[i].camel), names[i].same, "'%s' for %s", names[i].name, names[i].camel);
	if (json_read(&a, quoted(&a, "{'top_p':0.5,'topK':50.0,'seed':'7','none':null,'more':1,'empty':{},'list':[],'kind':'SECOND','no':1,"
				     "'half':'0.5','bad':'x'}"), limits, &o, &e) < 0)
		return 1;
	ok(gemini_get(o, "topP") != NULL, "a member is found by its other spelling");
	ok(gemini_get(o, "none") == NULL, "null is absent");
	ok(gemini_get(NULL, "topP") == NULL, "nothing has no members");
	is_slice(gemini_number(&a, gemini_get(o, "topP")), "0.5", "a number stays as it stood");
	is_slice(gemini_number(&a, gemini_get(o, "topK")), "50", "a whole number loses its fraction");
	is_slice(gemini_number(&a, gemini_get(o, "seed")), "7", "a number may be a string");
	is_slice(gemini_number(&a, gemini_get(o, "half")), "0.5", "also one with a fraction");
	is_slice(gemini_number(&a, gemini_get(o, "bad")), "", "a word is no number");
	ok(gemini_i64(gemini_get(o, "seed"), &n) == 0 && n == 7, "an integer as a string");
	ok(gemini_i64(gemini_get(o, "bad"), &n) < 0, "a word is no integer");
	is_slice(gemini_word(&a, gemini_get(o, "kind"), words, LENGTH(words)), "second", "a word in lower case");
	is_slice(gemini_word(&a, gemini_get(o, "no"), words, LENGTH(words)), "first", "an enum as a number");
	is_slice(gemini_word(&a, gemini_get(o, "topK"), words, LENGTH(words)), "", "a number that the enum does not have");
	chat_init(&chat, &a, DIALECT_GEMINI);
	gemini_note_others(&chat, o, known, LENGTH(known), "x.");
	ok(chat.notes != NULL && str_is(chat.notes->name, "x.topK"), "what is not known is noted with its path");
	for (const struct name_list *l = chat.notes; l != NULL; l = l->next)
		if (str_is(l->name, "x.none") || str_is(l->name, "x.empty") || str_is(l->name, "x.list") || str_is(l->name, "x.top_p"))
			ok(0, "nothing is noted that says nothing or is known: " STR_FMT, STR_ARG(l->name));
	is_slice(gemini_model_name(STR("models/m")), "m", "a model's name without its collection");
	is_slice(gemini_model_name(STR("tunedModels/m")), "tunedModels/m", "another collection is part of the name");
	arena_done(&a);
	return tap_done();
}
