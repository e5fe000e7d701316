/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c - client connections, and libmicrohttpd in the loop.
 *
 * Runs in: worker, admin.
 *
 * Connections are accepted here and given to libmicrohttpd, which polls them in
 * an epoll of its own, nested in the loop's.  It reads through net/guard, so
 * its handler sees canonical requests only, and only those whose answer it
 * shall write (net/answer): what was really asked is in connection->request.
 *
 * libmicrohttpd runs in the LOOP_WORK hook, after all events of the turn: so a
 * client that left is known before the handler could answer it.
 *
 * A connection of libmicrohttpd names ours in its socket context.  After a
 * handoff it still does, until it is cleaned up; c->mhd tells the current one
 * from those.
 */
#include "net/server.h"

#include <sys/epoll.h>

#include "base/log.h"
#include "net/answer.h"
#include "net/connection.h"
#include "net/guard.h"
#include "net/handoff.h"
#include "net/linger.h"
#include "net/listener.h"

#define HEADERS_MOST 128		/* lines of a head */
#define POOL_BYTES 4096			/* libmicrohttpd's of a connection: the head of an answer */
#define DRAIN_IDLE_MS 1000		/* an idle client may have a request on its way */
#define STOP_ROUNDS 8

static struct server self;
static struct watch mhd_watch;

struct server *
server_self(void)
{
	return &self;
}

/*
 * What libmicrohttpd calls.
 */
static const union MHD_ConnectionInfo *
info(struct MHD_Connection *mhd, enum MHD_ConnectionInfoType type)
{
	return MHD_get_connection_info(mhd, type);
}

