/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_API_STAGE_H
#define WEIR_TESTS_API_STAGE_H

/*
 * A worker's serving side without a network: the client and the upstream are
 * played by the functions of net/server.h and net/client.h below, which the
 * linker takes before those of the archive.  A request's body is freed when it
 * is over, as the server does it, so that a sanitizer sees who still reads it.
 */

#include "../route/catalog.h"
#include "account/ledger.h"
#include "api/api.h"
#include "api/exchange.h"
#include "base/clock.h"

#define SECOND UINT64_C(1000000)

struct stream {
	struct buf wrote;
	bool	   ended, complete;
	bool	   full;	/* writes ask for a pause */
	struct str keepalive;
};

struct request {
	const char   *method, *path, *query, *key, *agent;
	const char   *headers_sent;	/* "name: value\n", or NULL */
	char	     *body;	/* of exactly that many bytes */
	size_t	      body_n;
	void	     *x;
	bool	      skipped, answered, streams, over, left;
	int	      status;
	struct buf    headers;	/* "name: value\n" */
	struct buf    answer;
	struct stream stream;
	void	    (*drained)(void *);
	size_t	      announced;	/* of its body */
	bool	      live, held;	/* the body comes by part() */
};

struct transfer {
	struct call	       call;
	struct transfer_events events;
	void		      *arg;
	const char	      *retry_after;
	bool		       over, cancelled, paused;
	bool		       sending;	/* it still reads the request's body */
	struct buf	       upload;	/* what came of one that comes in pieces */
	bool		       full;	/* and takes no more of it now */
};

static struct request	 requests[256];
static struct transfer	 transfers[256];
static size_t		 requests_n, transfers_n;
static struct db	*state;
static struct conf	 conf;
static struct slot_owner owner;

/* ---- the client ---- */

struct str request_method(const struct request *r) { return str_of(r->method); }
struct str request_path(const struct request *r) { return str_of(r->path); }
struct str request_query(const struct request *r) { return str_of(r->query); }
const char *request_client_ip(const struct request *r) { (void)r; return "192.0.2.1"; }
uint64_t request_arrived_us(const struct request *r) { (void)r; return clock_mono_us(); }
void request_skip_body(struct request *r) { r->skipped = true; }
uint64_t request_body_bytes(const struct request *r) { return r->announced; }
void request_hold(struct request *r) { r->held = r->live; }
void request_go_on(struct request *r) { r->held = false; }
int server_open(int fd, const struct server_handler *h, const struct server_options *o) { (void)fd, (void)h, (void)o; return 0; }
void server_drain(void) { }
bool server_idle(void) { return true; }
void server_close(void) { }
void server_shed(bool on) { (void)on; }

struct str
request_header(const struct request *r, const char *name)
{
	struct str lines = str_of(r->headers_sent), line;

	if (strcmp(name, "x-api-key") == 0)
		return str_of(r->key);
	if (strcmp(name, "User-Agent") == 0)
		return str_of(r->agent);
	while (str_split(&lines, '\n', &line)) {
		size_t colon = str_find_byte(line, ':');

		if (str_eq_nocase(str_upto(line, colon), str_of(name)))
			return str_trim(str_from(line, colon + 1));
	}
	return STR_NONE;
}

struct str
request_body(const struct request *r)
{
	return r->skipped ? STR_NONE : (struct str){ r->body, r->body_n };
}

static void
take_head(struct request *r, const struct answer *a)
{
	r->status = a->status;
	for (size_t i = 0; i < a->n; i++)
		buf_printf(&r->headers, "%s: %s\n", a->headers[i].name, a->headers[i].value);
	buf_byte(&r->headers, '\0');
}

void
request_answer(struct request *r, const struct answer *a)
{
	if (r->answered || r->streams || r->over)
		bail("a request is answered twice", STR(""));
	r->answered = true;
	take_head(r, a);
	buf_str(&r->answer, a->body);
}

struct stream *
request_stream(struct request *r, const struct answer *a, void (*drained)(void *))
{
	if (r->answered || r->streams || r->over)
		bail("a request is answered twice", STR(""));
	r->streams = true;
	r->stream.keepalive = a->keepalive;
	r->drained = drained;
	take_head(r, a);
	return &r->stream;
}

bool
stream_write(struct stream *s, struct str bytes)
{
	if (s->ended)
		bail("a stream is written to after its end", STR(""));
	buf_str(&s->wrote, bytes);
	return s->full;
}

void
stream_end(struct stream *s, bool complete)
{
	if (s->ended)
		bail("a stream ends twice", STR(""));
	s->ended = true;
	s->complete = complete;
}

