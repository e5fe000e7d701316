/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_JSON_SCAN_H
#define WEIR_BASE_JSON_SCAN_H

#include "base/json.h"

/*
 * The grammar, for json.c alone.  The scanner stands at `p`; each function
 * moves it behind what it names, and on an error returns -1 with `what` set
 * and `p` at the fault.  Open containers are bits, one each: a stranger's
 * nesting costs no stack.
 */
struct json_scan {
	const char *p, *start, *end;
	const char *what;	/* the error, static text */
	uint32_t    depth;	/* containers open */
	uint32_t    most;	/* and how many may be */
	uint64_t    objects[JSON_DEPTH_MOST / 64];	/* bit d: container d is an object */
};

void	json_scan_start(struct json_scan *, struct str src, uint32_t most);
int	json_scan_fail(struct json_scan *, const char *what);	/* always -1 */
int	json_scan_space(struct json_scan *) MUST_USE;		/* -1 at the end of the text */
int	json_scan_scalar(struct json_scan *, bool *escaped) MUST_USE;	/* anything but a container */
int	json_scan_value(struct json_scan *, uint32_t *count) MUST_USE;	/* anything, checked and skipped */
int	json_scan_end(struct json_scan *) MUST_USE;		/* nothing but space may follow */

/* Goes into the container at `p`: 1, or 0 when it was empty and is closed again. */
int	json_scan_open(struct json_scan *) MUST_USE;
/* Behind a value in a container: 1 when another follows, 0 when the container is closed. */
int	json_scan_next(struct json_scan *) MUST_USE;
bool	json_scan_in_object(const struct json_scan *);
/* A member's name with its colon; *name is what stands between the quotes. */
int	json_scan_name(struct json_scan *, struct str *name, bool *escaped) MUST_USE;

#endif
