/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reservation.c - the record of what an open exchange holds.
 *
 * Runs in: worker, scheduler.
 */
#include "limit/reservation.h"

#include <string.h>

#include "base/clock.h"
#include "store/key.h"

#define VERSION 1

static struct reservation_head *
head_of(struct reservation *r)
{
	return (struct reservation_head *)(void *)r->bytes;
}

const struct reservation_head *
reservation_head(const struct reservation *r)
{
	return (const struct reservation_head *)(const void *)r->bytes;
}

static size_t
text_bytes(const struct reservation_head *h)
{
	return ((size_t)h->id_bytes + h->model_bytes + 7) / 8 * 8;
}

static size_t
size_of(const struct reservation *r)
{
	const struct reservation_head *h = reservation_head(r);

	return sizeof(*h) + text_bytes(h) + h->holds * sizeof(struct hold);
}

struct hold *
reservation_holds(struct reservation *r, size_t *n)
{
	const struct reservation_head *h = reservation_head(r);

	*n = h->holds;
	return (struct hold *)(void *)(r->bytes + sizeof(*h) + text_bytes(h));
}

void
reservation_make(struct reservation *r, const struct grant_label *label)
{
	size_t id = strnlen(label->request_id, sizeof(label->request_id) - 1);
	size_t model = strnlen(label->model, sizeof(label->model) - 1);
	char  *text = r->bytes + sizeof(struct reservation_head);

	*head_of(r) = (struct reservation_head){
		.version = VERSION,
		.id_bytes = (uint8_t)id,
		.model_bytes = (uint8_t)model,
		.taken_ms = clock_mono_ms(),
		.key = label->key,
		.channel = label->channel,
	};
	memset(text, 0, RESERVATION_TEXT);
	memcpy(text, label->request_id, id);
	memcpy(text + id, label->model, model);
}

void
reservation_label(struct reservation *r, struct grant_label *label)
{
	const struct reservation_head *h = reservation_head(r);
	const char		      *text = r->bytes + sizeof(*h);

	memset(label, 0, sizeof(*label));
	label->key = h->key;
	label->channel = h->channel;
	memcpy(label->request_id, text, h->id_bytes);
	memcpy(label->model, text + h->id_bytes, h->model_bytes);
}

static int
check(const struct reservation *r, size_t n)
{
	const struct reservation_head *h = reservation_head(r);
	const struct hold	      *hold;

	if (n < sizeof(*h) || n > sizeof(r->bytes) || h->version != VERSION || h->holds > HOLDS_MOST ||
	    h->id_bytes >= sizeof(((struct grant_label *)0)->request_id) ||
	    h->model_bytes >= sizeof(((struct grant_label *)0)->model))
		return -1;
	if (size_of(r) != n)
		return -1;
	hold = (const struct hold *)(const void *)(r->bytes + sizeof(*h) + text_bytes(h));
	for (unsigned i = 0; i < h->holds; i++)
		if (hold[i].amount < 0)
			return -1;
	return 0;
}

int
reservation_read(struct reservation *r, struct str value)
{
	if (value.n == 0 || value.n > sizeof(r->bytes))
		return -1;
	memcpy(r->bytes, value.p, value.n);
	return check(r, value.n);
}

int
reservation_get(struct reservation *r, struct txn *txn, uint16_t slot, uint64_t sequence)
{
	struct key key;
	size_t	   n;

	if (!txn_get_into(txn, DB_RESERVATION, key_pack(&key, "HQ", (int)slot, sequence), r->bytes,
		sizeof(r->bytes), &n))
		return -1;
	return check(r, n);
}

void
reservation_put(const struct reservation *r, struct txn *txn, uint16_t slot, uint64_t sequence)
{
	struct key key;

	txn_put(txn, DB_RESERVATION, key_pack(&key, "HQ", (int)slot, sequence),
	    (struct str){ r->bytes, size_of(r) });
}

int
reservation_take(struct reservation *r, struct txn *txn, uint16_t slot, uint64_t sequence)
{
	struct key key;
	size_t	   n;

	if (!txn_take(txn, DB_RESERVATION, key_pack(&key, "HQ", (int)slot, sequence), r->bytes,
		sizeof(r->bytes), &n))
		return -1;
	return check(r, n);
}

int
reservation_add(struct reservation *r, const struct hold *hold)
{
	size_t	     n;
	struct hold *holds = reservation_holds(r, &n);

	if (n == HOLDS_MOST)
		return -1;
	holds[n] = *hold;
	head_of(r)->holds++;
	return 0;
}

void
reservation_drop(struct reservation *r, enum scope_kind kind)
{
	size_t	     n, kept = 0;
	struct hold *holds = reservation_holds(r, &n);

	for (size_t i = 0; i < n; i++)
		if (holds[i].scope != kind)
			holds[kept++] = holds[i];
	head_of(r)->holds = (uint8_t)kept;
}
