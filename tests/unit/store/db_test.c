/* SPDX-License-Identifier: Apache-2.0 */
/* db_test.c - environments open, tell why not, and the state is made anew when it must be. */
#include "store/db.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/log.h"
#include "store/txn.h"
#include "temp.h"

static const char *
path_of(const char *file)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", temp_dir, file);
	return path;
}

static int
mode_of(const char *file)
{
	struct stat st;

	return stat(path_of(file), &st) == -1 ? -1 : (int)(st.st_mode & 0777);
}

static bool
put(struct db *db, enum db_table table, const char *key, const char *value)
{
	struct txn *t = txn_write(db);

	txn_put(t, table, str_of(key), str_of(value));
	return txn_commit(t) == 0;
}

static bool
has(struct db *db, enum db_table table, const char *key)
{
	struct txn *t = txn_read(db);
	bool found = txn_get_into(t, table, str_of(key), NULL, 0, NULL);

	txn_end(t);
	return found;
}

static const char *
why_not(enum db_env env, unsigned flags)
{
	static char text[256];
	struct str why;
	struct db *db = db_open(env, temp_dir, flags, 0, &why);

	db_close(db);
	snprintf(text, sizeof(text), STR_FMT, STR_ARG(why));
	return db == NULL ? text : "it opened";
}

static void
test_create(void)
{
	struct db_stat st;
	struct db *db;

	is_str(why_not(ENV_STORE, 0), "there is none", "without leave to create, a missing store does not open");
	is_int(mode_of("store"), -1, "and nothing was made");
	db = temp_open(ENV_STORE);
	is_int(mode_of("store"), 0700, "the directory is its owner's only");
	is_int(mode_of("store/data.mdb"), 0600, "the data too");
	is_int(mode_of("store/lock.mdb"), 0600, "the lock too");
	ok(put(db, DB_PROVIDER, "k", "v") && has(db, DB_PROVIDER, "k"), "a table takes a record");
	is_int(db_entries(db, DB_PROVIDER), 1, "and counts it");
	is_int(db_entries(db, DB_CHANNEL), 0, "another does not");
	db_stat(db, &st);
	is_int(st.map_bytes, TEMP_MAP, "the map has the size asked for");
	ok(st.used_bytes > 0 && st.used_bytes < st.map_bytes / 4, "few of its pages are used");
	is_int(st.last_txn, db_last_txn(db), "the transaction number is the environment's");
	is_int(st.readers, 1, "one reader is there: we");
	is_int(db_sync(db), 0, "it syncs");
	db_close(db);
	db_close(NULL);
}

static void
test_last_txn(void)
{
	struct db *db = temp_open(ENV_STORE);
	uint64_t before = db_last_txn(db);

	has(db, DB_PROVIDER, "k");
	is_int(db_last_txn(db), before, "a read does not move the transaction number");
	put(db, DB_PROVIDER, "k", "w");
	is_int(db_last_txn(db), before + 1, "a commit does");
	db_close(db);
	db = temp_open(ENV_STORE);
	is_int(db_last_txn(db), before + 1, "opening what is complete writes nothing");
	db_close(db);
}

static void
test_read_only(void)
{
	struct db *writer = temp_open(ENV_STATE), *db;
	int go[2], status;
	struct txn *t;
	struct str why;
	char byte;
	pid_t child;

	put(writer, DB_METER, "k", "v");
	db_close(writer);
	db = db_open(ENV_STATE, temp_dir, DB_READ_ONLY, 0, &why);
	ok(db != NULL && has(db, DB_METER, "k"), "a read-only look finds what a writable map stored");
	t = txn_write(db);
	txn_put(t, DB_METER, STR("x"), STR("y"));
	is_int(txn_commit(t), -1, "it does not write");
	db_close(db);
	if (pipe(go) == -1)
		exit(1);
	child = fork();
	if (child == 0) {
		writer = temp_open(ENV_STATE);
		put(writer, DB_METER, "live", "v");
		if (write(go[1], "x", 1) == 1)
			pause();
		_exit(0);
	}
	if (read(go[0], &byte, 1) != 1)
		exit(1);
	db = db_open(ENV_STATE, temp_dir, DB_READ_ONLY, 0, &why);
	ok(db != NULL && has(db, DB_METER, "live"), "a read-only look works while a writer has it open");
	db_close(db);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	close(go[0]);
	close(go[1]);
	is_str(why_not(ENV_STORE, DB_READ_ONLY), "it opened", "the store opens read-only too");
}

