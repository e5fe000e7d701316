/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.c - GET /v1/models and GET /v1/models/{id}.
 *
 * Runs in: worker.
 */
#include "api/catalog.h"

#include <stdlib.h>

#include "api/reply.h"
#include "base/json.h"
#include "route/match.h"

static void
write_model(struct json_out *o, const struct offer *f)
{
	json_object(o, NULL);
	json_str(o, "id", f->asked);
	json_cstr(o, "object", "model");
	json_unum(o, "created", f->since / 1000000);
	json_str(o, "owned_by", f->channel->provider->r.name);
	if (f->context > 0)
		json_unum(o, "context_length", f->context);
	if (f->max_output > 0)
		json_unum(o, "max_output_tokens", f->max_output);
	json_object_end(o);
}

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

enum next
catalog_list(struct exchange *x)
{
	const struct offer **list = arena_array(&x->arena, const struct offer *, x->snapshot->offers.n + 1);
	struct json_out	     o;
	size_t		     n = 0;

	MAP_EACH(slot, &x->snapshot->offers) {
		list[n] = permitted(slot->value, x->key);
		n += list[n] != NULL;
	}
	qsort(list, n, sizeof(struct offer *), by_name);
	json_start(&o, &x->body, false);
	json_object(&o, NULL);
	json_cstr(&o, "object", "list");
	json_array(&o, "data");
	for (size_t i = 0; i < n; i++)
		write_model(&o, list[i]);
	json_array_end(&o);
	json_object_end(&o);
	return reply_json(x, 200, buf_view(&x->body));
}

enum next
catalog_show(struct exchange *x, struct str id)
{
	const struct offer *f = permitted(map_get(&x->snapshot->offers, id), x->key);
	struct json_out	    o;

	if (f == NULL)
		return exchange_refuse(x, FAULT_MODEL_UNKNOWN,
		    arena_printf(&x->arena, "the model '" STR_FMT "' does not exist here", STR_ARG(str_upto(id, 256))),
		    STR("model"));
	json_start(&o, &x->body, false);
	write_model(&o, f);
	return reply_json(x, 200, buf_view(&x->body));
}
