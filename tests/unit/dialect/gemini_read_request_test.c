/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_read_request_test.c - requests in the neutral form. */
#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/chat_text.h"
#include "unit/dialect/quoted.h"

static struct arena a;

static const struct {
	const char *what, *body, *want;
} good[] = {
	{ "a turn", "{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}", "user[text:hi]" },
	{ "a turn without a role", "{'contents':[{'parts':[{'text':'a'},{'text':'b'}]}]}", "user[text:a text:b]" },
	{ "turns", "{'contents':[{'role':'user','parts':[{'text':'a'}]},{'role':'model','parts':[{'text':'b'}]},{'role':'user','parts':[{'text':'c'}]}]}",
	    "user[text:a] assistant[text:b] user[text:c]" },
	{ "a user's turns stay apart", "{'contents':[{'role':'user','parts':[{'text':'a'}]},{'role':'user','parts':[{'text':'b'}]}]}", "user[text:a] user[text:b]" },
	{ "the pieces of a stream are one text",
	    "{'contents':[{'parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'a'}]},{'role':'model','parts':[{'text':'b'},{'text':''},{'text':'c'}]}]}",
	    "user[text:q] assistant[text:abc]" },
	{ "a system instruction", "{'systemInstruction':{'role':'user','parts':[{'text':'s'},{'text':'t'}]},'contents':[{'parts':[{'text':'a'}]}]}",
	    "system[text:s text:t] user[text:a]" },
	{ "a system instruction as a text", "{'system_instruction':'s','contents':[{'parts':[{'text':'a'}]}]}", "system[text:s] user[text:a]" },
	{ "media", "{'contents':[{'parts':[{'inlineData':{'mimeType':'image/png','data':'AA=='}},{'file_data':{'file_uri':'gs://b/v.mp4'}},"
	    "{'inline_data':{'mime_type':'application/pdf','data':'BBBB'}},{'inlineData':{'mimeType':'audio/wav','data':'CCCC'}}]}]}",
	    "user[image:image/png,AA== video:gs://b/v.mp4 file:application/pdf,BBBB audio:audio/wav,CCCC]" },
	{ "what is said of media is noted", "{'contents':[{'parts':[{'fileData':{'fileUri':'https://x/v.mp4'},'videoMetadata':{'fps':1}}]}]}",
	    "user[video:https://x/v.mp4] notes=contents.parts.videoMetadata" },
	{ "a call and its result", "{'contents':[{'parts':[{'text':'q'}]},{'role':'model','parts':[{'functionCall':{'id':'c1','name':'f','args':{'x':1}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'output':'done'}}}]}]}",
	    "user[text:q] assistant[call:c1 f {\"x\":1}] tool[result:c1 f (text:done)]" },
	{ "calls without ids", "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f'}},{'functionCall':{'name':'g'}}]},"
	    "{'role':'function','parts':[{'functionResponse':{'name':'g','response':{'result':{'a':1}}}},{'functionResponse':{'name':'f','response':{'error':'no'}}}]}]}",
	    "assistant[call:call_1_f f {} call:call_2_g g {}] tool[result:call_2_g g (text:{\"a\":1}) result:call_1_f f failed (text:no)]" },
	{ "other results stay JSON", "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f'}},{'functionCall':{'name':'f'}},{'functionCall':{'name':'f'}},"
	    "{'functionCall':{'name':'f'}}]},{'parts':[{'functionResponse':{'name':'f','response':{'a':1,'b':2}}},{'functionResponse':{'name':'f','response':{}}},"
	    "{'functionResponse':{'name':'f','response':{'name':'f','content':'text'}}},{'functionResponse':{'name':'f','response':{'error':'e','code':3}}}]}]}",
	    "assistant[call:call_1_f f {} call:call_2_f f {} call:call_3_f f {} call:call_4_f f {}] tool[result:call_1_f f (text:{\"a\":1,\"b\":2}) "
	    "result:call_2_f f (text:{}) result:call_3_f f (text:{\"name\":\"f\",\"content\":\"text\"}) result:call_4_f f failed (text:{\"error\":\"e\",\"code\":3})]" },
	{ "a result with a picture, and a text beside it", "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f'}}]},{'parts':[{'text':'see'},"
	    "{'functionResponse':{'name':'f','response':{},'parts':[{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}},{'text':'well?'}]}]}",
	    "assistant[call:call_1_f f {}] user[text:see] tool[result:call_1_f f (image:image/png,AAAA)] user[text:well?]" },
	{ "a thought and its signature", "{'contents':[{'parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'hm','thought':true,'thoughtSignature':'U0lH'},{'text':'a'}]}]}",
	    "user[text:q] assistant[reasoning:hm sig=U0lH@gemini text:a]" },
	{ "a thought in pieces, signed at its end",
	    "{'contents':[{'parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'h','thought':true},{'text':'m','thought':true},{'text':'','thought':true,'thoughtSignature':'U0lH'}]}]}",
	    "user[text:q] assistant[reasoning:hm sig=U0lH@gemini]" },
	{ "signatures of what follows", "{'contents':[{'parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'hm','thought':true},"
	    "{'functionCall':{'name':'f'},'thought_signature':'QQ=='},{'text':'','thoughtSignature':'Qg=='}]}]}",
	    "user[text:q] assistant[reasoning:hm reasoning: sig=QQ==@gemini call:call_1_f f {} reasoning: sig=Qg==@gemini]" },
	{ "the word for unsigned calls is no signature", "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f'},'thoughtSignature':'skip_thought_signature_validator'}]}]}",
	    "assistant[call:call_1_f f {}]" },
	{ "what only Google knows", "{'contents':[{'role':'model','parts':[{'executableCode':{'language':'PYTHON','code':'1'}},{'codeExecutionResult':{'outcome':'OUTCOME_OK'}}]}]}",
	    "assistant[native:{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}} native:{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\"}}]" },
	{ "a count of a whole request", "{'generateContentRequest':{'model':'models/m','contents':[{'parts':[{'text':'a'}]}]}}", "user[text:a]" },
	{ "nulls", "{'contents':[{'parts':[{'text':'a','thought':null}]}],'tools':null,'toolConfig':null,'safetySettings':null,'cachedContent':null}", "user[text:a]" },
	{ "what nobody else knows is noted", "{'contents':[{'parts':[{'text':'a'}]}],'safetySettings':[{'category':'X'}],'cachedContent':'cachedContents/1','labels':{'a':'b'}}",
	    "user[text:a] notes=safetySettings,cachedContent,labels" },
};

