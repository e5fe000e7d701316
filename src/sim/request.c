/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - an HTTP/1 request, read strictly, however it is cut.
 *
 * Runs in: weir-sim.
 *
 * A gateway that sends anything RFC 9112 does not allow has a fault that must
 * be seen: such a request is refused with 400, and nothing behind it is read.
 */
#include "sim/request.h"

#include <string.h>

#define CHUNK_LINE_MOST 1024
#define TREE_BODY_MOST (1 << 20)	/* larger bodies get nodes for the root's members only */
#define TREE_MEMBERS_MOST 1000

static enum request_state
refuse(struct request_reader *r, int status, const char *why)
{
	r->status = status;
	r->why = why;
	return REQUEST_REFUSED;
}

/* ---------------------------------------------------------------- lines */

/* The line at r->at, without its CRLF; WHOLE when it is there. */
static enum request_state
next_line(struct request_reader *r, const char *p, size_t n, struct str *line)
{
	const char *end = r->at < n ? memchr(p + r->at, '\n', n - r->at) : NULL;
	size_t	    length;

	if (end == NULL)
		return REQUEST_MORE;
	length = (size_t)(end - (p + r->at));
	if (length == 0 || end[-1] != '\r')
		return refuse(r, 400, "a line ends in a bare LF");
	*line = (struct str){ p + r->at, length - 1 };
	if (memchr(line->p, '\r', line->n) != NULL || memchr(line->p, '\0', line->n) != NULL)
		return refuse(r, 400, "a line has a CR or a NUL in it");
	r->at += length + 1;
	return REQUEST_WHOLE;
}

/* "POST /v1/models HTTP/1.1"; an empty line before it is skipped. */
static enum request_state
take_request_line(struct request_reader *r, struct str line)
{
	struct str method, target;

	if (line.n == 0) {
		r->head = r->at;
		return REQUEST_WHOLE;
	}
	if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &target) ||
	    method.n == 0 || target.n == 0)
		return refuse(r, 400, "this is no request line");
	if (!str_is(line, "HTTP/1.1") && !str_is(line, "HTTP/1.0"))
		return refuse(r, str_starts(line, STR("HTTP/")) ? 505 : 400,
		    "the request line names no HTTP/1");
	r->last = str_is(line, "HTTP/1.0");
	r->part = REQUEST_FIELDS;
	return REQUEST_WHOLE;
}

static enum request_state
take_length(struct request_reader *r, struct str value)
{
	if (r->counted)
		return refuse(r, 400, "two Content-Length fields");
	r->counted = true;
	if (value.n == 0 || strspn(value.p, "0123456789") < value.n)
		return refuse(r, 400, "the Content-Length is no number");
	if (str_u64(value, &r->left) < 0 || r->left > REQUEST_BODY_MOST)
		return refuse(r, 413, "the body is larger than 64 MiB");
	return REQUEST_WHOLE;
}

static enum request_state
take_coding(struct request_reader *r, struct str value)
{
	if (r->chunked)
		return refuse(r, 400, "two Transfer-Encoding fields");
	r->chunked = true;
	if (!str_eq_nocase(value, STR("chunked")))
		return refuse(r, 501, "a Transfer-Encoding other than chunked");
	return REQUEST_WHOLE;
}

static enum request_state
take_expect(struct request_reader *r, struct str value)
{
	r->expects = str_eq_nocase(value, STR("100-continue"));
	return REQUEST_WHOLE;
}

static enum request_state
take_connection(struct request_reader *r, struct str value)
{
	if (str_eq_nocase(value, STR("close")))
		r->last = true;
	else if (str_eq_nocase(value, STR("keep-alive")))
		r->last = false;
	return REQUEST_WHOLE;
}

static const struct {
	struct str name;
	enum request_state (*take)(struct request_reader *, struct str);
} fields[] = {
	{ { "Content-Length", 14 }, take_length },
	{ { "Transfer-Encoding", 17 }, take_coding },
	{ { "Expect", 6 }, take_expect },
	{ { "Connection", 10 }, take_connection },
};

static enum request_state
take_field(struct request_reader *r, struct str line)
{
	size_t	   colon = str_find_byte(line, ':');
	struct str name = str_upto(line, colon);

	if (colon == 0 || colon == line.n || str_find_byte(name, ' ') < name.n ||
	    str_find_byte(name, '\t') < name.n)
		return refuse(r, 400, "a header line without a name");
	for (size_t i = 0; i < LENGTH(fields); i++)
		if (str_eq_nocase(name, fields[i].name))
			return fields[i].take(r, str_trim(str_from(line, colon + 1)));
	return REQUEST_WHOLE;
}

/* The blank line was read: what follows? */
static enum request_state
end_head(struct request_reader *r)
{
	r->head_end = r->at;
	if (r->counted && r->chunked)
		return refuse(r, 400, "both Content-Length and Transfer-Encoding");
	r->part = r->chunked ? REQUEST_CHUNK_SIZE : REQUEST_COUNTED;
	return REQUEST_WHOLE;
}

static enum request_state
read_head(struct request_reader *r, const char *p, size_t n)
{
	enum request_state got = REQUEST_WHOLE;
	struct str	   line;

	while (got == REQUEST_WHOLE && r->part <= REQUEST_FIELDS) {
		got = next_line(r, p, n, &line);
		if ((got == REQUEST_MORE && n > REQUEST_HEAD_MOST) || r->at > REQUEST_HEAD_MOST)
			return refuse(r, 431, "the head is larger than 64 KiB");
		if (got != REQUEST_WHOLE)
			return got;
		got = r->part == REQUEST_LINE ? take_request_line(r, line)
		    : line.n == 0	      ? end_head(r)
					      : take_field(r, line);
	}
	return got;
}

