/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show.c - lists and shows records.
 *
 * Runs in: weirctl.
 *
 * What the state knows beside the store (health, a key that cools) is shown
 * with the record when there is a state.
 */
#include "ctl/show.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "conf/problem.h"
#include "ctl/audit.h"
#include "ctl/command.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "limit/breaker.h"
#include "limit/chanstat.h"

/* What a list shows for people; the rest is in `show` and in JSON. */
static const char *const list_columns[RECORD_KINDS][12] = {
	[RECORD_PROVIDER] = { "id", "name", "enabled", "kind", "base_url", "class", "origin", NULL },
	[RECORD_CHANNEL] = { "id", "name", "enabled", "provider", "models", "priority", "weight", "health", "origin", NULL },
	[RECORD_UPKEY] = { "id", "name", "enabled", "digest", "state", "origin", NULL },
	[RECORD_APIKEY] = { "id", "name", "enabled", "hint", "role", "owner", "limits", "expires", "revoked", "origin", NULL },
	[RECORD_MODEL] = { "id", "name", "enabled", "context", "max_output", "capabilities", "origin", NULL },
	[RECORD_PRICE] = { "id", "name", "enabled", "channel", "model", "input", "output", "request", "origin", NULL },
};

static const char *const origin_names[] = { "live", "file", "found" };

/* ---------------------------------------------------------------- one record as JSON */

static void
add_health(struct ctl *c, uint64_t id, struct json_out *out)
{
	struct chanstat stat;
	struct txn     *t = txn_read(c->state);

	if (chanstat_get(t, id, &stat) && stat.health < HEALTHS) {
		json_cstr(out, "health", health_names[stat.health]);
		json_unum(out, "latency_ms", stat.latency_ms);
		json_cstr(out, "detail", stat.detail);
	} else {
		json_null(out, "health");
	}
	txn_end(t);
}

static void
add_keystate(struct ctl *c, uint64_t id, struct json_out *out)
{
	uint64_t    until, now = clock_mono_ms();
	struct txn *t = txn_read(c->state);

	json_cstr(out, "state", keystate_names[keystate_look(t, id, now, &until)]);
	json_unum(out, "left_ms", until > now ? until - now : 0);
	txn_end(t);
}

void
show_fields(struct ctl *c, enum record_kind kind, const struct record *r, struct json_out *out)
{
	struct buf	  text = { 0 };
	struct json_out	  inner;
	struct json	 *root;
	struct json_error err;

	json_start(&inner, &text, false);
	json_object(&inner, NULL);
	fields_json(record_info[kind].fields, r, &inner);
	json_object_end(&inner);
	if (json_read(&c->arena, arena_str(&c->arena, buf_view(&text)), (struct json_limits){ .tree_depth = 1 }, &root, &err) == 0)
		for (const struct json *v = root->child; v != NULL; v = v->next) {
			if (str_is(v->name, "origin"))
				json_cstr(out, "origin", r->origin < LENGTH(origin_names) ? origin_names[r->origin] : "?");
			else if (!str_is(v->name, "hash"))
				json_raw(out, arena_cstr(&c->arena, v->name), v->raw);
		}
	buf_done(&text);
}

static void
write_record(struct ctl *c, enum record_kind kind, const struct record *r, struct json_out *out)
{
	json_object(out, NULL);
	show_fields(c, kind, r, out);
	if (kind == RECORD_CHANNEL && c->state != NULL)
		add_health(c, r->id, out);
	if (kind == RECORD_UPKEY && c->state != NULL)
		add_keystate(c, r->id, out);
	json_object_end(out);
}

/* ---------------------------------------------------------------- list */

/* FIELD=PATTERN, all must match. */
static bool
matches(struct ctl *c, enum record_kind kind, const struct record *r)
{
	const struct fields *fields = record_info[kind].fields;

	for (size_t i = 0; i < c->n; i++) {
		size_t		    at = str_find_byte(c->args[i], '=');
		const struct field *f = fields_find(fields, str_upto(c->args[i], at));

		if (!str_glob(str_from(c->args[i], at + 1), fields_text(fields, &c->arena, r, f)))
			return false;
	}
	return true;
}

static int
check_patterns(struct ctl *c, const struct fields *fields)
{
	for (size_t i = 0; i < c->n; i++) {
		size_t	   at = str_find_byte(c->args[i], '=');
		struct str name = str_upto(c->args[i], at);

		if (at == c->args[i].n)
			return ctl_fail(c, EX_USAGE, "\"" STR_FMT "\" is not FIELD=PATTERN", STR_ARG(c->args[i]));
		if (fields_find(fields, name) == NULL)
			return ctl_fail(c, EX_USAGE, "a %s has no field \"" STR_FMT "\"" STR_FMT, record_info[c->command->kind].noun, STR_ARG(name),
			    STR_ARG(problem_hint(&c->arena, fields_nearest(fields, name))));
	}
	return 0;
}

