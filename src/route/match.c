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
	if (o->off)
		return false;
	return key == NULL || (in_globs(&key->record->models, o->asked) &&
	    in_globs(&key->record->channels, o->channel->record->r.name));
}

static void
add(struct match *m, const struct route_key *key, const struct offer *o)
{
	if (match_permits(key, o))
		m->offers[m->n++] = o;
	else if (!o->off)
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

/* The chain has an offer of the channel, be it permitted or not. */
static bool
in_chain(const struct offer *o, const struct route_channel *c)
{
	while (o != NULL && o->channel != c)
		o = o->next;
	return o != NULL;
}

/* Channels whose globs take the name although nobody listed it. */
static void
add_globs(struct match *m, const struct snapshot *s, struct arena *a, struct str asked, const struct route_key *key,
    struct str pin)
{
	const struct offer *chain = map_get(&s->offers, asked);

	for (size_t i = 0; i < s->channels_n; i++) {
		const struct route_channel *c = &s->channels[i];
		struct offer		   *o;

		if (c->patterns.n == 0 || !in_globs(&c->patterns, asked) || !pinned(c, pin) || in_chain(chain, c))
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
	char *p = arena_cstr(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)tolower((unsigned char)p[i]);
	return (struct str){ p, s.n };
}

/* "model [pin]" */
static bool
bracket_pin(struct str asked, struct str *model, struct str *pin)
{
	size_t open = str_find(asked, STR(" ["));

	if (!str_ends(asked, STR("]")) || open == asked.n || open == 0)
		return false;
	*model = str_upto(asked, open);
	*pin = str_trim(str_upto(str_from(asked, open + 2), asked.n - open - 3));
	return pin->n > 0;
}

/* One that the key may use, among all that are called so but for case. */
static const struct offer *
permitted(const struct offer *head, const struct route_key *key)
{
	for (; head != NULL; head = head->like)
		for (const struct offer *o = head; o != NULL; o = o->next)
			if (match_permits(key, o))
				return o;
	return NULL;
}

/* More is no slip of the finger, and comparing ten thousand names takes long enough. */
#define EDITS_MOST 5

static void
nearest(struct match *m, const struct snapshot *s, struct str low, const struct route_key *key)
{
	size_t distance[LENGTH(m->near)], most = low.n / 3 + 2 < EDITS_MOST ? low.n / 3 + 2 : EDITS_MOST;

	MAP_EACH(slot, &s->lower) {
		size_t		    cap = m->near_n == LENGTH(m->near) ? distance[LENGTH(m->near) - 1] : most;
		size_t		    d = str_distance(slot->key, low, cap), at;
		const struct offer *o;

		if (d > most && str_find(slot->key, low) == slot->key.n)
			continue;
		o = permitted(slot->value, key);
		if (o == NULL)
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
	struct str model, pin, low;
	size_t	   slash = str_find_byte(asked, '/');

	*m = (struct match){ .offers = arena_array(a, const struct offer *, s->channels_n + 1) };
	if (bracket_pin(asked, &model, &pin) && exact(m, s, a, model, key, pin))
		return;
	if (exact(m, s, a, asked, key, STR_NONE))
		return;
	if (slash > 0 && slash + 1 < asked.n && exact(m, s, a, str_from(asked, slash + 1), key, str_upto(asked, slash)))
		return;
	low = lower(a, asked);
	for (const struct offer *o = map_get(&s->lower, low); o != NULL; o = o->like)
		add_chain(m, key, o, STR_NONE);
	if (m->n == 0 && !m->forbidden)
		for (const struct offer *o = map_get(&s->tails, low); o != NULL; o = o->tail_like)
			add_chain(m, key, o, STR_NONE);
	if (m->n == 0 && !m->forbidden)
		nearest(m, s, low, key);
}
