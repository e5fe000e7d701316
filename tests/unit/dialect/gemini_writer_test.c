/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_writer_test.c - events as chunks of Google's stream: each at once, the grammar kept, and what is written reads
 * as it was.
 */
#include <inttypes.h>

#include "base/base64.h"
#include "dialect/carry.h"
#include "dialect/fold.h"
#include "dialect/gemini_inside.h"
#include "dialect/sse.h"
#include "tap.h"
#include "unit/dialect/quoted.h"
#include "unit/dialect/transcript.h"

static struct arena a;
static struct buf   out;
static struct chat_writer *w;
static struct chat  chat;

static void
begin(enum framing framing)
{
	struct voice *v = arena_new(&a, struct voice);

	*v = (struct voice){ .id = STR("xid"), .model = STR("asked"), .framing = framing, .chat = &chat, .stream = true };
	buf_clear(&out);
	w = gemini_writer_new(&a, v, &out);
}

/* What came out since the last look, without the tail that all chunks share. */
static struct str
written(void)
{
	static const char tail[] = ",\"modelVersion\":\"m\",\"responseId\":\"r\"}";
	struct buf b = { 0 };
	struct str rest = buf_view(&out), line, text;

	while (str_split(&rest, '\n', &line)) {
		if (line.n == 0)
			continue;
		if (str_ends(line, str_of(tail)))
			line.n -= sizeof(tail) - 1;
		buf_str(&b, str_starts(line, STR("data: ")) ? str_from(line, 6) : line);
		buf_byte(&b, ';');
	}
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	buf_clear(&out);
	return text;
}

static void
tell(enum event_type type, const struct part *p, const char *text)
{
	gemini_write_event(w, &(struct chat_event){ .type = type, .part = p, .text = str_of(text) });
}

static void
tell_start(void)
{
	gemini_write_event(w, &(struct chat_event){ .type = CHAT_START, .reply = &(struct chat_reply){ .id = STR("r"), .model = STR("m") } });
}

static void
tell_stop(enum stop_reason stop)
{
	struct chat_choice one = { .stop = stop };
	struct chat_reply  r = { .choices = &one, .usage = { .tokens = { 3, 0, 0, 2 }, .source = USAGE_REPORTED } };

	gemini_write_event(w, &(struct chat_event){ .type = CHAT_STOP, .reply = &r });
	gemini_write_event(w, &(struct chat_event){ .type = CHAT_USAGE, .reply = &r });
	gemini_write_event(w, &(struct chat_event){ .type = CHAT_DONE });
}

#define PIECE(part) "{'candidates':[{'content':{'parts':[" part "],'role':'model'},'index':0}];"
#define LAST(part, reason) "{'candidates':[{'content':{'parts':[" part "],'role':'model'},'finishReason':'" reason "','index':0}]," \
	"'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2,'totalTokenCount':5};"

static void
shows(const char *want, const char *what)
{
	is_slice(written(), quoted(&a, want).p, "%s", what);
}

static void
test_pieces(void)
{
	struct part text = { .kind = PART_TEXT }, thought = { .kind = PART_REASONING }, whole = thought;
	struct part call = { .kind = PART_CALL, .id = STR("c1"), .name = STR("f") };
	struct part image = { .kind = PART_IMAGE, .media = { .mime = STR("image/png") } };

	begin(FRAME_SSE);
	tell_start();
	shows("", "a beginning says nothing");
	tell(CHAT_BEGIN, &thought, NULL);
	tell(CHAT_DELTA, &thought, "hm");
	shows(PIECE("{'text':'hm','thought':true}"), "a thought goes out at once");
	tell(CHAT_END, &thought, NULL);
	tell(CHAT_BEGIN, &text, NULL);
	tell(CHAT_DELTA, &text, "a\n\"");
	shows(PIECE("{'text':'a\\n\\''}"), "a text goes out at once");
	tell(CHAT_DELTA, &text, "");
	shows("", "no text is no piece");
	tell(CHAT_END, &text, NULL);
	tell(CHAT_BEGIN, &call, NULL);
	tell(CHAT_DELTA, &call, "{\"x\":");
	shows("", "a call waits for its arguments");
	tell(CHAT_DELTA, &call, "1}");
	tell(CHAT_END, &call, NULL);
	whole.text = STR("hm");
	shows(arena_printf(&a, PIECE("{'functionCall':{'id':'c1','name':'f','args':{'x':1}},'thoughtSignature':'" STR_FMT "'}"),
		  STR_ARG(base64_encode(&a, carry_wrap(&a, &whole)))).p,
	    "and is one part, which carries the thought that nobody proved past the text");
	tell(CHAT_BEGIN, &image, NULL);
	tell(CHAT_DELTA, &image, "AA");
	tell(CHAT_DELTA, &image, "BB");
	tell(CHAT_END, &image, NULL);
	shows(PIECE("{'inlineData':{'mimeType':'image/png','data':'AABB'}}"), "so is a picture");
	tell(CHAT_PING, NULL, NULL);
	shows("", "there is no word for a ping");
	tell_stop(STOP_TOOLS);
	shows(LAST("{'text':''}", "STOP"), "the last has the reason and the usage");
	gemini_writer_free(w);
}

