/* SPDX-License-Identifier: Apache-2.0 */
/*
 * try.c - does a provider answer, and with these keys?
 *
 * Runs in: weirctl.
 *
 * The question is the model list: it costs nothing.
 */
#include "ctl/try.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "ctl/fetch.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "ctl/upkey.h"
#include "provider/provider.h"

/* One question and what came of it. */
struct trial {
	const char	      *target;	/* as shown */
	const struct provider *provider;
	const struct preset   *preset;
	struct str	       secret;
	struct str	       model;	/* to be found in the list; STR_NONE: any list is fine */
	bool		       ok;
	size_t		       models;
	const char	      *detail;
};

struct trying {
	struct ctl     *c;
	struct json_out out;
	struct buf	json;
	size_t		failed, n;
};

static void
begin(struct ctl *c, struct trying *t)
{
	*t = (struct trying){ .c = c };
	json_start(&t->out, &t->json, true);
	json_array(&t->out, NULL);
}

static int
finish(struct trying *t)
{
	static const char *const columns[] = { "target", "result", "status", "ms", "models", "detail", NULL };

	json_array_end(&t->out);
	print_rows(t->c, &t->json, columns);
	return t->failed == 0 ? 0 : EX_UNAVAILABLE;
}

/* ---------------------------------------------------------------- judging */

static void
judge_list(struct ctl *c, struct trial *t, struct str body)
{
	struct model_list list;

	if (provider_read_models(&c->arena, body, &list) < 0) {
		t->detail = "it answers, but not with a model list";
		return;
	}
	t->models = list.n;
	t->ok = t->model.n == 0;
	for (size_t i = 0; i < list.n && !t->ok; i++)
		t->ok = str_eq(list.of[i].id, t->model);
	t->detail = t->ok ? "" : list.next.n > 0 ? "the first page of its list does not have this model"
						 : "it does not list this model";
}

static struct tongues
tongues_of(const struct trial *t)
{
	return provider_tongues(t->preset, &t->provider->dialects);
}

static void
judge(struct ctl *c, struct trial *t, const struct fetch *f)
{
	struct reply_headers headers = { STR_NONE, STR_NONE, STR_NONE };
	struct verdict	     v;

	if (f->status == 0) {
		t->detail = f->error;
	} else if (f->status / 100 == 2) {
		judge_list(c, t, buf_view(&f->body));
	} else if ((f->status == 401 || f->status == 403) && t->secret.n == 0) {
		t->ok = true;
		t->detail = "it answers, and wants a key";
	} else {
		provider_classify(&c->arena, &dialects[tongues_of(t).own], f->status, &headers, buf_view(&f->body), clock_wall_us(), &v);
		t->detail = v.view.message.n > 0 ? ctl_cstr(c, str_upto(v.view.message, 200)) :
		    v.fault != FAULT_NONE	 ? fault_info(v.fault)->text :
						   "it answers with an error";
	}
}

/* ---------------------------------------------------------------- asking */

static void
report(struct trying *y, const struct trial *t, const struct fetch *f)
{
	json_object(&y->out, NULL);
	json_cstr(&y->out, "target", t->target);
	json_cstr(&y->out, "result", t->ok ? "ok" : "failed");
	json_num(&y->out, "status", f->status);
	json_unum(&y->out, "ms", f->ms);
	json_unum(&y->out, "models", t->models);
	json_cstr(&y->out, "detail", t->detail);
	json_cstr(&y->out, "url", f->url);
	json_object_end(&y->out);
	y->failed += !t->ok;
	y->n++;
}

