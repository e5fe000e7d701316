/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_forward_test.c - a forwarded request is the client's bytes, but for names of the model and what was carried. */
#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static const struct {
	const char *what;
	enum endpoint endpoint;
	const char *in, *model, *want;
} cases[] = {
	{ "nothing to change", ENDPOINT_CHAT, "{'contents':[{'parts':[{'text':'a'}]}] , 'x':2.50}", "m",
	    "{'contents':[{'parts':[{'text':'a'}]}] , 'x':2.50}" },
	{ "another model changes no body without it", ENDPOINT_CHAT, "{'contents':[{'role':'model','parts':[{'text':'model'}]}]}", "up",
	    "{'contents':[{'role':'model','parts':[{'text':'model'}]}]}" },
	{ "a model at the top", ENDPOINT_CHAT, "{'model': 'models/m' ,'contents':[{'parts':[]}]}", "up", "{'model': 'models/up' ,'contents':[{'parts':[]}]}" },
	{ "the model of a count", ENDPOINT_COUNT, "{'generateContentRequest':{'contents':[{'parts':[]}],'model':'models/m'}}", "up",
	    "{'generateContentRequest':{'contents':[{'parts':[]}],'model':'models/up'}}" },
	{ "the models of a batch", ENDPOINT_EMBEDDINGS,
	    "{'requests':[{'model':'models/m','content':{'parts':[{'text':'a'}]}},{'content':{'parts':[]},'model':'models/m'}]}", "up",
	    "{'requests':[{'model':'models/up','content':{'parts':[{'text':'a'}]}},{'content':{'parts':[]},'model':'models/up'}]}" },
	{ "the model of one", ENDPOINT_EMBED_ONE, "{'model':'models/m','content':{'parts':[]}}", "up", "{'model':'models/up','content':{'parts':[]}}" },
	{ "the same model stays as it is spelled", ENDPOINT_EMBED_ONE, "{'model':'m','content':{'parts':[]}}", "m", "{'model':'m','content':{'parts':[]}}" },
	{ "a signature of Google's that looks like nothing", ENDPOINT_CHAT, "{'contents':[{'parts':[{'text':'a','thoughtSignature':'dzEu'}]}]}", "m",
	    "{'contents':[{'parts':[{'text':'a','thoughtSignature':'dzEu'}]}]}" },
};

static struct str
forward(struct arena *a, enum endpoint endpoint, struct str in, const char *model)
{
	struct ask	 ask;
	struct complaint why;

	if (gemini_ask(a, &(struct inbound){ .endpoint = endpoint, .body = in, .model = STR("m") }, &ask, &why) < 0) {
		ok(0, "the case itself is a request");
		return STR("");
	}
	return gemini_forward(a, &ask, str_of(model), true);
}

static const char *
carrier(struct arena *a, enum dialect_id origin)
{
	struct part p = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("SIG"), .origin = origin };

	return arena_cstr(a, base64_encode(a, carry_wrap(a, &p)));
}

int
main(void)
{
	struct arena a;
	struct part  thought = { .kind = PART_REASONING, .signature = STR("S"), .origin = DIALECT_ANTHROPIC };

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		is_slice(forward(&a, cases[i].endpoint, quoted(&a, cases[i].in), cases[i].model), quoted(&a, cases[i].want).p, "%s", cases[i].what);
	is_slice(forward(&a, ENDPOINT_CHAT,
		     arena_printf(&a, "{\"contents\":[{\"parts\":[{\"text\":\"a\",\"thought_signature\":\"%s\"}]}]}", carrier(&a, DIALECT_ANTHROPIC)), "m"),
	    "{\"contents\":[{\"parts\":[{\"text\":\"a\",\"thought_signature\":\"\"}]}]}", "another vendor's signature does not reach Google");
	is_slice(forward(&a, ENDPOINT_CHAT,
		     arena_printf(&a, "{\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":\"f\"},\"thoughtSignature\":\"%s\"}]}]}",
			 carrier(&a, DIALECT_ANTHROPIC)), "gemini-3-pro-preview"),
	    "{\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":\"f\"},\"thoughtSignature\":\"skip_thought_signature_validator\"}]}]}",
	    "on a call, where the model checks it, the word for calls of other origin stands instead");
	is_slice(forward(&a, ENDPOINT_CHAT,
		     arena_printf(&a, "{\"contents\":[{\"parts\":[{\"text\":\"a\",\"thoughtSignature\":\"%s\"}]}]}", carrier(&a, DIALECT_GEMINI)), "m"),
	    "{\"contents\":[{\"parts\":[{\"text\":\"a\",\"thoughtSignature\":\"SIG\"}]}]}", "Google's own is restored");
	is_slice(forward(&a, ENDPOINT_CHAT, arena_printf(&a, "{\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"id\":\"" STR_FMT "\"}}]}]}",
							STR_ARG(carry_id(&a, STR("c1"), &thought, NULL))), "m"),
	    "{\"contents\":[{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"id\":\"c1\"}}]}]}", "what an id carried is cut off");
	arena_done(&a);
	return tap_done();
}
