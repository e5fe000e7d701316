/* SPDX-License-Identifier: Apache-2.0 */
/* base64_test.c - RFC 4648's own vectors, both alphabets, and what is no base64. */
#include <stdlib.h>

#include "base/base64.h"
#include "tap.h"

static const struct {
	const char *bytes, *standard, *url;
} vectors[] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" },
	{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xff\xbe", "+/++", "-_--" },
	{ "\xff\xff", "//8=", "__8" },
};

static const char *const strangers[] = { "Z", "Zm9vY", "Zg===", "Z=g=", "Zm 8", "Zm8\n", "Zm8,", "\xc3\xa4zz", "====" };

int
main(void)
{
	struct arena a;
	struct str   bytes, all, text;
	char	     every[256];

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(vectors); i++) {
		struct str raw = str_of(vectors[i].bytes);

		is_slice(base64_encode(&a, raw), vectors[i].standard, "%zu bytes in the standard alphabet", raw.n);
		is_slice(base64url_encode(&a, raw), vectors[i].url, "%zu bytes in the URL-safe one", raw.n);
		ok(base64_decode(&a, str_of(vectors[i].standard), &bytes) == 0 && str_eq(bytes, raw), "and back from '%s'",
		    vectors[i].standard);
		ok(base64_decode(&a, str_of(vectors[i].url), &bytes) == 0 && str_eq(bytes, raw), "and back from '%s'", vectors[i].url);
	}
	for (size_t i = 0; i < LENGTH(strangers); i++)
		ok(base64_decode(&a, str_of(strangers[i]), &bytes) < 0, "'%s' is no base64", strangers[i]);
	for (int i = 0; i < 256; i++)
		every[i] = (char)i;
	all = (struct str){ every, sizeof(every) };
	for (size_t n = 250; n <= 256; n++) {
		text = base64url_encode(&a, str_upto(all, n));
		ok(base64_decode(&a, text, &bytes) == 0 && str_eq(bytes, str_upto(all, n)), "%zu bytes of every value come back", n);
	}
	arena_done(&a);
	return tap_done();
}
