/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_CHILD_H
#define WEIR_PROC_CHILD_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/list.h"
#include "net/loop.h"

/*
 * One child process, from fork to the last exit of its place.  The place
 * outlives the process: a child that dies is started again with the same
 * listeners and slot.
 *
 *	EMPTY     no process
 *	STARTING  the process runs and has not sent its ready byte
 *	READY     it serves and sends a byte each second
 *	DRAINING  it was told to end: QUIT, then TERM, then KILL
 *	BACKOFF   it ended by itself; a new one follows when the timer fires
 */
enum child_state { CHILD_EMPTY, CHILD_STARTING, CHILD_READY, CHILD_DRAINING, CHILD_BACKOFF, CHILD_STATES };
enum child_event { EVENT_READY, EVENT_EXIT, EVENT_TIMEOUT, EVENT_DRAIN, EVENT_STOP, EVENT_KILL, CHILD_EVENTS };
enum child_role { ROLE_WORKER, ROLE_SCHEDULER, ROLE_ADMIN, ROLE_SIM, ROLE_PREPARE, CHILD_ROLES };

#define CHILD_LISTENERS 16
#define CONTROL_FD 3		/* in the child */
#define CONF_FD 4
#define LISTEN_FD 5		/* the first listener; behind the last one: the lock */

struct child;
struct rights_user;

/* What the owner hears.  `failed`: it ended before it was ready, for the n-th time in a row. */
struct child_owner {
	void (*ready)(struct child *);
	void (*failed)(struct child *, unsigned n);
	void (*gone)(struct child *);	/* EMPTY again */
};

struct child {
	struct node		   node;	/* all places of this supervisor */
	const struct child_owner  *owner;
	void			  *arg;		/* the owner's: its generation */
	enum child_role		   role;
	unsigned		   index;	/* within its role */
	int			   slot;	/* of a worker; else -1 */
	int			   listeners[CHILD_LISTENERS];	/* borrowed */
	unsigned		   listeners_n;
	int			   conf_fd;	/* borrowed */
	const char		  *script;	/* the simulator's, or NULL; borrowed */
	const struct rights_user  *run_as;	/* the same */
	uint64_t		   grace_ms;	/* from QUIT to TERM */

	enum child_state	   state;
	pid_t			   pid;		/* 0: no process */
	int			   status;	/* of the last exit, as wait(2) tells it */
	unsigned		   restarts, failures;
	uint64_t		   delay_ms;	/* before the next start */
	uint64_t		   since_ms;	/* mono, when it came to this state */
	uint64_t		   started_us;	/* wall, when it was last started */
	unsigned		   silent;	/* ticks since its last byte */
	unsigned		   pressure;	/* DRAINING: 0 QUIT was sent, 1 TERM, 2 KILL */
	struct watch		   control;
	struct timer		   timer;
	struct buf		   report;	/* what a ROLE_PREPARE writes */
};

extern const char *const child_role_names[CHILD_ROLES];
extern const char *const child_state_names[CHILD_STATES];

void	child_setup(const char *binary, const char *sim, int lock_fd);	/* once; the texts are borrowed */
void	child_init(struct child *, enum child_role, unsigned index);
void	child_done(struct child *);		/* only when EMPTY */
void	child_start(struct child *);		/* from EMPTY */
void	child_event(struct child *, enum child_event);
void	child_tick(struct child *);		/* each second: is it silent for too long? */
bool	child_reap(pid_t, int status);		/* false: no child of ours */
void	child_signal(const struct child *, int signal);
struct node *children_all(void);		/* list head of every place */
/* "worker 2 (pid 123)" in a static buffer, for the log. */
const char *child_name(const struct child *);

#endif