/* ---------------------------------------------------------------- bodies */

/* Moves what is there of the body or the chunk to its place. */
static void
take_some(struct request_reader *r, char *p, size_t n)
{
	size_t some = n - r->at < r->left ? n - r->at : (size_t)r->left;
	char  *to = p + r->head_end + r->body;

	if (some > 0 && to != p + r->at)
		memmove(to, p + r->at, some);
	r->body += some;
	r->at += some;
	r->left -= some;
}

/* "1f;name=value": hex digits, then an extension or nothing. */
static int
chunk_size(struct str line, uint64_t *size)
{
	size_t digits = 0;

	*size = 0;
	while (digits < line.n && digits < 16 && strchr("0123456789abcdefABCDEF", line.p[digits]) != NULL) {
		char c = line.p[digits++];

		*size = *size << 4 | (uint64_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	line = str_trim(str_from(line, digits));
	return digits > 0 && (line.n == 0 || line.p[0] == ';') ? 0 : -1;
}

static enum request_state
read_chunk_size(struct request_reader *r, const char *p, size_t n)
{
	struct str	   line;
	enum request_state got = next_line(r, p, n, &line);

	if (got == REQUEST_MORE && n - r->at > CHUNK_LINE_MOST)
		return refuse(r, 400, "a chunk's first line is longer than 1 KiB");
	if (got != REQUEST_WHOLE)
		return got;
	if (chunk_size(line, &r->left) < 0)
		return refuse(r, 400, "a chunk without its size");
	if (r->left > REQUEST_BODY_MOST - r->body)
		return refuse(r, 413, "the body is larger than 64 MiB");
	r->part = r->left > 0 ? REQUEST_CHUNK : REQUEST_TRAILERS;
	r->trailers = r->at;
	return REQUEST_WHOLE;
}

static enum request_state
read_chunk(struct request_reader *r, char *p, size_t n)
{
	if (r->part == REQUEST_CHUNK) {
		take_some(r, p, n);
		if (r->left > 0)
			return REQUEST_MORE;
		r->part = REQUEST_CHUNK_END;
	}
	if (n - r->at < 2)
		return REQUEST_MORE;
	if (memcmp(p + r->at, "\r\n", 2) != 0)
		return refuse(r, 400, "a chunk is longer than its size");
	r->at += 2;
	r->part = REQUEST_CHUNK_SIZE;
	return REQUEST_WHOLE;
}

static enum request_state
read_trailers(struct request_reader *r, const char *p, size_t n)
{
	enum request_state got;
	struct str	   line;

	do {
		got = next_line(r, p, n, &line);
		if ((got == REQUEST_MORE && n - r->trailers > REQUEST_HEAD_MOST) ||
		    r->at - r->trailers > REQUEST_HEAD_MOST)
			return refuse(r, 431, "the trailers are larger than 64 KiB");
	} while (got == REQUEST_WHOLE && line.n > 0);
	return got;
}

enum request_state
request_read(struct request_reader *r, char *p, size_t n)
{
	enum request_state got = REQUEST_WHOLE;

	while (got == REQUEST_WHOLE) {
		switch (r->part) {
		case REQUEST_LINE:
		case REQUEST_FIELDS:
			got = read_head(r, p, n);
			break;
		case REQUEST_COUNTED:
			take_some(r, p, n);
			return r->left > 0 ? REQUEST_MORE : REQUEST_WHOLE;
		case REQUEST_CHUNK_SIZE:
			got = read_chunk_size(r, p, n);
			break;
		case REQUEST_CHUNK:
		case REQUEST_CHUNK_END:
			got = read_chunk(r, p, n);
			break;
		case REQUEST_TRAILERS:
			return read_trailers(r, p, n);
		}
	}
	return got;
}

/* ---------------------------------------------------------------- what it asks */

/* A body of a million members would cost a hundred million bytes of nodes. */
static const struct json *
read_json(struct arena *a, struct str body)
{
	struct json_limits limits = { .tree_depth = body.n <= TREE_BODY_MOST ? JSON_WHOLE : 0 };
	struct json_error  e;
	struct json	  *root;

	if (body.n == 0 || json_read(a, body, limits, &root, &e) < 0)
		return NULL;
	if (limits.tree_depth == 0 && (root->count > TREE_MEMBERS_MOST || json_open(a, root, &e) < 0))
		return NULL;
	return root;
}

/* The model of a path like /v1beta/models/NAME:generateContent. */
static struct str
path_model(struct str path)
{
	struct str name = str_from(path, str_find(path, STR("/models/")));

	name = str_from(name, STR("/models/").n);
	return str_upto(name, str_find_byte(name, ':'));
}

void
request_look(const struct request_reader *r, const char *p, struct arena *a, struct sim_request *q)
{
	struct str line;

	q->head = (struct str){ p + r->head, r->head_end - r->head - 2 };
	q->body = (struct str){ p + r->head_end, r->body };
	line = q->head;
	str_split(&line, ' ', &q->method);
	str_split(&line, ' ', &q->path);
	q->json = read_json(a, q->body);
	q->model = json_text(a, json_get(q->json, "model"));
	if (q->model.n == 0)
		q->model = path_model(q->path);
	q->array = str_find(q->path, STR("alt=sse")) == q->path.n;
	q->stream = json_true(json_get(q->json, "stream")) || str_find(q->path, STR(":stream")) < q->path.n;
}
