/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.c - replies that a client may name later.
 *
 * Runs in: worker, weir-lmdb.
 *
 * KEPT has them by client key and id, as upstreams may give one id twice;
 * KEPT_AGE by time, key and id with their size, so that the oldest are found
 * first.  The sum of the sizes stands in KEPT_AGE under time 0.
 */
#include "store/kept.h"

#include <string.h>

struct head {
	uint64_t created_us;
	uint64_t items_n, reply_n;
};

/* Which one: borrowed. */
struct name {
	uint64_t   key_id;
	struct str id;
};

#define ID_MOST 200
#define DROPS_MOST 64	/* in one transaction: a turn is not held up by old things */

static struct str
kept_key(struct key *k, struct name n)
{
	return key_pack(k, "QS", n.key_id, n.id);
}

static struct str
age_key(struct key *k, uint64_t created_us, struct name n)
{
	return key_pack(k, "QQS", created_us, n.key_id, n.id);
}

static const struct name nobody = { 0, { "", 0 } };

static uint64_t
get_sum(struct txn *t)
{
	uint64_t   sum = 0;
	struct key k;

	(void)txn_get_into(t, DB_KEPT_AGE, age_key(&k, 0, nobody), &sum, sizeof(sum), NULL);
	return sum;
}

static void
put_number(struct txn *t, struct str key, uint64_t n)
{
	txn_put(t, DB_KEPT_AGE, key, (struct str){ (const char *)&n, sizeof(n) });
}

/* What it counts for; also what the map needs for it, about. */
static uint64_t
size_of(const struct kept *r)
{
	return sizeof(struct head) + r->items.n + r->reply.n + r->id.n * 2 + 64;
}

static bool
get_head(struct txn *t, struct name n, struct head *h)
{
	struct key k;

	return n.id.n > 0 && n.id.n <= ID_MOST && txn_get_into(t, DB_KEPT, kept_key(&k, n), h, sizeof(*h), NULL);
}

static void
drop(struct txn *t, uint64_t created_us, struct name n, uint64_t *sum)
{
	struct key k;
	uint64_t   size = 0;

	(void)txn_get_into(t, DB_KEPT_AGE, age_key(&k, created_us, n), &size, sizeof(size), NULL);
	*sum -= size < *sum ? size : *sum;
	(void)txn_del(t, DB_KEPT_AGE, age_key(&k, created_us, n));
	(void)txn_del(t, DB_KEPT, kept_key(&k, n));
}

/* The oldest; false when there is none. */
static bool
oldest(struct txn *t, uint64_t *created_us, char id[ID_MOST], struct name *n)
{
	struct walk w;
	struct key  from;
	struct str  found;
	bool	    there = walk_first(&w, t, DB_KEPT_AGE, STR(""), age_key(&from, 1, nobody));

	if (!there)
		return false;
	there = key_unpack(w.key, "QQS", created_us, &n->key_id, &found) == 0 && found.n <= ID_MOST;
	if (there) {
		memcpy(id, found.p, found.n);
		n->id = (struct str){ id, found.n };
	}
	walk_end(&w);
	return there;
}

static void
make_room(struct txn *t, uint64_t *sum, uint64_t needed, const struct kept_bounds *b, uint64_t now_us)
{
	char	    id[ID_MOST];
	struct name n;
	uint64_t    created_us;

	for (int i = 0; i < DROPS_MOST && oldest(t, &created_us, id, &n); i++) {
		if (*sum + needed <= b->bytes && created_us + b->age_us > now_us)
			return;
		drop(t, created_us, n, sum);
	}
}

void
kept_put(struct txn *t, const struct kept *r, const struct kept_bounds *b)
{
	struct name n = { r->key_id, r->id };
	struct head h = { .created_us = r->created_us, .items_n = r->items.n, .reply_n = r->reply.n };
	struct head former;
	struct buf  value = { 0 };
	struct key  k;
	uint64_t    sum = get_sum(t), size = size_of(r);

	if (size > b->bytes / 4 || r->id.n == 0 || r->id.n > ID_MOST)
		return;
	if (get_head(t, n, &former))
		drop(t, former.created_us, n, &sum);
	make_room(t, &sum, size, b, r->created_us);
	if (sum + size <= b->bytes) {
		buf_add(&value, &h, sizeof(h));
		buf_str(&value, r->items);
		buf_str(&value, r->reply);
		txn_put(t, DB_KEPT, kept_key(&k, n), buf_view(&value));
		put_number(t, age_key(&k, r->created_us, n), size);
		sum += size;
		buf_done(&value);
	}
	put_number(t, age_key(&k, 0, nobody), sum);
}

static int
unpack(struct str value, struct head *h, struct kept *r)
{
	if (value.n < sizeof(*h))
		return -1;
	memcpy(h, value.p, sizeof(*h));
	if (h->items_n > value.n || h->reply_n > value.n || sizeof(*h) + h->items_n + h->reply_n != value.n)
		return -1;
	r->created_us = h->created_us;
	r->items = str_upto(str_from(value, sizeof(*h)), h->items_n);
	r->reply = str_from(value, sizeof(*h) + h->items_n);
	return 0;
}

bool
kept_get(struct txn *t, struct arena *a, struct str id, uint64_t key_id, const struct kept_bounds *b, uint64_t now_us, struct kept *r)
{
	struct name n = { key_id, id };
	struct head h;
	struct key  k;
	struct str  value;

	*r = (struct kept){ .id = id, .key_id = key_id };
	if (!get_head(t, n, &h) || h.created_us + b->age_us <= now_us)
		return false;
	return txn_get(t, DB_KEPT, kept_key(&k, n), a, &value) && unpack(value, &h, r) == 0;
}

bool
kept_del(struct txn *t, struct str id, uint64_t key_id)
{
	struct name n = { key_id, id };
	struct head h;
	struct key  k;
	uint64_t    sum = get_sum(t);

	if (!get_head(t, n, &h))
		return false;
	drop(t, h.created_us, n, &sum);
	put_number(t, age_key(&k, 0, nobody), sum);
	return true;
}

/*
 * For weir-lmdb.
 */
int
kept_describe(struct str key, struct str value, struct json_out *o)
{
	struct kept r;
	struct head h;
	struct str  id;

	if (key_unpack(key, "QS", &r.key_id, &id) < 0 || unpack(value, &h, &r) < 0)
		return -1;
	json_str(o, "id", id);
	json_unum(o, "key", r.key_id);
	json_unum(o, "created_us", r.created_us);
	json_unum(o, "items_bytes", r.items.n);	/* what people said is not for listings */
	json_unum(o, "reply_bytes", r.reply.n);
	return 0;
}

int
kept_age_describe(struct str key, struct str value, struct json_out *o)
{
	uint64_t   created_us, key_id, n;
	struct str id;

	if (key_unpack(key, "QQS", &created_us, &key_id, &id) < 0 || value.n != sizeof(n))
		return -1;
	memcpy(&n, value.p, sizeof(n));
	if (created_us > 0) {
		json_unum(o, "created_us", created_us);
		json_unum(o, "key", key_id);
		json_str(o, "id", id);
	}
	json_unum(o, created_us > 0 ? "bytes" : "bytes_of_all", n);
	return 0;
}
