/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c - every listening socket of the daemon.
 *
 * Runs in: supervisor.
 *
 * The kernel spreads connections over the sockets of one address.  A socket
 * that is closed loses what waits in its queue, and one that is merely not
 * read any more still gets new connections.  So when there shall be fewer
 * workers, a three-instruction filter on the address first sends all new
 * connections to the sockets that stay; the worker that goes empties its queue,
 * and only then is its socket closed.  The same filter keeps sockets of workers
 * that are still to start out of the choice, so a start that fails loses
 * nothing.  The filter's result is an index in the order of binding, which is
 * why sockets are made and closed at the end of the list only.
 */
#include "proc/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/address.h"

#define ACTIVATION_FIRST_FD 3
#define LISTENERS_VARIABLE "WEIR_LISTENERS"

struct listener {
	enum listen_kind kind;
	unsigned	 address;	/* which of the API's addresses */
	unsigned	 index;		/* of the worker; 0 when shared */
	bool		 shared;
	int		 fd;
	char		 text[ADDRESS_TEXT];
};

static const char *const kind_names[LISTEN_KINDS] = { "api", "admin", "sim" };

static struct listener *listeners;
static size_t		count;
static bool		activated[LISTEN_KINDS];	/* passed from outside: the configured addresses do not count */
static unsigned		steered;			/* as last told to the kernel; 0 = never */
static bool		inherited;			/* some came from the supervisor before us: still to be matched */

static struct listener *
find(enum listen_kind kind, unsigned address, unsigned index)
{
	for (size_t i = 0; i < count; i++) {
		struct listener *l = &listeners[i];

		if (l->kind == kind && l->address == address && (l->shared || l->index == index))
			return l;
	}
	return NULL;
}

static struct listener *
add(const struct listener *l)
{
	listeners = xrealloc(listeners, (count + 1) * sizeof(*listeners));
	listeners[count] = *l;
	return &listeners[count++];
}

static void
drop(size_t i)
{
	close(listeners[i].fd);
	memmove(&listeners[i], &listeners[i + 1], (count - i - 1) * sizeof(*listeners));
	count--;
}

unsigned
listen_addresses(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < count; i++)
		if (listeners[i].kind == LISTEN_API && listeners[i].address >= n)
			n = listeners[i].address + 1;
	return n;
}

static unsigned
indexes(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < count; i++)
		if (listeners[i].kind == LISTEN_API && !listeners[i].shared && listeners[i].index >= n)
			n = listeners[i].index + 1;
	return n;
}

int
listen_fd(enum listen_kind kind, unsigned address, unsigned index)
{
	struct listener *l = find(kind, address, index);

	return l == NULL ? -1 : l->fd;
}

const char *
listen_text(unsigned address)
{
	struct listener *l = find(LISTEN_API, address, 0);

	return l == NULL ? "-" : l->text;
}

/* ---------------------------------------------------------------- making */

struct making {
	struct arena		 *arena;
	const struct rights_user *user;
	bool			  v6_only;
	struct str		 *why;
};

static int
make(const struct making *m, struct str text, struct listener l, bool reuse_port)
{
	struct address at;
	struct str     why;

	if (address_read(text, &at, &why) < 0) {
		*m->why = arena_printf(m->arena, "cannot listen on " STR_FMT ": " STR_FMT, STR_ARG(text), STR_ARG(why));
		return -1;
	}
	l.shared = !reuse_port || at.at.ss_family == AF_UNIX;
	l.fd = -1;
	if (l.index > 0 || address_free(&at) == 0)
		l.fd = address_listen(&at, reuse_port, m->v6_only);
	if (l.fd < 0) {
		*m->why = arena_printf(m->arena, "cannot listen on %s: %s", at.text, strerror(errno));
		return -1;
	}
	if (at.at.ss_family == AF_UNIX) {
		const char *path = at.text + strlen("unix:");

		if (chmod(path, 0660) < 0)
			log_warn("%s: cannot set its mode", path);
		rights_give(path, m->user);
	}
	snprintf(l.text, sizeof(l.text), "%s", at.text);
	add(&l);
	return 0;
}

/* The others of an address bind to what the first one got: its port may have been 0. */
static struct str
bound_text(unsigned address, struct str configured)
{
	for (size_t i = 0; i < count; i++)
		if (listeners[i].kind == LISTEN_API && listeners[i].address == address)
			return str_of(listeners[i].text);
	return configured;
}