/* Writes `text` over the start of a file. */
static void
damage(const char *file, size_t n)
{
	static char junk[8192];
	int fd = open(path_of(file), O_WRONLY);

	memset(junk, 'J', sizeof(junk));
	if (write(fd, junk, n) != (ssize_t)n)
		exit(1);
	close(fd);
}

static void
test_state_anew(void)
{
	struct db *db = temp_open(ENV_STATE);

	ok(has(db, DB_METER, "k"), "the state of this boot is kept");
	put(db, DB_STAMP, "boot", "another boot");
	db_close(db);
	is_str(why_not(ENV_STATE, DB_READ_ONLY), "it is of an earlier boot", "a look does not touch the state of another boot");
	is_str(why_not(ENV_STATE, 0), "it is of an earlier boot", "who may not create does not make it anew");
	db = temp_open(ENV_STATE);
	ok(!has(db, DB_METER, "k") && has(db, DB_STAMP, "boot"), "the state of another boot is made anew");
	put(db, DB_METER, "k", "v");
	db_close(db);
	db = temp_open(ENV_STATE);
	ok(has(db, DB_METER, "k"), "and then kept");
	db_close(db);
	damage("state/data.mdb", 8192);
	db = temp_open(ENV_STATE);
	ok(!has(db, DB_METER, "k"), "a damaged state is made anew");
	put(db, DB_METER, "k", "v");
	db_close(db);
	if (truncate(path_of("state/data.mdb"), 3 * 4096) == -1)
		exit(1);
	db = temp_open(ENV_STATE);
	ok(!has(db, DB_METER, "k"), "a state cut short is made anew");
	put(db, DB_METER, "k", "v");
	db_close(db);
	unlink(path_of("state/data.mdb"));
	db = temp_open(ENV_STATE);
	ok(!has(db, DB_METER, "k") && put(db, DB_METER, "k", "v"), "a missing state is made");
	db_close(db);
}

static void
test_store_kept(void)
{
	struct db *db = temp_open(ENV_STORE);
	struct txn *t = txn_write(db);

	txn_put(t, DB_META, STR("schema"), (struct str){ "\0\0\0\x63", 4 });
	is_int(txn_commit(t), 0, "a store of schema 99 is made");
	db_close(db);
	is_str(why_not(ENV_STORE, DB_CREATE), "it was written by a newer version of weir", "a newer schema is refused");
	damage("store/data.mdb", 8192);
	ok(strcmp(why_not(ENV_STORE, DB_CREATE), "it opened") != 0, "a damaged store is refused");
	ok(mode_of("store/data.mdb") == 0600, "and never made anew");
}

/* Two processes that both find an old state: one makes it anew, neither loses what the other wrote. */
static void
test_race(void)
{
	struct db *db = temp_open(ENV_STATE);
	char name[2][8] = { "first", "second" };
	int start[2], status, failed = 0;
	pid_t child[8];
	char byte;

	put(db, DB_STAMP, "boot", "another boot");
	put(db, DB_METER, "old", "v");
	db_close(db);
	if (pipe(start) == -1)
		exit(1);
	for (int i = 0; i < 8; i++) {
		char key[16];

		snprintf(key, sizeof(key), "%s%d", name[i % 2], i);
		child[i] = fork();
		if (child[i] != 0)
			continue;
		close(start[1]);
		if (read(start[0], &byte, 1) < 0)
			_exit(1);
		db = temp_open(ENV_STATE);
		_exit(put(db, DB_METER, key, "v") ? 0 : 1);
	}
	close(start[1]);
	close(start[0]);
	for (int i = 0; i < 8; i++) {
		waitpid(child[i], &status, 0);
		failed += status != 0;
	}
	is_int(failed, 0, "eight processes that find an old state at once all open it");
	db = temp_open(ENV_STATE);
	is_int(db_entries(db, DB_METER), 8, "it is made anew once: what each wrote is there, the old is not");
	db_close(db);
}

/* A process that has the old files open goes on undisturbed. */
static void
test_old_opener(void)
{
	int ready[2], go[2], status;
	struct db *db;
	pid_t child;
	char byte;

	if (pipe(ready) == -1 || pipe(go) == -1)
		exit(1);
	child = fork();
	if (child == 0) {
		db = temp_open(ENV_STATE);
		put(db, DB_STAMP, "boot", "another boot");
		close(go[1]);
		if (write(ready[1], "x", 1) != 1 || read(go[0], &byte, 1) < 0)
			_exit(1);
		_exit(put(db, DB_METER, "mine", "v") && has(db, DB_METER, "mine") ? 0 : 2);
	}
	if (read(ready[0], &byte, 1) != 1)
		exit(1);
	db = temp_open(ENV_STATE);
	close(go[1]);
	waitpid(child, &status, 0);
	is_int(status, 0, "who has the old state open can still write to it");
	ok(!has(db, DB_METER, "mine"), "which the new one does not see");
	db_close(db);
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
}

