/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sched.c - the table of jobs, and when each runs next.
 *
 * Runs in: scheduler.
 *
 * The next run is counted from the start of the last one on the monotonic
 * clock, so a clock that jumps neither skips a job nor makes it run twice; a
 * run that was missed (a machine asleep) is made up once.
 */
#include "sched/sched.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/client.h"
#include "net/loop.h"
#include "sched/job_probe.h"

#define SECOND_MS 1000
#define HOUR_MS 3600000
#define SLOW_MS 1000
#define CONNECTIONS_PER_HOST 2

static uint64_t
each_second(const struct conf *c)
{
	(void)c;
	return SECOND_MS;
}

static uint64_t
each_hour(const struct conf *c)
{
	(void)c;
	return HOUR_MS;
}

/* Looks each second at what is due: every channel has its own time. */
static uint64_t
while_probing(const struct conf *c)
{
	return c->health_ms > 0 || c->discovery_ms > 0 ? SECOND_MS : 0;
}

static void
close_probe(struct sched_env *env)
{
	(void)env;
	job_probe_close();
}

static const struct job jobs[] = {
	{ "readers", each_second, job_readers_run, NULL },
	{ "ledger", each_second, job_ledger_run, job_ledger_run },
	{ "probe", while_probing, job_probe_run, close_probe },
	{ "prune", each_hour, job_prune_run, NULL },
};

static struct {
	struct sched_env *env;
	struct timer	  timer;
	uint64_t	  next_ms[LENGTH(jobs)];	/* mono; 0 = never */
} sched;

static void
run(size_t i)
{
	uint64_t begun = clock_now_us(), took;

	jobs[i].run(sched.env);
	took = (clock_now_us() - begun) / 1000;
	if (took >= SLOW_MS)
		log_warnx("job %s took %u ms", jobs[i].name, (unsigned)took);
}

static void
run_due(struct timer *t)
{
	uint64_t now = clock_mono_ms(), next = UINT64_MAX;

	for (size_t i = 0; i < LENGTH(jobs); i++) {
		if (sched.next_ms[i] == 0)
			continue;
		if (sched.next_ms[i] <= now) {
			sched.next_ms[i] = now + jobs[i].every_ms(sched.env->conf);
			run(i);
		}
		if (sched.next_ms[i] < next)
			next = sched.next_ms[i];
	}
	loop_timer(t, next);
}

int
sched_open(struct sched_env *env)
{
	struct client_options options = { .connections_per_host = CONNECTIONS_PER_HOST };

	sched.env = env;
	options.ca_file = env->conf->ca_file.n > 0 ? env->conf->ca_file.p : NULL;
	client_open(&options);
	sched.timer.fire = run_due;
	for (size_t i = 0; i < LENGTH(jobs); i++)
		sched.next_ms[i] = jobs[i].every_ms(env->conf) > 0 ? clock_mono_ms() : 0;
	run_due(&sched.timer);
	return 0;
}

void
sched_close(void)
{
	loop_timer_off(&sched.timer);
	for (size_t i = 0; i < LENGTH(jobs); i++)
		if (jobs[i].close != NULL)
			jobs[i].close(sched.env);
	client_close();
}
