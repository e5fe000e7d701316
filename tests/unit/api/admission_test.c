/* SPDX-License-Identifier: Apache-2.0 */
/* admission_test.c - who is chosen, what is reserved and told, and what happens when the state cannot be written. */
#include "api/admission.h"

#include "limit/breaker.h"
#include "stage.h"
#include "tap.h"

#define REPLY "{\"choices\":[{}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}"
#define ERROR(text) "{\"error\":{\"message\":\"" text "\"}}"
#define DOLLAR INT64_C(1000000000)

static uint64_t two_keys[2];

static void
fill(void)
{
	uint64_t id;

	put(RECORD_PROVIDER, "p", "kind", "generic", "base_url", "https://one.example", NULL);
	put(RECORD_PROVIDER, "vendor", "kind", "openai", NULL);
	put(RECORD_CHANNEL, "alone", "provider", "p", "models", "a", NULL);
	put(RECORD_CHANNEL, "narrow", "provider", "p", "models", "n", "priority", "1", "limits", "1 requests / 1m", NULL);
	put(RECORD_CHANNEL, "wide", "provider", "p", "models", "n", "priority", "2", NULL);
	id = put(RECORD_CHANNEL, "keys", "provider", "vendor", "models", "k", NULL);
	put_upkey(id, "one", "sk-one-0123456789", true);
	put_upkey(id, "two", "sk-two-0123456789", true);
	put(RECORD_CHANNEL, "keyless", "provider", "vendor", "models", "needs-key", NULL);
	id = put(RECORD_CHANNEL, "off", "provider", "p", "models", "key-off", NULL);
	put_upkey(id, "off", "sk-off-0123456789", false);
	put(RECORD_CHANNEL, "dear", "provider", "p", "models", "d", NULL);
	put(RECORD_PRICE, NULL, "channel", "dear", "model", "d", "input", "1", "cache_write", "2", "output", "10", "reasoning", "20", NULL);
	put(RECORD_MODEL, NULL, "channel", "dear", "model", "d", "max_output", "18446744073709551615", NULL);
	put_key("user", "", "", "");
	put_key("twice", "", "", "2 requests / 1m");
	put_key("rich", "", "", "100 usd / day");
	put_key("poor", "", "", "0.000001 usd / day");
	two_keys[0] = id_of(RECORD_UPKEY, "keys/one");
	two_keys[1] = id_of(RECORD_UPKEY, "keys/two");
}

static struct request *
chat(const char *key, const char *model)
{
	return ask("POST", CHAT, key, arena_printf(&arena, "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\"}]}", model).p);
}

/* ---- breaker ---- */

static void
test_breaker(void)
{
	struct request *r;
	size_t		before;

	for (int i = 0; i < 3; i++) {
		chat("user", "a");
		up_fail(up(), FAULT_UP_RESET);
	}
	is_int(api()->counters.n[COUNTER_BREAKER_OPENED], 1, "three faults open the breaker");
	before = transfers_n;
	r = chat("user", "a");
	ok(r->status == 503 && transfers_n == before && entry().attempts == 0, "then nothing is sent");
	ok(has_header(r, "retry-after: 60\n"), "and the client hears when it may be again");
	clock_advance(61 * SECOND);
	chat("user", "a");
	is_int(transfers_n, before + 1, "after that one probe goes");
	r = chat("user", "a");
	ok(transfers_n == before + 1 && r->status == 503, "and no second one beside it");
	up_reply(up(), 400, ERROR("bad request"));
	chat("user", "a");
	is_int(transfers_n, before + 2, "a probe that told nothing makes room for another");
	leave(&requests[requests_n - 1]);
	turn();
	chat("user", "a");
	is_int(transfers_n, before + 3, "so does one whose client left");
	up_reply(up(), 200, REPLY);
	is_int(records(DB_BREAKER), 0, "a probe that succeeds closes the breaker");
	chat("user", "a");
	chat("user", "a");
	is_int(transfers_n, before + 5, "and all go again");
	up_reply(&transfers[transfers_n - 2], 200, REPLY);
	up_reply(up(), 200, REPLY);
	ok(all_clean(), "nothing is left of that");
}

