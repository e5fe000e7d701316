/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream.h"

#include <sys/resource.h>

#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static struct upstream up;

static void
begin(unsigned n, const struct act *const *scripts)
{
	net_open();
	upstream_open(&up, n, scripts);
}

static void
end(void)
{
	net_close();
	upstream_close(&up);
}

static enum fault
one_call(const struct call *c, struct got *g)
{
	*g = (struct got){ 0 };
	got_start(g, c);
	got_wait(g);
	buf_done(&g->body);
	return g->fault;
}

static void
test_reuse(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), READ, SEND(HELLO), READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(1, scripts);
	c = call_to(&up);
	for (int i = 0; i < 3; i++)
		is_int(one_call(&c, &g), FAULT_NONE, "call %d is answered", i);
	is_int(up.connections, 1, "three calls one after the other share a connection");
	end();
}

/* The connection that the upstream closes after its first answer is dead when the second request meets it. */
static void
test_closed_between(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO)), SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	turn(30);
	is_int(one_call(&c, &g), FAULT_NONE, "a connection closed while idle is not used again");
	is_int(up.requests, 2, "each request was sent once");
	end();
}

/* It closes only when it has read the second request: no check can see that in advance. */
static void
test_closed_on_request(const struct act *dies, const char *how)
{
	const struct act *scripts[] = { dies, SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	is_int(one_call(&c, &g), FAULT_NONE, "a POST that met a dying connection (%s) is sent again", how);
	is_int(up.connections, 2, "on a fresh connection");
	is_int(up.requests, 3, "once");
	end();
}

static void
test_closed_always(void)
{
	const struct act *dies = SCRIPT(READ, SEND(HELLO), READ);
	const struct act *scripts[] = { dies, SCRIPT(READ), SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(3, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	is_int(one_call(&c, &g), FAULT_UP_RESET, "a fresh connection that dies too is a fault");
	is_int(up.requests, 3, "and the request is not sent a third time");
	end();
}

/* Several idle connections, each of which dies on its next request. */
static void
test_all_dying(void)
{
	const struct act *dies = SCRIPT(READ, NAP(30), SEND(HELLO), READ);
	const struct act *scripts[] = { dies, dies, dies, SCRIPT(READ, SEND(HELLO), HANG) };
	struct got g[3], last;
	struct call c;

	begin(4, scripts);
	c = call_to(&up);
	memset(g, 0, sizeof(g));
	for (int i = 0; i < 3; i++)
		got_start(&g[i], &c);
	for (int i = 0; i < 3; i++) {
		got_wait(&g[i]);
		buf_done(&g[i].body);
	}
	is_int(up.connections, 3, "three calls at a time have three connections");
	is_int(one_call(&c, &last), FAULT_NONE, "of several dying connections");
	is_int(up.requests, 5, "a request tries only one");
	end();
}

static void
test_answered_in_part(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), READ, SEND("HTTP/1.1 100 Continue\r\n\r\n")),
		SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	is_int(one_call(&c, &g), FAULT_UP_RESET, "a request that was answered in part is not sent again");
	is_int(up.requests, 2, "the upstream saw it once");
	end();
}

static void
test_large_body_again(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), READ), SCRIPT(READ, SEND(HELLO), HANG) };
	static char big[300000];
	struct call c;
	struct got g;

	memset(big, 'x', sizeof(big));
	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	c.body = (struct str){ big, sizeof(big) };
	is_int(one_call(&c, &g), FAULT_NONE, "a large body is sent again from its start");
	is_int(up.bodies, 2 + 2 * sizeof(big), "and whole");
	end();
}

/* Bytes that nobody asked for, in the same segment, or later when the connection is idle. */
static void
test_stale_bytes(const struct act *first, const char *what)
{
	const struct act *scripts[] = { first, SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	ok(turn_until(&up.hung, 1), "the upstream has said all");
	turn(5);
	one_call(&c, &g);
	ok(g.fault == FAULT_NONE && g.status == 200, "%s do not become the answer to the next request", what);
	is_int(up.connections, 2, "which has a connection of its own");
	end();
}

/* The stray bytes are there, but the loop has not turned since: only libcurl's own look can help. */
static void
test_stale_unseen(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), NAP(30), SEND("HTTP/1.1 201 Evil\r\nContent-Length: 0\r\n\r\n"), HANG),
		SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);
	play_nap(80);
	one_call(&c, &g);
	is_int(g.status, 200, "stale bytes that came before the loop looked are not an answer either");
	end();
}

static struct call then_call;
static struct got then_got;

static void
start_then(struct got *g)
{
	(void)g;
	got_start(&then_got, &then_call);
}

/* A read that is full ends with the answer; what lies behind it was not looked at when the next call begins. */
static void
test_stale_in_turn(void)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 65494\r\n\r\n";
	static const char evil[] = "HTTP/1.1 201 Evil\r\nContent-Length: 0\r\n\r\n";
	static char full[65536 + sizeof(evil) - 1];
	const struct act *scripts[] = { SCRIPT(READ, { OP_SEND, full, sizeof(full) }, HANG), SCRIPT(READ, SEND(HELLO), HANG) };
	struct got g = { .on_end = start_then };

	memset(full, 'x', 65536);
	memcpy(full, head, sizeof(head) - 1);
	memcpy(full + 65536, evil, sizeof(evil) - 1);
	begin(2, scripts);
	then_call = call_to(&up);
	then_got = (struct got){ 0 };
	got_start(&g, &then_call);
	turn_until(&up.requests, 1);
	play_nap(50);
	got_wait(&g);
	got_wait(&then_got);
	ok(g.fault == FAULT_NONE && g.seen == 65494, "an answer that fills a read is whole");
	ok(then_got.fault == FAULT_NONE && then_got.status == 200, "what lies behind it is not the answer to a call of the same turn");
	buf_done(&g.body);
	buf_done(&then_got.body);
	end();
}

