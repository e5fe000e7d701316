/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_read_request_test.c - the settings of an Ollama request in the neutral form; what has no place there is noted. */
#include "chat_text.h"
#include "dialect/ollama.h"
#include "tap.h"

static struct arena a;

#define HI "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define PROMPT "{\"model\":\"m\",\"prompt\":\"hi\""

static const struct {
	const char *what, *body, *chat;
} chats[] = {
	{ "nothing but text", HI ",\"stream\":false}", "user[text:hi]" },
	{ "a limit", HI ",\"options\":{\"num_predict\":7}}", "user[text:hi] max=7" },
	{ "no limit", HI ",\"options\":{\"num_predict\":-1}}", "user[text:hi]" },
	{ "options", HI ",\"options\":{\"temperature\":0.10,\"top_p\":0.9,\"top_k\":20,\"min_p\":0,\"seed\":42,\"presence_penalty\":1.5,"
	    "\"frequency_penalty\":1,\"repeat_penalty\":1.1}}",
	    "user[text:hi] temperature=0.10 top_p=0.9 top_k=20 min_p=0 seed=42 presence_penalty=1.5 frequency_penalty=1 "
	    "repetition_penalty=1.1" },
	{ "options of the server", HI ",\"options\":{\"num_ctx\":8192,\"mirostat\":1,\"numa\":null}}",
	    "user[text:hi] notes=options.num_ctx,options.mirostat" },
	{ "stops", HI ",\"options\":{\"stop\":[\"\\n\",\"user:\"]}}", "user[text:hi] stop=\n,user:" },
	{ "a stop", HI ",\"options\":{\"stop\":\"x\"}}", "user[text:hi] stop=x" },
	{ "JSON", HI ",\"format\":\"json\"}", "user[text:hi] format=json" },
	{ "a schema", HI ",\"format\":{\"type\": \"object\"}}", "user[text:hi] format=schema {\"type\": \"object\"}" },
	{ "no format", HI ",\"format\":\"\"}", "user[text:hi]" },
	{ "thinking", HI ",\"think\":true}", "user[text:hi] reasoning=on shown" },
	{ "no thinking", HI ",\"think\":false}", "user[text:hi] reasoning=off" },
	{ "a level of thinking", HI ",\"think\":\"high\"}", "user[text:hi] reasoning=on effort=high shown" },
	{ "the highest", HI ",\"think\":\"max\"}", "user[text:hi] reasoning=on effort=max shown" },
	{ "log probabilities", HI ",\"logprobs\":true,\"top_logprobs\":3}", "user[text:hi] logprobs=true top_logprobs=3" },
	{ "none", HI ",\"logprobs\":false,\"top_logprobs\":0}", "user[text:hi]" },
	{ "how long the model stays", HI ",\"keep_alive\":\"5m\"}", "user[text:hi] notes=keep_alive" },
	{ "unknown members", HI ",\"truncate\":true,\"new\":1}", "user[text:hi] notes=truncate,new" },
	{ "members that say nothing", HI ",\"tools\":[],\"options\":{},\"keep_alive\":null,\"shift\":false,\"x\":\"\",\"y\":{}}",
	    "user[text:hi]" },
	{ "tools", HI ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}},"
	    "{\"function\":{\"name\":\"g\",\"strict\":true,\"x\":1}}]}",
	    "user[text:hi] tool:f \"d\" {\"type\":\"object\"} tool:g \"\"  strict notes=tools[1].function.x" },
	{ "a tool of its own", HI ",\"tools\":[{\"type\":\"web_search\"}]}", "user[text:hi] native-tool:{\"type\":\"web_search\"}" },
	{ "a load", "{\"model\":\"m\",\"messages\":[]}", "" },
};

static const struct {
	const char *what, *body, *chat;
} prompts[] = {
	{ "a prompt", PROMPT "}", "user[text:hi]" },
	{ "with a system's", PROMPT ",\"system\":\"be\",\"options\":{\"num_predict\":3},\"format\":\"json\"}",
	    "system[text:be] user[text:hi] max=3 format=json" },
	{ "with images", PROMPT ",\"images\":[\"iVBORw0KGgo=\"]}", "user[image:image/png,iVBORw0KGgo= text:hi]" },
	{ "what cannot cross", PROMPT ",\"suffix\":\"s\",\"template\":\"t\",\"raw\":true,\"context\":[1]}",
	    "user[text:hi] notes=suffix,template,raw,context" },
	{ "what says nothing", PROMPT ",\"suffix\":\"\",\"template\":\"\",\"raw\":false,\"context\":[],\"system\":\"\"}", "user[text:hi]" },
	{ "a load", "{\"model\":\"m\",\"system\":\"be\"}", "" },
};

static const struct {
	const char *what, *body, *param;
} refusals[] = {
	{ "a word for a format", HI ",\"format\":\"xml\"}", "format" },
	{ "a word for thinking", HI ",\"think\":\"hard\"}", "think" },
	{ "a text for a number", HI ",\"options\":{\"temperature\":\"1\"}}", "options.temperature" },
	{ "a text for the limit", HI ",\"options\":{\"num_predict\":\"1\"}}", "options.num_predict" },
	{ "a number for a stop", HI ",\"options\":{\"stop\":1}}", "options.stop" },
	{ "a number among stops", HI ",\"options\":{\"stop\":[1]}}", "options.stop" },
	{ "a text for a tool", HI ",\"tools\":[\"f\"]}", "tools[0]" },
	{ "a tool without a function", HI ",\"tools\":[{\"type\":\"function\"}]}", "tools[0].function" },
	{ "a tool without a name", HI ",\"tools\":[{\"function\":{}}]}", "tools[0].function.name" },
};

static int
read_it(struct str body, enum endpoint endpoint, struct chat *c, struct complaint *why)
{
	struct ask     ask;
	struct inbound in = { .endpoint = endpoint, .body = body, .depth = 64 };

	if (ollama_ask(&a, &in, &ask, why) < 0)
		return -1;
	return ollama_read_request(&a, &ask, c, why);
}

int
main(void)
{
	struct chat	 c;
	struct complaint why;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(chats); i++) {
		if (ok(read_it(str_of(chats[i].body), ENDPOINT_CHAT, &c, &why) == 0, "read: %s", chats[i].what))
			is_slice(chat_text(&a, &c), chats[i].chat, "%s", chats[i].what);
	}
	for (size_t i = 0; i < LENGTH(prompts); i++) {
		if (ok(read_it(str_of(prompts[i].body), ENDPOINT_COMPLETIONS, &c, &why) == 0, "read: %s", prompts[i].what))
			is_slice(chat_text(&a, &c), prompts[i].chat, "%s", prompts[i].what);
	}
	for (size_t i = 0; i < LENGTH(refusals); i++) {
		int rc = read_it(str_of(refusals[i].body), ENDPOINT_CHAT, &c, &why);

		ok(rc < 0 && why.fault == FAULT_BAD_REQUEST, "refused: %s", refusals[i].what);
		is_slice(why.param, refusals[i].param, "%s: named", refusals[i].what);
	}
	arena_done(&a);
	return tap_done();
}