int
show_list(struct ctl *c)
{
	enum record_kind   kind = c->command->kind;
	struct record_walk walk;
	struct json_out	   out;
	struct buf	   json = { 0 };
	struct txn	  *t;
	int		   rc = check_patterns(c, record_info[kind].fields);

	if (rc == 0)
		rc = open_store(c, false);
	if (rc != 0)
		return rc;
	(void)open_state_if_any(c, false);
	json_start(&out, &json, true);
	json_array(&out, NULL);
	t = txn_read(c->store);
	for (struct record *r = record_first(&walk, t, kind, &c->arena); r != NULL; r = record_next(&walk))
		if (matches(c, kind, r))
			write_record(c, kind, r, &out);
	txn_end(t);
	json_array_end(&out);
	print_rows(c, &json, list_columns[kind]);
	return 0;
}

/* ---------------------------------------------------------------- show */

static void
write_belongings(struct ctl *c, struct txn *t, const struct channel *channel, struct json_out *out)
{
	struct record_walk walk;

	json_array(out, "keys");
	for (struct upkey *k = record_first(&walk, t, RECORD_UPKEY, &c->arena); k != NULL; k = record_next(&walk))
		if (k->channel == channel->r.id)
			json_str(out, NULL, k->r.name);
	json_array_end(out);
}

int
show_one(struct ctl *c)
{
	enum record_kind kind = c->command->kind;
	struct json_out	 out;
	struct record	*r;
	struct buf	 json = { 0 };
	struct txn	*t;
	int		 rc = open_store(c, false);

	if (rc != 0)
		return rc;
	(void)open_state_if_any(c, false);
	t = txn_read(c->store);
	r = record_find(t, kind, c->args[0], &c->arena);
	if (r == NULL) {
		txn_end(t);
		return ctl_fail(c, EX_NOINPUT, "there is no %s \"" STR_FMT "\"", record_info[kind].noun, STR_ARG(c->args[0]));
	}
	json_start(&out, &json, true);
	json_object(&out, NULL);
	show_fields(c, kind, r, &out);
	if (kind == RECORD_CHANNEL)
		write_belongings(c, t, (const struct channel *)(const void *)r, &out);
	if (kind == RECORD_CHANNEL && c->state != NULL)
		add_health(c, r->id, &out);
	if (kind == RECORD_UPKEY && c->state != NULL)
		add_keystate(c, r->id, &out);
	json_object_end(&out);
	txn_end(t);
	print_object(c, &json);
	return 0;
}

/* ---------------------------------------------------------------- audit */

int
show_read_span(struct ctl *c, const struct str *words, size_t n, uint64_t *from, uint64_t *to)
{
	*from = 0;
	*to = UINT64_MAX;
	for (size_t i = 0; i < n; i++) {
		bool	   end = str_starts(words[i], STR("to="));
		struct str text = str_from(words[i], end ? 3 : 5);
		uint64_t   us;

		if (!end && !str_starts(words[i], STR("from=")))
			return ctl_fail(c, EX_USAGE, "\"" STR_FMT "\" is not from=DATE or to=DATE", STR_ARG(words[i]));
		if (clock_parse(text, &us) < 0)
			return ctl_fail(c, EX_USAGE, "\"" STR_FMT "\" is neither a date like 2026-11-21 nor a time like "
			    "2026-11-21T09:24:29Z", STR_ARG(text));
		/* A date means its whole day. */
		if (end)
			*to = text.n == 10 ? us + UINT64_C(86400000000) : us;
		else
			*from = us;
	}
	return 0;
}

int
show_audit(struct ctl *c)
{
	static const char *const columns[] = { "time", "user", "noun", "name", "what", NULL };
	struct json_out		 out;
	struct buf		 json = { 0 };
	struct txn		*t;
	uint64_t		 from, to;
	int			 rc = show_read_span(c, c->args, c->n, &from, &to);

	if (rc == 0)
		rc = open_store(c, false);
	if (rc != 0)
		return rc;
	json_start(&out, &json, true);
	t = txn_read(c->store);
	audit_list(t, from, to, &out);
	txn_end(t);
	print_rows(c, &json, columns);
	return 0;
}
