/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_write_parts_test.c - conversations become turns that alternate, with results at the head and signatures in place. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static struct arena a;
static struct chat  c;

static struct part *
add(enum chat_role role, enum part_kind kind, const char *text)
{
	struct part *p = part_add(&a, &chat_message_joined(&c, role)->parts, kind);

	p->text = str_of(text);
	return p;
}

static void
call(const char *id, const char *name, const char *input)
{
	struct part *p = add(ROLE_ASSISTANT, PART_CALL, NULL);

	p->id = str_of(id);
	p->name = str_of(name);
	p->input = str_of(input);
}

static struct part *
result(const char *id, const char *name, const char *text)
{
	struct part *p = add(ROLE_TOOL, PART_RESULT, NULL);

	p->id = str_of(id);
	p->name = str_of(name);
	if (text != NULL)
		part_add(&a, &p->content, PART_TEXT)->text = str_of(text);
	return p;
}

static void
sign(enum dialect_id origin, const char *text, const char *signature)
{
	struct part *p = add(ROLE_ASSISTANT, PART_REASONING, text);

	p->signature = str_of(signature);
	p->origin = origin;
}

static void
picture(struct part **list)
{
	part_add(&a, list, PART_IMAGE)->media = (struct media){ .mime = STR("image/png"), .data = STR("AAAA") };
}

/* The cases: each fills the chat. */
static void
plain(void)
{
	add(ROLE_SYSTEM, PART_TEXT, "s");
	add(ROLE_USER, PART_TEXT, "a");
	chat_message(&c, ROLE_USER);
	add(ROLE_USER, PART_TEXT, "b");
	add(ROLE_ASSISTANT, PART_TEXT, "c");
	add(ROLE_DEVELOPER, PART_TEXT, "t");
	add(ROLE_USER, PART_TEXT, "");
	add(ROLE_USER, PART_TEXT, "d");
}

static void
system_alone(void)
{
	add(ROLE_SYSTEM, PART_TEXT, "s");
}

static void
nothing(void)
{
	add(ROLE_USER, PART_TEXT, "");
}

static void
assistant_first(void)
{
	add(ROLE_ASSISTANT, PART_TEXT, "a");
	add(ROLE_ASSISTANT, PART_REFUSAL, "no");
	add(ROLE_USER, PART_TEXT, "b");
}

static void
calls(void)
{
	add(ROLE_USER, PART_TEXT, "q");
	add(ROLE_ASSISTANT, PART_TEXT, "let me see");
	call("c1", "f", "{\"x\": 1}");
	call("c2", "bad name!", "");
	result("c1", "f", "plain");
	chat_message(&c, ROLE_TOOL);
	result("c2", "bad name!", "{\"y\":2}");
	add(ROLE_USER, PART_TEXT, "and?");
}

static void
said_before(void)
{
	add(ROLE_USER, PART_TEXT, "q");
	call("c1", "f", "{}");
	call("c2", "f", "{}");
	result("c1", "f", "r");
	add(ROLE_USER, PART_TEXT, "wait");
	add(ROLE_SYSTEM, PART_TEXT, "s");
	chat_message(&c, ROLE_TOOL);
	result("c2", "f", "r");
}

static void
failures(void)
{
	add(ROLE_USER, PART_TEXT, "q");
	call("c1", "f", "[1]");
	call("c2", "f", "{}");
	result("c1", "f", "{\"why\":1}")->failed = true;
	result("c2", "f", NULL);
}

static void
pictures(void)
{
	struct part *p;

	add(ROLE_USER, PART_TEXT, "q");
	call("c1", "f", "{}");
	call("c2", "g", "{}");
	p = result("c1", "f", "see");
	picture(&p->content);
	result("c2", "g", "ok");
	add(ROLE_USER, PART_TEXT, "well?");
}

