/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/str.h"
#include "net/client.h"
#include "tap.h"

static bool
judge(const char *text)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	bool by_bytes;

	if (inet_pton(AF_INET, text, &in4.sin_addr) == 1)
		by_bytes = address_public((const struct sockaddr *)&in4);
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		by_bytes = address_public((const struct sockaddr *)&in6);
	else
		abort();
	if (by_bytes != address_text_public(text))
		printf("# text and bytes disagree on %s\n", text);
	return by_bytes && address_text_public(text);
}

static const char *const refused[] = {
	"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
	"169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
	"192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
	"239.255.255.255", "240.0.0.1", "255.255.255.255",
	"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
	"64:ff9b::a00:1", "64:ff9b:1::808:808", "100::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1",
	"ff02::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "3fff:fff::1",
	"4000::1", "5f00::1",
};

static const char *const allowed[] = {
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
	"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0",
	"198.17.255.255", "198.20.0.0", "223.255.255.255",
	"2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2003::1", "2606:4700::1111", "2a00:1450::1",
	"3ffe::1", "3fff:1000::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
};

int
main(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	for (size_t i = 0; i < LENGTH(refused); i++)
		ok(!judge(refused[i]), "%s is not public", refused[i]);
	for (size_t i = 0; i < LENGTH(allowed); i++)
		ok(judge(allowed[i]), "%s is public", allowed[i]);
	ok(!address_public((const struct sockaddr *)&un), "a local socket is not public");
	ok(!address_text_public("localhost"), "a name is no address");
	ok(!address_text_public("0x7f.1"), "odd spellings are no address");
	return tap_done();
}
