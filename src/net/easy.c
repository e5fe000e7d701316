/* SPDX-License-Identifier: Apache-2.0 */
/*
 * easy.c - everything that is said to an easy handle.
 *
 * Runs in: worker, scheduler.
 *
 * What holds for every call is said once in the handle's life; for a call only
 * what differs is said, and what a former call changed is put back.  The header
 * list is made of nodes that point at the caller's lines; at its front stand the
 * lines that keep libcurl from adding headers of its own.
 *
 * A request that went out on a connection which the upstream had closed
 * meanwhile is sent once more by libcurl, on a fresh connection, when no byte of
 * an answer came.  before_request() counts that and allows no third time.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/pool.h"

#define SHORT_BUFFER_BYTES 16384L
#define STREAM_BUFFER_BYTES 1024L	/* of an open stream's memory the part that we choose */
#define CONNECTION_LIFE_S 300L
#define CONNECTION_IDLE_S 60L
#define CONNECT_MOST_MS 300000L
#define SENDS_MOST 2
#define STATUS_REFUSED 400

static const char *const suppressed[] = { "Expect:", "Accept:", "Content-Type:" };

#define SET(easy, option, value)                                                    \
	do {                                                                        \
		if (curl_easy_setopt((easy), (option), (value)) != CURLE_OK)        \
			assert(!"curl_easy_setopt(" #option ")");                   \
	} while (0)

/*
 * Callbacks about the request; those about the reply are in reply.c.
 */
static int
before_request(void *transfer, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct transfer *t = transfer;

	(void)local_ip;
	(void)remote_port;
	(void)local_port;
	if (t->cancelled)
		return CURL_PREREQFUNC_ABORT;
	if (!t->call.allow_private && !address_text_public(remote_ip)) {
		t->fault = FAULT_UP_BLOCKED;
		t->why = "the connection is to an address that is not public";
		return CURL_PREREQFUNC_ABORT;
	}
	if (++t->sends > SENDS_MOST) {
		t->fault = FAULT_UP_RESET;
		t->why = "the upstream closed the connection twice without an answer";
		return CURL_PREREQFUNC_ABORT;
	}
	/* For the next try, if libcurl makes one. */
	SET(t->easy, CURLOPT_FRESH_CONNECT, 1L);
	t->fault = FAULT_NONE;	/* another address was better */
	t->opened = false;
	t->at = TRANSFER_WAITING;
	transfer_mark(t);
	return CURL_PREREQFUNC_OK;
}

/* libcurl would wait for the end of an upload that is paused, also when its answer is whole. */
static bool
refused_early(const struct transfer *t)
{
	return t->at == TRANSFER_BODY && t->status >= STATUS_REFUSED;
}

static size_t
read_body(char *out, size_t size, size_t n, void *transfer)
{
	struct transfer *t = transfer;
	struct str unsent = str_upto(transfer_unsent(t), size * n);

	if (t->cancelled)
		return CURL_READFUNC_ABORT;
	if (unsent.n == 0 && t->body_sent < transfer_body_bytes(t) && !refused_early(t)) {
		t->thirsty = true;
		return CURL_READFUNC_PAUSE;
	}
	memcpy(out, unsent.p, unsent.n);
	transfer_took(t, unsent.n);
	/* An upload is progress towards the first byte, as a slow link may need longer than a slow model. */
	transfer_mark(t);
	return unsent.n;
}

static int
seek_body(void *transfer, curl_off_t offset, int origin)
{
	struct transfer *t = transfer;

	if (t->call.upload > 0 || origin != SEEK_SET || offset < 0 || (uint64_t)offset > t->call.body.n)
		return CURL_SEEKFUNC_FAIL;
	t->body_sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

/*
 * Once in a handle's life.
 */
static void
set_callbacks(struct transfer *t)
{
	CURL *e = t->easy;

	SET(e, CURLOPT_PRIVATE, (void *)t);
	SET(e, CURLOPT_ERRORBUFFER, t->detail);
	SET(e, CURLOPT_HEADERFUNCTION, reply_header);
	SET(e, CURLOPT_HEADERDATA, t);
	SET(e, CURLOPT_WRITEFUNCTION, reply_body);
	SET(e, CURLOPT_WRITEDATA, t);
	SET(e, CURLOPT_READFUNCTION, read_body);
	SET(e, CURLOPT_READDATA, t);
	SET(e, CURLOPT_SEEKFUNCTION, seek_body);
	SET(e, CURLOPT_SEEKDATA, t);
	SET(e, CURLOPT_PREREQFUNCTION, before_request);
	SET(e, CURLOPT_PREREQDATA, t);
	SET(e, CURLOPT_OPENSOCKETFUNCTION, peer_socket);
	SET(e, CURLOPT_OPENSOCKETDATA, t);
	SET(e, CURLOPT_CLOSESOCKETFUNCTION, peer_shut);
}

/*
 * With a file and a directory, as Debian's libcurl has by default, it would read
 * the whole file (24 ms) for each connection.  A file alone is read once per
 * shard; of a hashed directory only the one certificate that is needed is read.
 */
static void
set_trust(CURL *e)
{
	SET(e, CURLOPT_CAPATH, pool_ca_path());
	if (pool_ca_file() != NULL || pool_ca_path() != NULL)
		SET(e, CURLOPT_CAINFO, pool_ca_file());
}

void
easy_open(struct transfer *t, bool stream)
{
	CURL *e = t->easy = curl_easy_init();

	if (e == NULL)
		fatalx(1, "curl_easy_init failed");
	set_callbacks(t);
	SET(e, CURLOPT_NOSIGNAL, 1L);
	SET(e, CURLOPT_NOPROGRESS, 1L);
	SET(e, CURLOPT_PROXY, "");
	SET(e, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(e, CURLOPT_FOLLOWLOCATION, 0L);
	SET(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(e, CURLOPT_HTTP09_ALLOWED, 0L);
	SET(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(e, CURLOPT_PATH_AS_IS, 1L);
	SET(e, CURLOPT_BUFFERSIZE, stream ? STREAM_BUFFER_BYTES : SHORT_BUFFER_BYTES);
	SET(e, CURLOPT_MAXLIFETIME_CONN, CONNECTION_LIFE_S);
	SET(e, CURLOPT_MAXAGE_CONN, CONNECTION_IDLE_S);
	/* A resolver thread that hangs is left to itself instead of waited for. */
	SET(e, CURLOPT_QUICK_EXIT, 1L);
	SET(e, CURLOPT_SHARE, pool_share());
	set_trust(e);
}

void
easy_close(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	free(t->lines);
	arena_done(&t->arena);
}

/*
 * For each call.
 */
static char *
unconst(const char *s)
{
	return (char *)(uintptr_t)s;	/* curl_slist is not const-correct; libcurl only reads */
}

/* libcurl leaves "Name:" out and sends "Name;" as an empty header. */
static char *
line_for_curl(struct transfer *t, const char *line)
{
	size_t colon = strcspn(line, ":");

	assert(line[colon] == ':' && strpbrk(line, "\r\n") == NULL);
	if (line[colon + 1 + strspn(line + colon + 1, " \t")] != '\0')
		return unconst(line);
	return arena_cstr(&t->arena, arena_printf(&t->arena, "%.*s;", (int)colon, line));
}

static void
set_headers(struct transfer *t)
{
	size_t n = LENGTH(suppressed) + t->call.n, at = 0;

	if (n > t->lines_cap) {
		t->lines = xrealloc(t->lines, n * sizeof(*t->lines));
		t->lines_cap = n;
	}
	for (size_t i = 0; i < LENGTH(suppressed); i++)
		t->lines[at++].data = unconst(suppressed[i]);
	for (size_t i = 0; i < t->call.n; i++)
		t->lines[at++].data = line_for_curl(t, t->call.headers[i]);
	for (size_t i = 0; i < n; i++)
		t->lines[i].next = i + 1 < n ? &t->lines[i + 1] : NULL;
	SET(t->easy, CURLOPT_HTTPHEADER, t->lines);
}

static void
set_body(struct transfer *t)
{
	bool at_once = t->call.upload == 0 && t->call.body.n <= BODY_AT_ONCE_BYTES;
	const char *bytes = t->call.body.n == 0 ? "" : t->call.body.p;

	SET(t->easy, CURLOPT_POST, 1L);
	SET(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer_body_bytes(t));
	SET(t->easy, CURLOPT_POSTFIELDS, at_once ? bytes : NULL);
}

static void
set_method(struct transfer *t)
{
	const char *method = t->call.method;
	bool post = strcmp(method, "POST") == 0, get = strcmp(method, "GET") == 0;
	bool head = strcmp(method, "HEAD") == 0;

	SET(t->easy, CURLOPT_NOBODY, head ? 1L : 0L);
	if (post || transfer_body_bytes(t) > 0)
		set_body(t);
	else if (!head)
		SET(t->easy, CURLOPT_HTTPGET, 1L);
	SET(t->easy, CURLOPT_CUSTOMREQUEST, post || get || head ? NULL : method);
}

void
easy_prepare(struct transfer *t)
{
	uint64_t connect_ms = t->call.connect_ms;

	SET(t->easy, CURLOPT_URL, t->call.url);
	set_method(t);
	set_headers(t);
	/* Ours is the deadline; libcurl wants to know it to share the time out among several addresses. */
	SET(t->easy, CURLOPT_CONNECTTIMEOUT_MS,
	    connect_ms == 0 || connect_ms > CONNECT_MOST_MS ? CONNECT_MOST_MS : (long)connect_ms);
	SET(t->easy, CURLOPT_FRESH_CONNECT, t->call.upload > 0 ? 1L : 0L);
	SET(t->easy, CURLOPT_FORBID_REUSE, 0L);
}
