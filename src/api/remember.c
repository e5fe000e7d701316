/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remember.c - replies of the Responses API that their client may name later.
 *
 * Runs in: worker.
 *
 * A conversation is kept as its items, the earlier ones included, so that one
 * look finds all of it however long the chain is.
 */
#include "api/remember.h"

#include "api/reply.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/map.h"
#include "dialect/responses.h"
#include "dialect/splice.h"

#define RESPONSES_MOST 1024	/* whose items one request names */

static struct kept_bounds
bounds(void)
{
	const struct conf *c = api()->env.conf;

	return (struct kept_bounds){ .bytes = c->responses_bytes, .age_us = c->responses_age_ms * 1000 };
}

static uint64_t
key_id(const struct exchange *x)
{
	return x->key != NULL ? x->key->record->r.id : 0;
}

static bool
find(struct exchange *x, struct str id, struct kept *k)
{
	struct kept_bounds b = bounds();
	struct txn	  *t = txn_read(api()->env.state);
	bool		   there = kept_get(t, &x->arena, id, key_id(x), &b, clock_wall_us(), k);

	txn_end(t);
	return there;
}

static struct json *
read_root(struct arena *a, struct str body)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;

	return json_read(a, body, limits, &root, &e) == 0 && root->type == JSON_OBJECT ? root : NULL;
}

/* What stands between an array's brackets. */
static struct str
inside(struct str array)
{
	array = str_trim(array);
	return array.n >= 2 ? str_trim((struct str){ array.p + 1, array.n - 2 }) : STR("");
}

/* The request's input as items. */
static struct str
items_of(struct arena *a, const struct json *input)
{
	if (json_is(input, JSON_STRING))
		return arena_printf(a, "{\"type\":\"message\",\"role\":\"user\",\"content\":" STR_FMT "}", STR_ARG(input->raw));
	return json_is(input, JSON_ARRAY) ? inside(input->raw) : STR("");
}

static struct str
joined(struct arena *a, struct str first, struct str second)
{
	return arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(first), first.n > 0 && second.n > 0 ? "," : "", STR_ARG(second));
}

/*
 * What the client says.
 */
static int
no_such(struct exchange *x, struct str id, struct complaint *why)
{
	return complain(why, FAULT_RESPONSE_UNKNOWN, STR("previous_response_id"),
	    arena_printf(&x->arena, "Previous response with id '" STR_FMT "' not found.", STR_ARG(str_upto(id, 128))));
}

static struct str
put_items(struct exchange *x, const struct json *previous, const struct json *input, struct str body)
{
	struct splice s[2] = {
		{ (size_t)(previous->raw.p - body.p), previous->raw.n, STR("null") },
		{ (size_t)(input->raw.p - body.p), input->raw.n,
		    arena_printf(&x->arena, "[" STR_FMT "]", STR_ARG(x->said)) },
	};
	struct splice swap = s[0];

	if (s[0].at > s[1].at) {
		s[0] = s[1];
		s[1] = swap;
	}
	return splice_apply(&x->arena, body, s, 2);
}

/*
 * Items that are named by their id alone, each in what is kept of its response.
 * A request may name one item a hundred thousand times, so what is read for it
 * and what it grows by has the bound that its body has.
 */
struct looking {
	struct exchange *x;
	struct map	 responses;	/* that were looked for: by id, to anything */
	struct map	 items;		/* of those found: by id, to its JSON */
	uint64_t	 bytes;		/* that were read and put in */
	struct str	 missed;	/* the first item that is nowhere */
};

static bool
is_too_much(struct looking *l, size_t more)
{
	l->bytes += more;
	return l->bytes > api()->env.conf->body_bytes;
}

static void
look_up(struct looking *l, struct str id)
{
	struct json_limits limits = { .tree_depth = 2 };
	struct arena	  *a = &l->x->arena;
	struct json_error  e;
	struct json	  *items;
	struct kept	   k;

	if (id.n == 0 || l->responses.n > RESPONSES_MOST || map_get(&l->responses, id) != NULL)
		return;
	(void)map_put(&l->responses, id, l);
	if (!find(l->x, id, &k) || is_too_much(l, k.items.n) ||
	    json_read(a, arena_printf(a, "[" STR_FMT "]", STR_ARG(k.items)), limits, &items, &e) < 0)
		return;
	for (struct json *item = items->child; item != NULL; item = item->next) {
		struct str name = json_text(a, json_get(item, "id"));

		if (name.n > 0)
			(void)map_put(&l->items, name, item);
	}
}

static struct str
find_item(void *arg, struct str item_id)
{
	struct looking	  *l = arg;
	const struct json *item = map_get(&l->items, item_id);

	if (item == NULL) {
		look_up(l, responses_reply_of(&l->x->arena, item_id));
		item = map_get(&l->items, item_id);
	}
	if (item != NULL && !is_too_much(l, item->raw.n))
		return item->raw;
	if (l->missed.n == 0)
		l->missed = item_id;
	return STR_NONE;
}

