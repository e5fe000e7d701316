/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit.c - one change of the store, told and audited.
 *
 * Runs in: weirctl.
 */
#include "ctl/edit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "conf/problem.h"
#include "ctl/audit.h"
#include "ctl/command.h"
#include "ctl/open.h"
#include "ctl/show.h"
#include "sched/declared.h"

#define NEAR_MOST 3

int
edit_begin(struct ctl *c, struct edit *e)
{
	int rc;

	*e = (struct edit){ .c = c };
	rc = open_store(c, true);
	if (rc != 0)
		return rc;
	e->t = txn_write(c->store);
	json_start(&e->out, &e->json, true);
	json_object(&e->out, NULL);
	json_bool(&e->out, "dry_run", c->dry_run);
	json_array(&e->out, "records");
	return 0;
}

void
edit_fail(struct edit *e, int status, const char *fmt, ...)
{
	struct str text;
	va_list	   ap;

	va_start(ap, fmt);
	text = arena_vprintf(&e->c->arena, fmt, ap);
	va_end(ap);
	ctl_fail(e->c, status, STR_FMT, STR_ARG(text));
	if (e->status == 0)
		e->status = status;
}

/* ---------------------------------------------------------------- finding */

static struct str
nearest(struct edit *e, enum record_kind kind, struct str name)
{
	struct record_walk walk;
	struct str	   best = STR_NONE;
	size_t		   most = NEAR_MOST;

	for (struct record *r = record_first(&walk, e->t, kind, &e->c->arena); r != NULL; r = record_next(&walk)) {
		size_t distance = str_distance(name, r->name, most);

		if (distance <= most && distance < r->name.n && (best.n == 0 || distance < most)) {
			best = r->name;
			most = distance;
		}
	}
	return best;
}

void *
edit_find(struct edit *e, enum record_kind kind, struct str name)
{
	struct record *r = record_find(e->t, kind, name, &e->c->arena);
	const char    *noun = record_info[kind].noun;

	if (r == NULL) {
		edit_fail(e, EX_NOINPUT, "there is no %s \"" STR_FMT "\"" STR_FMT, noun, STR_ARG(name),
		    STR_ARG(problem_hint(&e->c->arena, nearest(e, kind, name))));
		return NULL;
	}
	if (r->origin != ORIGIN_FILE)
		return r;
	edit_fail(e, EX_NOPERM, "%s " STR_FMT " is declared in the configuration: change it there, then `weirctl reload`", noun,
	    STR_ARG(r->name));
	return NULL;
}

/* ---------------------------------------------------------------- fields from words */

/* Words that look like a secret on the command line, where every user of the machine could read it. */
static bool
is_secret_name(struct str name)
{
	static const char *const names[] = { "secret", "key", "api_key", "apikey", "token", "password", "sealed", "hash" };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return false;
}

static int
set_field(struct edit *e, enum record_kind kind, void *object, struct str word)
{
	size_t	   at = str_find_byte(word, '=');
	struct str name = str_upto(word, at), why = STR_NONE;

	if (at == word.n) {
		edit_fail(e, EX_USAGE, "\"" STR_FMT "\" is not FIELD=VALUE", STR_ARG(word));
		return -1;
	}
	if (is_secret_name(name)) {
		edit_fail(e, EX_USAGE, STR_FMT "= is not taken: others can read the command line; use --secret-stdin or "
		    "--secret-file FILE", STR_ARG(name));
		return -1;
	}
	if (fields_set(record_info[kind].fields, &e->c->arena, object, name, str_from(word, at + 1), &why) == 0)
		return 0;
	edit_fail(e, EX_USAGE, STR_FMT, STR_ARG(why));
	return -1;
}

int
edit_fields(struct edit *e, enum record_kind kind, void *object, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set_field(e, kind, object, words[i]) < 0)
			return -1;
	return 0;
}

static int
check_limits(struct edit *e, const struct str_list *limits)
{
	struct problems p = { .arena = &e->c->arena };

	declared_check_limits(limits, STR(""), 0, &e->c->arena, &p);
	for (size_t i = 0; i < p.n; i++)
		edit_fail(e, EX_USAGE, STR_FMT, STR_ARG(p.items[i].message));
	return p.n > 0 ? -1 : 0;
}

int
edit_check(struct edit *e, enum record_kind kind, const void *object)
{
	struct str wrong = STR_NONE;

	if (kind == RECORD_PROVIDER)
		wrong = declared_wrong_provider(&e->c->arena, object);
	if (kind == RECORD_CHANNEL)
		return check_limits(e, &((const struct channel *)object)->limits);
	if (kind == RECORD_APIKEY)
		return check_limits(e, &((const struct apikey *)object)->limits);
	if (wrong.n == 0)
		return 0;
	edit_fail(e, EX_USAGE, STR_FMT, STR_ARG(wrong));
	return -1;
}

/* ---------------------------------------------------------------- storing */

