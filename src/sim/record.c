/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - what the simulator received, one JSON line each.
 *
 * Runs in: weir-sim.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "sim/conn.h"

static int	file = -1;
static uint64_t started_ms;

int
record_open(const char *path)
{
	clock_tick();
	started_ms = clock_mono_ms();
	if (path == NULL)
		return 0;
	file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return file < 0 ? -1 : 0;
}

uint64_t
sim_clock_ms(void)
{
	return clock_mono_ms() - started_ms;
}

/* Whole lines in one write(2) each, so that who reads along sees no half of one. */
static void
put_line(struct json_out *o, struct buf *line)
{
	json_object_end(o);
	buf_byte(line, '\n');
	if (write(file, line->p, line->n) != (ssize_t)line->n)
		perror("weir-sim: record");
	buf_done(line);
}

static void
start_line(struct json_out *o, struct buf *line, const char *name, uint64_t number, uint64_t at_ms)
{
	json_start(o, line, false);
	json_object(o, NULL);
	json_unum(o, name, number);
	json_unum(o, "at_ms", at_ms);
}

/* Header lines as an array of strings: order and repetition are part of what was received. */
static void
put_head(struct json_out *o, struct str head)
{
	struct str rest = head, line;

	str_split(&rest, '\n', &line);
	json_array(o, "headers");
	while (str_split(&rest, '\n', &line)) {
		if (str_ends(line, STR("\r")))
			line = str_upto(line, line.n - 1);
		if (line.n > 0)
			json_str(o, NULL, line);
	}
	json_array_end(o);
}

void
record_request(const struct sim_request *q)
{
	struct buf	line = { 0 };
	struct json_out o;

	if (file < 0)
		return;
	start_line(&o, &line, "request", q->number, q->arrived_ms);
	json_unum(&o, "connection", q->connection);
	json_str(&o, "method", q->method);
	json_str(&o, "path", q->path);
	put_head(&o, q->head);
	json_str(&o, "body", q->body);
	put_line(&o, &line);
}

void
record_gone(uint64_t number)
{
	struct buf	line = { 0 };
	struct json_out o;

	if (file < 0)
		return;
	start_line(&o, &line, "gone", number, sim_clock_ms());
	put_line(&o, &line);
}

void
record_refused(uint64_t connection, int status, const char *why)
{
	struct buf	line = { 0 };
	struct json_out o;

	if (file < 0)
		return;
	start_line(&o, &line, "refused", connection, sim_clock_ms());
	json_num(&o, "status", status);
	json_cstr(&o, "why", why);
	put_line(&o, &line);
}
