/* SPDX-License-Identifier: Apache-2.0 */
/* refs_test.c - what belongs to a record goes with it, what names it follows its new name. */
#include "store/refs.h"

#include "store/records.h"
#include "temp.h"

static struct arena arena;

static uint64_t
put(struct txn *t, enum record_kind kind, void *object)
{
	struct str why;

	if (record_put(t, kind, object, &why) == -1) {
		printf("Bail out! " STR_FMT "\n", STR_ARG(why));
		exit(1);
	}
	return ((struct record *)object)->id;
}

static uint64_t
add_channel(struct txn *t, const char *name, const char *provider)
{
	struct channel *c = record_new(RECORD_CHANNEL, &arena);

	c->r.name = str_of(name);
	c->provider = str_of(provider);
	return put(t, RECORD_CHANNEL, c);
}

static void
add_provider(struct txn *t, const char *name)
{
	struct provider *p = record_new(RECORD_PROVIDER, &arena);

	p->r.name = str_of(name);
	p->kind = STR("generic");
	put(t, RECORD_PROVIDER, p);
}

static void
add_model(struct txn *t, const char *channel, const char *name)
{
	struct model *m = record_new(RECORD_MODEL, &arena);

	m->channel = str_of(channel);
	m->model = str_of(name);
	put(t, RECORD_MODEL, m);
}

static void
add_upkey(struct txn *t, uint64_t channel, const char *label)
{
	struct upkey *u = record_new(RECORD_UPKEY, &arena);

	u->channel = channel;
	u->r.name = str_of(label);
	put(t, RECORD_UPKEY, u);
}

/* Two providers; "eu" has channels "fast" with two keys and two models and "fast/two" with one model. */
static void
fill(struct db *db)
{
	struct txn *t = txn_write(db);
	struct apikey *k = record_new(RECORD_APIKEY, &arena);
	struct price *p = record_new(RECORD_PRICE, &arena);
	uint64_t fast;

	add_provider(t, "eu");
	add_provider(t, "us");
	fast = add_channel(t, "fast", "eu");
	add_channel(t, "fast/two", "eu");
	add_channel(t, "slow", "us");
	add_upkey(t, fast, "a");
	add_upkey(t, fast, "b");
	add_model(t, "fast", "m1");
	add_model(t, "fast", "m2");
	add_model(t, "fast/two", "m1");
	add_model(t, "slow", "m1");
	k->r.name = STR("caller");
	k->channels = (struct str_list){ (struct str[]){ STR("slow"), STR("fast"), STR("f*") }, 3 };
	put(t, RECORD_APIKEY, k);
	p->channel = STR("fast");
	p->model = STR("m1");
	put(t, RECORD_PRICE, p);
	if (txn_commit(t) == -1)
		exit(1);
}

static void
rename_record(struct txn *t, enum record_kind kind, const char *was, const char *is)
{
	struct record *r = record_find(t, kind, str_of(was), &arena);

	r->name = str_of(is);
	put(t, kind, r);
}

static void *
find(struct txn *t, enum record_kind kind, const char *name)
{
	return record_find(t, kind, str_of(name), &arena);
}

static void
test_rename(struct db *db)
{
	struct txn *t = txn_write(db);
	struct apikey *k;
	struct price *p;
	struct model *m;

	rename_record(t, RECORD_CHANNEL, "fast", "quick");
	rename_record(t, RECORD_PROVIDER, "eu", "europe");
	is_int(txn_commit(t), 0, "a channel and its provider get new names");
	t = txn_read(db);
	ok(find(t, RECORD_CHANNEL, "fast") == NULL && find(t, RECORD_CHANNEL, "quick") != NULL, "the channel has it");
	ok(str_is(((struct channel *)find(t, RECORD_CHANNEL, "quick"))->provider, "europe"), "its provider's name followed");
	ok(str_is(((struct channel *)find(t, RECORD_CHANNEL, "slow"))->provider, "us"), "another provider's did not");
	m = find(t, RECORD_MODEL, "quick/m1");
	ok(m != NULL && str_is(m->channel, "quick"), "its models followed");
	ok(find(t, RECORD_MODEL, "fast/m1") == NULL, "and are not found as before");
	ok(find(t, RECORD_MODEL, "fast/two/m1") != NULL, "those of a channel whose name begins alike did not");
	ok(find(t, RECORD_UPKEY, "quick/a") != NULL && find(t, RECORD_UPKEY, "fast/a") == NULL, "its upstream keys followed");
	k = find(t, RECORD_APIKEY, "caller");
	ok(str_is(k->channels.items[1], "quick") && str_is(k->channels.items[0], "slow") && str_is(k->channels.items[2], "f*"),
	    "a client key's list of channels followed, its globs stay");
	p = find(t, RECORD_PRICE, "fast/m1");
	ok(p != NULL && str_is(p->channel, "quick"), "a price followed under its own name");
	txn_end(t);
}

static void
test_delete(struct db *db)
{
	struct txn *t = txn_write(db);
	struct record *r = find(t, RECORD_CHANNEL, "quick");

	is_int(record_belongings(t, RECORD_CHANNEL, r->id), 4, "a channel has two keys and two models");
	ok(record_del(t, RECORD_CHANNEL, r->id), "it is deleted");
	is_int(txn_commit(t), 0, "for good");
	is_int(db_entries(db, DB_UPKEY), 0, "its keys are gone");
	is_int(db_entries(db, DB_MODEL), 2, "its models too, others stay");
	t = txn_write(db);
	ok(find(t, RECORD_MODEL, "quick/m1") == NULL, "their names are free");
	r = find(t, RECORD_PROVIDER, "europe");
	is_int(record_belongings(t, RECORD_PROVIDER, r->id), 2, "a provider's belongings are its channels and theirs");
	ok(record_del(t, RECORD_PROVIDER, r->id), "it is deleted");
	is_int(txn_commit(t), 0, "for good");
	ok(db_entries(db, DB_CHANNEL) == 1 && db_entries(db, DB_MODEL) == 1, "what belonged to it is gone, the other's is there");
	is_int(db_entries(db, DB_APIKEY), 1, "a client key that names it stays");
	is_int(db_entries(db, DB_NAME), 5, "the index has the names of what is left and no other");
}

int
main(void)
{
	struct db *db;

	arena_init(&arena);
	temp_init();
	db = temp_open(ENV_STORE);
	fill(db);
	test_rename(db);
	test_delete(db);
	db_close(db);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
