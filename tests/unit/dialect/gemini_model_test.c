/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_model_test.c - generations are told by name, and what is unknown is the newest. */
#include "dialect/gemini_inside.h"
#include "tap.h"

static const struct {
	const char *name;
	bool	    third, thinks, always, budgets, minimal, medium, penalties, json_with_tools;
	int64_t	    least, most;
} models[] = {
	{ "gemini-2.5-flash", 0, 1, 0, 1, 0, 0, 0, 0, 0, 24576 },
	{ "gemini-2.5-flash-lite", 0, 1, 0, 1, 0, 0, 0, 0, 512, 24576 },
	{ "gemini-2.5-pro", 0, 1, 1, 1, 0, 0, 0, 0, 128, 32768 },
	{ "gemini-2.5-flash-image", 0, 0, 0, 1, 0, 0, 0, 0, 0, 24576 },
	{ "gemini-2.0-flash", 0, 0, 0, 1, 0, 0, 1, 0, 0, 24576 },
	{ "gemini-1.5-pro", 0, 0, 1, 1, 0, 0, 1, 0, 128, 32768 },
	{ "gemini-pro", 0, 0, 1, 1, 0, 0, 1, 0, 128, 32768 },
	{ "gemini-3-pro-preview", 1, 1, 1, 0, 0, 0, 1, 1, 128, 32768 },
	{ "gemini-3-flash-preview", 1, 1, 1, 0, 1, 1, 1, 1, 128, 32768 },
	{ "gemini-3.1-pro-preview", 1, 1, 1, 0, 0, 1, 1, 1, 128, 32768 },
	{ "gemini-3.7-flash", 1, 1, 1, 0, 0, 1, 1, 1, 128, 32768 },
	{ "gemini-3.7-flash-lite", 1, 1, 1, 0, 1, 1, 1, 1, 128, 32768 },
	{ "gemini-4-ultra", 1, 1, 1, 0, 0, 1, 1, 1, 128, 32768 },
	{ "gemini-flash-latest", 1, 1, 1, 0, 0, 1, 1, 1, 128, 32768 },
	{ "google/gemini-3-flash-preview", 1, 1, 1, 0, 1, 1, 1, 1, 128, 32768 },
	{ "gemma-3-27b-it", 0, 0, 0, 1, 0, 0, 1, 0, 0, 24576 },
	{ "my-own-model", 0, 1, 0, 1, 0, 0, 1, 1, 0, 32768 },
};

int
main(void)
{
	for (size_t i = 0; i < LENGTH(models); i++) {
		struct gemini_model m = gemini_model_of(str_of(models[i].name));

		ok(m.third == models[i].third && m.thinks == models[i].thinks && m.always == models[i].always && m.budgets == models[i].budgets &&
			m.minimal == models[i].minimal && m.medium == models[i].medium && m.penalties == models[i].penalties &&
			m.json_with_tools == models[i].json_with_tools && m.least == models[i].least && m.most == models[i].most,
		    "what %s can do", models[i].name);
	}
	ok(gemini_model_of(STR("gemma-3-4b-it")).gemma && !gemini_model_of(STR("gemini-3-pro")).gemma, "gemma is not gemini");
	return tap_done();
}
