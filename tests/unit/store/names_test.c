/* SPDX-License-Identifier: Apache-2.0 */
/* names_test.c - the index knows who has a name and forgives what a hand left behind. */
#include "store/names.h"

#include "store/key.h"
#include "temp.h"

int
main(void)
{
	static char text[2000];
	struct str lengthy = { text, sizeof(text) };
	struct db *db;
	struct txn *t;
	struct key k;

	memset(text, 'n', sizeof(text));
	temp_init();
	db = temp_open(ENV_STORE);
	t = txn_write(db);
	txn_put(t, DB_PROVIDER, key_pack(&k, "Q", (uint64_t)7), STR("x"));
	names_put(t, RECORD_PROVIDER, STR("seven"), 7);
	names_put(t, RECORD_PROVIDER, lengthy, 7);
	names_put(t, RECORD_PROVIDER, STR("eight"), 8);
	is_int(names_find(t, RECORD_PROVIDER, STR("seven")), 7, "a name leads to its record");
	is_int(names_find(t, RECORD_PROVIDER, lengthy), 7, "a name longer than a key too");
	is_int(names_find(t, RECORD_CHANNEL, STR("seven")), 0, "for its kind only");
	is_int(names_find(t, RECORD_PROVIDER, STR("eight")), 0, "a name whose record is gone is free");
	names_del(t, RECORD_PROVIDER, STR("seven"), 8);
	is_int(names_find(t, RECORD_PROVIDER, STR("seven")), 7, "another's id does not delete it");
	names_del(t, RECORD_PROVIDER, STR("seven"), 7);
	is_int(names_find(t, RECORD_PROVIDER, STR("seven")), 0, "its own does");
	is_int(txn_commit(t), 0, "all of it commits");
	db_close(db);
	temp_done();
	return tap_done();
}
