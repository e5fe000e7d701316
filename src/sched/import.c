/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.c - declared entities become records of the store.
 *
 * Runs in: -P prepare, weir -t, weirctl.
 *
 * One transaction, all or nothing.  Providers and channels are put before
 * anything is removed, so that a channel that moved to another provider keeps
 * its id and what belongs to it; all else is put after, so that it finds only
 * owners that stay.  An upstream key whose secret changed is a new record: what
 * was known of the old secret is not held against the new one.
 */
#include "sched/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"
#include "sched/declared.h"
#include "store/records.h"

struct import {
	struct arena	       *a;
	struct problems		p;
	struct declared	       *of;
	size_t			n;
	struct map		names[RECORD_KINDS];	/* of what is declared */
	struct txn	       *t;
	const struct seal_ring *ring;
	size_t			added, changed, removed;
};

static const enum record_kind owners[] = { RECORD_PROVIDER, RECORD_CHANNEL };
static const enum record_kind others[] = { RECORD_UPKEY, RECORD_MODEL, RECORD_APIKEY, RECORD_PRICE };
static const enum record_kind removals[] = {
	RECORD_PRICE, RECORD_APIKEY, RECORD_MODEL, RECORD_UPKEY, RECORD_CHANNEL, RECORD_PROVIDER,
};

/* ---------------------------------------------------------------- what is declared */

static size_t
count(const struct conf *c)
{
	size_t n = 0;

	for (const struct conf_record *r = c->records; r != NULL; r = r->next)
		n++;
	return n;
}

static void
tell(struct import *m, const struct declared *d, struct str why)
{
	problem_add(&m->p, d->from->file, d->from->line, "%s " STR_FMT ": " STR_FMT, record_info[d->kind].noun,
	    STR_ARG(d->object->name), STR_ARG(why));
}

static void
make_all(struct import *m, const struct conf *c)
{
	m->of = arena_array(m->a, struct declared, count(c) + 1);
	for (const struct conf_record *r = c->records; r != NULL; r = r->next) {
		struct declared *d = &m->of[m->n];

		if (!declared_make(d, r, m->a, &m->p))
			continue;
		m->n++;
		if (map_put(&m->names[d->kind], d->object->name, d) != NULL)
			tell(m, d, STR("is declared twice"));
	}
}

/* ---------------------------------------------------------------- putting */

/* The stored record of that name; an id that looks like it does not count. */
static struct record *
stored(struct import *m, const struct declared *d)
{
	struct record *r = record_find(m->t, d->kind, d->object->name, m->a);

	return r != NULL && str_eq(r->name, d->object->name) ? r : NULL;
}

/* What the file does not say stays as it is stored. */
static void
keep(struct declared *d, const struct record *was)
{
	d->object->id = was->id;
	d->object->created = was->created;
	d->object->changed = was->changed;
	d->object->unknown = was->unknown;
	if (d->kind == RECORD_MODEL)
		((struct model *)(void *)d->object)->seen = ((const struct model *)(const void *)was)->seen;
}

/* The channel and the sealed secret; *was becomes NULL when the secret is another one. */
static int
complete_upkey(struct import *m, struct declared *d, struct record **was)
{
	struct upkey	    *k = (struct upkey *)(void *)d->object;
	const struct upkey  *old = (const struct upkey *)(const void *)*was;
	const struct record *channel = record_find(m->t, RECORD_CHANNEL, d->channel, m->a);
	struct secret	     secret = { 0 };
	unsigned char	     hash[SHA256_BYTES];
	char		     hex[2 * 8 + 1];

	if (channel == NULL) {
		tell(m, d, STR("there is no such channel"));
		return -1;
	}
	k->channel = channel->id;
	if (declared_secret(d, m->a, &secret, &m->p) < 0)
		return -1;
	sha256(hash, secret_bytes(&secret));
	k->digest = arena_str(m->a, (struct str){ (const char *)hash, 8 });
	if (old != NULL && str_eq(old->digest, k->digest)) {
		k->sealed = old->sealed;
	} else {
		hex_write(hex, hash, 8);
		k->sealed = seal(m->ring, m->a, arena_printf(m->a, "upkey/%s", hex), &secret);
		if (old != NULL && record_del(m->t, RECORD_UPKEY, old->r.id))
			*was = NULL;
	}
	secret_done(&secret);
	return 0;
}

static bool
same(const struct declared *d, const struct record *was)
{
	const struct field *changed[1];

	return fields_diff(record_info[d->kind].fields, was, d->object, changed, 1) == 0;
}

