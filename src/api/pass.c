/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pass.c - what a request asks that is passed on as it is, and its body.
 *
 * Runs in: worker.
 *
 * The path that goes upstream is made of a route's own words and an id of plain
 * letters: nothing that a client writes into a path or a query can lead
 * elsewhere below the upstream's host.
 */
#include "api/pass.h"

#include <stdlib.h>
#include <string.h>

#include "api/attempt.h"
#include "api/remember.h"
#include "api/reply.h"
#include "base/json.h"
#include "dialect/splice.h"

#define FORM_HOLD_BYTES (1u << 20)	/* of a form whose upstream is being chosen */
#define QUERY_MOST 1024
#define ID_MOST 256
#define MODEL_MOST 512		/* as of other endpoints: it goes into each log and ledger line */

/*
 * What is asked.
 */
static bool
is_word(struct str s)
{
	static const char others[] = "-_.";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], lower = (char)(c | 0x20);

		if ((lower < 'a' || lower > 'z') && (c < '0' || c > '9') && (c == '\0' || strchr(others, c) == NULL))
			return false;
	}
	return s.n > 0 && s.n <= ID_MOST && s.p[0] != '.';
}

/* Behind the prefix of a route for one of many: an id, and maybe what is done with it. */
static bool
is_id_and_verb(struct str rest)
{
	struct str id;

	return str_split(&rest, '/', &id) && is_word(id) &&
	    (rest.n == 0 || str_is(rest, "content") || str_is(rest, "cancel") || str_is(rest, "input_items"));
}

/* Names, numbers and what joins them; the gateway's own key is not for others. */
static struct str
clean_query(struct arena *a, struct str query)
{
	struct buf b = { 0 };
	struct str pair, text;

	while (query.n <= QUERY_MOST && str_split(&query, '&', &pair)) {
		struct str name = str_upto(pair, str_find_byte(pair, '=')), value = str_from(pair, name.n + 1);

		if (!is_word(name) || str_is(name, "key") || (value.n > 0 && !is_word(value)))
			continue;
		buf_byte(&b, b.n == 0 ? '?' : '&');
		buf_str(&b, pair);
	}
	text = arena_take(a, &b);
	return text;
}

/* The path below the base URL: what stands behind the version, whichever base the client has. */
static bool
read_target(struct exchange *x, struct pass *p)
{
	struct str path = request_path(x->request), row = str_of(x->route->path);

	if (str_ends(row, STR("/")) && !is_id_and_verb(str_from(path, row.n)))
		return false;
	while (str_starts(path, STR("/v1/")))
		path = str_from(path, 3);
	p->target = arena_printf(&x->arena, STR_FMT STR_FMT, STR_ARG(path),
	    STR_ARG(clean_query(&x->arena, request_query(x->request))));
	return true;
}

struct str
pass_name(struct arena *a, const struct route *r)
{
	struct str path = str_of(r->path);
	char	  *name;

	while (str_starts(path, STR("/v1/")))
		path = str_from(path, 3);
	path = str_from(path, 1);
	if (str_ends(path, STR("/")))
		path.n--;
	name = arena_cstr(a, path);
	for (char *p = name; *p != '\0'; p++)
		if (*p == '/')
			*p = '.';
	return (struct str){ name, path.n };
}

bool
pass_is_live(const struct request *r)
{
	const char	   *allow;
	enum fault	    f;
	const struct route *route = route_find(request_method(r), request_path(r), &f, &allow);

	return route != NULL && route->does == ROUTE_PASS && (route->flags & ROUTE_FORM) != 0 &&
	    multipart_boundary(request_header(r, "Content-Type")).n > 0;
}

/* The upstream is told what was read here: a body that is one thing by its header and another by its bytes has no use. */
static enum next
begin(struct exchange *x)
{
	struct str   boundary = multipart_boundary(request_header(x->request, "Content-Type"));
	struct pass *p = x->pass = arena_new(&x->arena, struct pass);

	if (!read_target(x, p))
		return exchange_refuse(x, FAULT_NOT_FOUND, STR_NONE, STR_NONE);
	if (boundary.n > 0)
		p->type = arena_printf(&x->arena, "Content-Type: " STR_FMT, STR_ARG(multipart_type(&x->arena, boundary))).p;
	p->live = pass_is_live(x->request) && request_body_bytes(x->request) > 0;
	multipart_init(&p->multipart, &x->arena, boundary, "model");
	x->ask = (struct ask){ .endpoint = ENDPOINT_PASS, .choices = 1, .body = request_body(x->request) };
	return NEXT;
}

/*
 * The model.
 */
static bool
is_free(const struct exchange *x)
{
	return (x->route->flags & ROUTE_FREE) != 0;
}

