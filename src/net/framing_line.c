/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing_line.c - the request line, and the host in it.
 *
 * Runs in: worker, admin.
 *
 * METHOD SP target SP HTTP/1.x CR LF: one blank each, no other white space.
 */
#include "net/framing_states.h"

#define METHOD_MOST 16		/* longer ones are not implemented, whatever they are */
#define PORT_MOST 65535

static const char *const methods[FRAMING_METHODS] = {
	[FRAMING_GET] = "GET", [FRAMING_HEAD_METHOD] = "HEAD", [FRAMING_POST] = "POST",
	[FRAMING_PUT] = "PUT", [FRAMING_DELETE] = "DELETE", [FRAMING_OPTIONS] = "OPTIONS",
	[FRAMING_PATCH] = "PATCH", [FRAMING_TRACE] = "TRACE", [FRAMING_CONNECT] = "CONNECT",
	[FRAMING_PRI] = "PRI",
};

/*
 * The request line.
 */
static void
begin_message(struct framing *f)
{
	f->at = FRAMING_HEAD;
	f->chunked = f->close = f->expects = false;
	f->body_left = f->body_seen = f->number = 0;
	f->header_count = f->match = f->seen = 0;
	f->alive = 0;
}

static void state_method(struct framing *, unsigned char);

/* One empty line before a request line is ignored (RFC 9112, 2.2). */
static void
state_begin(struct framing *f, unsigned char c)
{
	if (f->at == FRAMING_IDLE) {
		begin_message(f);
		if (c == '\r') {
			f->state = S_begin_lf;
			return;
		}
	}
	f->state = S_method;
	f->number = 0;
	state_method(f, c);
}

static void
state_begin_lf(struct framing *f, unsigned char c)
{
	framing_expect_lf(f, c, S_begin);
}

/* f->number gathers the method's letters: all that are known have at most seven. */
static bool
method_named(struct framing *f)
{
	for (unsigned m = 0; m < FRAMING_METHODS; m++) {
		uint64_t word = 0;

		for (const char *p = methods[m]; *p != '\0'; p++)
			word = word << 8 | (unsigned char)*p;
		if (word == f->number) {
			f->method = (uint8_t)m;
			return true;
		}
	}
	return false;
}

static void
method_end(struct framing *f)
{
	if (!method_named(f) || f->method == FRAMING_CONNECT)
		framing_refuse(f, R_METHOD_UNKNOWN);
	else if (f->method == FRAMING_PRI)
		framing_refuse(f, R_PREFACE);
	else
		f->state = S_target;
}

static void
state_method(struct framing *f, unsigned char c)
{
	if (is(c, C_TOKEN)) {
		if (++f->match > METHOD_MOST)
			framing_refuse(f, R_METHOD_UNKNOWN);
		else
			f->number = f->match > 8 ? UINT64_MAX : f->number << 8 | c;
	} else if (c == ' ' && f->match > 0) {
		method_end(f);
	} else {
		framing_refuse(f, R_METHOD_CHAR);
	}
	if (f->state == S_target)
		f->match = 0;
}

static void
state_target(struct framing *f, unsigned char c)
{
	if (c == '/')
		f->state = S_origin;
	else if (c == '*' && f->method == FRAMING_OPTIONS)
		f->state = S_asterisk;
	else if (lower(c) == 'h')
		f->state = S_scheme;
	else
		framing_refuse(f, R_TARGET);
	f->match = 1;
}

static void
state_origin(struct framing *f, unsigned char c)
{
	f->match = 0;
	if (c == ' ')
		f->state = S_version;
	else
		framing_expect(f, c == '%', S_percent, c, R_TARGET);
}

static void
state_percent(struct framing *f, unsigned char c)
{
	framing_expect(f, is(c, C_HEX), S_percent_2, c, R_TARGET);
}

static void
state_percent_2(struct framing *f, unsigned char c)
{
	framing_expect(f, is(c, C_HEX), S_origin, c, R_TARGET);
}