static void
request_is_over(struct request *r)
{
	r->over = true;
	exchange_handler.done(r->x);
	free(r->body);
	r->body = NULL;
}

/* The server's part of a turn. */
static bool
serve(void *arg)
{
	bool any = false;

	(void)arg;
	for (size_t i = 0; i < requests_n; i++) {
		struct request *r = &requests[i];

		if (!r->over && (r->answered || r->stream.ended || r->left)) {
			request_is_over(r);
			any = true;
		}
	}
	return any;
}

/* ---- the upstream ---- */

void client_open(const struct client_options *o) { (void)o; loop_hook(LOOP_WORK, serve, NULL); }
void client_close(void) { }
void client_expect(const char *url, bool allow_private) { (void)url; (void)allow_private; }
void transfer_pause(struct transfer *t) { t->paused = true; }
void transfer_resume(struct transfer *t) { t->paused = false; }
bool transfer_sent(const struct transfer *t) { return !t->sending; }

struct transfer *
transfer_start(const struct call *call, const struct transfer_events *events, void *arg)
{
	struct transfer *t = &transfers[transfers_n++];

	*t = (struct transfer){ .call = *call, .events = *events, .arg = arg };
	return t;
}

bool
transfer_upload(struct transfer *t, struct str bytes)
{
	buf_str(&t->upload, bytes);
	if (t->over || t->upload.n > t->call.upload)
		bail("an upload is longer than its call", STR(""));
	return t->full;
}

void
transfer_cancel(struct transfer *t)
{
	t->over = t->cancelled = true;
}

static struct str
upstream_header(const struct transfer *t, const char *name)
{
	return strcmp(name, "Retry-After") == 0 ? str_of(t->retry_after) : STR_NONE;
}

__attribute__((unused)) static void
up_head(struct transfer *t, int status)
{
	struct transfer_head h = { .status = status, .content_type = STR("application/json"), .get = upstream_header, .transfer = t };

	t->events.head(t->arg, &h);
}

__attribute__((unused)) static void
up_bytes(struct transfer *t, const char *text)
{
	char *copy = strdup(text);	/* gone after the call, as the library's buffer is */

	if (!t->over)
		t->events.bytes(t->arg, str_of(copy));
	free(copy);
}

__attribute__((unused)) static void
up_end(struct transfer *t, enum fault f)
{
	if (t->over)
		return;
	t->over = true;
	t->events.end(t->arg, f, "");
}

static void
turn(void)
{
	loop_once(0);
}

__attribute__((unused)) static void
up_reply(struct transfer *t, int status, const char *body)
{
	up_head(t, status);
	up_bytes(t, body);
	up_end(t, FAULT_NONE);
	turn();
	turn();
}

/* What fails without an answer. */
__attribute__((unused)) static void
up_fail(struct transfer *t, enum fault f)
{
	up_end(t, f);
	turn();
	turn();
}

__attribute__((unused)) static struct transfer *
up(void)
{
	return transfers_n > 0 ? &transfers[transfers_n - 1] : NULL;
}

__attribute__((unused)) static bool
up_sent(const struct transfer *t, const char *line)
{
	for (size_t i = 0; i < t->call.n; i++)
		if (strcmp(t->call.headers[i], line) == 0)
			return true;
	return false;
}

/* ---- asking ---- */

static const char *sends;	/* header lines of the next request, "name: value\n" each */

/* The head is read, the body is not there yet. */
static struct request *
come(const char *method, const char *path, const char *key, const char *body)
{
	struct request *r = &requests[requests_n++];
	const char     *query = strchr(path, '?');

	*r = (struct request){ .method = method, .path = path, .key = key, .agent = "tester/1", .body_n = strlen(body),
		.announced = strlen(body), .headers_sent = sends };
	sends = NULL;
	if (query != NULL) {
		r->query = query + 1;
		r->path = arena_cstr(&arena, (struct str){ path, (size_t)(query - path) });
	}
	r->body = memcpy(xmalloc(r->body_n), body, r->body_n);
	r->x = exchange_handler.head(r);
	return r;
}

/* The same, whole, and a turn. */
__attribute__((unused)) static struct request *
ask(const char *method, const char *path, const char *key, const char *body)
{
	struct request *r = come(method, path, key, body);

	exchange_handler.body(r->x);
	turn();
	return r;
}

