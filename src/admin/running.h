/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ADMIN_RUNNING_H
#define WEIR_ADMIN_RUNNING_H

#include "base/json.h"

/* What the supervisor says of itself and its children, from run_dir/status.json. */
struct running {
	bool	   known;		/* the file was there and readable */
	bool	   serving;		/* phase "running" */
	uint64_t   generation;
	uint64_t   since_us, reload_us;	/* wall; 0 = never */
	bool	   reload_good;
	unsigned   ready, others;	/* workers by state */
	uint64_t   restarts;		/* of all children that live now */
};

void	running_read(struct str run_dir, struct running *);
void	running_parse(struct str json, struct running *);

#endif