static void
put(struct import *m, struct declared *d)
{
	struct record *was = stored(m, d);
	bool	       fresh = was == NULL;
	struct str     why;

	if (was != NULL && was->origin == ORIGIN_LIVE) {
		why = arena_printf(m->a, "one made with weirctl has the same name: declare another name, or `weirctl %s remove "
		    STR_FMT "` first", record_info[d->kind].noun, STR_ARG(was->name));
		tell(m, d, why);
		return;
	}
	if (d->kind == RECORD_UPKEY && complete_upkey(m, d, &was) < 0)
		return;
	if (was != NULL)
		keep(d, was);
	if (was != NULL && same(d, was))
		return;
	if (record_put(m->t, d->kind, d->object, &why) < 0) {
		tell(m, d, why);
		return;
	}
	if (fresh)
		m->added++;
	else
		m->changed++;
}

static void
put_all(struct import *m, const enum record_kind *kinds, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < m->n; i++)
			if (m->of[i].kind == kinds[k])
				put(m, &m->of[i]);
}

/* ---------------------------------------------------------------- removing */

/* A channel made by hand must not go because its provider is no longer declared. */
static bool
is_used(struct import *m, const struct record *provider, struct str file)
{
	struct record_walk walk;
	bool		   used = false;

	for (struct channel *c = record_first(&walk, m->t, RECORD_CHANNEL, m->a); c != NULL; c = record_next(&walk)) {
		if (c->r.origin == ORIGIN_FILE || !str_eq(c->provider, provider->name))
			continue;
		problem_add(&m->p, file, 0, "provider " STR_FMT " is no longer declared, but the channel " STR_FMT
		    ", made with weirctl, uses it", STR_ARG(provider->name), STR_ARG(c->r.name));
		used = true;
	}
	return used;
}

/* Ids first: a walk bears no write to its table. */
static void
remove_kind(struct import *m, enum record_kind kind, struct str file)
{
	struct record_walk walk;
	struct record	  *gone[64];
	size_t		   n;

	do {
		n = 0;
		for (struct record *r = record_first(&walk, m->t, kind, m->a); r != NULL; r = record_next(&walk)) {
			if (r->origin != ORIGIN_FILE || map_get(&m->names[kind], r->name) != NULL)
				continue;
			gone[n++] = r;
			if (n == LENGTH(gone)) {
				walk_end(&walk.walk);
				break;
			}
		}
		for (size_t i = 0; i < n; i++) {
			if (kind == RECORD_PROVIDER && is_used(m, gone[i], file))
				return;
			m->removed += record_del(m->t, kind, gone[i]->id);
		}
	} while (n == LENGTH(gone) && !txn_failed(m->t));
}

/* ---------------------------------------------------------------- entrances */

static void
import_in(struct import *m, struct str file)
{
	put_all(m, owners, LENGTH(owners));
	for (size_t i = 0; i < LENGTH(removals) && m->p.n == 0; i++)
		remove_kind(m, removals[i], file);
	if (m->p.n == 0)
		put_all(m, others, LENGTH(others));
	if (txn_failed(m->t) && m->p.n == 0)
		problem_add(&m->p, file, 0, "the store cannot be written: %s", txn_why(m->t));
}

static int
finish(struct import *m, struct str file)
{
	size_t all = m->added + m->changed + m->removed;

	if (m->p.n > 0 || all == 0) {
		txn_end(m->t);
		return m->p.n > 0 ? -1 : 0;
	}
	if (txn_commit(m->t) < 0) {
		problem_add(&m->p, file, 0, "the store cannot be written");
		return -1;
	}
	log_info("declared records: %zu added, %zu changed, %zu removed", m->added, m->changed, m->removed);
	return 0;
}

int
import_check(const struct conf *c, struct arena *a, struct conf_problem **problems, size_t *n)
{
	struct problems p = { .arena = a };

	declared_check_limits(&c->limits, c->file, 0, a, &p);
	for (const struct conf_record *r = c->records; r != NULL; r = r->next)
		declared_check(r, a, &p);
	*problems = p.items;
	*n = p.n;
	return p.n == 0 ? 0 : -1;
}

int
import_records(struct db *store, const struct conf *c, const struct seal_ring *ring, struct arena *a,
    struct conf_problem **problems, size_t *n, size_t *changed)
{
	struct import m = { .a = a, .p = { .arena = a }, .ring = ring };
	int	      rc = -1;

	declared_check_limits(&c->limits, c->file, 0, a, &m.p);
	make_all(&m, c);
	if (m.p.n == 0) {
		m.t = txn_write(store);
		import_in(&m, c->file);
		rc = finish(&m, c->file);
	}
	for (size_t k = 0; k < RECORD_KINDS; k++)
		map_done(&m.names[k]);
	*problems = m.p.items;
	*n = m.p.n;
	if (changed != NULL)
		*changed = rc == 0 ? m.added + m.changed + m.removed : 0;
	return rc;
}