/* ---- limits of a channel ---- */

static void
test_channel_limits(void)
{
	struct transfer *first;

	chat("user", "n");
	first = up();
	chat("user", "n");
	ok(!first->over && !up()->over && up() != first, "two are under way");
	up_reply(first, 200, REPLY);
	ok(str_is(entry().channel, "narrow"), "the first took what the narrow channel has");
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().channel, "wide"), "the second went to the next");
	clock_advance(120 * SECOND);
	chat("user", "n");
	up_reply(up(), 400, ERROR("maximum context length is 10"));
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().channel, "wide") && entry().attempts == 2, "one that fails there without blame goes on");
	chat("user", "n");
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().channel, "narrow"), "and gives back what it held");
	ok(all_clean(), "nothing is left of that");
	clock_advance(120 * SECOND);
	chat("twice", "n");
	up_reply(up(), 400, ERROR("maximum context length is 10"));
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().channel, "wide") && entry().attempts == 2, "with a limit of its caller as well");
	ok(chat("twice", "n")->status == 0 && !up()->over, "which is not taken twice");
	up_reply(up(), 200, REPLY);
	is_int(chat("twice", "n")->status, 429, "but once for each request");
	ok(all_clean(), "nothing is left of those");
	clock_advance(120 * SECOND);
	for (int i = 0; i < 3; i++) {
		chat("user", "n");
		up_fail(up(), FAULT_UP_RESET);
		up_reply(up(), 200, REPLY);
	}
	clock_advance(120 * SECOND);
	chat("user", "n");
	up_reply(up(), 400, ERROR("maximum context length is 10"));
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().channel, "wide") && entry().attempts == 2, "a probe that fails without blame goes on too");
	chat("user", "n");
	up_reply(up(), 200, REPLY);
	ok(str_is(entry().channel, "narrow") && entry().attempts == 1, "and the next request may probe");
	ok(all_clean(), "nothing is left of probes");
	clock_advance(120 * SECOND);
}

/* ---- upstream keys ---- */

static bool
invalid(uint64_t upkey)
{
	struct txn *t = txn_read(state);
	uint64_t    until;
	bool	    is = keystate_look(t, upkey, clock_mono_ms(), &until) == KEYSTATE_INVALID;

	txn_end(t);
	return is;
}

static void
test_upstream_keys(void)
{
	struct request *r = chat("user", "k");
	bool		one = up_sent(up(), "Authorization: Bearer sk-one-0123456789");
	size_t		before = transfers_n;

	up_reply(up(), 401, "{\"error\":{\"message\":\"Incorrect API key provided\",\"code\":\"invalid_api_key\"}}");
	ok(transfers_n == before + 1 && up_sent(up(), one ? "Authorization: Bearer sk-two-0123456789" : "Authorization: Bearer sk-one-0123456789"),
	    "when one key is refused, the channel's other is tried");
	up_reply(up(), 200, REPLY);
	ok(r->status == 200 && entry().attempts == 2, "and answers");
	ok(invalid(two_keys[one ? 0 : 1]) && !invalid(two_keys[one ? 1 : 0]), "the refused one alone is invalid");
	chat("user", "k");
	up_reply(up(), 401, "{\"error\":{\"message\":\"Incorrect API key provided\",\"code\":\"invalid_api_key\"}}");
	before = transfers_n;
	r = chat("user", "k");
	ok(r->status == 503 && transfers_n == before, "with all keys invalid nothing is sent");
	r = chat("user", "needs-key");
	ok(r->status == 503 && transfers_n == before, "nor by a channel whose vendor wants a key and that has none");
	r = chat("user", "key-off");
	ok(r->status == 503 && transfers_n == before, "nor without a key that was disabled");
	ok(all_clean(), "nothing is left of that");
}

/* ---- money ---- */