static void
state_asterisk(struct framing *f, unsigned char c)
{
	f->match = 0;
	framing_expect(f, c == ' ', S_version, c, R_TARGET);
}

static void
state_scheme(struct framing *f, unsigned char c)
{
	static const char scheme[] = "http://";

	if (lower(c) != (unsigned char)scheme[f->match])
		framing_refuse(f, R_TARGET);
	else if (scheme[++f->match] == '\0') {
		f->state = S_authority;
		f->match = 0;
	}
}

/*
 * uri-host [ ":" port ], for the target and for Host.  User information is
 * refused (RFC 9110, 4.2.4), and so are lists and percent signs.
 */
enum { HOST_NAME = HOST_EMPTY + 1, HOST_LITERAL_EMPTY, HOST_LITERAL, HOST_LITERAL_END, HOST_PORT };

bool
framing_host_byte(struct framing *f, unsigned char c)
{
	switch (f->match) {
	case HOST_EMPTY:
		f->match = c == '[' ? HOST_LITERAL_EMPTY : HOST_NAME;
		return c == '[' || is(c, C_HOST);
	case HOST_NAME:
		if (c != ':')
			return is(c, C_HOST);
		break;
	case HOST_LITERAL_EMPTY:
	case HOST_LITERAL:
		if (c == ']' && f->match == HOST_LITERAL)
			f->match = HOST_LITERAL_END;
		else if (is(c, C_HEX) || c == ':' || c == '.')
			f->match = HOST_LITERAL;
		else
			return false;
		return true;
	case HOST_LITERAL_END:
		if (c != ':')
			return false;
		break;
	default:
		f->number = f->number * 10 + (c - '0');
		return is(c, C_DIGIT) && f->number <= PORT_MOST;
	}
	f->match = HOST_PORT;
	f->number = 0;
	return true;
}

bool
framing_host_whole(const struct framing *f)
{
	return f->match != HOST_LITERAL_EMPTY && f->match != HOST_LITERAL;
}

static void
state_authority(struct framing *f, unsigned char c)
{
	if (c == '/' || c == '?' || c == ' ') {
		if (f->match == HOST_EMPTY || !framing_host_whole(f))
			framing_refuse(f, R_AUTHORITY);
		f->state = c == ' ' ? S_version : S_origin;
		f->match = 0;
	} else if (!framing_host_byte(f, c)) {
		framing_refuse(f, R_AUTHORITY);
	}
}

/* A version of another protocol generation is told from nonsense: 505 against 400. */
static void
state_version(struct framing *f, unsigned char c)
{
	static const char version[] = "HTTP/";
	unsigned at = f->match++;

	if (at < 5)
		framing_expect(f, c == (unsigned char)version[at], S_version, c, R_VERSION);
	else if (at == 5 || at == 7)
		framing_expect(f, is(c, C_DIGIT), at == 7 ? S_version_end : S_version, c,
		    R_VERSION);
	else
		framing_expect(f, c == '.', S_version, c, R_VERSION);
	if (at == 5)
		f->alive = c;
	if (at == 7)
		f->minor = c - '0';
}

static void
state_version_end(struct framing *f, unsigned char c)
{
	if (c != '\r')
		framing_refuse(f, c == '\n' ? R_BARE_LF : R_VERSION);
	else if (f->alive != '1' || f->minor > 1)
		framing_refuse(f, R_VERSION_OTHER);
	else
		f->state = S_line_lf;
}

static void
state_line_lf(struct framing *f, unsigned char c)
{
	framing_expect_lf(f, c, S_field);
	f->line_seen = 0;
}

static state_fn *const states[] = {
#define STATE(name, run) [S_##name - S_begin] = state_##name,
	LINE_STATES(STATE)
#undef STATE
};

void
framing_line_byte(struct framing *f, unsigned char c)
{
	states[f->state - S_begin](f, c);
}
