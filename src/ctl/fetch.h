/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_FETCH_H
#define WEIR_CTL_FETCH_H

#include "base/buf.h"

/* One GET, blocking, with a bound on time and bytes. */
struct fetch {
	const char	  *url;
	const char *const *headers;	/* "Name: value" */
	size_t		   n;
	const char	  *ca_file;	/* NULL: the system's */
	bool		   allow_private;

	int	   status;		/* HTTP; 0: no answer, `error` tells why */
	uint64_t   ms;
	struct buf body;
	char	   error[256];
};

void	fetch_run(struct fetch *);
void	fetch_done(struct fetch *);

#endif
