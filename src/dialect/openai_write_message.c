/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_write_message.c - the messages of a chat, for an upstream.
 *
 * Runs in: worker.
 *
 * A tool message follows its call directly and holds text, so results come
 * before all else that stands between two turns of the assistant, and what they
 * hold besides text goes into the user's message behind them.  Many
 * compatible servers take arrays of parts only where one of them is no text.
 */
#include "dialect/openai_inside.h"

/* What results hold besides text, until the user's next message. */
struct media_list {
	struct media_list *next;
	const struct part *part;
	struct str	   where;
};

struct writing {
	struct openai_writing *w;
	struct media_list     *media, **media_end;
	unsigned	       i;	/* of the message, for complaints */
};

static struct str
where_of(const struct writing *x, unsigned i, unsigned part)
{
	return arena_printf(x->w->arena, "messages[%u].content[%u]", i, part);
}

static bool
is_plain(const struct writing *x)
{
	return x->w->target->flavour == FLAVOUR_PLAIN;
}

static bool
is_openrouter(const struct writing *x)
{
	return x->w->target->flavour == FLAVOUR_OPENROUTER;
}

/* One string says all of it: texts only, and no mark that would get lost. */
static bool
is_string(const struct writing *x, const struct part *list)
{
	unsigned texts = 0;

	for (const struct part *p = list; p != NULL; p = p->next) {
		if (p->kind != PART_TEXT || (is_openrouter(x) && p->cache.n > 0))
			return false;
		texts++;
	}
	return texts <= 1 || is_plain(x);
}

static int
write_parts(struct writing *x, const struct part *list)
{
	unsigned n = 0;

	for (const struct part *p = list; p != NULL; p = p->next)
		if (openai_write_part(x->w, p, where_of(x, x->i, n++)) < 0)
			return -1;
	return 0;
}

static void
report_caches(struct writing *x, const struct part *list)
{
	for (const struct part *p = list; p != NULL; p = p->next)
		openai_write_cache(x->w, p->cache);
}

static void
begin_message(struct writing *x, const char *role, struct str name)
{
	json_object(x->w->out, NULL);
	json_cstr(x->w->out, "role", role);
	if (name.n > 0)
		json_str(x->w->out, "name", name);
}

/* What waits of results is put in front of the user's own. */
static int
write_media(struct writing *x)
{
	for (struct media_list *m = x->media; m != NULL; m = m->next)
		if (openai_write_part(x->w, m->part, m->where) < 0)
			return -1;
	x->media = NULL;
	x->media_end = &x->media;
	return 0;
}

static int
write_plain(struct writing *x, const char *role, const struct message *m)
{
	struct json_out *o = x->w->out;

	begin_message(x, role, m->name);
	if (x->media == NULL && is_string(x, m->parts)) {
		json_str(o, "content", parts_text(x->w->arena, m->parts));
		report_caches(x, m->parts);
	} else {
		json_array(o, "content");
		if (write_media(x) < 0 || write_parts(x, m->parts) < 0)
			return -1;
		json_array_end(o);
	}
	json_object_end(o);
	return 0;
}

/*
 * Results.
 */
static struct str
result_text(const struct writing *x, const struct part *p, bool media)
{
	struct str text = parts_text(x->w->arena, p->content);
	struct buf b = { 0 };

	if (text.n == 0 && media)
		text = STR("The result is in the next message.");
	if (!p->failed || str_starts(text, STR("Error: ")))
		return text;
	buf_cstr(&b, "Error: ");
	buf_str(&b, text);
	text = arena_take(x->w->arena, &b);
	return text;
}

/* Puts off what is no text; true when there was any. */
static bool
put_off(struct writing *x, const struct part *p)
{
	bool	 any = false;
	unsigned n = 0;

	for (const struct part *c = p->content; c != NULL; c = c->next, n++) {
		struct media_list *m;

		if (c->kind == PART_TEXT)
			continue;
		m = arena_new(x->w->arena, struct media_list);
		m->part = c;
		m->where = where_of(x, x->i, n);
		*x->media_end = m;
		x->media_end = &m->next;
		any = true;
	}
	return any;
}

