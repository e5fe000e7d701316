/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.c - what the supervisor knows, as a file.
 *
 * Runs in: supervisor.
 */
#include "proc/status.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "conf/paths.h"
#include "proc/listen.h"
#include "proc/pidfile.h"

static const struct supervisor *boss;
static struct arena		arena;
static struct str		path;

static const char *const phase_names[] = {
	[SUPERVISOR_STARTING] = "starting",
	[SUPERVISOR_RUNNING] = "running",
	[SUPERVISOR_ENDING] = "ending",
	[SUPERVISOR_ENDING_REST] = "ending",
};

static void
add_time(struct json_out *j, const char *name, uint64_t wall_us)
{
	char text[25];

	if (wall_us == 0) {
		json_null(j, name);
		return;
	}
	clock_format(text, wall_us);
	json_cstr(j, name, text);
}

static void
add_child(struct json_out *j, const struct child *c)
{
	const struct generation *g = c->arg;

	json_object(j, NULL);
	json_cstr(j, "role", child_role_names[c->role]);
	if (c->slot >= 0)
		json_num(j, "slot", c->slot);
	else
		json_null(j, "slot");
	json_num(j, "pid", c->pid);
	json_cstr(j, "state", child_state_names[c->state]);
	json_unum(j, "restarts", c->restarts);
	add_time(j, "since", c->started_us);
	if (g != NULL)
		json_unum(j, "generation", g->number);
	else
		json_null(j, "generation");
	json_object_end(j);
}

static void
add_children(struct json_out *j)
{
	json_array(j, "children");
	LIST_EACH(n, children_all()) {
		const struct child *c = container_of(n, struct child, node);

		if (c->state != CHILD_EMPTY && c->role != ROLE_PREPARE)
			add_child(j, c);
	}
	json_array_end(j);
}

static void
add_last_reload(struct json_out *j)
{
	json_object(j, "last_reload");
	add_time(j, "time", boss->last.time_us);
	json_bool(j, "ok", boss->last.good);
	json_cstr(j, "message", boss->last.message);
	json_object_end(j);
}

void
status_setup(const struct supervisor *s, struct str run_dir)
{
	boss = s;
	arena_init(&arena);
	path = paths_in(&arena, run_dir, "status.json");
}

void
status_write(void)
{
	struct buf	out = { 0 };
	struct json_out j;

	if (!boss->master)
		return;
	json_start(&j, &out, true);
	json_object(&j, NULL);
	json_num(&j, "pid", getpid());
	json_cstr(&j, "version", WEIR_VERSION);
	json_cstr(&j, "phase", phase_names[boss->phase]);
	json_unum(&j, "generation", boss->current != NULL ? boss->current->number : 0);
	add_time(&j, "since", boss->started_us);
	json_cstr(&j, "config", boss->options.conf);
	listen_json(&j);
	add_children(&j);
	add_last_reload(&j);
	json_object_end(&j);
	buf_byte(&out, '\n');
	if (pidfile_replace(path, buf_view(&out), 0644) < 0)
		log_warn("%s: cannot be written", path.p);
	buf_done(&out);
}

void
status_remove(void)
{
	unlink(path.p);
	arena_done(&arena);
}
