/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/arena.h"
#include "tap.h"

#define MANY 5000

int
main(void)
{
	static int   values[MANY];
	struct map   m = { 0 };
	struct arena a;
	int	     one, two;
	size_t	     found = 0, walked = 0;

	arena_init(&a);
	ok(map_get(&m, STR("a")) == NULL, "an empty map has nothing");
	ok(map_put(&m, STR("a"), &one) == NULL, "a new key had no value");
	ok(map_get(&m, STR("a")) == &one, "a key has its value");
	ok(map_put(&m, STR("a"), &two) == &one, "the former value comes back");
	ok(map_get(&m, STR("a")) == &two, "and the new one stays");
	is_int(m.n, 1, "a replaced value is not a second one");
	ok(map_get(&m, STR("b")) == NULL, "another key has none");
	ok(map_put(&m, STR_NONE, &one) == NULL && map_get(&m, STR("")) == &one,
	    "the empty key is a key");
	map_done(&m);
	for (size_t i = 0; i < MANY; i++)
		map_put(&m, arena_printf(&a, "model-%zu", i), &values[i]);
	for (size_t i = 0; i < MANY; i++)
		found += map_get(&m, arena_printf(&a, "model-%zu", i)) == &values[i];
	is_int(found, MANY, "5000 keys keep their values while the map grows");
	MAP_EACH(slot, &m)
		walked += (int *)slot->value >= values && (int *)slot->value < values + MANY;
	is_int(walked, MANY, "a walk meets each once");
	ok(m.n * 4 <= m.cap * 3, "a quarter of the slots is free");
	map_done(&m);
	ok(m.slots == NULL && map_get(&m, STR("model-1")) == NULL, "a map that is done is empty");
	m.foreign = true;
	for (size_t i = found = 0; i < MANY; i++)
		map_put(&m, arena_printf(&a, "call-%zu", i), &values[i]);
	for (size_t i = 0; i < MANY; i++)
		found += map_get(&m, arena_printf(&a, "call-%zu", i)) == &values[i];
	is_int(found, MANY, "so do keys of strangers, whose hash is another");
	map_done(&m);
	arena_done(&a);
	return tap_done();
}
