/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_TOKENS_H
#define WEIR_BASE_TOKENS_H

#include <stdint.h>

/*
 * Tokens in disjoint classes: no token is in two, none can be negative.  The
 * dialects read them from what a provider reports, accounting turns them into
 * money; both must mean the same, so the words live here.
 */
enum usage_class {
	USAGE_INPUT,		/* uncached input */
	USAGE_CACHE_READ,
	USAGE_CACHE_WRITE,
	USAGE_OUTPUT,		/* visible output */
	USAGE_REASONING,
	USAGE_AUDIO_INPUT,
	USAGE_AUDIO_OUTPUT,
	USAGE_IMAGE,
	USAGE_CLASSES
};

enum usage_source {
	USAGE_UNKNOWN,		/* nothing was used, or nobody can tell */
	USAGE_REPORTED,		/* by the provider */
	USAGE_ESTIMATED,	/* by us, from bytes */
};

struct usage {
	uint64_t	  tokens[USAGE_CLASSES];
	enum usage_source source;
};

#endif
