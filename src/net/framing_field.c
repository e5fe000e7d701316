/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing_field.c - header lines and trailers.
 *
 * Runs in: worker, admin.
 *
 * A name is compared with the five that matter while it comes in; as soon as
 * it can be none of them, name and value are only checked for their bytes.
 */
#include "net/framing_states.h"

static const struct {
	const char *name;
	enum state  value;
	const char *word;	/* what value_word() wants, in lower case */
} fields[] = {
	[F_HOST] = { "host", S_value_host, NULL },
	[F_LENGTH] = { "content-length", S_value_length, NULL },
	[F_CODING] = { "transfer-encoding", S_value_word, "chunked" },
	[F_EXPECT] = { "expect", S_value_word, "100-continue" },
	[F_CONNECTION] = { "connection", S_value_list, NULL },
	[F_PLAIN] = { "", S_value, NULL },
};

#define ALL_FIELDS (SEEN(F_PLAIN) - 1)

/*
 * Header lines; trailers are the same with IN_TRAILER.
 */
static void
state_field(struct framing *f, unsigned char c)
{
	if (c == '\r') {
		f->state = S_head_lf;
		return;
	}
	f->header_count++;
	f->match = 0;
	f->alive = ALL_FIELDS;
	f->state = S_name;
	if (is(c, C_BLANK))
		framing_refuse(f, R_FOLD);
	else
		framing_field_byte(f, c);
}

static void
name_bad(struct framing *f, unsigned char c)
{
	if (is(c, C_BLANK))
		framing_refuse(f, R_NAME_BLANK);
	else if (c == '\n')
		framing_refuse(f, R_BARE_LF);
	else
		framing_refuse(f, c == '_' ? R_UNDERSCORE : R_NAME);
}

static void
name_end(struct framing *f)
{
	unsigned field = F_PLAIN;

	for (unsigned i = 0; i < F_PLAIN; i++)
		if ((f->alive & SEEN(i)) != 0 && fields[i].name[f->match] == '\0')
			field = i;
	f->field = (uint8_t)field;
	f->state = S_blank;
	if (field == F_PLAIN)
		return;
	if (f->seen & IN_TRAILER)
		framing_refuse(f, R_TRAILER);
	else if (field != F_CONNECTION && (f->seen & SEEN(field)) != 0)
		framing_refuse(f, R_REPEATED);
	f->seen |= SEEN(field);
}

/* While the name may still be one that matters. */
static void
state_name(struct framing *f, unsigned char c)
{
	unsigned alive = 0;

	if (c == ':' && f->match > 0) {
		name_end(f);
		return;
	}
	if (!is(c, C_NAME)) {
		name_bad(f, c);
		return;
	}
	for (unsigned i = 0; i < F_PLAIN; i++)
		if ((f->alive & SEEN(i)) != 0 && fields[i].name[f->match] == (char)lower(c))
			alive |= SEEN(i);
	f->alive = (uint8_t)alive;
	f->match++;
	if (alive == 0)
		f->state = S_name_plain;
}

static void
state_name_plain(struct framing *f, unsigned char c)
{
	if (c == ':') {
		f->field = F_PLAIN;
		f->state = S_blank;
	} else {
		name_bad(f, c);
	}
}

static void
state_blank(struct framing *f, unsigned char c)
{
	f->match = 0;
	f->number = 0;
	f->alive = 0;
	f->state = (uint8_t)fields[f->field].value;
	framing_field_byte(f, c);
}

static void
state_value(struct framing *f, unsigned char c)
{
	if (!is(c, C_VALUE))
		framing_expect(f, c == '\r', S_value_lf, c, R_VALUE);
}

/* The values that matter end at blanks, and nothing but blanks may follow. */
static bool
value_ends(struct framing *f, unsigned char c)
{
	if (c != '\r' && !is(c, C_BLANK))
		return false;
	f->state = c == '\r' ? S_value_lf : S_value_end;
	return true;
}