static void
signatures(void)
{
	add(ROLE_USER, PART_TEXT, "q");
	sign(DIALECT_GEMINI, "hm", NULL);
	sign(DIALECT_GEMINI, NULL, "QQ==");
	call("c1", "f", "{}");
	call("c2", "f", "{}");
	result("c1", "f", "r");
	result("c2", "f", "r");
	sign(DIALECT_GEMINI, "own", "Qg==");
	add(ROLE_ASSISTANT, PART_TEXT, "a");
	sign(DIALECT_GEMINI, NULL, "Qw==");
}

static void
foreign(void)
{
	add(ROLE_USER, PART_TEXT, "q");
	sign(DIALECT_ANTHROPIC, "deep", "SIG");
	sign(DIALECT_OPENAI, "shallow", NULL);
	add(ROLE_ASSISTANT, PART_TEXT, "a");
}

static void
unsigned_calls(void)
{
	add(ROLE_USER, PART_TEXT, "q");
	call("c0", "f", "{}");
	result("c0", "f", "r");
	add(ROLE_ASSISTANT, PART_TEXT, "done");
	add(ROLE_USER, PART_TEXT, "again");
	call("c1", "f", "{}");
	call("c2", "f", "{}");
	result("c1", "f", "r");
	result("c2", "f", "r");
	call("c3", "f", "{}");
	result("c3", "f", "r");
}

static void
media(void)
{
	struct part **list;

	add(ROLE_USER, PART_TEXT, "q");
	list = &c.message_last->parts;
	part_add(&a, list, PART_IMAGE)->media = (struct media){ .url = STR("https://x/a.png") };
	part_add(&a, list, PART_FILE)->media = (struct media){ .file_id = STR("files/1"), .mime = STR("application/pdf") };
	part_add(&a, list, PART_AUDIO)->media = (struct media){ .data = STR("BBBB"), .mime = STR("audio/mp3") };
	part_add(&a, list, PART_VIDEO)->media = (struct media){ .url = STR("https://youtu.be/1") };
	part_add(&a, list, PART_IMAGE)->media = (struct media){ .data = STR("AAAA"), .mime = STR("image/png"), .detail = STR("low") };
}

static void
lost(void)
{
	struct part *p;

	add(ROLE_USER, PART_TEXT, "q")->cache = STR("{\"type\":\"ephemeral\"}");
	c.message_last->name = STR("bob");
	p = add(ROLE_ASSISTANT, PART_NATIVE, NULL);
	p->raw = STR("{\"type\":\"server_tool_use\"}");
	p->origin = DIALECT_ANTHROPIC;
	p = add(ROLE_ASSISTANT, PART_NATIVE, NULL);
	p->raw = STR("{\"executableCode\":{}}");
	p->origin = DIALECT_GEMINI;
}

static void
marked_system(void)
{
	add(ROLE_SYSTEM, PART_TEXT, "s")->cache = STR("{\"type\":\"ephemeral\"}");
	add(ROLE_USER, PART_TEXT, "q");
}

