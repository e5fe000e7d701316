/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ollama_fuzz.c - the faces of the ollama dialect and the embeddings of two; the first byte chooses.  What is written must
 * be JSON, and what was written for an upstream or a client reads as the same again.
 */
#include <assert.h>

#include "chat_check.h"
#include "dialect/fold.h"
#include "dialect/ollama.h"
#include "dialect/openai.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct chat no_chat;
static const struct voice voice = { .model = STR("m"), .now = 1700000000, .framing = FRAME_LINES, .chat = &no_chat };

static void
again(struct arena *a, const struct chat *c, struct str body)
{
	struct inbound	 in = { .endpoint = ENDPOINT_CHAT, .body = body, .depth = JSON_DEPTH_MOST };
	struct ask	 ask;
	struct chat	 back;
	struct complaint why;

	is_json(body);
	assert(ollama_ask(a, &in, &ask, &why) == 0 && str_is(ask.model, "up") && (ask.stream || c->messages == NULL));
	assert(ollama_read_request(a, &ask, &back, &why) == 0);
	assert(count_parts(&back, PART_CALL) == count_parts(c, PART_CALL) && count_parts(&back, PART_RESULT) == count_parts(c, PART_RESULT));
	assert(back.max_output == c->max_output);
}

static void
request(struct arena *a, enum endpoint endpoint, struct str body)
{
	struct inbound	 in = { .endpoint = endpoint, .body = body, .depth = 64 };
	struct target	 t = { .model = STR("up"), .stream = true };
	struct report	 r = { .arena = a };
	struct ask	 ask;
	struct chat	 c;
	struct complaint why;
	struct str	 sent;

	if (ollama_ask(a, &in, &ask, &why) < 0) {
		assert(why.fault != FAULT_NONE);
		return;
	}
	is_json(ollama_forward(a, &ask, STR("other/\"model"), true));
	if (ollama_read_request(a, &ask, &c, &why) < 0) {
		assert(why.fault != FAULT_NONE && (why.message.n > 0 || why.param.n > 0));
		return;
	}
	if (ollama_write_request(a, &c, &t, &r, &sent, &why) == 0)
		again(a, &c, sent);
	else
		assert(why.fault == FAULT_INEXPRESSIBLE);
}

static void
reply(struct arena *a, struct str body)
{
	struct tap	  tap = { 0 };
	struct chat_reply r, back;
	struct buf	  b = { 0 };

	(void)ollama_reply(a, ENDPOINT_CHAT, body, &tap);
	if (ollama_read_reply(a, body, &r) == 0 && r.error.n == 0) {
		ollama_write_reply(a, &r, &voice, &b);
		is_json(buf_view(&b));
		assert(ollama_read_reply(a, buf_view(&b), &back) == 0 && back.choices->stop == r.choices->stop);
	}
	buf_done(&b);
}

struct both {
	struct fold	   *fold;
	struct chat_writer *writer;
};

static void
tell_both(void *arg, const struct chat_event *e)
{
	struct both *b = arg;

	fold_event(b->fold, e);
	ollama_write_event(b->writer, e);
}

static void
stream(struct arena *a, struct str body)
{
	struct buf	    out = { 0 };
	struct both	    both = { fold_new(a), ollama_writer_new(a, &voice, &out) };
	struct chat_reader *r = ollama_reader_new(a, tell_both, &both);
	struct tap	    tap = { 0 }, passing = { 0 };
	struct str	    line;

	while (str_split(&body, '\n', &line)) {
		enum event_kind kind = ollama_read_event(r, a, STR_NONE, line, &tap);

		assert(ollama_event(a, ENDPOINT_CHAT, STR_NONE, line, &passing) != EVENT_GARBAGE || kind == EVENT_GARBAGE);
	}
	assert(ollama_read_end(r) == fold_complete(both.fold));
	(void)fold_reply(both.fold);
	for (struct str rest = buf_view(&out); str_split(&rest, '\n', &line);)
		is_json(line);
	ollama_reader_free(r);
	ollama_writer_free(both.writer);
	fold_free(both.fold);
	buf_done(&out);
}

static void
error(struct arena *a, struct str body)
{
	struct error_view v;
	struct buf	  b = { 0 };

	ollama_read_error(a, 500, body, &v);
	assert(!v.native || v.message.n > 0);
	ollama_error(&b, &(struct complaint){ .fault = FAULT_UP_SERVER, .message = v.message }, STR_NONE);
	is_json(buf_view(&b));
	buf_done(&b);
}

static void
embed(struct arena *a, const struct dialect *d, enum endpoint endpoint, struct str body)
{
	struct inbound	   in = { .endpoint = endpoint, .body = body, .depth = 64 };
	struct target	   t = { .model = STR("up") };
	struct report	   report = { .arena = a };
	struct ask	   ask;
	struct embed	   e;
	struct embed_reply r;
	struct complaint   why;
	struct str	   sent;
	struct voice	   v = voice;
	struct buf	   b = { 0 };

	if (d->ask(a, &in, &ask, &why) == 0 && d->read_embed(a, &ask, &e, &why) == 0 &&
	    d->write_embed(a, &e, &t, &report, &sent, &why) == 0)
		is_json(sent);
	if (d->read_embed_reply(a, body, &r) == 0) {
		e = (struct embed){ .base64 = endpoint == ENDPOINT_EMBEDDINGS };
		v.endpoint = endpoint;
		d->write_embed_reply(a, &e, &r, &v, &b);
		is_json(buf_view(&b));
	}
	(void)openai_embed_encode(a, body, endpoint == ENDPOINT_EMBEDDINGS);
	buf_done(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct str   text = { (const char *)data + 1, size - 1 };

	if (size < 1)
		return 0;
	arena_init(&a);
	switch (data[0] % 8) {
	case 0:
		request(&a, ENDPOINT_CHAT, text);
		break;
	case 1:
		request(&a, ENDPOINT_COMPLETIONS, text);
		break;
	case 2:
		reply(&a, text);
		break;
	case 3:
		stream(&a, text);
		break;
	case 4:
		error(&a, text);
		break;
	case 5:
		embed(&a, &dialects[DIALECT_OLLAMA], ENDPOINT_EMBEDDINGS, text);
		break;
	case 6:
		embed(&a, &dialects[DIALECT_OLLAMA], ENDPOINT_EMBED_ONE, text);
		break;
	default:
		embed(&a, &dialects[DIALECT_OPENAI], ENDPOINT_EMBEDDINGS, text);
		break;
	}
	arena_done(&a);
	return 0;
}
