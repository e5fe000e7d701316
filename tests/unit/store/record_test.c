/* SPDX-License-Identifier: Apache-2.0 */
/* record_test.c - records are checked, named uniquely, kept and found again. */
#include "store/record.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/generation.h"
#include "store/key.h"
#include "store/records.h"
#include "temp.h"

static struct arena arena;
static struct str why;

static struct provider *
make_provider(const char *name)
{
	struct provider *p = record_new(RECORD_PROVIDER, &arena);

	p->r.name = str_of(name);
	p->kind = STR("generic");
	return p;
}

static struct channel *
make_channel(const char *name, const char *provider)
{
	struct channel *c = record_new(RECORD_CHANNEL, &arena);

	c->r.name = str_of(name);
	c->provider = str_of(provider);
	return c;
}

static struct model *
make_model(const char *channel, const char *name)
{
	struct model *m = record_new(RECORD_MODEL, &arena);

	m->channel = str_of(channel);
	m->model = str_of(name);
	return m;
}

/* One put in a transaction of its own. */
static int
put(struct db *db, enum record_kind kind, void *object)
{
	struct txn *t = txn_write(db);
	int rc = record_put(t, kind, object, &why);

	if (rc == -1)
		txn_end(t);
	else if (txn_commit(t) == -1)
		exit(1);
	return rc;
}

static uint64_t
generation(struct db *db)
{
	struct txn *t = txn_read(db);
	uint64_t g = generation_get(t);

	txn_end(t);
	return g;
}

static void *
find(struct db *db, enum record_kind kind, const char *name)
{
	struct txn *t = txn_read(db);
	void *object = record_find(t, kind, str_of(name), &arena);

	txn_end(t);
	return object;
}

static void
test_add(struct db *db)
{
	struct provider *p = make_provider("main"), *got;
	uint64_t g = generation(db);

	clock_freeze(1000, 2000);
	p->base_url = STR("https://api.example.com/v1");
	is_int(put(db, RECORD_PROVIDER, p), 0, "a provider is added");
	ok(p->r.id == 1 && p->r.created == 2000 && p->r.changed == 2000, "it gets an id and its times");
	is_int(generation(db), g + 1, "the generation moves");
	got = find(db, RECORD_PROVIDER, "main");
	ok(got != NULL && str_eq(got->base_url, p->base_url) && got->multiplier == 1000000000 && got->r.enabled,
	    "it is found by name, fields and defaults as they were");
	got = find(db, RECORD_PROVIDER, "1");
	ok(got != NULL && str_is(got->r.name, "main"), "it is found by id");
	ok(find(db, RECORD_PROVIDER, "2") == NULL && find(db, RECORD_PROVIDER, "other") == NULL, "others are not found");
	ok(find(db, RECORD_CHANNEL, "main") == NULL, "nor is it one of another kind");
}

static void
test_change(struct db *db)
{
	struct provider *p = find(db, RECORD_PROVIDER, "main");
	uint64_t g = generation(db), last = db_last_txn(db);

	clock_advance(500);
	is_int(put(db, RECORD_PROVIDER, p), 0, "a put of what is stored already succeeds");
	ok(generation(db) == g && db_last_txn(db) <= last + 1 && p->r.changed == 2000, "and changes nothing");
	p->class = STR("local");
	is_int(put(db, RECORD_PROVIDER, p), 0, "a changed field is put");
	p = find(db, RECORD_PROVIDER, "main");
	ok(str_is(p->class, "local") && p->r.created == 2000 && p->r.changed == 2500 && generation(db) == g + 1,
	    "the change is stored with its time, the generation moves");
	p->r.id = 77;
	is_int(put(db, RECORD_PROVIDER, p), -1, "a change of a record that is gone is refused");
}

static void
test_refusals(struct db *db)
{
	struct provider *p = make_provider("main");
	struct channel *c = make_channel("chan", "nobody");
	uint64_t g = generation(db);

	is_int(put(db, RECORD_PROVIDER, p), -1, "a name that is taken is refused");
	is_slice(why, "there is a provider main already", "in words");
	is_int(p->r.id, 0, "no id is given");
	is_int(put(db, RECORD_PROVIDER, make_provider("")), -1, "a record without a name is refused");
	is_int(put(db, RECORD_PROVIDER, make_provider("new\nline")), -1, "a name with a control character too");
	is_int(put(db, RECORD_CHANNEL, c), -1, "a channel of a provider that is not there is refused");
	is_slice(why, "there is no provider nobody", "in words");
	is_int(put(db, RECORD_CHANNEL, make_channel("chan", "1")), -1, "a provider is named, not numbered");
	is_int(put(db, RECORD_CHANNEL, make_channel("chan", "")), -1, "a channel without a provider is refused");
	is_slice(why, "provider is missing", "as incomplete");
	is_int(put(db, RECORD_MODEL, make_model("chan", "gpt")), -1, "a model of a channel that is not there is refused");
	c = make_channel("chan", "main");
	c->limits = (struct str_list){ (struct str[]){ STR("100 requests / 1m"), STR("much") }, 2 };
	is_int(put(db, RECORD_CHANNEL, c), -1, "a list with one bad item is refused");
	is_int(generation(db), g, "a refusal does not move the generation");
}

