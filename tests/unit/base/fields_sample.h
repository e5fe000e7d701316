/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_FIELDS_SAMPLE_H
#define WEIR_TESTS_FIELDS_SAMPLE_H

#include "base/fields.h"

/* A struct with a field of each type, for the tests of all three fields files. */
struct sample {
	struct str	name, digest, secret, unknown;
	bool		enabled;
	uint64_t	weight, timeout_ms, expires;
	int64_t		offset, price;
	struct str_list tags, headers;
};

static inline int
sample_check(struct arena *a, struct str value, struct str *why)
{
	if (str_find_byte(value, '/') == value.n)
		return 0;
	*why = arena_printf(a, "no slash in \"" STR_FMT "\"", STR_ARG(value));
	return -1;
}

#define ROW(number, member, type, flags, preset, check) \
	{ number, #member, type, offsetof(struct sample, member), flags, preset, "A field.", check }

static const struct field sample_rows[] = {
	ROW(1, name, FIELD_STR, FIELD_REQUIRED, NULL, sample_check),
	ROW(2, enabled, FIELD_BOOL, 0, "true", NULL),
	ROW(3, weight, FIELD_U64, 0, "1", NULL),
	ROW(4, offset, FIELD_I64, 0, NULL, NULL),
	ROW(5, timeout_ms, FIELD_MS, 0, "30s", NULL),
	ROW(6, expires, FIELD_TIME, 0, NULL, NULL),
	ROW(7, price, FIELD_NANO, 0, NULL, NULL),
	ROW(8, tags, FIELD_LIST, 0, NULL, NULL),
	ROW(9, headers, FIELD_PAIRS, FIELD_HIDDEN, NULL, NULL),
	ROW(10, digest, FIELD_BYTES, FIELD_READONLY, NULL, NULL),
	ROW(300, secret, FIELD_SEALED, 0, NULL, NULL),
};

#undef ROW

static const struct fields sample_fields = {
	"sample", sample_rows, LENGTH(sample_rows), sizeof(struct sample), offsetof(struct sample,
	    unknown),
};

#endif
