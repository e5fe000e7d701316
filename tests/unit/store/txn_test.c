/* SPDX-License-Identifier: Apache-2.0 */
/* txn_test.c - transactions store all or nothing and remember their first error. */
#include "store/txn.h"

#include <sys/wait.h>

#include "temp.h"

static struct str
text(const char *s)
{
	return str_of(s);
}

static bool
has(struct db *db, enum db_table table, const char *key, const char *want)
{
	char bytes[64];
	size_t n;
	struct txn *t = txn_read(db);
	bool found = txn_get_into(t, table, text(key), bytes, sizeof(bytes), &n);

	txn_end(t);
	return want == NULL ? !found : found && str_eq((struct str){ bytes, n }, text(want));
}

static void
test_put_get(struct db *db)
{
	struct txn *t = txn_write(db);
	struct arena a;
	struct str value;
	char small[4];
	size_t n;

	arena_init(&a);
	txn_put(t, DB_METER, text("one"), text("first value"));
	ok(txn_get(t, DB_METER, text("one"), &a, &value), "a transaction sees its own put");
	is_int(txn_commit(t), 0, "it commits");
	t = txn_read(db);
	ok(txn_get(t, DB_METER, text("one"), &a, &value), "a later read finds it");
	is_slice(value, "first value", "with its value");
	ok(!txn_get(t, DB_METER, text("two"), &a, &value) && value.n == 0 && !txn_failed(t),
	    "what is not there is not found, which is no error");
	ok(txn_get_into(t, DB_METER, text("one"), small, sizeof(small), &n) && n == 11 && memcmp(small, "firs", 4) == 0,
	    "a small buffer gets what fits and the true size");
	memset(small, 'x', sizeof(small));
	ok(!txn_get_into(t, DB_METER, text("two"), small, sizeof(small), &n) && n == 0 && small[0] == 0 && small[3] == 0,
	    "a buffer for what is not there is cleared");
	txn_end(t);
	arena_done(&a);
}

static void
test_abort(struct db *db)
{
	struct txn *t = txn_write(db);

	txn_put(t, DB_METER, text("aborted"), text("x"));
	txn_end(t);
	ok(has(db, DB_METER, "aborted", NULL), "a write that is ended without commit stores nothing");
}

static void
test_delete(struct db *db)
{
	struct txn *t = txn_write(db);

	txn_put(t, DB_METER, text("gone"), text("x"));
	ok(txn_del(t, DB_METER, text("gone")), "a delete tells that the key was there");
	ok(!txn_del(t, DB_METER, text("gone")), "a second delete tells that it was not");
	ok(!txn_failed(t), "which is no error");
	is_int(txn_commit(t), 0, "and commits");
}

static void
test_take(struct db *db)
{
	struct txn *t = txn_write(db);
	char small[4];
	size_t n;

	txn_put(t, DB_METER, text("taken"), text("a value"));
	txn_put(t, DB_METER, text("takes"), text("neighbour"));
	ok(txn_take(t, DB_METER, text("taken"), small, sizeof(small), &n) && n == 7 && memcmp(small, "a va", 4) == 0,
	    "what is taken comes as from a get");
	ok(!txn_take(t, DB_METER, text("taken"), small, sizeof(small), &n) && n == 0 && small[0] == 0 && small[3] == 0,
	    "and is gone");
	ok(!txn_failed(t), "which is no error");
	is_int(txn_commit(t), 0, "and commits");
	ok(has(db, DB_METER, "taken", NULL) && has(db, DB_METER, "takes", "neighbour"), "nothing else is taken");
	t = txn_write(db);
	ok(txn_take(t, DB_METER, text("takes"), small, sizeof(small), &n), "what a transaction took");
	txn_end(t);
	ok(has(db, DB_METER, "takes", "neighbour"), "is there again when it is aborted");
}

static void
test_append(struct db *db)
{
	struct txn *t = txn_write(db);

	txn_append(t, DB_JOURNAL, text("b"), text("2"));
	txn_append(t, DB_JOURNAL, text("c"), text("3"));
	txn_append(t, DB_JOURNAL, text("a"), text("1"));
	txn_append(t, DB_JOURNAL, text("c"), text("4"));
	is_int(txn_commit(t), 0, "appends commit, those out of order too");
	ok(has(db, DB_JOURNAL, "a", "1") && has(db, DB_JOURNAL, "b", "2"), "all of them are there");
	ok(has(db, DB_JOURNAL, "c", "4"), "an append to a key that is there replaces its value");
}

