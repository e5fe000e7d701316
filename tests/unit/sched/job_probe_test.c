/* SPDX-License-Identifier: Apache-2.0 */
/* job_probe_test.c - when channels are asked, and what their answers say of their health; the upstream is played here. */
#include "../route/catalog.h"
#include "base/clock.h"
#include "limit/chanstat.h"
#include "net/client.h"
#include "net/loop.h"
#include "sched/job_probe.h"
#include "tap.h"

#define SECOND UINT64_C(1000000)

struct transfer {
	struct call	       call;
	struct transfer_events events;
	void		      *arg;
	bool		       over;
};

static struct transfer	transfers[64];
static size_t		transfers_n;
static struct db       *state;
static struct conf	conf;
static struct sched_env env;

struct transfer *
transfer_start(const struct call *call, const struct transfer_events *events, void *arg)
{
	struct transfer *t = &transfers[transfers_n++];

	*t = (struct transfer){ .call = *call, .events = *events, .arg = arg };
	return t;
}

void
transfer_cancel(struct transfer *t)
{
	t->over = true;
}

static void
answer(struct transfer *t, int status, const char *body, enum fault f)
{
	struct transfer_head h = { .status = status, .transfer = t };

	t->over = true;
	if (status > 0)
		t->events.head(t->arg, &h);
	if (body[0] != '\0')
		t->events.bytes(t->arg, str_of(body));
	t->events.end(t->arg, f, "");
}

/* Runs the job `seconds` times, one second apart; how many channels were asked. */
static size_t
run(unsigned seconds)
{
	size_t before = transfers_n;

	for (unsigned i = 0; i < seconds; i++) {
		clock_advance(SECOND);
		job_probe_run(&env);
		loop_once(0);
	}
	return transfers_n - before;
}

/* Runs until somebody is asked; how many seconds that took. */
static unsigned
next(void)
{
	unsigned s = 1;

	while (s < 1000 && run(1) == 0)
		s++;
	return s;
}

static struct chanstat
stat_of(uint64_t channel)
{
	struct txn     *t = txn_read(state);
	struct chanstat s;

	chanstat_get(t, channel, &s);
	txn_end(t);
	return s;
}

