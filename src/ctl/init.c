/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init.c - makes everything that weir needs to start, and a first call to try.
 *
 * Runs in: weirctl.
 *
 * May be called again at any time: what is there stays.
 */
#include "ctl/init.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "ctl/audit.h"
#include "ctl/curl_line.h"
#include "ctl/key.h"
#include "ctl/open.h"
#include "sched/import.h"

struct init {
	struct ctl *c;
	bool	    made_store, made_master;
	size_t	    imported;
	struct str  client, admin;	/* the fresh keys; STR_NONE: none was made */
};

/* ---------------------------------------------------------------- making */

static int
migrate_conf(struct ctl *c)
{
	struct str why = STR_NONE;
	int	   n = c->conf.file.n > 0 && !c->dry_run ? conf_migrate(&c->arena, ctl_cstr(c, c->conf.file), &why) : 0;

	if (n < 0)
		return ctl_fail(c, EX_CANTCREAT, STR_FMT, STR_ARG(why));
	if (n > 0)
		ctl_say(c, "%d configuration file%s rewritten for this version; what they were stays beside them", n, n == 1 ? "" : "s");
	return 0;
}

static int
make_all(struct init *m)
{
	struct ctl *c = m->c;
	struct str  why = STR_NONE;
	const char *master = ctl_cstr(c, c->conf.master_key);
	int	    rc;

	m->made_store = access(arena_printf(&c->arena, STR_FMT "/store", STR_ARG(c->conf.data_dir)).p, F_OK) < 0;
	rc = open_new_store(c);
	if (rc != 0)
		return rc;
	m->made_master = access(master, F_OK) < 0;
	c->ring = seal_ring_create(master, &c->arena, &why);
	if (c->ring == NULL)
		return ctl_fail(c, EX_CANTCREAT, STR_FMT, STR_ARG(why));
	return 0;
}

static int
import(struct init *m)
{
	struct ctl	    *c = m->c;
	struct conf_problem *problems;
	size_t		     n;

	if (import_records(c->store, &c->conf, c->ring, &c->arena, &problems, &n, &m->imported) == 0)
		return 0;
	return ctl_problems(c, problems, n);
}

/* ---------------------------------------------------------------- the first keys */

static bool
has_keys(struct ctl *c, struct txn *t)
{
	struct record_walk walk;
	void		  *first = record_first(&walk, t, RECORD_APIKEY, &c->arena);

	if (first != NULL)
		walk_end(&walk.walk);
	return first != NULL;
}

static int
make_key(struct ctl *c, struct txn *t, const char *name, const char *role, struct str *shown)
{
	struct apikey *k = record_new(RECORD_APIKEY, &c->arena);
	struct str     why;

	k->r.name = str_of(name);
	k->role = str_of(role);
	*shown = key_generate(c, k);
	if (record_put(t, RECORD_APIKEY, k, &why) < 0)
		return ctl_fail(c, EX_CANTCREAT, "key %s: " STR_FMT, name, STR_ARG(why));
	audit_add(t, c, "key", k->r.name, "added by init");
	return 0;
}

static int
make_keys(struct init *m)
{
	struct ctl *c = m->c;
	struct txn *t = txn_write(c->store);
	int	    rc;

	if (has_keys(c, t)) {
		txn_end(t);
		return 0;
	}
	rc = make_key(c, t, "default", "client", &m->client);
	if (rc == 0)
		rc = make_key(c, t, "admin", "admin", &m->admin);
	if (rc != 0) {
		txn_end(t);
		return rc;
	}
	return txn_commit(t) < 0 ? ctl_fail(c, EX_IOERR, "the store cannot be written: %s", txn_why(t)) : 0;
}

/* ---------------------------------------------------------------- a call to try */

static bool
is_concrete(struct str model)
{
	return model.n > 0 && str_find_byte(model, '*') == model.n && str_find_byte(model, '?') == model.n &&
	    !str_is(model, "discover");
}