static void
test_sticky(struct db *db)
{
	struct txn *t = txn_write(db);
	struct arena a;
	struct str value;
	struct walk w;
	char small[4];
	size_t n;

	arena_init(&a);
	txn_put(t, DB_METER, text("before"), text("x"));
	txn_put(t, DB_METER, STR_NONE, text("x"));
	ok(txn_failed(t) && !txn_full(t), "an empty key is an error");
	txn_put(t, DB_METER, text("after"), text("x"));
	ok(!txn_get(t, DB_METER, text("before"), &a, &value), "after an error nothing is found");
	ok(!txn_del(t, DB_METER, text("before")), "nothing is deleted");
	ok(!txn_take(t, DB_METER, text("before"), small, sizeof(small), &n) && n == 0, "nothing is taken");
	ok(!walk_first(&w, t, DB_METER, STR_NONE, STR_NONE), "nothing is walked");
	ok(strlen(txn_why(t)) > 0 && strcmp(txn_why(t), "no error") != 0, "the first error has words");
	is_int(txn_commit(t), -1, "the commit tells");
	ok(has(db, DB_METER, "before", NULL) && has(db, DB_METER, "after", NULL), "nothing of it is stored");
	t = txn_write(db);
	ok(!txn_failed(t), "the next transaction starts clean");
	txn_put(t, DB_METER, text("after"), text("x"));
	is_int(txn_commit(t), 0, "and commits");
	arena_done(&a);
}

static void
test_nested_reads(struct db *db)
{
	struct txn *outer = txn_read(db), *inner, *w;
	struct arena a;
	struct str value;

	arena_init(&a);
	w = txn_write(db);
	txn_put(w, DB_METER, text("later"), text("x"));
	is_int(txn_commit(w), 0, "a write goes through while a read is open");
	inner = txn_read(db);
	ok(!txn_get(inner, DB_METER, text("later"), &a, &value), "a read inside a read shares its snapshot");
	txn_end(inner);
	ok(txn_get(outer, DB_METER, text("one"), &a, &value), "the outer one goes on");
	txn_end(outer);
	ok(has(db, DB_METER, "later", "x"), "the next read sees the write");
	arena_done(&a);
}

/* A process that dies inside a transaction; the other then writes. */
static void
kill_writer(void)
{
	int to_parent[2];
	pid_t writer;
	char byte;

	if (pipe(to_parent) == -1)
		exit(1);
	writer = fork();
	if (writer == 0) {
		struct db *db = temp_open(ENV_STATE);
		struct txn *t = txn_write(db);

		txn_put(t, DB_METER, text("half"), text("x"));
		if (write(to_parent[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(to_parent[1]);
	ok(read(to_parent[0], &byte, 1) == 1, "a writer is in the middle of a transaction");
	close(to_parent[0]);
	kill(writer, SIGKILL);
	waitpid(writer, NULL, 0);
}

static void
test_killed_writer(void)
{
	pid_t survivor;
	int go[2], status;
	struct db *db;

	if (pipe(go) == -1)
		exit(1);
	survivor = fork();
	if (survivor == 0) {
		struct db *mine = temp_open(ENV_STATE);	/* opened before the other dies */
		struct txn *t;
		char byte;

		close(go[1]);
		if (read(go[0], &byte, 1) < 0)
			_exit(3);
		t = txn_write(mine);
		txn_put(t, DB_METER, text("survivor"), text("x"));
		_exit(txn_commit(t) == 0 ? 0 : 2);
	}
	kill_writer();
	close(go[1]);
	close(go[0]);
	waitpid(survivor, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "another process writes on after the holder was killed");
	db = temp_open(ENV_STATE);
	ok(has(db, DB_METER, "half", NULL), "nothing of the killed transaction is stored");
	ok(has(db, DB_METER, "survivor", "x"), "what the other wrote is");
	ok(has(db, DB_METER, "one", "first value"), "what was there before still is");
	db_close(db);
}

int
main(void)
{
	struct db *db;

	temp_init();
	db = temp_open(ENV_STATE);
	test_put_get(db);
	test_abort(db);
	test_delete(db);
	test_take(db);
	test_append(db);
	test_sticky(db);
	test_nested_reads(db);
	db_close(db);
	fflush(stdout);
	test_killed_writer();
	temp_done();
	return tap_done();
}
