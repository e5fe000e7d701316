/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_TESTS_ROUTE_CATALOG_H
#define WEIR_TESTS_ROUTE_CATALOG_H

/* What the tests of routing share: a store in a directory of its own, records from text, the snapshot of it all. */

#include "../store/temp.h"
#include "base/rand.h"
#include "route/match.h"
#include "store/generation.h"

static struct arena	 arena;
static struct db	*store;
static struct seal_ring *ring;
static struct snapshot	*catalog;

static void
bail(const char *what, struct str why)
{
	printf("Bail out! %s: " STR_FMT "\n", what, STR_ARG(why));
	exit(1);
}

/* Pairs of field and value up to a NULL; a field that is there already is changed. */
__attribute__((unused, sentinel)) static uint64_t
put(enum record_kind kind, const char *name, ...)
{
	struct txn    *t = txn_write(store);
	struct record *r = name != NULL ? record_find(t, kind, str_of(name), &arena) : NULL;
	struct str     why = STR("");
	const char    *field;
	va_list	       ap;

	if (r == NULL) {
		r = record_new(kind, &arena);
		r->name = str_of(name);
	}
	va_start(ap, name);
	while ((field = va_arg(ap, const char *)) != NULL)
		if (fields_set(record_info[kind].fields, &arena, r, str_of(field), str_of(va_arg(ap, const char *)), &why) < 0)
			bail(field, why);
	va_end(ap);
	if (record_put(t, kind, r, &why) < 0 || txn_commit(t) < 0)
		bail(name != NULL ? name : "record", why);
	return r->id;
}

__attribute__((unused)) static uint64_t
id_of(enum record_kind kind, const char *name)
{
	struct txn    *t = txn_read(store);
	struct record *r = record_find(t, kind, str_of(name), &arena);

	txn_end(t);
	if (r == NULL)
		bail(name, STR("is not there"));
	return r->id;
}

__attribute__((unused)) static void
put_found(const char *channel, const char *model)
{
	struct model *m = record_new(RECORD_MODEL, &arena);
	struct txn   *t = txn_write(store);
	struct str    why = STR("");

	m->channel = str_of(channel);
	m->model = str_of(model);
	m->r.origin = ORIGIN_FOUND;
	if (record_put(t, RECORD_MODEL, m, &why) < 0 || txn_commit(t) < 0)
		bail(model, why);
}

__attribute__((unused)) static void
put_upkey(uint64_t channel, const char *label, const char *text, bool enabled)
{
	struct upkey *k = record_new(RECORD_UPKEY, &arena);
	struct secret secret = { 0 };
	unsigned char hash[SHA256_BYTES];
	char	      hex[17];
	struct txn   *t = txn_write(store);
	struct str    why = STR("");

	secret_set(&secret, str_of(text));
	sha256(hash, str_of(text));
	hex_write(hex, hash, 8);
	k->r.name = str_of(label);
	k->r.enabled = enabled;
	k->channel = channel;
	k->digest = (struct str){ arena_dup(&arena, hash, 8), 8 };
	k->sealed = seal(ring, &arena, arena_printf(&arena, "upkey/%s", hex), &secret);
	secret_done(&secret);
	if (record_put(t, RECORD_UPKEY, k, &why) < 0 || txn_commit(t) < 0)
		bail(label, why);
}

/* Pairs as put()'s; the key's text is its name. */
__attribute__((unused)) static const struct route_key *
key_of(const char *name)
{
	unsigned char hash[SHA256_BYTES];

	sha256(hash, str_of(name));
	return snapshot_key(catalog, hash);
}

__attribute__((unused)) static void
put_key(const char *name, const char *models, const char *channels, const char *limits)
{
	struct apikey *k = record_new(RECORD_APIKEY, &arena);
	struct txn    *t = txn_write(store);
	struct str     why = STR("");

	k->r.name = str_of(name);
	apikey_set_secret(&arena, k, str_of(name));
	if (fields_set(&apikey_fields, &arena, k, STR("models"), str_of(models), &why) < 0 ||
	    fields_set(&apikey_fields, &arena, k, STR("channels"), str_of(channels), &why) < 0 ||
	    fields_set(&apikey_fields, &arena, k, STR("limits"), str_of(limits), &why) < 0 ||
	    record_put(t, RECORD_APIKEY, k, &why) < 0 || txn_commit(t) < 0)
		bail(name, why);
}

__attribute__((unused)) static void
disable(enum record_kind kind, const char *name, bool off)
{
	put(kind, name, "enabled", off ? "false" : "true", NULL);
}

/* The catalog as the store has it now. */
__attribute__((unused)) static void
rebuild(void)
{
	static const struct str_list none;
	struct txn		    *t = txn_read(store);

	snapshot_drop(catalog);
	catalog = snapshot_build(t, ring, &none);
	txn_end(t);
}

/* "channel:upstream" of what serves the name, in the order found; or "403", or "404" with the near names. */
__attribute__((unused)) static const char *
served(const char *asked, const char *key)
{
	struct match m;
	struct buf   b = { 0 };
	const char  *result;

	match_offers(catalog, &arena, str_of(asked), key != NULL ? key_of(key) : NULL, &m);
	if (m.n == 0)
		buf_cstr(&b, m.forbidden ? "403" : "404");
	for (size_t i = 0; i < m.n; i++)
		buf_printf(&b, "%s" STR_FMT ":" STR_FMT, i > 0 ? " " : "", STR_ARG(m.offers[i]->channel->record->r.name),
		    STR_ARG(m.offers[i]->upstream));
	for (size_t i = 0; i < m.near_n; i++)
		buf_printf(&b, " " STR_FMT, STR_ARG(m.near[i]));
	result = arena_cstr(&arena, buf_view(&b));
	buf_done(&b);
	return result;
}

__attribute__((unused)) static void
catalog_open(void)
{
	struct str why;

	arena_init(&arena);
	temp_init();
	store = temp_open(ENV_STORE);
	ring = seal_ring_create(arena_printf(&arena, "%s/master.key", temp_dir).p, &arena, &why);
	if (ring == NULL)
		bail("master key", why);
}

__attribute__((unused)) static void
catalog_close(void)
{
	snapshot_drop(catalog);
	db_close(store);
	seal_ring_free(ring);
	temp_done();
	arena_done(&arena);
}

#endif
