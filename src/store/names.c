/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c - the index from a name to the record that has it.
 *
 * Runs in: every process that opens the store.
 *
 * An entry whose record is gone (the store was edited by hand) counts as free.
 */
#include "store/names.h"

#include "store/key.h"

static bool
is_there(struct txn *t, int kind, uint64_t id)
{
	enum db_table table = record_info[kind == NAMES_APIKEY_HASH ? RECORD_APIKEY : kind].table;
	struct key k;

	return txn_get_into(t, table, key_pack(&k, "Q", id), NULL, 0, NULL);
}

static uint64_t
stored_id(struct txn *t, struct str key)
{
	unsigned char bytes[8];
	uint64_t id;
	size_t n;

	if (!txn_get_into(t, DB_NAME, key, bytes, sizeof(bytes), &n) ||
	    key_unpack((struct str){ (const char *)bytes, n }, "Q", &id) == -1)
		return 0;
	return id;
}

uint64_t
names_find(struct txn *t, int kind, struct str name)
{
	struct key k;
	uint64_t id = stored_id(t, key_pack(&k, "BS", kind, name));

	return id != 0 && is_there(t, kind, id) ? id : 0;
}

void
names_put(struct txn *t, int kind, struct str name, uint64_t id)
{
	struct key k, v;

	txn_put(t, DB_NAME, key_pack(&k, "BS", kind, name), key_pack(&v, "Q", id));
}

void
names_del(struct txn *t, int kind, struct str name, uint64_t id)
{
	struct key k;
	struct str key = key_pack(&k, "BS", kind, name);

	if (stored_id(t, key) == id)
		txn_del(t, DB_NAME, key);
}
