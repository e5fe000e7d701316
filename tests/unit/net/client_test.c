/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream.h"

#include <netdb.h>

#define HEAD_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define HEAD_CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define WALL_US UINT64_C(1700000000000000)

/* Stands in for the C library's: it answers no name, and not before it is let. */
static atomic_uint lookups, answers;
static atomic_bool may_answer;

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	(void)node;
	(void)service;
	(void)hints;
	lookups++;
	for (int i = 0; i < 10000 && !may_answer; i++)
		play_nap(1);
	answers++;
	*out = NULL;
	return EAI_NONAME;
}

static void
resolver_hold(void)
{
	lookups = answers = 0;
	may_answer = false;
}

/* Its thread was left alone, and cleans up behind itself. */
static void
resolver_let_go(void)
{
	may_answer = true;
	for (int i = 0; i < 1000 && answers == 0; i++)
		play_nap(1);
	play_nap(20);
}

static struct upstream up;
static struct call c;

static void
begin(const struct act *script)
{
	const struct act *scripts[] = { script };

	net_open();
	upstream_open(&up, 1, scripts);
	c = call_to(&up);
}

static void
end(void)
{
	is_int(client_active(), 0, "nothing is left running");
	net_close();
	upstream_close(&up);
}

static void
test_refused(void)
{
	struct got g = { 0 };
	char url[64];

	begin(SCRIPT(READ));
	snprintf(url, sizeof(url), "http://127.0.0.1:1/");
	c.url = url;
	got_start(&g, &c);
	is_int(client_active(), 1, "a started transfer is active");
	is_int(g.ends, 0, "nothing happens before the loop turns");
	got_wait(&g);
	is_int(g.fault, FAULT_UP_REFUSED, "a refused connection is told");
	ok(g.ends == 1 && g.heads == 0 && g.detail[0] != '\0', "once, with a detail");
	may_answer = true;
	c.url = "http://nowhere.invalid/";
	g = (struct got){ 0 };
	got_start(&g, &c);
	got_wait(&g);
	is_int(g.fault, FAULT_UP_REFUSED, "a name without address is told");
	end();
}

/*
 * Time-outs: weir's clock is frozen, and moved on by hand.
 */
static void
test_time_out(const struct act *script, uint64_t ms, enum fault f, const char *what)
{
	struct got g = { 0 };

	clock_freeze(UINT64_C(50) * 1000 * 1000, WALL_US);
	begin(script);
	c.connect_ms = 1000;
	c.first_byte_ms = 2000;
	c.idle_ms = 3000;
	c.total_ms = 7000;
	got_start(&g, &c);
	turn_until(&up.hung, 1);	/* all it will ever send is on its way */
	turn(5);
	clock_advance((ms - 1) * 1000);
	turn(3);
	is_int(g.ends, 0, "%s: not a millisecond too early", what);
	clock_advance(1000);
	loop_once(0);
	ok(g.ends == 1 && g.fault == f, "%s: ended in time with the right fault", what);
	printf("# %s: %s\n", fault_info(g.fault)->name, g.detail);
	ok(turn_until(&up.gone, 1), "%s: the connection is closed", what);
	buf_done(&g.body);
	end();
}

static void
test_connect_time_out(void)
{
	struct got g = { 0 };

	clock_freeze(UINT64_C(50) * 1000 * 1000, WALL_US);
	begin(SCRIPT(READ));
	c.url = "http://slow.invalid/";
	c.connect_ms = 1000;
	c.first_byte_ms = 10;
	resolver_hold();
	got_start(&g, &c);
	ok(turn_until(&lookups, 1), "a name is looked up");
	clock_advance(999 * 1000);
	loop_once(0);
	is_int(g.ends, 0, "the time for a connection is not over yet");
	clock_advance(1000);
	loop_once(0);
	is_int(g.fault, FAULT_UP_TIMEOUT, "a slow resolver ends with the time for a connection");
	is_int(answers, 0, "and is not waited for");
	end();
	resolver_let_go();
}

static void
test_total(void)
{
	struct got g = { 0 };

	clock_freeze(UINT64_C(50) * 1000 * 1000, WALL_US);
	begin(SCRIPT(READ, SEND(HEAD_CHUNKED), FLOOD("1\r\nx\r\n", 100000000)));
	c.total_ms = 1000;
	c.idle_ms = 100;
	c.first_byte_ms = c.connect_ms = 0;
	c.body_most = UINT64_C(1) << 40;
	got_start(&g, &c);
	for (int i = 0; i < 2000 && g.ends == 0; i++) {
		int pieces = g.pieces;

		while (g.pieces == pieces && g.ends == 0)
			loop_once(10);
		clock_advance(50 * 1000);
	}
	ok(g.fault == FAULT_UP_TIMEOUT && g.pieces >= 19, "a stream that never stops ends with the total time");
	buf_done(&g.body);
	end();
}

