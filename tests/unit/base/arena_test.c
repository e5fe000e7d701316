/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/buf.h"
#include "tap.h"

static void
test_alignment(void)
{
	struct arena a;
	bool	     aligned = true;

	arena_init(&a);
	for (size_t size = 0; size < 300; size++)
		aligned = aligned && (uintptr_t)arena_alloc(&a, size) % 16 == 0;
	ok(aligned, "every address is a multiple of 16");
	arena_done(&a);
	is_int(a.bytes, 0, "an arena that is done holds nothing");
	ok(arena_alloc(&a, 1) != NULL, "and may be used again");
	arena_done(&a);
}

static void
test_growth(void)
{
	struct arena   a;
	unsigned char *p[200];
	bool	       kept = true;

	arena_init(&a);
	for (size_t i = 0; i < 200; i++)
		p[i] = memset(arena_alloc(&a, 700), (int)i, 700);
	for (size_t i = 0; i < 200; i++)
		kept = kept && p[i][0] == (unsigned char)i && p[i][699] == (unsigned char)i;
	ok(kept, "no allocation overlaps another");
	ok(a.bytes < 200 * 700 + 2 * 65536, "the blocks are little more than what was asked for");
	arena_done(&a);
}

static void
test_large(void)
{
	struct arena a;
	char	    *before, *after;

	arena_init(&a);
	before = arena_alloc(&a, 16);
	memset(arena_alloc(&a, 1000000), 1, 1000000);
	after = arena_alloc(&a, 16);
	ok(after == before + 16, "a large allocation does not waste what is left of the block");
	arena_done(&a);
	memset(arena_alloc(&a, 1000000), 1, 1000000);
	ok(arena_alloc(&a, 16) != NULL, "a large allocation may be the first");
	arena_done(&a);
}

static void
test_joined(void)
{
	struct arena a;
	struct str   s;
	size_t	     before;

	arena_init(&a);
	s = ARENA_JOIN(&a, STR("a\0b"), STR_NONE, STR("c"));
	ok(str_eq(s, STR("a\0bc")) && s.p[s.n] == '\0', "pieces are joined, whatever bytes they have");
	arena_done(&a);
	before = a.bytes;
	ok(arena_str(&a, STR("")).p != NULL && a.bytes == before, "a copy of nothing costs nothing");
	arena_done(&a);
}

static void
test_copies(void)
{
	struct arena a;
	char	     source[] = "text", *c;
	struct str   s;
	int	    *zeros;

	arena_init(&a);
	s = arena_str(&a, str_of(source));
	c = arena_cstr(&a, STR_NONE);
	source[0] = '!';
	is_slice(s, "text", "a copy does not follow its source");
	ok(s.p[s.n] == '\0', "a copied slice has a NUL behind its end");
	is_str(c, "", "no slice is copied to an empty string");
	ok(memcmp(arena_dup(&a, "a\0b", 3), "a\0b", 3) == 0, "bytes are copied with their NULs");
	ok(arena_dup(&a, NULL, 0) != NULL, "no bytes have an address too");
	memset(arena_alloc(&a, 4000), 0xff, 4000);
	zeros = arena_array(&a, int, 10);
	for (int i = 0; i < 10; i++)
		zeros[0] |= zeros[i];
	is_int(zeros[0], 0, "arrays are cleared");
	arena_done(&a);
}

static void
test_printf(void)
{
	struct arena a;
	char	     wide[1000];
	struct str   s;

	arena_init(&a);
	is_slice(arena_printf(&a, "%s-%d", "a", 7), "a-7", "a short text is printed");
	memset(wide, 'w', sizeof(wide));
	s = arena_printf(&a, "<%.*s>", (int)sizeof(wide), wide);
	ok(s.n == sizeof(wide) + 2 && s.p[0] == '<' && s.p[s.n - 1] == '>' && s.p[s.n] == '\0',
	    "a long text is printed whole");
	arena_done(&a);
}

static void
test_decimal(void)
{
	struct arena a;

	arena_init(&a);
	is_str(arena_decimal(&a, 0), "0", "nought");
	is_str(arena_decimal(&a, 1090), "1090", "a number");
	is_str(arena_decimal(&a, UINT64_MAX), "18446744073709551615", "the largest");
	arena_done(&a);
}

static void
test_taken(void)
{
	struct arena a;
	struct buf   b = { 0 };
	struct str   few, many;
	const char  *memory;

	arena_init(&a);
	buf_cstr(&b, "few");
	few = arena_take(&a, &b);
	ok(b.p == NULL && b.n == 0, "a buffer that was taken is empty");
	memset(buf_reserve(&b, 5001), 'm', 5000);	/* room for the NUL */
	b.n = 5000;
	memory = b.p;
	many = arena_take(&a, &b);
	ok(b.p == NULL && many.p == memory && a.bytes >= 5000, "a large one is not copied, and counts");
	is_slice(few, "few", "what was taken stays");
	ok(few.p[few.n] == '\0' && many.n == 5000 && many.p[4999] == 'm' && many.p[5000] == '\0', "with a NUL behind it");
	arena_reset(&a);
	ok(a.bytes <= 65536 && a.taken == NULL, "until the arena is reset");
	buf_reserve(&b, 2000);
	b.n = 2000;
	(void)arena_take(&a, &b);
	arena_done(&a);
	ok(a.bytes == 0 && a.taken == NULL, "or done with");
}

static void
test_reset(void)
{
	struct arena a;
	size_t	     kept;

	arena_init(&a);
	for (int i = 0; i < 100; i++)
		memset(arena_alloc(&a, 1000), i, 1000);
	arena_reset(&a);
	kept = a.bytes;
	ok(kept > 0 && kept <= 65536, "a reset keeps one block");
	memset(arena_alloc(&a, 500), 1, 500);
	ok(a.bytes == kept, "and what comes next is taken from it");
	arena_done(&a);
	arena_reset(&a);
	ok(a.bytes == 0, "an empty arena may be reset");
}

int
main(void)
{
	test_reset();
	test_alignment();
	test_growth();
	test_large();
	test_joined();
	test_copies();
	test_printf();
	test_decimal();
	test_taken();
	return tap_done();
}
