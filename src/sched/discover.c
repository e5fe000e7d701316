/* SPDX-License-Identifier: Apache-2.0 */
/*
 * discover.c - discovered models brought into the catalog.
 *
 * Runs in: scheduler.
 */
#include "sched/discover.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"

struct listing {
	struct arena	     arena;
	const struct listed_model *models;
	size_t		     n;
	struct map	     by_id;	/* those not yet seen among the records */
	size_t		     added, changed, removed;
};

/* The former state of one found record: gone, changed, or as it was. */
static void
compare(struct listing *l, struct txn *t, struct model *m)
{
	const struct listed_model *listed = map_get(&l->by_id, m->model);
	struct str	     why;

	if (listed == NULL) {
		record_del(t, RECORD_MODEL, m->r.id);
		l->removed++;
		return;
	}
	if (m->context != listed->context || m->max_output != listed->max_output) {
		m->context = listed->context;
		m->max_output = listed->max_output;
		if (record_put(t, RECORD_MODEL, m, &why) == 0)
			l->changed++;
	}
}

/* Every record of this channel; those found before are collected first, since a walk may not meet its own changes. */
static void
compare_all(struct listing *l, struct txn *t, const struct route_channel *c)
{
	struct record_walk w;
	struct model	 **found = NULL;
	size_t		   n = 0;

	for (struct model *m = record_first(&w, t, RECORD_MODEL, &l->arena); m != NULL; m = record_next(&w)) {
		if (!str_eq(m->channel, c->record->r.name))
			continue;
		if (n % 256 == 0)
			found = xrealloc(found, (n + 256) * sizeof(struct model *));
		found[n++] = m;
	}
	for (size_t i = 0; i < n; i++) {
		if (found[i]->r.origin == ORIGIN_FOUND)
			compare(l, t, found[i]);
		if (map_get(&l->by_id, found[i]->model) != NULL)
			map_put(&l->by_id, found[i]->model, l);	/* known: any value but a listed model */
	}
	free(found);
}

static void
add_new(struct listing *l, struct txn *t, const struct route_channel *c)
{
	struct str why;

	for (size_t i = 0; i < l->n; i++) {
		const struct listed_model *listed = &l->models[i];
		struct model		  *m;

		if (map_get(&l->by_id, listed->id) != listed)
			continue;
		m = record_new(RECORD_MODEL, &l->arena);
		m->r.origin = ORIGIN_FOUND;
		m->channel = c->record->r.name;
		m->model = listed->id;
		m->context = listed->context;
		m->max_output = listed->max_output;
		m->seen = clock_wall_us();
		if (record_put(t, RECORD_MODEL, m, &why) == 0)
			l->added++;
		else
			log_debug("channel " STR_FMT ": model " STR_FMT " is left out: " STR_FMT, STR_ARG(c->record->r.name),
			    STR_ARG(listed->id), STR_ARG(why));
	}
}

static int
store_list(struct listing *l, struct db *store, const struct route_channel *c)
{
	struct txn *t = txn_write(store);

	compare_all(l, t, c);
	add_new(l, t, c);
	if (l->added + l->changed + l->removed == 0) {
		txn_end(t);
		return 0;
	}
	if (txn_commit(t) < 0) {
		log_warnx("channel " STR_FMT ": its model list could not be stored", STR_ARG(c->record->r.name));
		return -1;
	}
	log_info("channel " STR_FMT ": %zu models, %zu new, %zu changed, %zu gone", STR_ARG(c->record->r.name), l->n,
	    l->added, l->changed, l->removed);
	return 0;
}

int
discover_store(struct db *store, const struct route_channel *c, const struct model_list *list)
{
	struct listing l = { .models = list->of, .n = list->n };
	int	       rc;

	arena_init(&l.arena);
	for (size_t i = 0; i < l.n; i++)
		map_put(&l.by_id, list->of[i].id, &list->of[i]);
	rc = store_list(&l, store, c);
	map_done(&l.by_id);
	arena_done(&l.arena);
	return rc;
}