static void
test_health(uint64_t id)
{
	static const struct {
		int	    status;
		enum fault  fault;
		uint64_t    slow;
		enum health health;
		const char *what;
	} cases[] = {
		{ 200, FAULT_NONE, 0, HEALTH_OK, "a list" },
		{ 404, FAULT_NONE, 0, HEALTH_OK, "no list but an answer" },
		{ 200, FAULT_NONE, 3 * SECOND, HEALTH_DEGRADED, "a slow answer" },
		{ 401, FAULT_NONE, 0, HEALTH_DOWN, "a refused key" },
		{ 503, FAULT_NONE, 0, HEALTH_DOWN, "a server error" },
		{ 0, FAULT_UP_REFUSED, 0, HEALTH_DOWN, "no connection" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		is_int(next(), 30 - (i > 0 ? (int64_t)(cases[i - 1].slow / SECOND) : 0), "a channel is asked each half minute");
		clock_advance(cases[i].slow);
		answer(&transfers[transfers_n - 1], cases[i].status, "{\"data\":[]}", cases[i].fault);
		loop_once(0);
		is_int(stat_of(id).health, cases[i].health, "its health by %s", cases[i].what);
	}
	is_int(stat_of(id).failures, 3, "failures in a row are counted");
}

static void
test_intervals(uint64_t id)
{
	next();
	is_int(run(100), 0, "nobody is asked again before he answered");
	answer(&transfers[transfers_n - 1], 0, "", FAULT_UP_REFUSED);
	conf.health_ms = 0;
	conf.discovery_ms = 300000;
	next();
	answer(&transfers[transfers_n - 1], 0, "", FAULT_UP_REFUSED);
	is_int(next(), 30, "without health probes a list that failed is asked for after half a minute");
	answer(&transfers[transfers_n - 1], 200, "{\"data\":[]}", FAULT_NONE);
	is_int(stat_of(id).health, HEALTH_DOWN, "and tells nothing of health");
	is_int(next(), 300, "one that was had is good for its interval");
	answer(&transfers[transfers_n - 1], 200, "{\"data\":[]}", FAULT_NONE);
	conf.discovery_ms = 0;
	is_int(run(700), 0, "with neither nobody is asked");
	conf.health_ms = 30000;
	is_int(run(1), 1, "with health alone one is");
	answer(&transfers[transfers_n - 1], 200, "{\"data\":[{\"id\":\"not-wanted\"}]}", FAULT_NONE);
	rebuild();
	ok(map_get(&catalog->offers, STR("not-wanted")) == NULL, "and its list is not stored");
}

static struct transfer *
last(void)
{
	return &transfers[transfers_n - 1];
}

/* A list of several pages is one list. */
static void
test_pages(uint64_t id)
{
	size_t before;

	conf.discovery_ms = 300000;
	put(RECORD_PROVIDER, "p", "kind", "gemini", NULL);
	next();
	is_str(last()->call.url, "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000", "a list has its vendor's place");
	is_str(last()->call.headers[0], "x-goog-api-key: sk-probe-123456", "and way of signing");
	before = transfers_n;
	answer(last(), 200, "{\"models\":[{\"name\":\"models/a\"}],\"nextPageToken\":\"t/1\"}", FAULT_NONE);
	loop_once(0);
	is_int(transfers_n, before + 1, "its next page is asked for at once");
	is_str(last()->call.url, "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000&pageToken=t%2F1", "by its token");
	rebuild();
	ok(map_get(&catalog->offers, STR("a")) == NULL, "half a list is not stored");
	answer(last(), 200, "{\"models\":[{\"name\":\"models/b\"}]}", FAULT_NONE);
	loop_once(0);
	rebuild();
	ok(map_get(&catalog->offers, STR("a")) != NULL && map_get(&catalog->offers, STR("b")) != NULL, "a whole one is");
	is_int(stat_of(id).health, HEALTH_OK, "and the channel is well");
	conf.health_ms = 0;	/* the next that is asked is asked for its list */
	next();
	answer(last(), 200, "{\"models\":[{\"name\":\"models/c\"}],\"nextPageToken\":\"t/1\"}", FAULT_NONE);
	answer(last(), 500, "", FAULT_NONE);
	loop_once(0);
	rebuild();
	ok(map_get(&catalog->offers, STR("a")) != NULL && map_get(&catalog->offers, STR("c")) == NULL, "a page that fails leaves the old list");
	conf.health_ms = 30000;
	put(RECORD_PROVIDER, "p", "kind", "ollama", NULL);
	next();
	is_str(last()->call.url, "http://127.0.0.1:11434/api/tags", "Ollama's list is its own");
	answer(last(), 200, "{\"models\":[]}", FAULT_NONE);
}

static void
test_close(void)
{
	next();
	ok(!transfers[transfers_n - 1].over, "a probe runs");
	job_probe_close();
	loop_once(0);
	ok(transfers[transfers_n - 1].over, "and is let go at the end");
}

int
main(void)
{
	uint64_t id;

	catalog_open();
	clock_freeze(UINT64_C(100000) * SECOND, UINT64_C(1795305600) * SECOND);
	state = temp_open(ENV_STATE);
	conf_init(&conf);
	conf.discovery_ms = 0;
	loop_open();
	env = (struct sched_env){ .conf = &conf, .store = store, .state = state, .ring = ring };
	put(RECORD_PROVIDER, "p", "kind", "openai", NULL);
	id = put(RECORD_CHANNEL, "c", "provider", "p", NULL);
	put_upkey(id, "k", "sk-probe-123456", true);
	is_int(run(1), 1, "a new channel is asked at once");
	is_str(transfers[0].call.url, "https://api.openai.com/v1/models", "for its models");
	is_str(transfers[0].call.headers[0], "Authorization: Bearer sk-probe-123456", "with its key");
	answer(&transfers[0], 200, "{\"data\":[]}", FAULT_NONE);
	loop_once(0);
	test_health(id);
	test_intervals(id);
	test_pages(id);
	test_close();
	loop_close();
	conf_done(&conf);
	db_close(state);
	catalog_close();
	return tap_done();
}