/* A reader killed with a snapshot open leaves its slot; a check frees it. */
static void
test_dead_reader(void)
{
	struct db *db;
	struct db_stat st;
	int ready[2], status;
	pid_t child;
	char byte;

	if (pipe(ready) == -1)
		exit(1);
	child = fork();
	if (child == 0) {
		db = temp_open(ENV_STATE);
		txn_read(db);
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	if (read(ready[0], &byte, 1) != 1)
		exit(1);
	db = temp_open(ENV_STATE);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	db_stat(db, &st);
	is_int(st.readers, 2, "a killed reader's slot stays");
	db_check_readers(db);
	db_stat(db, &st);
	is_int(st.readers, 1, "until a check frees it");
	db_close(db);
	close(ready[0]);
	close(ready[1]);
}

static void
test_copy(void)
{
	struct db *db = temp_open(ENV_STATE), *copy;
	char to[512];

	put(db, DB_METER, "copied", "v");
	snprintf(to, sizeof(to), "%s/copy/state", temp_dir);
	is_int(db_copy(db, to), 0, "a live environment is copied");
	is_int(db_copy(db, to), -1, "but not over another copy");
	is_int(mode_of("copy/state/data.mdb"), 0600, "the copy is its owner's only");
	db_close(db);
	snprintf(to, sizeof(to), "%s/copy", temp_dir);
	copy = db_open(ENV_STATE, to, 0, TEMP_MAP, &(struct str){ 0 });
	ok(copy != NULL && has(copy, DB_METER, "copied"), "it opens and has what the original had");
	db_close(copy);
}

static void
test_map_growth(void)
{
	struct str why;
	struct db *db = db_open(ENV_STATE, temp_dir, DB_CREATE, 1u << 20, &why);
	struct db_stat st;

	db_stat(db, &st);
	is_int(st.map_bytes, TEMP_MAP, "a state is never cut to less than it has");
	db_close(db);
	db = db_open(ENV_STATE, temp_dir, DB_CREATE, 2 * TEMP_MAP, &why);
	db_stat(db, &st);
	is_int(st.map_bytes, 2 * TEMP_MAP, "it grows when more is asked for");
	db_close(db);
}

/* One process uses more than another has mapped. */
static void
test_other_grows(void)
{
	static char value[1u << 20];
	int ready[2], go[2], status;
	struct db *db;
	struct txn *t;
	struct str why;
	pid_t child;
	char byte;

	if (pipe(ready) == -1 || pipe(go) == -1)
		exit(1);
	child = fork();
	if (child == 0) {
		db = temp_open(ENV_STATE);
		has(db, DB_METER, "k");
		close(go[1]);
		if (write(ready[1], "x", 1) != 1 || read(go[0], &byte, 1) < 0)
			_exit(1);
		_exit(has(db, DB_METER, "large") && put(db, DB_METER, "after", "v") ? 0 : 2);
	}
	if (read(ready[0], &byte, 1) != 1)
		exit(1);
	db = db_open(ENV_STATE, temp_dir, DB_CREATE, 4 * TEMP_MAP, &why);
	for (char key[] = "a"; key[0] < 'a' + 24; key[0]++) {
		t = txn_write(db);
		txn_put(t, DB_JOURNAL, str_of(key), (struct str){ value, sizeof(value) });
		if (txn_commit(t) == -1)
			exit(1);
	}
	put(db, DB_METER, "large", "v");
	close(go[1]);
	waitpid(child, &status, 0);
	is_int(status, 0, "a process whose map has become too small maps more and goes on");
	ok(has(db, DB_METER, "after"), "and what it wrote is seen");
	db_close(db);
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
}

int
main(void)
{
	log_init("test", LOG_LEVEL_ERROR);
	temp_init();
	test_create();
	test_last_txn();
	test_read_only();
	fflush(stdout);
	test_state_anew();
	fflush(stdout);
	test_race();
	test_old_opener();
	fflush(stdout);
	test_dead_reader();
	test_copy();
	fflush(stdout);
	test_other_grows();
	unlink(path_of("state/data.mdb"));
	db_close(temp_open(ENV_STATE));
	test_map_growth();
	test_store_kept();
	temp_done();
	return tap_done();
}
