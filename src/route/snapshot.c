/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c - the catalog in memory, one generation of it.
 *
 * Runs in: worker, weirctl (explain).
 *
 * An offer is made for every name a channel is known to serve: the names in
 * its list, its aliases, and its discovered models that the list allows.
 * Globs also serve names nobody has discovered; those offers are made per
 * request (route/match).
 */
#include "route/snapshot.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "dialect/transform.h"
#include "route/price_rule.h"

/* False when one cannot be used: whoever it belongs to must not be taken for unlimited. */
static bool
read_limits(struct arena *a, const struct str_list *texts, const char *noun, struct str name, struct route_limits *out)
{
	struct str why;
	bool	   good = texts->n <= LIMITS_MAX;

	if (!good)
		log_warnx("%s " STR_FMT ": %zu limits are too many, %d are allowed", noun, STR_ARG(name), texts->n, LIMITS_MAX);
	out->of = arena_array(a, struct limit, texts->n + 1);
	for (size_t i = 0; i < texts->n && i < LIMITS_MAX; i++) {
		if (limit_read(a, texts->items[i], &out->of[out->n], &why) == 0) {
			out->n++;
			continue;
		}
		log_warnx("%s " STR_FMT ": limit '" STR_FMT "' cannot be used: " STR_FMT, noun, STR_ARG(name),
		    STR_ARG(texts->items[i]), STR_ARG(why));
		good = false;
	}
	return good;
}

static bool
is_glob(struct str s)
{
	return str_find_byte(s, '*') < s.n || str_find_byte(s, '?') < s.n;
}

