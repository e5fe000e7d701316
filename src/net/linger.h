/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_LINGER_H
#define WEIR_NET_LINGER_H

#include <stdbool.h>

/*
 * Closing a socket whose client may still be sending.  A plain close(2) with
 * unread bytes makes the kernel send a reset, which destroys the last answer
 * on its way; here our side is shut first and what still comes is thrown away,
 * for a bounded time and amount.
 */
void	linger_open(void);
void	linger_start(int fd);		/* takes fd */
bool	linger_has_unread(int fd);	/* would a plain close(2) reset? */
unsigned linger_count(void);
void	linger_close(void);		/* closes what is left */

#endif