static void
test_proofs(void)
{
	struct part thought = { .kind = PART_REASONING }, text = { .kind = PART_TEXT };
	struct part proof = { .kind = PART_REASONING, .signature = STR("SIG"), .origin = DIALECT_ANTHROPIC };
	struct part own = { .kind = PART_REASONING, .signature = STR("QQ=="), .origin = DIALECT_GEMINI };
	struct part whole = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("SIG"), .origin = DIALECT_ANTHROPIC };
	struct str  carrier = base64_encode(&a, carry_wrap(&a, &whole));

	begin(FRAME_SSE);
	tell_start();
	tell(CHAT_BEGIN, &thought, NULL);
	tell(CHAT_DELTA, &thought, "h");
	tell(CHAT_DELTA, &thought, "m");
	(void)written();
	tell(CHAT_END, &proof, NULL);
	shows("", "another vendor's proof waits for what follows");
	tell(CHAT_BEGIN, &text, NULL);
	tell(CHAT_DELTA, &text, "a");
	shows(arena_printf(&a, "{'candidates':[{'content':{'parts':[{'text':'a','thoughtSignature':'" STR_FMT "'}],'role':'model'},'index':0}];", STR_ARG(carrier)).p,
	    "and stands on it, with the thought that it proves");
	tell(CHAT_DELTA, &text, "b");
	shows(PIECE("{'text':'b'}"), "once");
	tell(CHAT_END, &text, NULL);
	tell(CHAT_BEGIN, &own, NULL);
	tell(CHAT_END, &own, NULL);
	shows("", "Google's own waits as well");
	tell_stop(STOP_END);
	shows(LAST("{'text':'','thoughtSignature':'QQ=='}", "STOP"), "and stands on an empty text when nothing follows");
	gemini_writer_free(w);
	begin(FRAME_SSE);
	tell_start();
	tell(CHAT_BEGIN, &thought, NULL);
	tell(CHAT_DELTA, &thought, "hm");
	tell(CHAT_END, &proof, NULL);
	tell(CHAT_BEGIN, &thought, NULL);
	tell(CHAT_DELTA, &thought, "n");
	(void)written();
	tell(CHAT_END, &own, NULL);
	shows(arena_printf(&a, "{'candidates':[{'content':{'parts':[{'text':'','thought':true,'thoughtSignature':'" STR_FMT "'},"
	    "{'text':'','thought':true,'thoughtSignature':'QQ=='}],'role':'model'},'index':0}];", STR_ARG(carrier)).p,
	    "a second proof does not displace the first, and a thought's own is its own");
	tell_stop(STOP_LENGTH);
	shows(LAST("{'text':''}", "MAX_TOKENS"), "then nothing waits");
	gemini_writer_free(w);
}