static struct str
refer(struct exchange *x, struct str body, struct str *missed)
{
	struct looking l = { .x = x };

	if (str_find(body, STR("\"item_reference\"")) < body.n)
		body = responses_refer(&x->arena, body, x->ask.depth, find_item, &l);
	map_done(&l.responses);
	map_done(&l.items);
	*missed = l.missed;
	return body;
}

static int
expand(struct exchange *x, struct str *body, struct complaint *why)
{
	struct json	  *root = read_root(&x->arena, *body);
	const struct json *previous = json_get(root, "previous_response_id"), *input = json_get(root, "input");
	struct str	   id = json_text(&x->arena, previous);
	struct kept	   k;

	x->said = items_of(&x->arena, input);
	if (id.n == 0 || input == NULL)
		return 0;
	if (!find(x, id, &k))
		return no_such(x, id, why);
	x->said = joined(&x->arena, k.items, x->said);
	*body = put_items(x, previous, input, *body);
	return 0;
}

int
remember_expand(struct exchange *x, struct str *body, struct complaint *why)
{
	struct str missed;

	*body = refer(x, *body, &missed);
	if (missed.n > 0)
		return complain(why, FAULT_RESPONSE_UNKNOWN, STR("input"),
		    arena_printf(&x->arena, "Item with id '" STR_FMT "' not found.", STR_ARG(str_upto(missed, 128))));
	return expand(x, body, why);
}

void
remember_forward(struct exchange *x)
{
	static const char member[] = "\"previous_response_id\"";
	struct complaint  why;
	struct str	  missed;
	struct inbound	  in = { .endpoint = x->ask.endpoint, .depth = x->ask.depth, .body = refer(x, x->ask.body, &missed) };
	struct ask	  ask;

	if (str_find(in.body, str_of(member)) < in.body.n)
		(void)expand(x, &in.body, &why);
	if (in.body.p != x->ask.body.p && x->dialect->ask(&x->arena, &in, &ask, &why) == 0)
		x->ask = ask;
}

/*
 * What it is answered.
 */
bool
remember_taken(void *arg, struct str id)
{
	struct exchange *x = arg;
	struct kept	 k;

	return api()->env.conf->responses_bytes > 0 && find(x, id, &k);
}

void
remember_reply(struct exchange *x, struct str response)
{
	struct json *root;
	struct kept *k;

	if (x->chat == NULL || str_is(x->chat->field[FIELD_STORE], "false") || api()->env.conf->responses_bytes == 0)
		return;
	root = read_root(&x->arena, response);
	if (root == NULL || json_get(root, "id") == NULL)
		return;
	k = arena_new(&x->arena, struct kept);
	*k = (struct kept){ .id = json_text(&x->arena, json_get(root, "id")), .key_id = key_id(x), .created_us = clock_wall_us(),
		.items = joined(&x->arena, x->said, inside(raw_of(json_get(root, "output")))),
		.reply = arena_str(&x->arena, response) };
	x->kept = k;
}

void
remember_events(struct exchange *x, struct str events)
{
	static const char begin[] = "data: {\"type\":\"response.";
	struct str	  line, payload = STR_NONE;
	struct json	 *root;

	while (str_split(&events, '\n', &line))
		if (str_starts(line, str_of(begin)))
			payload = str_from(line, 6);
	root = payload.n > 0 ? read_root(&x->arena, payload) : NULL;
	if (root != NULL && json_is(json_get(root, "response"), JSON_OBJECT))
		remember_reply(x, json_get(root, "response")->raw);
}

void
remember_store(struct exchange *x, struct txn *t)
{
	struct kept_bounds b = bounds();

	if (x->kept != NULL)
		kept_put(t, x->kept, &b);
}

/*
 * What is asked for again.
 */
static void
forget(struct batch_op *op, struct txn *t)
{
	struct exchange *x = container_of(op, struct exchange, admission);

	(void)kept_del(t, x->said, key_id(x));
}

static void
forgotten(struct batch_op *op, bool failed)
{
	struct exchange *x = container_of(op, struct exchange, admission);
	struct str	 text = arena_printf(&x->arena, "{\"id\":\"" STR_FMT "\",\"object\":\"response\",\"deleted\":true}",
		 STR_ARG(x->said));

	if (x->answered || x->gone)
		return;
	if (failed)
		exchange_refuse(x, FAULT_STORE_DOWN, STR_NONE, STR_NONE);
	else
		reply_json(x, 200, text);
}

enum next
remember_show(struct exchange *x, struct str id)
{
	struct kept k;

	if (!find(x, id, &k))
		return NEXT;
	if (!str_is(request_method(x->request), "DELETE"))
		return reply_json(x, 200, k.reply);
	x->said = arena_str(&x->arena, id);
	x->admission.phase = BATCH_ADMIT;
	x->admission.run = forget;
	x->admission.done = forgotten;
	batch_add(api()->batch, &x->admission);
	return WAIT;
}
