/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage.c - tokens to money.
 *
 * Runs in: worker, admin, the tools.
 *
 * Money is nano-dollars.  A cost is one sum of products in 128 bits, rounded
 * once; what would not fit in the end is the greatest amount, never a negative
 * one.
 */
#include "account/usage.h"

#include <string.h>

#define MILLION 1000000
#define NANO	1000000000

const char *const usage_names[USAGE_CLASSES] = {
	"input", "cache_read", "cache_write", "output", "reasoning", "audio_input", "audio_output", "image",
};

static uint64_t
add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t
usage_input(const struct usage *u)
{
	return add(add(add(u->tokens[USAGE_INPUT], u->tokens[USAGE_CACHE_READ]),
		       add(u->tokens[USAGE_CACHE_WRITE], u->tokens[USAGE_AUDIO_INPUT])),
	    u->tokens[USAGE_IMAGE]);
}

uint64_t
usage_output(const struct usage *u)
{
	return add(add(u->tokens[USAGE_OUTPUT], u->tokens[USAGE_REASONING]), u->tokens[USAGE_AUDIO_OUTPUT]);
}

uint64_t
usage_estimate(uint64_t bytes)
{
	return bytes < 4 ? 1 : bytes / 4;
}

/* ---------------------------------------------------------------- tariffs */

static int64_t
clamp(__int128 v)
{
	return v > INT64_MAX ? INT64_MAX : v < 0 ? 0 : (int64_t)v;
}

static int64_t
multiply(int64_t price, int64_t multiplier_nano)
{
	return clamp(((__int128)price * multiplier_nano + NANO / 2) / NANO);
}

static int64_t
given(int64_t price, int64_t otherwise)
{
	return price >= 0 ? price : otherwise;
}

void
tariff_make(struct tariff *t, const struct price *p, int64_t multiplier_nano)
{
	int64_t input, output;

	*t = (struct tariff){ .priced = false };
	if (p == NULL)
		return;
	input = given(p->input, 0);
	output = given(p->output, 0);
	t->priced = true;
	t->per_million[USAGE_INPUT] = input;
	t->per_million[USAGE_CACHE_READ] = given(p->cache_read, input);
	t->per_million[USAGE_CACHE_WRITE] = given(p->cache_write, input);
	t->per_million[USAGE_OUTPUT] = output;
	t->per_million[USAGE_REASONING] = given(p->reasoning, output);
	t->per_million[USAGE_AUDIO_INPUT] = given(p->audio_input, input);
	t->per_million[USAGE_AUDIO_OUTPUT] = given(p->audio_output, output);
	t->per_million[USAGE_IMAGE] = given(p->image, input);
	for (int c = 0; c < USAGE_CLASSES; c++)
		t->per_million[c] = multiply(t->per_million[c], multiplier_nano);
	t->request = multiply(given(p->request, 0), multiplier_nano);
}

int64_t
tariff_cost(const struct tariff *t, const struct usage *u)
{
	/* Eight products of 64 and 63 bits do not fit 127; tokens above 2^56 are nobody's usage. */
	static const uint64_t most = UINT64_C(1) << 56;
	__int128	      sum = (__int128)t->request * MILLION;

	if (!t->priced)
		return 0;
	for (int c = 0; c < USAGE_CLASSES; c++)
		sum += (__int128)(u->tokens[c] < most ? u->tokens[c] : most) * t->per_million[c];
	return clamp((sum + MILLION / 2) / MILLION);
}

/* ---------------------------------------------------------------- money as text */

static size_t
write_digits(char *out, uint64_t v)
{
	char   text[20];
	size_t n = 0;

	do
		text[n++] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	for (size_t i = 0; i < n; i++)
		out[i] = text[n - 1 - i];
	return n;
}

size_t
usd_write(char out[USD_BYTES], int64_t nano)
{
	uint64_t whole = nano < 0 ? 0 - (uint64_t)nano : (uint64_t)nano, fraction = whole % NANO;
	size_t	 n = 0;

	if (nano < 0)
		out[n++] = '-';
	n += write_digits(out + n, whole / NANO);
	if (fraction == 0)
		return n;
	out[n++] = '.';
	for (uint64_t unit = NANO / 10; fraction != 0; unit /= 10) {
		out[n++] = (char)('0' + fraction / unit);
		fraction %= unit;
	}
	return n;
}
