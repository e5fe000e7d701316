/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - one request as its handler sees it.
 *
 * Runs in: worker, admin.
 *
 * The head is kept as it was sent; all that the handler reads are slices of
 * it.  It was found well-formed byte by byte before it is cut up here, so
 * nothing is checked again.
 */
#include "net/connection.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/spare.h"

#define HEAD_BYTES 512		/* reserved at first */

/*
 * Its life.
 */
struct request *
request_new(struct connection *c)
{
	struct request *r = xcalloc(1, sizeof(*r));

	r->c = c;
	r->arrived_us = clock_mono_us();
	buf_reserve(&r->head, HEAD_BYTES);
	return r;
}

/* If it is not answered at once, a batch may be what it waits for. */
void
request_ask(struct request *r)
{
	r->asked = r->asking = true;
	server_self()->handler->body(r->x);
	r->asking = false;
	if (!r->answered)
		server_self()->unbatched = true;
}

void
request_pass(struct request *r, struct str bytes, bool last)
{
	if (r->passed)
		return;
	r->passed = last;
	r->asking = true;
	server_self()->handler->part(r->x, bytes, last);
	r->asking = false;
	if (!r->answered)
		server_self()->unbatched = true;
}

/* What is still to come of the body is nobody's: the connection cannot go on behind it. */
void
request_cut_short(struct request *r)
{
	struct connection *c = r->c;

	if (!r->live || r->passed)
		return;
	r->passed = r->close = c->early = true;
	r->held = false;
	c->phase = CONNECTION_ASKED;
	deadline_clear(&c->deadline);
}

void
request_gone(struct request *r)
{
	if (r->gone)
		return;
	r->gone = true;
	server_self()->handler->gone(r->x);
}

void
request_over(struct request *r)
{
	if (r->x != NULL)
		server_self()->handler->done(r->x);
	if (r->c != NULL && r->c->request == r)
		r->c->request = NULL;
	if (r->response != NULL)
		MHD_destroy_response(r->response);
	buf_done(&r->head);
	buf_done(&r->body);
	spare_free(r->lines);
	spare_free(r);
}

/*
 * Cutting the head.
 */
static struct str
head_of(const struct request *r)
{
	struct str head = buf_view(&r->head);

	return head.n >= 2 && head.p[0] == '\r' ? str_from(head, 2) : head;
}

/* "http://host/path" has become "/path"; "http://host" is the root. */
static struct str
without_authority(struct str target)
{
	if (target.n == 0 || target.p[0] == '/' || target.p[0] == '*')
		return target;
	target = str_from(target, sizeof("http://") - 1);
	while (target.n > 0 && target.p[0] != '/' && target.p[0] != '?')
		target = str_from(target, 1);
	return target;
}

bool
request_read_line(struct request *r)
{
	struct str line = head_of(r), method, target;
	size_t end = str_find(line, STR("\r\n")), at;

	if (r->method.n > 0)
		return true;
	if (end == line.n)
		return false;
	line = str_upto(line, end);
	if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &target))
		return false;
	r->method = method;
	target = without_authority(target);
	at = str_find_byte(target, '?');
	r->path = at == 0 ? STR("/") : str_upto(target, at);
	r->query = str_from(target, at + 1);
	return true;
}

void
request_read_head(struct request *r)
{
	struct str rest, line;
	uint32_t most = r->c->framing.header_count, n = 0;

	request_read_line(r);
	rest = head_of(r);
	rest = str_from(rest, str_find(rest, STR("\r\n")) + 2);
	r->lines = xmalloc(most * sizeof(*r->lines));
	while (n < most && str_split(&rest, '\n', &line)) {
		size_t colon = str_find_byte(line, ':');
		struct str value = str_upto(str_from(line, colon + 1), line.n - colon - 2);
		struct request_line *l = &r->lines[n++];

		value = str_trim(value);
		l->name = (uint32_t)(line.p - r->head.p);
		l->name_n = (uint32_t)colon;
		l->value = (uint32_t)(value.p - r->head.p);
		l->value_n = (uint32_t)value.n;
	}
	r->lines_n = n;
}

/*
 * What the handler asks for.
 */
struct str
request_method(const struct request *r)
{
	return r->method;
}

struct str
request_path(const struct request *r)
{
	return r->path;
}

struct str
request_query(const struct request *r)
{
	return r->query;
}

struct str
request_header(const struct request *r, const char *name)
{
	struct str wanted = str_of(name);

	for (uint32_t i = 0; i < r->lines_n; i++) {
		const struct request_line *l = &r->lines[i];

		if (l->name_n == wanted.n &&
		    str_eq_nocase((struct str){ r->head.p + l->name, l->name_n }, wanted))
			return (struct str){ r->head.p + l->value, l->value_n };
	}
	return STR_NONE;
}

const char *
request_client_ip(const struct request *r)
{
	return r->c->ip;
}

uint64_t
request_arrived_us(const struct request *r)
{
	return r->arrived_us;
}

bool
request_wants_close(const struct request *r)
{
	return r->close;
}

uint64_t
request_body_bytes(const struct request *r)
{
	return r->announced;
}

void
request_hold(struct request *r)
{
	r->held = r->live && !r->passed;
	if (r->held)
		deadline_clear(&r->c->deadline);
}

void
request_go_on(struct request *r)
{
	if (!r->held)
		return;
	r->held = false;
	if (!r->gone)
		connection_poke(r->c);
}

void
request_skip_body(struct request *r)
{
	assert(r->x == NULL || !r->asked);
	r->skip = true;
}

struct str
request_body(const struct request *r)
{
	return buf_view(&r->body);
}
