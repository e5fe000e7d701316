/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mock.c - a fast upstream for the benchmarks: one thread, one epoll.
 *
 *	mock PORT		prints nothing, serves until TERM
 *
 * A POST gets a chat answer of about 1 KB, at /v1/messages in Anthropic's words.  A body with "stream":true gets
 * events of about 300 bytes, as many and as far apart as the model's name
 * tells: "sse-COUNT-MILLISECONDS"; each carries the time it was sent
 * (CLOCK_MONOTONIC, microseconds) in its "created" member, and "sse-0-0" is an
 * idle stream: one event, then silence.  When a client of a stream closes,
 * the time is appended to the file that MOCK_GONE names.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define FDS_MOST 65536

struct conn {
	char	*in;
	size_t	 n, cap;
	unsigned events_left;	/* of a stream */
	uint64_t every_us, due_us;
	bool	 streaming, endless, anthropic;
};

static struct conn conns[FDS_MOST];
static int	   streams[FDS_MOST], streams_n;	/* descriptors with events to send */
static int	   epoll, gone_file = -1;
static char	   answer[2048], message[2048];
static size_t	   answer_n, message_n;

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void
make_answer(void)
{
	char body[1536], filler[700];

	memset(filler, 'x', sizeof(filler));
	int n = snprintf(body, sizeof(body),
	    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
	    "\"message\":{\"role\":\"assistant\",\"content\":\"%.*s\"},\"finish_reason\":\"stop\"}],\"usage\":"
	    "{\"prompt_tokens\":200,\"completion_tokens\":100,\"total_tokens\":300}}", (int)sizeof(filler), filler);
	answer_n = (size_t)snprintf(answer, sizeof(answer),
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, body);
	n = snprintf(body, sizeof(body),
	    "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"%.*s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":200,"
	    "\"output_tokens\":100}}", (int)sizeof(filler), filler);
	message_n = (size_t)snprintf(message, sizeof(message),
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, body);
}

static void
drop(int fd)
{
	struct conn *c = &conns[fd];

	if (c->streaming && gone_file >= 0) {
		char text[32];
		int  n = snprintf(text, sizeof(text), "%" PRIu64 "\n", now_us());

		if (write(gone_file, text, (size_t)n) < 0)
			perror("mock: MOCK_GONE");
	}
	for (int i = 0; i < streams_n; i++)
		if (streams[i] == fd)
			streams[i--] = streams[--streams_n];
	free(c->in);
	memset(c, 0, sizeof(*c));
	close(fd);
}

