/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables.c - the names of the tables and the list of them.
 *
 * Runs in: weir-lmdb.
 */
#include <stdio.h>
#include <sysexits.h>

#include "inspect/inspect.h"

struct str
tables_name(struct arena *a, enum db_table table)
{
	char *name = arena_cstr(a, str_of(db_tables[table].name));

	for (char *p = name; *p != '\0'; p++)
		*p = (char)(*p | 0x20);
	return str_of(name);
}

int
tables_find(const char *name, enum db_table *table)
{
	struct str near = STR_NONE, wanted = str_of(name);
	size_t best = 3;
	struct arena a;
	int found = -1;

	arena_init(&a);
	for (int i = 0; i < DB_TABLES && found == -1; i++) {
		struct str candidate = tables_name(&a, (enum db_table)i);
		size_t distance = str_distance(wanted, candidate, best);

		if (str_eq_nocase(wanted, candidate)) {
			*table = (enum db_table)i;
			found = 0;
		} else if (distance < best) {
			best = distance;
			near = candidate;
		}
	}
	if (found == -1 && near.n > 0)
		inspect_complain("there is no table \"%s\"; did you mean \"" STR_FMT "\"?", name, STR_ARG(near));
	else if (found == -1)
		inspect_complain("there is no table \"%s\"; weir-lmdb tables lists them", name);
	arena_done(&a);
	return found;
}

static void
list_json(struct buf *out, struct str name, enum db_table table, struct db *db)
{
	struct json_out o;

	json_start(&o, out, false);
	json_object(&o, NULL);
	json_str(&o, "table", name);
	json_cstr(&o, "environment", inspect_env_name(db_tables[table].env));
	if (db != NULL)
		json_unum(&o, "records", db_entries(db, table));
	else
		json_null(&o, "records");
	json_cstr(&o, "holds", db_tables[table].help);
	json_object_end(&o);
	buf_byte(out, '\n');
}

static void
list_words(const struct inspect *in, struct buf *out, struct str name, enum db_table table, struct db *db)
{
	char records[24] = "-";

	if (db != NULL)
		snprintf(records, sizeof(records), "%llu", (unsigned long long)db_entries(db, table));
	buf_printf(out, "%-6s %s%-12.*s%s %9s  %s\n", inspect_env_name(db_tables[table].env), in->colour ? "\033[1m" : "",
	    STR_ARG(name), in->colour ? "\033[0m" : "", records, db_tables[table].help);
}

int
tables_list(struct inspect *in, int argc, char **argv)
{
	struct arena a;
	struct sink sink;
	struct str why;

	(void)argc;
	(void)argv;
	arena_init(&a);
	sink_init(&sink, ENV_STORE);
	for (int i = 0; i < DB_TABLES; i++) {
		enum db_table table = (enum db_table)i;
		struct db *db = inspect_try_open(in, db_tables[i].env, DB_READ_ONLY, &why);

		if (in->json)
			list_json(&sink.buf, tables_name(&a, table), table, db);
		else
			list_words(in, &sink.buf, tables_name(&a, table), table, db);
	}
	arena_done(&a);
	return sink_done(&sink);
}
