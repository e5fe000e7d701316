/* SPDX-License-Identifier: Apache-2.0 */
/*
 * price.c - the fields of a price rule.
 *
 * Runs in: every process that opens the store.
 *
 * Dollars per million tokens; -0.000000001, one nano-dollar below zero, says
 * that no price was given.  A field's number is its stored tag: never given to
 * another field.
 */
#include "store/record_fields.h"

#define NOT_GIVEN "-0.000000001"

static int
check_amount(struct arena *a, struct str s, struct str *why)
{
	int64_t nano;

	(void)a;
	if (str_decimal(s, 9, &nano) == 0 && nano >= -1)
		return 0;
	*why = STR("is not an amount in dollars with at most 9 digits behind the point");
	return -1;
}

#define AMOUNT(number, name, member, help) \
	{ number, name, FIELD_NANO, offsetof(struct price, member), 0, NOT_GIVEN, help, check_amount }

static const struct field rows[] = {
	RECORD_FIELDS(struct price, 0, valid_text),
	{ 10, "channel", FIELD_STR, offsetof(struct price, channel), 0, "*",
	    "Channel name or glob it holds for; * for any.", valid_model },
	{ 11, "model", FIELD_STR, offsetof(struct price, model), FIELD_REQUIRED, NULL,
	    "Upstream model name or glob it holds for.", valid_model },
	AMOUNT(12, "input", input, "Dollars per million input tokens."),
	AMOUNT(13, "cache_read", cache_read, "Dollars per million input tokens read from a cache."),
	AMOUNT(14, "cache_write", cache_write, "Dollars per million input tokens written to a cache."),
	AMOUNT(15, "output", output, "Dollars per million output tokens."),
	AMOUNT(16, "reasoning", reasoning, "Dollars per million reasoning tokens."),
	AMOUNT(17, "audio_input", audio_input, "Dollars per million audio input tokens."),
	AMOUNT(18, "audio_output", audio_output, "Dollars per million audio output tokens."),
	AMOUNT(19, "image", image, "Dollars per million image tokens."),
	{ 20, "request", FIELD_NANO, offsetof(struct price, request), 0, NULL,
	    "Dollars per request.", check_amount },
	{ 21, "source", FIELD_STR, offsetof(struct price, source), FIELD_HIDDEN, NULL,
	    "Where the figures come from.", valid_text },
};

const struct fields price_fields = RECORD_TABLE("price", struct price, rows);