/* The time for a connection begins anew with the connection. */
static void
test_again_late(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), READ, NAP(50)), SCRIPT(READ, SEND(HELLO), HANG) };
	struct call c;
	struct got g;

	clock_freeze(UINT64_C(50) * 1000 * 1000, UINT64_C(1700000000000000));
	begin(2, scripts);
	c = call_to(&up);
	c.connect_ms = 1000;
	one_call(&c, &g);
	g = (struct got){ 0 };
	got_start(&g, &c);
	turn_until(&up.requests, 2);
	clock_advance(2000 * 1000);
	got_wait(&g);
	is_int(g.fault, FAULT_NONE, "a request sent again after a long wait has time to connect");
	buf_done(&g.body);
	end();
}

/*
 * Addresses.
 */
static void
test_private_refused(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), HANG) };
	static const char *const hosts[] = { "127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "127.1",
		"[::1]", "[::ffff:127.0.0.1]", "0.0.0.0" };
	struct call c;
	struct got g;
	char url[80];

	begin(1, scripts);
	c = call_to(&up);
	c.allow_private = false;
	c.url = url;
	for (size_t i = 0; i < LENGTH(hosts); i++) {
		snprintf(url, sizeof(url), "http://%s:%d/", hosts[i], up.port);
		is_int(one_call(&c, &g), FAULT_UP_BLOCKED, "%s is refused", hosts[i]);
	}
	is_int(up.connections, 0, "no connection was made to any of them");
	c.allow_private = true;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", up.port);
	is_int(one_call(&c, &g), FAULT_NONE, "a call that may reach private addresses does");
	c.allow_private = false;
	is_int(one_call(&c, &g), FAULT_UP_BLOCKED, "one that may not does not use its connection");
	is_int(up.requests, 1, "and sends nothing");
	end();
}

/* A socket that listens, and whose queue is full: who connects waits. */
static int
open_full(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, n) == -1 || listen(fd, 0) == -1 || getsockname(fd, (struct sockaddr *)&a, &n) == -1)
		printf("# no full listener\n");
	*port = ntohs(a.sin_port);
	return fd;
}

static int
next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* libcurl closes such a socket without telling, so its number comes again while it is still watched. */
static void
test_cancel_connecting(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND(HELLO), HANG) };
	int port, full = open_full(&port), fillers[3], before = -1;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port) };
	struct call c, waits;
	struct got g = { 0 };
	char url[64];

	for (size_t i = 0; i < LENGTH(fillers); i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(fillers[i], (struct sockaddr *)&a, sizeof(a));
	}
	begin(1, scripts);
	c = waits = call_to(&up);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	waits.url = url;
	for (int i = 0; i < 5; i++) {
		got_start(&g, &waits);
		turn(3);
		transfer_cancel(g.t);
		if (i == 0)
			before = next_descriptor();	/* with the multi handle's own */
	}
	is_int(g.ends, 0, "transfers that wait for a connection are cancelled");
	is_int(next_descriptor(), before, "and leave no descriptor");
	is_int(one_call(&c, &g), FAULT_NONE, "whose number serves the next connection");
	end();
	close(full);
	for (size_t i = 0; i < LENGTH(fillers); i++)
		close(fillers[i]);
}

static void
test_no_descriptors(void)
{
	const struct act *scripts[] = { SCRIPT(READ, SEND("HTTP/1.1 200 OK\r\n\r\n"), CLOSE), SCRIPT(READ, SEND(HELLO), HANG) };
	struct rlimit was, none;
	struct call c;
	struct got g;

	begin(2, scripts);
	c = call_to(&up);
	one_call(&c, &g);	/* from here on the upstream waits in accept(2), its descriptor in hand */
	play_nap(20);
	getrlimit(RLIMIT_NOFILE, &was);
	none = was;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	one_call(&c, &g);
	setrlimit(RLIMIT_NOFILE, &was);
	is_int(g.fault, FAULT_OVERLOADED, "no descriptor left is our fault and not the upstream's");
	is_int(one_call(&c, &g), FAULT_NONE, "with descriptors the next call succeeds");
	end();
}

static void
test_all(void)
{
	test_reuse();
	test_closed_between();
	test_closed_on_request(SCRIPT(READ, SEND(HELLO), READ), "closed");
	test_closed_on_request(SCRIPT(READ, SEND(HELLO), READ, RESET), "reset");
	test_closed_always();
	test_all_dying();
	test_answered_in_part();
	test_large_body_again();
	test_stale_bytes(SCRIPT(READ, SEND(HELLO "HTTP/1.1 201 Evil\r\nContent-Length: 0\r\n\r\n"), HANG),
	    "bytes behind an answer");
	test_stale_bytes(SCRIPT(READ, SEND(HELLO), NAP(20), SEND("HTTP/1.1 201 Evil\r\nContent-Length: 0\r\n\r\n"), HANG),
	    "late bytes");
	test_stale_bytes(SCRIPT(READ, SEND("HTTP/1.1 204 No\r\n\r\n"), NAP(20), SEND(HELLO), HANG),
	    "bytes behind a 204");
	test_stale_unseen();
	test_stale_in_turn();
	test_private_refused();
	test_cancel_connecting();
	test_no_descriptors();
	/* From here on the clock stands still. */
	test_again_late();
}

int
main(void)
{
	test_all();
	net_plain = true;
	test_all();
	return tap_done();
}
