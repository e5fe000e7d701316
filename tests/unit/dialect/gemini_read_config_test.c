/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_read_config_test.c - tools and settings in the neutral form. */
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/chat_text.h"
#include "unit/dialect/quoted.h"

#define F(name) "{'functionDeclarations':[{'name':'" name "'}]}"

static const struct {
	const char *what, *members, *want;
} cases[] = {
	{ "functions", "'tools':[{'functionDeclarations':[{'name':'f','description':'d','parameters':{'type':'OBJECT','properties':{'a':{'type':'STRING','nullable':true}}}},"
	    "{'name':'g','parametersJsonSchema':{'type':'object'}}]}]",
	    " tool:f \"d\" {\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"null\"]}}} tool:g \"\" {\"type\":\"object\"}" },
	{ "in the other spelling", "'tools':[{'function_declarations':[{'name':'f','parameters_json_schema':{'type':'object'}}],'codeExecution':null}]",
	    " tool:f \"\" {\"type\":\"object\"}" },
	{ "tools of Google", "'tools':[{'googleSearch':{}},{'codeExecution':{},'urlContext':{}}]",
	    " native-tool:{\"googleSearch\":{}} native-tool:{\"codeExecution\":{}} native-tool:{\"urlContext\":{}}" },
	{ "what is said of a function's result", "'tools':[{'functionDeclarations':[{'name':'f','behavior':'NON_BLOCKING','response':{'type':'OBJECT'}}]}]",
	    " tool:f \"\"  notes=tools.functionDeclarations.behavior,tools.functionDeclarations.response" },
	{ "any", "'tools':[" F("f") "],'toolConfig':{'functionCallingConfig':{'mode':'ANY'}}", " tool:f \"\"  choice=required" },
	{ "one of one", "'tools':[" F("f") "],'tool_config':{'function_calling_config':{'mode':'any','allowed_function_names':['f']}}", " tool:f \"\"  choice=f" },
	{ "one of some", "'tools':[" F("f") "],'toolConfig':{'functionCallingConfig':{'mode':2,'allowedFunctionNames':['f','g']}}",
	    " tool:f \"\"  choice=required allowed=f,g" },
	{ "auto", "'toolConfig':{'functionCallingConfig':{'mode':'AUTO'}}", " choice=auto" },
	{ "validated, of some", "'toolConfig':{'functionCallingConfig':{'mode':'VALIDATED','allowedFunctionNames':['f']}}", " choice=auto allowed=f" },
	{ "none", "'toolConfig':{'functionCallingConfig':{'mode':'NONE','allowedFunctionNames':['f']}}", " choice=none" },
	{ "unspecified", "'toolConfig':{'functionCallingConfig':{'mode':'MODE_UNSPECIFIED'},'retrievalConfig':{'languageCode':'de'}}", " notes=toolConfig.retrievalConfig" },
	{ "numbers", "'generationConfig':{'temperature':0.5,'topP':0.9,'topK':50.0,'candidateCount':2,'maxOutputTokens':100,'seed':7,'presencePenalty':0.1,"
	    "'frequencyPenalty':-0.1}", " max=100 temperature=0.5 top_p=0.9 top_k=50 seed=7 presence_penalty=0.1 frequency_penalty=-0.1 n=2" },
	{ "numbers in the other spelling", "'generation_config':{'top_p':0.9,'max_output_tokens':'100','stop_sequences':['a','b']}", " max=100 stop=a,b top_p=0.9" },
	{ "log probabilities", "'generationConfig':{'responseLogprobs':true,'logprobs':3}", " logprobs=true top_logprobs=3" },
	{ "no log probabilities", "'generationConfig':{'responseLogprobs':false}", " logprobs=false" },
	{ "modalities", "'generationConfig':{'responseModalities':['TEXT','IMAGE']}", " modalities=[\"text\",\"image\"]" },
	{ "modalities as numbers", "'generationConfig':{'responseModalities':[1,3]}", " modalities=[\"text\",\"audio\"]" },
	{ "JSON", "'generationConfig':{'responseMimeType':'application/json'}", " format=json" },
	{ "JSON of a schema", "'generationConfig':{'responseMimeType':'application/json','responseSchema':{'type':'OBJECT'}}", " format=schema {\"type\":\"object\"}" },
	{ "JSON of JSON Schema", "'generationConfig':{'responseMimeType':'application/json','responseJsonSchema':{'type':'object'}}",
	    " format=schema {\"type\":\"object\"}" },
	{ "JSON of the inner name", "'generationConfig':{'responseMimeType':'application/json','_responseJsonSchema':{'type':'object'}}",
	    " format=schema {\"type\":\"object\"}" },
	{ "text", "'generationConfig':{'responseMimeType':'text/plain'}", " format=text" },
	{ "one word of some", "'generationConfig':{'responseMimeType':'text/x.enum','responseSchema':{'type':'STRING','enum':['a']}}",
	    " notes=generationConfig.responseMimeType" },
	{ "no thinking", "'generationConfig':{'thinkingConfig':{'thinkingBudget':0}}", " reasoning=off" },
	{ "thinking as it likes", "'generationConfig':{'thinkingConfig':{'thinkingBudget':-1,'includeThoughts':true}}", " reasoning=on dynamic shown" },
	{ "a budget", "'generationConfig':{'thinkingConfig':{'thinking_budget':200,'include_thoughts':false}}", " reasoning=on budget=200 hidden" },
	{ "a level", "'generationConfig':{'thinkingConfig':{'thinkingLevel':'HIGH'}}", " reasoning=on effort=high" },
	{ "shown alone", "'generationConfig':{'thinkingConfig':{'includeThoughts':true}}", " reasoning= shown" },
	{ "what nobody else knows", "'generationConfig':{'speechConfig':{'languageCode':'de'},'imageConfig':{'aspectRatio':'1:1'},'mediaResolution':'MEDIA_RESOLUTION_LOW'}",
	    " notes=generationConfig.speechConfig,generationConfig.imageConfig,generationConfig.mediaResolution" },
	{ "a tier", "'serviceTier':'flex'", " service_tier=\"flex\"" },
};

int
main(void)
{
	struct complaint why;
	struct arena	 a;
	struct chat	 c;
	struct ask	 ask;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str body = arena_printf(&a, "{'contents':[{'parts':[{'text':'a'}]}],%s}", cases[i].members);

		if (gemini_ask(&a, &(struct inbound){ .body = quoted(&a, body.p), .model = STR("m") }, &ask, &why) < 0 ||
		    gemini_read_request(&a, &ask, &c, &why) < 0)
			ok(0, "%s: " STR_FMT, cases[i].what, STR_ARG(why.message));
		else
			is_slice(str_from(chat_text(&a, &c), 12), cases[i].want, "read: %s", cases[i].what);
	}
	arena_done(&a);
	return tap_done();
}
