/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_chat_fuzz.c - OpenAI's requests, replies and streams through the neutral form; the first byte chooses.  What
 * is written must be JSON that is read again, and what a stream tells must keep to the order of events.
 */
#include <assert.h>

#include "dialect/fold.h"
#include "dialect/openai.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
request(struct arena *a, enum endpoint endpoint, enum flavour flavour, struct str body)
{
	struct ask	  ask, again;
	struct complaint  why = { 0 };
	struct target	  t = { .model = STR("m"), .flavour = flavour, .stream = true, .usage_option = true };
	struct report	  r = { .arena = a };
	struct json_error e;
	struct chat	  c, back;
	struct str	  sent;

	if (openai_ask(a, &(struct inbound){ .endpoint = endpoint, .body = body, .depth = 64 }, &ask, &why) < 0)
		return;
	if (openai_read_request(a, &ask, &c, &why) < 0 || openai_write_request(a, &c, &t, &r, &sent, &why) < 0) {
		assert(why.fault != FAULT_NONE && why.message.n > 0);
		return;
	}
	assert(json_check(sent, 128, &e) == 0);
	if (c.messages == NULL || openai_ask(a, &(struct inbound){ .endpoint = ENDPOINT_CHAT, .body = sent, .depth = 128 }, &again, &why) < 0)
		return;
	assert(openai_read_request(a, &again, &back, &why) == 0 || why.fault == FAULT_BAD_REQUEST);
}

static const struct chat nothing;

static struct voice
voice_of(enum endpoint endpoint)
{
	return (struct voice){ .id = STR("x"), .model = STR("m"), .now = 1, .endpoint = endpoint, .stream = true, .wants_usage = true,
		.framing = FRAME_SSE, .chat = &nothing };
}

static void
reply(struct arena *a, enum endpoint endpoint, struct str body)
{
	struct voice	  v = voice_of(endpoint);
	struct chat_reply r, back;
	struct buf	  b = { 0 };

	if (openai_read_reply(a, body, &r) == 0 && r.error.n == 0) {
		openai_write_reply(a, &r, &v, &b);
		assert(openai_read_reply(a, buf_view(&b), &back) == 0);
		for (int i = 0; i < USAGE_CLASSES; i++)
			assert(back.usage.tokens[i] == r.usage.tokens[i]);
	}
	buf_done(&b);
}

/* What a stream tells, on its way to a writer. */
struct watched {
	chat_sink *sink;
	void	  *arg;
	uint32_t   open[64];	/* choices with an open block, plus one */
	bool	   started, done;
};

static uint32_t *
slot_of(struct watched *w, uint32_t choice)
{
	return &w->open[choice % 64];
}

static void
watch(void *arg, const struct chat_event *e)
{
	struct watched *w = arg;
	uint32_t       *slot = slot_of(w, e->choice);

	assert(!w->done && (w->started || e->type == CHAT_START));
	w->started = true;
	w->done = e->type == CHAT_DONE;
	if (e->choice < 64) {
		if (e->type == CHAT_BEGIN) {
			assert(*slot == 0);
			*slot = e->choice + 1;
		} else if (e->type == CHAT_DELTA || e->type == CHAT_CITE || e->type == CHAT_LOGPROBS || e->type == CHAT_END) {
			assert(*slot == e->choice + 1);
			if (e->type == CHAT_END)
				*slot = 0;
		} else if (e->type == CHAT_STOP) {
			assert(*slot == 0);
		}
	}
	w->sink(w->arg, e);
}

static void
check_frames(struct str frames)
{
	struct json_error e;
	struct str	  line;

	while (str_split(&frames, '\n', &line))
		assert(line.n == 0 || str_is(line, "data: [DONE]") || (str_starts(line, STR("data: ")) && json_check(str_from(line, 6), 0, &e) == 0));
}

static void
stream(struct arena *a, enum endpoint endpoint, struct str text)
{
	struct voice	    v = voice_of(endpoint);
	struct buf	    out = { 0 };
	struct chat_writer *writer = openai_writer_new(a, &v, &out);
	struct watched	    w = { .sink = openai_write_event, .arg = writer };
	struct chat_reader *reader = openai_reader_new(a, watch, &w);
	struct tap	    tap = { 0 };
	struct arena	    scratch;
	struct str	    line;

	arena_init(&scratch);
	while (str_split(&text, '\n', &line)) {
		enum event_kind kind;

		arena_reset(&scratch);
		kind = openai_read_event(reader, &scratch, STR_NONE, line, &tap);
		if (kind == EVENT_FINAL || kind == EVENT_ERROR || kind == EVENT_GARBAGE)
			break;
	}
	assert(openai_read_end(reader) == w.done);
	check_frames(buf_view(&out));
	arena_done(&scratch);
	openai_reader_free(reader);
	openai_writer_free(writer);
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
	switch (data[0] % 8) {
	case 0:
	case 1:
	case 2:
		request(&a, ENDPOINT_CHAT, (enum flavour)(data[0] % 8), text);
		break;
	case 3:
		request(&a, ENDPOINT_COMPLETIONS, FLAVOUR_PLAIN, text);
		break;
	case 4:
		reply(&a, ENDPOINT_CHAT, text);
		break;
	case 5:
		reply(&a, ENDPOINT_COMPLETIONS, text);
		break;
	case 6:
		stream(&a, ENDPOINT_CHAT, text);
		break;
	default:
		stream(&a, ENDPOINT_COMPLETIONS, text);
		break;
	}
	arena_done(&a);
	return 0;
}
