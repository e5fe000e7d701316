/* SPDX-License-Identifier: Apache-2.0 */
/*
 * play.c - the actions of a rule, performed one after the other.
 *
 * Runs in: weir-sim.
 *
 * A step puts bytes into `out` or says what the connection must do.  An action
 * of many bytes or events takes many steps, so that no more of it is in memory
 * than one block, whatever a script asks for.
 */
#include "sim/play.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536
#define INTERIM_STATUS 103
#define UNTIL_END UINT64_MAX		/* bytes of a file */

static const struct action builtin = { .kind = ACTION_ANSWER };

void
play_init(struct play *p)
{
	*p = (struct play){ .file = -1 };
	arena_init(&p->arena);
}

void
play_end(struct play *p)
{
	if (p->file >= 0)
		close(p->file);
	p->file = -1;
	p->action = NULL;
	p->repeats = p->more = p->drip_bytes = p->drip_ms = 0;
	buf_clear(&p->headers);
	/* Thousands of idle connections are held: only what is small is kept for the next request. */
	if (p->arena.bytes > 4096)
		arena_done(&p->arena);
	else
		arena_reset(&p->arena);
}

void
play_done(struct play *p)
{
	play_end(p);
	arena_done(&p->arena);
	buf_done(&p->out);
	buf_done(&p->headers);
}

void
play_begin(struct play *p, const struct rule *rule)
{
	p->action = rule != NULL ? rule->actions : &builtin;
}

/* ---------------------------------------------------------------- whole answers */

static void
put_answer(struct play *p, const struct sim_options *o, struct sim_reply *r)
{
	const struct sim_request *q = &p->request;

	if (replay_answer(&p->arena, o, q, r) || stats_answer(q, r) || vendor_answer(&p->arena, q, r))
		return;
	sim_whole(r, 404, STR("application/json"),
	    STR("{\"error\":{\"message\":\"weir-sim has no such endpoint\","
	    "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"unknown_url\"}}"));
}

/* Content-Type of a scripted whole answer: JSON when it looks so. */
static struct str
type_of(struct str body)
{
	if (body.n == 0)
		return STR_NONE;
	return body.p[0] == '{' || body.p[0] == '[' ? STR("application/json")
	    : body.p[0] == '<'			    ? STR("text/html")
						    : STR("text/plain");
}

/* ---------------------------------------------------------------- actions of many steps */

/* A file that is not there: the client must not wait for it. */
static enum play_next
open_file(struct play *p, const struct action *a)
{
	p->file = open(arena_cstr(&p->arena, a->text), O_RDONLY | O_CLOEXEC);
	if (p->file < 0) {
		fprintf(stderr, "weir-sim: line %d: " STR_FMT ": %s\n", a->line, STR_ARG(a->text),
		    strerror(errno));
		return PLAY_CLOSE;
	}
	p->more = UNTIL_END;
	return PLAY_ON;
}

static void
more_of_file(struct play *p)
{
	ssize_t n = read(p->file, buf_reserve(&p->out, BLOCK), BLOCK);

	if (n > 0) {
		p->out.n += (size_t)n;
		return;
	}
	close(p->file);
	p->file = -1;
	p->more = 0;
}

