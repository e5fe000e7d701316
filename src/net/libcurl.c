/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl.c - libcurl, when it is first needed.
 *
 * Runs in: worker, scheduler.
 *
 * What was loaded stays until the process ends.  The name is that of the ABI
 * whose header this was compiled with; it has been the same since 2006.
 */
#include "net/libcurl.h"

#include <dlfcn.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"

#define LIBRARY "libcurl.so.4"

struct libcurl libcurl;

/* A function's address is no pointer to data in C, only in POSIX. */
static void
find(void *library, const char *name, void *to)
{
	void *at = dlsym(library, name);

	if (at == NULL)
		fatalx(EX_UNAVAILABLE, "%s", dlerror());
	memcpy(to, &at, sizeof(at));
}

void
libcurl_load(void)
{
	void *library;

	if (libcurl.easy_init != NULL)
		return;
	library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (library == NULL)
		fatalx(EX_UNAVAILABLE, "%s", dlerror());
#define CALL(name) find(library, "curl_" #name, &libcurl.name);
	LIBCURL_CALLS(CALL)
#undef CALL
}
