/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_names.h"

#include "tap.h"

/* An object of `n` members whose last repeats the name of member `twin`, or none when twin is n. */
static const struct json *
twice_among(struct arena *a, uint32_t n, uint32_t twin, const struct json **last)
{
	struct json object = { .type = JSON_OBJECT, .count = n }, **tail = &object.child;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t which = i == n - 1 && twin < n ? twin : i;

		*tail = arena_new(a, struct json);
		(*tail)->name = arena_printf(a, "a-longer-name-%u", which);
		*last = *tail;
		tail = &(*tail)->next;
	}
	return json_names_twice(&object);
}

int
main(void)
{
	static const uint32_t sizes[] = { 2, 3, 12, 13, 14, 40, 1000, 100000 };
	const struct json    *last;
	struct arena	      a;
	struct json	      empty = { .type = JSON_OBJECT };

	ok(json_names_twice(&empty) == NULL, "an empty object has no name twice");
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		uint32_t n = sizes[i];

		arena_init(&a);
		ok(twice_among(&a, n, n, &last) == NULL, "%u different names are different", n);
		ok(twice_among(&a, n, 0, &last) == last, "the first of %u again is found", n);
		ok(twice_among(&a, n, n - 2, &last) == last, "the one before the last of %u too",
		    n);
		arena_done(&a);
	}
	return tap_done();
}
