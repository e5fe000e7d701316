/* SPDX-License-Identifier: Apache-2.0 */
/*
 * price_rule.c - which stored price holds for a model of a channel.
 *
 * Runs in: worker, weirctl.
 *
 * Thousands of rules name one model each and are found through a map; the few
 * with a glob in the model are walked.  Of rules that say as much the newest
 * holds.
 */
#include "route/price_rule.h"

static bool
named(struct str pattern)
{
	return str_find_byte(pattern, '*') == pattern.n && str_find_byte(pattern, '?') == pattern.n;
}

#define NAMED 0xffffu

/* A name above every glob, and of globs the one that says more. */
static unsigned
says(struct str pattern)
{
	unsigned n = 0;

	if (named(pattern))
		return NAMED;
	for (size_t i = 0; i < pattern.n; i++)
		n += pattern.p[i] != '*' && pattern.p[i] != '?';
	return n < NAMED ? n : NAMED - 1;
}

void
price_rules_load(struct snapshot *s, struct txn *t)
{
	struct record_walk w;

	for (struct price *p = record_first(&w, t, RECORD_PRICE, &s->arena); p != NULL; p = record_next(&w)) {
		struct price_rule *r;

		if (!p->r.enabled)
			continue;
		r = arena_new(&s->arena, struct price_rule);
		r->record = p;
		r->weight = says(p->channel) << 16 | says(p->model);
		if (named(p->model)) {
			r->next = map_put(&s->prices_exact, p->model, r);
		} else {
			r->next = s->prices_glob;
			s->prices_glob = r;
		}
	}
}

static bool
fits(const struct price_rule *r, const struct route_channel *c, struct str upstream)
{
	return str_glob(r->record->channel, c->record->r.name) && str_glob(r->record->model, upstream);
}

static const struct price_rule *
best(const struct price_rule *so_far, const struct price_rule *chain, const struct route_channel *c, struct str upstream)
{
	for (; chain != NULL; chain = chain->next)
		if (fits(chain, c, upstream) && (so_far == NULL || chain->weight > so_far->weight))
			so_far = chain;
	return so_far;
}

void
snapshot_tariff(const struct snapshot *s, const struct route_channel *c, struct str upstream, struct tariff *t)
{
	const struct price_rule *r = best(NULL, map_get(&s->prices_exact, upstream), c, upstream);

	r = best(r, s->prices_glob, c, upstream);
	if (r == NULL && (c->preset->quirks & QUIRK_FREE) != 0) {
		*t = (struct tariff){ .priced = true };
		return;
	}
	tariff_make(t, r != NULL ? r->record : NULL, c->provider->multiplier);
}
