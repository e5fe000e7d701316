/* SPDX-License-Identifier: Apache-2.0 */
#include "net/plain.h"

#include <arpa/inet.h>

#include "tap.h"

struct url {
	const char *text;
	const char *name;	/* NULL: not for us */
	const char *path;
	unsigned    addresses;
	int	    port;
};

static const struct url urls[] = {
	{ "http://127.0.0.1:8000/v1/chat/completions", "127.0.0.1:8000", "/v1/chat/completions", 1, 8000 },
	{ "http://127.0.0.1/", "127.0.0.1", "/", 1, 80 },
	{ "http://127.0.0.1", "127.0.0.1", "/", 1, 80 },
	{ "http://127.0.0.1:80/a?b=c", "127.0.0.1", "/a?b=c", 1, 80 },
	{ "http://[::1]:9/x", "[::1]:9", "/x", 1, 9 },
	{ "http://[2001:db8::1]/x", "[2001:db8::1]", "/x", 1, 80 },
	{ "http://localhost:11434/v1", "localhost:11434", "/v1", 2, 11434 },
	{ "https://127.0.0.1/", NULL, NULL, 0, 0 },
	{ "HTTP://127.0.0.1/", NULL, NULL, 0, 0 },
	{ "http://example.com/", NULL, NULL, 0, 0 },
	{ "http://127.1/", NULL, NULL, 0, 0 },
	{ "http://2130706433/", NULL, NULL, 0, 0 },
	{ "http://0x7f.0.0.1/", NULL, NULL, 0, 0 },
	{ "http://localhost.example/", NULL, NULL, 0, 0 },
	{ "http://user@127.0.0.1/", NULL, NULL, 0, 0 },
	{ "http://user:word@127.0.0.1/", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1:0/", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1:65536/", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1:/", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1:8x/", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1/a b", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1/a#b", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1/\xc3\xa4", NULL, NULL, 0, 0 },
	{ "http://127.0.0.1?a=b", NULL, NULL, 0, 0 },
	{ "http://[::1", NULL, NULL, 0, 0 },
	{ "http://[::1]x/", NULL, NULL, 0, 0 },
	{ "http://[fe80::1%25eth0]/", NULL, NULL, 0, 0 },
	{ "http://[127.0.0.1]/", NULL, NULL, 0, 0 },
	{ "http://::1/", NULL, NULL, 0, 0 },
	{ "http://", NULL, NULL, 0, 0 },
	{ "http:///x", NULL, NULL, 0, 0 },
	{ "", NULL, NULL, 0, 0 },
};

static int
port_of(const union plain_address *a)
{
	return ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port);
}

static void
nothing(struct plain_host *h)
{
	(void)h;
}

int
main(void)
{
	for (size_t i = 0; i < LENGTH(urls); i++) {
		const struct url *u = &urls[i];
		struct plain_host *h = plain_host(str_of(u->text));

		if (u->name == NULL) {
			ok(h == NULL, "\"%s\" is left to the library", u->text);
			continue;
		}
		ok(h != NULL && str_is(h->name, u->name), "\"%s\" names %s", u->text, u->name);
		ok(h != NULL && h->at_n == u->addresses && port_of(&h->at[0]) == u->port, "with its addresses and port");
		ok(str_is(plain_path(str_of(u->text)), u->path), "and asks for %s", u->path);
		ok(plain_host(str_of(u->text)) == h, "and is the same the next time");
	}
	plain_hosts_close(nothing);
	return tap_done();
}