static const struct {
	const char *what, *body, *param;
} bad[] = {
	{ "a part with nothing in it", "{'contents':[{'parts':[{'text':'a'},{}]}]}", "contents[0].parts[1]" },
	{ "a text that is none", "{'contents':[{'parts':[{'text':1}]}]}", "contents[0].parts[0]" },
	{ "a part that is none", "{'contents':[{'parts':['a']}]}", "contents[0].parts[0]" },
	{ "a call without a name", "{'contents':[{'role':'model','parts':[{'functionCall':{'args':{}}}]}]}", "contents[0].parts[0]" },
	{ "arguments that are no object", "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f','args':'x'}}]}]}", "contents[0].parts[0]" },
	{ "a role that nobody has", "{'contents':[{'role':'system','parts':[{'text':'a'}]}]}", "contents[0].role" },
	{ "a result that answers nothing", "{'contents':[{'parts':[{'functionResponse':{'response':{}}}]}]}", "messages" },
	{ "a function without a name", "{'contents':[{'parts':[{'text':'a'}]}],'tools':[{'functionDeclarations':[{}]}]}", "tools[0].functionDeclarations[0].name" },
	{ "functions that are none", "{'contents':[{'parts':[{'text':'a'}]}],'tools':[{'functionDeclarations':{}}]}", "tools[0].functionDeclarations" },
	{ "a tool that is none", "{'contents':[{'parts':[{'text':'a'}]}],'tools':['x']}", "tools[0]" },
	{ "a stop that is no text", "{'contents':[{'parts':[{'text':'a'}]}],'generationConfig':{'stopSequences':[1]}}", "generationConfig.stopSequences" },
};

