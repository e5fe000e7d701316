/* SPDX-License-Identifier: Apache-2.0 */
/* upload_test.c - a request's body that comes in pieces goes up in order, with back-pressure, and is sent once. */
#include "upstream.h"

#define DONE_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define BIG (3u << 20)

static struct upstream up;
static struct call c;
static char block[65536];

static void
begin(const struct act *script, uint64_t bytes)
{
	const struct act *scripts[] = { script };

	net_open();
	upstream_open(&up, 1, scripts);
	c = call_to(&up);
	c.body = STR_NONE;
	c.upload = bytes;
	memset(block, 'b', sizeof(block));
}

static void
end(void)
{
	is_int(client_active(), 0, "nothing is left running");
	net_close();
	upstream_close(&up);
}

static void
test_pieces(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, SEND(DONE_OK)), 11);
	got_start(&g, &c);
	ok(!transfer_upload(g.t, STR("hel")), "a piece may come before there is a connection");
	turn(20);
	is_int(g.ends, 0, "the rest is waited for");
	ok(!transfer_sent(g.t), "it is not sent yet");
	transfer_upload(g.t, STR("lo "));
	turn(5);
	transfer_upload(g.t, STR("world"));
	got_wait(&g);
	is_int(g.fault, FAULT_NONE, "when all is there it is answered");
	is_int(up.bodies, 11, "every byte arrived");
	ok(strstr(up.request, "Content-Length: 11\r\n") != NULL, "with the length that was announced");
	buf_done(&g.body);
	end();
}

/* Whose body it is has deadlines of his own: the upstream is not to blame for them. */
static void
test_slow_caller(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, HANG), 11);
	c.first_byte_ms = 80;
	got_start(&g, &c);
	transfer_upload(g.t, STR("hello "));
	for (double stop = real_seconds() + 0.3; real_seconds() < stop;)
		loop_once(10);
	is_int(g.ends, 0, "a caller who is slow is waited for");
	transfer_upload(g.t, STR("world"));
	got_wait(&g);
	is_int(g.fault, FAULT_UP_TIMEOUT, "an upstream that has it all is not");
	end();
}

/* What was kept before the call began may be large. */
static void
test_at_once(void)
{
	struct got g = { 0 };
	char *all = xcalloc(1, 4 * BIG);
	bool full;

	begin(SCRIPT(READ, SEND(DONE_OK)), 4 * BIG);
	got_start(&g, &c);
	full = transfer_upload(g.t, (struct str){ all, 4 * BIG });
	free(all);
	got_wait(&g);
	ok(full && g.fault == FAULT_NONE && up.bodies == 4 * BIG, "so is one large piece");
	buf_done(&g.body);
	end();
}

/* The upstream reads nothing for a while: what waits here is bounded when the caller stops at a full one. */
static void
test_back_pressure(void)
{
	struct got g = { 0 };
	uint64_t came = 0;
	unsigned stops = 0;

	begin(SCRIPT(NAP(60), READ, SEND(DONE_OK)), BIG);
	got_start(&g, &c);
	for (double stop = real_seconds() + 10; came < BIG && real_seconds() < stop;) {
		unsigned before = g.drained;

		came += sizeof(block);
		if (!transfer_upload(g.t, (struct str){ block, sizeof(block) }))
			continue;
		stops++;
		while (g.drained == before && g.ends == 0 && real_seconds() < stop)
			loop_once(1);
	}
	got_wait(&g);
	is_int(g.fault, FAULT_NONE, "a large upload is answered");
	is_int(up.bodies, BIG, "every byte arrived");
	ok(stops > 0 && g.drained == stops, "the caller was stopped and let go on");
	buf_done(&g.body);
	end();
}

static void
test_answered_early(void)
{
	struct got g = { 0 };

	begin(SCRIPT(SEND("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")), BIG);
	got_start(&g, &c);
	transfer_upload(g.t, (struct str){ block, sizeof(block) });
	got_wait(&g);
	is_int(g.status, 413, "an answer before the end of the upload is seen");
	is_int(g.fault, FAULT_NONE, "whole");
	buf_done(&g.body);
	end();
}

static void
test_reset(void)
{
	struct got g = { 0 };

	begin(SCRIPT(NAP(5), RESET), BIG);
	got_start(&g, &c);
	for (int i = 0; i < 20 && g.ends == 0; i++) {
		transfer_upload(g.t, (struct str){ block, sizeof(block) });
		turn(5);
	}
	got_wait(&g);
	is_int(g.fault, FAULT_UP_RESET, "a reset in the middle is one fault, and nothing is sent again");
	is_int(g.ends, 1, "told once");
	end();
}

static void
test_cancel(void)
{
	struct got g = { 0 };

	begin(SCRIPT(READ, HANG), BIG);
	got_start(&g, &c);
	transfer_upload(g.t, (struct str){ block, sizeof(block) });
	turn(5);
	transfer_cancel(g.t);
	is_int(g.ends, 0, "a cancelled upload tells no more");
	turn(5);
	end();
}

static void
test_all(void)
{
	test_pieces();
	test_slow_caller();
	test_at_once();
	test_back_pressure();
	test_answered_early();
	test_reset();
	test_cancel();
}

int
main(void)
{
	test_all();
	net_plain = true;
	test_all();
	return tap_done();
}
