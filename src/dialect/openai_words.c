/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_words.c - OpenAI's words for what the neutral form calls otherwise.
 *
 * Runs in: worker.
 */
#include "dialect/openai_inside.h"

#include "dialect/fit.h"

#define CALL_ID_MOST 40

/* Compatible servers pass on what their model's own API said. */
static const struct {
	const char	*word;
	enum stop_reason stop;
} stops[] = {
	{ "stop", STOP_END }, { "length", STOP_LENGTH }, { "tool_calls", STOP_TOOLS }, { "content_filter", STOP_FILTER },
	{ "function_call", STOP_TOOLS }, { "eos", STOP_END }, { "eos_token", STOP_END }, { "end_turn", STOP_END },
	{ "stop_sequence", STOP_SEQUENCE }, { "tool_use", STOP_TOOLS }, { "max_tokens", STOP_LENGTH },
	{ "max_output_tokens", STOP_LENGTH }, { "model_length", STOP_CONTEXT }, { "refusal", STOP_REFUSAL },
	{ "safety", STOP_FILTER }, { "SAFETY", STOP_FILTER }, { "sensitive", STOP_FILTER }, { "recitation", STOP_FILTER },
	{ "STOP", STOP_END }, { "MAX_TOKENS", STOP_LENGTH }, { "COMPLETE", STOP_END }, { "abort", STOP_OTHER },
	{ "malformed_function_call", STOP_MALFORMED },
};

enum stop_reason
openai_stop(struct str word)
{
	if (word.n == 0)
		return STOP_NONE;
	for (size_t i = 0; i < LENGTH(stops); i++)
		if (str_is(word, stops[i].word))
			return stops[i].stop;
	return STOP_OTHER;
}

const char *
openai_finish(enum stop_reason stop, bool refused)
{
	switch (stop) {
	case STOP_LENGTH:
	case STOP_CONTEXT:
		return "length";
	case STOP_TOOLS:
		return "tool_calls";
	case STOP_FILTER:
		return "content_filter";
	case STOP_REFUSAL:
		return refused ? "stop" : "content_filter";
	default:
		return "stop";
	}
}

static const struct {
	const char *theirs, *ours;
} tiers[] = {
	{ "auto", "auto" }, { "default", "default" }, { "flex", "flex" }, { "scale", "scale" }, { "priority", "priority" },
	{ "fast", "fast" }, { "standard", "default" }, { "standard_only", "default" }, { "on_demand", "default" },
};

const char *
openai_tier(struct str tier)
{
	for (size_t i = 0; i < LENGTH(tiers); i++)
		if (str_is(tier, tiers[i].theirs))
			return tiers[i].ours;
	return NULL;
}

/*
 * Ids.
 */
struct str
openai_reply_id(struct arena *a, struct str id, const struct voice *v)
{
	const char *prefix = v->endpoint == ENDPOINT_COMPLETIONS ? "cmpl-" : "chatcmpl-";

	if (id.n == 0)
		id = v->id;
	if (str_starts(id, str_of(prefix)))
		return arena_str(a, id);
	return arena_printf(a, "%s" STR_FMT, prefix, STR_ARG(id));
}

struct str
openai_call_id(struct arena *a, struct str reply_id, uint32_t choice, uint32_t index)
{
	return arena_printf(a, "call_%016llx_%u_%u", (unsigned long long)str_hash(reply_id), choice, index);
}

struct str
openai_fit_id(struct arena *a, struct str id)
{
	return id.n <= CALL_ID_MOST ? id : fit_word(a, id, CALL_ID_MOST);
}

/*
 * Media.
 */
static const struct {
	const char *format, *mime;
} sounds[] = {
	{ "wav", "audio/wav" }, { "mp3", "audio/mpeg" }, { "pcm16", "audio/pcm" }, { "m4a", "audio/mp4" },
	{ "wav", "audio/x-wav" }, { "wav", "audio/wave" }, { "mp3", "audio/mp3" }, { "m4a", "audio/x-m4a" },
};

struct str
openai_audio_mime(struct arena *a, struct str format)
{
	for (size_t i = 0; i < LENGTH(sounds); i++)
		if (str_is(format, sounds[i].format))
			return str_of(sounds[i].mime);
	return format.n > 0 ? arena_printf(a, "audio/" STR_FMT, STR_ARG(format)) : STR("audio/wav");
}

struct str
openai_audio_format(struct str mime)
{
	struct str type = str_upto(mime, str_find_byte(mime, ';'));

	for (size_t i = 0; i < LENGTH(sounds); i++)
		if (str_is(type, sounds[i].mime))
			return str_of(sounds[i].format);
	type = str_from(type, str_find_byte(type, '/') + 1);
	return str_starts(type, STR("x-")) ? str_from(type, 2) : type;
}

static const struct {
	const char *ending, *mime;
} files[] = {
	{ ".pdf", "application/pdf" }, { ".txt", "text/plain" }, { ".md", "text/markdown" }, { ".csv", "text/csv" },
	{ ".html", "text/html" }, { ".xml", "text/xml" }, { ".json", "application/json" },
	{ ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};

struct str
openai_file_mime(struct str name)
{
	for (size_t i = 0; i < LENGTH(files); i++)
		if (str_ends(name, str_of(files[i].ending)))
			return str_of(files[i].mime);
	return STR("application/pdf");
}

/*
 * Tools of the request that is answered.
 */
bool
openai_is_legacy(const struct chat *c)
{
	return c->origin == DIALECT_OPENAI && c->tools != NULL && c->tools->kind == TOOL_FUNCTION && c->tools->raw.n > 0;
}

/*
 * Values.
 */
uint64_t
openai_characters(struct str s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

bool
openai_is_said(const struct json *v)
{
	return v != NULL && v->type != JSON_NULL;
}

void
openai_write_usage(struct json_out *o, const char *name, const struct usage *u)
{
	const uint64_t *t = u->tokens;
	uint64_t input = t[USAGE_INPUT] + t[USAGE_CACHE_READ] + t[USAGE_CACHE_WRITE] + t[USAGE_AUDIO_INPUT] + t[USAGE_IMAGE];
	uint64_t output = t[USAGE_OUTPUT] + t[USAGE_REASONING] + t[USAGE_AUDIO_OUTPUT];

	json_object(o, name);
	json_unum(o, "prompt_tokens", input);
	json_unum(o, "completion_tokens", output);
	json_unum(o, "total_tokens", input + output);
	json_object(o, "prompt_tokens_details");
	json_unum(o, "cached_tokens", t[USAGE_CACHE_READ]);
	if (t[USAGE_CACHE_WRITE] > 0)
		json_unum(o, "cache_write_tokens", t[USAGE_CACHE_WRITE]);
	json_unum(o, "audio_tokens", t[USAGE_AUDIO_INPUT]);
	if (t[USAGE_IMAGE] > 0)
		json_unum(o, "image_tokens", t[USAGE_IMAGE]);
	json_object_end(o);
	json_object(o, "completion_tokens_details");
	json_unum(o, "reasoning_tokens", t[USAGE_REASONING]);
	json_unum(o, "audio_tokens", t[USAGE_AUDIO_OUTPUT]);
	json_unum(o, "accepted_prediction_tokens", 0);
	json_unum(o, "rejected_prediction_tokens", 0);
	json_object_end(o);
	json_object_end(o);
}
