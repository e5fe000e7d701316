/* SPDX-License-Identifier: Apache-2.0 */
/*
 * declared.c - a record declared in a configuration file, checked.
 *
 * Runs in: -P prepare, weir -t, weirctl.
 *
 * Every field goes through the store's own table, so a file and weirctl take
 * the same values; every problem names the line of the field.
 */
#include "sched/declared.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limit/limit.h"
#include "provider/provider.h"

#define SECRET_BYTES 65536
#define NEAR_MOST 3	/* edits for "did you mean" */

struct making {
	struct declared *d;
	struct arena	*a;
	struct problems *p;
	bool		 files;	/* client keys' files are read */
	bool		 keyed;	/* a client key's secret is known */
	bool		 good;
};

__attribute__((format(printf, 3, 4))) static void
refuse_at(struct making *m, int line, const char *fmt, ...)
{
	struct str text;
	va_list	   ap;

	va_start(ap, fmt);
	text = arena_vprintf(m->a, fmt, ap);
	va_end(ap);
	problem_add(m->p, m->d->from->file, line, STR_FMT, STR_ARG(text));
	m->good = false;
}

/* ---------------------------------------------------------------- files */

/* Relative to the file that names it. */
static char *
beside(struct arena *a, struct str file, struct str path)
{
	size_t n = file.n;

	while (n > 0 && file.p[n - 1] != '/')
		n--;
	if (path.n > 0 && path.p[0] == '/')
		n = 0;
	return arena_cstr(a, arena_printf(a, STR_FMT STR_FMT, STR_ARG(str_upto(file, n)), STR_ARG(path)));
}

