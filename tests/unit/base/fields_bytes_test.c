/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/fields.h"
#include "fields_sample.h"
#include "tap.h"

static struct arena a;

/* The sample's table without its last rows: what an older binary knows. */
static const struct fields old_fields = {
	"sample", sample_rows, 4, sizeof(struct sample), offsetof(struct sample, unknown),
};

static struct sample
full_sample(void)
{
	static struct str tags[] = { { "eu", 2 }, { "", 0 }, { "a,b", 3 } }, headers[] = { { "a=b",
	    3 } };

	return (struct sample){
		.name = STR("one"), .digest = STR("\0\xff"), .secret = STR("sealed"),
		    .enabled = false,
		.weight = UINT64_MAX, .timeout_ms = 0, .expires = UINT64_C(1795253069123456),
		.offset = INT64_MIN, .price = -1, .tags = { tags, 3 }, .headers = { headers, 1 },
	};
}

static struct str
encoded(const struct fields *t, const struct sample *s)
{
	struct buf b = { 0 };
	struct str copy;

	fields_encode(t, s, &b);
	copy = arena_str(&a, buf_view(&b));
	buf_done(&b);
	return copy;
}

static void
test_round_trip(void)
{
	struct sample	    s = full_sample(), back;
	const struct field *differ[1];

	is_int(fields_decode(&sample_fields, &a, encoded(&sample_fields, &s), &back), 0,
	    "what was stored is read");
	is_int(fields_diff(&sample_fields, &s, &back, differ, 1), 0,
	    "and is the same in each field");
	ok(back.unknown.n == 0, "nothing in it is unknown");
	memset(&s, 0, sizeof(s));
	is_int(fields_decode(&sample_fields, &a, encoded(&sample_fields, &s), &back), 0,
	    "zeros are stored too");
	is_int(fields_diff(&sample_fields, &s, &back, differ, 1), 0, "and win over defaults");
}

static void
test_ages(void)
{
	struct sample	    s = full_sample(), old, back;
	const struct field *differ[1];

	is_int(fields_decode(&old_fields, &a, encoded(&sample_fields, &s), &old), 0,
	    "an old binary reads a new record");
	ok(old.weight == UINT64_MAX && old.timeout_ms == 0, "as far as it knows it");
	old.weight = 5;
	is_int(fields_decode(&sample_fields, &a, encoded(&old_fields, &old), &back), 0,
	    "a new one reads what it wrote");
	is_int(back.weight, 5, "with its change");
	s.weight = 5;
	is_int(fields_diff(&sample_fields, &s, &back, differ, 1), 0, "and nothing lost");
	memset(&old, 0, sizeof(old));
	is_int(fields_decode(&sample_fields, &a, encoded(&old_fields, &old), &back), 0,
	    "an old record is read");
	is_int(back.timeout_ms, 30000, "and what it lacks has its default");
	is_int(back.weight, 0, "but what it has does not");
	is_int(fields_decode(&sample_fields, &a, STR(""), &back), 0, "an empty record is a record");
	ok(back.enabled && back.weight == 1, "of defaults");
}

/* A copy that ends where its memory ends: the sanitizer sees every byte read too far. */
static int
decode_tight(struct str bytes)
{
	struct sample back;
	char	     *copy = malloc(bytes.n + (bytes.n == 0));
	int	      result;

	if (bytes.n > 0)
		memcpy(copy, bytes.p, bytes.n);
	result = fields_decode(&sample_fields, &a, (struct str){ copy, bytes.n }, &back);
	free(copy);
	return result;
}

static void
test_malformed(void)
{
	static const struct {
		struct str  bytes;
		const char *name;
	} cases[] = {
		{ { "\x01", 1 }, "a tag without length" },
		{ { "\x01\x05" "abcd", 6 }, "a value shorter than its length" },
		{ { "\x80", 1 }, "a tag that does not end" },
		{ { "\x01\x80\x80", 3 }, "a length that does not end" },
		{ { "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
		    "a length of all memory" },
		{ { "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11 },
		    "a length beyond 64 bits" },
		{ { "\x03\x09" "123456789", 11 }, "a number of nine bytes" },
		{ { "\x08\x02\x05" "a", 4 }, "a list item longer than its list" },
		{ { "\x08\x01\x80", 3 }, "a list item whose length does not end" },
	};
	struct sample s = full_sample();
	struct str    whole = encoded(&sample_fields, &s);
	size_t	      good = 0;

	for (size_t i = 0; i < LENGTH(cases); i++)
		is_int(decode_tight(cases[i].bytes), -1, "%s is malformed", cases[i].name);
	for (size_t n = 0; n <= whole.n; n++)
		good += decode_tight(str_upto(whole, n)) == 0;
	is_int(good, sample_fields.n + 1, "a cut record is read only where a field ends");
}

int
main(void)
{
	arena_init(&a);
	test_round_trip();
	test_ages();
	test_malformed();
	arena_done(&a);
	return tap_done();
}
