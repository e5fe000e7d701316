/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_TAP_H
#define WEIR_TESTS_TAP_H

/* The whole test library: each check prints one TAP line, tap_done() the plan. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 4, 5), unused)) static int
tap_check(int good, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	printf("%s %d - ", good ? "ok" : "not ok", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!good) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	return good;
}

#define ok(cond, ...) tap_check((cond) != 0, __FILE__, __LINE__, __VA_ARGS__)

#define is_int(got, want, ...)                                                               \
	do {                                                                                 \
		int64_t g_ = (int64_t)(got), w_ = (int64_t)(want);                           \
		if (!tap_check(g_ == w_, __FILE__, __LINE__, __VA_ARGS__))                   \
			printf("#  got: %" PRId64 "\n# want: %" PRId64 "\n", g_, w_);        \
	} while (0)

#define is_str(got, want, ...)                                                               \
	do {                                                                                 \
		const char *g_ = (got), *w_ = (want);                                        \
		int same_ = g_ == w_ || (g_ != NULL && w_ != NULL && strcmp(g_, w_) == 0);    \
		if (!tap_check(same_, __FILE__, __LINE__, __VA_ARGS__))                      \
			printf("#  got: %s\n# want: %s\n", g_ ? g_ : "(null)", w_ ? w_ : "(null)"); \
	} while (0)

/* A struct str against a literal. */
#define is_slice(got, want, ...)                                                             \
	do {                                                                                 \
		struct str s_ = (got);                                                       \
		const char *l_ = (want);                                                     \
		if (!tap_check(s_.n == strlen(l_) && memcmp(s_.p ? s_.p : "", l_, s_.n) == 0, \
			__FILE__, __LINE__, __VA_ARGS__))                                    \
			printf("#  got: %.*s\n# want: %s\n", (int)s_.n, s_.p ? s_.p : "", l_); \
	} while (0)

static int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