/*
 * Pause and resume.
 */
static void
pause_on_bytes(struct got *g)
{
	transfer_pause(g->t);
}

static void
test_pause(bool stream)
{
	struct got g = { .on_bytes = pause_on_bytes };
	uint64_t seen;

	clock_freeze(UINT64_C(50) * 1000 * 1000, WALL_US);
	begin(SCRIPT(READ, SEND(HEAD_CHUNKED), FLOOD("20\r\nabcdefghijklmnopqrstuvwxyz012345\r\n", 4000),
	    SEND("0\r\n\r\n"), HANG));
	c.stream = stream;
	c.idle_ms = 100;
	c.first_byte_ms = c.connect_ms = c.total_ms = 0;
	got_start(&g, &c);
	for (int i = 0; i < 1000 && g.pieces == 0; i++)
		loop_once(10);
	seen = g.seen;
	clock_advance(UINT64_C(3600) * 1000 * 1000);
	turn(20);
	ok(g.ends == 0 && g.seen == seen, "a paused transfer tells nothing, and its silence is no stall");
	for (int i = 0; i < 20000 && g.ends == 0; i++) {
		int pieces = g.pieces;

		transfer_resume(g.t);
		for (int k = 0; k < 100 && g.pieces == pieces && g.ends == 0; k++)
			loop_once(10);
	}
	is_int(g.fault, FAULT_NONE, "resumed again and again it arrives");
	is_int(g.seen, 4000 * 32, "whole");
	ok(g.pieces > 1 && memcmp(g.body.p, "abcdefghijklmnopqrstuvwxyz012345abc", 35) == 0, "and in order");
	buf_done(&g.body);
	end();
}

static void
test_resume_stalls(void)
{
	struct got g = { .on_bytes = pause_on_bytes };

	clock_freeze(UINT64_C(50) * 1000 * 1000, WALL_US);
	begin(SCRIPT(READ, SEND(HEAD_5 "hel"), HANG));
	c.idle_ms = 100;
	got_start(&g, &c);
	for (int i = 0; i < 1000 && g.pieces == 0; i++)
		loop_once(10);
	clock_advance(1000 * 1000);
	loop_once(0);
	transfer_resume(g.t);
	clock_advance(99 * 1000);
	loop_once(0);
	is_int(g.ends, 0, "the idle time begins anew with the resume");
	clock_advance(1000);
	loop_once(0);
	is_int(g.fault, FAULT_UP_STALLED, "and then counts");
	buf_done(&g.body);
	end();
}

static void
pause_on_head(struct got *g)
{
	transfer_pause(g->t);
}

static void
test_pause_on_head(void)
{
	struct got g = { .on_head = pause_on_head };

	begin(SCRIPT(READ, SEND(HEAD_5 "hello"), HANG));
	got_start(&g, &c);
	for (int i = 0; i < 1000 && g.heads == 0; i++)
		loop_once(10);
	turn(20);
	ok(g.heads == 1 && g.pieces == 0 && g.ends == 0, "a transfer paused in head() tells no bytes");
	transfer_pause(g.t);
	transfer_resume(g.t);
	transfer_resume(g.t);
	got_wait(&g);
	ok(g.ends == 1 && g.fault == FAULT_NONE && str_is(buf_view(&g.body), "hello"), "resumed it is whole");
	buf_done(&g.body);
	end();
}

/* What came before the end is still to be told. */
static void
test_broken_while_paused(void)
{
	struct got g = { .on_bytes = pause_on_bytes };

	begin(SCRIPT(READ, SEND(HEAD_5 "hel"), NAP(20), SEND("lo"), NAP(20), RESET));
	got_start(&g, &c);
	for (int i = 0; i < 1000 && g.pieces == 0; i++)
		loop_once(10);
	play_nap(100);
	turn(5);
	is_int(g.ends, 0, "a connection that breaks while its transfer is paused is no news yet");
	g.on_bytes = NULL;
	transfer_resume(g.t);
	got_wait(&g);
	ok(g.fault == FAULT_NONE && str_is(buf_view(&g.body), "hello"), "resumed, the transfer has what came before");
	buf_done(&g.body);
	end();
}

