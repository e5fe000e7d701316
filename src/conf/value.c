/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.c - one setting's value: from text, to text, within its bounds.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * What conf_value() shows, value_set() takes back to the same value.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "conf/settings.h"

#define NANO_DIGITS 9
#define NANO INT64_C(1000000000)

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "debug",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_ERROR] = "error",
};

const char *const setting_type_names[] = {
	[SETTING_STR] = "text",
	[SETTING_LIST] = "list",
	[SETTING_BOOL] = "boolean",
	[SETTING_COUNT] = "number",
	[SETTING_MS] = "duration",
	[SETTING_BYTES] = "size",
	[SETTING_NANO] = "dollars",
	[SETTING_LEVEL] = "level",
	[SETTING_WORKERS] = "number",
};

static const char *const wanted[] = {
	[SETTING_STR] = "a text without control characters",
	[SETTING_LIST] = "a text or a list of texts, none of them empty, without control characters",
	[SETTING_BOOL] = "true or false",
	[SETTING_COUNT] = "a whole number",
	[SETTING_MS] = "a time span like \"1500ms\", \"30s\", \"5m\", \"2h\" or \"1d\"",
	[SETTING_BYTES] = "a size like \"64k\", \"32m\" or \"1g\"",
	[SETTING_NANO] = "an amount in dollars like \"0.25\", with at most nine digits behind the point",
	[SETTING_LEVEL] = "debug, info, warn or error",
	[SETTING_WORKERS] = "\"auto\" or a whole number from 1",
};

/* ---------------------------------------------------------------- showing */

static struct str
show_bytes(struct arena *a, uint64_t bytes)
{
	static const struct {
		const char *unit;
		unsigned    shift;
	} units[] = { { "g", 30 }, { "m", 20 }, { "k", 10 } };

	for (size_t i = 0; i < LENGTH(units) && bytes > 0; i++)
		if ((bytes & ((UINT64_C(1) << units[i].shift) - 1)) == 0)
			return arena_printf(a, "%" PRIu64 "%s", bytes >> units[i].shift, units[i].unit);
	return arena_printf(a, "%" PRIu64, bytes);
}

static struct str
show_nano(struct arena *a, int64_t v)
{
	struct str s = arena_printf(a, "%" PRId64 ".%09" PRId64, v / NANO, v % NANO);

	while (s.p[s.n - 1] == '0')
		s.n--;
	if (s.p[s.n - 1] == '.')
		s.n--;
	return arena_str(a, s);
}

static struct str
show_ms(struct arena *a, uint64_t ms)
{
	char text[24];

	duration_write(text, ms);
	return arena_str(a, str_of(text));
}

static struct str
show_list(struct arena *a, const struct str_list *l)
{
	struct str s = STR("");

	for (size_t i = 0; i < l->n; i++)
		s = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(s), i > 0 ? ", " : "", STR_ARG(l->items[i]));
	return s;
}

static struct str
show_bound(struct arena *a, const struct setting *s, uint64_t v)
{
	switch (s->type) {
	case SETTING_MS:
		return show_ms(a, v);
	case SETTING_BYTES:
		return show_bytes(a, v);
	case SETTING_NANO:
		return show_nano(a, (int64_t)v);
	default:
		return arena_printf(a, "%" PRIu64, v);
	}
}

struct str
conf_value(const struct conf *c, struct arena *a, const struct setting *s)
{
	const void *at = value_at(c, s);

	switch (s->type) {
	case SETTING_STR:
		return *(const struct str *)at;
	case SETTING_LIST:
		return show_list(a, at);
	case SETTING_BOOL:
		return *(const bool *)at ? STR("true") : STR("false");
	case SETTING_LEVEL:
		return str_of(level_names[*(const enum log_level *)at]);
	case SETTING_NANO:
		return show_nano(a, *(const int64_t *)at);
	case SETTING_WORKERS:
		if (*(const uint64_t *)at == 0)
			return STR("auto");
		/* FALLTHROUGH */
	case SETTING_COUNT:
	case SETTING_MS:
	case SETTING_BYTES:
		return show_bound(a, s, *(const uint64_t *)at);
	}
	abort();
}

