/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdlib.h>

#include "tap.h"

static void
test_adding(void)
{
	struct buf b = { 0 };

	is_slice(buf_view(&b), "", "a zeroed buffer is empty");
	buf_add(&b, NULL, 0);
	buf_str(&b, STR_NONE);
	is_int(b.n, 0, "adding nothing adds nothing");
	buf_cstr(&b, "a");
	buf_byte(&b, 'b');
	buf_str(&b, STR("cd"));
	is_slice(buf_view(&b), "abcd", "pieces stand one behind the other");
	buf_clear(&b);
	buf_u64(&b, 0);
	buf_byte(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_byte(&b, ' ');
	buf_i64(&b, INT64_MIN);
	buf_byte(&b, ' ');
	buf_i64(&b, 42);
	is_slice(buf_view(&b), "0 18446744073709551615 -9223372036854775808 42",
	    "numbers are written to their bounds");
	buf_done(&b);
	ok(b.p == NULL && b.n == 0 && b.cap == 0, "a buffer that is done is empty again");
	buf_done(&b);
}

static void
test_growth(void)
{
	struct buf b = { 0 };
	bool	   same = true;

	for (int i = 0; i < 100000; i++)
		buf_byte(&b, (char)i);
	for (int i = 0; i < 100000; i++)
		same = same && b.p[i] == (char)i;
	ok(same && b.n == 100000, "100000 bytes arrive one by one");
	ok(b.cap <= 2 * 100000 + 64, "in at most twice the memory");
	buf_drop(&b, 99990);
	ok(b.n == 10 && b.p[0] == (char)99990, "bytes are dropped at the front");
	buf_drop(&b, 10);
	is_int(b.n, 0, "all of them too");
	ok(buf_reserve(&b, 500000) == b.p && b.cap >= 500000, "room can be reserved ahead");
	buf_done(&b);
}

static void
test_printf(void)
{
	struct buf b = { 0 };
	char	   wide[500];

	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	buf_printf(&b, "%d:", 1);
	buf_printf(&b, "%s;", wide);
	ok(b.n == 2 + 499 + 1 && b.p[1] == ':' && b.p[b.n - 1] == ';',
	    "a long text is printed whole");
	buf_done(&b);
}

int
main(void)
{
	char *p;

	test_adding();
	test_growth();
	test_printf();
	p = xmalloc(0);
	ok(p != NULL, "no bytes have an address");
	p = xrealloc(p, 3);
	ok(p != NULL, "which can grow");
	free(p);
	p = xcalloc(2, 2);
	is_int(p[3], 0, "xcalloc clears");
	free(p);
	p = xstrdup("copy");
	is_str(p, "copy", "xstrdup copies");
	free(p);
	return tap_done();
}
