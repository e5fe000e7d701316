/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chat_link.c - which result answers which call.
 *
 * Runs in: worker.
 *
 * Open calls are those that no result has answered yet.  A result names its
 * call by id; where ids are missing (Gemini, Ollama) it is the first open one
 * of its name, or the first open one at all.  An id that two calls share is
 * made different in the second, and its results are dealt out in order.
 */
#include "dialect/chat.h"

#include "base/map.h"
#include "dialect/dialect.h"

struct open_call {
	struct open_call *next;		/* that is open too */
	struct open_call *before;
	struct open_call *same;		/* a later one that came with the same id */
	struct part	 *call;
	bool		  answered;
};

struct linking {
	struct chat	 *chat;
	struct map	  ids;		/* as they stood, to the first call that came with it */
	struct open_call *open, *last;
	unsigned	  n;
};

static void
remember(struct linking *l, struct open_call *o, struct str id)
{
	struct open_call *first = map_get(&l->ids, id);

	if (first == NULL) {
		(void)map_put(&l->ids, id, o);
		return;
	}
	while (first->same != NULL)
		first = first->same;
	first->same = o;
	o->call->id = arena_printf(l->chat->arena, STR_FMT "_%u", STR_ARG(id), l->n);
}

static void
open_call(struct linking *l, struct part *call)
{
	struct arena	 *a = l->chat->arena;
	struct open_call *o = arena_new(a, struct open_call);

	o->call = call;
	l->n++;
	if (call->id.n == 0)
		call->id = arena_printf(a, "call_%u_" STR_FMT, l->n, STR_ARG(str_upto(call->name, 24)));
	remember(l, o, call->id);
	o->before = l->last;
	if (l->last != NULL)
		l->last->next = o;
	else
		l->open = o;
	l->last = o;
}

static struct open_call *
answered(struct linking *l, struct open_call *o)
{
	o->answered = true;
	*(o->before != NULL ? &o->before->next : &l->open) = o->next;
	*(o->next != NULL ? &o->next->before : &l->last) = o->before;
	return o;
}

static struct open_call *
by_id(struct linking *l, struct str id)
{
	for (struct open_call *o = map_get(&l->ids, id); o != NULL; o = o->same)
		if (!o->answered)
			return answered(l, o);
	return NULL;
}

/* The first open one of the name; of any name when it is empty. */
static struct open_call *
by_name(struct linking *l, struct str name)
{
	for (struct open_call *o = l->open; o != NULL; o = o->next)
		if (name.n == 0 || str_eq(o->call->name, name))
			return answered(l, o);
	return NULL;
}

static int
link_result(struct linking *l, struct part *result, struct complaint *why)
{
	struct open_call *o = result->id.n > 0 ? by_id(l, result->id) : by_name(l, result->name);

	if (o != NULL) {
		result->id = o->call->id;
		result->name = o->call->name;
		result->freeform = o->call->freeform;
		return 0;
	}
	if (result->name.n == 0)
		return complain(why, FAULT_BAD_REQUEST, STR("messages"),
		    arena_printf(l->chat->arena, "a tool result%s" STR_FMT "%s answers no tool call before it",
			result->id.n > 0 ? " with the id '" : "", STR_ARG(str_upto(result->id, 64)), result->id.n > 0 ? "'" : ""));
	if (result->id.n == 0)
		result->id = arena_printf(l->chat->arena, "call_%u_" STR_FMT, ++l->n, STR_ARG(str_upto(result->name, 24)));
	return 0;
}

static int
link_all(struct linking *l, struct complaint *why)
{
	for (struct message *m = l->chat->messages; m != NULL; m = m->next)
		for (struct part *p = m->parts; p != NULL; p = p->next) {
			if (p->kind == PART_CALL)
				open_call(l, p);
			else if (p->kind == PART_RESULT && link_result(l, p, why) < 0)
				return -1;
		}
	return 0;
}

int
chat_link(struct chat *c, struct complaint *why)
{
	struct linking l = { .chat = c };
	int	       rc = link_all(&l, why);

	map_done(&l.ids);
	return rc;
}
