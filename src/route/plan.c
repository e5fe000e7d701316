/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.c - the order in which the offers are tried.
 *
 * Runs in: worker, weirctl (explain).
 */
#include "route/plan.h"

#include "base/rand.h"

static uint64_t
rank(const struct candidate *c)
{
	return (uint64_t)c->health << 32 | c->offer->channel->record->priority;
}

static void
swap(struct candidate *a, struct candidate *b)
{
	struct candidate c = *a;

	*a = *b;
	*b = c;
}

/* Stable for equals; a plan has a handful of candidates. */
static void
sort_by_rank(struct plan *p)
{
	for (size_t i = 1; i < p->n; i++)
		for (size_t k = i; k > 0 && rank(&p->of[k - 1]) > rank(&p->of[k]); k--)
			swap(&p->of[k - 1], &p->of[k]);
}

/* Draws one of [from, to) by weight to the front of it; weight 0 only when all have 0. */
static void
draw(struct plan *p, size_t from, size_t to)
{
	uint64_t sum = 0, at;

	for (size_t i = from; i < to; i++)
		sum += p->of[i].offer->channel->record->weight;
	if (sum == 0)
		return;
	at = rand_below(sum);
	for (size_t i = from; i < to; i++) {
		uint64_t w = p->of[i].offer->channel->record->weight;

		if (at < w) {
			swap(&p->of[from], &p->of[i]);
			return;
		}
		at -= w;
	}
}

void
plan_make(struct plan *p, struct arena *a, const struct match *m, health_fn *health)
{
	*p = (struct plan){ .of = arena_array(a, struct candidate, m->n + 1), .n = m->n };
	for (size_t i = 0; i < m->n; i++)
		p->of[i] = (struct candidate){ .offer = m->offers[i],
			.health = health != NULL ? health(m->offers[i]->channel->record->r.id) : HEALTH_OK };
	sort_by_rank(p);
	for (size_t from = 0; from < p->n; from++) {
		size_t to = from + 1;

		while (to < p->n && rank(&p->of[to]) == rank(&p->of[from]))
			to++;
		draw(p, from, to);
	}
}
