/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - what wrk cannot do: many streams, their delays, and clients that leave.
 *
 *	load streams PORT KEY N MS SECONDS	N streams with an event every MS; prints "open N" when each
 *						has begun, and after SECONDS more what came in them:
 *						"events E p50_us X p99_us Y errors Z"; then it holds still for
 *						half a second, so that closing is not part of what is measured
 *	load idle PORT KEY N SECONDS		N silent streams held open; prints "open N" when they are
 *	load leave PORT KEY N			opens N silent streams, closes all at once; prints the time
 *						(CLOCK_MONOTONIC, us) at which each was closed, one a line
 *	load leave1 PORT KEY N			the same one after the other
 *
 * LOAD_PREFIX in the environment stands before the model's name, and so chooses
 * the channel.  One thread, one epoll; PORT on 127.0.0.1.  An event's delay is its arrival
 * less the time that mock put into its "created" member.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct stream {
	char	 in[2048];
	size_t	 n;
	unsigned events;
	bool	 done, begun;
};

static struct stream *streams;	/* by descriptor */
static uint32_t	     *delays;
static size_t	      delays_n, delays_cap;
static unsigned	      errors;

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int
dial(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
	int		   fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		perror("load: connect");
		exit(69);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static const char *prefix = "";	/* of the model's name */

static void
ask(int fd, const char *key, unsigned count, unsigned ms)
{
	char body[256], text[1024];
	int  n = snprintf(body, sizeof(body),
	     "{\"model\":\"%ssse-%u-%u\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}", prefix, count, ms);

	n = snprintf(text, sizeof(text),
	    "POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n%s", key, n, body);
	if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		errors++;
}

static void
note_delay(uint64_t sent)
{
	uint64_t now = now_us();

	if (delays_n == delays_cap) {
		delays_cap = delays_cap * 2 + 65536;
		delays = realloc(delays, delays_cap * sizeof(*delays));
		if (delays == NULL)
			exit(70);
	}
	delays[delays_n++] = now > sent ? (uint32_t)(now - sent) : 0;
}

/* Whole events out of what has come. */
static void
take(struct stream *s)
{
	char *p = s->in, *end;

	s->in[s->n] = '\0';
	while ((end = strstr(p, "\n\n")) != NULL) {
		char *created = strstr(p, "\"created\":");

		if (created != NULL && created < end) {
			note_delay(strtoull(created + 10, NULL, 10));
			s->events++;
			s->begun = true;
		}
		if (memmem(p, (size_t)(end - p), "[DONE]", 6) != NULL)
			s->done = true;
		p = end + 2;
	}
	s->n -= (size_t)(p - s->in);
	memmove(s->in, p, s->n);
}

static int
by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static unsigned
readable(int fd)
{
	struct stream *s = &streams[fd];
	ssize_t	       n = recv(fd, s->in + s->n, sizeof(s->in) - 1 - s->n, 0);
	bool	       begun = s->begun;

	if (n <= 0) {
		errors++;
		close(fd);
		s->done = true;
		return 1;
	}
	s->n += (size_t)n;
	take(s);
	if (s->n == sizeof(s->in) - 1)
		s->n = 0;
	return s->done || (!begun && s->begun);
}

/* Opens n streams and reads until `until` says enough; returns their descriptors. */
static int *
open_streams(uint16_t port, const char *key, unsigned n, unsigned count, unsigned ms, int epoll)
{
	int *fds = calloc(n, sizeof(int));

	for (unsigned i = 0; i < n; i++) {
		struct epoll_event e = { .events = EPOLLIN };

		fds[i] = e.data.fd = dial(port);
		memset(&streams[fds[i]], 0, sizeof(struct stream));
		epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &e);
		ask(fds[i], key, count, ms);
	}
	return fds;
}

static void
read_until(int epoll, unsigned wanted)
{
	struct epoll_event ready[256];
	uint64_t	   limit = now_us() + 120u * 1000000;

	while (wanted > 0 && now_us() < limit) {
		int n = epoll_wait(epoll, ready, 256, 1000);

		for (int i = 0; i < n; i++) {
			unsigned k = readable(ready[i].data.fd);

			wanted -= k < wanted ? k : wanted;
		}
	}
	errors += wanted;
}

static void
read_for(int epoll, uint64_t us)
{
	struct epoll_event ready[256];
	uint64_t	   end = now_us() + us;

	while (now_us() < end) {
		int n = epoll_wait(epoll, ready, 256, 10);

		for (int i = 0; i < n; i++)
			readable(ready[i].data.fd);
	}
}

static void
report(void)
{
	qsort(delays, delays_n, sizeof(*delays), by_value);
	printf("events %zu p50_us %u p99_us %u errors %u\n", delays_n, delays_n > 0 ? delays[delays_n / 2] : 0,
	    delays_n > 0 ? delays[delays_n * 99 / 100] : 0, errors);
}

int
main(int argc, char **argv)
{
	int	      epoll = epoll_create1(EPOLL_CLOEXEC), *fds;
	struct rlimit files;
	unsigned      n;
	uint16_t      port;

	if (argc < 5) {
		fprintf(stderr, "usage: load streams|idle|leave|leave1 PORT KEY N ...\n");
		return 64;
	}
	if (getenv("LOAD_PREFIX") != NULL)
		prefix = getenv("LOAD_PREFIX");
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	port = (uint16_t)atoi(argv[2]);
	n = (unsigned)atoi(argv[4]);
	streams = calloc(files.rlim_cur < 70000 ? files.rlim_cur : 70000, sizeof(struct stream));
	if (strcmp(argv[1], "streams") == 0 && argc == 7) {
		open_streams(port, argv[3], n, UINT32_MAX, (unsigned)atoi(argv[5]), epoll);
		read_until(epoll, n);
		printf("open %u\n", n);
		fflush(stdout);
		delays_n = 0;
		read_for(epoll, (uint64_t)atoi(argv[6]) * 1000000);
		report();
		fflush(stdout);
		usleep(500000);
		return errors > 0;
	}
	if (strcmp(argv[1], "leave1") == 0) {
		for (unsigned i = 0; i < n; i++) {
			fds = open_streams(port, argv[3], 1, 0, 0, epoll);
			read_until(epoll, 1);
			printf("%" PRIu64 "\n", now_us());
			close(fds[0]);
			free(fds);
			usleep(5000);
		}
		return errors > 0;
	}
	fds = open_streams(port, argv[3], n, 0, 0, epoll);
	read_until(epoll, n);
	printf("open %u errors %u\n", n, errors);
	fflush(stdout);
	if (strcmp(argv[1], "idle") == 0)
		sleep(argc > 5 ? (unsigned)atoi(argv[5]) : 10);
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(argv[1], "leave") == 0)
			printf("%" PRIu64 "\n", now_us());
		close(fds[i]);
	}
	return errors > 0;
}
