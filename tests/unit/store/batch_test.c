/* SPDX-License-Identifier: Apache-2.0 */
/* batch_test.c - a turn's ops share one transaction, settles first, and all are told how it ended. */
#include "store/batch.h"

#include "base/buf.h"
#include "store/key.h"
#include "temp.h"

static struct buf story;
static const char bulk[50000];

struct op {
	struct batch_op op;
	const char     *name;
	bool		fail;		/* spoils the transaction */
	bool		large;
	int		runs, dones;
	bool		failed;
	struct op      *cancels, *frees;
	struct batch   *adds_to;	/* itself, again */
};

static void
run_op(struct batch_op *b, struct txn *t)
{
	struct op *o = container_of(b, struct op, op);

	o->runs++;
	buf_printf(&story, "%s ", o->name);
	txn_put(t, DB_METER, o->fail ? STR_NONE : str_of(o->name),
	    o->large ? (struct str){ bulk, sizeof(bulk) } : STR("x"));
}

static void
op_done(struct batch_op *b, bool failed)
{
	struct op *o = container_of(b, struct op, op);

	o->dones++;
	o->failed = failed;
	buf_printf(&story, "%s%c ", o->name, failed ? '-' : '+');
	if (o->cancels != NULL)
		batch_cancel(&o->cancels->op);
	if (o->adds_to != NULL)
		batch_add(o->adds_to, &o->op);
	o->adds_to = NULL;
}

static struct op
make(const char *name, enum batch_phase phase)
{
	return (struct op){ .op = { .phase = phase, .run = run_op, .done = op_done }, .name = name };
}

static void
hook_begin(void *arg, struct txn *t)
{
	(void)arg;
	(void)t;
	buf_cstr(&story, "begin ");
}

static void
hook_end(void *arg, struct txn *t)
{
	(void)arg;
	(void)t;
	buf_cstr(&story, "end ");
}

static void
hook_done(void *arg, bool failed)
{
	(void)arg;
	buf_cstr(&story, failed ? "lost " : "kept ");
}

static const char *
told(void)
{
	static char text[1024];

	snprintf(text, sizeof(text), STR_FMT, STR_ARG(buf_view(&story)));
	buf_clear(&story);
	return text;
}

static void
add(struct batch *b, struct op *o)
{
	batch_init_op(&o->op);
	batch_add(b, &o->op);
}

static void
test_order(struct batch *b, struct db *db)
{
	struct op a1 = make("a1", BATCH_ADMIT), s1 = make("s1", BATCH_SETTLE), a2 = make("a2", BATCH_ADMIT),
		  s2 = make("s2", BATCH_SETTLE);
	uint64_t before = db_last_txn(db);

	batch_run(b);
	is_int(db_last_txn(db), before, "an empty queue makes no transaction");
	add(b, &a1);
	add(b, &s1);
	add(b, &a2);
	add(b, &s2);
	ok(batch_pending(b), "ops are pending");
	batch_run(b);
	is_str(told(), "begin s1 s2 a1 a2 end kept s1+ s2+ a1+ a2+ ", "settles run before admissions, hooks around, all are told");
	is_int(db_last_txn(db), before + 1, "all of a turn is one transaction");
	ok(!batch_pending(b), "nothing is pending afterwards");
	is_int(batch_failures(b), 0, "nothing was lost");
}

static void
test_failure(struct batch *b, struct db *db)
{
	struct op good = make("good", BATCH_SETTLE), bad = make("bad", BATCH_ADMIT);
	uint64_t before = db_entries(db, DB_METER);

	bad.fail = true;
	add(b, &good);
	add(b, &bad);
	batch_run(b);
	is_str(told(), "begin good bad end begin good bad end lost good- bad- ", "a lost transaction is tried twice, then all are told");
	ok(good.failed && bad.failed && good.dones == 1, "each op hears it once");
	is_int(db_entries(db, DB_METER), before, "nothing of it is stored");
	is_int(batch_failures(b), 1, "one transaction was lost");
	bad.fail = false;
	add(b, &bad);
	batch_run(b);
	ok(!bad.failed, "the next turn is stored again");
	told();
}

static void
test_queue_changes(struct batch *b)
{
	struct op one = make("one", BATCH_SETTLE), two = make("two", BATCH_SETTLE), three = make("three", BATCH_ADMIT);

	add(b, &one);
	add(b, &two);
	add(b, &three);
	batch_cancel(&two.op);
	batch_cancel(&two.op);
	one.cancels = &three;
	one.adds_to = b;
	batch_run(b);
	is_str(told(), "begin one three end kept one+ ", "a cancelled op does not run; one cancelled by another's done is not told");
	ok(batch_pending(b), "an op added by a done waits for the next turn");
	one.cancels = NULL;
	batch_run(b);
	is_str(told(), "begin one end kept one+ ", "where it runs");
	batch_init_op(&two.op);
	batch_cancel(&two.op);
	ok(!batch_pending(b), "cancelling an op that is in no queue is harmless");
}

/* A map filled to its brim: the batch fails, gives room, and goes on. */
static void
test_full(void)
{
	struct str why;
	struct db *db = db_open(ENV_STATE, temp_dir, DB_CREATE, 2u << 20, &why);
	struct batch *b = batch_new(db, (struct batch_hooks){ 0 });
	static char value[100];
	struct op o = make("settled", BATCH_SETTLE);
	struct key k;
	uint64_t n = 0;
	struct txn *t;

	for (bool full = false; !full && n < 100000; n++) {
		t = txn_write(db);
		txn_put(t, DB_JOURNAL, key_pack(&k, "Q", n), (struct str){ value, sizeof(value) });
		full = txn_commit(t) == -1;
	}
	o.large = true;
	add(b, &o);
	batch_run(b);
	ok(o.failed && batch_failures(b) == 1, "a batch on a full map reports that it failed");
	t = txn_write(db);
	for (uint64_t i = 0; i < 2000; i++)
		txn_del(t, DB_JOURNAL, key_pack(&k, "Q", i));
	is_int(txn_commit(t), 0, "the journal's blocks can be deleted");
	add(b, &o);
	batch_run(b);
	ok(!o.failed, "then the batch succeeds");
	batch_free(b);
	db_close(db);
}

int
main(void)
{
	struct batch_hooks hooks = { hook_begin, hook_end, hook_done, NULL };
	struct batch *b;
	struct db *db;

	temp_init();
	db = temp_open(ENV_STATE);
	b = batch_new(db, hooks);
	test_order(b, db);
	test_failure(b, db);
	test_queue_changes(b);
	batch_free(b);
	batch_free(NULL);
	db_close(db);
	temp_done();
	temp_init();
	test_full();
	temp_done();
	buf_done(&story);
	return tap_done();
}
