/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - verifies what must be true of the records.
 *
 * Runs in: weir-lmdb.
 *
 * Each environment is checked in one snapshot, in which every invariant holds
 * at any time: a fault on a running weir is a fault.
 *
 *	every record is understood
 *	names: each record's name leads to it, and each name to a record
 *	references: a channel's provider, a key's and a model's channel are there
 *	the id sequence is beyond every id, upstream secrets are sealed
 *	meters: what is reserved is the sum of open reservations, nothing is negative
 *	accounts: the ledger's sums are the roll-ups
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "account/ledger.h"
#include "base/seal.h"
#include "inspect/describe.h"
#include "inspect/inspect.h"
#include "limit/admit.h"
#include "store/names.h"
#include "store/records.h"

struct checking {
	struct txn     *t;
	struct json_out out;	/* an array of faults is open */
	int		faults;
};

static void
fault(struct checking *c, enum db_table table, struct str key, const char *what, struct str about)
{
	struct arena a;

	arena_init(&a);
	c->faults++;
	json_object(&c->out, NULL);
	json_str(&c->out, "table", tables_name(&a, table));
	json_str(&c->out, "key", describe_key(&a, table, key));
	json_cstr(&c->out, "fault", what);
	if (about.p != NULL)
		json_str(&c->out, "about", about);
	json_object_end(&c->out);
	arena_done(&a);
}

static void
fault_record(struct checking *c, enum record_kind kind, uint64_t id, const char *what, struct str about)
{
	struct key k;

	fault(c, record_info[kind].table, key_pack(&k, "Q", id), what, about);
}

static void
check_understood(struct checking *c, enum db_env env)
{
	struct walk w;

	for (int i = 0; i < DB_TABLES; i++) {
		enum db_table table = (enum db_table)i;

		if (db_tables[i].env != env)
			continue;
		for (bool more = walk_first(&w, c->t, table, STR_NONE, STR_NONE); more; more = walk_next(&w))
			if (!describe_understands(table, w.key, w.value))
				fault(c, table, w.key, "its bytes are not understood", STR_NONE);
	}
}

/* ---- the store ---- */

static void
check_owner(struct checking *c, enum record_kind kind, const struct record *r, struct arena *a)
{
	const struct channel *channel = (const struct channel *)r;
	const struct upkey *upkey = (const struct upkey *)r;
	const struct model *model = (const struct model *)r;

	if (kind == RECORD_CHANNEL && names_find(c->t, RECORD_PROVIDER, channel->provider) == 0)
		fault_record(c, kind, r->id, "its provider is not there", channel->provider);
	if (kind == RECORD_MODEL && names_find(c->t, RECORD_CHANNEL, model->channel) == 0)
		fault_record(c, kind, r->id, "its channel is not there", model->channel);
	if (kind != RECORD_UPKEY)
		return;
	if (record_get(c->t, RECORD_CHANNEL, upkey->channel, a) == NULL)
		fault_record(c, kind, r->id, "its channel is not there", STR_NONE);
	if (upkey->sealed.n > 0 && sealed_key_id(upkey->sealed) == 0)
		fault_record(c, kind, r->id, "its secret is not sealed", STR_NONE);
}

static uint64_t
last_id(struct txn *t)
{
	unsigned char bytes[8];
	uint64_t id;
	size_t n;

	if (!txn_get_into(t, DB_META, STR("id"), bytes, sizeof(bytes), &n) ||
	    key_unpack((struct str){ (const char *)bytes, n }, "Q", &id) == -1)
		return 0;
	return id;
}

static void
check_record(struct checking *c, enum record_kind kind, const struct record *r, uint64_t sequence, struct arena *a)
{
	if (names_find(c->t, (int)kind, r->name) != r->id)
		fault_record(c, kind, r->id, "its name does not lead to it", r->name);
	if (r->id > sequence)
		fault_record(c, kind, r->id, "its id is beyond the sequence", STR_NONE);
	check_owner(c, kind, r, a);
}

static void
check_records(struct checking *c)
{
	uint64_t sequence = last_id(c->t);

	for (int k = 0; k < RECORD_KINDS; k++) {
		struct record_walk w;
		struct arena a;
		struct record *r;

		arena_init(&a);
		for (r = record_first(&w, c->t, (enum record_kind)k, &a); r != NULL; r = record_next(&w)) {
			check_record(c, (enum record_kind)k, r, sequence, &a);
			arena_done(&a);
		}
		arena_done(&a);
	}
}

