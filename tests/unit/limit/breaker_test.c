/* SPDX-License-Identifier: Apache-2.0 */
/* breaker_test.c - closed, open and half open, and cool-downs by cause. */
#include "limit/breaker.h"

#include "base/log.h"
#include "limit/slot.h"
#include "state.h"

static const struct breaker_id id = { 7, 99 };
static const struct breaker_rules *const rules = &breaker_default;
static struct txn	*txn;
static struct slot_owner mine;

static bool
fault(enum fault f, uint64_t retry_after_ms)
{
	return breaker_fault(txn, id, rules, f, retry_after_ms, clock_mono_ms());
}

static enum breaker_verdict
look(void)
{
	uint64_t until;

	return breaker_look(txn, id, clock_mono_ms(), false, &until);
}

/* Milliseconds from now until it may be tried. */
static int64_t
left(void)
{
	uint64_t until;

	(void)breaker_look(txn, id, clock_mono_ms(), false, &until);
	return until == 0 ? 0 : (int64_t)(until - clock_mono_ms());
}

static bool
claim(uint16_t slot, uint64_t incarnation)
{
	return breaker_claim(txn, id, rules, clock_mono_ms(), slot, incarnation);
}

static void
pass_ms(uint64_t ms)
{
	clock_advance(ms * 1000);
}

static void
test_opens(void)
{
	breaker_reset(txn, id);
	ok(!breaker_any(txn), "the table of a healthy gateway is empty");
	is_int(look(), BREAKER_PASS, "what nothing is known of passes");
	ok(!fault(FAULT_UP_REFUSED, 0), "one fault does not open it");
	ok(breaker_any(txn), "but is remembered");
	is_int(look(), BREAKER_PASS, "it still passes");
	ok(!fault(FAULT_UP_TIMEOUT, 0), "nor do two");
	breaker_success(txn, id);
	ok(!breaker_any(txn), "a success forgets them");
	(void)fault(FAULT_UP_REFUSED, 0);
	(void)fault(FAULT_UP_RESET, 0);
	ok(fault(FAULT_UP_REFUSED, 0), "three in a row open it");
	is_int(look(), BREAKER_REFUSE, "then it refuses");
	is_int(left(), 60000, "for a minute");
	ok(!claim(1, mine.incarnation), "nobody gets a probe meanwhile");
	ok(!fault(FAULT_UP_REFUSED, 0), "a late fault does not open it again");
	pass_ms(30000);
	(void)fault(FAULT_UP_REFUSED, 0);
	is_int(left(), 30000, "nor prolong it");
	breaker_success(txn, id);
	is_int(look(), BREAKER_REFUSE, "a late success does not close it");
}

static void
test_half_open(void)
{
	pass_ms(29999);
	is_int(look(), BREAKER_REFUSE, "a millisecond before its end it refuses");
	pass_ms(1);
	is_int(look(), BREAKER_PROBE, "then it wants a probe");
	ok(claim(1, mine.incarnation), "which the first gets");
	is_int(look(), BREAKER_REFUSE, "others are refused while it runs");
	ok(!claim(2, 5), "and get none");
	ok(!claim(1, mine.incarnation), "not even the same one again");
	ok(fault(FAULT_UP_GARBAGE, 0), "when it fails, the breaker opens anew");
	is_int(left(), 60000, "for a minute");
	pass_ms(60000);
	ok(claim(1, mine.incarnation), "another period, another probe");
	breaker_success(txn, id);
	is_int(look(), BREAKER_PASS, "its success closes the breaker");
	ok(!breaker_any(txn), "and leaves nothing");
	ok(claim(1, mine.incarnation), "what is closed needs no claim");
}

static void
open_and_expire(void)
{
	breaker_reset(txn, id);
	for (int i = 0; i < 3; i++)
		(void)fault(FAULT_UP_REFUSED, 0);
	pass_ms(60000);
}

static void
test_claims(void)
{
	open_and_expire();
	(void)claim(1, mine.incarnation);
	breaker_unclaim(txn, id, 2, mine.incarnation);
	is_int(look(), BREAKER_REFUSE, "only the owner gives a probe back");
	breaker_unclaim(txn, id, 1, mine.incarnation);
	is_int(look(), BREAKER_PROBE, "then another may take it");
	ok(claim(1, mine.incarnation), "and does");
	pass_ms(rules->probe_ms - 1);
	is_int(look(), BREAKER_REFUSE, "a claim holds for its time");
	pass_ms(1);
	is_int(look(), BREAKER_PROBE, "and no longer");
	ok(claim(1, mine.incarnation - 1), "a worker takes the probe");
	is_int(look(), BREAKER_PROBE, "when it is dead the claim is void at once");
	ok(claim(1, mine.incarnation), "and its replacement may probe");
}

struct cooling {
	enum fault fault;
	int64_t	   ms;
};

static void
test_cooldowns(void)
{
	static const struct cooling table[] = {
		{ FAULT_UP_RATE_LIMITED, 10000 }, { FAULT_UP_QUOTA, 1800000 }, { FAULT_UP_SERVER, 60000 },
		{ FAULT_UP_OVERLOADED, 60000 }, { FAULT_UP_MODEL_UNKNOWN, 300000 }, { FAULT_UP_FORBIDDEN, 60000 },
	};

	for (size_t i = 0; i < LENGTH(table); i++) {
		breaker_reset(txn, id);
		(void)fault(table[i].fault, 0);
		is_int(left(), table[i].ms, "%s cools for its time", fault_info(table[i].fault)->name);
	}
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_TIMEOUT, 0);
	is_int(look(), BREAKER_PASS, "a fault that is the breaker's business does not cool");
	breaker_reset(txn, id);
	ok(!fault(FAULT_UP_REJECTED, 0) && !fault(FAULT_UP_KEY_INVALID, 0) && !fault(FAULT_CLIENT_GONE, 0) && !breaker_any(txn),
	    "faults of the caller or the key leave no trace");
}

