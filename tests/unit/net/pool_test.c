/* SPDX-License-Identifier: Apache-2.0 */
#include "net/pool.h"

#include "base/clock.h"
#include "net/client.h"
#include "tap.h"

#define SHORT_SHARD 128
#define STREAM_SHARD 600
#define MOST (STREAM_SHARD + 1)

static struct transfer *running[2 * MOST];
static int running_n;

static void
no_head(void *arg, const struct transfer_head *h)
{
	(void)arg;
	(void)h;
}

static void
no_bytes(void *arg, struct str s)
{
	(void)arg;
	(void)s;
}

static void
no_end(void *arg, enum fault f, const char *detail)
{
	(void)arg;
	(void)f;
	(void)detail;
}

static void
start(bool stream, int n)
{
	static const struct transfer_events events = { no_head, no_bytes, no_end, NULL };
	struct call c = { .method = "GET", .url = "http://127.0.0.1:1/", .stream = stream };

	while (n-- > 0)
		running[running_n++] = transfer_start(&c, &events, NULL);
}

static void
test_library(void)
{
	static const struct transfer_events events = { no_head, no_bytes, no_end, NULL };
	struct call c = { .method = "GET", .url = "http://127.0.0.1:1/", .allow_private = true };

	loop_open();
	client_open(&(struct client_options){ .connections_per_host = 8 });
	transfer_start(&c, &events, NULL);
	ok(pool_share() == NULL, "libcurl is not begun with for what does not need it");
	c.url = "https://127.0.0.1:1/";
	transfer_start(&c, &events, NULL);
	ok(pool_share() != NULL, "but for what does");
	client_close();
	ok(pool_share() == NULL, "and ended with");
	loop_close();
}

int
main(void)
{
	clock_freeze(UINT64_C(60) * 1000 * 1000, UINT64_C(1700000000000000));
	test_library();
	loop_open();
	client_open(&(struct client_options){ .connections_per_host = 8, .library_only = true });

	start(false, SHORT_SHARD);
	is_int(pool_shards(false), 1, "short transfers share a shard while there is room");
	start(false, 1);
	is_int(pool_shards(false), 2, "one more makes a new one");
	is_int(pool_shards(true), 0, "streams are none of them");
	start(true, STREAM_SHARD);
	is_int(pool_shards(true), 1, "600 streams share a shard");
	start(true, 1);
	is_int(pool_shards(true), 2, "one more makes a new one");
	is_int(client_active(), SHORT_SHARD + 1 + STREAM_SHARD + 1, "all are counted");

	for (int i = 0; i < running_n; i++)
		transfer_cancel(running[i]);
	is_int(client_active(), 0, "all can be cancelled");
	running_n = 0;
	start(false, 1);
	is_int(pool_shards(false), 2, "an empty shard is used again");
	clock_advance(UINT64_C(89) * 1000 * 1000);
	loop_once(0);
	is_int(pool_shards(true), 2, "an empty shard keeps its connections for a while");
	clock_advance(UINT64_C(91) * 1000 * 1000);
	loop_once(0);
	is_int(pool_shards(true), 0, "and is closed after 90 seconds");
	start(true, 1);
	is_int(pool_shards(true), 1, "a new one is made when it is needed again");

	client_close();
	loop_close();
	return tap_done();
}
