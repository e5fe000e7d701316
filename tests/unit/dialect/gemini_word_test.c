/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_word_test.c - reasons in Google's words and numbers. */
#include "dialect/gemini_inside.h"
#include "tap.h"

static const struct {
	const char *json;
	enum stop_reason stop;
} reads[] = {
	{ "\"STOP\"", STOP_END }, { "1", STOP_END }, { "\"MAX_TOKENS\"", STOP_LENGTH }, { "2", STOP_LENGTH },
	{ "\"SAFETY\"", STOP_FILTER }, { "3", STOP_FILTER }, { "\"RECITATION\"", STOP_FILTER }, { "\"BLOCKLIST\"", STOP_FILTER },
	{ "\"PROHIBITED_CONTENT\"", STOP_FILTER }, { "\"SPII\"", STOP_FILTER }, { "\"IMAGE_SAFETY\"", STOP_FILTER },
	{ "\"LANGUAGE\"", STOP_FILTER }, { "\"MALFORMED_FUNCTION_CALL\"", STOP_MALFORMED }, { "\"UNEXPECTED_TOOL_CALL\"", STOP_MALFORMED },
	{ "\"OTHER\"", STOP_OTHER }, { "\"SOMETHING_NEW\"", STOP_OTHER }, { "99", STOP_OTHER }, { "-1", STOP_OTHER }, { "{}", STOP_NONE },
};

static const struct {
	enum stop_reason stop;
	const char *word;
} writes[] = {
	{ STOP_NONE, "STOP" }, { STOP_END, "STOP" }, { STOP_SEQUENCE, "STOP" }, { STOP_TOOLS, "STOP" }, { STOP_LENGTH, "MAX_TOKENS" },
	{ STOP_CONTEXT, "MAX_TOKENS" }, { STOP_FILTER, "SAFETY" }, { STOP_REFUSAL, "SAFETY" }, { STOP_MALFORMED, "MALFORMED_FUNCTION_CALL" },
	{ STOP_PAUSE, "OTHER" }, { STOP_OTHER, "OTHER" },
};

int
main(void)
{
	struct json_limits limits = { .tree_depth = 0 };
	struct json_error  e;
	struct arena	   a;
	struct json	  *v;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(reads); i++) {
		if (json_read(&a, str_of(reads[i].json), limits, &v, &e) < 0)
			return 1;
		is_int(gemini_stop(v), reads[i].stop, "read: %s", reads[i].json);
	}
	is_int(gemini_stop(NULL), STOP_NONE, "no reason is none");
	for (size_t i = 0; i < LENGTH(writes); i++)
		is_str(gemini_finish(writes[i].stop), writes[i].word, "written: %s", writes[i].word);
	if (json_read(&a, STR("[\"standard\",\"SERVICE_TIER_FLEX\",\"unspecified\"]"), (struct json_limits){ .tree_depth = 1 }, &v, &e) < 0)
		return 1;
	is_slice(gemini_read_tier(&a, json_at(v, 0)), "default", "the usual tier");
	is_slice(gemini_read_tier(&a, json_at(v, 1)), "flex", "another one");
	is_slice(gemini_read_tier(&a, json_at(v, 2)), "", "none");
	is_slice(gemini_tier(STR("default")), "standard", "written, the usual tier");
	is_slice(gemini_tier(STR("priority")), "priority", "and another one");
	arena_done(&a);
	return tap_done();
}
