/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_word.c - why a candidate ended, and at what tier, in Google's words.
 *
 * Runs in: worker.
 */
#include "dialect/gemini_inside.h"

/* In the order of Google's enum, which is what a client that asked for numbers sees. */
static const struct {
	const char *word;
	enum stop_reason stop;
} reasons[] = {
	{ "FINISH_REASON_UNSPECIFIED", STOP_OTHER },
	{ "STOP", STOP_END },
	{ "MAX_TOKENS", STOP_LENGTH },
	{ "SAFETY", STOP_FILTER },
	{ "RECITATION", STOP_FILTER },
	{ "OTHER", STOP_OTHER },
	{ "LANGUAGE", STOP_FILTER },
	{ "BLOCKLIST", STOP_FILTER },
	{ "PROHIBITED_CONTENT", STOP_FILTER },
	{ "SPII", STOP_FILTER },
	{ "MALFORMED_FUNCTION_CALL", STOP_MALFORMED },
	{ "IMAGE_SAFETY", STOP_FILTER },
	{ "UNEXPECTED_TOOL_CALL", STOP_MALFORMED },
	{ "TOO_MANY_TOOL_CALLS", STOP_OTHER },
	{ "IMAGE_PROHIBITED_CONTENT", STOP_FILTER },
	{ "IMAGE_RECITATION", STOP_FILTER },
	{ "IMAGE_OTHER", STOP_OTHER },
	{ "NO_IMAGE", STOP_OTHER },
	{ "MISSING_THOUGHT_SIGNATURE", STOP_OTHER },
	{ "MODEL_ARMOR", STOP_FILTER },
};

enum stop_reason
gemini_stop(const struct json *reason)
{
	uint64_t n;

	if (json_is(reason, JSON_NUMBER))
		return json_u64(reason, &n) == 0 && n < LENGTH(reasons) ? reasons[n].stop : STOP_OTHER;
	if (!json_is(reason, JSON_STRING))
		return STOP_NONE;
	for (size_t i = 0; i < LENGTH(reasons); i++)
		if (str_is(reason->text, reasons[i].word))
			return reasons[i].stop;
	return STOP_OTHER;
}

const char *
gemini_finish(enum stop_reason stop)
{
	switch (stop) {
	case STOP_LENGTH:
	case STOP_CONTEXT:
		return "MAX_TOKENS";
	case STOP_FILTER:
	case STOP_REFUSAL:
		return "SAFETY";
	case STOP_MALFORMED:
		return "MALFORMED_FUNCTION_CALL";
	case STOP_PAUSE:
	case STOP_OTHER:
		return "OTHER";
	case STOP_NONE:		/* whole all the same: compatible servers leave the reason out */
	case STOP_END:
	case STOP_SEQUENCE:
	case STOP_TOOLS:
		return "STOP";
	}
	return "OTHER";
}

/* OpenAI's words for tiers are the neutral ones. */
struct str
gemini_read_tier(struct arena *a, const struct json *tier)
{
	struct str word = gemini_word(a, tier, NULL, 0);

	if (str_starts(word, STR("service_tier_")))
		word = str_from(word, 13);
	return str_is(word, "standard") ? STR("default") : str_is(word, "unspecified") ? STR_NONE : word;
}

struct str
gemini_tier(struct str neutral)
{
	return str_is(neutral, "default") || str_is(neutral, "auto") ? STR("standard") : neutral;
}
