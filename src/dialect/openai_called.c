/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_called.c - the calls of a streamed choice, told apart.
 *
 * Runs in: worker.
 *
 * OpenAI gives each an index.  Some servers leave it out, some have the same
 * one for all, some give no ids.
 */
#include "dialect/openai_inside.h"

static struct openai_called *
add(struct arena *life, struct openai_calls *l, int64_t wire, struct str id)
{
	struct openai_called *c = arena_new(life, struct openai_called);

	c->wire = wire;
	c->index = l->n++;
	c->id = id.n > 0 ? arena_str(life, id) : openai_call_id(life, l->reply_id, l->choice, c->index);
	if (l->last != NULL)
		l->last->next = c;
	else
		l->first = c;
	return l->last = c;
}

static bool
is_it(const struct openai_called *c, int64_t wire, struct str id, bool named)
{
	if (wire >= 0 && c->wire != wire)
		return false;
	/* Who goes on with a call need not repeat its id, and some make one up for each piece. */
	return id.n == 0 || (wire >= 0 && !named) || str_eq(c->id, id);
}

struct openai_called *
openai_called(struct arena *life, struct openai_calls *l, int64_t wire, struct str id, bool named)
{
	struct openai_called *found = NULL;

	if (wire < 0 && id.n == 0 && named)
		return add(life, l, wire, id);
	for (struct openai_called *c = l->first; c != NULL; c = c->next)
		if (is_it(c, wire, id, named))
			found = c;
	return found != NULL ? found : add(life, l, wire, id);
}
