/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONF_PROBLEM_H
#define WEIR_CONF_PROBLEM_H

#include "conf/conf.h"

/* What is wrong with a configuration, in the order it was found; of hundreds only the first are kept. */
struct problems {
	struct arena	    *arena;
	struct conf_problem *items;
	size_t		     n, cap;
};

void	problem_add(struct problems *, struct str file, int line, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));
/* "; did you mean "x"?" or nothing. */
struct str problem_hint(struct arena *, struct str near);
/* "file:line: message", as every program prints it. */
struct str problem_text(struct arena *, const struct conf_problem *);

#endif