/* splitmix64: each byte depends on the seed and its place only. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
more_garbage(struct play *p, size_t n)
{
	char *to = buf_reserve(&p->out, n + sizeof(uint64_t));

	for (size_t i = 0; i < n; i += sizeof(uint64_t)) {
		uint64_t v = next_random(&p->random);

		memcpy(to + i, &v, sizeof(v));
	}
	p->out.n += n;
}

static void
more_bytes(struct play *p)
{
	size_t n = p->more < BLOCK ? (size_t)p->more : BLOCK;

	if (p->action->kind == ACTION_GARBAGE) {
		more_garbage(p, n);
	} else {
		memset(buf_reserve(&p->out, n), 'x', n);
		p->out.n += n;
	}
	p->more -= n;
}

/* The next event or block of the action. */
static enum play_next
perform_more(struct play *p, struct sim_reply *r)
{
	const struct action *a = p->action;

	switch (a->kind) {
	case ACTION_FILE:
		more_of_file(p);
		return PLAY_ON;
	case ACTION_INTERIM:
		sim_interim(r, a->second > 0 ? (int)a->second : INTERIM_STATUS);
		p->more--;
		return PLAY_ON;
	case ACTION_EVENTS:
		vendor_piece(r, p->request.model, STR("word "));
		p->wait_ms = a->second;
		return --p->more > 0 && a->second > 0 ? PLAY_WAIT : PLAY_ON;
	default:
		more_bytes(p);
		return PLAY_ON;
	}
}

/* ---------------------------------------------------------------- one action */

/* Those that only set what later ones use. */
static void
set(struct play *p, const struct action *a)
{
	switch (a->kind) {
	case ACTION_HEADER:
		buf_str(&p->headers, a->text);
		buf_cstr(&p->headers, "\r\n");
		break;
	case ACTION_USAGE:
		p->request.usage_told = true;
		p->request.usage_input = a->number;
		p->request.usage_output = a->second;
		break;
	case ACTION_MODELS:
		p->request.models = a->text;
		break;
	default:	/* drip, split */
		p->drip_bytes = a->number;
		p->drip_ms = a->second;
		break;
	}
}

static enum play_next
perform(struct play *p, const struct sim_options *o, struct sim_reply *r)
{
	const struct action *a = p->action;

	switch (a->kind) {
	case ACTION_DELAY:
		p->wait_ms = a->number;
		return PLAY_WAIT;
	case ACTION_ANSWER:
		put_answer(p, o, r);
		return PLAY_ON;
	case ACTION_REPLY:
		sim_whole(r, (int)a->number, type_of(a->text), a->text);
		return PLAY_ON;
	case ACTION_STREAM:
		sim_head_chunked(r, a->text.n > 0 ? a->text : STR("text/event-stream"));
		return PLAY_ON;
	case ACTION_CHUNK:
		sim_chunk(r, a->text);
		return PLAY_ON;
	case ACTION_EVENT:
		sim_event(r, a->text);
		return PLAY_ON;
	case ACTION_FINISH:
		vendor_finish(r, &p->request);
		return PLAY_ON;
	case ACTION_END:
		sim_chunks_end(r);
		return PLAY_ON;
	case ACTION_SEND:
		buf_str(&p->out, a->text);
		return PLAY_ON;
	case ACTION_FILE:
		return open_file(p, a);
	case ACTION_GARBAGE:
		p->random = a->second;
		p->more = a->number;
		return PLAY_ON;
	case ACTION_EVENTS:
	case ACTION_FILL:
	case ACTION_INTERIM:
		p->more = a->number;
		return PLAY_ON;
	case ACTION_FIN:
		return PLAY_FIN;
	case ACTION_CLOSE:
		return PLAY_CLOSE;
	case ACTION_RESET:
		return PLAY_RESET;
	case ACTION_HANG:
		return PLAY_HANG;
	default:
		set(p, a);
		return PLAY_ON;
	}
}

enum play_next
play_step(struct play *p, const struct sim_options *o)
{
	struct sim_reply r = { &p->out, &p->headers, str_is(p->request.method, "HEAD") };
	enum play_next	 next;

	if (p->action == NULL)
		return PLAY_END;
	if (p->action->kind == ACTION_REPEAT) {
		p->repeats = p->action->number;
		p->action = p->repeats > 0 ? p->action->next : p->action->next->next;
		return PLAY_ON;
	}
	next = p->more > 0 ? perform_more(p, &r) : perform(p, o, &r);
	if (p->more > 0)
		return next;
	if (p->repeats > 1) {
		p->repeats--;
	} else {
		p->repeats = 0;
		p->action = p->action->next;
	}
	return next;
}