static int
read_body(struct str body, struct chat *c, struct complaint *why)
{
	struct inbound in = { .endpoint = str_find(body, STR("generateContentRequest")) < body.n ? ENDPOINT_COUNT : ENDPOINT_CHAT, .body = body,
		.model = STR("m") };
	struct ask     ask;

	return gemini_ask(&a, &in, &ask, why) < 0 ? -2 : gemini_read_request(&a, &ask, c, why);
}

static void
test_carriers(void)
{
	static const char form[] = "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"text\":\"shown\",\"thought\":true},{\"functionCall\":{\"name\":\"f\",\"id\":\"c1\"},"
				   "\"thoughtSignature\":\"" STR_FMT "\"}]}]}";
	static const char past[] = "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"text\":\"shown\",\"thought\":true},{\"text\":\"t\"},"
				   "{\"functionCall\":{\"name\":\"f\",\"id\":\"c1\"},\"thoughtSignature\":\"" STR_FMT "\"}]}]}";
	struct part	 thought = { .kind = PART_REASONING, .text = STR("whole"), .signature = STR("SIG"), .origin = DIALECT_ANTHROPIC };
	struct part	 sealed = { .kind = PART_REASONING, .sealed = STR("S"), .id = STR("rs_1"), .origin = DIALECT_RESPONSES };
	struct complaint why;
	struct chat	 c;
	struct str	 carrier = base64_encode(&a, carry_wrap(&a, &thought));

	ok(read_body(arena_printf(&a, form, STR_ARG(carrier)), &c, &why) == 0, "a request with a carrier is read");
	is_slice(chat_text(&a, &c), "assistant[reasoning:whole sig=SIG@anthropic call:c1 f {}]", "the thought with its proof stands in for what was shown of it");
	thought.text = STR("shown");
	carrier = base64_encode(&a, carry_wrap(&a, &thought));
	ok(read_body(arena_printf(&a, past, STR_ARG(carrier)), &c, &why) == 0 &&
	    str_is(chat_text(&a, &c), "assistant[reasoning:shown sig=SIG@anthropic text:t call:c1 f {}]"), "and past a text it is not said twice");
	thought.text = STR("whole");
	carrier = base64_encode(&a, carry_wrap(&a, &sealed));
	ok(read_body(arena_printf(&a, form, STR_ARG(carrier)), &c, &why) == 0 &&
	    str_is(chat_text(&a, &c), "assistant[reasoning:shown reasoning: sealed=S@responses id=rs_1 call:c1 f {}]"), "a seal without text leaves what was shown");
	ok(read_body(arena_printf(&a, "{\"contents\":[{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"id\":\"" STR_FMT
		"\"}}]},{\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"id\":\"" STR_FMT "\",\"response\":{\"result\":\"r\"}}}]}]}",
		STR_ARG(carry_id(&a, STR("c1"), &thought, NULL)), STR_ARG(carry_id(&a, STR("c1"), &thought, NULL))), &c, &why) == 0 &&
	    str_is(chat_text(&a, &c), "assistant[reasoning:whole sig=SIG@anthropic call:c1 f {}] tool[result:c1 f (text:r)]"), "what ids carry is taken out of both");
}

int
main(void)
{
	struct complaint why;
	struct chat	 c;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(good); i++) {
		if (read_body(quoted(&a, good[i].body), &c, &why) == 0)
			is_slice(chat_text(&a, &c), good[i].want, "read: %s", good[i].what);
		else
			ok(0, "%s: " STR_FMT, good[i].what, STR_ARG(why.message));
	}
	for (size_t i = 0; i < LENGTH(bad); i++) {
		is_int(read_body(quoted(&a, bad[i].body), &c, &why), -1, "refused: %s", bad[i].what);
		is_slice(why.param, bad[i].param, "and its field named: %s", bad[i].what);
	}
	test_carriers();
	arena_done(&a);
	return tap_done();
}
