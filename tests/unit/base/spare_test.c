/* SPDX-License-Identifier: Apache-2.0 */
#include "base/spare.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define LARGE 300000

/* A sanitizer's build keeps nothing, so that it can see a use after free. */
void __asan_init(void) __attribute__((weak));

static void *
in_another_thread(void *block)
{
	size_t had = spare_bytes();
	void  *p = spare_malloc(100);

	spare_free(p);
	spare_free(block);
	return spare_bytes() == had ? block : NULL;
}

static void
test_small(void)
{
	void *p, *q;

	for (size_t n = 0; n < 40000; n += 7) {
		p = spare_malloc(n);
		memset(p, 1, n);
		spare_free(p);
		q = spare_malloc(n);
		memset(q, 2, n);
		spare_free(q);
	}
	ok(spare_bytes() > 0, "what is freed is kept");
	spare_trim();
	p = spare_malloc(500);
	spare_free(p);
	ok(spare_malloc(500) == p, "and comes again for the next of its size");
	memset(p, 0xff, 500);
	spare_free(p);
	q = spare_calloc(5, 100);
	ok(q == p && memchr(q, 0xff, 500) == NULL, "cleared when it is to be");
	spare_free(q);
	ok(spare_calloc(SIZE_MAX / 2, 3) == NULL, "a product that overflows is refused");
	spare_free(NULL);
	p = spare_strdup("text");
	ok(strcmp(p, "text") == 0, "a string is copied");
	free(p);	/* a block is one of malloc's */
}

static void
test_realloc(void)
{
	char *p = spare_realloc(NULL, 10), *q;

	memcpy(p, "123456789", 10);
	for (size_t n = 20; n < 1000000; n *= 3) {
		q = spare_realloc(p, n);
		memset(q + 10, 0, n - 10);
		p = q;
	}
	p = spare_realloc(p, 10);
	ok(memcmp(p, "123456789", 10) == 0, "grown and shrunk it has its bytes");
	spare_free(p);
}

static void
test_large(void)
{
	void *p, *q;

	spare_trim();
	p = spare_malloc(LARGE);
	spare_free(p);
	ok(spare_bytes() >= LARGE, "a large block is kept as well");
	q = spare_malloc(LARGE / 3);
	ok(q != p, "but not for what needs less than half of it");
	spare_free(q);
	q = spare_malloc(LARGE - 1000);
	ok(q == p, "and given for what needs more");
	spare_free(q);
	spare_age();
	ok(spare_bytes() >= LARGE, "it outlives a first look");
	q = spare_malloc(LARGE);
	spare_free(q);
	spare_age();
	ok(spare_bytes() >= LARGE, "and more when it was used between");
	spare_age();
	ok(spare_bytes() < LARGE, "but not a second one");
	for (int i = 0; i < 100; i++) {
		void *of[100];

		for (int k = 0; k < 100; k++)
			of[k] = spare_malloc(LARGE);
		for (int k = 0; k < 100; k++)
			spare_free(of[k]);
	}
	ok(spare_bytes() < 100 * LARGE, "there is an end to what is kept");
	spare_trim();
	is_int(spare_bytes(), 0, "all of it can be given back");
}

static void
test_threads(void)
{
	pthread_t t;
	void	 *kept = NULL;

	pthread_create(&t, NULL, in_another_thread, spare_malloc(100));
	pthread_join(t, &kept);
	ok(kept != NULL, "another thread keeps nothing, whoever made the block");
}

int
main(void)
{
	void *p = spare_malloc(100);

	spare_free(p);
	is_int(spare_bytes(), 0, "before it is opened nothing is kept");
	spare_open();
	if (__asan_init != NULL) {
		spare_free(spare_malloc(100));
		is_int(spare_bytes(), 0, "nor is it under a sanitizer, which sees every free");
		return tap_done();
	}
	test_small();
	test_realloc();
	test_large();
	test_threads();
	return tap_done();
}
