/* SPDX-License-Identifier: Apache-2.0 */
/* key_test.c - keys sort as their numbers do and come back as they went in. */
#include "store/key.h"

#include "tap.h"

static void
test_order(void)
{
	static const uint64_t numbers[] = { 0, 1, 255, 256, 65535, 65536, UINT32_MAX, UINT64_MAX };
	struct key a, b;
	int sorted = 1;

	for (size_t i = 1; i < LENGTH(numbers); i++)
		sorted &= str_cmp(key_pack(&a, "Q", numbers[i - 1]), key_pack(&b, "Q", numbers[i])) < 0;
	ok(sorted, "byte order of packed integers is their order");
	ok(str_cmp(key_pack(&a, "HQ", 1, UINT64_MAX), key_pack(&b, "HQ", 2, (uint64_t)0)) < 0,
	    "the first integer decides before the second");
	ok(str_cmp(key_pack(&a, "SQ", STR("a"), UINT64_MAX), key_pack(&b, "SQ", STR("ab"), (uint64_t)0)) < 0,
	    "a string sorts before a longer one that begins with it, whatever follows");
}

static void
test_round_trip(void)
{
	struct key k;
	struct str s = key_pack(&k, "BHIQSS", 7, 65535, (uint32_t)70000, (uint64_t)1 << 40, STR("one"), STR("two")), one, two;
	uint8_t b;
	uint16_t h;
	uint32_t i;
	uint64_t q;

	is_int(s.n, 1 + 2 + 4 + 8 + 4 + 3, "a string that is not last takes one byte more");
	is_int(key_unpack(s, "BHIQSS", &b, &h, &i, &q, &one, &two), 0, "what was packed unpacks");
	ok(b == 7 && h == 65535 && i == 70000 && q == (uint64_t)1 << 40, "the integers are as they were");
	is_slice(one, "one", "the first string is as it was");
	is_slice(two, "two", "the last string is as it was");
}

static void
test_refusals(void)
{
	struct key k;
	struct str s = key_pack(&k, "HQ", 1, (uint64_t)2), t;
	uint8_t b;
	uint16_t h;
	uint64_t q;

	is_int(key_unpack(str_upto(s, 9), "HQ", &h, &q), -1, "a key that ends early does not unpack");
	is_int(key_unpack(s, "H", &h), -1, "a key with bytes left over does not unpack");
	is_int(key_unpack(STR_NONE, "B", &b), -1, "no bytes are no integer");
	is_int(key_unpack(STR("abc"), "SB", &t, &b), -1, "a string without its end does not unpack");
	is_int(key_unpack(STR_NONE, "S", &t), 0, "no bytes are an empty last string");
	is_int(t.n, 0, "which is empty");
}

static void
test_long(void)
{
	static char text[2000];
	struct key a, b;
	struct str x, y, s;
	uint64_t q = 0;

	memset(text, 'x', sizeof(text));
	x = key_pack(&a, "QS", (uint64_t)1, ((struct str){ text, 1999 }));
	y = key_pack(&b, "QS", (uint64_t)1, ((struct str){ text, 2000 }));
	is_int(x.n, KEY_BYTES, "too long a key is cut to what LMDB takes");
	ok(!str_eq(x, y), "two long keys that differ behind the cut stay different");
	x = key_pack(&a, "SQ", ((struct str){ text, 2000 }), (uint64_t)77);
	ok(x.n <= KEY_BYTES && key_unpack(x, "SQ", &s, &q) == 0 && q == 77, "what follows a cut string is kept");
	x = key_pack(&a, "SS", ((struct str){ text, 400 }), ((struct str){ text, 400 }));
	ok(x.n <= KEY_BYTES && key_unpack(x, "SS", &s, &y) == 0 && s.n == 400, "the first string keeps what fits");
	x = key_pack(&a, "S", ((struct str){ text, KEY_BYTES }));
	ok(x.n == KEY_BYTES && memcmp(x.p, text, KEY_BYTES) == 0, "a string that just fits is not touched");
	x = key_pack(&a, "SB", ((struct str){ "a\0b", 3 }), 5);
	ok(key_unpack(x, "SB", &s, &(uint8_t){ 0 }) == 0 && s.n == 3, "a NUL inside a string does not end it");
}

int
main(void)
{
	test_order();
	test_round_trip();
	test_refusals();
	test_long();
	return tap_done();
}
