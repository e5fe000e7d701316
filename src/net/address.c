/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.c - which addresses belong to the public internet.
 *
 * Runs in: worker, scheduler, weirctl.
 *
 * Judged are the bytes that connect(2) would use, never a name or a text.
 * For IPv4 the table names what is special; for IPv6 only 2000::/3 is public at
 * all, and the table names its exceptions.  Forms that carry an IPv4 address and
 * reach it (mapped, NAT64) are judged by that address.
 */
#include "net/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"

struct range {
	uint8_t	 prefix[16];
	unsigned bits;
};

static const struct range special4[] = {
	{ { 0 }, 8 },			/* this network */
	{ { 10 }, 8 },			/* private */
	{ { 100, 64 }, 10 },		/* carrier-grade NAT */
	{ { 127 }, 8 },			/* loopback */
	{ { 169, 254 }, 16 },		/* link-local, cloud metadata */
	{ { 172, 16 }, 12 },		/* private */
	{ { 192, 0, 0 }, 24 },		/* protocol assignments */
	{ { 192, 0, 2 }, 24 },		/* documentation */
	{ { 192, 88, 99 }, 24 },	/* 6to4 relays */
	{ { 192, 168 }, 16 },		/* private */
	{ { 198, 18 }, 15 },		/* benchmarks */
	{ { 198, 51, 100 }, 24 },	/* documentation */
	{ { 203, 0, 113 }, 24 },	/* documentation */
	{ { 224 }, 4 },			/* multicast */
	{ { 240 }, 4 },			/* reserved, broadcast */
};

static const struct range global6 = { { 0x20 }, 3 };

static const struct range special6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },		/* protocol assignments: Teredo, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x20, 0x02 }, 16 },			/* 6to4 */
	{ { 0x3f, 0xff }, 20 },			/* documentation */
};

static const struct range carriers6[] = {
	{ { [10] = 0xff, [11] = 0xff }, 96 },			/* mapped */
	{ { 0x00, 0x64, 0xff, 0x9b }, 96 },			/* NAT64, well-known prefix */
};

static bool
range_has(const struct range *r, const uint8_t *address)
{
	unsigned whole = r->bits / 8, rest = r->bits % 8;

	if (memcmp(r->prefix, address, whole) != 0)
		return false;
	return rest == 0 || (r->prefix[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool
any_has(const struct range *r, size_t n, const uint8_t *address)
{
	for (size_t i = 0; i < n; i++)
		if (range_has(&r[i], address))
			return true;
	return false;
}

static bool
public4(const uint8_t *address)
{
	return !any_has(special4, LENGTH(special4), address);
}

static bool
public6(const uint8_t *address)
{
	if (any_has(carriers6, LENGTH(carriers6), address))
		return public4(address + 12);
	return range_has(&global6, address) && !any_has(special6, LENGTH(special6), address);
}

bool
address_public(const struct sockaddr *sa)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	/* Copied: the caller's bytes may be aligned for a sockaddr only. */
	if (sa->sa_family == AF_INET) {
		memcpy(&in4, sa, sizeof(in4));
		return public4((const uint8_t *)&in4.sin_addr);
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		return public6(in6.sin6_addr.s6_addr);
	}
	return false;
}

bool
address_text_public(const char *text)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		return public4(bytes);
	return inet_pton(AF_INET6, text, bytes) == 1 && public6(bytes);
}
