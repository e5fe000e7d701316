/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing.c - where HTTP/1 messages begin and end, and which are refused.
 *
 * Runs in: worker, admin.
 *
 * One function per state, one byte per call; a state whose bytes need no
 * thought (a path, an ordinary header's value) names the class of bytes that
 * it runs over at once.  The automaton never looks back and never looks ahead:
 * the byte that makes a message bad is the one that is not taken, wherever the
 * network has cut the bytes.
 *
 * Where RFC 9112 leaves a choice between being lenient and refusing, this file
 * refuses: two parsers that are lenient in different ways are what request
 * smuggling is made of.
 */
#include "net/framing.h"

#include <assert.h>
#include <string.h>

#include "net/framing_states.h"

#define CHUNK_LINE_MOST 1024	/* size and extensions */

static const struct {
	enum fault  fault;
	int	    status;
	const char *text;
} reasons[] = {
#define REASON(name, fault, status, text) { FAULT_##fault, status, text },
	REASONS(REASON)
#undef REASON
};

#define C_SYMBOL (C_NAME | C_TOKEN | C_VALUE)	/* tchar that no host has */
#define C_LETTER (C_SYMBOL | C_TARGET | C_HOST)

const uint8_t framing_class[256] = {
	['\t'] = C_VALUE | C_BLANK,
	[' '] = C_VALUE | C_BLANK,
	['0' ... '9'] = C_LETTER | C_HEX | C_DIGIT,
	['A' ... 'F'] = C_LETTER | C_HEX,
	['G' ... 'Z'] = C_LETTER,
	['a' ... 'f'] = C_LETTER | C_HEX,
	['g' ... 'z'] = C_LETTER,
	['-'] = C_LETTER, ['.'] = C_LETTER, ['~'] = C_LETTER,
	['_'] = C_LETTER & ~C_NAME,
	['!'] = C_SYMBOL | C_TARGET, ['$'] = C_SYMBOL | C_TARGET, ['&'] = C_SYMBOL | C_TARGET,
	['\''] = C_SYMBOL | C_TARGET, ['*'] = C_SYMBOL | C_TARGET, ['+'] = C_SYMBOL | C_TARGET,
	['#'] = C_SYMBOL, ['%'] = C_SYMBOL, ['^'] = C_SYMBOL, ['`'] = C_SYMBOL, ['|'] = C_SYMBOL,
	['('] = C_VALUE | C_TARGET, [')'] = C_VALUE | C_TARGET, [','] = C_VALUE | C_TARGET,
	['/'] = C_VALUE | C_TARGET, [':'] = C_VALUE | C_TARGET, [';'] = C_VALUE | C_TARGET,
	['='] = C_VALUE | C_TARGET, ['?'] = C_VALUE | C_TARGET, ['@'] = C_VALUE | C_TARGET,
	['"'] = C_VALUE, ['<'] = C_VALUE, ['>'] = C_VALUE, ['['] = C_VALUE, ['\\'] = C_VALUE,
	[']'] = C_VALUE, ['{'] = C_VALUE, ['}'] = C_VALUE,
	[0x80 ... 0xff] = C_VALUE,
};

static const uint8_t runs[STATE_COUNT] = {
#define STATE(name, run) [S_##name] = run,
	LINE_STATES(STATE)
	FIELD_STATES(STATE)
	CHUNK_STATES(STATE)
#undef STATE
};

void
framing_refuse(struct framing *f, enum reason r)
{
	f->at = FRAMING_BAD;
	f->fault = reasons[r].fault;
	f->status = reasons[r].status;
	f->why = reasons[r].text;
}

void
framing_expect(struct framing *f, bool good, enum state next, unsigned char c,
    enum reason why)
{
	if (good)
		f->state = next;
	else
		framing_refuse(f, c == '\n' ? R_BARE_LF : why);
}

void
framing_expect_lf(struct framing *f, unsigned char c, enum state next)
{
	if (c == '\n')
		f->state = next;
	else
		framing_refuse(f, R_BARE_CR);
}

/*
 * The end of a head: what follows it?
 */
void
framing_end_message(struct framing *f)
{
	f->at = FRAMING_IDLE;
	f->state = S_begin;
	f->ended++;
	f->head_seen = f->line_seen = 0;
}

static bool
body_refused(struct framing *f, const struct framing_limits *l)
{
	bool coded = (f->seen & SEEN(F_CODING)) != 0, counted = (f->seen & SEEN(F_LENGTH)) != 0;
	bool bodiless = f->method == FRAMING_GET || f->method == FRAMING_HEAD_METHOD ||
	    f->method == FRAMING_TRACE;

	if (coded && f->minor == 0)
		framing_refuse(f, R_CODING_OLD);
	else if (coded && counted)
		framing_refuse(f, R_LENGTH_BOTH);
	else if (bodiless && (coded || f->body_left > 0))
		framing_refuse(f, R_BODY_ODD);
	else if (counted && f->body_left > l->body_bytes)
		framing_refuse(f, R_BODY_LARGE);
	return f->at == FRAMING_BAD;
}

static void
head_end(struct framing *f, const struct framing_limits *l)
{
	if (f->minor == 1 && (f->seen & SEEN(F_HOST)) == 0) {
		framing_refuse(f, R_HOST_MISSING);
		return;
	}
	if (body_refused(f, l))
		return;
	f->requests++;
	f->close = (f->seen & SEEN_CLOSE) != 0 ||
	    (f->minor == 0 && (f->seen & SEEN_KEEP_ALIVE) == 0);
	f->expects = (f->seen & SEEN(F_EXPECT)) != 0 && f->minor == 1;
	f->chunked = (f->seen & SEEN(F_CODING)) != 0;
	f->at = FRAMING_BODY;
	f->line_seen = 0;
	f->match = 0;
	f->number = 0;
	f->state = f->chunked ? S_size : S_data;
	if (!f->chunked && f->body_left == 0)
		framing_end_message(f);
}

/*
 * Feeding.
 */
void
framing_init(struct framing *f)
{
	memset(f, 0, sizeof(*f));
}

/* How many more bytes the current line or head may have; 0 refuses. */
static size_t
room(struct framing *f, const struct framing_limits *l)
{
	size_t head = f->head_seen < l->head_bytes ? l->head_bytes - f->head_seen : 0;
	size_t line = SIZE_MAX;
	enum reason r = R_HEAD_LARGE;

	if (f->state < S_field) {
		line = f->line_seen < l->head_bytes / 2 ? l->head_bytes / 2 - f->line_seen : 0;
		r = R_TARGET_LONG;
	} else if (f->state > S_data) {
		line = CHUNK_LINE_MOST - f->line_seen;
		head = f->state >= S_extension && f->state < S_size_lf ? head : SIZE_MAX;
		r = R_CHUNK_LINE;
	}
	if (head == 0 || line == 0)
		framing_refuse(f, r);
	return head < line ? head : line;
}

/* Sizes and the ends of chunks are not counted as head; extensions and trailers are, in one sum. */
static void
spend(struct framing *f, enum state state, size_t n)
{
	f->line_seen += (uint32_t)n;
	if (state < S_data || (state >= S_extension && state < S_size_lf))
		f->head_seen += (uint32_t)n;
}

static size_t
step_data(struct framing *f, size_t n)
{
	size_t take = f->body_left < n ? (size_t)f->body_left : n;

	f->body_left -= take;
	f->body_seen += take;
	if (f->body_left > 0)
		return take;
	if (f->chunked)
		f->state = S_data_cr;
	else
		framing_end_message(f);
	return take;
}

static size_t
run_length(const char *bytes, size_t n, unsigned classes)
{
	size_t k = 0;

	while (k < n && is((unsigned char)bytes[k], classes))
		k++;
	return k;
}

/* What the state functions cannot decide, as they do not know the limits. */
static void
check_limits(struct framing *f, const struct framing_limits *l)
{
	if (f->header_count > l->headers)
		framing_refuse(f, R_HEADERS_MANY);
	else if (f->state == S_size_lf && f->number > l->body_bytes - f->body_seen)
		framing_refuse(f, R_BODY_LARGE);
}

static void
byte(struct framing *f, enum state state, unsigned char c)
{
	if (state < S_field)
		framing_line_byte(f, c);
	else if (state < S_data)
		framing_field_byte(f, c);
	else
		framing_chunk_byte(f, c);
}

size_t
framing_step(struct framing *f, const struct framing_limits *l, const char *bytes, size_t n,
    enum framing_event *what)
{
	size_t i = 0;

	*what = FRAMING_MORE;
	if (f->at == FRAMING_BAD || n == 0)
		return 0;
	if (f->state == S_data) {
		*what = FRAMING_DATA;
		return step_data(f, n);
	}
	while (i < n && f->state != S_data) {
		size_t most = room(f, l), run;
		enum state state = (enum state)f->state;

		if (f->at == FRAMING_BAD)
			return i;
		run = run_length(bytes + i, most < n - i ? most : n - i, runs[state]);
		if (run > 0) {
			spend(f, state, run);
			i += run;
			continue;
		}
		spend(f, state, 1);
		byte(f, state, (unsigned char)bytes[i]);
		check_limits(f, l);
		if (f->at == FRAMING_HEAD && state == S_head_lf)
			head_end(f, l);
		if (f->at == FRAMING_BAD)
			return i;
		i++;
		if (state == S_head_lf) {
			*what = (f->seen & IN_TRAILER) == 0 ? FRAMING_HEAD_END : FRAMING_MORE;
			return i;
		}
	}
	return i;
}

size_t
framing_feed(struct framing *f, const struct framing_limits *l, const char *bytes, size_t n)
{
	size_t used = 0;

	while (used < n && f->at != FRAMING_BAD) {
		enum framing_event what;

		used += framing_step(f, l, bytes + used, n - used, &what);
	}
	return used;
}
