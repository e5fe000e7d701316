/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.c - how a transfer ended: libcurl's code and the phase make a fault.
 *
 * Runs in: worker, scheduler.
 *
 * The three faults of a row are for the three phases: before the request could
 * be sent, before the head was complete, and after.  A code that is not in the
 * table is judged by the last row.
 */
#include <string.h>

#include "base/str.h"
#include "net/transfer.h"

#define ANY_OTHER ((CURLcode)CURL_LAST)

static const struct row {
	CURLcode   code;
	enum fault connecting, waiting, body;
} rows[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, FAULT_UP_REFUSED, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE },
	{ CURLE_WEIRD_SERVER_REPLY, FAULT_UP_REFUSED, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE },
	{ CURLE_BAD_CONTENT_ENCODING, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE },
	{ CURLE_HTTP2, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE },
	{ CURLE_HTTP2_STREAM, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE },
	{ CURLE_HTTP3, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE, FAULT_UP_GARBAGE },
	{ CURLE_FILESIZE_EXCEEDED, FAULT_UP_TOO_LARGE, FAULT_UP_TOO_LARGE, FAULT_UP_TOO_LARGE },
	{ CURLE_OPERATION_TIMEDOUT, FAULT_UP_TIMEOUT, FAULT_UP_TIMEOUT, FAULT_UP_STALLED },
	{ CURLE_GOT_NOTHING, FAULT_UP_RESET, FAULT_UP_RESET, FAULT_UP_TRUNCATED },
	{ CURLE_PARTIAL_FILE, FAULT_UP_RESET, FAULT_UP_RESET, FAULT_UP_TRUNCATED },
	{ CURLE_SEND_ERROR, FAULT_UP_RESET, FAULT_UP_RESET, FAULT_UP_TRUNCATED },
	{ CURLE_RECV_ERROR, FAULT_UP_RESET, FAULT_UP_RESET, FAULT_UP_TRUNCATED },
	{ CURLE_BAD_FUNCTION_ARGUMENT, FAULT_INTERNAL, FAULT_INTERNAL, FAULT_INTERNAL },
	{ CURLE_FAILED_INIT, FAULT_INTERNAL, FAULT_INTERNAL, FAULT_INTERNAL },
	/* While it reads a head, this is what libcurl says of a line above 100 KB. */
	{ CURLE_OUT_OF_MEMORY, FAULT_INTERNAL, FAULT_UP_GARBAGE, FAULT_INTERNAL },
	{ CURLE_NOT_BUILT_IN, FAULT_INTERNAL, FAULT_INTERNAL, FAULT_INTERNAL },
	/* Names, connections, certificates; then cuts. */
	{ ANY_OTHER, FAULT_UP_REFUSED, FAULT_UP_RESET, FAULT_UP_TRUNCATED },
};

/*
 * libcurl has one code for a connection that broke and for an answer that makes
 * no sense: only its text differs.
 */
static const char *const garbage_texts[] = {
	"chunked-encoding",
	"response headers",
	"HTTP/0.9",
};

static bool
says_garbage(const struct transfer *t)
{
	for (size_t i = 0; i < LENGTH(garbage_texts); i++)
		if (strstr(t->detail, garbage_texts[i]) != NULL)
			return true;
	return false;
}

static enum fault
complete(const struct transfer *t)
{
	if (t->at != TRANSFER_BODY)
		return FAULT_UP_RESET;
	if (t->counted && !t->chunked && !t->bodiless && t->body_seen != t->length)
		return FAULT_UP_TRUNCATED;
	return FAULT_NONE;
}

enum fault
verdict(const struct transfer *t, CURLcode code)
{
	const struct row *r = rows;

	if (t->fault != FAULT_NONE)
		return t->fault;
	if (code == CURLE_OK)
		return complete(t);
	if (t->at == TRANSFER_CONNECTING && t->blocked && !t->opened)
		return FAULT_UP_BLOCKED;
	if (t->at != TRANSFER_CONNECTING && says_garbage(t))
		return FAULT_UP_GARBAGE;
	while (r->code != code && r->code != ANY_OTHER)
		r++;
	return t->at == TRANSFER_CONNECTING ? r->connecting :
	    t->at == TRANSFER_BODY	    ? r->body :
					      r->waiting;
}
