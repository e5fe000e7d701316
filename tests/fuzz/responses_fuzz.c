/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_fuzz.c - the faces of the responses dialect; the first byte chooses.  What is written must be JSON, what was
 * written for an upstream is a request again, blocks are told one after the other, and a stream keeps the grammar.
 */
#include <assert.h>

#include "../unit/dialect/responses_grammar.h"
#include "chat_check.h"
#include "dialect/fold.h"
#include "dialect/responses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct chat no_chat;
static const struct voice voice = { .id = STR("x"), .model = STR("m"), .now = 7, .framing = FRAME_SSE_NAMED, .chat = &no_chat };

/* As another dialect's, since then most is changed. */
static void
write_as(struct arena *a, struct chat *c, enum dialect_id origin, enum flavour flavour)
{
	struct target	 t = { .model = STR("gpt-5"), .flavour = flavour, .stream = true };
	struct report	 r = { .arena = a };
	struct complaint why;
	struct ask	 ask;
	struct chat	 back;
	struct str	 sent;

	c->origin = origin;
	if (responses_write_request(a, c, &t, &r, &sent, &why) < 0) {
		assert(why.fault == FAULT_INEXPRESSIBLE && why.param.n > 0);
		return;
	}
	is_json(sent);
	if (c->messages == NULL)
		return;
	assert(responses_ask(a, &(struct inbound){ .body = sent, .depth = JSON_DEPTH_MOST }, &ask, &why) == 0 && ask.stream);
	assert(responses_read_request(a, &ask, &back, &why) == 0);
	assert(count_parts(&back, PART_CALL) == count_parts(c, PART_CALL));
	assert(count_parts(&back, PART_RESULT) >= count_parts(c, PART_RESULT));
}

static void
request(struct arena *a, struct str body)
{
	struct complaint why;
	struct ask	 ask;
	struct chat	 c;
	struct str	 sent;

	if (responses_ask(a, &(struct inbound){ .body = body, .depth = 64 }, &ask, &why) < 0) {
		assert(why.fault != FAULT_NONE);
		return;
	}
	sent = responses_forward(a, &ask, STR("other/\"model"), true);
	is_json(sent);
	if (responses_read_request(a, &ask, &c, &why) < 0) {
		assert(why.fault != FAULT_NONE && why.message.n > 0);
		return;
	}
	write_as(a, &c, DIALECT_ANTHROPIC, FLAVOUR_OFFICIAL);
	write_as(a, &c, DIALECT_OPENAI, FLAVOUR_OPENROUTER);
}

static void
reply(struct arena *a, struct str body)
{
	struct tap	  tap = { 0 };
	struct chat_reply r, back;
	struct buf	  b = { 0 };

	(void)responses_reply(a, ENDPOINT_CHAT, body, &tap);
	if (responses_read_reply(a, body, &r) == 0 && r.error.n == 0) {
		responses_write_reply(a, &r, &voice, &b);
		is_json(buf_view(&b));
		assert(responses_read_reply(a, buf_view(&b), &back) == 0 && back.error.n == 0);
	}
	buf_done(&b);
}

/* Sees that blocks are not mixed, and hands on. */
struct sinks {
	struct fold	   *fold;
	struct chat_writer *writer;
	bool		    started, open, done, native;
};

static void
tell(void *arg, const struct chat_event *e)
{
	struct sinks *s = arg;

	assert(!s->done && s->started == (e->type != CHAT_START));
	if (e->type == CHAT_BEGIN || e->type == CHAT_STOP || e->type == CHAT_DONE)
		assert(!s->open);
	if (e->type == CHAT_DELTA || e->type == CHAT_CITE || e->type == CHAT_LOGPROBS || e->type == CHAT_END)
		assert(s->open && e->part != NULL);
	if (e->type == CHAT_BEGIN)
		s->native |= e->part->kind == PART_NATIVE;
	s->started = true;
	s->open = e->type == CHAT_BEGIN || (s->open && e->type != CHAT_END);
	s->done = e->type == CHAT_DONE;
	fold_event(s->fold, e);
	responses_write_event(s->writer, e);
}

static void
stream(struct arena *a, struct str body)
{
	struct buf	    out = { 0 };
	struct sinks	    s = { fold_new(a), responses_writer_new(a, &voice, &out), false, false, false, false };
	struct chat_reader *r = responses_reader_new(a, tell, &s);
	struct tap	    tap = { 0 }, passing = { 0 };
	struct str	    line;
	struct grammar	    g;

	while (str_split(&body, '\n', &line)) {
		enum event_kind kind = responses_read_event(r, a, STR_NONE, line, &tap);

		assert((kind == EVENT_ERROR) == (tap.error.n > 0));
		if (kind == EVENT_ERROR)
			break;
		(void)responses_event(a, ENDPOINT_CHAT, STR_NONE, line, &passing);
	}
	assert(responses_read_end(r) == s.done);
	if (s.done) {
		const char *fault = grammar_check(&g, a, buf_view(&out));

		assert(fault == NULL || s.native);
		(void)fold_reply(s.fold);
	}
	responses_reader_free(r);
	responses_writer_free(s.writer);
	fold_free(s.fold);
	buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct str   text = { (const char *)data + 1, size - 1 };

	if (size < 1)
		return 0;
	arena_init(&a);
	switch (data[0] % 3) {
	case 0:
		request(&a, text);
		break;
	case 1:
		reply(&a, text);
		break;
	default:
		stream(&a, text);
		break;
	}
	arena_done(&a);
	return 0;
}