static void
test_made_names(struct db *db)
{
	struct channel *c = make_channel("chan", "main");
	struct upkey *u = record_new(RECORD_UPKEY, &arena);
	struct model *m = make_model("chan", "org/model:7b");
	struct price *p = record_new(RECORD_PRICE, &arena);

	is_int(put(db, RECORD_CHANNEL, c), 0, "a channel is added");
	u->channel = c->r.id;
	u->r.name = STR("first");
	u->digest = STR("12345678");
	is_int(put(db, RECORD_UPKEY, u), 0, "an upstream key is added with a label");
	is_slice(u->r.name, "first", "the object's name stays as it was");
	ok(find(db, RECORD_UPKEY, "chan/first") != NULL, "it is stored as channel/label");
	u = find(db, RECORD_UPKEY, "chan/first");
	u->r.enabled = false;
	is_int(put(db, RECORD_UPKEY, u), 0, "a put of the stored form keeps the name");
	ok(find(db, RECORD_UPKEY, "chan/first") != NULL, "as it is");
	u = record_new(RECORD_UPKEY, &arena);
	u->channel = 999;
	u->r.name = STR("second");
	is_int(put(db, RECORD_UPKEY, u), -1, "an upstream key without its channel is refused");
	is_int(put(db, RECORD_MODEL, m), 0, "a model is added");
	m = find(db, RECORD_MODEL, "chan/org/model:7b");
	ok(m != NULL && str_is(m->model, "org/model:7b"), "it is found as channel/model");
	is_int(put(db, RECORD_MODEL, make_model("chan", "org/model:7b")), -1, "the same model of a channel comes once");
	p->model = STR("gpt-*");
	is_int(put(db, RECORD_PRICE, p), 0, "a price without a name is added");
	p = find(db, RECORD_PRICE, "*/gpt-*");
	ok(p != NULL && p->input == -1 && p->request == 0, "it is named by what it holds for; amounts are not given");
}

static void
test_seen(struct db *db)
{
	struct model *m = find(db, RECORD_MODEL, "chan/org/model:7b");
	uint64_t g = generation(db);

	m->seen = 12345;
	is_int(put(db, RECORD_MODEL, m), 0, "a model is seen again");
	m = find(db, RECORD_MODEL, "chan/org/model:7b");
	ok(m->seen == 12345 && generation(db) == g, "which is stored but concerns no worker");
	m->context = 8192;
	is_int(put(db, RECORD_MODEL, m), 0, "its context is learnt");
	is_int(generation(db), g + 1, "which does");
}

static void
test_keys(struct db *db)
{
	struct apikey *one = record_new(RECORD_APIKEY, &arena), *two = record_new(RECORD_APIKEY, &arena);
	struct str key = apikey_generate(&arena, STR("lr-"));

	one->r.name = STR("one");
	apikey_set_secret(&arena, one, key);
	is_int(put(db, RECORD_APIKEY, one), 0, "a client key is added");
	two->r.name = STR("two");
	apikey_set_secret(&arena, two, key);
	is_int(put(db, RECORD_APIKEY, two), -1, "the same key under another name is refused");
	apikey_set_secret(&arena, two, STR("another key"));
	is_int(put(db, RECORD_APIKEY, two), 0, "another key is not");
	apikey_set_secret(&arena, one, STR("a third key"));
	is_int(put(db, RECORD_APIKEY, one), 0, "a key may be replaced");
	apikey_set_secret(&arena, two, key);
	is_int(put(db, RECORD_APIKEY, two), 0, "and the replaced one used elsewhere");
}

