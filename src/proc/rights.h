/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_RIGHTS_H
#define WEIR_PROC_RIGHTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "conf/conf.h"

/* Whom the children run as: another than ourselves only when we are root and a user is configured. */
struct rights_user {
	bool  change;
	uid_t uid;
	gid_t gid;
	char  name[64];
};

int	rights_find(const struct conf *, struct rights_user *, struct str *why) MUST_USE;
/* All parents of a directory and itself; the last one gets the owner and the mode. -1 with errno. */
int	rights_directory(const char *path, mode_t, const struct rights_user *) MUST_USE;
/* Gives a file that we made as root to the children's user; a link is not followed. */
void	rights_give(const char *path, const struct rights_user *);

/* What each child gives up first, before it reads anything: core dumps, new privileges, being traced. */
void	rights_narrow(void);
/* Becomes that user for good, when there is a change to make.  Fatal when it cannot. */
void	rights_become(const struct rights_user *);
/* And after it knows its configuration: the user it names. */
void	rights_drop(const struct conf *);
/* As many descriptors as the hard limit allows. */
void	rights_descriptors(void);
/*
 * A child outlives its parent by no more than a second: the kernel sends CONT
 * when the parent dies, which wakes a stopped child as well, and a child that
 * has not ended by itself then dies by ALRM.
 */
void	rights_die_with_parent(void);
void	rights_last_second(void);	/* the same clock, when the death was noticed otherwise */

#endif
