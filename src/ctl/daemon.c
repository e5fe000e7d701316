/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon.c - how the running daemon does, and telling it to reload.
 *
 * Runs in: weirctl.
 *
 * The supervisor speaks no protocol: it writes status.json and takes signals.
 * A reload is over when the time of the last one in that file has changed.
 */
#include "ctl/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "account/ledger.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "conf/paths.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "ctl/state.h"
#include "limit/chanstat.h"
#include "sched/import.h"

#define LOOK_MS	    50
#define RELOAD_MS   120000
#define STATUS_BYTES (1 << 20)

/* ---------------------------------------------------------------- what it leaves for us */

static struct str
read_small(struct ctl *c, const char *path)
{
	struct buf b = { 0 };
	struct str text = STR_NONE;
	ssize_t	   n = 0;
	int	   fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return STR_NONE;
	while (b.n < STATUS_BYTES && (n = read(fd, buf_reserve(&b, 4096), 4096)) > 0)
		b.n += (size_t)n;
	close(fd);
	if (n >= 0)
		text = arena_take(&c->arena, &b);
	buf_done(&b);
	return text;
}

/* 0: none runs. */
static pid_t
find_pid(struct ctl *c)
{
	struct str text = read_small(c, ctl_cstr(c, c->conf.pid_file));
	uint64_t   pid;

	if (str_u64(str_trim(str_upto(text, str_find_byte(text, '\n'))), &pid) < 0 || pid == 0 || pid > INT32_MAX)
		return 0;
	return kill((pid_t)pid, 0) == 0 || errno == EPERM ? (pid_t)pid : 0;
}

