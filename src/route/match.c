/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c - which offers answer to a model name.
 *
 * Runs in: worker, weirctl (explain).
 */
#include "route/match.h"

#include <ctype.h>

static bool
in_globs(const struct str_list *globs, struct str name)
{
	for (size_t i = 0; i < globs->n; i++)
		if (str_glob(globs->items[i], name))
			return true;
	return globs->n == 0;
}

bool
match_permits(const struct route_key *key, const struct offer *o)
{
	return key == NULL || (in_globs(&key->record->models, o->asked) &&
	    in_globs(&key->record->channels, o->channel->record->r.name));
}

static void
add(struct match *m, const struct route_key *key, const struct offer *o)
{
	if (match_permits(key, o))
		m->offers[m->n++] = o;
	else
		m->forbidden = true;
}

/* A channel or provider is called so (case does not matter); an empty pin fits all. */
static bool
pinned(const struct route_channel *c, struct str pin)
{
	return pin.n == 0 || str_eq_nocase(c->record->r.name, pin) || str_eq_nocase(c->provider->r.name, pin) ||
	    str_eq_nocase(c->provider->kind, pin);
}

static bool
has(const struct match *m, const struct route_channel *c)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->offers[i]->channel == c)
			return true;
	return false;
}

static void
add_chain(struct match *m, const struct route_key *key, const struct offer *o, struct str pin)
{
	for (; o != NULL; o = o->next)
		if (pinned(o->channel, pin) && !has(m, o->channel))
			add(m, key, o);
}

/* Channels whose globs take the name although nobody listed it. */
static void
add_globs(struct match *m, const struct snapshot *s, struct arena *a, struct str asked, const struct route_key *key,
    struct str pin)
{
	for (size_t i = 0; i < s->channels_n; i++) {
		const struct route_channel *c = &s->channels[i];
		struct offer		   *o;

		if (c->patterns.n == 0 || !in_globs(&c->patterns, asked) || !pinned(c, pin) || has(m, c))
			continue;
		o = arena_new(a, struct offer);
		*o = (struct offer){ .channel = c, .asked = asked, .upstream = asked, .upstream_hash = str_hash(asked) };
		snapshot_tariff(s, c, asked, &o->tariff);
		add(m, key, o);
	}
}

static bool
exact(struct match *m, const struct snapshot *s, struct arena *a, struct str asked, const struct route_key *key,
    struct str pin)
{
	add_chain(m, key, map_get(&s->offers, asked), pin);
	add_globs(m, s, a, asked, key, pin);
	return m->n > 0 || m->forbidden;
}

static struct str
lower(struct arena *a, struct str s)
{
	struct str copy = arena_str(a, s);
	char	  *p = arena_dup(a, copy.p, copy.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)tolower((unsigned char)p[i]);
	return (struct str){ p, s.n };
}

/* "model [pin]" */
static bool
bracket_pin(struct str asked, struct str *model, struct str *pin)
{
	size_t open = str_find(asked, STR(" ["));

	if (open == asked.n || open == 0 || !str_ends(asked, STR("]")))
		return false;
	*model = str_upto(asked, open);
	*pin = str_trim(str_upto(str_from(asked, open + 2), asked.n - open - 3));
	return pin->n > 0;
}

static void
segments(struct match *m, const struct snapshot *s, struct str low, const struct route_key *key)
{
	MAP_EACH(slot, &s->lower) {
		struct str rest = slot->key, piece = STR_NONE;

		while (str_split(&rest, '/', &piece))
			;
		if (str_eq(piece, low) && piece.n < slot->key.n)
			add_chain(m, key, map_get(&s->offers, ((const struct offer *)slot->value)->asked), STR_NONE);
	}
}

static void
nearest(struct match *m, const struct snapshot *s, struct arena *a, struct str asked, const struct route_key *key)
{
	size_t	   distance[LENGTH(m->near)], most = asked.n / 3 + 2;
	struct str low = lower(a, asked);

	MAP_EACH(slot, &s->lower) {
		const struct offer *o = slot->value;
		size_t		    d = str_distance(slot->key, low, most), at;

		if (d > most && str_find(slot->key, low) == slot->key.n)
			continue;
		if (!match_permits(key, o))
			continue;
		for (at = m->near_n; at > 0 && distance[at - 1] > d; at--)
			if (at < LENGTH(m->near)) {
				m->near[at] = m->near[at - 1];
				distance[at] = distance[at - 1];
			}
		if (at < LENGTH(m->near)) {
			m->near[at] = o->asked;
			distance[at] = d;
			if (m->near_n < LENGTH(m->near))
				m->near_n++;
		}
	}
}

void
match_offers(const struct snapshot *s, struct arena *a, struct str asked, const struct route_key *key, struct match *m)
{
	struct str	    model, pin, low;
	const struct offer *o;
	size_t		    slash = str_find_byte(asked, '/');

	*m = (struct match){ .offers = arena_array(a, const struct offer *, s->channels_n + 1) };
	if (exact(m, s, a, asked, key, STR_NONE))
		return;
	if (bracket_pin(asked, &model, &pin) && exact(m, s, a, model, key, pin))
		return;
	if (slash > 0 && slash + 1 < asked.n && exact(m, s, a, str_from(asked, slash + 1), key, str_upto(asked, slash)))
		return;
	low = lower(a, asked);
	o = map_get(&s->lower, low);
	if (o != NULL)
		add_chain(m, key, map_get(&s->offers, o->asked), STR_NONE);
	if (m->n == 0 && !m->forbidden)
		segments(m, s, low, key);
	if (m->n == 0 && !m->forbidden)
		nearest(m, s, a, asked, key);
}
