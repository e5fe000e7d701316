/* SPDX-License-Identifier: Apache-2.0 */
/* race_test.c - several processes on one limit: exactly as many pass as it allows, whoever is killed. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "base/log.h"
#include "limit/breaker.h"
#include "state.h"

#define WORKERS 4
#define LIMIT	100

/* What the children tell; shared memory, so a killed one's word counts too. */
struct shared {
	int admitted[16];
	int probes;
	int acknowledged, rounds;
};

static struct shared *shared;
static struct limit   limits[3];
static const struct amounts need = { { 1, 100, 200, 300, 5000 } };

static pid_t
start(void (*run)(int), int which)
{
	pid_t pid = fork();

	if (pid == 0) {
		run(which);
		_exit(0);
	}
	return pid;
}

static void
run_all(void (*run)(int), int n)
{
	for (int i = 0; i < n; i++)
		(void)start(run, i);
	for (int i = 0; i < n; i++)
		wait(NULL);
}

/* ---------------------------------------------------------------- one limit, many askers */

static void
ask(int which)
{
	struct scope   scope = { SCOPE_KEY, 1, limits, 1 };
	struct worker  w;
	struct grant   g;
	struct refusal no;

	worker_start(&w, temp_open(ENV_STATE), (uint16_t)which, NULL, NULL);
	for (int i = 0; i < LIMIT; i++) {
		g.sequence = 0;
		if (worker_reserve(&w, &scope, 1, need, &g, &no) == 0)
			shared->admitted[which]++;
		worker_settle(&w, &g, need);
	}
}

static void
test_exactly(void)
{
	struct scope scope = { SCOPE_KEY, 1, limits, 1 };
	struct db   *state;
	int	     sum = 0;

	run_all(ask, 8);
	for (int i = 0; i < 8; i++)
		sum += shared->admitted[i];
	is_int(sum, LIMIT, "of eight processes asking a hundred times each exactly a hundred are admitted");
	state = temp_open(ENV_STATE);
	is_int(shown(state, &scope, 0, "used"), LIMIT, "and counted");
	is_int(slot_reclaim_dead(state, NULL, NULL), 0, "nothing is left to give back");
	is_int(state_faults(state), 0, "the invariants hold");
	db_close(state);
}

/* ---------------------------------------------------------------- killed at any moment */

/* Reserves and settles for ever; some stay open. */
static void
work(int which)
{
	struct scope   scopes[] = { { SCOPE_GLOBAL, 0, &limits[1], 1 }, { SCOPE_KEY, 2, &limits[1], 2 } };
	struct worker  w;
	struct grant   g[8] = { { 0 } };
	struct refusal no;

	worker_start(&w, temp_open(ENV_STATE), (uint16_t)(10 + which), NULL, NULL);
	for (unsigned i = 0;; i++) {
		struct grant *at = &g[i * 7 % 8];

		if (at->sequence != 0)
			worker_settle(&w, at, (struct amounts){ { 1, 10, 20, 30, 500 } });
		if (worker_reserve(&w, scopes, 2, need, at, &no) == 0)
			__atomic_add_fetch(&shared->acknowledged, 1, __ATOMIC_RELAXED);
	}
}

static void
pause_ms(long ms)
{
	struct timespec ts = { 0, ms * 1000000 };

	nanosleep(&ts, NULL);
}

static void
test_killed(void)
{
	pid_t	     pids[WORKERS];
	struct scope scope = { SCOPE_KEY, 2, &limits[1], 2 };
	struct db   *state;
	int	     given, faults = 0, kills = 0;

	for (int i = 0; i < WORKERS; i++)
		pids[i] = start(work, i);
	for (; kills < 60; kills++) {
		int victim = kills % WORKERS;

		pause_ms(3 + kills % 5);
		kill(pids[victim], SIGKILL);
		waitpid(pids[victim], NULL, 0);
		pids[victim] = start(work, victim);
	}
	for (int i = 0; i < WORKERS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	state = temp_open(ENV_STATE);
	faults = state_faults(state);
	is_int(faults, 0, "after %d kills reserved totals equal the open reservations", kills);
	ok(shared->acknowledged > 100, "%d requests were admitted in between", shared->acknowledged);
	ok(shown(state, &scope, 0, "used") >= shared->acknowledged, "none that was admitted is uncounted");
	ok(shown(state, &scope, 0, "used") <= shared->acknowledged + kills + WORKERS,
	    "and at most one per kill was stored without its admission being told");
	given = slot_reclaim_dead(state, NULL, NULL);
	ok(given >= 0 && given <= WORKERS * 8, "the last ones' reservations are given back (%d)", given);
	is_int(shown(state, &scope, 0, "reserved"), 0, "nothing is reserved then");
	is_int(db_entries(state, DB_RESERVATION), 0, "no reservation is left");
	is_int(state_faults(state), 0, "the invariants hold");
	db_close(state);
}

/* ---------------------------------------------------------------- one probe */

static void
probe(int which)
{
	struct db	 *state = temp_open(ENV_STATE);
	struct breaker_id id = { 1, 2 };
	struct slot_owner owner;
	struct txn	 *txn;

	if (slot_claim(state, (uint16_t)(20 + which), &owner, NULL, NULL) < 0)
		return;
	txn = txn_write(state);
	if (breaker_claim(txn, id, &breaker_default, clock_mono_ms(), owner.slot, owner.incarnation))
		__atomic_add_fetch(&shared->probes, 1, __ATOMIC_RELAXED);
	if (txn_commit(txn) < 0)
		_exit(1);
	pause_ms(200);		/* alive while the others ask */
}

static void
test_one_probe(void)
{
	struct db	 *state = temp_open(ENV_STATE);
	struct breaker_id id = { 1, 2 };
	struct txn	 *txn = txn_write(state);

	for (int i = 0; i < 3; i++)
		(void)breaker_fault(txn, id, &breaker_default, FAULT_UP_REFUSED, 0, clock_mono_ms());
	is_int(txn_commit(txn), 0, "a breaker is opened");
	db_close(state);
	clock_advance(61 * SECOND);
	run_all(probe, 8);
	is_int(shared->probes, 1, "when it is half open exactly one of eight processes gets the probe");
}

int
main(void)
{
	arena_init(&arena);
	temp_init();
	clock_freeze(1000 * SECOND, UINT64_C(1795253069) * SECOND);
	limits[0] = limit_of("100 requests / 1h");
	limits[1] = limit_of("100000000 requests / 1h");
	limits[2] = limit_of("90000.00 usd / month America/Los_Angeles");
	log_set_level(LOG_LEVEL_ERROR);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fflush(stdout);
	test_exactly();
	fflush(stdout);
	test_killed();
	fflush(stdout);
	test_one_probe();
	munmap(shared, sizeof(*shared));
	temp_done();
	arena_done(&arena);
	return tap_done();
}