/* Does the record that a name leads to have it? */
static bool
has_name(struct txn *t, uint8_t kind, uint64_t id, struct str name)
{
	struct record *r;
	struct arena a;
	struct key want, have;
	bool same = false;

	if (kind >= RECORD_KINDS && kind != NAMES_APIKEY_HASH)
		return false;
	arena_init(&a);
	r = record_get(t, kind == NAMES_APIKEY_HASH ? RECORD_APIKEY : (enum record_kind)kind, id, &a);
	if (r != NULL)	/* as packed: too long a name is cut in the index */
		same = str_eq(key_pack(&want, "BS", (int)kind, name), key_pack(&have, "BS", (int)kind,
		    kind == NAMES_APIKEY_HASH ? ((struct apikey *)r)->hash : r->name));
	arena_done(&a);
	return same;
}

static void
check_names(struct checking *c)
{
	struct walk w;

	for (bool more = walk_first(&w, c->t, DB_NAME, STR_NONE, STR_NONE); more; more = walk_next(&w)) {
		struct str name;
		uint64_t id;
		uint8_t kind;

		if (key_unpack(w.key, "BS", &kind, &name) == 0 && key_unpack(w.value, "Q", &id) == 0 &&
		    !has_name(c->t, kind, id, name))
			fault(c, DB_NAME, w.key, "it leads to a record that does not have it", STR_NONE);
	}
}

static void
check_store(struct checking *c)
{
	check_understood(c, ENV_STORE);
	check_records(c);
	check_names(c);
	c->faults += ledger_check(c->t, &c->out);
}

static void
check_state(struct checking *c)
{
	check_understood(c, ENV_STATE);
	c->faults += meters_check(c->t, &c->out);
}

/* ---- the command ---- */

static void
report_words(struct inspect *in, enum db_env env, struct str array, int faults, struct buf *out)
{
	struct json_error err;
	struct json *root;
	struct arena a;

	buf_printf(out, "%s in %s: ", inspect_env_name(env), inspect_env_dir(in, env));
	if (faults == 0)
		buf_cstr(out, "all is as it must be\n");
	else
		buf_printf(out, "%d fault%s\n", faults, faults == 1 ? "" : "s");
	arena_init(&a);
	if (json_read(&a, array, (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == 0)
		for (const struct json *f = root->child; f != NULL; f = f->next) {
			buf_cstr(out, "   ");
			for (const struct json *m = f->child; m != NULL; m = m->next)
				buf_printf(out, " " STR_FMT "=" STR_FMT, STR_ARG(m->name), STR_ARG(m->raw));
			buf_byte(out, '\n');
		}
	arena_done(&a);
}

static void
report_json(enum db_env env, struct str array, int faults, struct buf *out)
{
	struct json_out o;

	json_start(&o, out, false);
	json_object(&o, NULL);
	json_cstr(&o, "environment", inspect_env_name(env));
	json_num(&o, "faults", faults);
	json_raw(&o, "list", array);
	json_object_end(&o);
	buf_byte(out, '\n');
}

/* How many faults; -1 when it could not be read. */
static int
check_env(struct inspect *in, enum db_env env, struct db *db, struct buf *out)
{
	struct checking c = { .t = txn_read(db) };
	struct buf list = { 0 };
	int failed;

	json_start(&c.out, &list, false);
	json_array(&c.out, NULL);
	if (env == ENV_STORE)
		check_store(&c);
	else
		check_state(&c);
	json_array_end(&c.out);
	failed = txn_failed(c.t);
	if (failed)
		inspect_complain("%s: %s", inspect_env_name(env), txn_why(c.t));
	txn_end(c.t);
	if (in->json)
		report_json(env, buf_view(&list), c.faults, out);
	else
		report_words(in, env, buf_view(&list), c.faults, out);
	buf_done(&list);
	return failed ? -1 : c.faults;
}

int
check_all(struct inspect *in, int argc, char **argv)
{
	int checked = 0, status = EX_OK;
	struct sink sink;

	(void)argc;
	(void)argv;
	sink_init(&sink, ENV_STORE);
	for (int i = 0; i < 2; i++) {
		struct db *db = inspect_open(in, (enum db_env)i, DB_READ_ONLY);
		int faults;

		if (db == NULL)
			continue;
		checked++;
		faults = check_env(in, (enum db_env)i, db, &sink.buf);
		if (faults != 0)
			status = faults == -1 ? EX_IOERR : EX_DATAERR;
	}
	if (sink_done(&sink) != EX_OK)
		return EX_IOERR;
	return checked == 0 ? EX_NOINPUT : status;
}