/* The fields that differ, from what to what; secrets are never shown. */
static void
write_changes(struct edit *e, enum record_kind kind, const void *was, const void *is)
{
	const struct fields *fields = record_info[kind].fields;
	const struct field  *changed[64];
	size_t		     n = fields_diff(fields, was, is, changed, LENGTH(changed));

	json_object(&e->out, "changes");
	for (size_t i = 0; i < n && i < LENGTH(changed); i++) {
		if ((changed[i]->flags & FIELD_READONLY) != 0)
			continue;
		json_str(&e->out, changed[i]->name, fields_text(fields, &e->c->arena, was, changed[i]));
		buf_printf(&e->done, "  %s: " STR_FMT " becomes " STR_FMT "\n", changed[i]->name,
		    STR_ARG(fields_text(fields, &e->c->arena, was, changed[i])),
		    STR_ARG(fields_text(fields, &e->c->arena, is, changed[i])));
	}
	json_object_end(&e->out);
}

static void
tell(struct edit *e, const char *noun, struct str name, const char *what)
{
	buf_printf(&e->done, "%s " STR_FMT " %s%s\n", noun, STR_ARG(name), e->c->dry_run ? "would be " : "", what);
	e->changed++;
}

void
edit_note(struct edit *e, const char *noun, struct str name, const char *what)
{
	audit_add(e->t, e->c, noun, name, what);
	tell(e, noun, name, what);
	json_object(&e->out, NULL);
	json_cstr(&e->out, "change", what);
	json_cstr(&e->out, "noun", noun);
	json_str(&e->out, "name", name);
	json_object_end(&e->out);
}

/* As stored: record_put() makes some names. */
static struct str
stored_name(struct edit *e, enum record_kind kind, uint64_t id)
{
	struct record *r = record_get(e->t, kind, id, &e->c->arena);

	return r != NULL ? r->name : STR("");
}

int
edit_put(struct edit *e, enum record_kind kind, void *object, const char *what, const struct str *secret)
{
	struct record *r = object, *was = NULL;
	struct str     why, name;

	if (r->id != 0)
		was = record_get(e->t, kind, r->id, &e->c->arena);
	if (record_put(e->t, kind, object, &why) < 0) {
		edit_fail(e, txn_failed(e->t) ? EX_IOERR : EX_DATAERR, "%s " STR_FMT ": " STR_FMT, record_info[kind].noun, STR_ARG(r->name), STR_ARG(why));
		return -1;
	}
	name = stored_name(e, kind, r->id);
	if (was != NULL && was->changed == r->changed)
		what = "unchanged";
	else
		audit_add(e->t, e->c, record_info[kind].noun, name, what);
	tell(e, record_info[kind].noun, name, what);
	json_object(&e->out, NULL);
	json_cstr(&e->out, "change", what);
	json_cstr(&e->out, "noun", record_info[kind].noun);
	show_fields(e->c, kind, record_get(e->t, kind, r->id, &e->c->arena), &e->out);
	if (secret != NULL)
		json_str(&e->out, "secret", *secret);
	if (was != NULL && strcmp(what, "unchanged") != 0)
		write_changes(e, kind, was, object);
	json_object_end(&e->out);
	return 0;
}

int
edit_remove(struct edit *e, enum record_kind kind, struct record *r)
{
	size_t	   more = record_belongings(e->t, kind, r->id);
	struct str what = STR("removed");

	if (more > 0)
		what = arena_printf(&e->c->arena, "removed, with %zu record%s of its own", more, more == 1 ? "" : "s");
	if (!record_del(e->t, kind, r->id)) {
		edit_fail(e, EX_IOERR, "%s " STR_FMT " cannot be removed: %s", record_info[kind].noun, STR_ARG(r->name), txn_why(e->t));
		return -1;
	}
	edit_note(e, record_info[kind].noun, r->name, ctl_cstr(e->c, what));
	return 0;
}

/* ---------------------------------------------------------------- the end */

static int
store_it(struct edit *e)
{
	if (txn_commit(e->t) == 0)
		return 0;
	return ctl_fail(e->c, EX_IOERR, "the store cannot be written: %s", txn_why(e->t));
}

int
edit_end(struct edit *e)
{
	if (e->status != 0 || e->c->dry_run)
		txn_end(e->t);
	else
		e->status = store_it(e);
	json_array_end(&e->out);
	json_object_end(&e->out);
	if (e->status == 0) {
		struct str lines = buf_view(&e->done), line;

		while (str_split(&lines, '\n', &line))
			if (line.n > 0)
				ctl_say(e->c, STR_FMT, STR_ARG(line));
		if (e->c->json)
			printf(STR_FMT "\n", STR_ARG(buf_view(&e->json)));
	}
	if (e->json.p != NULL)
		explicit_bzero(e->json.p, e->json.cap);	/* a new key may stand in it */
	buf_done(&e->json);
	buf_done(&e->done);
	return e->status;
}