struct str
conf_bounds(struct arena *a, const struct setting *s)
{
	if (s->least == 0 && s->most == 0)
		return STR("");
	if (s->type == SETTING_WORKERS)
		return arena_printf(a, "auto, 1 to %" PRIu64, s->most);
	return arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(show_bound(a, s, s->least)),
	    STR_ARG(show_bound(a, s, s->most)));
}

/* ---------------------------------------------------------------- reading */

static bool
plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static int
read_str(struct conf *c, struct str text, struct str *at)
{
	if (!plain(text))
		return -1;
	*at = arena_str(&c->arena, text);
	return 0;
}

/* One empty text is an empty list, so that a default list can be emptied. */
static int
read_list(struct conf *c, const struct value *v, struct str_list *at)
{
	struct str_list list = { arena_array(&c->arena, struct str, v->n + 1), 0 };

	for (size_t i = 0; i < v->n; i++) {
		struct str item = str_trim(v->items[i]);

		if (item.n == 0 && !v->list)
			continue;
		if (item.n == 0 || read_str(c, item, &list.items[list.n++]) < 0)
			return -1;
	}
	*at = list;
	return 0;
}

static int
read_bool(struct str text, bool *at)
{
	if (!str_is(text, "true") && !str_is(text, "false"))
		return -1;
	*at = str_is(text, "true");
	return 0;
}

static int
read_workers(struct str text, uint64_t *at)
{
	if (str_is(text, "auto")) {
		*at = 0;
		return 0;
	}
	return str_u64(text, at) < 0 || *at == 0 ? -1 : 0;
}

static int
read_level(struct str text, enum log_level *at)
{
	for (size_t i = 0; i < LENGTH(level_names); i++) {
		if (str_is(text, level_names[i])) {
			*at = (enum log_level)i;
			return 0;
		}
	}
	return -1;
}

static int
read_text(struct conf *c, const struct setting *s, struct str text, void *at)
{
	switch (s->type) {
	case SETTING_STR:
		return read_str(c, text, at);
	case SETTING_BOOL:
		return read_bool(text, at);
	case SETTING_COUNT:
		return str_u64(text, at);
	case SETTING_MS:
		return str_duration_ms(text, at);
	case SETTING_BYTES:
		return str_bytes(text, at);
	case SETTING_NANO:
		return str_decimal(text, NANO_DIGITS, at);
	case SETTING_LEVEL:
		return read_level(text, at);
	case SETTING_WORKERS:
		return read_workers(text, at);
	case SETTING_LIST:
		break;
	}
	abort();
}

static bool
within(const struct setting *s, const void *at)
{
	int64_t	 nano;
	uint64_t v;

	if (s->least == 0 && s->most == 0)
		return true;
	if (s->type == SETTING_NANO) {
		memcpy(&nano, at, sizeof(nano));
		return nano >= (int64_t)s->least && nano <= (int64_t)s->most;
	}
	memcpy(&v, at, sizeof(v));
	return v >= s->least && v <= s->most;
}

static int
refuse(struct conf *c, const struct setting *s, struct str *why)
{
	*why = arena_printf(&c->arena, "%s must be %s", s->path, wanted[s->type]);
	return -1;
}

int
value_set(struct conf *c, const struct setting *s, const struct value *v, struct str *why)
{
	void *at = (char *)c + s->offset;

	if (s->type == SETTING_LIST)
		return read_list(c, v, at) < 0 ? refuse(c, s, why) : 0;
	if (v->list || v->n != 1 || read_text(c, s, v->items[0], at) < 0)
		return refuse(c, s, why);
	if (within(s, at))
		return 0;
	*why = arena_printf(&c->arena, "%s is out of bounds: it can be " STR_FMT, s->path,
	    STR_ARG(conf_bounds(&c->arena, s)));
	return -1;
}