/* NULL when there is none or it is not whole. */
static const struct json *
read_status(struct ctl *c)
{
	struct str	  text = read_small(c, paths_in(&c->arena, c->conf.run_dir, "status.json").p);
	struct json	 *root;
	struct json_error err;

	if (text.n == 0 || json_read(&c->arena, text, (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) < 0)
		return NULL;
	return root;
}

static struct str
text_at(struct ctl *c, const struct json *status, const char *path)
{
	const struct json *v = json_path(status, path);

	return v == NULL ? STR("-") : json_is(v, JSON_STRING) ? json_text(&c->arena, v) : v->raw;
}

/* ---------------------------------------------------------------- reload */

static int
send_hup(struct ctl *c, pid_t pid)
{
	uid_t acting = geteuid();
	int   rc, saved;

	/* Root acts as the store's owner for files only. */
	if (getuid() == 0 && seteuid(0) < 0)
		return ctl_fail(c, EX_OSERR, "cannot become root again: %s", strerror(errno));
	rc = kill(pid, SIGHUP);
	saved = errno;
	if (getuid() == 0 && seteuid(acting) < 0)
		return ctl_fail(c, EX_OSERR, "cannot give root up: %s", strerror(errno));
	if (rc == 0)
		return 0;
	return ctl_fail(c, saved == EPERM ? EX_NOPERM : EX_UNAVAILABLE, "weir (pid %d) cannot be told: %s", (int)pid,
	    strerror(saved));
}

static void
nap(void)
{
	struct timespec t = { .tv_nsec = LOOK_MS * 1000000L };

	nanosleep(&t, NULL);
}

/* Until the last reload is another one than `before`. */
static int
wait_for_result(struct ctl *c, pid_t pid, struct str before)
{
	for (unsigned waited = 0; waited < RELOAD_MS; waited += LOOK_MS) {
		const struct json *status = read_status(c);
		struct str	   now = text_at(c, status, "last_reload.time");

		if (status != NULL && !str_eq(now, before)) {
			struct str message = text_at(c, status, "last_reload.message");

			if (json_true(json_path(status, "last_reload.ok"))) {
				ctl_say(c, "reloaded, generation " STR_FMT, STR_ARG(text_at(c, status, "generation")));
				return 0;
			}
			return ctl_fail(c, EX_CONFIG, "the reload failed, the old configuration stays: " STR_FMT, STR_ARG(message));
		}
		if (kill(pid, 0) < 0 && errno == ESRCH)
			return ctl_fail(c, EX_UNAVAILABLE, "weir ended meanwhile");
		nap();
	}
	return ctl_fail(c, EX_TEMPFAIL, "no result after %d s", RELOAD_MS / 1000);
}

static int
reload(struct ctl *c, pid_t pid, bool wait)
{
	struct str before = text_at(c, read_status(c), "last_reload.time");
	int	   rc = send_hup(c, pid);

	if (rc == 0 && wait)
		rc = wait_for_result(c, pid, before);
	return rc;
}

/* What weir would refuse, it is not asked to read. */
static int
check_records(struct ctl *c)
{
	struct conf_problem *problems;
	size_t		     n;

	if (import_check(&c->conf, &c->arena, &problems, &n) == 0)
		return 0;
	return ctl_problems(c, problems, n);
}

int
daemon_reload(struct ctl *c)
{
	int   rc = open_conf(c);
	pid_t pid;

	if (rc == 0)
		rc = check_records(c);
	if (rc != 0)
		return rc;
	pid = find_pid(c);
	if (pid == 0)
		return ctl_fail(c, EX_UNAVAILABLE, "weir does not run (" STR_FMT ")", STR_ARG(c->conf.pid_file));
	rc = reload(c, pid, c->wait);
	if (rc == 0 && !c->wait)
		ctl_say(c, "weir (pid %d) was told; --wait would tell how it ended", (int)pid);
	return rc;
}

int
daemon_reload_if_running(struct ctl *c)
{
	int   rc = open_conf(c);
	pid_t pid = rc == 0 ? find_pid(c) : 0;

	return pid == 0 ? rc : reload(c, pid, true);
}

/* ---------------------------------------------------------------- status as JSON */

static void
write_env(struct json_out *out, const char *name, struct db *db)
{
	struct db_stat stat;

	if (db == NULL) {
		json_null(out, name);
		return;
	}
	db_stat(db, &stat);
	json_object(out, name);
	json_unum(out, "used_bytes", stat.used_bytes);
	json_unum(out, "map_bytes", stat.map_bytes);
	json_unum(out, "readers", stat.readers);
	json_unum(out, "transactions", stat.last_txn);
	json_object_end(out);
}

static void
write_channel(struct ctl *c, const struct channel *channel, struct json_out *out)
{
	struct chanstat stat = { 0 };
	struct txn     *t;

	json_object(out, NULL);
	json_str(out, "channel", channel->r.name);
	json_str(out, "provider", channel->provider);
	json_bool(out, "enabled", channel->r.enabled);
	if (c->state != NULL) {
		t = txn_read(c->state);
		if (chanstat_get(t, channel->r.id, &stat) && stat.health < HEALTHS)
			json_cstr(out, "health", health_names[stat.health]);
		txn_end(t);
	}
	json_unum(out, "latency_ms", stat.latency_ms);
	json_cstr(out, "detail", stat.detail);
	json_object_end(out);
}

static void
write_channels(struct ctl *c, struct json_out *out)
{
	struct record_walk walk;
	struct txn	  *t;

	json_array(out, "channels");
	if (c->store != NULL) {
		t = txn_read(c->store);
		for (struct channel *r = record_first(&walk, t, RECORD_CHANNEL, &c->arena); r != NULL; r = record_next(&walk))
			write_channel(c, r, out);
		txn_end(t);
	}
	json_array_end(out);
}

static void
write_status(struct ctl *c, const struct json *status, pid_t pid, struct json_out *out)
{
	json_object(out, NULL);
	json_bool(out, "running", pid != 0);
	if (pid != 0)
		json_num(out, "pid", pid);
	else
		json_null(out, "pid");
	if (pid != 0 && status != NULL)
		json_raw(out, "supervisor", status->raw);
	else
		json_null(out, "supervisor");
	json_str(out, "data_dir", c->conf.data_dir);
	json_str(out, "run_dir", c->conf.run_dir);
	write_env(out, "store", c->store);
	write_env(out, "state", c->state);
	if (c->state != NULL)
		json_unum(out, "journal_backlog", journal_backlog(c->state));
	write_channels(c, out);
	if (c->state != NULL && c->store != NULL)
		state_write_breakers(c, out, "breakers");
	json_object_end(out);
}

/* ---------------------------------------------------------------- status for people */

static void
say_supervisor(struct ctl *c, struct buf *out, const struct json *root)
{
	static const char *const columns[] = { "role", "slot", "pid", "state", "restarts", "generation", "since", NULL };
	const struct json	*s = json_get(root, "supervisor");

	if (!json_true(json_get(root, "running"))) {
		buf_cstr(out, "weir does not run\n");
		return;
	}
	buf_printf(out, "weir " STR_FMT " %s, pid " STR_FMT ", generation " STR_FMT ", since " STR_FMT "\n",
	    STR_ARG(text_at(c, s, "version")), ctl_cstr(c, text_at(c, s, "phase")), STR_ARG(text_at(c, root, "pid")),
	    STR_ARG(text_at(c, s, "generation")), STR_ARG(text_at(c, s, "since")));
	buf_printf(out, "configuration " STR_FMT ", last read " STR_FMT ": " STR_FMT "\n", STR_ARG(text_at(c, s, "config")),
	    STR_ARG(text_at(c, s, "last_reload.time")), STR_ARG(text_at(c, s, "last_reload.message")));
	if (json_is(json_get(s, "children"), JSON_ARRAY)) {
		buf_byte(out, '\n');
		print_table(out, &c->arena, json_get(s, "children"), columns, c->color);
	}
}

static void
say_env(struct ctl *c, struct buf *out, const struct json *root, const char *name, struct str dir)
{
	const struct json *env = json_get(root, name);
	uint64_t	   used = 0, map = 1;

	if (!json_is(env, JSON_OBJECT) || json_u64(json_get(env, "used_bytes"), &used) < 0 ||
	    json_u64(json_get(env, "map_bytes"), &map) < 0) {
		buf_printf(out, "%s: none in " STR_FMT "\n", name, STR_ARG(dir));
		return;
	}
	buf_printf(out, "%s: %.1f of %.0f MiB, " STR_FMT " readers, in " STR_FMT "\n", name, (double)used / 1048576,
	    (double)map / 1048576, STR_ARG(text_at(c, env, "readers")), STR_ARG(dir));
}

static void
say_status(struct ctl *c, const struct json *root)
{
	static const char *const channels[] = { "channel", "provider", "enabled", "health", "latency_ms", "detail", NULL };
	static const char *const breakers[] = { "name", "model", "state", "last_fault", "open_ms", "cooling_ms", NULL };
	struct buf		 out = { 0 };

	say_supervisor(c, &out, root);
	buf_byte(&out, '\n');
	say_env(c, &out, root, "store", c->conf.data_dir);
	say_env(c, &out, root, "state", c->conf.run_dir);
	if (json_get(root, "journal_backlog") != NULL)
		buf_printf(&out, "journal: " STR_FMT " blocks wait for the ledger\n", STR_ARG(text_at(c, root, "journal_backlog")));
	if (json_get(root, "channels")->child != NULL) {
		buf_byte(&out, '\n');
		print_table(&out, &c->arena, json_get(root, "channels"), channels, c->color);
	}
	if (json_get(root, "breakers") != NULL && json_get(root, "breakers")->child != NULL) {
		buf_byte(&out, '\n');
		print_table(&out, &c->arena, json_get(root, "breakers"), breakers, c->color);
	}
	fwrite(out.p, 1, out.n, stdout);
	buf_done(&out);
}

/* Whatever cannot be opened is missing in the picture; the picture is shown. */
static void
open_what_is(struct ctl *c)
{
	if (access(paths_in(&c->arena, c->conf.data_dir, "store").p, F_OK) == 0)
		(void)!open_store(c, false);
	(void)open_state_if_any(c, false);
}

int
daemon_status(struct ctl *c)
{
	struct json_out	  out;
	struct json	 *root;
	struct json_error err;
	struct buf	  json = { 0 };
	pid_t		  pid;
	int		  rc = open_conf(c);

	if (rc != 0)
		return rc;
	pid = find_pid(c);
	open_what_is(c);
	json_start(&out, &json, true);
	write_status(c, read_status(c), pid, &out);
	if (c->json)
		printf(STR_FMT "\n", STR_ARG(buf_view(&json)));
	else if (json_read(&c->arena, buf_view(&json), (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == 0)
		say_status(c, root);
	buf_done(&json);
	return pid != 0 ? 0 : EX_UNAVAILABLE;
}
