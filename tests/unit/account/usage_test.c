/* SPDX-License-Identifier: Apache-2.0 */
/* usage_test.c - tokens become money exactly, and recorded usage costs what independent lists say. */
#include "account/usage.h"

#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "tap.h"

#define NONE { 0 }

static struct price
price_of(int64_t input, int64_t read, int64_t write, int64_t output)
{
	return (struct price){ .input = input, .cache_read = read, .cache_write = write, .output = output,
		.reasoning = -1, .audio_input = -1, .audio_output = -1, .image = -1, .request = 0 };
}

static void
test_tariff(void)
{
	struct price  p = price_of(3000000000, 300000000, -1, 15000000000);
	struct tariff t;
	struct usage  u = { { 26447, 0, 0, 528, 0, 0, 0, 0 }, USAGE_REPORTED };

	tariff_make(&t, &p, 1000000000);
	ok(t.priced, "a price makes a tariff");
	is_int(t.per_million[USAGE_CACHE_READ], 300000000, "a class has its own price");
	is_int(t.per_million[USAGE_CACHE_WRITE], 3000000000, "or that of uncached input");
	is_int(t.per_million[USAGE_REASONING], 15000000000, "reasoning costs as output");
	is_int(t.per_million[USAGE_AUDIO_OUTPUT], 15000000000, "audio output as output");
	is_int(t.per_million[USAGE_IMAGE], 3000000000, "images as input");
	is_int(tariff_cost(&t, &u), 79341000 + 7920000, "input and output are summed");
	p.request = 1000000;
	tariff_make(&t, &p, 700000000);
	is_int(t.per_million[USAGE_INPUT], 2100000000, "the multiplier is in it");
	is_int(t.request, 700000, "on requests too");
	tariff_make(&t, NULL, 1000000000);
	ok(!t.priced, "no price is no tariff");
	is_int(tariff_cost(&t, &u), 0, "which has no cost to tell");
}

static void
test_rounding(void)
{
	struct price  p = price_of(1, -1, -1, 1);
	struct tariff t;
	struct usage  u = { NONE, USAGE_REPORTED };

	tariff_make(&t, &p, 1000000000);
	u.tokens[USAGE_INPUT] = 499999;
	is_int(tariff_cost(&t, &u), 0, "less than half a nano-dollar is nothing");
	u.tokens[USAGE_OUTPUT] = 1;
	is_int(tariff_cost(&t, &u), 1, "half a one is one, rounded once at the end");
	p = price_of(INT64_MAX, -1, -1, INT64_MAX);
	tariff_make(&t, &p, INT64_MAX);
	for (int c = 0; c < USAGE_CLASSES; c++)
		u.tokens[c] = UINT64_MAX;
	is_int(tariff_cost(&t, &u), INT64_MAX, "absurd usage costs the greatest amount, never a negative one");
	is_int((int64_t)usage_input(&u), -1, "sums of tokens do not wrap");
	is_int(usage_estimate(0), 1, "nothing is estimated as a token");
	is_int(usage_estimate(4000), 1000, "four bytes make a token");
}

static void
test_text(void)
{
	static const struct {
		int64_t	    nano;
		const char *text;
	} table[] = { { 0, "0" }, { 1, "0.000000001" }, { 7920000, "0.00792" }, { 1000000000, "1" },
		{ 12345678900, "12.3456789" }, { INT64_MAX, "9223372036.854775807" }, { -5, "-0.000000005" } };
	char out[USD_BYTES];

	for (size_t i = 0; i < LENGTH(table); i++)
		is_slice(((struct str){ out, usd_write(out, table[i].nano) }), table[i].text, "money is written as %s",
		    table[i].text);
}

/* ---------------------------------------------------------------- recorded usage */

static struct arena arena;

static struct str
slurp(const char *name)
{
	const char *corpus = getenv("WEIR_CORPUS");
	char	    path[4096];
	struct buf  b = { NULL, 0, 0 };
	struct str  text;
	FILE	   *file;
	size_t	    n;

	snprintf(path, sizeof(path), "%s/prices/%s", corpus != NULL ? corpus : "../shared/corpus", name);
	file = fopen(path, "r");
	if (file == NULL)
		return STR_NONE;
	while ((n = fread(buf_reserve(&b, 1 << 20), 1, 1 << 20, file)) > 0)
		b.n += n;
	fclose(file);
	text = arena_str(&arena, buf_view(&b));
	buf_done(&b);
	return text;
}