/* The head of a new chain is found by its name in any case, and by what stands behind its last slash. */
static void
lower_name(struct snapshot *s, struct offer *o)
{
	char	  *low = arena_cstr(&s->arena, o->asked);
	struct str name = { low, o->asked.n };

	for (char *p = low; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	o->like = map_put(&s->lower, name, o);
	for (size_t i = name.n; i > 1; i--)
		if (low[i - 1] == '/' && i < name.n) {
			o->tail_like = map_put(&s->tails, str_from(name, i), o);
			return;
		}
}

static struct offer *
offer_add(struct snapshot *s, struct route_channel *c, struct str asked, struct str upstream)
{
	struct offer *last = NULL, *o;

	for (o = map_get(&s->offers, asked); o != NULL; last = o, o = o->next)
		if (o->channel == c)
			return o;
	o = arena_new(&s->arena, struct offer);
	o->channel = c;
	o->asked = asked;
	o->upstream = upstream;
	o->upstream_hash = str_hash(upstream);
	snapshot_tariff(s, c, upstream, &o->tariff);
	if (last != NULL) {
		last->next = o;
	} else {
		map_put(&s->offers, asked, o);
		lower_name(s, o);
	}
	return o;
}

/* "asked=upstream", blanks around the sign allowed */
static void
add_aliases(struct snapshot *s, struct route_channel *c)
{
	const struct str_list *l = &c->record->aliases;

	for (size_t i = 0; i < l->n; i++) {
		size_t	   eq = str_find_byte(l->items[i], '=');
		struct str asked = str_trim(str_upto(l->items[i], eq)), upstream = str_trim(str_from(l->items[i], eq + 1));

		if (asked.n > 0 && upstream.n > 0)
			offer_add(s, c, asked, upstream);
	}
}

static void
add_listed(struct snapshot *s, struct route_channel *c)
{
	const struct str_list *l = &c->record->models;

	c->patterns.items = arena_array(&s->arena, struct str, l->n + 1);
	for (size_t i = 0; i < l->n; i++) {
		if (is_glob(l->items[i]))
			c->patterns.items[c->patterns.n++] = l->items[i];
		else if (!str_is(l->items[i], "discover"))
			offer_add(s, c, l->items[i], l->items[i]);
	}
}

static bool
takes_discovered(const struct route_channel *c, struct str model)
{
	const struct str_list *l = &c->record->models;

	for (size_t i = 0; i < l->n; i++)
		if (str_is(l->items[i], "discover") || str_glob(l->items[i], model))
			return true;
	return l->n == 0;
}

static struct route_channel *
channel_named(struct snapshot *s, struct str name)
{
	for (size_t i = 0; i < s->channels_n; i++)
		if (str_eq(s->channels[i].record->r.name, name))
			return &s->channels[i];
	return NULL;
}

static void
add_models(struct snapshot *s, struct txn *t)
{
	struct record_walk w;
	struct route_channel *c = NULL;

	for (struct model *m = record_first(&w, t, RECORD_MODEL, &s->arena); m != NULL; m = record_next(&w)) {
		struct offer *o;

		if (c == NULL || !str_eq(c->record->r.name, m->channel))
			c = channel_named(s, m->channel);
		if (c == NULL || (m->r.origin == ORIGIN_FOUND && !takes_discovered(c, m->model)))
			continue;
		o = offer_add(s, c, m->model, m->model);
		o->off = !m->r.enabled;
		o->context = m->context;
		o->max_output = m->max_output;
		o->capabilities = &m->capabilities;
		o->since = m->r.created;
	}
}

static bool
fits_header(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
			return false;
	return true;
}

static void
add_upkeys(struct snapshot *s, struct txn *t, const struct seal_ring *ring)
{
	struct record_walk w;

	for (struct upkey *k = record_first(&w, t, RECORD_UPKEY, &s->arena); k != NULL; k = record_next(&w)) {
		struct route_channel *c = NULL;
		struct route_upkey   *u;
		struct str	      context;
		char		      hex[2 * SHA256_BYTES + 1];

		for (size_t i = 0; i < s->channels_n && c == NULL; i++)
			if (s->channels[i].record->r.id == k->channel)
				c = &s->channels[i];
		if (c == NULL)
			continue;
		c->keyed = true;
		if (!k->r.enabled || k->digest.n > SHA256_BYTES)
			continue;
		if (c->upkeys_n % 8 == 0) {
			u = arena_array(&s->arena, struct route_upkey, c->upkeys_n + 8);
			if (c->upkeys_n > 0)
				memcpy(u, c->upkeys, c->upkeys_n * sizeof(*u));
			c->upkeys = u;
		}
		u = &c->upkeys[c->upkeys_n];
		hex_write(hex, k->digest.p, k->digest.n);
		context = arena_printf(&s->arena, "upkey/%s", hex);
		if (ring == NULL || unseal(ring, context, k->sealed, &u->secret) < 0) {
			log_warnx("upstream key " STR_FMT " cannot be unsealed: it is left out", STR_ARG(k->r.name));
			continue;
		}
		if (!fits_header(secret_bytes(&u->secret))) {
			log_warnx("upstream key " STR_FMT " has bytes that no header may have: it is left out", STR_ARG(k->r.name));
			secret_done(&u->secret);
			continue;
		}
		u->id = k->r.id;
		u->label = k->r.name;
		c->upkeys_n++;
	}
}

static void
add_keys(struct snapshot *s, struct txn *t)
{
	struct record_walk w;

	for (struct apikey *k = record_first(&w, t, RECORD_APIKEY, &s->arena); k != NULL; k = record_next(&w)) {
		struct route_key *key;

		if (k->hash.n != SHA256_BYTES)
			continue;
		key = arena_new(&s->arena, struct route_key);
		key->record = k;
		key->broken = !read_limits(&s->arena, &k->limits, "key", k->r.name, &key->limits);
		map_put(&s->keys, k->hash, key);
	}
}

/* Its own, and a least interval between two calls as one more: "1 requests / 5s". */
static const struct str_list *
channel_limits(struct arena *a, const struct channel *record)
{
	struct str_list *all = arena_new(a, struct str_list);

	if (record->min_interval == 0)
		return &record->limits;
	all->items = arena_array(a, struct str, record->limits.n + 1);
	for (; all->n < record->limits.n; all->n++)
		all->items[all->n] = record->limits.items[all->n];
	all->items[all->n++] = arena_printf(a, "1 requests / %llums",
	    (unsigned long long)(record->min_interval > 1000 ? record->min_interval : 1000));	/* the least window */
	return all;
}

static void
make_urls(struct snapshot *s, struct route_channel *c)
{
	for (unsigned d = 0; d < DIALECTS; d++)
		for (unsigned e = 0; e < ENDPOINTS && (c->tongues.all >> d & 1) != 0; e++)
			c->urls[d][e] = provider_url(&s->arena, c->base_url, c->tongues.own, (enum dialect_id)d,
			    (enum endpoint)e).p;
}

static bool
channel_init(struct snapshot *s, struct txn *t, struct route_channel *c, struct channel *record)
{
	struct provider *p = record_find(t, RECORD_PROVIDER, record->provider, &s->arena);

	if (p == NULL || !p->r.enabled || !record->r.enabled)
		return false;
	c->record = record;
	c->provider = p;
	c->preset = preset_find(p->kind);
	if (c->preset == NULL) {
		log_warnx("provider " STR_FMT ": kind '" STR_FMT "' is not known: its channels are left out",
		    STR_ARG(p->r.name), STR_ARG(p->kind));
		return false;
	}
	c->base_url = p->base_url.n > 0 ? p->base_url : str_of(c->preset->base_url);
	if (c->base_url.n == 0) {
		log_warnx("provider " STR_FMT " has no base_url: its channels are left out", STR_ARG(p->r.name));
		return false;
	}
	c->tongues = provider_tongues(c->preset, &p->dialects);
	make_urls(s, c);
	c->allow_private = p->allow_private || (c->preset->quirks & QUIRK_LOCAL) != 0;
	for (size_t i = 0; i < record->transforms.n; i++)
		c->transforms |= transform_find(record->transforms.items[i]);
	return read_limits(&s->arena, channel_limits(&s->arena, record), "channel", record->r.name, &c->limits);
}

static void
add_channels(struct snapshot *s, struct txn *t)
{
	struct record_walk w;
	struct channel	 **all = NULL;
	size_t		   n = 0;

	for (struct channel *c = record_first(&w, t, RECORD_CHANNEL, &s->arena); c != NULL; c = record_next(&w)) {
		if (n % 64 == 0)
			all = xrealloc(all, (n + 64) * sizeof(struct channel *));
		all[n++] = c;
	}
	s->channels = arena_array(&s->arena, struct route_channel, n + 1);
	for (size_t i = 0; i < n; i++)
		if (channel_init(s, t, &s->channels[s->channels_n], all[i]))
			s->channels_n++;
		else
			memset(&s->channels[s->channels_n], 0, sizeof(s->channels[0]));
	free(all);
}

struct snapshot *
snapshot_build(struct txn *t, const struct seal_ring *ring, const struct str_list *global)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));

	s->refs = 1;
	arena_init(&s->arena);
	(void)read_limits(&s->arena, global, "setting", STR("limits"), &s->global);
	price_rules_load(s, t);
	add_channels(s, t);
	add_upkeys(s, t, ring);
	for (size_t i = 0; i < s->channels_n; i++) {
		add_aliases(s, &s->channels[i]);
		add_listed(s, &s->channels[i]);
	}
	add_models(s, t);
	add_keys(s, t);
	return s;
}

struct snapshot *
snapshot_hold(struct snapshot *s)
{
	s->refs++;
	return s;
}

void
snapshot_drop(struct snapshot *s)
{
	if (s == NULL || --s->refs > 0)
		return;
	for (size_t i = 0; i < s->channels_n; i++)
		for (size_t k = 0; k < s->channels[i].upkeys_n; k++)
			secret_done(&s->channels[i].upkeys[k].secret);
	map_done(&s->offers);
	map_done(&s->lower);
	map_done(&s->tails);
	map_done(&s->keys);
	map_done(&s->prices_exact);
	arena_done(&s->arena);
	free(s);
}

const struct route_key *
snapshot_key(const struct snapshot *s, const unsigned char hash[SHA256_BYTES])
{
	return map_get(&s->keys, (struct str){ (const char *)hash, SHA256_BYTES });
}
