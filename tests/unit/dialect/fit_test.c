/* SPDX-License-Identifier: Apache-2.0 */
/* fit_test.c - what fits stays, what does not becomes the same each time, and is known again. */
#include "dialect/fit.h"
#include "tap.h"

int
main(void)
{
	struct arena a;
	struct chat  c;
	struct str   long_name, odd, cut;

	arena_init(&a);
	chat_init(&c, &a, DIALECT_OPENAI);
	is_slice(fit_word(&a, STR("get_weather-2"), 64), "get_weather-2", "a word that fits is left alone");
	odd = fit_word(&a, STR("fs.read:file"), 64);
	ok(str_starts(odd, STR("fs_read_file_")) && odd.n == 21, "what does not fit is replaced, and a hash says so");
	ok(str_eq(odd, fit_word(&a, STR("fs.read:file"), 64)), "the same word each time");
	ok(!str_eq(odd, fit_word(&a, STR("fs_read.file"), 64)), "another for another");
	ok(str_eq(odd, fit_word(&a, odd, 64)), "what was made to fit fits");
	long_name = arena_printf(&a, "%0100d", 7);
	cut = fit_word(&a, long_name, 64);
	is_int(cut.n, 64, "too long a word is cut");
	ok(fit_word(&a, STR(""), 64).n > 0, "an empty one becomes something");
	chat_tool(&c, TOOL_FUNCTION)->name = STR("fs.read:file");
	chat_tool(&c, TOOL_FUNCTION)->name = long_name;
	ok(str_is(fit_back(&c, odd), "fs.read:file") && str_eq(fit_back(&c, cut), long_name),
	    "the tool is found by its fitted name");
	is_slice(fit_back(&c, STR("other")), "other", "a name that no tool has stays");
	arena_done(&a);
	return tap_done();
}
