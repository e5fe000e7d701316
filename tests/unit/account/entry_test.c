/* SPDX-License-Identifier: Apache-2.0 */
/* entry_test.c - an entry survives packing, long texts are cut, damage is noticed. */
#include "account/entry.h"

#include "books.h"

static bool
same_str(struct str a, struct str b)
{
	return str_eq(a, b);
}

static bool
same(const struct entry *a, const struct entry *b)
{
	return a->time_us == b->time_us && a->key_id == b->key_id && a->channel_id == b->channel_id &&
	    memcmp(&a->usage.tokens, &b->usage.tokens, sizeof(a->usage.tokens)) == 0 &&
	    a->usage.source == b->usage.source && a->cost_nano == b->cost_nano && a->priced == b->priced &&
	    a->stream == b->stream && a->status == b->status && a->attempts == b->attempts && a->end == b->end &&
	    a->total_us == b->total_us && a->first_byte_us == b->first_byte_us && a->upstream_us == b->upstream_us &&
	    a->request_bytes == b->request_bytes && a->response_bytes == b->response_bytes && a->slot == b->slot &&
	    a->sequence == b->sequence && same_str(a->request_id, b->request_id) && same_str(a->key, b->key) &&
	    same_str(a->channel, b->channel) && same_str(a->provider, b->provider) &&
	    same_str(a->endpoint, b->endpoint) && same_str(a->model, b->model) &&
	    same_str(a->model_used, b->model_used) && same_str(a->fault, b->fault) &&
	    same_str(a->message, b->message) && same_str(a->user_agent, b->user_agent) &&
	    same_str(a->client_ip, b->client_ip) && same_str(a->session, b->session);
}

static void
test_round_trip(void)
{
	struct buf   b = { NULL, 0, 0 };
	struct entry in[3] = { sample(), sample(), { .time_us = 1 } }, out;
	struct str   rest;

	in[1].sequence = UINT64_MAX;
	in[1].time_us = UINT64_MAX;
	in[1].cost_nano = INT64_MAX;
	in[1].end = END_WORKER_LOST;
	in[1].fault = STR("upstream_error");
	in[1].message = STR("na\xc3\xafve");
	in[1].session = STR("s-1");
	for (int i = 0; i < 3; i++)
		entry_pack(&b, &in[i]);
	rest = buf_view(&b);
	for (int i = 0; i < 3; i++)
		ok(entry_unpack(&rest, &out) && same(&in[i], &out), "entry %d comes back as it was", i + 1);
	ok(!entry_unpack(&rest, &out) && rest.n == 0, "and nothing else");
	buf_done(&b);
}

static void
test_cut(void)
{
	static char  much[2000];
	struct buf   b = { NULL, 0, 0 };
	struct entry e = sample(), out;
	struct str   rest;

	memset(much, 'x', sizeof(much));
	memcpy(much + 511, "\xc3\xaf", 2);
	e.message = e.user_agent = e.model = (struct str){ much, sizeof(much) };
	entry_pack(&b, &e);
	rest = buf_view(&b);
	ok(entry_unpack(&rest, &out) && out.model.n == 256, "a long text is cut");
	is_int(out.message.n, 511, "but not inside a character");
	buf_done(&b);
}

static void
test_damage(void)
{
	struct buf   b = { NULL, 0, 0 };
	struct entry e = sample(), out;
	struct str   rest;
	size_t	     accepted = 0, n;

	entry_pack(&b, &e);
	n = b.n;
	for (size_t cut = 0; cut < n; cut++) {
		rest = (struct str){ b.p, cut };
		accepted += entry_unpack(&rest, &out);
	}
	is_int(accepted, 0, "no prefix of an entry is one");
	for (size_t i = 0; i < n * 8; i++) {
		b.p[i / 8] = (char)(b.p[i / 8] ^ (1 << i % 8));
		rest = buf_view(&b);
		(void)entry_unpack(&rest, &out);
		b.p[i / 8] = (char)(b.p[i / 8] ^ (1 << i % 8));
	}
	ok(1, "a flipped bit does no harm");
	buf_done(&b);
}

/* A newer binary's entry has more behind it, an older one's has less. */
static void
test_versions(void)
{
	struct buf   b = { NULL, 0, 0 };
	struct entry e = sample(), out;
	struct str   rest;

	entry_pack(&b, &e);
	buf_add(&b, "\x05newer", 6);
	b.p[0] = (char)((unsigned char)b.p[0] + 6);
	rest = buf_view(&b);
	ok(entry_unpack(&rest, &out) && same(&e, &out) && rest.n == 0, "unknown fields behind are skipped");
	rest = (struct str){ "\x03\0\0\0\x01\0\x01", 7 };
	ok(entry_unpack(&rest, &out) && out.priced && out.usage.source == USAGE_REPORTED && out.status == 0 && out.model.n == 0,
	    "fields that are not there are 0 and empty");
	buf_done(&b);
}

int
main(void)
{
	struct entry e = sample();

	test_round_trip();
	test_cut();
	test_damage();
	test_versions();
	is_int(entry_end_us(&e), (int64_t)(NOON + 1500499), "an entry ends when its duration is over");
	ok(entry_succeeded(&e), "a complete 200 succeeded");
	e.end = END_TRUNCATED;
	ok(!entry_succeeded(&e), "a truncated one did not");
	e.end = END_COMPLETE;
	e.status = 404;
	ok(!entry_succeeded(&e), "nor an error that was passed on");
	is_str(end_names[END_CLIENT_GONE], "client_gone", "ends have names");
	return tap_done();
}