static void
ask(struct trying *y, struct trial *t)
{
	struct ctl	   *c = y->c;
	struct str	    base = t->provider->base_url.n > 0 ? t->provider->base_url : str_of(t->preset->base_url);
	enum dialect_id	    own = tongues_of(t).own;
	struct header_wish  wish = { .dialect = own, .own = &t->provider->headers, .secret = t->secret,
		.user_agent = c->conf.user_agent };
	struct header_lines lines = provider_headers(&c->arena, t->preset, &wish);
	struct fetch	    f = { .url = ctl_cstr(c, provider_list_url(&c->arena, base, own, STR_NONE)),
		       .headers = (const char *const *)lines.lines, .n = lines.n };

	f.ca_file = c->conf.ca_file.n > 0 ? ctl_cstr(c, c->conf.ca_file) : NULL;
	f.allow_private = t->provider->allow_private || (t->preset->quirks & QUIRK_LOCAL) != 0;
	fetch_run(&f);
	provider_headers_wipe(&lines);
	judge(c, t, &f);
	report(y, t, &f);
	fetch_done(&f);
}

/* ---------------------------------------------------------------- what is stored */

static int
find_preset(struct ctl *c, struct trial *t)
{
	t->preset = preset_find(t->provider->kind);
	if (t->preset == NULL)
		return ctl_fail(c, EX_DATAERR, "provider " STR_FMT " has the unknown kind \"" STR_FMT "\"",
		    STR_ARG(t->provider->r.name), STR_ARG(t->provider->kind));
	if (t->preset->base_url == NULL && t->provider->base_url.n == 0)
		return ctl_fail(c, EX_DATAERR, "provider " STR_FMT " has no base_url", STR_ARG(t->provider->r.name));
	return 0;
}

static void *
look_up(struct ctl *c, enum record_kind kind, struct str name)
{
	struct txn    *t = txn_read(c->store);
	struct record *r = record_find(t, kind, name, &c->arena);

	txn_end(t);
	if (r == NULL)
		ctl_fail(c, EX_NOINPUT, "there is no %s \"" STR_FMT "\"", record_info[kind].noun, STR_ARG(name));
	return r;
}

/* All enabled keys of a channel; NULL at the end. */
static struct upkey **
keys_of(struct ctl *c, uint64_t channel)
{
	struct record_walk walk;
	struct upkey	 **keys;
	size_t		   n = 0, most = 0;
	struct txn	  *t = txn_read(c->store);

	for (void *k = record_first(&walk, t, RECORD_UPKEY, &c->arena); k != NULL; k = record_next(&walk))
		most++;
	keys = arena_array(&c->arena, struct upkey *, most + 1);
	for (struct upkey *k = record_first(&walk, t, RECORD_UPKEY, &c->arena); k != NULL; k = record_next(&walk))
		if (k->channel == channel && k->r.enabled)
			keys[n++] = k;
	txn_end(t);
	return keys;
}

static int
ask_with_key(struct trying *y, struct trial *t, const struct upkey *k)
{
	struct secret secret = { 0 };

	if (open_ring(y->c) != 0 || upkey_open(y->c, k, &secret) < 0)
		return EX_DATAERR;
	t->target = ctl_cstr(y->c, k->r.name);
	t->secret = secret_bytes(&secret);
	ask(y, t);
	secret_done(&secret);
	return 0;
}

/* One trial for each key, one without when it has none. */
static int
ask_channel(struct trying *y, const struct channel *channel, struct str model, bool first_only)
{
	struct trial   t = { .target = ctl_cstr(y->c, channel->r.name), .provider = look_up(y->c, RECORD_PROVIDER, channel->provider) };
	struct upkey **keys = keys_of(y->c, channel->r.id);
	int	       rc = t.provider == NULL ? EX_NOINPUT : find_preset(y->c, &t);

	if (rc == 0 && keys[0] == NULL) {
		t.model = model;
		ask(y, &t);
	}
	for (size_t i = 0; rc == 0 && keys[i] != NULL && (i == 0 || !first_only); i++) {
		struct trial one = { .provider = t.provider, .preset = t.preset, .model = model };

		rc = ask_with_key(y, &one, keys[i]);
	}
	return rc;
}

/* ---------------------------------------------------------------- commands */