static void
test_frames(void)
{
	struct part text = { .kind = PART_TEXT };

	begin(FRAME_ARRAY);
	tell_start();
	tell(CHAT_BEGIN, &text, NULL);
	tell(CHAT_DELTA, &text, "a");
	tell(CHAT_END, &text, NULL);
	tell_stop(STOP_END);
	ok(str_starts(buf_view(&out), STR("[{")) && str_find(buf_view(&out), STR(",\n{")) < out.n && str_ends(buf_view(&out), STR("}]")),
	    "an array is opened, its elements parted, and closed");
	gemini_writer_free(w);
	begin(FRAME_SSE);
	gemini_write_event(w, &(struct chat_event){ .type = CHAT_DONE });
	is_slice(written(), quoted(&a, "{'candidates':[{'content':{'parts':[{'text':''}],'role':'model'},'finishReason':'STOP','index':0}],"
		"'modelVersion':'asked','responseId':'xid'};").p, "a stream of nothing has an end, and names that we give");
	gemini_writer_free(w);
	begin(FRAME_SSE);
	tell_start();
	gemini_write_error(w, FAULT_UP_TRUNCATED, STR("cut"));
	is_slice(written(), quoted(&a, "{'error':{'code':502,'message':'cut','status':'UNAVAILABLE'}};").p, "an error in band");
	gemini_writer_free(w);
	begin(FRAME_ARRAY);
	gemini_write_error(w, FAULT_UP_TRUNCATED, STR("cut"));
	is_slice(written(), quoted(&a, "[{'error':{'code':502,'message':'cut','status':'UNAVAILABLE'}};").p, "as the first element, of an array that stays open");
	gemini_writer_free(w);
	gemini_writer_free(NULL);
}

/* ------------------------------------------------------------------ the grammar */

static const char *
check_part(const struct json *p)
{
	static const char *const data[] = { "text", "inlineData", "fileData", "functionCall", "executableCode" };
	unsigned n = 0;

	for (size_t i = 0; i < LENGTH(data); i++)
		n += json_get(p, data[i]) != NULL;
	if (n != 1)
		return "a part has exactly one kind of data";
	if (json_get(p, "functionCall") != NULL && !json_is(json_path(p, "functionCall.args"), JSON_OBJECT))
		return "arguments are an object";
	return NULL;
}

static const char *
check_candidate(const struct json *c, bool *ended, size_t most)
{
	const struct json *parts = json_path(c, "content.parts"), *role = json_path(c, "content.role");
	uint64_t	   index;

	if (json_u64(json_get(c, "index"), &index) < 0 || index >= most)
		return "a candidate has an index";
	if (ended[index])
		return "nothing follows a finish reason";
	if (!json_is(parts, JSON_ARRAY) || parts->count == 0 || !str_is(role->text, "model"))
		return "a content has parts and the role of the model";
	for (const struct json *p = parts->child; p != NULL; p = p->next)
		if (check_part(p) != NULL)
			return check_part(p);
	ended[index] = json_get(c, "finishReason") != NULL;
	return NULL;
}

static const char *
check_chunk(struct str payload, bool *ended, size_t most)
{
	struct json_limits limits = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;
	const char	  *fault = NULL;

	if (json_read(&a, payload, limits, &root, &e) < 0)
		return "a chunk is JSON";
	if (!json_is(json_get(root, "responseId"), JSON_STRING) || !json_is(json_get(root, "modelVersion"), JSON_STRING))
		return "a chunk names the response and the model";
	if (!json_is(json_get(root, "candidates"), JSON_ARRAY))
		return "a chunk has candidates";
	for (const struct json *c = json_get(root, "candidates")->child; c != NULL && fault == NULL; c = c->next)
		fault = check_candidate(c, ended, most);
	return fault;
}

/* NULL when a stream keeps the grammar. */
static const char *
check_stream(struct str stream)
{
	struct sse	 s;
	struct sse_event e;
	bool		 ended[4] = { false };
	const char	*fault = NULL;
	bool		 any = false;

	if (!str_ends(stream, STR("\n\n")))
		return "a blank line ends the last event";
	sse_init(&s, 1 << 20);
	while (fault == NULL && sse_next(&s, &stream, &e) == 1) {
		fault = e.name.n > 0 ? "an event has no name" : check_chunk(e.data, ended, LENGTH(ended));
		any = true;
	}
	sse_done(&s);
	return fault != NULL ? fault : any && ended[0] ? NULL : "a finish reason ends it";
}

static struct part *
add(struct chat_choice *c, enum part_kind kind, const char *text)
{
	struct part *p = part_add(&a, &c->parts, kind);

	p->text = str_of(text);
	return p;
}

