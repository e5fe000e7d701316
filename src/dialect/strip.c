/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strip.c - thinking tags and fences taken out of an answer's text.
 *
 * Runs in: worker.
 *
 * Text comes in any pieces, so a marker may be cut anywhere: what could still
 * become one is held, and blanks are held until it is known what follows them.
 * Where a block was removed the blanks around it become one (a line end when
 * there was one among them), and none before , . ! ? or at the text's begin.
 * An unclosed thinking block reaches to the end.  All else stays as it is: code
 * in an answer keeps its indentation.
 */
#include <string.h>

#include "dialect/transform.h"

#define MARKER_MOST 16

static const struct marker {
	const char    *open, *close;
	enum transform of;
} markers[] = {
	{ "<think>", "</think>", TRANSFORM_STRIP_THINKING },
	{ "[think]", "[/think]", TRANSFORM_STRIP_THINKING },
	{ "<thinking>", "</thinking>", TRANSFORM_STRIP_THINKING },
	{ "<reasoning>", "</reasoning>", TRANSFORM_STRIP_THINKING },
	{ "```json", "```", TRANSFORM_STRIP_FENCES },
	{ "[json]", "[/json]", TRANSFORM_STRIP_FENCES },
};

/* The text of one choice. */
struct lane {
	struct lane	    *next;
	uint32_t	     choice;
	const struct marker *inside;	/* the block we are in */
	char		     held[MARKER_MOST];	/* may become a marker */
	size_t		     held_n;
	struct buf	     blanks;	/* seen, not told */
	struct buf	     out;	/* to be told with this event */
	bool		     wrote;	/* something of this text was told */
	bool		     cut;	/* a block was removed where we are */
	bool		     open;	/* a TEXT is open, and its BEGIN was told */
	bool		     in_text;
};

struct strip {
	struct arena *arena;
	unsigned      transforms;
	chat_sink    *next;
	void	     *arg;
	struct lane  *lanes;
};

struct strip *
strip_new(struct arena *a, unsigned transforms, chat_sink *next, void *arg)
{
	struct strip *s = arena_new(a, struct strip);

	*s = (struct strip){ .arena = a, .transforms = transforms, .next = next, .arg = arg };
	return s;
}

static struct lane *
lane_of(struct strip *s, uint32_t choice)
{
	struct lane **l = &s->lanes;

	while (*l != NULL && (*l)->choice != choice)
		l = &(*l)->next;
	if (*l == NULL) {
		*l = arena_new(s->arena, struct lane);
		(*l)->choice = choice;
	}
	return *l;
}

/*
 * Characters.
 */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
sticks_to_the_left(char c)
{
	return c == ',' || c == '.' || c == '!' || c == '?';
}

static bool
is_fence(const struct marker *m)
{
	return m != NULL && m->of == TRANSFORM_STRIP_FENCES;
}

/* The held blanks, before the character that follows them. */
static void
put_blanks(struct lane *l, char next)
{
	struct str blanks = buf_view(&l->blanks);
	bool	   line_end = str_find_byte(blanks, '\n') < blanks.n;

	if (is_fence(l->inside) && line_end && !l->cut)
		buf_byte(&l->out, ' ');
	else if (!l->cut)
		buf_str(&l->out, blanks);
	else if (l->wrote && blanks.n > 0 && !sticks_to_the_left(next) && !is_fence(l->inside))
		buf_byte(&l->out, line_end ? '\n' : ' ');
	buf_clear(&l->blanks);
	l->cut = false;
}

