/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - HTTP answers as bytes.
 *
 * Runs in: weir-sim.
 */
#include "sim/sim.h"

static const char *
reason(int status)
{
	return status < 200 ? "Continue" : status < 300 ? "OK" : status < 400 ? "Moved" : status < 500 ? "Bad" : "Failed";
}

static void
begin(struct sim_reply *r, int status, struct str content_type)
{
	buf_printf(r->out, "HTTP/1.1 %d %s\r\n", status, reason(status));
	if (content_type.n > 0) {
		buf_cstr(r->out, "Content-Type: ");
		buf_str(r->out, content_type);
		buf_cstr(r->out, "\r\n");
	}
	if (r->headers != NULL)
		buf_str(r->out, buf_view(r->headers));
}

void
sim_whole(struct sim_reply *r, int status, struct str content_type, struct str body)
{
	begin(r, status, content_type);
	buf_cstr(r->out, "Content-Length: ");
	buf_u64(r->out, body.n);
	buf_cstr(r->out, "\r\n\r\n");
	buf_str(r->out, body);
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
	if (bytes.n == 0)
		return;		/* an empty chunk would end the body */
	buf_printf(r->out, "%zx\r\n", bytes.n);
	buf_str(r->out, bytes);
	buf_cstr(r->out, "\r\n");
}

void
sim_chunks_end(struct sim_reply *r)
{
	buf_cstr(r->out, "0\r\n\r\n");
}

void
sim_event(struct sim_reply *r, struct str payload)
{
	buf_printf(r->out, "%zx\r\ndata: ", payload.n + 8);
	buf_str(r->out, payload);
	buf_cstr(r->out, "\n\n\r\n");
}