static const struct {
	const char *what;
	void	  (*fill)(void);
	const char *model, *want, *dropped;
} cases[] = {
	{ "neighbours share a turn, empty texts are left out, system texts are apart", plain, "m",
	    "'systemInstruction':{'parts':[{'text':'s'},{'text':'t'}]},'contents':[{'role':'user','parts':[{'text':'a'},{'text':'b'}]},"
	    "{'role':'model','parts':[{'text':'c'}]},{'role':'user','parts':[{'text':'d'}]}]", "" },
	{ "gemma is instructed by its first turn", plain, "gemma-3",
	    "'contents':[{'role':'user','parts':[{'text':'s'},{'text':'a'},{'text':'b'}]},"
	    "{'role':'model','parts':[{'text':'c'}]},{'role':'user','parts':[{'text':'t'},{'text':'d'}]}]", "" },
	{ "an instruction alone is a turn", system_alone, "m", "'contents':[{'role':'user','parts':[{'text':'s'}]}]", "" },
	{ "there is always a turn", nothing, "m", "'contents':[{'role':'user','parts':[{'text':' '}]}]", "" },
	{ "the first is the user's", assistant_first, "m", "'contents':[{'role':'user','parts':[{'text':' '}]},{'role':'model','parts':[{'text':'a'},{'text':'no'}]},"
	    "{'role':'user','parts':[{'text':'b'}]}]", "" },
	{ "calls and results", calls, "m", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':[{'text':'let me see'},"
	    "{'functionCall':{'id':'c1','name':'f','args':{'x': 1}}},{'functionCall':{'id':'c2','name':'bad_name__f3e9637e','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'result':'plain'}}},"
	    "{'functionResponse':{'id':'c2','name':'bad_name__f3e9637e','response':{'y':2}}},{'text':'and?'}]}]", "" },
	{ "results come first", said_before, "m", "'systemInstruction':{'parts':[{'text':'s'}]},'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'functionCall':{'id':'c1','name':'f','args':{}}},{'functionCall':{'id':'c2','name':'f','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'result':'r'}}},{'functionResponse':{'id':'c2','name':'f','response':{'result':'r'}}},"
	    "{'text':'wait'}]}]", "" },
	{ "arguments and results that are no objects", failures, "m", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'functionCall':{'id':'c1','name':'f','args':{'input':'[1]'}}},{'functionCall':{'id':'c2','name':'f','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'error':'{\\'why\\':1}'}}},"
	    "{'functionResponse':{'id':'c2','name':'f','response':{'result':''}}}]}]", "" },
	{ "pictures of a result stand in it", pictures, "gemini-3-flash-preview", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'functionCall':{'id':'c1','name':'f','args':{}},'thoughtSignature':'skip_thought_signature_validator'},{'functionCall':{'id':'c2','name':'g','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'result':'see'},'parts':[{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}},"
	    "{'functionResponse':{'id':'c2','name':'g','response':{'result':'ok'}}},{'text':'well?'}]}]", "" },
	{ "or behind all results, for older models", pictures, "gemini-2.5-flash", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'functionCall':{'id':'c1','name':'f','args':{}}},{'functionCall':{'id':'c2','name':'g','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'result':'see'}}},{'functionResponse':{'id':'c2','name':'g','response':{'result':'ok'}}},"
	    "{'inlineData':{'mimeType':'image/png','data':'AAAA'}},{'text':'well?'}]}]", "" },
	{ "signatures stand where they stood", signatures, "gemini-3-pro-preview", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'text':'hm','thought':true},{'functionCall':{'id':'c1','name':'f','args':{}},'thoughtSignature':'QQ=='},{'functionCall':{'id':'c2','name':'f','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'result':'r'}}},{'functionResponse':{'id':'c2','name':'f','response':{'result':'r'}}}]},"
	    "{'role':'model','parts':[{'text':'own','thought':true,'thoughtSignature':'Qg=='},{'text':'a'},{'text':'','thoughtSignature':'Qw=='}]}]", "" },
	{ "foreign proofs are left out, bare thoughts stay", foreign, "m", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'text':'shallow','thought':true},{'text':'a'}]}]", "reasoning" },
	{ "a model that does not think is told no thoughts", foreign, "gemini-2.0-flash", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':["
	    "{'text':'a'}]}]", "reasoning" },
	{ "the first call of each step of the last turn must be signed", unsigned_calls, "gemini-3-pro-preview",
	    "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':[{'functionCall':{'id':'c0','name':'f','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c0','name':'f','response':{'result':'r'}}}]},{'role':'model','parts':[{'text':'done'}]},"
	    "{'role':'user','parts':[{'text':'again'}]},"
	    "{'role':'model','parts':[{'functionCall':{'id':'c1','name':'f','args':{}},'thoughtSignature':'skip_thought_signature_validator'},{'functionCall':{'id':'c2','name':'f','args':{}}}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c1','name':'f','response':{'result':'r'}}},{'functionResponse':{'id':'c2','name':'f','response':{'result':'r'}}}]},"
	    "{'role':'model','parts':[{'functionCall':{'id':'c3','name':'f','args':{}},'thoughtSignature':'skip_thought_signature_validator'}]},"
	    "{'role':'user','parts':[{'functionResponse':{'id':'c3','name':'f','response':{'result':'r'}}}]}]", "" },
	{ "media", media, "m", "'contents':[{'role':'user','parts':[{'text':'q'},{'fileData':{'mimeType':'image/png','fileUri':'https://x/a.png'}},"
	    "{'fileData':{'mimeType':'application/pdf','fileUri':'https://generativelanguage.googleapis.com/v1beta/files/1'}},"
	    "{'inlineData':{'mimeType':'audio/mp3','data':'BBBB'}},{'fileData':{'fileUri':'https://youtu.be/1'}},{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}]",
	    "detail" },
	{ "what cannot be said is told", lost, "m", "'contents':[{'role':'user','parts':[{'text':'q'}]},{'role':'model','parts':[{'executableCode':{}}]}]",
	    "messages.name,cache_control,messages.content" },
	{ "a cache mark on an instruction is told", marked_system, "m",
	    "'systemInstruction':{'parts':[{'text':'s'}]},'contents':[{'role':'user','parts':[{'text':'q'}]}]", "cache_control" },
};

static struct str
names(const struct report *r)
{
	struct buf b = { 0 };
	struct str text;

	for (const struct name_list *n = r->names; n != NULL; n = n->next)
		buf_printf(&b, "%s" STR_FMT, n == r->names ? "" : ",", STR_ARG(n->name));
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return text;
}

static int
write_contents(const char *model, struct report *r, struct complaint *why, struct str *text)
{
	struct gemini_model m = gemini_model_of(str_of(model));
	struct json_out	    o;
	struct buf	    b = { 0 };
	int		    rc;

	*r = (struct report){ .arena = &a };
	json_start(&o, &b, false);
	json_object(&o, NULL);
	rc = gemini_write_contents(&a, &o, &c, &m, r, why);
	*text = arena_str(&a, str_from(buf_view(&b), 1));
	buf_done(&b);
	return rc;
}

static void
refuses(const char *what, enum part_kind kind, struct media m, const char *param)
{
	struct complaint why = { 0 };
	struct report	 r;
	struct str	 text;

	chat_init(&c, &a, DIALECT_OPENAI);
	add(ROLE_SYSTEM, PART_TEXT, "s");
	add(ROLE_USER, PART_TEXT, "q");
	if (kind == PART_RESULT)
		part_add(&a, &part_add(&a, &c.message_last->parts, kind)->content, PART_IMAGE)->media = (struct media){ .file_id = STR("file-abc") };
	else
		part_add(&a, &c.message_last->parts, kind)->media = m;
	ok(write_contents("m", &r, &why, &text) < 0 && why.fault == FAULT_INEXPRESSIBLE, "%s cannot be sent", what);
	is_slice(why.param, param, "and the part is named: %s", what);
}

int
main(void)
{
	struct complaint why = { 0 };
	struct report	 r;
	struct str	 text;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf want = { 0 };

		chat_init(&c, &a, DIALECT_OPENAI);
		cases[i].fill();
		if (write_contents(cases[i].model, &r, &why, &text) < 0) {
			ok(0, "%s: " STR_FMT, cases[i].what, STR_ARG(why.message));
			continue;
		}
		buf_str(&want, quoted(&a, cases[i].want));
		buf_byte(&want, '\0');
		is_slice(text, want.p, "written: %s", cases[i].what);
		is_slice(names(&r), cases[i].dropped, "and what is lost is told: %s", cases[i].what);
		buf_done(&want);
	}
	refuses("a file of another provider", PART_FILE, (struct media){ .file_id = STR("file-abc") }, "messages[1].content[1]");
	refuses("a file of another provider, in a result", PART_RESULT, (struct media){ 0 }, "messages[1].content[1]");
	refuses("an office document", PART_FILE, (struct media){ .mime = STR("application/msword"), .data = STR("AAAA") }, "messages[1].content[1]");
	arena_done(&a);
	return tap_done();
}