static int
make_address(const struct making *m, struct str text, unsigned address, unsigned workers)
{
	for (unsigned w = 0; w < workers; w++) {
		struct listener l = { .kind = LISTEN_API, .address = address, .index = w };
		char		actual[ADDRESS_TEXT];

		if (find(LISTEN_API, address, w) != NULL)
			continue;
		snprintf(actual, sizeof(actual), STR_FMT, STR_ARG(bound_text(address, text)));
		if (make(m, str_of(actual), l, true) < 0)
			return -1;
	}
	return 0;
}

static int
make_single(const struct making *m, struct str text, enum listen_kind kind)
{
	if (text.n == 0 || activated[kind] || find(kind, 0, 0) != NULL)
		return 0;
	return make(m, text, (struct listener){ .kind = kind }, false);
}

/* With an IPv4 address in the list a wildcard IPv6 socket must leave it its port. */
static bool
any_v4(const struct str_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (!str_starts(list->items[i], STR("[")) && !str_starts(list->items[i], STR("unix:")))
			return true;
	return false;
}

/* The same host, and the same port unless any port would do. */
static bool
same_address(struct str configured, const char *bound)
{
	struct address at;
	struct str     why;
	size_t	       n;

	if (address_read(configured, &at, &why) < 0)
		return false;
	n = strlen(at.text);
	if (n > 2 && strcmp(at.text + n - 2, ":0") == 0)
		return strncmp(at.text, bound, n - 1) == 0;
	return strcmp(at.text, bound) == 0;
}

/* Which configured address an inherited listener serves; false: none, it is to be closed. */
static bool
match(const struct conf *c, struct listener *l)
{
	if (activated[l->kind])
		return true;
	if (l->kind != LISTEN_API)
		return same_address(l->kind == LISTEN_ADMIN ? c->admin_listen : c->sim_listen, l->text);
	for (size_t i = 0; i < c->listen.n; i++) {
		if (same_address(c->listen.items[i], l->text)) {
			l->address = (unsigned)i;
			return true;
		}
	}
	return false;
}

/* The next binary may read another configuration than the one these were made for. */
static void
match_inherited(const struct conf *c)
{
	for (size_t i = count; inherited && i-- > 0;)
		if (!match(c, &listeners[i]))
			drop(i);
	inherited = false;
}

int
listen_open(struct arena *a, const struct conf *c, const struct rights_user *u, unsigned workers, struct str *why)
{
	struct making m = { .arena = a, .user = u, .v6_only = any_v4(&c->listen), .why = why };
	size_t	      before;

	match_inherited(c);
	before = count;
	if (steered == 0 && indexes() > 0 && workers > indexes())
		listen_steer(indexes());
	for (size_t i = 0; !activated[LISTEN_API] && i < c->listen.n; i++)
		if (make_address(&m, c->listen.items[i], (unsigned)i, workers) < 0)
			goto undo;
	if (make_single(&m, c->admin_listen, LISTEN_ADMIN) < 0 || make_single(&m, c->sim_listen, LISTEN_SIM) < 0)
		goto undo;
	return 0;
undo:
	while (count > before)
		drop(count - 1);
	return -1;
}

/* ---------------------------------------------------------------- who gets new connections */

static void
steer(int fd, unsigned workers)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(SKF_AD_OFF + SKF_AD_RANDOM)),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, workers),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog program = { .len = LENGTH(code), .filter = code };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) < 0)
		log_debug("connections are not steered: %s", strerror(errno));
}

void
listen_steer(unsigned workers)
{
	for (size_t i = 0; i < count; i++)
		if (listeners[i].kind == LISTEN_API && !listeners[i].shared && listeners[i].index == 0)
			steer(listeners[i].fd, workers);
	steered = workers;
}

void
listen_settle(unsigned workers)
{
	if (steered > 0 || indexes() > workers)
		listen_steer(workers);
}

void
listen_trim(unsigned workers)
{
	for (size_t i = count; i-- > 0;)
		if (listeners[i].kind == LISTEN_API && !listeners[i].shared && listeners[i].index >= workers)
			drop(i);
}

/* ---------------------------------------------------------------- passed from outside */