static struct str
channel_model(struct ctl *c, struct txn *t, const struct channel *channel)
{
	const struct provider *p = record_find(t, RECORD_PROVIDER, channel->provider, &c->arena);
	struct record_walk     walk;
	struct str	       found = STR_NONE;

	for (size_t i = 0; i < channel->models.n; i++)
		if (is_concrete(channel->models.items[i]))
			return channel->models.items[i];
	for (struct model *m = record_first(&walk, t, RECORD_MODEL, &c->arena); m != NULL; m = record_next(&walk))
		if (found.n == 0 && m->r.enabled && str_eq(m->channel, channel->r.name))
			found = m->model;
	if (found.n == 0 && p != NULL && str_is(p->kind, "sim"))
		found = STR("sim-small");
	return found;
}

/* The best channel's first model that is a name. */
static struct str
first_model(struct ctl *c)
{
	struct record_walk walk;
	struct str	   best = STR_NONE;
	uint64_t	   priority = UINT64_MAX;
	struct txn	  *t = txn_read(c->store);

	for (struct channel *k = record_first(&walk, t, RECORD_CHANNEL, &c->arena); k != NULL; k = record_next(&walk)) {
		struct str model = k->r.enabled && k->priority < priority ? channel_model(c, t, k) : STR_NONE;

		if (model.n == 0)
			continue;
		best = model;
		priority = k->priority;
	}
	txn_end(t);
	return best;
}

/* ---------------------------------------------------------------- telling */

static void
tell_json(struct init *m, struct str curl)
{
	struct json_out out;
	struct buf	json = { 0 };

	json_start(&out, &json, true);
	json_object(&out, NULL);
	json_bool(&out, "made_store", m->made_store);
	json_bool(&out, "made_master_key", m->made_master);
	json_unum(&out, "imported", m->imported);
	json_object(&out, "keys");
	if (m->client.n > 0)
		json_str(&out, "default", m->client);
	if (m->admin.n > 0)
		json_str(&out, "admin", m->admin);
	json_object_end(&out);
	if (m->client.n > 0)
		json_str(&out, "curl", curl);
	json_object_end(&out);
	printf(STR_FMT "\n", STR_ARG(buf_view(&json)));
	explicit_bzero(json.p, json.cap);
	buf_done(&json);
}

static void
tell(struct init *m)
{
	struct ctl *c = m->c;
	struct buf  curl = { 0 };

	curl_line_write(&curl, c->conf.listen.items[0], first_model(c), c->conf.auth ? m->client : STR_NONE);
	if (c->json) {
		tell_json(m, buf_view(&curl));
	} else if (m->client.n == 0) {
		ctl_say(c, m->made_store || m->made_master || m->imported > 0 ? "the keys that are there stay" :
										"all is there already, nothing was made");
	} else {
		printf("The client key \"default\" and the admin key \"admin\" are shown only now:\n\n"
		    "  default  " STR_FMT "\n  admin    " STR_FMT "\n\nOnce weir runs, try:\n\n  " STR_FMT "\n",
		    STR_ARG(m->client), STR_ARG(m->admin), STR_ARG(buf_view(&curl)));
	}
	if (curl.p != NULL)
		explicit_bzero(curl.p, curl.cap);
	buf_done(&curl);
}

int
init_run(struct ctl *c)
{
	struct init m = { .c = c };
	int	    rc = open_conf(c);

	if (rc == 0 && c->dry_run) {
		ctl_say(c, "would make what is missing in " STR_FMT ", and import what the configuration declares",
		    STR_ARG(c->conf.data_dir));
		return 0;
	}
	if (rc == 0)
		rc = migrate_conf(c);
	if (rc == 0)
		rc = make_all(&m);
	if (rc == 0 && m.made_store)
		ctl_say(c, "made the store in " STR_FMT, STR_ARG(c->conf.data_dir));
	if (rc == 0 && m.made_master)
		ctl_say(c, "made the master key " STR_FMT ": keep a copy, without it no upstream key can be read",
		    STR_ARG(c->conf.master_key));
	if (rc == 0)
		rc = import(&m);
	if (rc == 0 && m.imported > 0)
		ctl_say(c, "imported from the configuration: %zu records", m.imported);
	if (rc == 0)
		rc = make_keys(&m);
	if (rc == 0)
		tell(&m);
	return rc;
}