/* A request whose body will come in parts. */
__attribute__((unused)) static struct request *
come_live(const char *path, const char *key, size_t announced)
{
	struct request *r = &requests[requests_n++];

	*r = (struct request){ .method = "POST", .path = path, .key = key, .agent = "tester/1", .announced = announced,
		.headers_sent = sends };
	sends = NULL;
	r->live = exchange_handler.live(r);
	r->x = exchange_handler.head(r);
	exchange_handler.body(r->x);
	return r;
}

/* As the server does it: not to one that is answered, which may be the end of this one. */
__attribute__((unused)) static void
part(struct request *r, const char *text)
{
	char  *copy = strdup(text);
	size_t n = strlen(text);

	if (!r->answered && !r->streams && !r->over)
		exchange_handler.part(r->x, (struct str){ copy, n }, n == 0);
	free(copy);
}

#define CHAT "/v1/chat/completions"
#define BODY(model, more) "{\"model\":\"" model "\"," more "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"

__attribute__((unused)) static void
leave(struct request *r)
{
	r->left = true;
	exchange_handler.gone(r->x);
}

__attribute__((unused)) static bool
answer_has(const struct request *r, const char *text)
{
	return str_find(buf_view(&r->answer), str_of(text)) < r->answer.n;
}

__attribute__((unused)) static bool
stream_has(const struct request *r, const char *text)
{
	return str_find(buf_view(&r->stream.wrote), str_of(text)) < r->stream.wrote.n;
}

__attribute__((unused)) static bool
has_header(const struct request *r, const char *text)
{
	return r->headers.n > 0 && strstr(r->headers.p, text) != NULL;
}

/* ---- looking ---- */

/* The last settled exchange; its texts live in the arena. */
__attribute__((unused)) static struct entry
entry(void)
{
	struct txn  *t = txn_read(state);
	struct entry e = { .status = 0 };
	struct walk  w;
	struct str   block = STR_NONE;

	if (walk_last(&w, t, DB_JOURNAL, STR_NONE))
		block = arena_str(&arena, w.value);
	walk_end(&w);
	txn_end(t);
	while (block.n > 0 && entry_unpack(&block, &e))
		;
	return e;
}

static size_t
records(enum db_table table)
{
	struct txn *t = txn_read(state);
	struct walk w;
	size_t	    n = 0;

	for (bool more = walk_first(&w, t, table, STR_NONE, STR_NONE); more; more = walk_next(&w))
		n++;
	txn_end(t);
	return n;
}

/* Nothing is open, nothing is reserved, the meters agree. */
__attribute__((unused)) static bool
all_clean(void)
{
	struct buf	text = { 0 };
	struct json_out out;
	struct txn     *t;
	int		faults;

	turn();
	turn();
	json_start(&out, &text, false);
	json_array(&out, NULL);
	t = txn_read(state);
	faults = meters_check(t, &out);
	txn_end(t);
	if (faults > 0 || api()->open != 0 || api()->counters.inflight != 0 || records(DB_RESERVATION) != 0)
		printf("# %d faults " STR_FMT ", %u open, %zu reservations\n", faults, STR_ARG(buf_view(&text)), api()->open,
		    records(DB_RESERVATION));
	buf_done(&text);
	return faults == 0 && api()->open == 0 && api()->counters.inflight == 0 && records(DB_RESERVATION) == 0;
}

/* ---- the stage ---- */

static void
stage_begin(void)
{
	struct api_env env = { .conf = &conf, .store = store, .state = state, .slot = 3 };

	loop_open();
	env.owner = owner;
	if (api_open(&env) < 0)
		bail("the serving side does not open", STR(""));
}

static void
stage_end(void)
{
	api_close();
	loop_close();
	for (size_t i = 0; i < requests_n; i++) {
		buf_done(&requests[i].headers);
		buf_done(&requests[i].answer);
		buf_done(&requests[i].stream.wrote);
	}
	for (size_t i = 0; i < transfers_n; i++)
		buf_done(&transfers[i].upload);
	requests_n = transfers_n = 0;
}

/* The catalog is filled before; keys and prices come from it. */
static void
stage_open(void)
{
	clock_freeze(UINT64_C(100000) * SECOND, UINT64_C(1795305600) * SECOND);
	state = temp_open(ENV_STATE);
	if (slot_claim(state, 3, &owner, NULL, NULL) < 0)
		bail("slot", STR(""));
	conf_init(&conf);
	conf.master_key = arena_printf(&arena, "%s/master.key", temp_dir);
	conf.data_dir = str_of(temp_dir);
	conf.access_dir = STR_NONE;
	stage_begin();
}

static void
stage_close(void)
{
	stage_end();
	conf_done(&conf);
	db_close(state);
	catalog_close();
}

#endif
