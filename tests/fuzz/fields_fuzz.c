/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields_fuzz.c - any bytes as a stored record, and as an operator's values.
 *
 * Invariants: what was decoded, encoded and decoded again is the same, unknown
 * tags included; the JSON of a record is JSON; a value that was accepted as
 * text is shown as text that is accepted again.
 */
#include <assert.h>
#include <stdlib.h>

#include "../unit/base/fields_sample.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
show(const struct sample *s)
{
	struct json_error err;
	struct json_out	  o;
	struct buf	  b = { 0 };

	json_start(&o, &b, false);
	json_object(&o, NULL);
	fields_json(&sample_fields, s, &o);
	json_object_end(&o);
	if (json_check(buf_view(&b), 0, &err) < 0)
		abort();
	buf_done(&b);
}

static void
as_record(struct arena *a, struct str bytes)
{
	const struct field *differ[1];
	struct sample	    s, again;
	struct buf	    b = { 0 };

	if (fields_decode(&sample_fields, a, bytes, &s) < 0)
		return;
	show(&s);
	fields_encode(&sample_fields, &s, &b);
	if (fields_decode(&sample_fields, a, buf_view(&b), &again) < 0)
		abort();
	assert(fields_diff(&sample_fields, &s, &again, differ, 1) == 0);
	assert(str_eq(s.unknown, again.unknown));
	buf_done(&b);
}

/* "name=value" lines, as weirctl takes them. */
static void
as_text(struct arena *a, struct str text)
{
	struct sample s, again;
	struct str    line, why;

	fields_preset(&sample_fields, a, &s);
	fields_preset(&sample_fields, a, &again);
	while (str_split(&text, '\n', &line)) {
		size_t		    equal = str_find_byte(line, '=');
		struct str	    name = str_upto(line, equal), shown;
		const struct field *f = fields_find(&sample_fields, name);

		if (fields_set(&sample_fields, a, &s, name, str_from(line, equal + 1), &why) < 0) {
			assert(why.n > 0);
			continue;
		}
		shown = fields_text(&sample_fields, a, &s, f);
		if (fields_set(&sample_fields, a, &again, name, shown, &why) < 0)
			abort();
		assert(str_eq(fields_text(&sample_fields, a, &again, f), shown));
	}
	show(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str   src = { (const char *)data, size };
	struct arena a;

	arena_init(&a);
	as_record(&a, src);
	as_text(&a, src);
	arena_done(&a);
	return 0;
}
