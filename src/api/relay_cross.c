/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay_cross.c - a reply through the neutral form: into another dialect, or from whole to stream and back.
 *
 * Runs in: worker.
 *
 * What is read goes straight to whoever writes: the events of a stream as they
 * come, so that none is held back.  For a client that wants no stream they are
 * gathered, for one that does a whole reply is told as events.
 */
#include "api/crossing.h"
#include "api/relay.h"
#include "api/remember.h"
#include "api/upstream.h"

bool
relay_can_cross(const struct relay *r)
{
	const struct dialect *up = r->way.up, *client = r->x->dialect;

	return r->way.endpoint == ENDPOINT_CHAT && up->reader_new != NULL && up->read_reply != NULL &&
	    client->read_request != NULL && client->write_reply != NULL && client->writer_new != NULL;
}

bool
relay_crosses(const struct relay *r)
{
	return r->way.kind == WAY_CROSSING || !r->x->ask.stream;
}

static unsigned
strips(const struct relay *r)
{
	return r->x->used->channel->transforms & (TRANSFORM_STRIP_THINKING | TRANSFORM_STRIP_FENCES);
}

/* Who hears what is read. */
static int
open_sink(struct relay *r, chat_sink **sink, void **arg)
{
	struct exchange	*x = r->x;
	struct complaint why;

	if (crossing_chat(x, &why) == NULL)
		return -1;
	crossing_voice(x, &r->voice);
	if (x->ask.stream) {
		*arg = r->writer = x->dialect->writer_new(&r->life, &r->voice, &r->out);
		*sink = x->dialect->write_event;
	} else {
		*arg = r->fold = fold_new(&r->life);
		*sink = fold_event;
	}
	if (strips(r) != 0) {
		*arg = r->strip = strip_new(&r->life, strips(r), *sink, *arg);
		*sink = strip_event;
	}
	return 0;
}

static int
open_reader(struct relay *r)
{
	chat_sink *sink;
	void	  *arg;

	if (r->reader != NULL)
		return 0;
	if (open_sink(r, &sink, &arg) < 0)
		return -1;
	r->reader = r->way.up->reader_new(&r->life, sink, arg);
	return 0;
}

static enum relay_says
remembered(struct relay *r)
{
	if (r->client->id != DIALECT_RESPONSES || r->way.kind != WAY_CROSSING)
		return RELAY_WHOLE;
	if (r->x->body.n > 0)
		remember_reply(r->x, buf_view(&r->x->body));
	else
		remember_events(r->x, buf_view(&r->out));
	return RELAY_WHOLE;
}

/* The stream was read to its end: gathered, it is the client's reply. */
static enum relay_says
finish(struct relay *r)
{
	if (r->fold != NULL)
		r->x->dialect->write_reply(&r->scratch, fold_reply(r->fold), &r->voice, &r->x->body);
	return remembered(r);
}

/* Something of the answer can be sent: from here on it is this candidate's. */
static void
commit(struct relay *r)
{
	if (r->out.n > 0)
		r->x->output = true;
	api()->counters.n[COUNTER_STREAM_EVENTS] += r->x->ask.stream;
}

/* What a reader and a writer remember until the end: proofs of thoughts, ids of calls, items that are repeated. */
#define LIFE_MOST (64u << 20)
#define FORGETS STR("the stream would have this server remember more than it can")

enum relay_says
relay_cross_event(struct relay *r, struct str name, struct str payload)
{
	struct exchange *x = r->x;

	if (open_reader(r) < 0)
		return relay_broken(r, FAULT_INTERNAL, STR_NONE);
	switch (r->way.up->read_event(r->reader, &r->scratch, name, payload, &x->tap)) {
	case EVENT_DATA:
		commit(r);
		return r->life.bytes > LIFE_MOST ? relay_broken(r, FAULT_UP_TOO_LARGE, FORGETS) : RELAY_MORE;
	case EVENT_USAGE:
	case EVENT_SKIP:
	case EVENT_PREFIX:
		return r->life.bytes > LIFE_MOST ? relay_broken(r, FAULT_UP_TOO_LARGE, FORGETS) : RELAY_MORE;
	case EVENT_FINAL:
		return finish(r);
	case EVENT_ERROR:
		return relay_broken(r, FAULT_UP_SERVER, upstream_words(x, &r->scratch, x->tap.error));
	case EVENT_GARBAGE:
		break;
	}
	return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
}

enum relay_says
relay_cross_end(struct relay *r)
{
	if (r->reader == NULL && !r->x->ask.stream)	/* no event at all: it was no stream */
		return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
	if (r->reader == NULL || !r->way.up->read_end(r->reader))
		return relay_broken(r, FAULT_UP_TRUNCATED, STR_NONE);
	return finish(r);
}

/* ---- what comes whole ---------------------------------------------------------------- */

static enum relay_says
cross_count(struct relay *r, struct str body)
{
	uint64_t tokens;

	if (r->way.up->read_count_reply(&r->scratch, body, &tokens) < 0)
		return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
	r->x->dialect->write_count_reply(&r->x->body, tokens);
	return RELAY_WHOLE;
}

static enum relay_says
cross_embed(struct relay *r, struct str body)
{
	struct exchange	  *x = r->x;
	struct embed_reply reply = { .n = 0 };

	if (r->way.up->read_embed_reply(&r->scratch, body, &reply) < 0)
		return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
	x->tap.usage = reply.usage;
	crossing_voice(x, &r->voice);
	x->dialect->write_embed_reply(&r->scratch, x->embed, &reply, &r->voice, &x->body);
	return RELAY_WHOLE;
}

static enum relay_says
cross_reply(struct relay *r, struct str body)
{
	struct exchange		*x = r->x;
	struct chat_reply	 read = { .id = STR_NONE };
	const struct chat_reply *reply = &read;
	chat_sink		*sink;
	void			*arg;

	if (r->way.up->read_reply(&r->scratch, body, &read) < 0)
		return relay_broken(r, FAULT_UP_GARBAGE, STR_NONE);
	if (read.error.n > 0)
		return relay_broken(r, FAULT_UP_SERVER, upstream_words(x, &r->scratch, read.error));
	x->tap.usage = read.usage;
	if (x->ask.stream) {
		if (open_sink(r, &sink, &arg) < 0)
			return relay_broken(r, FAULT_INTERNAL, STR_NONE);
		unfold(reply, sink, arg);
		return remembered(r);
	}
	if (strips(r) != 0)
		reply = strip_reply(&r->scratch, strips(r), reply);
	crossing_voice(x, &r->voice);
	x->dialect->write_reply(&r->scratch, reply, &r->voice, &x->body);
	return remembered(r);
}

enum relay_says
relay_cross_whole(struct relay *r, struct str body)
{
	switch (r->way.endpoint) {
	case ENDPOINT_EMBEDDINGS:
		return cross_embed(r, body);
	case ENDPOINT_COUNT:
		return cross_count(r, body);
	default:
		return cross_reply(r, body);
	}
}
