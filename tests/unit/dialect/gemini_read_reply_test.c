/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_read_reply_test.c - whole replies in the neutral form. */
#include <inttypes.h>

#include "dialect/fold.h"
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"
#include "unit/dialect/transcript.h"

#define TAIL ",'modelVersion':'gm','responseId':'resp-12345678'}"
#define START "<start resp-12345678>"
#define NO_USAGE "<usage 0 0 0 0 0 0 0 0><done>"
#define ONE(parts, more) "{'candidates':[{'content':{'parts':[" parts "],'role':'model'}," more "'index':0}]" TAIL

static const struct {
	const char *what, *body, *want;
} cases[] = {
	{ "a text", ONE("{'text':'hi'}", "'finishReason':'STOP',"), START "<0 begin text><0 +hi><0 end text><0 stop end>" NO_USAGE },
	{ "texts are one", ONE("{'text':'a'},{'text':''},{'text':'b'}", "'finishReason':'MAX_TOKENS',"), START "<0 begin text><0 +ab><0 end text><0 stop length>" NO_USAGE },
	{ "usage", "{'candidates':[{'content':{'parts':[{'text':'a'}]},'finishReason':1}],'usageMetadata':{'promptTokenCount':5,'cachedContentTokenCount':2,"
	    "'candidatesTokenCount':1,'thoughtsTokenCount':4}" TAIL, START "<0 begin text><0 +a><0 end text><0 stop end><usage 3 2 0 1 4 0 0 0><done>" },
	{ "a call without an id", ONE("{'functionCall':{'name':'f','args':{'x':1}}},{'functionCall':{'name':'f'}}", "'finishReason':'STOP',"),
	    START "<0 begin call id=call_resp-12345678_0 name=f><0 +{\"x\":1}><0 end call id=call_resp-12345678_0 name=f><0 begin call id=call_resp-12345678_1 name=f>"
	    "<0 +{}><0 end call id=call_resp-12345678_1 name=f><0 stop tools>" NO_USAGE },
	{ "a call with its own", ONE("{'functionCall':{'id':'own','name':'f'}}", "'finishReason':'STOP',"),
	    START "<0 begin call id=own name=f><0 +{}><0 end call id=own name=f><0 stop tools>" NO_USAGE },
	{ "thoughts and signatures", ONE("{'text':'hm','thought':true},{'text':'a','thoughtSignature':'QQ=='},{'text':'n','thought':true,'thoughtSignature':'Qg=='},"
	    "{'functionCall':{'id':'c','name':'f'},'thoughtSignature':'Qw=='},{'text':'','thoughtSignature':'RA=='}", "'finishReason':'STOP',"),
	    START "<0 begin reasoning><0 +hm><0 end reasoning><0 begin reasoning signature=QQ==><0 end reasoning signature=QQ==><0 begin text><0 +a><0 end text>"
	    "<0 begin reasoning signature=Qg==><0 +n><0 end reasoning signature=Qg==><0 begin reasoning signature=Qw==><0 end reasoning signature=Qw==>"
	    "<0 begin call id=c name=f><0 +{}><0 end call id=c name=f><0 begin reasoning signature=RA==><0 end reasoning signature=RA==><0 stop tools>" NO_USAGE },
	{ "a picture, and what only Google knows", ONE("{'inlineData':{'mimeType':'image/png','data':'AAAA'}},{'executableCode':{'code':'1'}}", ""),
	    START "<0 begin image mime=image/png><0 +AAAA><0 end image mime=image/png><0 begin native><0 end native><0 stop none>" NO_USAGE },
	{ "candidates", "{'candidates':[{'content':{'parts':[{'text':'a'}]},'finishReason':'STOP'},{'content':{'parts':[{'text':'b'}]},'finishReason':'SAFETY','index':1}]" TAIL,
	    START "<0 begin text><0 +a><0 end text><0 stop end><1 begin text><1 +b><1 end text><1 stop filter>" NO_USAGE },
	{ "no parts", "{'candidates':[{'content':{'role':'model'},'finishReason':'MAX_TOKENS'}]" TAIL, START "<0 stop length>" NO_USAGE },
	{ "no content", "{'candidates':[{'finishReason':'SAFETY'}]" TAIL, START "<0 stop filter>" NO_USAGE },
	{ "a blocked prompt", "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'}" TAIL, START "<0 stop filter>" NO_USAGE },
	{ "no candidates", "{'usageMetadata':{'promptTokenCount':1}" TAIL, START "<0 stop other><usage 1 0 0 0 0 0 0 0><done>" },
	{ "sources", ONE("{'text':'abc'}", "'finishReason':'STOP','groundingMetadata':{'groundingChunks':[{'web':{'uri':'http://a'}}]},"
	    "'citationMetadata':{'citationSources':[{'uri':'http://b','endIndex':1}]},"),
	    START "<0 begin text><0 +abc><0 cite http://a><0 cite http://b><0 end text><0 stop end>" NO_USAGE },
	{ "log probabilities", ONE("{'text':'a'}", "'finishReason':'STOP','logprobsResult':{'chosenCandidates':[{'token':'a','logProbability':-1}]},"),
	    START "<0 begin text><0 +a><0 logprobs [{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],\"top_logprobs\":[]}]><0 end text><0 stop end>" NO_USAGE },
};

static const char *const none[] = {
	"{}", "[]", "<html>", "", "{'choices':[]}",
	"{'candidates':[{'content':{'parts':[{'text':1}]}}]}",
	"{'candidates':[{'content':{'parts':[{'functionCall':{}}]}}]}",
};

int
main(void)
{
	struct chat_reply r;
	struct arena	  a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b = { 0 };

		if (gemini_read_reply(&a, quoted(&a, cases[i].body), &r) == 0)
			unfold(&r, transcript_event, &b);
		is_slice(buf_view(&b), cases[i].want, "read: %s", cases[i].what);
		is_slice(r.model, "gm", "and its model: %s", cases[i].what);
		buf_done(&b);
	}
	for (size_t i = 0; i < LENGTH(none); i++)
		ok(gemini_read_reply(&a, quoted(&a, none[i]), &r) < 0, "no reply: %s", none[i]);
	ok(gemini_read_reply(&a, quoted(&a, "{'candidates':[],'usageMetadata':{'totalTokenCount':1,'serviceTier':'standard'}}"), &r) == 0 &&
	    str_is(r.service_tier, "default"), "a tier has OpenAI's words");
	ok(gemini_read_reply(&a, quoted(&a, "{'error':{'code':500,'message':'late'}}"), &r) == 0 && str_is(r.error, "late"), "an error in a 200 is read");
	arena_done(&a);
	return tap_done();
}