/* Up to the first line feed: behind it a person at a terminal would still have to say that he is done. */
static const char *
read_line(int fd, struct str *text, char *bytes, size_t size)
{
	while (text->n < size && str_find_byte(*text, '\n') == text->n) {
		ssize_t n = read(fd, bytes + text->n, size - text->n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return strerror(errno);
		if (n == 0)
			return NULL;
		text->n += (size_t)n;
	}
	return text->n == size ? "it is too large for a secret" : NULL;
}

const char *
declared_take_secret(int fd, struct secret *out)
{
	char	    bytes[SECRET_BYTES];
	struct str  text = { bytes, 0 };
	const char *wrong = read_line(fd, &text, bytes, sizeof(bytes));

	text = str_upto(text, str_find_byte(text, '\n'));
	if (str_ends(text, STR("\r")))
		text.n--;
	text = str_trim(text);
	if (wrong == NULL && text.n == 0)
		wrong = "it is empty";
	if (wrong == NULL)
		secret_set(out, text);
	explicit_bzero(bytes, sizeof(bytes));
	return wrong;
}

const char *
declared_read_secret(const char *path, struct secret *out)
{
	const char *wrong;
	int	    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return strerror(errno);
	wrong = declared_take_secret(fd, out);
	close(fd);
	return wrong;
}

int
declared_secret(const struct declared *d, struct arena *a, struct secret *out, struct problems *p)
{
	const char *path, *value;

	if (str_starts(d->secret, STR("env:"))) {
		value = getenv(arena_cstr(a, str_from(d->secret, 4)));
		if (value != NULL && value[0] != '\0') {
			secret_set(out, str_of(value));
			return 0;
		}
		problem_add(p, d->from->file, d->from->line, "the environment has no variable " STR_FMT " for the key " STR_FMT,
		    STR_ARG(str_from(d->secret, 4)), STR_ARG(d->object->name));
		return -1;
	}
	if (!str_starts(d->secret, STR("file:"))) {
		secret_set(out, d->secret);
		return 0;
	}
	path = beside(a, d->from->file, str_from(d->secret, 5));
	value = declared_read_secret(path, out);
	if (value == NULL)
		return 0;
	problem_add(p, d->from->file, d->from->line, "the key " STR_FMT " cannot be read from %s: %s",
	    STR_ARG(d->object->name), path, value);
	return -1;
}

/* ---------------------------------------------------------------- client keys */

static void
set_hash(struct making *m, int line, struct str hex)
{
	struct apikey *k = (struct apikey *)(void *)m->d->object;
	char	      *hash = arena_alloc(m->a, SHA256_BYTES);

	if (hex.n != 2 * SHA256_BYTES || hex_read(hash, SHA256_BYTES, hex) < 0) {
		refuse_at(m, line, "sha256 must be 64 hex digits: `printf %%s KEY | sha256sum` prints them");
		return;
	}
	k->hash = (struct str){ hash, SHA256_BYTES };
	k->hint = arena_printf(m->a, "sha256:" STR_FMT, STR_ARG(str_upto(hex, 8)));
}

static void
set_from_file(struct making *m, int line, struct str file)
{
	struct secret secret = { 0 };
	const char   *path = beside(m->a, m->d->from->file, file), *wrong;

	if (!m->files)
		return;
	wrong = declared_read_secret(path, &secret);
	if (wrong != NULL)
		refuse_at(m, line, "the key cannot be read from %s: %s", path, wrong);
	else
		apikey_set_secret(m->a, (struct apikey *)(void *)m->d->object, secret_bytes(&secret));
	secret_done(&secret);
}

/* True when the pair was one of those that the store's table does not have. */
static bool
set_apikey_pair(struct making *m, int line, struct str name, struct str value)
{
	if (str_is(name, "sha256"))
		set_hash(m, line, value);
	else if (str_is(name, "key_file"))
		set_from_file(m, line, value);
	else if (str_is(name, "key") || str_is(name, "secret"))
		refuse_at(m, line, "a client key itself does not stand here: give its sha256, or a key_file");
	else
		return false;
	if (m->keyed && m->good)
		refuse_at(m, line, "sha256 and key_file exclude each other");
	m->keyed = true;
	return true;
}

/* ---------------------------------------------------------------- pairs */

/* An upstream key's pairs are not the store's fields. */
static bool
set_upkey_pair(struct making *m, struct str name, struct str value)
{
	if (str_is(name, "name"))
		m->d->object->name = arena_str(m->a, value);
	else if (str_is(name, "channel"))
		m->d->channel = value;
	else if (str_is(name, "secret"))
		m->d->secret = value;
	else
		return false;
	return true;
}

static void
set_pair(struct making *m, size_t i)
{
	const struct conf_record *r = m->d->from;
	struct str		  name = r->names.items[i], value = r->values.items[i], why = STR_NONE;

	if (m->d->kind == RECORD_UPKEY && set_upkey_pair(m, name, value))
		return;
	if (m->d->kind == RECORD_APIKEY && set_apikey_pair(m, r->lines[i], name, value))
		return;
	if (fields_set(record_info[m->d->kind].fields, m->a, m->d->object, name, value, &why) < 0)
		refuse_at(m, r->lines[i], STR_FMT, STR_ARG(why));
}

static int
line_of(const struct conf_record *r, const char *name)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (str_is(r->names.items[i], name))
			return r->lines[i];
	return r->line;
}

/* ---------------------------------------------------------------- what no single field tells */

static struct str
nearest_kind(struct str kind)
{
	struct str best = STR_NONE;
	size_t	   most = NEAR_MOST;

	for (size_t i = 0; i < presets_count && most > 0; i++) {
		size_t distance = str_distance(kind, str_of(presets[i].kind), most);

		if (distance > most || distance >= strlen(presets[i].kind))
			continue;
		best = str_of(presets[i].kind);
		most = distance == 0 ? 0 : distance - 1;
	}
	return best;
}

struct str
declared_wrong_provider(struct arena *a, const struct provider *v)
{
	const struct preset *preset = preset_find(v->kind);

	if (v->kind.n == 0)
		return STR_NONE;	/* told as missing */
	if (preset == NULL)
		return arena_printf(a, "there is no kind of provider \"" STR_FMT "\"" STR_FMT, STR_ARG(v->kind),
		    STR_ARG(problem_hint(a, nearest_kind(v->kind))));
	if (preset->base_url == NULL && v->base_url.n == 0)
		return arena_printf(a, "a provider of kind \"" STR_FMT "\" needs a base_url", STR_ARG(v->kind));
	return STR_NONE;
}

