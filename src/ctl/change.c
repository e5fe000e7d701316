/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change.c - adds, changes and removes records of any kind.
 *
 * Runs in: weirctl.
 */
#include "ctl/change.h"

#include "ctl/command.h"
#include "ctl/open.h"
#include "ctl/upkey.h"

/* ---------------------------------------------------------------- several names */

int
change_each(struct ctl *c, enum record_kind kind, change_fn *each)
{
	struct edit e;
	int	    rc = edit_begin(c, &e);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < c->n; i++) {
		void *object = edit_find(&e, kind, c->args[i]);

		if (object != NULL)
			each(&e, object);
	}
	return edit_end(&e);
}

static void
enable(struct edit *e, void *object)
{
	((struct record *)object)->enabled = true;
	edit_put(e, e->c->command->kind, object, "enabled", NULL);
}

static void
disable(struct edit *e, void *object)
{
	((struct record *)object)->enabled = false;
	edit_put(e, e->c->command->kind, object, "disabled", NULL);
}

static void
drop(struct edit *e, void *object)
{
	edit_remove(e, e->c->command->kind, object);
}

int
change_enable(struct ctl *c)
{
	return change_each(c, c->command->kind, enable);
}

int
change_disable(struct ctl *c)
{
	return change_each(c, c->command->kind, disable);
}

int
change_remove(struct ctl *c)
{
	return change_each(c, c->command->kind, drop);
}

/* ---------------------------------------------------------------- one */

int
change_set(struct ctl *c)
{
	enum record_kind kind = c->command->kind;
	struct edit	 e;
	void		*object;
	int		 rc = edit_begin(c, &e);

	if (rc != 0)
		return rc;
	object = edit_find(&e, kind, c->args[0]);
	if (object != NULL && edit_fields(&e, kind, object, c->args + 1, c->n - 1) == 0 && edit_check(&e, kind, object) == 0)
		edit_put(&e, kind, object, "changed", NULL);
	return edit_end(&e);
}

struct channel *
change_owner(struct edit *e, struct str name, struct str *rest)
{
	for (size_t n = name.n; n-- > 1;) {
		struct channel *channel;

		if (name.p[n] != '/' || n + 1 == name.n)
			continue;
		channel = record_find(e->t, RECORD_CHANNEL, str_upto(name, n), &e->c->arena);
		if (channel == NULL)
			continue;
		*rest = str_from(name, n + 1);
		return channel;
	}
	if (str_find_byte(name, '/') == name.n)
		edit_fail(e, EX_USAGE, "\"" STR_FMT "\" has no channel in front: write CHANNEL/NAME", STR_ARG(name));
	else
		edit_fail(e, EX_NOINPUT, "there is no channel for \"" STR_FMT "\"", STR_ARG(name));
	return NULL;
}

/* Puts the name where the kind keeps it. */
static int
set_name(struct edit *e, enum record_kind kind, struct record *r, struct str name)
{
	struct model   *m = (struct model *)(void *)r;
	struct channel *owner;

	if (kind != RECORD_MODEL) {
		r->name = name;
		return 0;
	}
	owner = change_owner(e, name, &m->model);
	if (owner == NULL)
		return -1;
	m->channel = owner->r.name;
	return 0;
}

static int
refuse_present(struct edit *e, enum record_kind kind, struct str name)
{
	struct record *r = record_find(e->t, kind, name, &e->c->arena);

	if (r == NULL || !str_eq(r->name, name))
		return 0;
	edit_fail(e, EX_CANTCREAT, "there is a %s " STR_FMT " already: `weirctl %s set` changes it", record_info[kind].noun,
	    STR_ARG(name), record_info[kind].noun);
	return -1;
}

int
change_add(struct ctl *c)
{
	enum record_kind kind = c->command->kind;
	struct record	*r = record_new(kind, &c->arena);
	struct secret	 secret = { 0 };
	struct edit	 e;
	int		 rc = upkey_read_secret(c, false, &secret);

	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc != 0) {
		secret_done(&secret);
		return rc;
	}
	if (refuse_present(&e, kind, c->args[0]) == 0 && set_name(&e, kind, r, c->args[0]) == 0 &&
	    edit_fields(&e, kind, r, c->args + 1, c->n - 1) == 0 && edit_check(&e, kind, r) == 0 &&
	    edit_put(&e, kind, r, "added", NULL) == 0 && secret.bytes != NULL)
		upkey_put_new(&e, (const struct channel *)(const void *)r, STR("default"), &secret);
	secret_done(&secret);
	return edit_end(&e);
}
