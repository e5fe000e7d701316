/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SCHED_DECLARED_H
#define WEIR_SCHED_DECLARED_H

#include "base/seal.h"
#include "conf/problem.h"
#include "store/records.h"

/* One declared record as the object that the store will hold.  For sched/import.c; weirctl shares the checks. */
struct declared {
	const struct conf_record *from;
	enum record_kind	  kind;
	struct record		 *object;	/* origin file; an upstream key has neither channel id nor secret yet */
	struct str		  channel, secret;	/* of an upstream key: as declared */
};

/* False, and problems tell why, when it is not valid.  Reads no secret but a client key's file. */
bool	declared_make(struct declared *, const struct conf_record *, struct arena *, struct problems *);
/* The same without reading any file. */
bool	declared_check(const struct conf_record *, struct arena *, struct problems *);
/* The secret behind "file:/path", "env:NAME" or the text itself; -1, and a problem tells why. */
int	declared_secret(const struct declared *, struct arena *, struct secret *, struct problems *) MUST_USE;
/* What is wrong with its kind and base URL, arena text; STR_NONE when nothing is. */
struct str declared_wrong_provider(struct arena *, const struct provider *);
/* A secret from a file or descriptor: its first line without blanks around it.  NULL, or why not. */
const char *declared_read_secret(const char *path, struct secret *);
const char *declared_take_secret(int fd, struct secret *);
void	declared_check_limits(const struct str_list *, struct str file, int line, struct arena *, struct problems *);

#endif
