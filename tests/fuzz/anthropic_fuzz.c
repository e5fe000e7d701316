/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_fuzz.c - the faces of the anthropic dialect; the first byte chooses.  Whatever is read is written again, and
 * what is written must be JSON, a request that reads again, and a stream that its own reader finds whole.
 */
#include <assert.h>

#include "dialect/anthropic.h"
#include "dialect/fold.h"
#include "dialect/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct chat  asked;
static struct voice voice = { .id = { "x", 1 }, .model = { "m", 1 }, .framing = FRAME_SSE_NAMED, .chat = &asked };

static bool
accepted(struct arena *a, enum endpoint endpoint, struct str body, struct ask *ask)
{
	struct inbound	 in = { .endpoint = endpoint, .body = body, .depth = 64 };
	struct complaint why;

	if (anthropic_ask(a, &in, ask, &why) == 0)
		return true;
	assert(why.fault != FAULT_NONE);
	return false;
}

static void
request(struct arena *a, enum endpoint endpoint, struct str body, const char *model)
{
	struct target	  t = { .model = str_of(model), .stream = true };
	struct report	  r = { .arena = a };
	struct complaint  why = { 0 };
	struct json_error e;
	struct chat	  c;
	struct ask	  ask, again;
	struct str	  sent;

	if (!accepted(a, endpoint, body, &ask))
		return;
	sent = anthropic_forward(a, &ask, STR("other/\"model"), true);
	assert(json_check(sent, 64, &e) == 0 && accepted(a, endpoint, sent, &again) && str_is(again.model, "other/\"model"));
	if (anthropic_read_request(a, &ask, &c, &why) < 0) {
		assert(why.fault != FAULT_NONE);
		return;
	}
	c.origin = DIALECT_OPENAI;
	if ((endpoint == ENDPOINT_COUNT ? anthropic_write_count : anthropic_write_request)(a, &c, &t, &r, &sent, &why) < 0) {
		assert(why.fault == FAULT_INEXPRESSIBLE);
		return;
	}
	assert(json_check(sent, 0, &e) == 0 && accepted(a, endpoint, sent, &again));
	again.depth = 1000;
	assert(anthropic_read_request(a, &again, &c, &why) == 0 || why.fault == FAULT_BAD_JSON);
}

static void
written(struct arena *a, const struct chat_reply *r)
{
	struct buf	    b = { 0 }, wire = { 0 };
	struct chat_writer *w = anthropic_writer_new(a, &voice, &wire);
	struct json_error   e;

	anthropic_write_reply(a, r, &voice, &b);
	assert(json_check(buf_view(&b), 0, &e) == 0);
	unfold(r, anthropic_write_event, w);
	assert(str_ends(buf_view(&wire), STR("data: {\"type\":\"message_stop\"}\n\n")));
	anthropic_writer_free(w);
	buf_done(&wire);
	buf_done(&b);
}

static void
reply(struct arena *a, struct str body)
{
	struct chat_reply r;
	struct tap	  tap = { 0 };

	if (anthropic_reply(a, ENDPOINT_CHAT, body, &tap) == 0)
		assert(tap.usage.source != USAGE_ESTIMATED);
	if (anthropic_read_reply(a, body, &r) == 0 && r.error.n == 0)
		written(a, &r);
}

static void
stream(struct arena *a, struct str wire)
{
	struct fold	   *f = fold_new(a);
	struct chat_reader *r = anthropic_reader_new(a, fold_event, f);
	struct sse_event    e;
	struct sse	    sse;
	struct tap	    tap = { 0 }, other = { 0 };

	sse_init(&sse, 1 << 20);
	while (sse_next(&sse, &wire, &e) > 0) {
		enum event_kind kind = anthropic_event(a, ENDPOINT_CHAT, e.name, e.data, &other);

		/* A name that comes twice deep inside is seen by whoever looks there. */
		if (anthropic_read_event(r, a, e.name, e.data, &tap) != EVENT_GARBAGE)
			assert(kind != EVENT_GARBAGE);
	}
	assert(!anthropic_read_end(r) || fold_complete(f));
	written(a, fold_reply(f));
	sse_done(&sse);
	anthropic_reader_free(r);
	fold_free(f);
}

static void
error(struct arena *a, struct str body)
{
	struct error_view v;
	uint64_t	  n;

	anthropic_read_error(a, 400, body, &v);
	assert(!v.native || v.message.n > 0);
	(void)anthropic_read_count_reply(a, body, &n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct str   text = { (const char *)data + 1, size - 1 };

	if (size < 1)
		return 0;
	arena_init(&a);
	switch (data[0] % 7) {
	case 0:
		request(&a, ENDPOINT_CHAT, text, "claude-sonnet-4-5");
		break;
	case 1:
		request(&a, ENDPOINT_CHAT, text, "claude-opus-5-5");
		break;
	case 2:
		request(&a, ENDPOINT_CHAT, text, "claude-3-5-haiku");
		break;
	case 3:
		request(&a, ENDPOINT_COUNT, text, "other");
		break;
	case 4:
		reply(&a, text);
		break;
	case 5:
		stream(&a, text);
		break;
	default:
		error(&a, text);
		break;
	}
	arena_done(&a);
	return 0;
}
