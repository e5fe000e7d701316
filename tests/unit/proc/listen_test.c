/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/listen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc/address.h"
#include "tap.h"

#define CONNECTIONS 60

static const struct rights_user nobody_else = { 0 };

static struct str	 one_address[] = { STR("127.0.0.1:0") };
static const struct conf conf = { .listen = { one_address, 1 } };

/* Opens connections and counts on which of the first three indexes they arrived. */
static void
spread(unsigned counts[3])
{
	struct address at;
	int	       clients[CONNECTIONS], fd;

	memset(counts, 0, 3 * sizeof(*counts));
	address_of_socket(listen_fd(LISTEN_API, 0, 0), &at);
	for (int i = 0; i < CONNECTIONS; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(clients[i], (struct sockaddr *)&at.at, at.length) < 0)
			ok(0, "a connection is made");
	}
	for (unsigned index = 0; index < 3 && listen_fd(LISTEN_API, 0, index) >= 0; index++) {
		while ((fd = accept(listen_fd(LISTEN_API, 0, index), NULL, NULL)) >= 0) {
			counts[index]++;
			close(fd);
		}
	}
	for (int i = 0; i < CONNECTIONS; i++)
		close(clients[i]);
}

static void
test_steering(struct arena *a)
{
	struct str why;
	unsigned   n[3];

	is_int(listen_open(a, &conf, &nobody_else, 3, &why), 0, "three listeners are opened on one address");
	is_int(listen_addresses(), 1, "it is one address");
	spread(n);
	is_int(n[0] + n[1] + n[2], CONNECTIONS, "every connection arrives");
	ok(n[0] > 0 && n[1] > 0 && n[2] > 0, "each listener gets some");
	listen_steer(1);
	spread(n);
	is_int(n[0], CONNECTIONS, "steered to one, it gets all");
	listen_steer(2);
	spread(n);
	ok(n[0] > 0 && n[1] > 0, "steered to two, both get some");
	is_int(n[0] + n[1], CONNECTIONS, "and the third none");
	listen_trim(2);
	is_int(listen_fd(LISTEN_API, 0, 2), -1, "the third is closed");
	spread(n);
	is_int(n[0] + n[1], CONNECTIONS, "which loses nothing");
	is_int(listen_open(a, &conf, &nobody_else, 3, &why), 0, "it is opened again");
	spread(n);
	is_int(n[2], 0, "and gets nothing yet");
	listen_steer(3);
	spread(n);
	ok(n[0] > 0 && n[1] > 0 && n[2] > 0, "until connections are steered to it");
	is_int(n[0] + n[1] + n[2], CONNECTIONS, "every connection arrives");
}

/* What the next binary is told must give it the same sockets. */
static void
test_handing_over(struct arena *a)
{
	struct buf  list = { 0 };
	struct str  why;
	char	   *kept, text[ADDRESS_TEXT];
	int	    fds[3];

	snprintf(text, sizeof(text), "%s", listen_text(0));
	listen_write(&list);
	buf_byte(&list, '\0');
	kept = xstrdup(list.p);
	for (int i = 0; i < 3; i++)
		fds[i] = fcntl(listen_fd(LISTEN_API, 0, (unsigned)i), F_DUPFD_CLOEXEC, 100);
	listen_close(true);
	is_int(listen_addresses(), 0, "all are closed");
	buf_clear(&list);
	for (int i = 0; i < 3; i++)
		buf_printf(&list, "%s%d=api,0,%d,0,%s", i > 0 ? ";" : "", fds[i], i, text);
	buf_cstr(&list, ";9999=api,0,7,0,127.0.0.1:1;junk");
	buf_byte(&list, '\0');
	setenv("WEIR_LISTENERS", list.p, 1);
	listen_adopt();
	ok(getenv("WEIR_LISTENERS") == NULL, "the variable is not passed on");
	is_str(listen_text(0), text, "inherited listeners are found by their address");
	is_int(listen_fd(LISTEN_API, 0, 2), fds[2], "each at its index, what is no descriptor left out");
	is_int(listen_open(a, &conf, &nobody_else, 3, &why), 0, "the configuration takes them over");
	is_int(listen_fd(LISTEN_API, 0, 1), fds[1], "instead of opening others");
	ok(strstr(kept, text) != NULL, "the list names the address");
	listen_close(true);
	free(kept);
	buf_done(&list);
}

static void
test_other_address(struct arena *a)
{
	struct str	  other[] = { STR("127.0.0.2:0") }, why;
	struct conf	  c = { .listen = { other, 1 } };
	struct address	  at;
	char		  list[ADDRESS_TEXT + 32];
	int		  fd = -1;

	ok(address_read(STR("127.0.0.1:0"), &at, &why) == 0 && (fd = address_listen(&at, true, false)) >= 0,
	    "a listener is made");
	snprintf(list, sizeof(list), "%d=api,0,0,0,%s", fd, at.text);
	setenv("WEIR_LISTENERS", list, 1);
	listen_adopt();
	is_int(listen_open(a, &c, &nobody_else, 1, &why), 0, "another address is configured than was inherited");
	ok(strncmp(listen_text(0), "127.0.0.2:", 10) == 0, "the configured one is listened on");
	is_int(address_free(&at), 0, "the inherited one is closed");
	listen_close(true);
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	test_steering(&a);
	test_handing_over(&a);
	test_other_address(&a);
	arena_done(&a);
	return tap_done();
}