/* A record written by a newer binary: tag 99 is none of ours. */
static void
test_unknown_tags(struct db *db)
{
	struct provider *p = make_provider("newer");
	struct buf bytes = { 0 };
	struct txn *t;
	struct key k;
	struct str raw;

	is_int(put(db, RECORD_PROVIDER, p), 0, "a provider is added");
	fields_encode(&provider_fields, p, &bytes);
	buf_add(&bytes, "\x63\x03new", 5);
	t = txn_write(db);
	txn_put(t, DB_PROVIDER, key_pack(&k, "Q", p->r.id), buf_view(&bytes));
	is_int(txn_commit(t), 0, "a newer binary gives it a field that we do not know");
	p = find(db, RECORD_PROVIDER, "newer");
	p->allow_private = true;
	is_int(put(db, RECORD_PROVIDER, p), 0, "we change another field");
	t = txn_read(db);
	ok(txn_get(t, DB_PROVIDER, key_pack(&k, "Q", p->r.id), &arena, &raw) && str_ends(raw, STR("\x63\x03new")),
	    "the unknown field survives");
	txn_end(t);
	buf_done(&bytes);
}

static void
test_walk(struct db *db)
{
	struct record_walk w;
	struct txn *t = txn_write(db);
	struct key k;
	int n = 0, ordered = 1;
	uint64_t last = 0;

	txn_put(t, DB_PROVIDER, key_pack(&k, "Q", (uint64_t)5000), STR("\x01\x7f"));
	is_int(txn_commit(t), 0, "a damaged record is stored");
	is_int(put(db, RECORD_PROVIDER, make_provider("last")), 0, "and another provider");
	t = txn_read(db);
	for (struct record *r = record_first(&w, t, RECORD_PROVIDER, &arena); r != NULL; r = record_next(&w)) {
		n++;
		ordered &= r->id > last;
		last = r->id;
	}
	is_int(n, 3, "a walk sees all records but the damaged one");
	ok(ordered, "in the order of their ids");
	ok(record_get(t, RECORD_PROVIDER, 5000, &arena) == NULL, "which is not got either");
	txn_end(t);
	t = txn_write(db);
	ok(record_del(t, RECORD_PROVIDER, 5000), "but it can be deleted");
	is_int(txn_commit(t), 0, "for good");
}

static void
test_ids(struct db *db)
{
	struct provider *p = make_provider("short-lived"), *q = make_provider("short-lived");
	struct txn *t;

	is_int(put(db, RECORD_PROVIDER, p), 0, "a provider is added");
	t = txn_write(db);
	ok(record_del(t, RECORD_PROVIDER, p->r.id), "deleted");
	ok(!record_del(t, RECORD_PROVIDER, p->r.id), "once");
	is_int(txn_commit(t), 0, "for good");
	is_int(put(db, RECORD_PROVIDER, q), 0, "its name is free again");
	ok(q->r.id > p->r.id, "its id is not used again");
}

/* The tables themselves: tags and names once each, every preset readable. */
static void
test_tables(void)
{
	enum record_kind kind;
	int doubles = 0;

	for (int k = 0; k < RECORD_KINDS; k++) {
		const struct fields *f = record_info[k].fields;

		for (size_t i = 0; i < f->n; i++)
			for (size_t j = 0; j < i; j++)
				doubles += f->rows[i].number == f->rows[j].number || strcmp(f->rows[i].name, f->rows[j].name) == 0;
		ok(record_new((enum record_kind)k, &arena) != NULL, "a fresh %s has its defaults", record_info[k].noun);
	}
	is_int(doubles, 0, "no field table has a tag or a name twice");
	ok(record_kind_read(STR("key"), &kind) == 0 && kind == RECORD_APIKEY, "the operator's word names its kind");
	ok(record_kind_read(STR("apikey"), &kind) == 0 && kind == RECORD_APIKEY, "the declaration's word too");
	is_int(record_kind_read(STR("thing"), &kind), -1, "another word names none");
}

static void
test_failed_transaction(struct db *db)
{
	struct txn *t = txn_write(db);
	struct provider *p = make_provider("late");

	txn_put(t, DB_META, STR_NONE, STR("x"));
	is_int(record_put(t, RECORD_PROVIDER, p, &why), -1, "a put into a failed transaction fails");
	ok(why.n > 0 && p->r.id == 0, "in words");
	ok(!record_del(t, RECORD_PROVIDER, 1), "a delete too");
	is_int(txn_commit(t), -1, "and nothing is stored");
}

int
main(void)
{
	struct db *db;

	log_init("test", LOG_LEVEL_ERROR);
	arena_init(&arena);
	temp_init();
	db = temp_open(ENV_STORE);
	test_tables();
	test_add(db);
	test_change(db);
	test_refusals(db);
	test_made_names(db);
	test_seen(db);
	test_keys(db);
	test_unknown_tags(db);
	test_walk(db);
	test_ids(db);
	test_failed_transaction(db);
	db_close(db);
	temp_done();
	arena_done(&arena);
	return tap_done();
}
