/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - what no single setting can tell.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * Pure: nothing is opened or looked up, so that a configuration that was
 * accepted once is accepted by every child.  Names of hosts other than
 * localhost are taken for addresses that strangers can reach.
 */
#include <arpa/inet.h>
#include <string.h>

#include "base/map.h"
#include "conf/read.h"
#include "conf/settings.h"

#define MEMORY_LEAST (UINT64_C(32) << 20)

struct checking {
	const struct conf  *c;
	const struct place *places;
	struct str	    file;
	struct problems	   *p;
};

/* A problem where the setting stands; it begins with its path. */
__attribute__((format(printf, 3, 4))) static void
tell(struct checking *k, const char *path, const char *fmt, ...)
{
	const struct setting *s = settings_find(str_of(path));
	const struct place   *place = &k->places[s - settings];
	struct str	      text;
	va_list		      ap;

	va_start(ap, fmt);
	text = arena_vprintf(k->p->arena, fmt, ap);
	va_end(ap);
	problem_add(k->p, place->line > 0 ? place->file : k->file, place->line, "%s" STR_FMT, path, STR_ARG(text));
}

/* ---------------------------------------------------------------- addresses */

/* HOST:PORT, [V6]:PORT, :PORT or *:PORT; the host without brackets. */
static int
split_address(struct str s, struct str *host, uint64_t *port)
{
	size_t colon = s.n;

	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	if (colon == 0 || str_u64(str_from(s, colon), port) < 0 || *port > 65535)
		return -1;
	*host = str_upto(s, colon - 1);
	if (host->n >= 2 && host->p[0] == '[' && host->p[host->n - 1] == ']') {
		*host = str_upto(str_from(*host, 1), host->n - 2);
		return str_find_byte(*host, ':') < host->n ? 0 : -1;
	}
	return str_find_byte(*host, ':') == host->n ? 0 : -1;
}

static bool
is_unix(struct str s)
{
	return str_starts(s, STR("unix:"));
}

