/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_host.c - which URLs need no library, and whom they name.
 *
 * Runs in: worker, scheduler.
 *
 * An http:// URL with an address, or with "localhost", which is both loopback
 * addresses.  Whatever is odd about a URL makes it the library's.  Hosts are
 * few and stay.
 */
#include <arpa/inet.h>
#include <string.h>

#include "base/map.h"
#include "base/spare.h"
#include "net/plain.h"

#define AUTHORITY_MOST 64
#define PORT_HTTP 80

static struct map hosts;	/* by authority */

static struct str
authority_of(struct str url)
{
	struct str rest = str_from(url, sizeof("http://") - 1);
	size_t n = 0;

	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?' && rest.p[n] != '#')
		n++;
	return str_upto(rest, n);
}

struct str
plain_path(struct str url)
{
	struct str path = str_from(url, sizeof("http://") - 1 + authority_of(url).n);

	return path.n == 0 ? STR("/") : path;
}

/* Printable, no blank, no fragment; it begins with a slash or is not there. */
static bool
path_is_plain(struct str url)
{
	struct str path = plain_path(url);

	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] <= ' ' || path.p[i] > '~' || path.p[i] == '#')
			return false;
	return path.p[0] == '/';
}

/* "1.2.3.4:5", "[::1]:5" and both without a port; -1 when it is not so. */
static int
split_port(struct str authority, struct str *host, uint16_t *port)
{
	bool six = authority.n > 0 && authority.p[0] == '[';
	size_t end = six ? str_find_byte(authority, ']') + 1 : str_find_byte(authority, ':');
	struct str rest = str_from(authority, end);
	uint64_t number = PORT_HTTP;

	if (end > authority.n)
		return -1;
	*host = six ? (struct str){ authority.p + 1, end - 2 } : str_upto(authority, end);
	if (rest.n > 0 && (rest.p[0] != ':' || str_u64(str_from(rest, 1), &number) == -1))
		return -1;
	if (number == 0 || number > UINT16_MAX)
		return -1;
	*port = (uint16_t)number;
	return 0;
}

static void
add_v4(struct plain_host *h, struct in_addr a, uint16_t port)
{
	h->at[h->at_n++].v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = a, .sin_port = htons(port) };
}

static void
add_v6(struct plain_host *h, struct in6_addr a, uint16_t port)
{
	h->at[h->at_n++].v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_addr = a,
		.sin6_port = htons(port) };
}

static int
find_addresses(struct plain_host *h, struct str host, uint16_t port)
{
	char text[AUTHORITY_MOST + 1];
	struct in_addr four = { .s_addr = htonl(INADDR_LOOPBACK) };
	struct in6_addr six = in6addr_loopback;

	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	if (strcmp(text, "localhost") == 0) {
		add_v4(h, four, port);
		add_v6(h, six, port);
	} else if (h->authority.p[0] == '[') {
		if (inet_pton(AF_INET6, text, &six) != 1)
			return -1;
		add_v6(h, six, port);
	} else {
		if (inet_pton(AF_INET, text, &four) != 1)
			return -1;
		add_v4(h, four, port);
	}
	return 0;
}

static struct plain_host *
host_new(struct str authority)
{
	struct plain_host *h = xcalloc(1, sizeof(*h) + authority.n);
	char *text = (char *)(h + 1);
	struct str host;
	uint16_t port;

	memcpy(text, authority.p, authority.n);
	h->authority = h->name = (struct str){ text, authority.n };
	list_init(&h->idle);
	if (split_port(h->authority, &host, &port) == -1 || find_addresses(h, host, port) == -1) {
		spare_free(h);
		return NULL;
	}
	if (str_ends(h->authority, STR(":80")))
		h->name.n -= 3;
	(void)map_put(&hosts, h->authority, h);
	return h;
}

struct plain_host *
plain_host(struct str url)
{
	struct str authority;
	struct plain_host *h;

	if (!str_starts(url, STR("http://")))
		return NULL;
	authority = authority_of(url);
	if (authority.n == 0 || authority.n > AUTHORITY_MOST || !path_is_plain(url))
		return NULL;
	h = map_get(&hosts, authority);
	return h != NULL ? h : host_new(authority);
}

void
plain_hosts_each(void (*each)(struct plain_host *))
{
	MAP_EACH(slot, &hosts)
		each(slot->value);
}

void
plain_hosts_close(void (*each)(struct plain_host *))
{
	MAP_EACH(slot, &hosts) {
		each(slot->value);
		spare_free(slot->value);
	}
	map_done(&hosts);
}