static void
test_estimate(void)
{
	struct request *r = chat("poor", "d");

	ok(r->status == 429 && has_header(r, "x-should-retry: false\n"), "a budget that the request alone exceeds refuses it");
	r = chat("rich", "d");
	ok(r->status == 429, "a model that claims to write for ever is no reason to reserve nothing");
	r = ask("POST", CHAT, "rich", "{\"model\":\"d\",\"max_tokens\":1000000,\"messages\":[{\"role\":\"user\"}]}");
	ok(!up()->over && r->status == 0, "20 dollars fit into 100");
	ask("POST", CHAT, "rich", "{\"model\":\"d\",\"max_tokens\":3900000,\"messages\":[{\"role\":\"user\"}]}");
	ok(!up()->over, "and 78 more, as reasoning is the dearest it can be");
	r = ask("POST", CHAT, "rich", "{\"model\":\"d\",\"max_tokens\":200000,\"messages\":[{\"role\":\"user\"}]}");
	ok(r->status == 429 && answer_has(r, "insufficient_quota"), "4 more do not");
	up_reply(&transfers[transfers_n - 2], 200, REPLY);
	is_int(entry().cost_nano, 10 * 1000 + 5 * 10000, "settled to what it was");
	up_reply(up(), 200, REPLY);
	r = ask("POST", CHAT, "rich", "{\"model\":\"d\",\"max_tokens\":200000,\"messages\":[{\"role\":\"user\"}]}");
	ok(r->status == 0, "then they fit");
	up_reply(up(), 200, REPLY);
	ok(all_clean(), "nothing is left of that");
}

static void
test_unpriced(void)
{
	struct request *r;

	chat("user", "a");
	up_reply(up(), 200, REPLY);
	ok(!entry().priced && entry().cost_nano == 0, "an unpriced model is told so");
	conf.unpriced = STR("deny");
	r = chat("user", "a");
	ok(r->status == 403 && answer_has(r, "model_unpriced"), "it may be refused");
	r = chat("user", "d");
	ok(r->status == 0, "others are not");
	up_reply(up(), 200, REPLY);
	conf.unpriced = STR("ceiling");
	conf.ceiling = 100 * DOLLAR;
	chat("user", "a");
	up_reply(up(), 200, REPLY);
	is_int(entry().cost_nano, 15 * 100000, "or counted at the ceiling");
	conf.unpriced = STR("allow");
	ok(all_clean(), "nothing is left of that");
}

/* ---- a state that cannot be written ---- */

static void
reopen(unsigned flags)
{
	struct str why;

	stage_end();
	db_close(state);
	state = db_open(ENV_STATE, temp_dir, flags, TEMP_MAP, &why);
	if (state == NULL)
		bail("state", why);
	stage_begin();
}

static void
test_store_down(void)
{
	struct request *r;
	size_t		open;

	reopen(DB_READ_ONLY);
	r = chat("rich", "d");
	ok(r->status == 503 && answer_has(r, "store_unavailable") && transfers_n == 0, "a limit that cannot be checked lets nobody pass");
	r = chat("user", "a");
	ok(r->status == 0 && !up()->over, "who has no limit is served");
	up_reply(up(), 200, REPLY);
	is_int(r->status, 200, "to the end");
	open = api()->open;
	ok(open >= 1, "its usage waits to be stored");
	clock_advance(SECOND);
	turn();
	is_int(api()->open, open, "and waits on");
	for (int i = 0; i < 60; i++) {
		clock_advance(SECOND);
		turn();
	}
	ok(api()->open == 0, "though not for ever");
	ok(api()->counters.n[COUNTER_STORE_FAILURES] > 0, "and the failures are counted");
	reopen(DB_CREATE);
	chat("rich", "d");
	r = ask("POST", CHAT, "rich", "{\"model\":\"d\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\"}]}");
	ok(!up()->over && r->status == 0, "with the state back, limits are checked again");
	up_reply(up(), 200, REPLY);
	ok(all_clean(), "and all is clean");
}

int
main(void)
{
	catalog_open();
	fill();
	stage_open();
	test_breaker();
	test_channel_limits();
	test_upstream_keys();
	test_estimate();
	test_unpriced();
	test_store_down();
	stage_close();
	return tap_done();
}
