/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rights.c - what a process may do, and how long it may live.
 *
 * Runs in: supervisor, worker, scheduler, admin, prepare.
 *
 * The order in a child is narrow, read the configuration, drop, sandbox: each
 * step needs less than the one before it.
 */
#include "proc/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/sandbox.h"

#define LAST_MS 800

/* ---------------------------------------------------------------- whose files, whose process */

static int
find_group(const struct conf *c, struct rights_user *u, struct str *why)
{
	char	      name[64];
	struct group *g;

	if (c->group.n == 0)
		return 0;
	snprintf(name, sizeof(name), STR_FMT, STR_ARG(c->group));
	if ((g = getgrnam(name)) == NULL) {
		*why = STR("the configured group does not exist");
		return -1;
	}
	u->gid = g->gr_gid;
	return 0;
}

int
rights_find(const struct conf *c, struct rights_user *u, struct str *why)
{
	struct passwd *p;

	*u = (struct rights_user){ .uid = geteuid(), .gid = getegid() };
	if (geteuid() != 0 || c->user.n == 0)
		return 0;
	snprintf(u->name, sizeof(u->name), STR_FMT, STR_ARG(c->user));
	if ((p = getpwnam(u->name)) == NULL) {
		*why = STR("the configured user does not exist");
		return -1;
	}
	u->change = true;
	u->uid = p->pw_uid;
	u->gid = p->pw_gid;
	return find_group(c, u, why);
}

static int
make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

int
rights_directory(const char *path, mode_t mode, const struct rights_user *u)
{
	char	    copy[4096];
	struct stat st;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (make_parents(copy) < 0)
		return -1;
	if (mkdir(path, mode) < 0) {
		if (errno != EEXIST || stat(path, &st) < 0)
			return -1;
		if (!S_ISDIR(st.st_mode)) {
			errno = ENOTDIR;
			return -1;
		}
	}
	if (u->change && chown(path, u->uid, u->gid) < 0)
		return -1;
	return 0;
}

void
rights_give(const char *path, const struct rights_user *u)
{
	if (u->change && lchown(path, u->uid, u->gid) < 0)
		log_warn("%s: cannot be given to user %s", path, u->name);
}

/* ---------------------------------------------------------------- giving up */

void
rights_narrow(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!sandbox_instrumented())
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(027);
}

void
rights_drop(const struct conf *c)
{
	struct rights_user u;
	struct str	   why;

	if (rights_find(c, &u, &why) < 0)
		fatalx(EX_CONFIG, STR_FMT, STR_ARG(why));
	rights_become(&u);
}

void
rights_become(const struct rights_user *u)
{
	if (!u->change)
		return;
	if (initgroups(u->name, u->gid) < 0 || setresgid(u->gid, u->gid, u->gid) < 0 ||
	    setresuid(u->uid, u->uid, u->uid) < 0)
		fatal(EX_NOPERM, "cannot become user %s", u->name);
	if (!sandbox_instrumented())
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);	/* a change of user sets it to the system's default */
}

void
rights_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

/* ---------------------------------------------------------------- the parent's death */

static volatile pid_t parent;

void
rights_last_second(void)
{
	struct itimerval t = { .it_value = { .tv_usec = LAST_MS * 1000 } };

	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &t, NULL);
}

/* Also comes when an operator continues a stopped child: then the parent is alive. */
static void
continued(int signal)
{
	(void)signal;
	if (getppid() != parent)
		rights_last_second();
}

void
rights_die_with_parent(void)
{
	struct sigaction sa = { .sa_handler = continued, .sa_flags = SA_RESTART };

	parent = getppid();
	sigaction(SIGCONT, &sa, NULL);
	prctl(PR_SET_PDEATHSIG, SIGCONT, 0, 0, 0);
}
