/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_write_config_test.c - settings within Google's bounds; thinking in the words of each generation. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static struct arena a;
static struct chat  c;

#define SET(id, value) (c.field[FIELD_##id] = STR(value))

static void
nothing(void)
{
}

static void
numbers(void)
{
	SET(TEMPERATURE, "0.70");
	SET(TOP_P, "1");
	SET(TOP_K, "40");
	SET(N, "2");
	SET(SEED, "42");
	SET(PRESENCE_PENALTY, "0.5");
	SET(FREQUENCY_PENALTY, "-0.5");
	c.max_output = 100;
}

static void
beyond(void)
{
	SET(TEMPERATURE, "3");
	SET(TOP_K, "500");
	SET(N, "20");
	SET(PRESENCE_PENALTY, "2");
	c.max_output = 100000;
	for (int i = 0; i < 6; i++)
		chat_stop_add(&c, STR("x"));
}

static void
no_bounds(void)
{
	SET(TOP_K, "-1");
	SET(STORE, "false");
	SET(SERVICE_TIER, "\"auto\"");
	SET(MIN_P, "0");
	chat_stop_add(&c, STR(""));
}

static void
great_seed(void)
{
	SET(SEED, "9007199254740993");
}

static void
strangers(void)
{
	SET(LOGIT_BIAS, "{\"1\":2}");
	SET(USER, "\"u\"");
	SET(STORE, "true");
}

static void
logprobs(void)
{
	SET(LOGPROBS, "true");
	SET(TOP_LOGPROBS, "30");
}

static void
no_logprobs(void)
{
	SET(LOGPROBS, "false");
	SET(TOP_LOGPROBS, "3");
}

static void
modalities(void)
{
	SET(MODALITIES, "[\"text\",\"image\"]");
}

static void
json(void)
{
	c.format.kind = FORMAT_JSON;
}

static void
schema(void)
{
	c.format.kind = FORMAT_SCHEMA;
	c.format.schema = STR("{\"type\":\"object\",\"$schema\":\"x\"}");
}

static void
schema_and_tools(void)
{
	schema();
	chat_tool(&c, TOOL_FUNCTION)->name = STR("f");
}

static void
schema_and_forced(void)
{
	schema_and_tools();
	c.choice = TOOLS_REQUIRED;
}

static void
effort(const char *word)
{
	c.reasoning.effort = str_of(word);
	c.reasoning.on = SAID_YES;
}

static void
low(void)
{
	effort("low");
}

static void
minimal(void)
{
	effort("minimal");
}

static void
medium(void)
{
	effort("medium");
}

static void
most(void)
{
	effort("max");
}

static void
budget(void)
{
	c.reasoning.on = SAID_YES;
	c.reasoning.budget = 10000;
}

static void
off(void)
{
	c.reasoning.on = SAID_NO;
}

static void
adaptive(void)
{
	c.reasoning.on = SAID_YES;
	c.reasoning.dynamic = true;
}

static void
hidden(void)
{
	low();
	c.reasoning.shown = SAID_NO;
}

static void
shown_alone(void)
{
	c.reasoning.shown = SAID_YES;
}

static void
of_responses(void)
{
	low();
	c.origin = DIALECT_RESPONSES;
}

#define THINKING(x) "'thinkingConfig':{" x "}"
#define SHOWN "'includeThoughts':true,"