static enum next
know(struct exchange *x, struct str model)
{
	struct pass *p = x->pass;

	p->known = true;
	if (model.n > MODEL_MOST)
		return exchange_refuse(x, FAULT_MODEL_UNKNOWN, STR("no model has a name as long as that"), STR("model"));
	x->ask.model = arena_str(&x->arena, model);
	x->entry.model = x->ask.model;
	if (model.n > 0 || is_free(x)) {
		x->step = STEP_PLAN;
		return NEXT;
	}
	return exchange_refuse(x, FAULT_MODEL_MISSING, STR_NONE, STR("model"));
}

static enum next
parse_json(struct exchange *x)
{
	struct json_limits limits = { .depth = (uint32_t)api()->env.conf->json_depth, .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	const struct json *model;

	if (x->ask.body.n == 0 && is_free(x))
		return know(x, STR(""));
	if (json_read(&x->arena, x->ask.body, limits, &root, &e) < 0)
		return exchange_refuse(x, FAULT_BAD_JSON,
		    arena_printf(&x->arena, "the body is not valid JSON: %s at byte %zu", e.what, e.offset), STR_NONE);
	if (root->type != JSON_OBJECT)
		return exchange_refuse(x, FAULT_BAD_REQUEST, STR("the body must be a JSON object"), STR_NONE);
	model = json_get(root, "model");
	if (model != NULL && model->type != JSON_STRING && model->type != JSON_NULL)
		return exchange_refuse(x, FAULT_BAD_REQUEST, STR("'model' must be a string"), STR("model"));
	if (json_is(model, JSON_STRING))
		x->ask.model_span = model->raw;
	return know(x, json_text(&x->arena, model));
}

static enum next
refuse_form(struct exchange *x)
{
	return exchange_refuse(x, FAULT_BAD_REQUEST, STR("the body is no multipart form that all would read alike"), STR_NONE);
}

static enum next
parse_form(struct exchange *x)
{
	struct pass		*p = x->pass;
	const struct multipart *m = &p->multipart;
	struct str		 form = p->live ? buf_view(&p->form) : x->ask.body;

	if (is_free(x))
		return know(x, STR(""));
	if (!p->live && !multipart_feed(&p->multipart, form))
		return refuse_form(x);
	if (m->found)
		return know(x, str_upto(str_from(form, m->value_at), m->value_n));
	if (m->ended)
		return know(x, STR(""));
	if (!p->live || p->whole)
		return exchange_refuse(x, FAULT_BAD_REQUEST, STR("the form ends before its last boundary"), STR_NONE);
	if (p->form.n > api()->env.conf->body_bytes)
		return exchange_refuse(x, FAULT_BODY_TOO_LARGE,
		    STR("the form is larger than is kept: send its field 'model' before the file"), STR("model"));
	return WAIT;
}

/* A response by its id may be one of ours: those of upstreams that keep theirs are asked for there. */
static enum next
look_here(struct exchange *x)
{
	struct str rest = str_from(request_path(x->request), str_of(x->route->path).n);

	if ((x->route->flags & ROUTE_KEPT) == 0 || str_find_byte(rest, '/') < rest.n)
		return NEXT;
	return remember_show(x, rest);
}

enum next
pass_parse(struct exchange *x)
{
	if (x->pass == NULL && (begin(x) == WAIT || look_here(x) == WAIT))
		return WAIT;
	if (x->pass->type != NULL)
		return parse_form(x);
	if ((x->route->flags & ROUTE_FORM) != 0 && is_free(x))
		return exchange_refuse(x, FAULT_MEDIA_TYPE, STR("the body must be multipart/form-data"), STR_NONE);
	return parse_json(x);
}

/*
 * Who is asked when no model is named.
 */
static int
by_priority(const void *a, const void *b)
{
	const struct offer *x = *(const struct offer *const *)a, *y = *(const struct offer *const *)b;

	if (x->channel->record->priority != y->channel->record->priority)
		return x->channel->record->priority < y->channel->record->priority ? -1 : 1;
	return str_cmp(x->channel->record->r.name, y->channel->record->r.name);
}

static bool
may_use(const struct route_key *key, const struct route_channel *c)
{
	const struct str_list *globs;

	if (key == NULL || key->record->channels.n == 0)
		return true;
	globs = &key->record->channels;
	for (size_t i = 0; i < globs->n; i++)
		if (str_glob(globs->items[i], c->record->r.name))
			return true;
	return false;
}

/* A batch runs what its file says, unseen here: not for a key that may use some models only. */
static bool
may_ask(const struct exchange *x)
{
	bool runs = str_ends(str_of(x->route->path), STR("/batches")) && strcmp(x->route->method, "POST") == 0;

	return !runs || x->key == NULL || x->key->record->models.n == 0;
}

/* A file is where it was put: always the same channel first, and no other behind it. */
void
pass_match(struct exchange *x, struct match *m)
{
	const struct snapshot *s = x->snapshot;

	*m = (struct match){ .offers = arena_array(&x->arena, const struct offer *, s->channels_n + 1) };
	for (size_t i = 0; i < s->channels_n; i++) {
		const struct route_channel *c = &s->channels[i];
		struct offer		   *o;

		if (c->urls[x->dialect->id][ENDPOINT_PASS] == NULL)
			continue;
		if (!may_use(x->key, c) || !may_ask(x)) {
			m->forbidden = true;
			continue;
		}
		o = arena_new(&x->arena, struct offer);
		*o = (struct offer){ .channel = c, .asked = STR(""), .upstream = STR(""), .tariff.priced = true };
		m->offers[m->n++] = o;
	}
	qsort(m->offers, m->n, sizeof(*m->offers), by_priority);
	if (m->n > 1)
		m->n = 1;
}

/*
 * The body.
 */
static struct str
renamed_json(struct exchange *x, struct arena *a)
{
	struct buf    quoted = { 0 };
	struct splice s = { .cut = x->ask.model_span.n };
	struct str    body;

	if (x->ask.model_span.n == 0 || str_eq(x->ask.model, x->used->upstream))
		return x->ask.body;
	json_quote(&quoted, x->used->upstream);
	s.at = (size_t)(x->ask.model_span.p - x->ask.body.p);
	s.put = buf_view(&quoted);
	body = splice_apply(a, x->ask.body, &s, 1);
	buf_done(&quoted);
	return body;
}

/* What is here of a form, with the model's name as the upstream knows it. */
static struct str
renamed_form(struct exchange *x, struct arena *a)
{
	const struct pass *p = x->pass;
	struct str	   form = p->live ? buf_view(&p->form) : x->ask.body;
	struct splice	   s = { p->multipart.value_at, p->multipart.value_n, x->used->upstream };

	if (!p->multipart.found || str_eq(x->ask.model, x->used->upstream))
		return form;
	return splice_apply(a, form, &s, 1);
}

static uint64_t
announced(const struct exchange *x)
{
	const struct multipart *m = &x->pass->multipart;
	uint64_t		n = request_body_bytes(x->request);

	return m->found ? n - m->value_n + x->used->upstream.n : n;
}

void
pass_call(struct exchange *x, struct arena *a, const char *base_url, struct call *call)
{
	struct pass *p = x->pass;

	call->method = str_is(request_method(x->request), "HEAD") ? "GET" : x->route->method;
	call->url = arena_printf(a, "%s" STR_FMT, base_url, STR_ARG(p->target)).p;
	call->body_most = api()->env.conf->stream_bytes;
	call->stream = true;
	if (p->live)
		call->upload = announced(x);
	else if (p->type != NULL)
		call->body = arena_str(a, renamed_form(x, a));
	else
		call->body = arena_str(a, renamed_json(x, a));
}

void
pass_started(struct exchange *x)
{
	struct pass *p = x->pass;
	struct arena a;

	if (!p->live)
		return;
	p->uploading = true;
	arena_init(&a);
	if (attempt_upload(x, renamed_form(x, &a)))
		request_hold(x->request);
	else
		request_go_on(x->request);
	arena_done(&a);
}

bool
pass_is_spent(const struct exchange *x)
{
	return x->pass != NULL && x->pass->spent;
}

void
pass_done(struct pass *p)
{
	if (p == NULL)
		return;
	buf_done(&p->form);
	multipart_done(&p->multipart);
}

void
pass_drained(struct exchange *x)
{
	request_go_on(x->request);
}

/* It was believed too early: the last bytes do not go on, so the upstream never has it whole. */
static void
take_back(struct exchange *x)
{
	attempt_cancel(x);
	batch_cancel(&x->admission);
	(void)refuse_form(x);
}

/* Parts come before the model is known, while a candidate is chosen, and while an attempt takes them. */
void
pass_part(struct exchange *x, struct str bytes, bool last)
{
	struct pass *p = x->pass;

	if (p == NULL || x->gone || x->step == STEP_SETTLE)
		return;
	p->whole |= last;
	x->entry.request_bytes += bytes.n;
	if (!is_free(x) && !multipart_feed(&p->multipart, bytes)) {
		take_back(x);
		return;
	}
	if (p->uploading && x->attempt != NULL) {
		if (bytes.n == 0)
			return;
		p->spent = true;
		buf_done(&p->form);
		if (attempt_upload(x, bytes))
			request_hold(x->request);
		return;
	}
	buf_str(&p->form, bytes);
	if (x->step == STEP_PARSE)
		exchange_run(x);
	else if (p->form.n > FORM_HOLD_BYTES)
		request_hold(x->request);
}
