/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transform.c - which transforms there are, and what they do to a request.
 *
 * Runs in: worker.
 */
#include "dialect/transform.h"

#include "dialect/fold.h"

static const struct row {
	const char    *name;
	enum transform bit;
} rows[] = {
	{ "strip_thinking", TRANSFORM_STRIP_THINKING },
	{ "strip_fences", TRANSFORM_STRIP_FENCES },
	{ "disable_thinking", TRANSFORM_DISABLE_THINKING },
	{ "max_completion_tokens", TRANSFORM_MAX_COMPLETION_TOKENS },
};

unsigned
transform_find(struct str name)
{
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (str_is(name, rows[i].name))
			return rows[i].bit;
	return 0;
}

const char *
transform_name(unsigned index)
{
	return index < LENGTH(rows) ? rows[index].name : NULL;
}

void
transform_request(struct chat *c, unsigned transforms)
{
	struct message *m;

	if ((transforms & TRANSFORM_DISABLE_THINKING) == 0)
		return;
	c->reasoning.on = SAID_NO;
	c->reasoning.effort = STR_NONE;
	c->reasoning.budget = 0;
	c->reasoning.dynamic = false;
	/* Templates of open models look for the marker in a message of the system. */
	m = chat_message(c, ROLE_SYSTEM);
	part_add(c->arena, &m->parts, PART_TEXT)->text = STR("/no_think");
}

const struct chat_reply *
strip_reply(struct arena *a, unsigned transforms, const struct chat_reply *r)
{
	struct fold	 *f = fold_new(a);
	struct strip	 *s = strip_new(a, transforms, fold_event, f);
	struct chat_reply *copy;

	unfold(r, strip_event, s);
	copy = arena_dup(a, fold_reply(f), sizeof(*copy));
	/* Texts of a fold are on its heap: they move into the arena with the reply. */
	for (struct chat_choice *c = copy->choices; c != NULL; c = c->next)
		for (struct part *p = c->parts; p != NULL; p = p->next) {
			p->text = arena_str(a, p->text);
			p->input = arena_str(a, p->input);
			p->media.data = arena_str(a, p->media.data);
		}
	strip_free(s);
	fold_free(f);
	return copy;
}
