/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anthropic_turns.c - any conversation put into Anthropic's turns.
 *
 * Runs in: worker.
 *
 * Results are not taken in the order in which they stand: each call, when its
 * turn is over, fetches its result from wherever it is, for the API wants all
 * of them at the beginning of the very next turn and refuses any other.  A call
 * without a result (the client stopped there) gets one that says so.
 */
#include "dialect/anthropic_write.h"

#include "base/map.h"

struct planning {
	struct writing *w;
	struct map	results;	/* by the call's id */
	struct map	calls;		/* the ids that calls have */
	const struct part **moved;	/* what an assistant turn may not hold: it goes into the next one */
	size_t		moved_n, moved_cap;
};

/* Bytes of the white space that it begins with, Unicode's as well; 0 when it begins with something else. */
static size_t
space_at(struct str s)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };
	unsigned char first = s.n > 0 ? (unsigned char)s.p[0] : 'x';

	if (first < 0x80)
		return first == ' ' || (first >= '\t' && first <= '\r') || (first >= 0x1c && first <= 0x1f);
	for (size_t i = 0; i < LENGTH(wide); i++)
		if (str_starts(s, str_of(wide[i])))
			return str_of(wide[i]).n;
	/* U+2000 to U+200A */
	return s.n >= 3 && str_starts(s, STR("\xe2\x80")) && (unsigned char)s.p[2] >= 0x80 && (unsigned char)s.p[2] <= 0x8a ? 3 : 0;
}

bool
anthropic_is_blank(struct str s)
{
	size_t n;

	for (; s.n > 0; s = str_from(s, n))
		if ((n = space_at(s)) == 0)
			return false;
	return true;
}

struct str
anthropic_trim_end(struct str s)
{
	while (s.n > 0) {
		size_t n = 1;

		while (n < 3 && n < s.n && space_at(str_from(s, s.n - n)) != n)
			n++;
		if (space_at(str_from(s, s.n - n)) != n)
			break;
		s.n -= n;
	}
	return s;
}

bool
anthropic_is_own(const struct part *p)
{
	return p->origin == DIALECT_ANTHROPIC && (p->signature.n > 0 || p->sealed.n > 0);
}

static struct item *
add_item(struct writing *w, enum item_kind kind, const struct part *part)
{
	struct item *i = arena_new(w->arena, struct item);

	i->kind = kind;
	i->part = part;
	if (w->last->last != NULL)
		w->last->last->next = i;
	else
		w->last->items = i;
	return w->last->last = i;
}

static struct turn *
add_turn(struct writing *w, bool assistant)
{
	struct turn *t = arena_new(w->arena, struct turn);

	t->assistant = assistant;
	t->prev = w->last;
	t->results_only = !assistant;
	if (w->last != NULL)
		w->last->next = t;
	else
		w->turns = t;
	return w->last = t;
}

/* What nobody said, for the API's sake. */
static void
say(struct writing *w, const char *text)
{
	add_item(w, ITEM_TEXT, NULL)->text = str_of(text);
	w->last->results_only = false;
	report_drop(w->report, "messages");
}

static void
answer_calls(struct planning *p, const struct turn *of)
{
	for (const struct item *i = of->items; i != NULL; i = i->next) {
		const struct part *result;

		if (i->part == NULL || i->part->kind != PART_CALL)
			continue;
		result = map_get(&p->results, i->part->id);
		add_item(p->w, result != NULL ? ITEM_PART : ITEM_UNANSWERED, result != NULL ? result : i->part);
		if (result == NULL)
			report_drop(p->w->report, "messages");
	}
}

static void
user_turn(struct planning *p)
{
	struct writing *w = p->w;
	struct turn    *before = w->last;

	if (before != NULL && !before->assistant)
		return;
	add_turn(w, false);
	if (before != NULL && before->calls)
		answer_calls(p, before);
	for (size_t i = 0; i < p->moved_n; i++) {
		add_item(w, ITEM_PART, p->moved[i]);
		w->last->results_only = false;
	}
	p->moved_n = 0;
}

static void
assistant_turn(struct planning *p)
{
	if (p->w->last != NULL && p->w->last->assistant)
		return;
	if (p->w->last == NULL) {
		user_turn(p);
		say(p->w, ".");		/* the first turn must be the user's */
	}
	add_turn(p->w, true);
}

static void
move(struct planning *p, const struct part *part)
{
	if (p->moved_n == p->moved_cap) {
		const struct part **more;

		p->moved_cap = p->moved_cap * 2 + 4;
		more = (const struct part **)arena_array(p->w->arena, const struct part *, p->moved_cap);
		for (size_t i = 0; i < p->moved_n; i++)
			more[i] = p->moved[i];
		p->moved = more;
	}
	p->moved[p->moved_n++] = part;
}