static struct str
result_cache(const struct part *p)
{
	struct str cache = p->cache;

	for (const struct part *c = p->content; c != NULL; c = c->next)
		if (c->kind == PART_TEXT && c->cache.n > 0)
			cache = c->cache;
	return cache;
}

static int
write_result(struct writing *x, const struct part *p)
{
	struct json_out *o = x->w->out;
	struct str	 text = result_text(x, p, put_off(x, p)), cache = result_cache(p);

	begin_message(x, "tool", STR_NONE);
	json_str(o, "tool_call_id", openai_fit_id(x->w->arena, p->id));
	if (cache.n > 0 && is_openrouter(x) && text.n > 0) {
		struct part marked = { .kind = PART_TEXT, .text = text, .cache = cache };

		json_array(o, "content");
		if (openai_write_part(x->w, &marked, STR("messages")) < 0)
			return -1;
		json_array_end(o);
	} else {
		json_str(o, "content", text);
		if (cache.n > 0)
			report_drop(x->w->report, "cache_control");
	}
	json_object_end(o);
	return 0;
}

/*
 * All of them.
 */
static int
write_user(struct writing *x, const struct message *m)
{
	static const struct message nothing = { .role = ROLE_USER };

	return write_plain(x, "user", m != NULL ? m : &nothing);
}

static int
write_message(struct writing *x, const struct message *m)
{
	if (m->role != ROLE_TOOL && m->role != ROLE_USER && x->media != NULL && write_user(x, NULL) < 0)
		return -1;
	switch (m->role) {
	case ROLE_SYSTEM:
		return write_plain(x, "system", m);
	case ROLE_DEVELOPER:
		return write_plain(x, is_plain(x) ? "system" : "developer", m);
	case ROLE_USER:
		return write_user(x, m);
	case ROLE_TOOL:
		for (const struct part *p = m->parts; p != NULL; p = p->next)
			if (write_result(x, p) < 0)
				return -1;
		return 0;
	case ROLE_ASSISTANT:
		break;
	}
	return 0;
}

/* What was said between two turns of the assistant, x->i-th and later: results first, as they follow their calls. */
static int
write_round(struct writing *x, const struct message *first, const struct message *end)
{
	unsigned start = x->i;

	for (int tools = 1; tools >= 0; tools--) {
		x->i = start;
		for (const struct message *m = first; m != end; m = m->next, x->i++)
			if ((m->role == ROLE_TOOL) == tools && write_message(x, m) < 0)
				return -1;
	}
	return 0;
}

static const struct message *
round_end(const struct message *m)
{
	while (m != NULL && m->role != ROLE_ASSISTANT)
		m = m->next;
	return m;
}

/* The assistant's messages in a row; one alone when there is a call in them. */
static int
write_row(struct writing *x, const struct message *first, const struct message *end, bool called)
{
	for (const struct message *m = first, *next; m != end; m = next) {
		next = called ? end : m->next;
		if (openai_write_turn(x->w, m, next, x->i) < 0)
			return -1;
		for (; m != next; m = m->next)
			x->i++;
	}
	return 0;
}

int
openai_write_messages(struct openai_writing *w)
{
	const struct message *m = w->chat->messages, *end;
	bool		      called;
	struct writing	      x = { .w = w };

	x.media_end = &x.media;
	for (;;) {
		end = round_end(m);
		if (write_round(&x, m, end) < 0)
			return -1;
		/* Nothing at all would be refused. */
		if ((x.media != NULL || (end == NULL && !w->out->comma)) && write_user(&x, NULL) < 0)
			return -1;
		if (end == NULL)
			return 0;
		m = openai_row_end(end, &called);
		if (write_row(&x, end, m, called) < 0)
			return -1;
	}
}