static struct chat_reply *
sample(void)
{
	struct chat_reply  *r = arena_new(&a, struct chat_reply);
	struct chat_choice *c = arena_new(&a, struct chat_choice), *second = arena_new(&a, struct chat_choice);
	struct part	   *p;

	*r = (struct chat_reply){ .id = STR("resp-12345678"), .model = STR("m"), .choices = c,
		.usage = { .tokens = { 1, 2, 0, 4, 5, 6, 7, 0 }, .source = USAGE_REPORTED } };
	p = add(c, PART_REASONING, "hm");
	p->signature = STR("QQ==");
	p->origin = DIALECT_GEMINI;
	p = add(c, PART_REASONING, NULL);
	p->signature = STR("Qg==");
	p->origin = DIALECT_GEMINI;
	p = add(c, PART_CALL, NULL);
	p->id = STR("c1");
	p->name = STR("f");
	p->input = STR("{\"x\":1}");
	p = add(c, PART_IMAGE, NULL);
	p->media = (struct media){ .mime = STR("image/png"), .data = STR("AAAA") };
	p = add(c, PART_TEXT, "héllo");
	citation_add(&a, p)->url = STR("http://a");
	p->citations->begin = 1;
	p->citations->end = 3;
	p->logprobs = STR("[{\"token\":\"x\",\"logprob\":-1,\"bytes\":[120],\"top_logprobs\":[]}]");
	c->stop = STOP_TOOLS;
	c->next = second;
	second->index = 1;
	second->stop = STOP_LENGTH;
	add(second, PART_TEXT, "second");
	return r;
}

/* Reads a stream back and tells it as one line. */
static struct str
read_back(struct str stream)
{
	struct fold	   *f = fold_new(&a);
	struct chat_reader *r = gemini_reader_new(&a, fold_event, f);
	struct tap	    tap = { 0 };
	struct sse	    s;
	struct sse_event    e;
	struct buf	    b = { 0 };
	struct str	    text;

	sse_init(&s, 1 << 20);
	while (sse_next(&s, &stream, &e) == 1)
		gemini_read_event(r, &a, e.name, e.data, &tap);
	ok(gemini_read_end(r), "what was written is a whole stream");
	unfold(fold_reply(f), transcript_event, &b);
	text = arena_str(&a, buf_view(&b));
	buf_done(&b);
	sse_done(&s);
	gemini_reader_free(r);
	fold_free(f);
	return text;
}

static void
test_grammar(void)
{
	const struct chat_reply *r = sample();
	struct chat_reply	 again;
	struct buf		 want = { 0 }, whole = { 0 }, got = { 0 };
	const struct voice	*v;

	unfold(r, transcript_event, &want);
	buf_byte(&want, '\0');
	begin(FRAME_SSE);
	unfold(r, gemini_write_event, w);
	is_str(check_stream(buf_view(&out)), NULL, "a stream of everything keeps the grammar");
	is_slice(read_back(buf_view(&out)), want.p, "and reads as it was");
	v = w->voice;
	gemini_writer_free(w);
	gemini_write_reply(&a, r, v, &whole);
	ok(gemini_read_reply(&a, buf_view(&whole), &again) == 0, "the same as a whole reply");
	unfold(&again, transcript_event, &got);
	is_slice(buf_view(&got), want.p, "reads as it was");
	begin(FRAME_SSE);
	unfold(&(struct chat_reply){ 0 }, gemini_write_event, w);
	is_str(check_stream(buf_view(&out)), NULL, "so does a stream of nothing");
	gemini_writer_free(w);
	ok(check_stream(STR("data: {\"candidates\":[]}\n\n")) != NULL, "the check sees a chunk without names");
	ok(check_stream(STR("event: x\ndata: {}\n\n")) != NULL, "and a named event");
	buf_done(&want);
	buf_done(&whole);
	buf_done(&got);
}

int
main(void)
{
	arena_init(&a);
	chat_init(&chat, &a, DIALECT_GEMINI);
	test_pieces();
	test_proofs();
	test_frames();
	test_grammar();
	buf_done(&out);
	arena_done(&a);
	return tap_done();
}