static void
put(int fd, const char *bytes, size_t n)
{
	if (send(fd, bytes, n, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
		shutdown(fd, SHUT_RDWR);
}

static void
put_chunk(int fd, const char *event, size_t n)
{
	char   out[2048];
	size_t k = (size_t)snprintf(out, sizeof(out), "%zx\r\n", n);

	memcpy(out + k, event, n);
	memcpy(out + k + n, "\r\n", 2);
	put(fd, out, k + n + 2);
}

static void
put_event(int fd)
{
	char event[512];
	int  n;

	if (conns[fd].anthropic) {
		n = snprintf(event, sizeof(event),
		    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
		    "{\"type\":\"text_delta\",\"text\":\"%0180d\"}}\n\n", 0);
		put_chunk(fd, event, (size_t)n);
		return;
	}
	n = snprintf(event, sizeof(event),
	    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":%" PRIu64
	    ",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%0120d\"},\"finish_reason\":null}]}\n\n",
	    now_us(), 0);

	put_chunk(fd, event, (size_t)n);
}

static void
begin_stream(int fd, const char *model)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
	static const char opening[] =
	    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
	    "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"
	    "{\"input_tokens\":200,\"output_tokens\":1}}}\n\n"
	    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
	    "{\"type\":\"text\",\"text\":\"\"}}\n\n";
	struct conn	 *c = &conns[fd];
	unsigned	  count = 0, ms = 0;

	sscanf(model, "sse-%u-%u", &count, &ms);
	put(fd, head, sizeof(head) - 1);
	if (c->anthropic)
		put_chunk(fd, opening, sizeof(opening) - 1);
	c->streaming = true;
	c->endless = count == 0;
	c->events_left = count;
	c->every_us = (uint64_t)ms * 1000;
	if (c->endless) {
		put_event(fd);
	} else {
		/* spread over the interval, so that streams do not beat together */
		c->due_us = now_us() + (c->every_us > 0 ? (uint64_t)rand() % c->every_us : 0);
		streams[streams_n++] = fd;
	}
}

static void
end_stream(int fd)
{
	static const char closing[] =
	    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
	    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
	    "{\"output_tokens\":100}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

	if (conns[fd].anthropic)
		put_chunk(fd, closing, sizeof(closing) - 1);
	else
		put_chunk(fd, "data: [DONE]\n\n", 14);
	put(fd, "0\r\n\r\n", 5);
	conns[fd].streaming = false;
}

static int
run_streams(void)
{
	uint64_t now = now_us(), next = now + 100000;

	for (int i = 0; i < streams_n; i++) {
		struct conn *c = &conns[streams[i]];

		if (c->due_us <= now) {
			put_event(streams[i]);
			c->due_us += c->every_us;
			if (--c->events_left == 0) {
				end_stream(streams[i]);
				streams[i--] = streams[--streams_n];
				continue;
			}
		}
		if (c->due_us < next)
			next = c->due_us;
	}
	return streams_n == 0 ? 1000 : next > now ? (int)((next - now) / 1000) : 0;
}

/* One whole request at the front; false when it is not all there. */
static bool
take_request(int fd)
{
	struct conn *c = &conns[fd];
	char	    *end = c->n > 0 ? memmem(c->in, c->n, "\r\n\r\n", 4) : NULL, *length, *model;
	size_t	     head, body = 0;

	if (end == NULL)
		return false;
	head = (size_t)(end - c->in) + 4;
	*end = '\0';
	length = strcasestr(c->in, "\r\ncontent-length:");
	body = length != NULL ? strtoul(length + 17, NULL, 10) : 0;
	*end = '\r';
	if (c->n < head + body)
		return false;
	c->anthropic = strncmp(c->in, "POST /v1/messages", 17) == 0;
	model = memmem(c->in + head, body, "sse-", 4);
	if (model != NULL && memmem(c->in + head, body, "\"stream\":true", 13) != NULL)
		begin_stream(fd, model);
	else if (c->anthropic)
		put(fd, message, message_n);
	else
		put(fd, answer, answer_n);
	memmove(c->in, c->in + head + body, c->n - head - body);
	c->n -= head + body;
	return true;
}

static void
readable(int fd)
{
	struct conn *c = &conns[fd];

	for (;;) {
		ssize_t n;

		if (c->cap - c->n < 4096) {
			c->cap = c->cap * 2 + 8192;
			c->in = realloc(c->in, c->cap + 1);
			if (c->in == NULL)
				exit(70);
		}
		n = recv(fd, c->in + c->n, c->cap - c->n, 0);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			drop(fd);
			return;
		}
		c->n += (size_t)n;
		c->in[c->n] = '\0';
	}
	while (take_request(fd))
		;
	if (c->streaming && c->n == 0) {	/* thousands of idle ones are held */
		free(c->in);
		c->in = NULL;
		c->cap = 0;
	}
}

static void
accept_all(int listener)
{
	int fd, one = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP, .data.fd = fd };

		if (fd >= FDS_MOST) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event e, ready[512];
	struct rlimit	   files;
	int		   listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: mock PORT\n");
		return 64;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (getenv("MOCK_GONE") != NULL)
		gone_file = open(getenv("MOCK_GONE"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	make_answer();
	a.sin_port = htons((uint16_t)atoi(argv[1]));
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(listener, 4096) < 0) {
		perror("mock");
		return 69;
	}
	epoll = epoll_create1(EPOLL_CLOEXEC);
	e = (struct epoll_event){ .events = EPOLLIN, .data.fd = listener };
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
	for (;;) {
		int n = epoll_wait(epoll, ready, 512, run_streams());

		for (int i = 0; i < n; i++) {
			if (ready[i].data.fd == listener)
				accept_all(listener);
			else
				readable(ready[i].data.fd);
		}
	}
}
