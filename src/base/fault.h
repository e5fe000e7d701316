/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_FAULT_H
#define WEIR_BASE_FAULT_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Every error a client can get, one row each in fault.def: status, what the
 * OpenAI dialect calls it, whether another candidate is tried, whether it
 * counts against the channel, and the sentence.
 */
enum fault_retry {
	RETRY_NO,	/* the caller's doing: no candidate would answer otherwise */
	RETRY_NEXT,	/* another candidate may do it */
};

enum fault_blame {
	BLAME_NONE,	/* the channel is not at fault */
	BLAME_BREAKER,	/* counts toward opening the channel's breaker for this model */
	BLAME_COOL,	/* cools the channel+model for a while (typed cool-down), counts as well */
	BLAME_KEY,	/* explicit evidence against the upstream key */
};

enum fault {
#define FAULT(name, status, type, code, retry, blame, text) FAULT_##name,
#include "base/fault.def"
#undef FAULT
	FAULTS
};

struct fault_info {
	const char	 *name;		/* "RATE_LIMITED", lower case in logs */
	int		  status;	/* HTTP */
	const char	 *type, *code;	/* OpenAI's error.type and error.code; code may be NULL */
	enum fault_retry  retry;
	enum fault_blame  blame;
	const char	 *text;		/* for the client when nothing better is known */
};

const struct fault_info *fault_info(enum fault);

#endif
