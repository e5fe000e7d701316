/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_reply.c - a response as it comes from the socket.
 *
 * Runs in: worker, scheduler.
 *
 * Lines of a head go to net/reply as they would from libcurl, after what
 * libcurl would have refused is refused here; a line may end with a bare line
 * feed, as libcurl lets it.  Each chunk of a body goes up as a piece of its own,
 * whatever came in one read: an event that was sent before the upstream went
 * wrong has been told when that shows.
 *
 * The caller's callbacks may cancel the transfer, and its memory may serve
 * another at once: after each of them p->t is what tells.
 */
#include <string.h>

#include "net/plain.h"

#define LINE_MOST 4096		/* of a chunk's line; bytes of all trailers */
#define TRAILER_MOST 65536
#define DIGITS_MOST 15		/* of a chunk's size: it fits 60 bits */

static void
refuse(struct plain *p, const char *why)
{
	p->t->fault = FAULT_UP_GARBAGE;
	p->t->why = why;
}

/* The transfer goes on with this connection. */
static bool
lives(const struct plain *p, const struct transfer *t)
{
	return p->t == t && t->fault == FAULT_NONE;
}

/*
 * The head.
 */
struct str
plain_header(const struct transfer *t, const char *name)
{
	struct str rest = t->head_text, line, wanted = str_of(name);

	while (str_split(&rest, '\n', &line))
		if (line.n > wanted.n && line.p[wanted.n] == ':' && str_eq_nocase(str_upto(line, wanted.n), wanted)) {
			line = str_from(line, wanted.n + 1);
			if (line.n > 0 && line.p[line.n - 1] == '\r')
				line.n--;
			return str_trim(line);
		}
	return STR("");
}

static bool
is_token(struct str s)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], lower = (char)(c | 0x20);

		if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') &&
		    (c == '\0' || strchr(others, c) == NULL))
			return false;
	}
	return s.n > 0;
}

/* "close" among the options. */
static bool
says_close(struct str value)
{
	struct str option;

	while (str_split(&value, ',', &option))
		if (str_eq_nocase(str_trim(option), STR("close")))
			return true;
	return false;
}

static const char *
judge_status(struct plain *p, struct str line)
{
	const char *s = line.p;

	if (line.n < 12 || memcmp(s, "HTTP/1.", 7) != 0 || (s[7] != '0' && s[7] != '1') || s[8] != ' ')
		return "the response is no HTTP/1";
	for (int i = 9; i < 12; i++)
		if (s[i] < '0' || s[i] > '9')
			return "the response has no status";
	if (line.n > 12 && s[12] != ' ')
		return "the response has no status";
	p->last = p->deaf || s[7] == '0';
	return NULL;
}

static const char *
judge_field(struct plain *p, struct str line)
{
	size_t colon = str_find_byte(line, ':');
	struct str name = str_upto(line, colon);

	if (colon == line.n || !is_token(name))
		return "the response has a malformed header";
	if (str_eq_nocase(name, STR("connection")) && says_close(str_from(line, colon + 1)))
		p->last = true;
	return NULL;
}

/* What is behind the head; net/reply has read it. */
static void
begin_body(struct plain *p)
{
	struct transfer *t = p->t;

	p->left = t->chunked ? 0 : t->length;
	p->line_n = p->trailer_n = p->digits = 0;
	if (t->counted && t->chunked)
		p->last = true;		/* whoever sent that does not know where it ends */
	if (t->bodiless)
		p->at = PLAIN_DONE;
	else if (t->chunked)
		p->at = PLAIN_SIZE;
	else if (t->counted)
		p->at = t->length > 0 ? PLAIN_COUNTED : PLAIN_DONE;
	else
		p->at = PLAIN_UNTIL_CLOSE;
	if (p->at == PLAIN_UNTIL_CLOSE || (t->bodiless && strcmp(t->call.method, "HEAD") != 0))
		p->last = true;
}

/* One line with its end; false: not for this transfer any more. */
static bool
take_line(struct plain *p, char *bytes, size_t n)
{
	struct transfer *t = p->t;
	struct str line = { bytes, n - 1 };
	const char *why = NULL;

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n > 0)
		why = p->line_at == 0 ? judge_status(p, line) : judge_field(p, line);
	else if (p->line_at == 0)
		why = "the response begins with an empty line";
	if (why != NULL) {
		refuse(p, why);
		return false;
	}
	reply_header(bytes, 1, n, t);
	return lives(p, t);
}

static bool
begins_well(const char *bytes, size_t n)
{
	static const char begin[] = "HTTP/1.";
	size_t k = n < sizeof(begin) - 1 ? n : sizeof(begin) - 1;

	return memcmp(bytes, begin, k) == 0;
}