static void
check_provider(struct making *m)
{
	struct str wrong = declared_wrong_provider(m->a, (const struct provider *)(const void *)m->d->object);

	if (wrong.n > 0)
		refuse_at(m, line_of(m->d->from, "kind"), STR_FMT, STR_ARG(wrong));
}

void
declared_check_limits(const struct str_list *list, struct str file, int line, struct arena *a, struct problems *p)
{
	struct limit limit;
	struct str   why;

	for (size_t i = 0; i < list->n; i++)
		if (limit_read(a, list->items[i], &limit, &why) < 0)
			problem_add(p, file, line, "limits: \"" STR_FMT "\": " STR_FMT, STR_ARG(list->items[i]), STR_ARG(why));
	if (list->n > LIMITS_MAX)
		problem_add(p, file, line, "limits: %zu are too many, %d are allowed", list->n, LIMITS_MAX);
}

static void
check_limits(struct making *m, const struct str_list *list)
{
	size_t before = m->p->n;

	declared_check_limits(list, m->d->from->file, line_of(m->d->from, "limits"), m->a, m->p);
	if (m->p->n > before)
		m->good = false;
}

static void
check_required(struct making *m)
{
	const struct fields *fields = record_info[m->d->kind].fields;

	for (size_t i = 0; i < fields->n; i++)
		if ((fields->rows[i].flags & FIELD_REQUIRED) != 0 &&
		    fields_text(fields, m->a, m->d->object, &fields->rows[i]).n == 0)
			refuse_at(m, m->d->from->line, "this %s has no %s", record_info[m->d->kind].noun, fields->rows[i].name);
}

static void
check_whole(struct making *m)
{
	check_required(m);
	if (m->d->kind == RECORD_PROVIDER)
		check_provider(m);
	if (m->d->kind == RECORD_CHANNEL)
		check_limits(m, &((const struct channel *)(const void *)m->d->object)->limits);
	if (m->d->kind == RECORD_APIKEY)
		check_limits(m, &((const struct apikey *)(const void *)m->d->object)->limits);
	if (m->d->kind == RECORD_APIKEY && !m->keyed)
		refuse_at(m, m->d->from->line, "this key has neither sha256 nor key_file; `weirctl key add` makes new keys");
	if (m->d->kind == RECORD_UPKEY && m->d->secret.n == 0)
		refuse_at(m, m->d->from->line, "this key is empty");
}

/* The store would give these names; import must know them before. */
static void
set_name(struct making *m)
{
	struct record *r = m->d->object;

	if (m->d->kind == RECORD_MODEL) {
		const struct model *model = (const struct model *)(const void *)r;

		r->name = arena_printf(m->a, STR_FMT "/" STR_FMT, STR_ARG(model->channel), STR_ARG(model->model));
	}
	if (m->d->kind == RECORD_PRICE && r->name.n == 0) {
		const struct price *price = (const struct price *)(const void *)r;

		r->name = arena_printf(m->a, STR_FMT "/" STR_FMT, STR_ARG(price->channel), STR_ARG(price->model));
	}
}

static bool
make(struct making *m, const struct conf_record *r)
{
	int rc = record_kind_read(r->noun, &m->d->kind);

	assert(rc == 0);
	(void)rc;
	m->good = true;
	m->d->from = r;
	m->d->object = record_new(m->d->kind, m->a);
	m->d->object->origin = ORIGIN_FILE;
	for (size_t i = 0; i < r->names.n; i++)
		set_pair(m, i);
	if (m->good)
		check_whole(m);
	set_name(m);
	return m->good;
}

bool
declared_make(struct declared *d, const struct conf_record *r, struct arena *a, struct problems *p)
{
	struct making m = { .d = d, .a = a, .p = p, .files = true };

	*d = (struct declared){ 0 };
	return make(&m, r);
}

bool
declared_check(const struct conf_record *r, struct arena *a, struct problems *p)
{
	struct declared d = { 0 };
	struct making	m = { .d = &d, .a = a, .p = p, .files = false };

	return make(&m, r);
}
