/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - what an upstream sends back: heads line by line, then bytes.
 *
 * Runs in: worker, scheduler; called by libcurl or net/plain_reply, which have
 * split the lines and undone the chunks.
 *
 * libcurl forgives much.  What could make two readers disagree about where the
 * message ends is refused here: lengths that differ or are no numbers, transfer
 * codings that were not asked for, NUL and lone CR in a head, a switch of
 * protocols.  A return value other than the size ends the transfer; t->fault
 * then says why, which is all that net/plain_reply looks at.
 */
#include <string.h>

#include "base/clock.h"
#include "net/plain.h"
#include "net/transfer.h"

#define INTERIM_MOST 16

#define STATUS_SWITCHING 101
#define STATUS_NO_CONTENT 204
#define STATUS_NO_SUCCESS 300
#define STATUS_NOT_MODIFIED 304

static size_t
refuse(struct transfer *t, enum fault f, const char *why)
{
	t->fault = f;
	t->why = why;
	return CURL_WRITEFUNC_ERROR;
}

/*
 * The head.
 */
static bool
line_is_odd(struct str line)
{
	return memchr(line.p, '\0', line.n) != NULL || memchr(line.p, '\r', line.n) != NULL;
}

static unsigned
status_of(struct str line)
{
	struct str rest = str_from(line, str_find_byte(line, ' '));
	uint64_t status;

	if (str_u64(str_upto(str_trim(rest), 3), &status) == -1)
		return 0;
	return (unsigned)status;
}

static const char *
take_status(struct transfer *t, struct str line)
{
	unsigned status = status_of(line);

	if (!str_starts_nocase(line, STR("HTTP/1.")))
		return "the response is of another version of HTTP";
	if (status < 100)
		return "the response has no status";
	if (t->at == TRANSFER_HEAD)
		return "the response has two status lines";
	/* Each head stands alone: what an interim one said of its body is void. */
	t->counted = t->chunked = false;
	t->status = status;
	if (status == STATUS_SWITCHING)
		return "the upstream switched protocols";
	if (status >= 100 && status < 200)
		return ++t->interim > INTERIM_MOST ? "too many interim responses" : NULL;
	t->at = TRANSFER_HEAD;
	return NULL;
}

static const char *
take_length(struct transfer *t, struct str value)
{
	uint64_t length;

	if (str_u64(value, &length) == -1 || length > INT64_MAX)
		return "the response's Content-Length is no number";
	if (t->counted && t->length != length)
		return "the response has two lengths";
	t->counted = true;
	t->length = length;
	return NULL;
}

static const char *
take_coding(struct transfer *t, struct str value)
{
	if (t->chunked || !str_eq_nocase(value, STR("chunked")))
		return "the response has a transfer coding that was not asked for";
	t->chunked = true;
	return NULL;
}

static const char *
take_field(struct transfer *t, struct str line)
{
	size_t colon = str_find_byte(line, ':');
	struct str name = str_trim(str_upto(line, colon));
	struct str value = str_trim(str_from(line, colon + 1));

	if (str_eq_nocase(name, STR("content-length")))
		return take_length(t, value);
	if (str_eq_nocase(name, STR("transfer-encoding")))
		return take_coding(t, value);
	return NULL;
}

static struct str
get_header(const struct transfer *t, const char *name)
{
	struct curl_header *h;

	if (t->easy == NULL)
		return plain_header(t, name);
	if (curl_easy_header(t->easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return STR("");
	return str_of(h->value);
}

/* Where the framing is doubtful, the connection is not used again. */
static bool
framing_is_doubtful(const struct transfer *t)
{
	return (t->counted && t->chunked) || t->status == STATUS_NO_CONTENT ||
	    t->status == STATUS_NOT_MODIFIED;
}

static size_t
end_head(struct transfer *t, size_t n)
{
	struct transfer_head head = {
		.status = (int)t->status,
		.content_type = get_header(t, "content-type"),
		.get = get_header,
		.transfer = t,
	};

	t->bodiless = t->status == STATUS_NO_CONTENT || t->status == STATUS_NOT_MODIFIED ||
	    strcmp(t->call.method, "HEAD") == 0;
	/* An error's status is worth more than its length: who reads it stops when he has enough. */
	if (t->counted && !t->chunked && !t->bodiless && t->status < STATUS_NO_SUCCESS && t->length > t->call.body_most)
		return refuse(t, FAULT_UP_TOO_LARGE, "the response's Content-Length is above the limit");
	if (t->easy != NULL && framing_is_doubtful(t))
		curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
	t->at = TRANSFER_BODY;
	if (t->call.upload > t->body_sent) {	/* nothing can follow what is not all sent */
		if (t->easy != NULL)
			curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
		transfer_fed(t);
	}
	t->events.head(t->arg, &head);
	return t->cancelled ? CURL_WRITEFUNC_ERROR : n;
}

size_t
reply_header(char *bytes, size_t size, size_t n, void *transfer)
{
	struct transfer *t = transfer;
	struct str line = { bytes, size * n };
	const char *why;

	if (t->cancelled)
		return CURL_WRITEFUNC_ERROR;
	if (t->at == TRANSFER_BODY)
		return line.n;	/* a trailer */
	t->head_seen += (uint32_t)line.n;
	if (t->head_seen > REPLY_HEAD_MOST)
		return refuse(t, FAULT_UP_GARBAGE, "the response's head is too large");
	if (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line_is_odd(line))
		return refuse(t, FAULT_UP_GARBAGE, "the response's head has a NUL or a lone CR");
	if (line.n == 0)
		return t->at == TRANSFER_HEAD ? end_head(t, size * n) : size * n;
	why = str_starts_nocase(line, STR("HTTP/")) ? take_status(t, line) : take_field(t, line);
	if (why != NULL)
		return refuse(t, FAULT_UP_GARBAGE, why);
	/* Interim responses are no progress: a storm of them ends with the first-byte deadline. */
	if (t->at == TRANSFER_HEAD)
		transfer_mark(t);
	return size * n;
}

/*
 * The body.
 */
size_t
reply_body(char *bytes, size_t size, size_t n, void *transfer)
{
	struct transfer *t = transfer;
	struct str piece = { bytes, size * n };

	if (t->cancelled)
		return CURL_WRITEFUNC_ERROR;
	if (t->paused) {
		t->held = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	t->body_seen += piece.n;
	if (t->body_seen > t->call.body_most)
		return refuse(t, FAULT_UP_TOO_LARGE, "the response's body is above the limit");
	transfer_mark(t);
	t->events.bytes(t->arg, piece);
	return t->cancelled ? CURL_WRITEFUNC_ERROR : piece.n;
}
