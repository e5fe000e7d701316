/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - reads back what dump.c wrote.
 *
 * Runs in: weir-lmdb.
 *
 * The text is read twice: the first time nothing is stored, so a bad line
 * leaves all as it was.  Records go over those of the same key; others stay.
 * A state keeps the stamps it has.  Of META the id sequence only grows and the
 * generation moves, so that a running weir takes notice.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "inspect/inspect.h"
#include "store/generation.h"
#include "store/key.h"
#include "store/migrate.h"

#define RECORDS_PER_TXN 1000

/* One reading of the text. */
struct loading {
	struct inspect *in;
	FILE	       *file;
	const char     *name;
	bool		store;		/* the second time */
	struct arena	arena;		/* of one line */
	struct txn     *t[2];		/* by enum db_env */
	unsigned	pending;
	uint64_t	line, records;
	bool		touches[2];
};

struct piece {
	enum db_table table;
	struct str    key, value;
};

static int
complain_line(struct loading *l, const char *what)
{
	inspect_complain("%s:%llu: %s", l->name, (unsigned long long)l->line, what);
	return EX_DATAERR;
}

static int
read_hex(struct arena *a, const struct json *j, struct str *out)
{
	struct str hex = j == NULL ? STR_NONE : j->text;
	char *bytes = arena_alloc(a, hex.n / 2 + 1);

	if (!json_is(j, JSON_STRING) || j->escaped || hex.n % 2 != 0 || hex_read(bytes, hex.n / 2, hex) == -1)
		return -1;
	*out = (struct str){ bytes, hex.n / 2 };
	return 0;
}

static int
read_line(struct loading *l, struct str text, struct piece *p)
{
	struct json_error err;
	struct json *root;
	const struct json *table;

	if (json_read(&l->arena, text, (struct json_limits){ .depth = 4, .tree_depth = 1 }, &root, &err) == -1)
		return complain_line(l, err.what);
	table = json_get(root, "table");
	if (!json_is(table, JSON_STRING) || tables_find(arena_cstr(&l->arena, table->text), &p->table) == -1)
		return complain_line(l, "names no table");
	if (read_hex(&l->arena, json_get(root, "key"), &p->key) == -1 || p->key.n == 0 || p->key.n > KEY_BYTES)
		return complain_line(l, "has no key of 1 to 511 bytes in hex");
	if (read_hex(&l->arena, json_get(root, "value"), &p->value) == -1)
		return complain_line(l, "has no value in hex");
	return EX_OK;
}

/* Of META and STAMP: false when the line is not to be stored. */
static bool
wanted(struct txn *t, const struct piece *p)
{
	unsigned char bytes[8];
	uint64_t loaded, ours = 0;

	if (p->table != DB_META && p->table != DB_STAMP)
		return true;
	if (str_is(p->key, "schema") || str_is(p->key, "generation") || str_is(p->key, "boot"))
		return false;
	if (p->table == DB_STAMP)
		return !txn_get_into(t, DB_STAMP, p->key, NULL, 0, NULL);
	if (!str_is(p->key, "id"))
		return true;
	if (txn_get_into(t, DB_META, p->key, bytes, sizeof(bytes), NULL) &&
	    key_unpack((struct str){ (const char *)bytes, sizeof(bytes) }, "Q", &ours) == -1)
		ours = 0;
	return key_unpack(p->value, "Q", &loaded) == 0 && loaded > ours;
}

static int
check_schema(struct loading *l, const struct piece *p)
{
	uint32_t version;

	if ((p->table != DB_META && p->table != DB_STAMP) || !str_is(p->key, "schema"))
		return EX_OK;
	if (key_unpack(p->value, "I", &version) == -1 || version != migrate_plans[db_tables[p->table].env].current)
		return complain_line(l, "is of another schema than this weir-lmdb's");
	return EX_OK;
}

/* ---- storing ---- */

static int
commit(struct loading *l)
{
	int status = EX_OK;

	if (l->t[ENV_STORE] != NULL)
		generation_bump(l->t[ENV_STORE]);
	for (int env = 0; env < 2; env++) {
		if (l->t[env] != NULL && txn_commit(l->t[env]) == -1) {
			inspect_complain("%s: %s", inspect_env_name((enum db_env)env), txn_why(l->t[env]));
			status = EX_IOERR;
		}
		l->t[env] = NULL;
	}
	l->pending = 0;
	return status;
}

static int
store_piece(struct loading *l, const struct piece *p)
{
	enum db_env env = db_tables[p->table].env;

	if (l->t[env] == NULL)
		l->t[env] = txn_write(l->in->db[env]);
	if (wanted(l->t[env], p)) {
		txn_put(l->t[env], p->table, p->key, p->value);
		l->records++;
	}
	return ++l->pending < RECORDS_PER_TXN ? EX_OK : commit(l);
}

static int
read_all(struct loading *l)
{
	char *text = NULL;
	size_t size = 0;
	int status = EX_OK;
	ssize_t n;

	l->line = l->records = 0;
	while (status == EX_OK && (n = getline(&text, &size, l->file)) != -1) {
		struct str line = str_trim((struct str){ text, (size_t)n - (n > 0 && text[n - 1] == '\n') });
		struct piece p;

		l->line++;
		if (line.n == 0)
			continue;
		status = read_line(l, line, &p);
		if (status == EX_OK)
			status = check_schema(l, &p);
		if (status == EX_OK)
			l->touches[db_tables[p.table].env] = true;
		if (status == EX_OK && l->store)
			status = store_piece(l, &p);
		arena_done(&l->arena);
	}
	if (status == EX_OK && ferror(l->file)) {
		inspect_complain("%s: %s", l->name, strerror(errno));
		status = EX_IOERR;
	}
	free(text);
	return status;
}

/* What cannot be read twice goes through a file without a name. */
static FILE *
spool(FILE *from)
{
	char bytes[65536];
	FILE *to = tmpfile();
	size_t n;

	while (to != NULL && (n = fread(bytes, 1, sizeof(bytes), from)) > 0)
		if (fwrite(bytes, 1, n, to) != n) {
			fclose(to);
			return NULL;
		}
	if (to != NULL)
		rewind(to);
	return to;
}

static FILE *
open_input(const char *name)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re"), *spooled;

	if (f == NULL || (f != stdin && fseek(f, 0, SEEK_END) == 0 && fseek(f, 0, SEEK_SET) == 0))
		return f;
	spooled = spool(f);
	if (f != stdin)
		fclose(f);
	return spooled;
}

static int
load_twice(struct loading *l)
{
	int status = read_all(l);

	for (int env = 0; status == EX_OK && env < 2; env++)
		if (l->touches[env] && inspect_open(l->in, (enum db_env)env, DB_CREATE) == NULL)
			status = EX_CANTCREAT;
	if (status != EX_OK)
		return status;
	rewind(l->file);
	l->store = true;
	status = read_all(l);
	if (status == EX_OK)
		status = commit(l);
	for (int env = 0; env < 2; env++)
		if (l->t[env] != NULL)
			txn_end(l->t[env]);
	return status;
}

int
load_file(struct inspect *in, int argc, char **argv)
{
	struct loading l = { .in = in, .name = argv[0] };
	int status;

	(void)argc;
	l.file = open_input(argv[0]);
	if (l.file == NULL) {
		inspect_complain("%s: %s", argv[0], strerror(errno));
		return EX_NOINPUT;
	}
	arena_init(&l.arena);
	status = load_twice(&l);
	arena_done(&l.arena);
	fclose(l.file);
	if (status == EX_OK)
		printf("%llu records loaded\n", (unsigned long long)l.records);
	return status;
}
