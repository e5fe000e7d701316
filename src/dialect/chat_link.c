/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chat_link.c - which result answers which call.
 *
 * Runs in: worker.
 *
 * Open calls are those that no result has answered yet; what a queue has in
 * front of them is passed over once, so all is linked in linear time.  A result names its
 * call by id; where ids are missing (Gemini, Ollama) it is the first open one
 * of its name, or the first open one at all.  An id that two calls share is
 * made different in the second, and its results are dealt out in order.  A
 * result that is told again under its id is told once: clients that take up an
 * old conversation send some twice, and vendors refuse that.
 */
#include "dialect/chat.h"

#include "base/map.h"
#include "dialect/dialect.h"

#define TOOLS_MOST 4096	/* writers look for one among all; no vendor takes a tenth of them */

struct open_call {
	struct open_call *next;		/* later */
	struct open_call *same_id, *same_name;	/* a later one that came with the same */
	struct part	 *call;
	struct part	 *result;	/* NULL: none yet */
};

/* Calls in order; those in front may be answered already. */
struct queue {
	struct open_call *first, *last;
};

struct linking {
	struct chat	*chat;
	struct map	 ids, names;	/* as they stood, to the queue of calls that came with it */
	struct queue	 all;
	unsigned	 n;
};

static struct queue *
queue_of(struct linking *l, struct map *m, struct str key)
{
	struct queue *q = map_get(m, key);

	if (q == NULL) {
		q = arena_new(l->chat->arena, struct queue);
		(void)map_put(m, key, q);
	}
	return q;
}

static void
enqueue(struct queue *q, struct open_call *o, struct open_call **behind_last)
{
	if (q->first == NULL)
		q->first = o;
	else
		*behind_last = o;
	q->last = o;
}

static void
open_call(struct linking *l, struct part *call)
{
	struct arena	 *a = l->chat->arena;
	struct open_call *o = arena_new(a, struct open_call);
	struct queue	 *q;

	o->call = call;
	l->n++;
	if (call->id.n == 0)
		call->id = arena_printf(a, "call_%u_" STR_FMT, l->n, STR_ARG(str_upto(call->name, 24)));
	enqueue(&l->all, o, l->all.last != NULL ? &l->all.last->next : NULL);
	q = queue_of(l, &l->names, call->name);
	enqueue(q, o, q->last != NULL ? &q->last->same_name : NULL);
	q = queue_of(l, &l->ids, call->id);
	if (q->last != NULL)
		call->id = ARENA_JOIN(a, call->id, arena_printf(a, "_%u", l->n));
	enqueue(q, o, q->last != NULL ? &q->last->same_id : NULL);
}

static struct open_call *
by_id(struct linking *l, struct str id)
{
	struct queue *q = map_get(&l->ids, id);

	while (q != NULL && q->first != NULL && q->first->result != NULL)
		q->first = q->first->same_id;
	return q != NULL ? q->first : NULL;
}

/* The first open one of the name; of any name when it is empty. */
static struct open_call *
by_name(struct linking *l, struct str name)
{
	struct queue *q = name.n == 0 ? &l->all : map_get(&l->names, name);

	while (q != NULL && q->first != NULL && q->first->result != NULL)
		q->first = name.n == 0 ? q->first->next : q->first->same_name;
	return q != NULL ? q->first : NULL;
}

static bool
is_same(const struct part *a, const struct part *b)
{
	if (a->failed != b->failed)
		return false;
	for (a = a->content, b = b->content; a != NULL && b != NULL; a = a->next, b = b->next)
		if (a->kind != b->kind || !str_eq(a->text, b->text) || !str_eq(a->raw, b->raw) || !str_eq(a->media.data, b->media.data) ||
		    !str_eq(a->media.url, b->media.url) || !str_eq(a->media.file_id, b->media.file_id))
			return false;
	return a == b;
}

/* One more result of a call that has one: the same again, or more of it when it names the tool (Gemini's may come in pieces). */
static bool
is_repeated(struct linking *l, const struct part *result)
{
	const struct queue *q = result->id.n > 0 ? map_get(&l->ids, result->id) : NULL;
	struct part	   *first = q != NULL ? q->last->result : NULL;

	if (first == NULL || (result->name.n > 0 && !str_eq(result->name, first->name)))
		return false;
	if (is_same(first, result))
		return true;
	if (result->name.n > 0)
		part_append(&first->content, result->content);
	return result->name.n > 0;
}

enum linked { LINKED, REPEATED, LOST };

static enum linked
link_result(struct linking *l, struct part *result, struct complaint *why)
{
	struct open_call *o = result->id.n > 0 ? by_id(l, result->id) : by_name(l, result->name);

	if (o != NULL) {
		o->result = result;
		result->id = o->call->id;
		result->name = o->call->name;
		result->freeform = o->call->freeform;
		return LINKED;
	}
	if (is_repeated(l, result))
		return REPEATED;
	if (result->name.n == 0) {
		complain(why, FAULT_BAD_REQUEST, STR("messages"),
		    arena_printf(l->chat->arena, "a tool result%s" STR_FMT "%s answers no tool call before it",
			result->id.n > 0 ? " with the id '" : "", STR_ARG(str_upto(result->id, 64)), result->id.n > 0 ? "'" : ""));
		return LOST;
	}
	if (result->id.n == 0)
		result->id = arena_printf(l->chat->arena, "call_%u_" STR_FMT, ++l->n, STR_ARG(str_upto(result->name, 24)));
	return LINKED;
}

static int
link_parts(struct linking *l, struct message *m, struct complaint *why)
{
	for (struct part **at = &m->parts, *p; (p = *at) != NULL;) {
		enum linked linked = LINKED;

		if (p->kind == PART_CALL)
			open_call(l, p);
		else if (p->kind == PART_RESULT)
			linked = link_result(l, p, why);
		if (linked == LOST)
			return -1;
		if (linked == LINKED) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		if (m->parts != NULL)
			m->parts->last = NULL;
	}
	return 0;
}

/* A message of nothing but repeated results goes with them. */
static int
link_all(struct linking *l, struct complaint *why)
{
	struct chat *c = l->chat;

	c->message_last = NULL;
	for (struct message **at = &c->messages, *m; (m = *at) != NULL;) {
		bool empty = m->parts == NULL;

		if (link_parts(l, m, why) < 0)
			return -1;
		if (m->parts == NULL && !empty) {
			*at = m->next;
			continue;
		}
		c->message_last = m;
		at = &m->next;
	}
	return 0;
}

static int
check_tools(struct chat *c, struct complaint *why)
{
	size_t tools = 0, allowed = 0;

	for (const struct tool *t = c->tools; t != NULL; t = t->next)
		tools++;
	for (const struct name_list *n = c->allowed; n != NULL; n = n->next)
		allowed++;
	if (tools <= TOOLS_MOST && allowed <= TOOLS_MOST)
		return 0;
	return complain(why, FAULT_BAD_REQUEST, STR("tools"),
	    arena_printf(c->arena, "there are more than %d tools", TOOLS_MOST));
}

int
chat_link(struct chat *c, struct complaint *why)
{
	struct linking l = { .chat = c, .ids.foreign = true, .names.foreign = true };
	int	       rc = check_tools(c, why) < 0 ? -1 : link_all(&l, why);

	map_done(&l.ids);
	map_done(&l.names);
	return rc;
}