static struct json *
parse(struct str text)
{
	struct json	 *root;
	struct json_error err;

	return json_read(&arena, text, (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == 0 ? root : NULL;
}

/* The list names some models twice, so it is no JSON to us: each model's object is cut out of it. */
static const struct json *
model_of(struct str list, struct str name)
{
	struct str text = arena_printf(&arena, "\"" STR_FMT "\": {", STR_ARG(name));
	size_t	   at = str_find(list, text), end, depth = 0;

	if (at == list.n)
		return NULL;
	list = str_from(list, at + text.n - 1);
	for (end = 0; end < list.n; end++) {
		depth += list.p[end] == '{';
		depth -= list.p[end] == '}';
		if (depth == 0)
			break;
	}
	return parse(str_upto(list, end + 1));
}

static double
decimal(const struct json *j)
{
	return j == NULL ? -1 : strtod(arena_cstr(&arena, j->type == JSON_STRING ? j->text : j->raw), NULL);
}

/* Dollars per token, as lists give it, in nano-dollars per million. */
static int64_t
list_price(const struct json *model, const char *name)
{
	double d = decimal(json_get(model, name));

	return d < 0 ? -1 : (int64_t)llround(d * 1e15);
}

static uint64_t
tokens(const struct json *usage, const char *name)
{
	uint64_t n;

	return json_u64(json_get(usage, name), &n) == 0 ? n : 0;
}

static struct usage
usage_of(const struct json *j)
{
	uint64_t     read = tokens(j, "cache_read_tokens"), write = tokens(j, "cache_write_tokens");
	uint64_t     reasoning = tokens(j, "output_reasoning_tokens"), input = tokens(j, "input_tokens");
	struct usage u = { NONE, USAGE_REPORTED };

	u.tokens[USAGE_INPUT] = input - read - write;
	u.tokens[USAGE_CACHE_READ] = read;
	u.tokens[USAGE_CACHE_WRITE] = write;
	u.tokens[USAGE_REASONING] = reasoning;
	u.tokens[USAGE_OUTPUT] = tokens(j, "output_tokens") - reasoning;
	return u;
}

/* The independent cost by the model's own maker, in nano-dollars; -1 when there is none. */
static double
independent(const struct json *extractors)
{
	for (const struct json *x = extractors->child; x != NULL; x = x->next) {
		struct str by = json_text(&arena, json_get(x, "provider_id"));
		double	   in = decimal(json_get(x, "input_price")), out = decimal(json_get(x, "output_price"));

		if ((str_is(by, "openai") || str_is(by, "anthropic") || str_is(by, "google")) && in >= 0)
			return (in + (out > 0 ? out : 0)) * 1e9;
	}
	return -1;
}

static void
check_one(const struct json *entry, struct str list, int *compared, int *equal)
{
	const struct json *model = model_of(list, json_text(&arena, json_get(entry, "model")));
	struct price	   p = price_of(list_price(model, "input_cost_per_token"), list_price(model, "cache_read_input_token_cost"),
	    list_price(model, "cache_creation_input_token_cost"), list_price(model, "output_cost_per_token"));
	struct tariff	   t;

	if (model == NULL || p.input < 0)
		return;
	tariff_make(&t, &p, 1000000000);
	for (const struct json *x = json_get(entry, "extracted")->child; x != NULL; x = x->next) {
		struct usage u = usage_of(json_get(x, "usage"));
		double	     want = independent(json_get(x, "extractors"));

		if (want < 0)
			continue;
		++*compared;
		*equal += fabs((double)tariff_cost(&t, &u) - want) <= 1.0;
	}
}

static void
test_recorded(void)
{
	struct str   list = slurp("litellm-model-prices.json"), recorded = slurp("usage-costs.json");
	struct json *entries;
	int	     compared = 0, equal = 0;

	if (list.n == 0 || recorded.n == 0) {
		printf("ok %d # skip the recordings are not here\n", ++tap_count);
		return;
	}
	entries = parse(recorded);
	if (!ok(entries != NULL, "the recordings are read"))
		return;
	for (const struct json *e = entries->child; e != NULL; e = e->next)
		check_one(e, list, &compared, &equal);
	ok(compared > 800, "%d recorded usages can be compared", compared);
	ok(equal * 100 > compared * 95, "%d of them cost what an independent list says; the others bill audio or images apart",
	    equal);
}

int
main(void)
{
	arena_init(&arena);
	test_tariff();
	test_rounding();
	test_text();
	test_recorded();
	arena_done(&arena);
	return tap_done();
}
