/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.c - the models that there are, as a list and one by one.
 *
 * Runs in: worker.
 *
 * Lists are in the order of their names, so a page begins behind the name that
 * ended the one before, whatever was added between.
 */
#include "api/catalog.h"

#include <stdlib.h>

#include "api/catalog_shape.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/json.h"
#include "route/match.h"

static int
by_name(const void *a, const void *b)
{
	return str_cmp((*(const struct offer *const *)a)->asked, (*(const struct offer *const *)b)->asked);
}

/* The first offer of a chain that the key may use. */
static const struct offer *
permitted(const struct offer *o, const struct route_key *key)
{
	while (o != NULL && !match_permits(key, o))
		o = o->next;
	return o;
}

/* How each dialect asks for a part of the list; a dialect that does not gets all of it. */
static const struct paging {
	const char *most, *after, *before;
} pagings[DIALECTS] = {
	[DIALECT_ANTHROPIC] = { "limit", "after_id", "before_id" },
	[DIALECT_GEMINI] = { "pageSize", "pageToken", NULL },
};

static struct str
asked_for(struct exchange *x, const char *name)
{
	return name != NULL ? query_value(&x->arena, request_query(x->request), name) : STR_NONE;
}

static void
cut_page(struct exchange *x, struct catalog_page *p)
{
	const struct paging *how = &pagings[x->dialect->id];
	struct str	     after = asked_for(x, how->after), before = asked_for(x, how->before);
	uint64_t	     most;

	while (after.n > 0 && p->n > 0 && str_cmp(p->of[0]->asked, after) <= 0) {
		p->of++;
		p->n--;
	}
	while (before.n > 0 && p->n > 0 && str_cmp(p->of[p->n - 1]->asked, before) >= 0)
		p->n--;
	if (str_u64(asked_for(x, how->most), &most) < 0 || most == 0 || most >= p->n)
		return;
	p->more = true;
	if (before.n > 0)
		p->of += p->n - most;
	p->n = most;
}

enum next
catalog_list(struct exchange *x)
{
	struct catalog_page page = { .of = arena_array(&x->arena, const struct offer *, x->snapshot->offers.n + 1) };
	struct json_out	    o;

	MAP_EACH(slot, &x->snapshot->offers) {
		page.of[page.n] = permitted(slot->value, x->key);
		page.n += page.of[page.n] != NULL;
	}
	qsort(page.of, page.n, sizeof(struct offer *), by_name);
	cut_page(x, &page);
	page.slugs = asked_for(x, "client_version").p != NULL;
	json_start(&o, &x->body, false);
	catalog_write_page(&o, x->dialect->id, &page);
	return reply_tagged(x, buf_view(&x->body));
}

/* Ollama's clients leave the usual tag out, or put it to names that have none. */
static const struct offer *
find(struct exchange *x, struct str id)
{
	const struct offer *f = permitted(map_get(&x->snapshot->offers, id), x->key);

	if (f != NULL || x->dialect->id != DIALECT_OLLAMA)
		return f;
	id = str_ends(id, STR(":latest")) ? str_upto(id, id.n - 7) : arena_printf(&x->arena, STR_FMT ":latest", STR_ARG(id));
	return permitted(map_get(&x->snapshot->offers, id), x->key);
}

enum next
catalog_show(struct exchange *x, struct str id)
{
	const struct offer *f = find(x, id);
	struct json_out	    o;

	if (f == NULL)
		return exchange_refuse(x, FAULT_MODEL_UNKNOWN,
		    arena_printf(&x->arena, "the model '" STR_FMT "' does not exist here", STR_ARG(str_upto(id, 256))),
		    STR("model"));
	json_start(&o, &x->body, false);
	catalog_write_model(&o, x->dialect->id, f);
	return reply_json(x, 200, buf_view(&x->body));
}

enum next
catalog_show_asked(struct exchange *x)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	struct str	   id;

	if (json_read(&x->arena, request_body(x->request), limits, &root, &e) < 0)
		return exchange_refuse(x, FAULT_BAD_JSON, STR_NONE, STR_NONE);
	id = json_text(&x->arena, json_get(root, "model"));
	if (id.n == 0)
		id = json_text(&x->arena, json_get(root, "name"));
	return id.n > 0 ? catalog_show(x, id) : exchange_refuse(x, FAULT_MODEL_MISSING, STR_NONE, STR("model"));
}