static void
test_cancel_paused(void)
{
	struct got g = { .on_bytes = pause_on_bytes };

	begin(SCRIPT(READ, SEND(HEAD_CHUNKED), FLOOD("20\r\nabcdefghijklmnopqrstuvwxyz012345\r\n", 100000000)));
	c.body_most = UINT64_C(1) << 40;
	got_start(&g, &c);
	for (int i = 0; i < 1000 && g.pieces == 0; i++)
		loop_once(10);
	turn(20);
	transfer_resume(g.t);
	transfer_cancel(g.t);
	ok(turn_until(&up.gone, 1), "a transfer resumed and cancelled at once closes its connection");
	ok(g.ends == 0 && g.pieces == 1, "and tells nothing more");
	buf_done(&g.body);
	end();
}

/*
 * Cancel.
 */
static void
test_cancel_unsent(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ));
	got_start(&g, &c);
	transfer_cancel(g.t);
	is_int(client_active(), 0, "a transfer cancelled in the turn it began is gone");
	turn(10);
	ok(g.ends == 0 && up.connections == 0, "nothing was sent and nothing is told");
	end();
}

static void
test_cancel_waiting(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, HANG));
	got_start(&g, &c);
	ok(turn_until(&up.requests, 1), "the upstream has the request");
	transfer_cancel(g.t);
	for (int i = 0; i < 200 && up.gone == 0; i++)
		play_nap(1);
	is_int(up.gone, 1, "it sees the connection close before the loop turns again");
	turn(3);
	is_int(g.ends, 0, "nothing is told");
	end();
}

static void
test_cancel_resolving(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ));
	c.url = "http://slow.invalid/";
	resolver_hold();
	got_start(&g, &c);
	ok(turn_until(&lookups, 1), "a name is looked up");
	transfer_cancel(g.t);
	turn(2);
	is_int(answers, 0, "a cancel does not wait for the resolver");
	is_int(g.ends, 0, "nothing is told");
	end();
	resolver_let_go();
}

static void
cancel_self(struct got *g)
{
	transfer_cancel(g->t);
}

static void
test_cancel_within(bool in_head)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, SEND(HEAD_5 "hel"), NAP(20), SEND("lo"), HANG));
	if (in_head)
		g.on_head = cancel_self;
	else
		g.on_bytes = cancel_self;
	got_start(&g, &c);
	ok(turn_until(&up.gone, 1), "a cancel from within %s closes the connection", in_head ? "head()" : "bytes()");
	turn(3);
	ok(g.ends == 0 && g.heads == 1 && g.pieces == !in_head, "and nothing more is told");
	buf_done(&g.body);
	end();
}

/* The bytes of a piece are there until the call returns, whatever it did. */
static void
cancel_then_read(void *arg, struct str bytes)
{
	struct got *g = arg;

	transfer_cancel(g->t);
	buf_str(&g->body, bytes);
}

static void
test_read_cancelled(void)
{
	const struct transfer_events events = { got_head, cancel_then_read, got_end, NULL };
	struct got g = { 0 };

	begin(SCRIPT(READ, SEND("HTTP/1.1 200 OK\r\nContent-Le"), NAP(20), SEND("ngth: 10\r\n\r\nhello"), HANG));
	g.t = transfer_start(&c, &events, &g);
	ok(turn_until(&up.gone, 1) && str_is(buf_view(&g.body), "hello"), "bytes can be read after a cancel in the same call");
	buf_done(&g.body);
	end();
}

static void
cancel_other(struct got *g)
{
	struct got *other = g->arg;

	transfer_cancel(other->t);
	g->on_bytes = NULL;
}

static void
test_cancel_other(void)
{
	struct got g = { .on_bytes = cancel_other }, other = { 0 };
	const struct act *scripts[] = { SCRIPT(READ, HANG), SCRIPT(READ, SEND(HEAD_5 "hello"), HANG) };

	net_open();
	upstream_open(&up, 2, scripts);
	c = call_to(&up);
	got_start(&other, &c);
	turn_until(&up.requests, 1);
	g.arg = &other;
	got_start(&g, &c);
	got_wait(&g);
	ok(turn_until(&up.gone, 1), "one transfer's callback may cancel another");
	ok(g.fault == FAULT_NONE && other.ends == 0, "it goes on, the other is silent");
	buf_done(&g.body);
	end();
}