static void
test_escalation(void)
{
	static const int64_t want[] = { 10000, 20000, 40000, 80000, 160000, 320000, 640000, 1280000, 2560000, 3600000, 3600000 };
	struct breaker_rules patient = breaker_default;
	uint64_t	     until;
	int		     wrong = 0;

	patient.faults = 1000;
	breaker_reset(txn, id);
	for (size_t i = 0; i < LENGTH(want); i++) {
		(void)breaker_fault(txn, id, &patient, FAULT_UP_RATE_LIMITED, 0, clock_mono_ms());
		(void)breaker_look(txn, id, clock_mono_ms(), false, &until);
		wrong += (int64_t)(until - clock_mono_ms()) != want[i];
		pass_ms(until - clock_mono_ms());
	}
	is_int(wrong, 0, "each cool-down in a row is twice as long, an hour at most");
	breaker_success(txn, id);
	(void)fault(FAULT_UP_RATE_LIMITED, 0);
	is_int(left(), 10000, "after a success it begins anew");
	for (int i = 0; i < 50; i++)
		(void)breaker_fault(txn, id, &patient, FAULT_UP_RATE_LIMITED, 0, clock_mono_ms());
	is_int(left(), 10000, "parallel faults are one piece of news");
	pass_ms(10000);
	(void)breaker_fault(txn, id, &patient, FAULT_UP_RATE_LIMITED, 0, clock_mono_ms());
	is_int(left(), 20000, "and escalate once");
}

static void
test_retry_after(void)
{
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_RATE_LIMITED, 2500);
	is_int(left(), 2500, "a Retry-After is obeyed as it is");
	(void)fault(FAULT_UP_RATE_LIMITED, 1000);
	is_int(left(), 2500, "a shorter one does not shorten it");
	(void)fault(FAULT_UP_RATE_LIMITED, UINT64_C(86400000));
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_RATE_LIMITED, UINT64_C(86400000));
	is_int(left(), 300000, "nonsense counts as five minutes");
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_TIMEOUT, 7000);
	is_int(left(), 7000, "it is obeyed whatever fault it came with");
	breaker_success(txn, id);
	is_int(left(), 7000, "a success of an older request does not end it");
	pass_ms(7000);
	is_int(look(), BREAKER_PASS, "its time does");
	breaker_success(txn, id);
	ok(!breaker_any(txn), "and the next success forgets it");
}

static enum breaker_verdict
desperate(void)
{
	uint64_t until;

	return breaker_look(txn, id, clock_mono_ms(), true, &until);
}

static void
test_desperate(void)
{
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_SERVER, 0);
	is_int(look(), BREAKER_REFUSE, "a server error cools");
	is_int(desperate(), BREAKER_PASS, "who has no other choice passes all the same");
	(void)fault(FAULT_UP_SERVER, 0);
	(void)fault(FAULT_UP_OVERLOADED, 0);
	is_int(desperate(), BREAKER_REFUSE, "until the breaker opens");
	pass_ms(rules->open_ms);
	is_int(desperate(), BREAKER_PROBE, "and when its time is over he may probe");
	ok(claim(1, mine.incarnation), "once");
	is_int(desperate(), BREAKER_REFUSE, "and no second one beside him");
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_OVERLOADED, 5000);
	is_int(desperate(), BREAKER_REFUSE, "what the upstream asked for holds for everybody");
	(void)fault(FAULT_UP_SERVER, 0);
	is_int(desperate(), BREAKER_REFUSE, "whatever comes while it runs");
	breaker_reset(txn, id);
	(void)fault(FAULT_UP_RATE_LIMITED, 0);
	is_int(desperate(), BREAKER_REFUSE, "so does a rate limit");
}

static void
test_both(void)
{
	breaker_reset(txn, id);
	for (int i = 0; i < 3; i++)
		(void)fault(FAULT_UP_SERVER, 120000);
	is_int(left(), 120000, "open and cooling, the later end counts");
	pass_ms(60000);
	ok(!claim(1, mine.incarnation), "a probe waits for the cool-down");
	pass_ms(60000);
	is_int(look(), BREAKER_PROBE, "then it may go");
}

static void
test_describe(void)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json_error err;
	struct walk	  walk;

	json_start(&out, &text, false);
	json_object(&out, NULL);
	ok(walk_first(&walk, txn, DB_BREAKER, STR_NONE, STR_NONE) && breaker_describe(walk.key, walk.value, &out) == 0,
	    "a breaker is told in words");
	walk_end(&walk);
	json_object_end(&out);
	ok(json_check(buf_view(&text), 0, &err) == 0 && str_find(buf_view(&text), STR("\"open\"")) < text.n,
	    "which are JSON and name its state");
	ok(breaker_describe(STR("x"), STR("y"), &out) < 0, "damaged bytes are not");
	buf_done(&text);
}

int
main(void)
{
	struct db *state;

	temp_init();
	log_set_level(LOG_LEVEL_ERROR);
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);
	state = temp_open(ENV_STATE);
	if (slot_claim(state, 1, &mine, NULL, NULL) < 0 || slot_claim(state, 1, &mine, NULL, NULL) < 0)
		return 1;
	txn = txn_write(state);
	test_opens();
	test_half_open();
	test_claims();
	test_cooldowns();
	test_escalation();
	test_retry_after();
	test_desperate();
	test_both();
	test_describe();
	txn_end(txn);
	db_close(state);
	temp_done();
	return tap_done();
}