/* What is no address at all is told once, elsewhere. */
static bool
is_loopback(struct arena *a, struct str s)
{
	struct str     host;
	struct in_addr v4;
	uint64_t       port;

	if (is_unix(s))
		return true;
	if (split_address(s, &host, &port) < 0)
		return true;
	if (str_eq_nocase(host, STR("localhost")) || str_is(host, "::1"))
		return true;
	return inet_pton(AF_INET, arena_cstr(a, host), &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

static void
check_address(struct checking *k, const char *path, struct str s)
{
	struct str host;
	uint64_t   port;

	if (is_unix(s) ? s.n > 6 && s.p[5] == '/' && s.n - 5 <= 107 : split_address(s, &host, &port) == 0)
		return;
	tell(k, path, ": \"" STR_FMT "\" is no address; one is HOST:PORT, [V6]:PORT or unix:/PATH", STR_ARG(s));
}

/* Port 0 is a new one for each. */
static bool
same_address(struct str a, struct str b)
{
	return a.n > 0 && str_eq(a, b) && !str_ends(a, STR(":0"));
}

static void
check_listeners(struct checking *k)
{
	const struct str_list *l = &k->c->listen;
	struct str	       admin = k->c->admin_listen, sim = k->c->sim_listen;

	if (l->n == 0)
		tell(k, "listen", ": at least one address is needed");
	for (size_t i = 0; i < l->n; i++) {
		check_address(k, "listen", l->items[i]);
		for (size_t j = 0; j < i; j++)
			if (same_address(l->items[i], l->items[j]))
				tell(k, "listen", ": \"" STR_FMT "\" is given twice", STR_ARG(l->items[i]));
		if (same_address(l->items[i], admin) || same_address(l->items[i], sim))
			tell(k, "listen", ": \"" STR_FMT "\" is the address of %s too", STR_ARG(l->items[i]),
			    same_address(l->items[i], admin) ? "admin.listen" : "sim.listen");
	}
	if (admin.n > 0)
		check_address(k, "admin.listen", admin);
	if (sim.n > 0)
		check_address(k, "sim.listen", sim);
	if (same_address(admin, sim))
		tell(k, "sim.listen", " is the address of admin.listen too");
}

static void
check_auth(struct checking *k)
{
	for (size_t i = 0; !k->c->auth && i < k->c->listen.n; i++)
		if (!is_loopback(k->p->arena, k->c->listen.items[i]))
			tell(k, "auth.required", " is false, but listen has \"" STR_FMT "\", which others can reach: "
			    "without keys only loopback addresses and unix sockets are allowed",
			    STR_ARG(k->c->listen.items[i]));
}

/* ---------------------------------------------------------------- texts */

static void
check_choice(struct checking *k, const char *path, struct str s, const char *const *words)
{
	struct str all = STR("");

	for (const char *const *w = words; *w != NULL; w++) {
		if (str_is(s, *w))
			return;
		all = arena_printf(k->p->arena, STR_FMT "%s%s", STR_ARG(all), all.n > 0 ? ", " : "", *w);
	}
	tell(k, path, ": \"" STR_FMT "\" is none of " STR_FMT, STR_ARG(s), STR_ARG(all));
}

static void
check_path(struct checking *k, const char *path, struct str s)
{
	if (s.n > 0 && s.p[0] != '/')
		tell(k, path, ": \"" STR_FMT "\" is not an absolute path", STR_ARG(s));
}

static void
check_prefix(struct checking *k)
{
	struct str s = k->c->key_prefix;

	for (size_t i = 0; i < s.n; i++) {
		char b = s.p[i];

		if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '-' || b == '_')
			continue;
		tell(k, "auth.key_prefix", " may have letters, digits, - and _ only");
		return;
	}
	if (s.n > 32)
		tell(k, "auth.key_prefix", " is longer than 32 characters");
}

static void
check_texts(struct checking *k)
{
	static const char *const policies[] = { "allow", "deny", "ceiling", NULL };
	const struct conf	*c = k->c;

	check_choice(k, "pricing.unpriced", c->unpriced, policies);
	check_path(k, "data_dir", c->data_dir);
	check_path(k, "run_dir", c->run_dir);
	check_path(k, "master_key", c->master_key);
	check_path(k, "pid_file", c->pid_file);
	check_path(k, "log.file", c->log_file);
	check_path(k, "sim.script", c->sim_script);
	check_path(k, "upstream.ca_file", c->ca_file);
	if (!str_is(c->access_dir, "default"))
		check_path(k, "access.dir", c->access_dir);
	check_prefix(k);
}

/* ---------------------------------------------------------------- numbers */

static void
check_numbers(struct checking *k)
{
	const struct conf *c = k->c;

	if (c->memory_bytes != 0 && c->memory_bytes < MEMORY_LEAST)
		tell(k, "memory", " is out of bounds: it can be 0 (no ceiling) or 32m and more");
	if (str_is(c->unpriced, "ceiling") && c->ceiling == 0)
		tell(k, "pricing.unpriced", " is \"ceiling\", but pricing.ceiling is 0");
	if (c->event_bytes > c->stream_bytes)
		tell(k, "upstream.max_event", " is greater than upstream.max_stream");
	if (c->health_degraded_ms > c->health_timeout_ms)
		tell(k, "health.degraded", " is longer than health.timeout: no channel could ever be degraded");
	if (c->health_ms != 0 && c->health_ms < 1000)
		tell(k, "health.interval", " is out of bounds: it can be 0 (never) or 1s and more");
	if (c->discovery_ms != 0 && c->discovery_ms < 10000)
		tell(k, "discovery.interval", " is out of bounds: it can be 0 (never) or 10s and more");
	if (c->stream_keepalive_ms != 0 && c->stream_keepalive_ms < 1000)
		tell(k, "stream.keepalive", " is out of bounds: it can be 0 (never) or 1s and more");
}

/* ---------------------------------------------------------------- records */

static struct str
record_name(const struct conf_record *r)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (str_is(r->names.items[i], "name"))
			return r->values.items[i];
	return STR_NONE;
}

static bool
may_be_nameless(const struct conf_record *r)
{
	return str_is(r->noun, "model") || str_is(r->noun, "price");
}

static void
check_records(struct checking *k)
{
	struct map seen = { 0 };

	for (struct conf_record *r = k->c->records; r != NULL; r = r->next) {
		struct str	    name = record_name(r), key;
		struct conf_record *first;

		if (name.n == 0) {
			if (!may_be_nameless(r))
				problem_add(k->p, r->file, r->line, "this " STR_FMT " has no name", STR_ARG(r->noun));
			continue;
		}
		key = arena_printf(k->p->arena, STR_FMT " " STR_FMT, STR_ARG(r->noun), STR_ARG(name));
		first = map_put(&seen, key, r);
		if (first != NULL)
			problem_add(k->p, r->file, r->line, STR_FMT " \"" STR_FMT "\" is declared twice, first at " STR_FMT ":%d",
			    STR_ARG(r->noun), STR_ARG(name), STR_ARG(first->file), first->line);
	}
	map_done(&seen);
}

void
check_conf(const struct conf *c, const struct place *places, struct str file, struct problems *p)
{
	struct checking k = { c, places, file, p };

	check_listeners(&k);
	check_auth(&k);
	check_texts(&k);
	check_numbers(&k);
	check_records(&k);
}
