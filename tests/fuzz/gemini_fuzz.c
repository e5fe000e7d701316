/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_fuzz.c - the faces of the gemini dialect; the first byte chooses.  What is written must be JSON that this
 * dialect reads again; a stream that was written is whole.
 */
#include <assert.h>

#include "dialect/frame.h"
#include "dialect/gemini.h"
#include "dialect/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH 64

static const char *const models[] = { "m", "gemini-2.5-flash", "gemini-3-pro-preview", "gemma-3" };

static void
request(struct arena *a, struct str body, unsigned choice)
{
	struct target	  t = { .model = str_of(models[choice % LENGTH(models)]), .max_output = 1000 };
	struct report	  r = { .arena = a };
	struct complaint  why = { 0 };
	struct json_error e;
	struct chat	  c, again;
	struct ask	  ask;
	struct str	  sent;

	if (gemini_ask(a, &(struct inbound){ .body = body, .model = STR("m"), .depth = DEPTH }, &ask, &why) < 0 ||
	    gemini_read_request(a, &ask, &c, &why) < 0) {
		assert(why.fault != FAULT_NONE);
		return;
	}
	assert(json_check(gemini_forward(a, &ask, STR("other/\"model"), true), DEPTH, &e) == 0);
	if (gemini_write_request(a, &c, &t, &r, &sent, &why) < 0) {
		assert(why.fault == FAULT_INEXPRESSIBLE);
		return;
	}
	assert(gemini_ask(a, &(struct inbound){ .body = sent, .model = STR("m"), .depth = 0 }, &ask, &why) == 0);
	assert(gemini_read_request(a, &ask, &again, &why) == 0);
	assert(gemini_write_count(a, &c, &t, &r, &sent, &why) == 0 && json_check(sent, 0, &e) == 0);
}

static void
embed(struct arena *a, struct str body, enum endpoint endpoint)
{
	struct report	  r = { .arena = a };
	struct complaint  why = { 0 };
	struct embed_reply reply;
	struct json_error e;
	struct embed	  embed;
	struct ask	  ask;
	struct str	  sent;
	uint64_t	  tokens;

	(void)gemini_read_count_reply(a, body, &tokens);
	if (gemini_read_embed_reply(a, body, &reply) == 0) {
		struct buf b = { 0 };

		gemini_write_embed_reply(a, &embed, &reply, &(struct voice){ .endpoint = endpoint }, &b);
		assert(json_check(buf_view(&b), 0, &e) == 0);
		buf_done(&b);
	}
	if (gemini_ask(a, &(struct inbound){ .endpoint = endpoint, .body = body, .model = STR("m"), .depth = DEPTH }, &ask, &why) < 0 ||
	    gemini_read_embed(a, &ask, &embed, &why) < 0 || gemini_write_embed(a, &embed, &(struct target){ .model = STR("up") }, &r, &sent, &why) < 0) {
		assert(why.fault != FAULT_NONE);
		return;
	}
	assert(json_check(sent, 0, &e) == 0);
	assert(json_check(gemini_forward(a, &ask, STR("up"), true), DEPTH, &e) == 0);
}

static void
whole(struct arena *a, struct str body)
{
	struct chat	  c = { 0 };
	struct voice	  v = { .id = STR("x"), .model = STR("m"), .chat = &c };
	struct chat_reply r, again;
	struct buf	  b = { 0 };

	if (gemini_read_reply(a, body, &r) < 0 || r.error.n > 0)
		return;
	gemini_write_reply(a, &r, &v, &b);
	assert(gemini_read_reply(a, buf_view(&b), &again) == 0);
	buf_done(&b);
}

static void
read_written(struct arena *a, struct str stream)
{
	struct chat	    c = { 0 };
	struct buf	    out = { 0 };
	struct voice	    v = { .chat = &c };
	struct chat_writer *w = gemini_writer_new(a, &v, &out);
	struct chat_reader *r = gemini_reader_new(a, gemini_write_event, w);
	struct tap	    tap = { 0 };
	struct sse_event    e;
	struct sse	    s;

	sse_init(&s, 1 << 24);
	while (sse_next(&s, &stream, &e) == 1) {
		enum event_kind kind = gemini_read_event(r, a, e.name, e.data, &tap);

		assert(kind == EVENT_DATA || kind == EVENT_PREFIX);
	}
	assert(gemini_read_end(r));
	sse_done(&s);
	gemini_reader_free(r);
	gemini_writer_free(w);
	buf_done(&out);
}

static void
stream(struct arena *a, struct str bytes, enum framing framing)
{
	struct chat	    c = { 0 };
	struct buf	    out = { 0 };
	struct voice	    v = { .id = STR("x"), .model = STR("m"), .framing = framing, .chat = &c };
	struct chat_writer *w = gemini_writer_new(a, &v, &out);
	struct chat_reader *r = gemini_reader_new(a, gemini_write_event, w);
	struct tap	    tap = { 0 };
	struct values	    values;
	struct json_error   e;
	struct str	    value;
	bool		    good = true;

	values_init(&values, 1 << 24);
	while (good && values_next(&values, &bytes, &value) == 1) {
		enum event_kind kind = gemini_read_event(r, a, STR_NONE, value, &tap);

		good = kind != EVENT_GARBAGE && kind != EVENT_ERROR;
	}
	if (good && gemini_read_end(r)) {
		if (framing == FRAME_ARRAY)
			assert(json_check(buf_view(&out), 0, &e) == 0);
		else
			read_written(a, buf_view(&out));
	}
	values_done(&values);
	gemini_reader_free(r);
	gemini_writer_free(w);
	buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error_view v;
	struct arena	  a;
	struct str	  text = { (const char *)data + 1, size - 1 };

	if (size < 1)
		return 0;
	arena_init(&a);
	switch (data[0] % 8) {
	case 0:
	case 1:
	case 2:
		request(&a, text, data[0] / 8);
		break;
	case 3:
		whole(&a, text);
		break;
	case 4:
		stream(&a, text, FRAME_SSE);
		break;
	case 5:
		stream(&a, text, FRAME_ARRAY);
		break;
	case 6:
		embed(&a, text, data[0] / 8 % 2 == 0 ? ENDPOINT_EMBEDDINGS : ENDPOINT_EMBED_ONE);
		break;
	default:
		gemini_read_error(&a, 400, text, &v);
		break;
	}
	arena_done(&a);
	return 0;
}
