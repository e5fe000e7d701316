/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_LOOP_H
#define WEIR_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"

/*
 * The process's one loop: epoll, timers, and four moments of a turn.  A turn:
 *
 *	wait -> clock_tick -> ready callbacks (by class) -> timers -> LOOP_WORK hooks (again while one
 *	returns true, at most 8 rounds) -> LOOP_BATCH hooks -> LOOP_WORK again if a batch asked for it
 *	-> LOOP_SLEEP hooks -> free what was given to loop_free_later()
 *
 * A callback may close and cancel anything but frees nothing a later event of
 * the same turn could name: it gives it to loop_free_later().
 */
struct watch;
typedef void watch_fn(struct watch *, uint32_t events);

/* Embedded in whatever owns a descriptor.  `first` watches are called before all others of a turn (clients that left). */
struct watch {
	int	  fd;		/* -1: in no epoll */
	uint32_t  events;	/* as registered, EPOLLERR and EPOLLHUP included; 0: in no epoll (a zeroed watch is valid) */
	bool	  first;
	watch_fn *ready;
};

struct timer;
typedef void timer_fn(struct timer *);

struct timer {
	uint64_t  due_ms;	/* mono; 0 = not set */
	uint32_t  place;	/* in the heap; 0 = not in it */
	timer_fn *fire;
};

enum loop_moment { LOOP_WORK, LOOP_BATCH, LOOP_SLEEP, LOOP_MOMENTS };
typedef bool hook_fn(void *arg);	/* LOOP_WORK and LOOP_BATCH: true = there may be more work now */

void	loop_open(void);
void	loop_close(void);
int	loop_fd(void);
int	loop_add(struct watch *, int fd, uint32_t events) MUST_USE;	/* EPOLLIN | EPOLLET ...; -1 with errno */
void	loop_change(struct watch *, uint32_t events);			/* no system call when they are the same */
void	loop_remove(struct watch *);					/* before close(2); harmless when not added */
/* The descriptor was closed by others, which took it out of epoll: no system call. */
void	loop_forget(struct watch *);
void	loop_timer(struct timer *, uint64_t due_mono_ms);		/* sets or moves */
void	loop_timer_off(struct timer *);
void	loop_hook(enum loop_moment, hook_fn *, void *arg);		/* in order of calls */
void	loop_soon(void);						/* do not sleep in the next wait */
bool	loop_turning(void);						/* called from within a turn: its hooks are still to come */
void	loop_free_later(void *object, void (*release)(void *));
void	loop_run(void);							/* until loop_stop() */
void	loop_stop(void);
bool	loop_once(int most_ms);		/* one turn, for tests; true when a watch or a timer was called */
uint64_t loop_turns(void);
uint64_t loop_slow_turns(void);	/* longer than 20 ms; logged with what took longest, once a second at most */

#endif