/* A name of the activation unit chooses the kind; all others are the API's. */
static enum listen_kind
kind_of(struct str name)
{
	for (int k = LISTEN_ADMIN; k < LISTEN_KINDS; k++)
		if (str_is(name, kind_names[k]))
			return (enum listen_kind)k;
	return LISTEN_API;
}

static void
prepare_fd(int fd)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void
adopt_activated(void)
{
	struct str names = str_of(getenv("LISTEN_FDNAMES")), name;
	uint64_t   n, pid;

	if (str_u64(str_of(getenv("LISTEN_PID")), &pid) < 0 || pid != (uint64_t)getpid() ||
	    str_u64(str_of(getenv("LISTEN_FDS")), &n) < 0 || n > 64)
		return;
	for (int fd = ACTIVATION_FIRST_FD; fd < ACTIVATION_FIRST_FD + (int)n; fd++) {
		struct listener l = { .fd = fd, .shared = true };
		struct address	at;

		if (!str_split(&names, ':', &name))
			name = STR_NONE;
		l.kind = kind_of(name);
		l.address = l.kind == LISTEN_API ? listen_addresses() : 0;
		address_of_socket(fd, &at);
		snprintf(l.text, sizeof(l.text), "%s", at.text);
		prepare_fd(fd);
		add(&l);
		activated[l.kind] = true;
		log_info("%s listener %s was passed by the service manager", kind_names[l.kind], l.text);
	}
}

/* "FD=KIND,ADDRESS,INDEX,SHARED,TEXT" */
static int
read_one(struct str piece, struct listener *l)
{
	struct str fd, kind, parts[3];
	uint64_t   n[4];

	if (!str_split(&piece, '=', &fd) || !str_split(&piece, ',', &kind))
		return -1;
	for (size_t i = 0; i < LENGTH(parts); i++)
		if (!str_split(&piece, ',', &parts[i]) || str_u64(parts[i], &n[i]) < 0)
			return -1;
	if (str_u64(fd, &n[3]) < 0 || fcntl((int)n[3], F_GETFD) < 0)
		return -1;
	*l = (struct listener){ .kind = kind_of(kind), .fd = (int)n[3], .address = (unsigned)n[0],
		.index = (unsigned)n[1], .shared = n[2] & 1 };
	if (n[2] & 2)
		activated[l->kind] = true;
	snprintf(l->text, sizeof(l->text), STR_FMT, STR_ARG(piece));
	return 0;
}

static void
adopt_inherited(void)
{
	struct str	rest = str_of(getenv(LISTENERS_VARIABLE)), piece;
	struct listener l;

	while (str_split(&rest, ';', &piece)) {
		if (read_one(piece, &l) < 0) {
			log_warnx("the inherited listener \"" STR_FMT "\" is not usable", STR_ARG(piece));
			continue;
		}
		prepare_fd(l.fd);
		add(&l);
		inherited = true;
	}
}

void
listen_adopt(void)
{
	adopt_activated();
	adopt_inherited();
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	unsetenv(LISTENERS_VARIABLE);
}

void
listen_write(struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct listener *l = &listeners[i];

		buf_printf(out, "%s%d=%s,%u,%u,%d,%s", i > 0 ? ";" : "", l->fd, kind_names[l->kind], l->address,
		    l->index, (l->shared ? 1 : 0) | (activated[l->kind] ? 2 : 0), l->text);
	}
}

void
listen_keep_on_exec(void)
{
	for (size_t i = 0; i < count; i++)
		fcntl(listeners[i].fd, F_SETFD, 0);
}

/* ---------------------------------------------------------------- showing, ending */

void
listen_json(struct json_out *j)
{
	json_object(j, "listeners");
	for (int k = 0; k < LISTEN_KINDS; k++) {
		json_array(j, kind_names[k]);
		for (size_t i = 0; i < count; i++)
			if (listeners[i].kind == (enum listen_kind)k && listeners[i].index == 0)
				json_cstr(j, NULL, listeners[i].text);
		json_array_end(j);
	}
	json_object_end(j);
}

void
listen_close(bool unlink_paths)
{
	while (count > 0) {
		const struct listener *l = &listeners[count - 1];

		if (unlink_paths && !activated[l->kind] && strncmp(l->text, "unix:", 5) == 0)
			unlink(l->text + 5);
		drop(count - 1);
	}
	free(listeners);
	listeners = NULL;
}
