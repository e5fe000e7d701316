/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing_chunk.c - the lines between the pieces of a chunked body.
 *
 * Runs in: worker, admin.
 *
 * chunk-size [ chunk-ext ] CR LF, and CR LF behind the data.  Extensions mean
 * nothing here, but their grammar is held to: they have hidden line ends before.
 */
#include "net/framing_states.h"

static void
state_size(struct framing *f, unsigned char c)
{
	unsigned digit = is(c, C_DIGIT) ? c - 0u - '0' : lower(c) - 0u - 'a' + 10;

	if (is(c, C_HEX) && f->number <= UINT64_MAX >> 5) {
		f->number = f->number << 4 | digit;
		f->match = 1;
		return;
	}
	if (f->match == 0 || is(c, C_HEX))
		framing_expect(f, false, S_size, c, R_CHUNK_SIZE);
	else if (c == '\r')
		f->state = S_size_lf;
	else if (c == ';')
		f->state = S_ext_name;
	else
		framing_expect(f, is(c, C_BLANK), S_extension, c, R_CHUNK_SIZE);
}

/* Behind a name or value, when blanks were seen: only another extension may follow. */
static void
state_extension(struct framing *f, unsigned char c)
{
	framing_expect(f, c == ';', S_ext_name, c, R_CHUNK_EXTENSION);
}

static void
state_ext_name(struct framing *f, unsigned char c)
{
	if (!is(c, C_BLANK))
		framing_expect(f, is(c, C_TOKEN), S_ext_name_rest, c, R_CHUNK_EXTENSION);
}

static void
state_ext_name_rest(struct framing *f, unsigned char c)
{
	if (c == '=')
		f->state = S_ext_value;
	else if (is(c, C_BLANK))
		f->state = S_ext_equals;
	else if (c == ';')
		f->state = S_ext_name;
	else
		framing_expect(f, c == '\r', S_size_lf, c, R_CHUNK_EXTENSION);
}

static void
state_ext_equals(struct framing *f, unsigned char c)
{
	if (c == ';')
		f->state = S_ext_name;
	else
		framing_expect(f, c == '=', S_ext_value, c, R_CHUNK_EXTENSION);
}

static void
state_ext_value(struct framing *f, unsigned char c)
{
	if (c == '"')
		f->state = S_ext_quoted;
	else
		framing_expect(f, is(c, C_TOKEN), S_ext_token, c, R_CHUNK_EXTENSION);
}

static void
state_ext_next(struct framing *f, unsigned char c)
{
	if (c == ';')
		f->state = S_ext_name;
	else if (is(c, C_BLANK))
		f->state = S_extension;
	else
		framing_expect(f, c == '\r', S_size_lf, c, R_CHUNK_EXTENSION);
}

static void
state_ext_token(struct framing *f, unsigned char c)
{
	state_ext_next(f, c);
}

static void
state_ext_quoted(struct framing *f, unsigned char c)
{
	if (c == '"')
		f->state = S_ext_next;
	else if (c == '\\')
		f->state = S_ext_escape;
	else
		framing_expect(f, is(c, C_VALUE), S_ext_quoted, c, R_CHUNK_EXTENSION);
}

static void
state_ext_escape(struct framing *f, unsigned char c)
{
	framing_expect(f, is(c, C_VALUE), S_ext_quoted, c, R_CHUNK_EXTENSION);
}

static void
state_size_lf(struct framing *f, unsigned char c)
{
	framing_expect_lf(f, c, f->number == 0 ? S_field : S_data);
	f->body_left = f->number;
	f->line_seen = 0;
	f->match = 0;
	f->number = 0;
	if (f->state == S_field)
		f->seen |= IN_TRAILER;
}

static void
state_data_cr(struct framing *f, unsigned char c)
{
	framing_expect(f, c == '\r', S_data_lf, c, R_CHUNK_END);
}

static void
state_data_lf(struct framing *f, unsigned char c)
{
	framing_expect(f, c == '\n', S_size, c, R_CHUNK_END);
	f->line_seen = 0;
}

static state_fn *const states[] = {
#define STATE(name, run) [S_##name - S_size] = state_##name,
	CHUNK_STATES(STATE)
#undef STATE
};

void
framing_chunk_byte(struct framing *f, unsigned char c)
{
	states[f->state - S_size](f, c);
}
