/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.c - limits in use and breakers, as the workers see them.
 *
 * Runs in: weirctl.
 *
 * Breakers know a model by its hash only; its name is found by hashing all
 * names that the store has.
 */
#include "ctl/state.h"

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/edit.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "limit/admit.h"
#include "limit/breaker.h"
#include "store/key.h"

/* ---------------------------------------------------------------- limits */

static int
show_scope(struct ctl *c, enum scope_kind kind, uint64_t id, const struct str_list *texts)
{
	static const char *const columns[] = { "limit", "used", "reserved", "left", "reset_ms", NULL };
	struct limit		*limits = arena_array(&c->arena, struct limit, texts->n + 1);
	struct scope		 scope = { .kind = kind, .id = id, .limits = limits };
	struct json_out		 out;
	struct buf		 json = { 0 };
	struct txn		*t;
	struct str		 why;
	int			 rc = open_state(c, false);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < texts->n; i++)
		if (limit_read(&c->arena, texts->items[i], &limits[scope.n], &why) == 0)
			scope.n++;
	json_start(&out, &json, true);
	t = txn_read(c->state);
	meters_show(t, &scope, &out);
	txn_end(t);
	print_rows(c, &json, columns);
	return 0;
}

static void *
look_up(struct ctl *c, enum record_kind kind, int *rc)
{
	struct txn    *t;
	struct record *r;

	*rc = open_store(c, false);
	if (*rc != 0)
		return NULL;
	t = txn_read(c->store);
	r = record_find(t, kind, c->args[0], &c->arena);
	txn_end(t);
	if (r == NULL)
		*rc = ctl_fail(c, EX_NOINPUT, "there is no %s \"" STR_FMT "\"", record_info[kind].noun, STR_ARG(c->args[0]));
	return r;
}

int
state_limits_key(struct ctl *c)
{
	int	       rc;
	struct apikey *k = look_up(c, RECORD_APIKEY, &rc);

	return k == NULL ? rc : show_scope(c, SCOPE_KEY, k->r.id, &k->limits);
}

int
state_limits_channel(struct ctl *c)
{
	int		rc;
	struct channel *channel = look_up(c, RECORD_CHANNEL, &rc);

	return channel == NULL ? rc : show_scope(c, SCOPE_CHANNEL, channel->r.id, &channel->limits);
}

int
state_limits_global(struct ctl *c)
{
	int rc = open_conf(c);

	return rc != 0 ? rc : show_scope(c, SCOPE_GLOBAL, 0, &c->conf.limits);
}

/* ---------------------------------------------------------------- names of hashes */

static struct str
alias_target(struct str alias)
{
	return str_trim(str_from(alias, str_find_byte(alias, '=') + 1));
}

/* Among what the channel itself names, then among its catalog entries. */
static struct str
model_name(struct ctl *c, struct txn *t, const struct channel *channel, uint64_t hash)
{
	struct record_walk walk;

	for (size_t i = 0; i < channel->models.n; i++)
		if (str_hash(channel->models.items[i]) == hash)
			return channel->models.items[i];
	for (size_t i = 0; i < channel->aliases.n; i++)
		if (str_hash(alias_target(channel->aliases.items[i])) == hash)
			return alias_target(channel->aliases.items[i]);
	for (struct model *m = record_first(&walk, t, RECORD_MODEL, &c->arena); m != NULL; m = record_next(&walk)) {
		if (!str_eq(m->channel, channel->r.name) || str_hash(m->model) != hash)
			continue;
		walk_end(&walk.walk);
		return m->model;
	}
	return STR_NONE;
}

static void
write_names(struct ctl *c, struct txn *store, uint64_t id, uint64_t hash, struct json_out *out)
{
	const struct channel *channel = record_get(store, RECORD_CHANNEL, id, &c->arena);
	struct str	      model = channel != NULL ? model_name(c, store, channel, hash) : STR_NONE;

	json_str(out, "name", channel != NULL ? channel->r.name : STR("(removed)"));
	if (model.n > 0)
		json_str(out, "model", model);
	else
		json_null(out, "model");
}

/* ---------------------------------------------------------------- breakers */

void
state_write_breakers(struct ctl *c, struct json_out *out, const char *name)
{
	struct txn *state = txn_read(c->state), *store = txn_read(c->store);
	struct walk walk;
	uint64_t    channel, model;

	json_array(out, name);
	for (bool more = walk_first(&walk, state, DB_BREAKER, STR_NONE, STR_NONE); more; more = walk_next(&walk)) {
		if (key_unpack(walk.key, "QQ", &channel, &model) < 0)
			continue;
		json_object(out, NULL);
		write_names(c, store, channel, model, out);
		(void)!breaker_describe(walk.key, walk.value, out);
		json_object_end(out);
	}
	json_array_end(out);
	txn_end(store);
	txn_end(state);
}

int
state_breakers(struct ctl *c)
{
	static const char *const columns[] = { "name", "model", "state", "faults", "last_fault", "open_ms", "cooling_ms", NULL };
	struct json_out		 out;
	struct buf		 json = { 0 };
	int			 rc = open_store(c, false);

	if (rc == 0)
		rc = open_state(c, false);
	if (rc != 0)
		return rc;
	json_start(&out, &json, true);
	state_write_breakers(c, &out, NULL);
	print_rows(c, &json, columns);
	return 0;
}

/* The ids of a channel's breakers; a walk bears no write to its table. */
static size_t
find_breakers(struct ctl *c, struct txn *t, uint64_t channel, struct breaker_id **ids)
{
	struct walk walk;
	struct key  key;
	struct str  prefix = key_pack(&key, "Q", channel);
	size_t	    n = 0, most = 0;

	for (bool more = walk_first(&walk, t, DB_BREAKER, prefix, STR_NONE); more; more = walk_next(&walk))
		most++;
	*ids = arena_array(&c->arena, struct breaker_id, most + 1);
	for (bool more = walk_first(&walk, t, DB_BREAKER, prefix, STR_NONE); more && n < most; more = walk_next(&walk))
		if (key_unpack(walk.key, "QQ", &(*ids)[n].channel, &(*ids)[n].model) == 0)
			n++;
	return n;
}

static int
reset(struct ctl *c, uint64_t channel, size_t *n)
{
	struct breaker_id *ids;
	struct txn	  *t = txn_write(c->state);
	size_t		   all = find_breakers(c, t, channel, &ids);

	*n = 0;
	for (size_t i = 0; i < all; i++) {
		if (c->n > 1 && ids[i].model != str_hash(c->args[1]))
			continue;
		breaker_reset(t, ids[i]);
		++*n;
	}
	if (!c->dry_run)
		return txn_commit(t) < 0 ? ctl_fail(c, EX_IOERR, "the state cannot be written: %s", txn_why(t)) : 0;
	txn_end(t);
	return 0;
}

int
state_breaker_reset(struct ctl *c)
{
	struct record *r;
	struct edit    e;
	size_t	       n;
	int	       rc = open_state(c, true);

	if (rc == 0)
		rc = edit_begin(c, &e);
	if (rc != 0)
		return rc;
	r = record_find(e.t, RECORD_CHANNEL, c->args[0], &c->arena);
	if (r == NULL) {
		edit_fail(&e, EX_NOINPUT, "there is no channel \"" STR_FMT "\"", STR_ARG(c->args[0]));
		return edit_end(&e);
	}
	e.status = reset(c, r->id, &n);
	if (e.status == 0)
		edit_note(&e, "channel", r->name, arena_printf(&c->arena, "freed of %zu breaker%s", n, n == 1 ? "" : "s").p);
	return edit_end(&e);
}