static void
start_again(struct got *g)
{
	struct got *next = g->arg;

	transfer_cancel(g->t);	/* harmless: it has ended */
	got_start(next, &c);
}

static void
test_start_within(void)
{
	struct got g = { .on_end = start_again }, second = { 0 };

	begin(SCRIPT(READ, SEND(HEAD_5 "hello"), READ, SEND(HEAD_5 "again"), HANG));
	g.arg = &second;
	got_start(&g, &c);
	got_wait(&second);
	ok(second.fault == FAULT_NONE && str_is(buf_view(&second.body), "again"), "end() may start the next transfer");
	is_int(up.connections, 1, "on the connection that has become free");
	is_int(client_active(), 0, "both are over");
	buf_done(&g.body);
	buf_done(&second.body);
	end();
}

static void
test_close_cancels(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, HANG));
	got_start(&g, &c);
	turn_until(&up.requests, 1);
	client_close();
	is_int(client_active(), 0, "closing ends what runs");
	is_int(g.ends, 0, "without an event");
	loop_close();
	upstream_close(&up);
}

static void
test_early_answer(void)
{
	static char big[3000000];
	struct got g = { 0 };

	begin(SCRIPT(SEND("HTTP/1.1 413 Too large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"), NAP(100)));
	memset(big, 'x', sizeof(big));
	c.body = (struct str){ big, sizeof(big) };
	got_start(&g, &c);
	got_wait(&g);
	ok(g.ends == 1 && (g.status == 413 || g.fault != FAULT_NONE), "an answer before the whole request is read is an end");
	printf("# status %d, %s, %s\n", g.status, fault_info(g.fault)->name, g.detail);
	buf_done(&g.body);
	end();
}

static void
test_tls_to_plain(void)
{
	struct got g = { 0 };
	char url[64];

	begin(SCRIPT(SEND("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n")));
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", up.port);
	c.url = url;
	got_start(&g, &c);
	got_wait(&g);
	is_int(g.fault, FAULT_UP_REFUSED, "an upstream that does not speak TLS where it should is not reached");
	is_int(g.heads, 0, "and its answer in the clear is none");
	end();
}

static void
test_head_method(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, SEND("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"), HANG));
	c.method = "HEAD";
	c.body = STR_NONE;
	got_start(&g, &c);
	got_wait(&g);
	ok(g.fault == FAULT_NONE && g.status == 200 && g.pieces == 0, "the answer to HEAD has no body, whatever its length");
	end();
}

static void
test_all(void)
{
	test_refused();
	test_pause_on_head();
	test_broken_while_paused();
	test_cancel_paused();
	test_cancel_unsent();
	test_cancel_waiting();
	test_cancel_resolving();
	test_cancel_within(true);
	test_cancel_within(false);
	test_read_cancelled();
	test_cancel_other();
	test_start_within();
	test_close_cancels();
	test_early_answer();
	test_tls_to_plain();
	test_head_method();
	/* From here on the clock stands still. */
	test_connect_time_out();
	test_time_out(SCRIPT(READ, HANG), 2000, FAULT_UP_TIMEOUT, "no answer");
	test_time_out(SCRIPT(HANG), 2000, FAULT_UP_TIMEOUT, "nothing read");
	test_time_out(SCRIPT(READ, SEND("HTTP/1."), HANG), 2000, FAULT_UP_TIMEOUT, "half a status line");
	test_time_out(SCRIPT(READ, SEND("HTTP/1.1 100 Continue\r\n\r\n"), HANG), 2000, FAULT_UP_TIMEOUT, "interim only");
	test_time_out(SCRIPT(READ, SEND("HTTP/1.1 200 OK\r\nX: "), HANG), 3000, FAULT_UP_STALLED, "half a head");
	test_time_out(SCRIPT(READ, SEND(HEAD_5), HANG), 3000, FAULT_UP_STALLED, "no body");
	test_time_out(SCRIPT(READ, SEND(HEAD_5 "hel"), HANG), 3000, FAULT_UP_STALLED, "half a body");
	test_time_out(SCRIPT(READ, SEND(HEAD_CHUNKED "5\r\nhello\r\n"), HANG), 3000, FAULT_UP_STALLED, "no last chunk");
	test_total();
	test_pause(false);
	test_pause(true);
	test_resume_stalls();
}

int
main(void)
{
	test_all();
	net_plain = true;
	test_all();
	return tap_done();
}
