/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_ACCOUNT_BOOKS_H
#define WEIR_TESTS_ACCOUNT_BOOKS_H

/* What the tests of accounts share: both environments, and a sample of a finished exchange. */

#include <sys/stat.h>

#include "../store/temp.h"
#include "account/ledger.h"
#include "base/clock.h"
#include "base/log.h"

#define SECOND UINT64_C(1000000)
#define DAY    UINT64_C(86400000000)
#define NOON   (UINT64_C(20778) * DAY + DAY / 2)	/* 2026-11-21T12:00:00Z */

struct books {
	struct db *state, *store;
};

static struct db *
books_open_one(enum db_env env, const char *name)
{
	char	   dir[300];
	struct str why;
	struct db *db;

	snprintf(dir, sizeof(dir), "%s/%s", temp_dir, name);
	mkdir(dir, 0700);
	db = db_open(env, dir, DB_CREATE, TEMP_MAP, &why);
	if (db == NULL) {
		printf("Bail out! %s does not open: " STR_FMT "\n", dir, STR_ARG(why));
		exit(1);
	}
	return db;
}

/* Another name for the state is another state: as after a boot. */
__attribute__((unused)) static void
books_open(struct books *b, const char *state)
{
	log_set_level(LOG_LEVEL_ERROR);
	b->state = books_open_one(ENV_STATE, state);
	b->store = books_open_one(ENV_STORE, "store");
}

__attribute__((unused)) static void
books_close(struct books *b)
{
	db_close(b->state);
	db_close(b->store);
}

__attribute__((unused)) static struct entry
sample(void)
{
	return (struct entry){
		.time_us = NOON,
		.request_id = STR("req_01jd2k3m4n5p6q7r8s9t0v1w2x"),
		.key_id = 5,
		.channel_id = 7,
		.key = STR("team \"one\""),
		.channel = STR("main"),
		.provider = STR("openai"),
		.endpoint = STR("chat.completions"),
		.model = STR("gpt"),
		.model_used = STR("gpt-4o-mini"),
		.usage = { { 700, 100, 12, 200, 11, 0, 0, 0 }, USAGE_REPORTED },
		.cost_nano = 7920000,
		.priced = true,
		.stream = true,
		.status = 200,
		.attempts = 2,
		.end = END_COMPLETE,
		.total_us = 1500499,
		.first_byte_us = 312500,
		.upstream_us = 1400000,
		.request_bytes = 1234,
		.response_bytes = 2345,
		.user_agent = STR("curl/8"),
		.client_ip = STR("127.0.0.1"),
		.slot = 3,
		.sequence = 99,
	};
}

/* One block of n samples into the journal, changed by `change` when given. */
__attribute__((unused)) static void
journal(struct books *b, uint16_t slot, uint64_t sequence, int n, void (*change)(struct entry *, int))
{
	struct buf   block = { NULL, 0, 0 };
	struct txn  *txn = txn_write(b->state);
	struct entry e;

	for (int i = 0; i < n; i++) {
		e = sample();
		e.slot = slot;
		e.sequence = sequence;
		if (change != NULL)
			change(&e, i);
		entry_pack(&block, &e);
	}
	journal_put(txn, slot, sequence, buf_view(&block));
	if (txn_commit(txn) < 0)
		printf("# the journal was not stored\n");
	buf_done(&block);
}

#endif
