/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream.h"

#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static struct upstream up;
static char wanted[4096];

static enum fault
send_call(const struct call *c)
{
	struct got g = { 0 };

	got_start(&g, c);
	got_wait(&g);
	buf_done(&g.body);
	return g.fault;
}

/* What the upstream read, with the Host line checked and cut out. */
static const char *
head_seen(void)
{
	static char head[sizeof(up.request)];
	char host[64], *at;

	snprintf(head, sizeof(head), "%s", up.request);
	snprintf(host, sizeof(host), "Host: 127.0.0.1:%d\r\n", up.port);
	at = strstr(head, host);
	if (at == NULL)
		return head;
	memmove(at, at + strlen(host), strlen(at + strlen(host)) + 1);
	return head;
}

static void
test_methods(void)
{
	static const struct {
		const char *method;
		struct str  body;
		const char *head;
	} cases[] = {
		{ "POST", { "{}", 2 }, "POST /v1/x HTTP/1.1\r\nContent-Length: 2\r\n\r\n" },
		{ "POST", { NULL, 0 }, "POST /v1/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n" },
		{ "GET", { NULL, 0 }, "GET /v1/x HTTP/1.1\r\n\r\n" },
		{ "DELETE", { NULL, 0 }, "DELETE /v1/x HTTP/1.1\r\n\r\n" },
		{ "HEAD", { NULL, 0 }, "HEAD /v1/x HTTP/1.1\r\n\r\n" },
		{ "PUT", { "abc", 3 }, "PUT /v1/x HTTP/1.1\r\nContent-Length: 3\r\n\r\n" },
		{ "GET", { NULL, 0 }, "GET /v1/x HTTP/1.1\r\n\r\n" },
	};
	struct call c = call_to(&up);

	for (size_t i = 0; i < LENGTH(cases); i++) {
		c.method = cases[i].method;
		c.body = cases[i].body;
		send_call(&c);
		is_str(head_seen(), cases[i].head, "%s with a body of %zu bytes has no header beyond need",
		    cases[i].method, cases[i].body.n);
	}
}

static void
test_headers(void)
{
	static const char *const headers[] = { "Content-Type: application/json", "Authorization: Bearer x", "X-Empty:",
		"X-Blank: ", "Accept: text/event-stream", "User-Agent: me/1", "accept-encoding: identity" };
	struct call c = call_to(&up);

	c.headers = headers;
	c.n = LENGTH(headers);
	send_call(&c);
	is_str(head_seen(),
	    "POST /v1/x HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer x\r\nX-Empty:\r\n"
	    "X-Blank:\r\nAccept: text/event-stream\r\nUser-Agent: me/1\r\naccept-encoding: identity\r\n"
	    "Content-Length: 2\r\n\r\n",
	    "the call's headers are sent as they are, in their order");
	c.n = 0;
	send_call(&c);
	is_str(head_seen(), "POST /v1/x HTTP/1.1\r\nContent-Length: 2\r\n\r\n", "the next call does not inherit them");
}

static void
test_large_body(void)
{
	static char big[400000];
	struct call c = call_to(&up);
	unsigned long long before = up.bodies;

	memset(big, 'y', sizeof(big));
	c.body = (struct str){ big, sizeof(big) };
	is_int(send_call(&c), FAULT_NONE, "a large body is sent");
	is_str(head_seen(), "POST /v1/x HTTP/1.1\r\nContent-Length: 400000\r\n\r\n", "without asking whether it may");
	is_int(up.bodies - before, sizeof(big), "and whole");
	c.body = STR("{}");
	send_call(&c);
	is_str(head_seen(), "POST /v1/x HTTP/1.1\r\nContent-Length: 2\r\n\r\n", "a small one after it as well");
}

static void
test_url(void)
{
	struct call c = call_to(&up);
	char url[100];

	c.url = url;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/a/../b//c?d=e%%2f&f", up.port);
	send_call(&c);
	snprintf(wanted, sizeof(wanted), "POST /a/../b//c?d=e%%2f&f HTTP/1.1\r\nContent-Length: 2\r\n\r\n");
	is_str(head_seen(), wanted, "a path is sent as it is");
	snprintf(url, sizeof(url), "http://user:pass@127.0.0.1:%d/", up.port);
	is_int(send_call(&c), FAULT_UP_REFUSED, "a URL with a password is refused");
	snprintf(url, sizeof(url), "ftp://127.0.0.1:%d/", up.port);
	is_int(send_call(&c), FAULT_UP_REFUSED, "a URL of another protocol is refused");
	snprintf(url, sizeof(url), "file:///etc/passwd");
	is_int(send_call(&c), FAULT_UP_REFUSED, "a file is refused");
	snprintf(url, sizeof(url), "http://");
	is_int(send_call(&c), FAULT_UP_REFUSED, "a URL without host is refused");
}

static void
test_proxy_variables(void)
{
	struct call c = call_to(&up);

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	is_int(send_call(&c), FAULT_NONE, "proxies of the environment are not used");
	unsetenv("http_proxy");
	unsetenv("all_proxy");
}

int
main(void)
{
	static const struct act answers[] = { READ, SEND(HELLO), READ, SEND(HELLO), READ, SEND(HELLO), READ, SEND(HELLO),
		READ, SEND("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"), CLOSE };
	const struct act *scripts[] = { answers, SCRIPT(READ, SEND(HELLO), READ, SEND(HELLO)), SCRIPT(READ, SEND(HELLO)) };

	net_open();
	upstream_open(&up, 3, scripts);
	test_methods();
	test_headers();
	test_large_body();
	test_url();
	test_proxy_variables();
	net_close();
	upstream_close(&up);
	return tap_done();
}