/* True when the part can be said at all; reports what cannot. */
static bool
may_be_said(struct writing *w, const struct part *part)
{
	switch (part->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		if (anthropic_is_blank(part->text) && part->cache.n > 0)
			report_drop(w->report, "cache_control");
		return !anthropic_is_blank(part->text);
	case PART_REASONING:
		if (!anthropic_is_own(part) && part->text.n + part->sealed.n + part->signature.n > 0)
			report_drop(w->report, "reasoning");
		return anthropic_is_own(part);
	case PART_NATIVE:
		if (part->origin != DIALECT_ANTHROPIC)
			report_native(w->report, part);
		return part->origin == DIALECT_ANTHROPIC;
	default:
		return true;
	}
}

static void
take_assistant(struct planning *p, const struct part *part)
{
	struct writing *w = p->w;

	if (!may_be_said(w, part))
		return;
	if (part->kind == PART_IMAGE || part->kind == PART_VIDEO || part->kind == PART_FILE ||
	    (part->kind == PART_AUDIO && part->text.n == 0)) {
		move(p, part);
		return;
	}
	assistant_turn(p);
	w->last->thinks |= w->last->items == NULL && part->kind == PART_REASONING;
	w->last->calls |= part->kind == PART_CALL;
	add_item(w, ITEM_PART, part);
}

static void
take_user(struct planning *p, const struct part *part)
{
	struct writing *w = p->w;

	if (part->kind == PART_RESULT && map_get(&p->calls, part->id) != NULL) {
		if (w->last != NULL && w->last->assistant && w->last->calls)
			user_turn(p);	/* its call fetches it */
		return;
	}
	if (part->kind == PART_REASONING || !may_be_said(w, part))
		return;
	user_turn(p);
	add_item(w, part->kind == PART_RESULT ? ITEM_ORPHAN : ITEM_PART, part);
	w->last->results_only = false;
}

static void
gather(struct planning *p)
{
	for (const struct message *m = p->w->chat->messages; m != NULL; m = m->next)
		for (struct part *q = m->parts; q != NULL; q = q->next) {
			if (q->kind == PART_CALL && m->role == ROLE_ASSISTANT)
				(void)map_put(&p->calls, q->id, q);
			else if (q->kind == PART_RESULT)
				(void)map_put(&p->results, q->id, q);
		}
}

void
anthropic_plan_turns(struct writing *w)
{
	struct planning p = { .w = w, .results.foreign = true, .calls.foreign = true };

	gather(&p);
	for (const struct message *m = w->chat->messages; m != NULL; m = m->next) {
		if (m->name.n > 0)
			report_drop(w->report, "messages.name");
		if (m->role == ROLE_SYSTEM || m->role == ROLE_DEVELOPER)
			continue;
		for (const struct part *q = m->parts; q != NULL; q = q->next)
			if (m->role == ROLE_ASSISTANT)
				take_assistant(&p, q);
			else
				take_user(&p, q);
	}
	if ((w->last != NULL && w->last->calls) || p.moved_n > 0)
		user_turn(&p);
	if (w->last == NULL) {
		user_turn(&p);
		say(w, ".");
	}
	map_done(&p.results);
	map_done(&p.calls);
}

void
anthropic_end_turns(struct writing *w)
{
	bool may = anthropic_able(w, ABLE_PREFILL) && w->chat->format.kind != FORMAT_SCHEMA &&
	    (w->mind.kind == MIND_OFF || w->mind.kind == MIND_UNSAID);

	if (!w->last->assistant || may)
		return;
	add_turn(w, false);
	say(w, "Continue.");
}

/* The turn that began the calls which are being answered; NULL when none are. */
static struct turn *
loop_start(const struct writing *w)
{
	struct turn *t = w->last;

	if (t != NULL && !t->assistant)
		t = t->prev;
	if (t == NULL || !t->calls)
		return NULL;
	while (t->prev != NULL && t->prev->results_only && t->prev->prev != NULL)
		t = t->prev->prev;
	return t;
}

bool
anthropic_turns_are_bare(const struct writing *w)
{
	const struct turn *t = loop_start(w);

	return t != NULL && !t->thinks;
}

void
anthropic_hide_thoughts(struct writing *w)
{
	struct turn *t = loop_start(w);

	if (t == NULL && w->last != NULL && w->last->assistant)
		t = w->last;
	for (; t != NULL; t = t->next)
		for (struct item **i = &t->items; *i != NULL;) {
			if (t->assistant && (*i)->kind == ITEM_PART && (*i)->part->kind == PART_REASONING) {
				*i = (*i)->next;
				report_drop(w->report, "reasoning");
			} else {
				t->last = *i;
				i = &(*i)->next;
			}
		}
	if (w->last->items == NULL) {
		w->last = w->last->prev;
		w->last->next = NULL;
	}
}
