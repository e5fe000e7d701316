/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate.c - brings an older environment up to this binary's schema.
 *
 * Runs in: whoever opens an environment for writing.
 *
 * All steps and the new version go into the transaction of the opening: a
 * crash in between leaves the old schema whole.
 */
#include "store/migrate.h"

#include <assert.h>

#include "store/key.h"

#define VERSION_KEY STR("schema")

const struct migrate_plan migrate_plans[2] = {
	[ENV_STORE] = { DB_META, 1, NULL, 0 },
	[ENV_STATE] = { DB_STAMP, 1, NULL, 0 },
};

uint32_t
migrate_version(struct txn *t, const struct migrate_plan *plan)
{
	unsigned char bytes[4];
	uint32_t version;
	size_t n;

	if (!txn_get_into(t, plan->table, VERSION_KEY, bytes, sizeof(bytes), &n) ||
	    key_unpack((struct str){ (const char *)bytes, n }, "I", &version) == -1)
		return 0;
	return version;
}

static void
put_version(struct txn *t, const struct migrate_plan *plan, uint32_t version)
{
	struct key k;

	txn_put(t, plan->table, VERSION_KEY, key_pack(&k, "I", version));
}

void
migrate_stamp(struct txn *t, const struct migrate_plan *plan)
{
	put_version(t, plan, plan->current);
}

int
migrate_run(struct txn *t, const struct migrate_plan *plan, struct str *why)
{
	uint32_t version = migrate_version(t, plan);

	if (version == plan->current)
		return 0;
	if (version == 0) {
		*why = STR("it has no schema version");
		return -1;
	}
	if (version > plan->current) {
		*why = STR("it was written by a newer version of weir");
		return -1;
	}
	for (; version < plan->current; version++) {
		if (version > plan->n) {
			*why = STR("it was written by a version of weir too old to upgrade from");
			return -1;
		}
		assert(plan->steps[version - 1].from == version);
		plan->steps[version - 1].run(t);
	}
	put_version(t, plan, version);
	return 0;
}