static int
ask_url(struct trying *y, struct str secret)
{
	struct provider p = { .base_url = y->c->args[0], .allow_private = true };
	struct trial	t = { .target = ctl_cstr(y->c, y->c->args[0]), .provider = &p, .preset = preset_find(STR("generic")),
		  .secret = secret };

	ask(y, &t);
	return 0;
}

/* Without a secret of its own, the first key of the first channel that reaches it. */
static int
ask_provider(struct trying *y, struct str secret)
{
	struct trial	   t = { .target = ctl_cstr(y->c, y->c->args[0]), .secret = secret };
	struct channel	  *via = NULL;
	struct record_walk walk;
	struct txn	  *txn;
	int		   rc;

	t.provider = look_up(y->c, RECORD_PROVIDER, y->c->args[0]);
	if (t.provider == NULL)
		return EX_NOINPUT;
	txn = txn_read(y->c->store);
	for (struct channel *k = record_first(&walk, txn, RECORD_CHANNEL, &y->c->arena); k != NULL; k = record_next(&walk))
		if (via == NULL && str_eq(k->provider, t.provider->r.name) && secret.n == 0)
			via = k;
	txn_end(txn);
	if (via != NULL)
		return ask_channel(y, via, STR_NONE, true);
	rc = find_preset(y->c, &t);
	if (rc == 0)
		ask(y, &t);
	return rc;
}

int
try_provider(struct ctl *c)
{
	bool	      url = str_starts_nocase(c->args[0], STR("http://")) || str_starts_nocase(c->args[0], STR("https://"));
	struct secret secret = { 0 };
	struct trying y;
	int	      rc = upkey_read_secret(c, false, &secret);

	if (rc == 0)
		rc = url ? open_conf(c) : open_store(c, false);
	if (rc == 0) {
		begin(c, &y);
		rc = url ? ask_url(&y, secret_bytes(&secret)) : ask_provider(&y, secret_bytes(&secret));
		rc = rc == 0 ? finish(&y) : rc;
	}
	secret_done(&secret);
	return rc;
}

int
try_channel(struct ctl *c)
{
	struct channel *channel;
	struct trying	y;
	int		rc = open_store(c, false);

	if (rc != 0)
		return rc;
	channel = look_up(c, RECORD_CHANNEL, c->args[0]);
	if (channel == NULL)
		return EX_NOINPUT;
	begin(c, &y);
	rc = ask_channel(&y, channel, STR_NONE, false);
	return rc == 0 ? finish(&y) : rc;
}

int
try_model(struct ctl *c)
{
	struct channel *channel;
	struct model   *m;
	struct trying	y;
	int		rc = open_store(c, false);

	if (rc != 0)
		return rc;
	m = look_up(c, RECORD_MODEL, c->args[0]);
	channel = m != NULL ? look_up(c, RECORD_CHANNEL, m->channel) : NULL;
	if (channel == NULL)
		return EX_NOINPUT;
	begin(c, &y);
	rc = ask_channel(&y, channel, m->model, true);
	return rc == 0 ? finish(&y) : rc;
}

int
try_upkey(struct ctl *c)
{
	struct channel *channel = NULL;
	struct upkey   *k;
	struct trial	t = { 0 };
	struct trying	y;
	struct txn     *txn;
	int		rc = open_store(c, false);

	if (rc != 0)
		return rc;
	k = look_up(c, RECORD_UPKEY, c->args[0]);
	if (k == NULL)
		return EX_NOINPUT;
	txn = txn_read(c->store);
	channel = record_get(txn, RECORD_CHANNEL, k->channel, &c->arena);
	txn_end(txn);
	t.provider = channel != NULL ? look_up(c, RECORD_PROVIDER, channel->provider) : NULL;
	if (t.provider == NULL)
		return EX_NOINPUT;
	begin(c, &y);
	rc = find_preset(c, &t);
	if (rc == 0)
		rc = ask_with_key(&y, &t, k);
	return rc == 0 ? finish(&y) : rc;
}
