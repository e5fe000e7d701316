/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/conf.h"

#include "tap.h"

static void
test_defaults(void)
{
	struct conf c;

	conf_init(&c);
	is_int(c.workers, 0, "workers are one per CPU unless said otherwise");
	is_int(c.listen.n, 1, "there is one listener");
	is_slice(c.listen.items[0], "127.0.0.1:7600", "it is on loopback");
	is_slice(c.admin_listen, "127.0.0.1:7601", "the admin listener is on loopback");
	is_int(c.sim_listen.n, 0, "the simulator is off");
	is_int(c.body_bytes, 32 << 20, "a body may have 32 MiB");
	is_int(c.head_ms, 10000, "a head has ten seconds");
	is_int(c.stream_keepalive_ms, 15000, "a silent stream gets a comment every 15 s");
	is_int(c.total_ms, 3600000, "an attempt lasts an hour at most");
	is_int(c.attempts, 3, "three channels are tried");
	is_int(c.auth, 1, "clients must present a key");
	is_slice(c.key_prefix, "lr-", "keys begin with lr-");
	is_slice(c.unpriced, "allow", "unpriced models are allowed");
	is_int(c.ledger_days, 400, "the ledger is kept for 400 days");
	is_int(c.log_level, LOG_LEVEL_INFO, "the log begins at info");
	ok(c.records == NULL, "nothing is declared");
	conf_done(&c);
}

static void
test_diff(void)
{
	const struct setting *changed[4];
	struct conf	      a, b;
	bool		      restart;

	conf_init(&a);
	conf_init(&b);
	is_int(conf_diff(&a, &b, changed, 4, &restart), 0, "two fresh configurations are equal");
	ok(!restart, "and no restart is needed");
	b.head_ms = 11000;
	b.unpriced = STR("deny");
	b.ceiling = 5;
	is_int(conf_diff(&a, &b, changed, 4, &restart), 3, "three changes are found");
	is_str(changed[0]->path, "http.head_timeout", "in the order of the table");
	ok(!restart, "a reload applies them");
	b.data_dir = STR("/elsewhere");
	is_int(conf_diff(&a, &b, changed, 1, &restart), 4, "more changes than room are still counted");
	ok(restart, "another data directory needs a restart");
	b.listen.n = 0;
	b.auth = false;
	b.log_level = LOG_LEVEL_DEBUG;
	is_int(conf_diff(&a, &b, changed, 4, &restart), 7, "lists, booleans and levels are compared as well");
	conf_done(&a);
	conf_done(&b);
}

int
main(void)
{
	test_defaults();
	test_diff();
	return tap_done();
}