static const struct {
	const char *what;
	void	  (*fill)(void);
	const char *model, *want, *dropped;
} cases[] = {
	{ "nothing", nothing, "m", "", "" },
	{ "numbers", numbers, "m", "'temperature':0.70,'topP':1,'topK':40,'candidateCount':2,'seed':42,'presencePenalty':0.5,'frequencyPenalty':-0.5,'maxOutputTokens':100", "" },
	{ "2.5 knows no penalties", numbers, "gemini-2.5-flash", "'temperature':0.70,'topP':1,'topK':40,'candidateCount':2,'seed':42,'maxOutputTokens':100",
	    "presence_penalty,frequency_penalty" },
	{ "beyond the bounds", beyond, "m", "'temperature':2,'topK':64,'candidateCount':8,'presencePenalty':1.99,'maxOutputTokens':8192,'stopSequences':['x','x','x','x','x']",
	    "temperature,top_k,n,presence_penalty,max_tokens,stop" },
	{ "what says nothing is not lost", no_bounds, "m", "", "" },
	{ "a seed of more bits is another one, the same each time", great_seed, "m", "'seed':229745905", "" },
	{ "what has no place", strangers, "m", "", "logit_bias,user,store" },
	{ "log probabilities", logprobs, "m", "'responseLogprobs':true,'logprobs':20", "" },
	{ "none of them", no_logprobs, "m", "", "" },
	{ "modalities", modalities, "m", "'responseModalities':['TEXT','IMAGE']", "" },
	{ "JSON", json, "m", "'responseMimeType':'application/json'", "" },
	{ "a schema", schema, "m", "'responseMimeType':'application/json','responseJsonSchema':{'type':'object'}", "" },
	{ "a schema beside tools", schema_and_tools, "gemini-3-flash-preview", "'responseMimeType':'application/json','responseJsonSchema':{'type':'object'}", "" },
	{ "which older models refuse", schema_and_tools, "gemini-2.5-flash", "", "response_format" },
	{ "and all beside a forced call", schema_and_forced, "gemini-3-flash-preview", "", "response_format" },
	{ "a level", low, "gemini-3-pro-preview", THINKING(SHOWN "'thinkingLevel':'LOW'"), "" },
	{ "the least level", minimal, "gemini-3-flash-preview", THINKING(SHOWN "'thinkingLevel':'MINIMAL'"), "" },
	{ "the least of a model without it", minimal, "gemini-3.7-flash", THINKING(SHOWN "'thinkingLevel':'LOW'"), "" },
	{ "a level of which a model has none", medium, "gemini-3-pro-preview", THINKING(SHOWN "'thinkingLevel':'HIGH'"), "" },
	{ "a level between", medium, "gemini-3-flash-preview", THINKING(SHOWN "'thinkingLevel':'MEDIUM'"), "" },
	{ "a budget as a level", budget, "gemini-3-flash-preview", THINKING(SHOWN "'thinkingLevel':'MEDIUM'"), "" },
	{ "a level as a budget", low, "gemini-2.5-flash", THINKING(SHOWN "'thinkingBudget':1024"), "" },
	{ "within its bounds", most, "gemini-2.5-flash", THINKING(SHOWN "'thinkingBudget':24576"), "" },
	{ "of a greater one", most, "gemini-2.5-pro", THINKING(SHOWN "'thinkingBudget':32768"), "" },
	{ "a budget", budget, "gemini-2.5-pro", THINKING(SHOWN "'thinkingBudget':10000"), "" },
	{ "as it likes", adaptive, "gemini-2.5-pro", THINKING(SHOWN "'thinkingBudget':-1"), "" },
	{ "as it likes is the default", adaptive, "gemini-3-pro-preview", "'thinkingConfig':{'includeThoughts':true}", "" },
	{ "off", off, "gemini-2.5-flash", THINKING("'thinkingBudget':0"), "" },
	{ "off where it cannot be", off, "gemini-2.5-pro", THINKING("'thinkingBudget':128"), "reasoning" },
	{ "nearly off", off, "gemini-3-flash-preview", THINKING("'thinkingLevel':'MINIMAL'"), "" },
	{ "less", off, "gemini-3-pro-preview", THINKING("'thinkingLevel':'LOW'"), "reasoning" },
	{ "a model that does not think", low, "gemini-2.0-flash", "", "reasoning" },
	{ "is off", off, "gemini-2.0-flash", "", "" },
	{ "thoughts that nobody wants to see", hidden, "gemini-3-flash-preview", THINKING("'thinkingLevel':'LOW'"), "" },
	{ "or did not ask to see", of_responses, "gemini-3-flash-preview", THINKING("'thinkingLevel':'LOW'"), "" },
	{ "thoughts are shown", shown_alone, "gemini-3-flash-preview", "'thinkingConfig':{'includeThoughts':true}", "" },
};

int
main(void)
{
	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct gemini_model m = gemini_model_of(str_of(cases[i].model));
		struct target	    t = { .model = str_of(cases[i].model), .max_output = 8192 };
		struct report	    r = { .arena = &a };
		struct json_out	    o;
		struct buf	    b = { 0 }, dropped = { 0 };

		chat_init(&c, &a, DIALECT_OPENAI);
		cases[i].fill();
		json_start(&o, &b, false);
		json_object(&o, NULL);
		gemini_write_config(&a, &o, &c, &t, &m, &r);
		json_object_end(&o);
		is_slice(buf_view(&b), arena_printf(&a, "{\"generationConfig\":{" STR_FMT "}}", STR_ARG(quoted(&a, cases[i].want))).p, "written: %s", cases[i].what);
		for (const struct name_list *n = r.names; n != NULL; n = n->next)
			buf_printf(&dropped, "%s" STR_FMT, n == r.names ? "" : ",", STR_ARG(n->name));
		is_slice(buf_view(&dropped), cases[i].dropped, "and what is lost is told: %s", cases[i].what);
		buf_done(&b);
		buf_done(&dropped);
	}
	arena_done(&a);
	return tap_done();
}
