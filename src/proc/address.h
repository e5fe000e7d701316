/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROC_ADDRESS_H
#define WEIR_PROC_ADDRESS_H

#include <sys/socket.h>

#include "base/str.h"

/* "127.0.0.1:7600", "[::1]:7600", "localhost:7600", "*:7600", ":7600", "unix:/path". */
#define ADDRESS_TEXT 120

struct address {
	struct sockaddr_storage at;
	socklen_t		length;
	char			text[ADDRESS_TEXT];	/* canonical; a port of 0 becomes the real one */
};

int	address_read(struct str, struct address *, struct str *why) MUST_USE;
void	address_of_socket(int fd, struct address *);	/* what a socket is bound to */
/* 0 when nobody else listens there: SO_REUSEPORT alone would let us share a stranger's port.  -1 with errno. */
int	address_free(const struct address *) MUST_USE;
/* A bound, listening, non-blocking socket; -1 with errno. */
int	address_listen(struct address *, bool reuse_port, bool v6_only) MUST_USE;

#endif
