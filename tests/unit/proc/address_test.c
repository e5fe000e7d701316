/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/address.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static const struct {
	const char *text, *canonical;	/* canonical NULL: refused */
} cases[] = {
	{ "127.0.0.1:7600", "127.0.0.1:7600" },
	{ "[::1]:7600", "[::1]:7600" },
	{ "[0:0::1]:1", "[::1]:1" },
	{ "*:80", "0.0.0.0:80" },
	{ ":80", "0.0.0.0:80" },
	{ "[::]:80", "[::]:80" },
	{ "unix:/run/weir/api.sock", "unix:/run/weir/api.sock" },
	{ "127.0.0.1", NULL },
	{ "127.0.0.1:", NULL },
	{ "127.0.0.1:http", NULL },
	{ "127.0.0.1:123456", NULL },
	{ "::1:80", NULL },
	{ "unix:relative", NULL },
	{ "unix:", NULL },
	{ "", NULL },
};

static void
test_reading(void)
{
	struct address a;
	struct str     why;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		int rc = address_read(str_of(cases[i].text), &a, &why);

		if (cases[i].canonical == NULL)
			is_int(rc, -1, "\"%s\" is no address", cases[i].text);
		else
			is_str(rc == 0 ? a.text : NULL, cases[i].canonical, "\"%s\" is an address", cases[i].text);
	}
}

static void
test_listening(void)
{
	struct address a, again;
	struct str     why;
	int	       one, two;

	ok(address_read(STR("127.0.0.1:0"), &a, &why) == 0, "port 0 is accepted");
	ok((one = address_listen(&a, true, false)) >= 0, "and is any free port");
	ok(strcmp(a.text, "127.0.0.1:0") != 0, "which the address then tells");
	ok((two = address_listen(&a, true, false)) >= 0, "a second socket shares the port");
	is_int(address_free(&a), -1, "the address is not free then");
	is_int(errno, EADDRINUSE, "because somebody listens");
	address_of_socket(two, &again);
	is_str(again.text, a.text, "a socket tells what it is bound to");
	close(one);
	close(two);
	is_int(address_free(&a), 0, "it is free when both are closed");
}

static void
test_unix(void)
{
	char	       dir[] = "/tmp/weir-address-XXXXXX", text[128];
	struct address a;
	struct str     why;
	int	       fd;

	ok(mkdtemp(dir) != NULL, "a temporary directory is made");
	snprintf(text, sizeof(text), "unix:%s/s", dir);
	ok(address_read(str_of(text), &a, &why) == 0, "a unix address is read");
	is_int(address_free(&a), 0, "it is free");
	ok((fd = address_listen(&a, false, false)) >= 0, "it can be listened on");
	is_int(address_free(&a), -1, "then it is not free");
	close(fd);
	is_int(address_free(&a), 0, "a file whose listener is gone is free");
	ok((fd = address_listen(&a, false, false)) >= 0, "and is replaced");
	close(fd);
	unlink(text + 5);
	rmdir(dir);
}

int
main(void)
{
	test_reading();
	test_listening();
	test_unix();
	return tap_done();
}
