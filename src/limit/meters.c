/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meters.c - the meters that one transaction touches.
 *
 * Runs in: worker, scheduler.
 *
 * Each is read once and written once, however many requests of the turn count
 * on it.  When more than METERS_MOST are touched, what is there is written out
 * and the cache begins anew inside the same transaction.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "limit/meter.h"
#include "store/key.h"

#define USUAL_BYTES 2048	/* what most records need; a larger one is read twice */

struct meters *
meters_new(struct slot_owner *owner)
{
	struct meters *m = xcalloc(1, sizeof(*m));

	m->owner = owner;
	m->pool = xcalloc(METERS_MOST, sizeof(struct meter *));
	return m;
}

void
meters_free(struct meters *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < METERS_MOST; i++)
		free(m->pool[i]);
	free(m->pool);
	free(m);
}

static void
forget(struct meters *m)
{
	m->n = 0;
	memset(m->index, 0, sizeof(m->index));
}

void
meters_begin(struct meters *m, struct txn *txn)
{
	m->txn = txn;
	forget(m);
}

static struct str
meter_key(struct key *k, enum scope_kind kind, uint64_t id)
{
	return key_pack(k, "BQ", (int)kind, id);
}

static void
write_out(struct meters *m)
{
	struct key key;

	for (size_t i = 0; i < m->n; i++) {
		struct meter *meter = m->pool[i];

		if (!meter->dirty)
			continue;
		meter_head(meter)->changed_us = clock_wall_us();
		txn_put(m->txn, DB_METER, meter_key(&key, meter->kind, meter->id),
		    (struct str){ meter->bytes, meter_size(meter) });
	}
}

void
meters_end(struct meters *m)
{
	write_out(m);
	forget(m);
	m->txn = NULL;
}

void
meters_room(struct meters *m, size_t more)
{
	assert(more <= METERS_MOST);
	if (m->n + more <= METERS_MOST)
		return;
	write_out(m);
	forget(m);
}

static void
load(struct meters *m, struct meter *meter)
{
	struct key key;
	struct str k = meter_key(&key, meter->kind, meter->id);
	size_t	   n;

	meter->dirty = false;
	if (!txn_get_into(m->txn, DB_METER, k, meter->bytes, USUAL_BYTES, &n)) {
		meter_clear(meter);
		return;
	}
	if (n > USUAL_BYTES)
		(void)txn_get_into(m->txn, DB_METER, k, meter->bytes, sizeof(meter->bytes), &n);
	(void)meter_accept(meter, n);
}

struct meter *
meters_get(struct meters *m, enum scope_kind kind, uint64_t id)
{
	size_t	      at = (size_t)((id * 0x9e3779b97f4a7c15u) >> 57) ^ (size_t)kind;
	struct meter *meter;

	assert(m->txn != NULL);
	for (; m->index[at % LENGTH(m->index)] != 0; at++) {
		meter = m->pool[m->index[at % LENGTH(m->index)] - 1];
		if (meter->id == id && meter->kind == kind)
			return meter;
	}
	if (m->n == METERS_MOST) {
		meters_room(m, 1);
		return meters_get(m, kind, id);
	}
	if (m->pool[m->n] == NULL)
		m->pool[m->n] = xmalloc(sizeof(struct meter));
	meter = m->pool[m->n++];
	m->index[at % LENGTH(m->index)] = (uint8_t)m->n;
	meter->kind = kind;
	meter->id = id;
	load(m, meter);
	return meter;
}