static struct connection *
of_mhd(struct MHD_Connection *mhd)
{
	return info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void
connection_changed(void *arg, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct connection *c = *context;

	(void)arg;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		c = guard_find(info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
		*context = c;
		c->mhd = mhd;
	} else if (c->mhd == mhd) {
		connection_closed(c);
	} else {
		guard_forget(info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
		if (--c->detached == 0 && c->over)
			connection_release(c);
	}
}

/* The first call is a formality; an answer was ready before libmicrohttpd was given the request. */
static enum MHD_Result
request_arrived(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_n, void **marker)
{
	struct connection *c = of_mhd(mhd);
	struct request *r = c->request;
	enum MHD_Result queued;

	(void)arg, (void)url, (void)method, (void)version, (void)upload, (void)upload_n;
	if (*marker == NULL) {
		*marker = c;
		return MHD_YES;
	}
	if (c->mhd != mhd || r == NULL || r->response == NULL)
		return MHD_NO;
	queued = MHD_queue_response(mhd, (unsigned)r->status, r->response);
	MHD_destroy_response(r->response);
	r->response = NULL;
	deadline_set(&self.answers, &c->deadline);
	return queued;
}

static void
request_completed(void *arg, struct MHD_Connection *mhd, void **marker, enum MHD_RequestTerminationCode code)
{
	struct connection *c = of_mhd(mhd);

	(void)arg, (void)marker;
	if (c->mhd != mhd || c->request == NULL)
		return;
	if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK)
		request_gone(c->request);
	request_over(c->request);
	connection_next(c);
}

/*
 * The turn.
 */
static void
mhd_ready(struct watch *w, uint32_t events)
{
	(void)w, (void)events;
	self.need = true;
}

static void
poke(struct connection *c)
{
	list_del(&c->poke);
	if (c->mhd == NULL || (c->phase == CONNECTION_ASKED && c->given.n == 0))
		return;
	MHD_suspend_connection(c->mhd);
	MHD_resume_connection(c->mhd);
	self.need = true;
}

static bool
work_left(void)
{
	return answer_pending() || handoff_pending() || !list_empty(&self.pokes);
}

static bool
work(void *arg)
{
	MHD_UNSIGNED_LONG_LONG ms;
	bool again;

	(void)arg;
	if (self.daemon == NULL)
		return false;
	again = answer_work();
	again |= handoff_work();
	while (!list_empty(&self.pokes))
		poke(container_of(self.pokes.next, struct connection, poke));
	if (!self.need)
		return again;
	self.need = false;
	MHD_run(self.daemon);
	if (MHD_get_timeout(self.daemon, &ms) == MHD_YES && ms == 0)
		self.need = true;
	return again || self.need || work_left();
}

static bool
batch_begins(void *arg)
{
	(void)arg;
	self.unbatched = false;
	return false;
}

/*
 * What a batch or a sleep hook left behind must not wait for an event; nor may
 * a request that came after the turn's batch, if a batch is what it waits for.
 */
static bool
before_sleep(void *arg)
{
	(void)arg;
	if (self.daemon == NULL)
		return false;
	if (self.need || self.unbatched || work_left())
		loop_soon();
	return false;
}

/*
 * Opening, draining, closing.
 */
static int
open_daemon(void)
{
	unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME |
	    MHD_USE_NO_LISTEN_SOCKET;
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_CONNECTION_LIMIT, 1 << 30, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, NULL },
		{ MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	int fd;

	self.daemon = MHD_start_daemon(flags, 0, NULL, NULL, request_arrived, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, connection_changed, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, request_completed, NULL, MHD_OPTION_ARRAY, options,
	    MHD_OPTION_END);
	if (self.daemon == NULL) {
		log_errorx("libmicrohttpd does not start");
		return -1;
	}
	mhd_watch = (struct watch){ .fd = -1, .ready = mhd_ready };
	fd = MHD_get_daemon_info(self.daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	return loop_add(&mhd_watch, fd, EPOLLIN);
}

static int
open_once(const struct server_handler *handler, const struct server_options *options)
{
	if (!guard_stands()) {
		log_errorx("recv(2) is not the guard's: the program must export the symbol");
		return -1;
	}
	self = (struct server){ .handler = handler, .options = *options };
	self.limits = (struct framing_limits){ .head_bytes = options->head_bytes,
		.headers = HEADERS_MOST, .body_bytes = options->upload_bytes };
	if (self.limits.body_bytes < options->body_bytes)
		self.limits.body_bytes = options->body_bytes;
	list_init(&self.all);
	list_init(&self.pokes);
	deadlines_init(&self.fresh, options->head_ms, connection_expired_idle);
	deadlines_init(&self.heads, options->head_ms, connection_expired_reading);
	deadlines_init(&self.bodies, options->body_ms, connection_expired_reading);
	deadlines_init(&self.idles, options->idle_ms, connection_expired_idle);
	deadlines_init(&self.drains, DRAIN_IDLE_MS, connection_expired_idle);
	deadlines_init(&self.answers, options->stream_stall_ms, connection_expired_answer);
	linger_open();
	answer_open();
	handoff_open();
	loop_hook(LOOP_WORK, work, NULL);
	loop_hook(LOOP_BATCH, batch_begins, NULL);
	loop_hook(LOOP_SLEEP, before_sleep, NULL);
	return open_daemon();
}

/* May be called again with the same handler and options, for another listener. */
int
server_open(int listen_fd, const struct server_handler *handler,
    const struct server_options *options)
{
	if (self.daemon == NULL && open_once(handler, options) == -1)
		return -1;
	return listener_open(listen_fd);
}

void
server_drain(void)
{
	if (self.daemon == NULL || self.draining)
		return;
	self.draining = true;
	listener_close_all();
	LIST_EACH(n, &self.all) {
		struct connection *c = container_of(n, struct connection, node);

		if (c->deadline.of == &self.idles || c->deadline.of == &self.fresh)
			deadline_set(&self.drains, &c->deadline);
	}
}

bool
server_idle(void)
{
	return self.daemon == NULL || (self.connections == 0 && linger_count() == 0);
}

static void
cut_all(void)
{
	LIST_EACH(n, &self.all) {
		struct connection *c = container_of(n, struct connection, node);

		c->left = true;
		if (c->phase == CONNECTION_STREAM)
			handoff_cut(c);
		else if (c->phase == CONNECTION_READING)
			connection_cut(c);
		else if (c->phase == CONNECTION_ASKED && !c->request->answered && c->stream == NULL)
			connection_abandon(c);
	}
}

/* None may be suspended when the daemon stops; what is being answered is cut by stopping. */
void
server_close(void)
{
	if (self.daemon == NULL)
		return;
	listener_close_all();
	cut_all();
	for (int i = 0; i < STOP_ROUNDS; i++)
		work(NULL);
	loop_remove(&mhd_watch);
	MHD_stop_daemon(self.daemon);
	self.daemon = NULL;
	linger_close();
	deadlines_done(&self.fresh);
	deadlines_done(&self.heads);
	deadlines_done(&self.bodies);
	deadlines_done(&self.idles);
	deadlines_done(&self.drains);
	deadlines_done(&self.answers);
	guard_close();
}

unsigned
server_connections(void)
{
	return self.connections;
}

unsigned
server_streams(void)
{
	return self.streams;
}

void
server_shed(bool on)
{
	self.shedding = on;
}
