/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - HTTP answers as bytes.
 *
 * Runs in: weir-sim.
 */
#include "sim/sim.h"

static const struct {
	int	    status;
	const char *reason;
} reasons[] = {
	{ 100, "Continue" }, { 102, "Processing" }, { 103, "Early Hints" }, { 200, "OK" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" }, { 302, "Found" }, { 307, "Temporary Redirect" }, { 400, "Bad Request" },
	{ 401, "Unauthorized" }, { 402, "Payment Required" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 408, "Request Timeout" }, { 413, "Content Too Large" }, { 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" }, { 502, "Bad Gateway" },
	{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" }, { 529, "Overloaded" },
};

static const char *
reason(int status)
{
	for (size_t i = 0; i < LENGTH(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return status < 300 ? "OK" : status < 400 ? "Moved" : status < 500 ? "Bad" : "Failed";
}

/* Is there such a line among the headers that were set? */
static bool
was_set(const struct sim_reply *r, struct str name)
{
	struct str rest = buf_view(r->headers), line;

	while (str_split(&rest, '\n', &line))
		if (str_eq_nocase(str_upto(line, str_find_byte(line, ':')), name))
			return true;
	return false;
}

static void
put_status(struct sim_reply *r, int status)
{
	buf_cstr(r->out, "HTTP/1.1 ");
	buf_u64(r->out, (uint64_t)status);
	buf_byte(r->out, ' ');
	buf_cstr(r->out, reason(status));
	buf_cstr(r->out, "\r\n");
}

static void
begin(struct sim_reply *r, int status, struct str content_type)
{
	put_status(r, status);
	if (content_type.n > 0 && !was_set(r, STR("Content-Type"))) {
		buf_cstr(r->out, "Content-Type: ");
		buf_str(r->out, content_type);
		buf_cstr(r->out, "\r\n");
	}
	buf_str(r->out, buf_view(r->headers));
}

void
sim_whole(struct sim_reply *r, int status, struct str content_type, struct str body)
{
	bool bare = body.n == 0 && (status < 200 || status == 204 || status == 304);

	begin(r, status, content_type);
	if (!bare && !was_set(r, STR("Content-Length"))) {
		buf_cstr(r->out, "Content-Length: ");
		buf_u64(r->out, body.n);
		buf_cstr(r->out, "\r\n");
	}
	buf_cstr(r->out, "\r\n");
	if (!r->no_body)
		buf_str(r->out, body);
}

void
sim_json(struct sim_reply *r, struct str body)
{
	sim_whole(r, 200, STR("application/json"), body);
}

void
sim_interim(struct sim_reply *r, int status)
{
	put_status(r, status);
	buf_cstr(r->out, "\r\n");
}

void
sim_head_chunked(struct sim_reply *r, struct str content_type)
{
	begin(r, 200, content_type);
	buf_cstr(r->out, "Transfer-Encoding: chunked\r\n\r\n");
}

void
sim_chunk(struct sim_reply *r, struct str bytes)
{
	if (bytes.n == 0 || r->no_body)
		return;		/* an empty chunk would end the body */
	buf_printf(r->out, "%zx\r\n", bytes.n);
	buf_str(r->out, bytes);
	buf_cstr(r->out, "\r\n");
}

void
sim_chunks_end(struct sim_reply *r)
{
	if (!r->no_body)
		buf_cstr(r->out, "0\r\n\r\n");
}

void
sim_event(struct sim_reply *r, struct str payload)
{
	if (r->no_body)
		return;
	buf_printf(r->out, "%zx\r\ndata: ", payload.n + STR("data: \n\n").n);
	buf_str(r->out, payload);
	buf_cstr(r->out, "\n\n\r\n");
}
