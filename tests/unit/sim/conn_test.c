/* SPDX-License-Identifier: Apache-2.0 */
/* conn_test.c - a connection over a socket pair and a frozen clock: what is answered, and when. */
#include "sim/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "tap.h"

#define GET "GET /v1/x HTTP/1.1\r\n\r\n"
#define MS 1000

static struct sim_options options;
static struct script	  script;
static int		  client;
static struct buf	  heard;
static bool		  closed, was_reset;

/* A client of a simulator with this script. */
static void
begin(const char *text)
{
	struct str why;
	int	   pair[2], line;

	if (script_read(&script, str_of(text), &line, &why) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		exit(70);
	client = pair[0];
	closed = was_reset = false;
	conn_new(pair[1], &options, &script);
}

static void
turns(void)
{
	for (int quiet = 0; quiet < 3;)
		quiet = loop_once(0) ? 0 : quiet + 1;
}

static void
end(void)
{
	close(client);
	turns();
	conn_close_all();
	turns();
	script_done(&script);
}

static void
say(const char *text)
{
	if (send(client, text, strlen(text), MSG_NOSIGNAL) < 0)
		printf("# the connection does not take it\n");
	turns();
}

/* What came since the last time, NUL-terminated. */
static const char *
hear(void)
{
	ssize_t n = 1;

	buf_clear(&heard);
	while (!closed && n > 0) {
		turns();
		n = recv(client, buf_reserve(&heard, 65536), 65536, 0);
		heard.n += n > 0 ? (size_t)n : 0;
		closed = n == 0 || (n < 0 && errno != EAGAIN);
		was_reset = n < 0 && errno == ECONNRESET;
	}
	buf_byte(&heard, '\0');
	return heard.p;
}

static bool
hears(const char *part)
{
	return strstr(hear(), part) != NULL;
}

static void
later(uint64_t us)
{
	clock_advance(us);
	turns();
}

/* ---------------------------------------------------------------- answers */

static void
whole_answers(void)
{
	begin("on path=/v1/x\n\theader \"X-A: 1\"\n\treply 429 \"{}\"\non path=/v1/y\n\theader \"content-length: 9\"\n"
	      "\treply 200 \"abc\"\non path=/v1/z\n\treply 204\n");
	say(GET);
	is_str(hear(), "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nX-A: 1\r\n"
	    "Content-Length: 2\r\n\r\n{}", "a reply is what the script says");
	say("GET /v1/y HTTP/1.1\r\n\r\n");
	is_str(hear(), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 9\r\n\r\nabc",
	    "a length that the script gives stands instead of the true one");
	say("GET /v1/z HTTP/1.1\r\n\r\n");
	is_str(hear(), "HTTP/1.1 204 No Content\r\n\r\n", "204 has neither body nor length");
	say("HEAD /v1/x HTTP/1.1\r\n\r\n");
	ok(hears("Content-Length: 2\r\n\r\n") && strstr(heard.p, "{}") == NULL, "HEAD is answered without a body");
	say(GET GET GET);
	hear();
	is_int(heard.n, 3 * (strlen("HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nX-A: 1\r\n"
	    "Content-Length: 2\r\n\r\n{}")) + 1, "pipelined requests are answered one after the other");
	end();
}

static void
built_in_answers(void)
{
	begin("on model=fixed\n\tusage 7 9\non path=/v1/models\n\tmodels a b\n");
	say("POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 17\r\n\r\n{\"model\":\"fixed\"}");
	ok(hears("\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":9,\"total_tokens\":16}"),
	    "a rule tells the usage of the built-in answer");
	say("POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 15\r\n\r\n{\"model\":\"est\"}");
	ok(hears("\"prompt_tokens\":4,"), "which other requests do not get");
	say("GET /v1/models HTTP/1.1\r\n\r\n");
	ok(hears("\"data\":[{\"id\":\"a\",") && strstr(heard.p, "},{\"id\":\"b\",") != NULL,
	    "a rule names the models of the list");
	say("GET /v1/nothing HTTP/1.1\r\n\r\n");
	ok(hears("HTTP/1.1 404 Not Found"), "an unknown endpoint is 404");
	end();
}

static void
streams(void)
{
	begin("on path=/v1/x\n\tstream\n\tchunk \"ab\"\n\tevent \"c\"\n\trepeat 2\n\tchunk \"d\"\n\trepeat 0\n"
	      "\tchunk \"e\"\n\tend\non path=/v1/y\n\tsend \"a\\0b\"\n\tfill 3\n\t1xx 2 102\n\tclose\n");
	say(GET);
	is_str(hear(), "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "2\r\nab\r\n9\r\ndata: c\n\n\r\n1\r\nd\r\n1\r\nd\r\n0\r\n\r\n",
	    "a stream is its chunks; a repeat counts for the next action only, and 0 leaves it out");
	say("HEAD /v1/x HTTP/1.1\r\n\r\n");
	ok(str_ends(str_of(hear()), STR("chunked\r\n\r\n")), "the answer to HEAD ends with its head");
	say("GET /v1/y HTTP/1.1\r\n\r\n");
	hear();
	ok(str_eq(str_upto(buf_view(&heard), heard.n - 1),
	    STR("a\0bxxxHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")), "raw bytes are sent as they are");
	ok(closed && !was_reset, "and the connection is closed");
	end();
}

static void
garbage(void)
{
	struct buf first = { 0 };

	begin("on path=/v1/x\n\tgarbage 100k\non path=/v1/y\n\tgarbage 100k 1\n");
	say(GET);
	hear();
	is_int(heard.n, (100 << 10) + 1, "garbage is as long as the script says");
	buf_str(&first, buf_view(&heard));
	say(GET);
	hear();
	ok(str_eq(buf_view(&first), buf_view(&heard)), "it is the same each time");
	say("GET /v1/y HTTP/1.1\r\n\r\n");
	hear();
	ok(heard.n == first.n && !str_eq(buf_view(&first), buf_view(&heard)), "another seed makes other garbage");
	buf_done(&first);
	end();
}

/* ---------------------------------------------------------------- time */

static void
delays(void)
{
	begin("on\n\tdelay 200ms\n\treply 200 \"late\"\n");
	say(GET);
	later(199 * MS);
	is_str(hear(), "", "nothing comes before a delay is over");
	later(1 * MS);
	ok(hears("late"), "the answer comes when it is");
	end();
}

/* The second wait counts from when the first was due, not from when it was noticed. */
static void
waits_do_not_drift(void)
{
	begin("on\n\tsend \"a\"\n\tdelay 50ms\n\tsend \"b\"\n\tdelay 50ms\n\tsend \"c\"\n");
	say(GET);
	is_str(hear(), "a", "what stands before a delay is sent at once");
	later(60 * MS);
	is_str(hear(), "b", "a wait that was noticed 10 ms late");
	later(39 * MS);
	is_str(hear(), "", "does not shorten");
	later(1 * MS);
	is_str(hear(), "c", "and does not lengthen what follows");
	end();
}

static void
events_are_apart(void)
{
	begin("on\n\tevents 3 30ms\n\tend\n");
	say(GET);
	is_int(strlen(hear()) > 0 && strstr(strstr(heard.p, "data: ") + 1, "data: ") == NULL, 1,
	    "the first event comes at once, alone");
	later(29 * MS);
	is_str(hear(), "", "the second after its pause");
	later(1 * MS);
	ok(hears("\"word \""), "and not later");
	later(30 * MS);
	ok(str_ends(str_of(hear()), STR("0\r\n\r\n")), "the last is followed at once by what comes next");
	end();
}

static void
drips(void)
{
	begin("on\n\tdrip 2 10ms\n\tsend \"abcde\"\n\tsend \"f\"\n\tsplit 1\n\tsend \"gh\"\n\tdrip 0 0\n\tsend \"ij\"\n");
	say(GET);
	is_str(hear(), "ab", "a drip writes the first piece at once");
	later(9 * MS);
	is_str(hear(), "", "the next one waits");
	later(1 * MS);
	is_str(hear(), "cd", "for its pause");
	later(10 * MS);
	is_str(hear(), "e", "what an action leaves is a piece");
	later(10 * MS);
	is_str(hear(), "f", "the pause holds between actions too");
	later(10 * MS);
	is_str(hear(), "ghij", "after it pieces without pause and whole writes follow");
	end();
}

/* ---------------------------------------------------------------- ends */

static void
clients_that_leave(void)
{
	sim_stats()->gone = 0;
	begin("on model=x\n\treply 200\non\n\thang\n");
	say(GET);
	is_str(hear(), "", "a client that hangs hears nothing");
	close(client);
	client = -1;
	turns();
	is_int(sim_stats()->gone, 1, "a client that leaves while it is answered is counted");
	is_int(sim_stats()->open, 0, "its connection is closed");
	end();
	begin("on\n\treply 200\n");
	say(GET);
	end();
	is_int(sim_stats()->gone, 1, "one that leaves afterwards is not");
}

static void
our_ends(void)
{
	begin("on\n\treply 200 \"a\"\n\tfin\n");
	say(GET);
	ok(hears("\r\n\r\na") && closed, "fin ends what is sent");
	is_int(sim_stats()->open, 1, "and nothing else");
	say("more");
	is_int(sim_stats()->open, 1, "what comes after it is read");
	end();
	is_int(sim_stats()->gone, 1, "a client that leaves then has not left early");
	begin("on\n\tanswer\n");
	say("GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n");
	ok(hears("sim-small") && closed, "a client that asks for it is closed after its answer");
	end();
}

static void
refusals(void)
{
	begin("on\n\treply 200\n");
	say("nonsense\r\n\r\n");
	ok(hears("HTTP/1.1 400 Bad Request\r\n") && closed, "what is no request is answered with 400, and the end");
	say("more of it");
	later(1999 * MS);
	is_int(sim_stats()->open, 1, "for two seconds the rest is read");
	later(1 * MS);
	is_int(sim_stats()->open, 0, "then the connection is closed");
	end();
	begin("on\n\treply 200\n");
	say("PUT / HTTP/1.1\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
	ok(hears("HTTP/1.1 413 ") && strstr(heard.p, "100 Continue") == NULL, "too large a body is not asked for");
	end();
}

static void
expectations(void)
{
	begin("on body~hello\n\treply 200 \"good\"\n");
	say("PUT / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
	is_str(hear(), "HTTP/1.1 100 Continue\r\n\r\n", "a client that waits is told to go on");
	say("hel");
	is_str(hear(), "", "once");
	say("lo");
	ok(hears("good"), "and gets its answer");
	end();
}

static void
much_is_not_held(void)
{
	uint64_t got = 0;

	begin("on\n\tfill 64m\n\tclose\n");
	say(GET);
	is_int(sim_stats()->open, 1, "a client that does not read is waited for");
	while (!closed) {
		hear();
		got += heard.n - 1;
	}
	is_int(got, 64 << 20, "all of it comes");
	end();
}

static unsigned ended;

static void
count_end(void)
{
	ended++;
}

static void
draining(void)
{
	begin("on path=/v1/x\n\tdelay 1s\n\treply 200 \"still\"\n");
	say(GET);
	conn_drain_all(count_end);
	turns();
	is_int(ended, 0, "a connection that is answered keeps the simulator");
	later(1000 * MS);
	ok(hears("still") && closed, "it gets its answer, then the end");
	close(client);
	client = -1;
	turns();
	is_int(ended, 1, "then all is done");
	end();
	begin("on\n\tanswer\n");
	conn_drain_all(count_end);
	turns();
	is_int(ended, 2, "an idle connection does not keep it");
	end();
}

int
main(void)
{
	clock_freeze(UINT64_C(1000000) * MS, UINT64_C(1795253069000000));
	if (record_open(NULL) < 0)
		return 70;
	loop_open();
	whole_answers();
	built_in_answers();
	streams();
	garbage();
	delays();
	waits_do_not_drift();
	events_are_apart();
	drips();
	clients_that_leave();
	our_ends();
	refusals();
	expectations();
	much_is_not_held();
	draining();
	loop_close();
	buf_done(&heard);
	return tap_done();
}