static void
put(struct lane *l, char c)
{
	if (l->inside != NULL && !is_fence(l->inside))
		return;
	if (is_blank(c)) {
		buf_byte(&l->blanks, c);
		return;
	}
	put_blanks(l, c);
	buf_byte(&l->out, c);
	l->wrote = true;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* 0: held is no begin of the marker; 1: it is a part of it; 2: it is the marker. */
static int
compare(const struct lane *l, const char *marker)
{
	for (size_t i = 0; i < l->held_n; i++)
		if (marker[i] == '\0' || lower(l->held[i]) != marker[i])
			return 0;
	return marker[l->held_n] == '\0' ? 2 : 1;
}

static int
look(const struct strip *s, const struct lane *l, const struct marker **found)
{
	int best = 0;

	if (l->inside != NULL) {
		*found = NULL;
		return compare(l, l->inside->close);
	}
	for (size_t i = 0; i < LENGTH(markers); i++) {
		int k = (markers[i].of & s->transforms) != 0 ? compare(l, markers[i].open) : 0;

		if (k > best) {
			best = k;
			*found = &markers[i];
		}
	}
	return best;
}

static void
drop_first(struct lane *l)
{
	l->held_n--;
	memmove(l->held, l->held + 1, l->held_n);
}

/* The held text is a marker: `found` is the block that it opens, NULL when it closes one. */
static void
cross(struct lane *l, const struct marker *found)
{
	if (is_fence(l->inside))
		buf_clear(&l->blanks);
	else if (is_fence(found))
		put_blanks(l, '`');
	l->inside = found;
	l->cut = true;
	l->held_n = 0;
}

static void
take(struct strip *s, struct lane *l, char c)
{
	const struct marker *found = NULL;
	int		     k;

	l->held[l->held_n++] = c;
	while (l->held_n > 0 && (k = look(s, l, &found)) != 1) {
		if (k == 2) {
			cross(l, found);
			return;
		}
		put(l, l->held[0]);
		drop_first(l);
	}
}

/*
 * Events.
 */
static void
tell(struct strip *s, struct lane *l, enum event_type type, const struct chat_event *e)
{
	struct part	  text = { .kind = PART_TEXT };
	struct chat_event mine = { .type = type, .choice = l->choice, .part = &text };

	if (type == CHAT_DELTA)
		mine.text = buf_view(&l->out);
	s->next(s->arg, e != NULL ? e : &mine);
}

/* The BEGIN of a text waits for its first character. */
static void
open_text(struct strip *s, struct lane *l)
{
	if (!l->open)
		tell(s, l, CHAT_BEGIN, NULL);
	l->open = true;
}

static void
flush(struct strip *s, struct lane *l)
{
	if (l->out.n == 0)
		return;
	open_text(s, l);
	tell(s, l, CHAT_DELTA, NULL);
	buf_clear(&l->out);
}

static void
end_text(struct strip *s, struct lane *l, const struct chat_event *e)
{
	bool all_cut = !l->wrote && (l->cut || l->inside != NULL);

	while (l->held_n > 0) {
		put(l, l->held[0]);
		drop_first(l);
	}
	if (!l->cut && l->inside == NULL)
		buf_str(&l->out, buf_view(&l->blanks));
	flush(s, l);
	if (!all_cut)
		open_text(s, l);
	if (l->open)
		tell(s, l, CHAT_END, e);
	buf_done(&l->blanks);
	buf_done(&l->out);
	*l = (struct lane){ .next = l->next, .choice = l->choice };
}

static void
of_text(struct strip *s, struct lane *l, const struct chat_event *e)
{
	switch (e->type) {
	case CHAT_DELTA:
		for (size_t i = 0; i < e->text.n; i++)
			take(s, l, e->text.p[i]);
		flush(s, l);
		return;
	case CHAT_END:
		end_text(s, l, e);
		return;
	default:	/* citations and log probabilities are told as they come */
		open_text(s, l);
		tell(s, l, e->type, e);
	}
}

void
strip_event(void *arg, const struct chat_event *e)
{
	struct strip *s = arg;
	struct lane  *l = lane_of(s, e->choice);

	if (e->type == CHAT_BEGIN && e->part->kind == PART_TEXT)
		l->in_text = true;
	else if (l->in_text && (e->type == CHAT_DELTA || e->type == CHAT_END || e->type == CHAT_CITE || e->type == CHAT_LOGPROBS))
		of_text(s, l, e);
	else
		s->next(s->arg, e);
}

void
strip_free(struct strip *s)
{
	if (s == NULL)
		return;
	for (struct lane *l = s->lanes; l != NULL; l = l->next) {
		buf_done(&l->blanks);
		buf_done(&l->out);
	}
}
