/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_NET_LISTENER_H
#define WEIR_NET_LISTENER_H

#include "base/str.h"

int	listener_open(int fd) MUST_USE;	/* borrows fd */
void	listener_close_all(void);	/* accepts no more; the descriptors stay open */

#endif
