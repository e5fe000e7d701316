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

#include "dialect/dialect.h"

struct open_call {
	struct open_call *next;
	struct part	 *call;
	struct str	  asked_id;	/* as it stood, before it was made different */
};

struct linking {
	struct chat	 *chat;
	struct open_call *open, *last;
	unsigned	  n;
};

static bool
id_is_taken(const struct chat *c, const struct part *self, struct str id)
{
	for (const struct message *m = c->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; p != NULL; p = p->next) {
			if (p == self)
				return false;
			if (p->kind == PART_CALL && str_eq(p->id, id))
				return true;
		}
	return false;
}

static void
open_call(struct linking *l, struct part *call)
{
	struct arena	 *a = l->chat->arena;
	struct open_call *o = arena_new(a, struct open_call);

	o->call = call;
	o->asked_id = call->id;
	l->n++;
	if (call->id.n == 0)
		call->id = arena_printf(a, "call_%u_" STR_FMT, l->n, STR_ARG(str_upto(call->name, 24)));
	else if (id_is_taken(l->chat, call, call->id))
		call->id = arena_printf(a, STR_FMT "_%u", STR_ARG(call->id), l->n);
	if (l->last != NULL)
		l->last->next = o;
	else
		l->open = o;
	l->last = o;
}

static bool
answers(const struct open_call *o, const struct part *result, bool by_id, bool by_name)
{
	if (by_id)
		return result->id.n > 0 && str_eq(o->asked_id, result->id);
	return !by_name || str_eq(o->call->name, result->name);
}

static struct open_call *
take_open(struct linking *l, const struct part *result, bool by_id, bool by_name)
{
	struct open_call *before = NULL;

	for (struct open_call *o = l->open; o != NULL; before = o, o = o->next) {
		if (!answers(o, result, by_id, by_name))
			continue;
		if (before != NULL)
			before->next = o->next;
		else
			l->open = o->next;
		if (l->last == o)
			l->last = before;
		return o;
	}
	return NULL;
}

static int
link_result(struct linking *l, struct part *result, struct complaint *why)
{
	struct open_call *o = take_open(l, result, true, false);

	if (o == NULL && result->id.n == 0 && result->name.n > 0)
		o = take_open(l, result, false, true);
	if (o == NULL && result->id.n == 0 && result->name.n == 0)
		o = take_open(l, result, false, false);
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

int
chat_link(struct chat *c, struct complaint *why)
{
	struct linking l = { .chat = c };

	for (struct message *m = c->messages; m != NULL; m = m->next)
		for (struct part *p = m->parts; p != NULL; p = p->next) {
			if (p->kind == PART_CALL)
				open_call(&l, p);
			else if (p->kind == PART_RESULT && link_result(&l, p, why) < 0)
				return -1;
		}
	return 0;
}