/* Whole lines; a head that is complete is taken, else it all stays for later. */
static size_t
take_head(struct plain *p, char *bytes, size_t n)
{
	struct transfer *t = p->t;
	size_t used = 0;
	char *end;

	if (!begins_well(bytes, n)) {
		refuse(p, "the response is no HTTP/1");
		return 0;
	}
	while (p->at == PLAIN_HEAD && (end = memchr(bytes + used + p->line_at, '\n', n - used - p->line_at)) != NULL) {
		char *line = bytes + used + p->line_at;
		size_t line_n = (size_t)(end + 1 - line);
		bool empty = line_n == 1 || (line_n == 2 && line[0] == '\r');

		t->head_text = (struct str){ bytes + used, p->line_at };
		if (!take_line(p, line, line_n))
			return used;
		t->head_text = STR_NONE;
		p->line_at += (uint32_t)line_n;
		if (!empty)
			continue;
		used += p->line_at;
		p->line_at = 0;
		if (t->at == TRANSFER_BODY)
			begin_body(p);
		else if (!begins_well(bytes + used, n - used)) {
			refuse(p, "the response is no HTTP/1");
			return used;
		}
	}
	if (p->at == PLAIN_HEAD && t->head_seen + (n - used - p->line_at) > REPLY_HEAD_MOST)
		refuse(p, "the response's head is too large");
	return used;
}

/*
 * The body.
 */
static int
hex_digit(char c)
{
	char lower = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static void
end_size(struct plain *p)
{
	p->at = p->left > 0 ? PLAIN_CHUNK : PLAIN_TRAILER;
	p->line_n = p->digits = 0;
}

static void
take_size(struct plain *p, char c)
{
	int digit = hex_digit(c);

	if (digit >= 0 && p->digits < DIGITS_MOST) {
		p->left = p->left * 16 + (unsigned)digit;
		p->digits++;
	} else if (p->digits == 0 || digit >= 0) {
		refuse(p, "a chunk of the response has no size");
	} else if (c == '\n') {
		end_size(p);
	} else if (c == ';' || c == ' ' || c == '\t' || c == '\r') {
		p->at = PLAIN_EXTENSION;
	} else {
		refuse(p, "a chunk of the response has no size");
	}
}

static void
take_extension(struct plain *p, char c)
{
	if (c == '\n')
		end_size(p);
	else if (++p->line_n > LINE_MOST)
		refuse(p, "a chunk of the response has too long a line");
}

static void
take_chunk_end(struct plain *p, char c)
{
	if (c == '\n') {
		p->at = PLAIN_SIZE;
		p->left = p->line_n = 0;
	} else if (c != '\r' || p->line_n++ > 0) {
		refuse(p, "a chunk of the response is longer than it said");
	}
}

static void
take_trailer(struct plain *p, char c)
{
	if (++p->trailer_n > TRAILER_MOST)
		refuse(p, "the response has too many trailers");
	else if (c == '\n' && p->line_n == 0)
		p->at = PLAIN_DONE;
	else if (c == '\n')
		p->line_n = 0;
	else if (c != '\r')
		p->line_n++;
}

static void
take_framing(struct plain *p, char c)
{
	switch (p->at) {
	case PLAIN_SIZE:
		take_size(p, c);
		return;
	case PLAIN_EXTENSION:
		take_extension(p, c);
		return;
	case PLAIN_CHUNK_END:
		take_chunk_end(p, c);
		return;
	default:
		take_trailer(p, c);
	}
}

/* Up to the next piece and through it, or what is here of it; returns the bytes of both. */
static size_t
take_chunks(struct plain *p, char *bytes, size_t n, char **piece, size_t *piece_n)
{
	size_t used = 0;

	while (used < n && p->at != PLAIN_CHUNK && p->at != PLAIN_DONE && p->t->fault == FAULT_NONE)
		take_framing(p, bytes[used++]);
	*piece = bytes + used;
	*piece_n = 0;
	if (p->at != PLAIN_CHUNK || p->t->fault != FAULT_NONE)
		return used;
	*piece_n = p->left < n - used ? (size_t)p->left : n - used;
	p->left -= *piece_n;
	if (p->left == 0)
		p->at = PLAIN_CHUNK_END;
	return used + *piece_n;
}

static size_t
take_counted(struct plain *p, size_t n)
{
	if (p->at == PLAIN_UNTIL_CLOSE)
		return n;
	if (p->left < n)
		n = (size_t)p->left;
	p->left -= n;
	if (p->left == 0)
		p->at = PLAIN_DONE;
	return n;
}

static size_t
take_body(struct plain *p, char *bytes, size_t n)
{
	char *piece = bytes;
	size_t used, piece_n;

	if (p->at == PLAIN_COUNTED || p->at == PLAIN_UNTIL_CLOSE)
		used = piece_n = take_counted(p, n);
	else
		used = take_chunks(p, bytes, n, &piece, &piece_n);
	if (piece_n > 0)
		reply_body(piece, 1, piece_n, p->t);
	return used;
}

size_t
plain_read(struct plain *p, char *bytes, size_t n)
{
	struct transfer *t = p->t;
	size_t used = 0;

	p->heard = true;
	if (p->at == PLAIN_HEAD)
		used = take_head(p, bytes, n);
	while (lives(p, t) && used < n && p->at != PLAIN_HEAD && p->at != PLAIN_DONE && !t->paused)
		used += take_body(p, bytes + used, n - used);
	return used;
}
