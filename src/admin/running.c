/* SPDX-License-Identifier: Apache-2.0 */
/*
 * running.c - reads the supervisor's status file.
 *
 * Runs in: admin.
 *
 * The supervisor answers no questions: it writes down what changed, and the
 * file is always whole.
 */
#include "admin/running.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define STATUS_BYTES_MOST (4u << 20)

static uint64_t
time_of(const struct json *time)
{
	uint64_t us;

	return json_is(time, JSON_STRING) && clock_parse(time->text, &us) == 0 ? us : 0;
}

static uint64_t
number_of(const struct json *n)
{
	uint64_t value;

	return n != NULL && json_u64(n, &value) == 0 ? value : 0;
}

static bool
says(const struct json *text, const char *word)
{
	return json_is(text, JSON_STRING) && str_is(text->text, word);
}

static void
read_children(const struct json *children, struct running *r)
{
	if (!json_is(children, JSON_ARRAY))
		return;
	for (const struct json *c = children->child; c != NULL; c = c->next) {
		r->restarts += number_of(json_get(c, "restarts"));
		if (!says(json_get(c, "role"), "worker"))
			continue;
		if (says(json_get(c, "state"), "ready"))
			r->ready++;
		else
			r->others++;
	}
}

void
running_parse(struct str text, struct running *r)
{
	struct json_limits whole = { .tree_depth = JSON_WHOLE };
	struct json_error  err;
	struct arena	   a;
	struct json	  *root;

	*r = (struct running){ 0 };
	arena_init(&a);
	if (json_read(&a, text, whole, &root, &err) == 0 && json_is(root, JSON_OBJECT)) {
		r->known = true;
		r->serving = says(json_get(root, "phase"), "running");
		r->generation = number_of(json_get(root, "generation"));
		r->since_us = time_of(json_get(root, "since"));
		r->reload_us = time_of(json_path(root, "last_reload.time"));
		r->reload_good = json_true(json_path(root, "last_reload.ok"));
		read_children(json_get(root, "children"), r);
	}
	arena_done(&a);
}

void
running_read(struct str run_dir, struct running *r)
{
	struct buf  path = { 0 }, text = { 0 };
	struct stat st;
	ssize_t	    n;
	int	    fd;

	*r = (struct running){ 0 };
	buf_printf(&path, STR_FMT "/status.json", STR_ARG(run_dir));
	buf_byte(&path, '\0');
	fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	buf_done(&path);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && st.st_size <= STATUS_BYTES_MOST) {
		n = read(fd, buf_reserve(&text, (size_t)st.st_size + 1), (size_t)st.st_size);
		text.n = n > 0 ? (size_t)n : 0;
		running_parse(buf_view(&text), r);
	}
	buf_done(&text);
	close(fd);
}