static void
state_value_host(struct framing *f, unsigned char c)
{
	if (!value_ends(f, c))
		framing_expect(f, framing_host_byte(f, c), S_value_host, c, R_HOST);
	else if (!framing_host_whole(f))
		framing_refuse(f, R_HOST);
}

static void
state_value_length(struct framing *f, unsigned char c)
{
	if (is(c, C_DIGIT) && f->number <= (UINT64_MAX >> 1) / 10 - 1) {
		f->number = f->number * 10 + (c - '0');
		f->match = 1;
	} else if (f->match == 0 || !value_ends(f, c)) {
		framing_expect(f, false, S_value, c, R_LENGTH);
	}
	f->body_left = f->number;
}

static const enum reason odd_values[] = {
	[F_HOST] = R_HOST, [F_LENGTH] = R_LENGTH, [F_CODING] = R_CODING, [F_EXPECT] = R_EXPECT,
	[F_CONNECTION] = R_CONNECTION, [F_PLAIN] = R_VALUE,
};

/* Exactly one word, whatever its case. */
static void
state_value_word(struct framing *f, unsigned char c)
{
	const char *word = fields[f->field].word;

	if (lower(c) == (unsigned char)word[f->match] && word[f->match] != '\0')
		f->match++;
	else if (word[f->match] != '\0' || !value_ends(f, c))
		framing_expect(f, false, S_value, c,
		    !is(c, C_VALUE) && c != '\r' ? R_VALUE : odd_values[f->field]);
}

/*
 * Connection: tokens and commas.  f->number tells where we are, f->alive which
 * of the two tokens that matter this one may still be.
 */
enum { LIST_BEFORE, LIST_INSIDE, LIST_BEHIND };

static const struct {
	const char *token;
	unsigned    seen;
} options[] = { { "close", SEEN_CLOSE }, { "keep-alive", SEEN_KEEP_ALIVE } };

static void
list_byte(struct framing *f, unsigned char c)
{
	if (f->number == LIST_BEFORE) {
		f->alive = 0x3;
		f->match = 0;
	}
	f->number = LIST_INSIDE;
	for (unsigned i = 0; i < LENGTH(options); i++)
		if ((f->alive & 1u << i) != 0 && options[i].token[f->match] != (char)lower(c))
			f->alive &= (uint8_t)~(1u << i);
	f->match++;
}

static void
list_token_end(struct framing *f)
{
	for (unsigned i = 0; i < LENGTH(options); i++)
		if ((f->alive & 1u << i) != 0 && options[i].token[f->match] == '\0')
			f->seen |= (uint8_t)options[i].seen;
	f->number = LIST_BEHIND;
}

static void
state_value_list(struct framing *f, unsigned char c)
{
	if (is(c, C_TOKEN) && f->number != LIST_BEHIND) {
		list_byte(f, c);
		return;
	}
	if (f->number == LIST_INSIDE)
		list_token_end(f);
	if (c == ',')
		f->number = LIST_BEFORE;
	else if (!is(c, C_BLANK))
		framing_expect(f, c == '\r', S_value_lf, c, R_CONNECTION);
}

static void
state_value_end(struct framing *f, unsigned char c)
{
	framing_expect(f, c == '\r', S_value_lf, c, odd_values[f->field]);
}

static void
state_value_lf(struct framing *f, unsigned char c)
{
	framing_expect_lf(f, c, S_field);
}

static void
state_head_lf(struct framing *f, unsigned char c)
{
	if (c != '\n')
		framing_refuse(f, R_BARE_CR);
	else if (f->seen & IN_TRAILER)
		framing_end_message(f);
}

static state_fn *const states[] = {
#define STATE(name, run) [S_##name - S_field] = state_##name,
	FIELD_STATES(STATE)
#undef STATE
};

void
framing_field_byte(struct framing *f, unsigned char c)
{
	states[f->state - S_field](f, c);
}
