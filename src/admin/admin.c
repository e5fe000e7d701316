/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin.c - the admin listener's answers.
 *
 * Runs in: admin.
 *
 * The same HTTP code as a worker's, in a process of its own: a slow report
 * delays no request, and no process that parses a client's body has this door.
 */
#include "admin/admin.h"

#include <stdlib.h>

#include "admin/metrics.h"
#include "admin/running.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/log.h"
#include "net/server.h"

#define CONNECTIONS 256
#define BODY_BYTES 65536
#define HEAD_BYTES 16384
#define DEADLINE_MS 10000
#define IDLE_MS 60000

/* One question, from head to done. */
struct question {
	struct request *request;
	struct buf	answer;
};

typedef int answer_fn(const struct admin_env *, struct buf *);	/* the status */

static struct admin_env env;

/* ---------------------------------------------------------------- the pages */

static int
answer_metrics(const struct admin_env *e, struct buf *out)
{
	metrics_write(e, out);
	return 200;
}

static int
answer_health(const struct admin_env *e, struct buf *out)
{
	(void)e;
	buf_cstr(out, "{\"status\":\"ok\",\"version\":\"" WEIR_VERSION "\"}\n");
	return 200;
}

/* Ready means that a client would be served: the workers are asked for, not this process. */
static int
answer_ready(const struct admin_env *e, struct buf *out)
{
	struct running r;
	bool	       ready;

	running_read(e->conf->run_dir, &r);
	ready = r.known && r.serving && r.ready > 0;
	buf_printf(out, "{\"status\":\"%s\",\"workers\":%u}\n", ready ? "ready" : "not ready", r.ready);
	return ready ? 200 : 503;
}

static const struct page {
	const char *path, *type;
	answer_fn  *answer;
} pages[] = {
	{ "/metrics", "text/plain; version=0.0.4; charset=utf-8", answer_metrics },
	{ "/health", "application/json", answer_health },
	{ "/ready", "application/json", answer_ready },
};

/* ---------------------------------------------------------------- errors */

static void
write_error(struct buf *out, enum fault f, const char *why)
{
	const struct fault_info *info = fault_info(f);
	struct json_out		 j;

	json_start(&j, out, false);
	json_object(&j, NULL);
	json_object(&j, "error");
	json_cstr(&j, "message", why != NULL ? why : info->text);
	json_cstr(&j, "type", info->type);
	json_null(&j, "param");
	json_cstr(&j, "code", info->code);
	json_object_end(&j);
	json_object_end(&j);
}

static struct str
error_body(enum fault f, const char *why, struct str path)
{
	static struct buf out;

	(void)path;
	buf_clear(&out);
	write_error(&out, f, why);
	return buf_view(&out);
}

/* ---------------------------------------------------------------- a question */

static void *
got_head(struct request *r)
{
	struct question *q = xcalloc(1, sizeof(*q));

	q->request = r;
	return q;
}

static void
send_answer(struct question *q, int status, const char *type)
{
	struct header headers[] = {
		{ "Content-Type", type },
		{ "Cache-Control", "no-store" },
	};
	struct answer a = { .status = status, .headers = headers, .n = LENGTH(headers), .body = buf_view(&q->answer) };

	request_answer(q->request, &a);
}

static void
refuse(struct question *q, enum fault f)
{
	write_error(&q->answer, f, NULL);
	send_answer(q, fault_info(f)->status, "application/json");
}

static void
got_body(void *x)
{
	struct question *q = x;
	struct str	 path = request_path(q->request), method = request_method(q->request);

	for (size_t i = 0; i < LENGTH(pages); i++) {
		if (!str_is(path, pages[i].path))
			continue;
		if (!str_is(method, "GET") && !str_is(method, "HEAD"))
			refuse(q, FAULT_BAD_METHOD);
		else
			send_answer(q, pages[i].answer(&env, &q->answer), pages[i].type);
		return;
	}
	refuse(q, FAULT_NOT_FOUND);
}

static void
client_gone(void *x)
{
	(void)x;	/* answers are made at once: nothing is left to cancel */
}

static void
over(void *x)
{
	struct question *q = x;

	buf_done(&q->answer);
	free(q);
}

static void
bad_message(enum fault f, const char *why, const char *client_ip)
{
	log_info("%s: refused, %s (%s)", client_ip, why != NULL ? why : "bad message", fault_info(f)->name);
}

static const struct server_handler handler = { got_head, got_body, client_gone, over, bad_message, error_body, NULL, NULL };

int
admin_open(const struct admin_env *e)
{
	struct server_options options = {
		.body_bytes = BODY_BYTES,
		.head_bytes = HEAD_BYTES,
		.head_ms = DEADLINE_MS,
		.body_ms = DEADLINE_MS,
		.idle_ms = IDLE_MS,
		.connections = CONNECTIONS,
		.stream_high = 65536,
		.stream_low = 16384,
		.stream_stall_ms = IDLE_MS,
	};

	env = *e;
	return server_open(e->listen_fd, &handler, &options);
}

void
admin_drain(void)
{
	server_drain();
}

bool
admin_idle(void)
{
	return server_idle();
}

void
admin_close(void)
{
	server_close();
}
