/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_API_QUERY_H
#define WEIR_API_QUERY_H

#include "base/arena.h"

/* What is written with percent signs in paths and queries. */
struct str percent_decode(struct arena *, struct str);	/* "%2f" to '/'; what is no such triple stays */
/* A parameter of "a=b&c=d", decoded ('+' is a blank); STR_NONE when it is not there, "" when it has no value. */
struct str query_value(struct arena *, struct str query, const char *name);

#endif
