/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.c - the accepted configuration as one text.
 *
 * Runs in: supervisor.
 *
 * conf_read_text() makes an equal configuration of it: every setting is
 * written, default or not, and "#line" comments keep where each declared
 * record stood, so that what is wrong with it is told by file and line.
 */
#include <stdio.h>
#include <string.h>

#include "conf/settings.h"

static void
quote(struct buf *out, struct str s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[i];

		if (b == '"' || b == '\\')
			buf_printf(out, "\\%c", b);
		else if (b < 0x20 || b == 0x7f)
			buf_printf(out, "\\x%02x", b);
		else
			buf_byte(out, (char)b);
	}
	buf_byte(out, '"');
}

/* ---------------------------------------------------------------- settings */

static void
write_list(struct buf *out, const struct str_list *l)
{
	buf_cstr(out, "[ ");
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_cstr(out, ", ");
		quote(out, l->items[i]);
	}
	buf_cstr(out, " ]");
}

static void
write_value(const struct conf *c, const struct setting *s, const char *name, struct buf *out)
{
	struct arena a;

	arena_init(&a);
	buf_printf(out, "%s = ", name);
	if (s->type == SETTING_LIST)
		write_list(out, value_at(c, s));
	else if (s->type == SETTING_BOOL)
		buf_str(out, conf_value(c, &a, s));
	else
		quote(out, conf_value(c, &a, s));
	buf_cstr(out, ";\n");
	arena_done(&a);
}

static struct str
group_of(const struct setting *s)
{
	struct str path = str_of(s->path);
	size_t	   dot = str_find_byte(path, '.');

	return dot < path.n ? str_upto(path, dot) : STR_NONE;
}

static void
write_settings(const struct conf *c, struct buf *out)
{
	struct str open = STR_NONE;

	for (size_t i = 0; i < settings_count; i++) {
		struct str group = group_of(&settings[i]);

		if (open.n > 0 && !str_eq(open, group))
			buf_cstr(out, "};\n");
		if (group.n > 0 && !str_eq(open, group))
			buf_printf(out, STR_FMT " = {\n", STR_ARG(group));
		open = group;
		write_value(c, &settings[i], settings[i].path + (group.n > 0 ? group.n + 1 : 0), out);
	}
	if (open.n > 0)
		buf_cstr(out, "};\n");
}

/* ---------------------------------------------------------------- records */

static void
write_marker(struct buf *out, struct str file, int line)
{
	buf_printf(out, "#line %d ", line);
	for (size_t i = 0; i < file.n; i++)
		buf_byte(out, file.p[i] == '\n' ? '?' : file.p[i]);
	buf_byte(out, '\n');
}

static struct str
pair(const struct conf_record *r, const char *name)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (str_is(r->names.items[i], name))
			return r->values.items[i];
	return STR_NONE;
}

static void
write_pair(struct buf *out, const struct conf_record *r, size_t i, struct str name, struct str value)
{
	write_marker(out, r->file, r->lines[i]);
	buf_printf(out, STR_FMT " = ", STR_ARG(name));
	quote(out, value);
	buf_cstr(out, ";\n");
}

/* The channel's name is where it stands, and in front of its label. */
static void
write_upkey(struct buf *out, const struct conf_record *r, struct str channel)
{
	write_marker(out, r->file, r->line);
	buf_cstr(out, "{\n");
	for (size_t i = 0; i < r->names.n; i++) {
		if (str_is(r->names.items[i], "name"))
			write_pair(out, r, i, STR("label"), str_from(r->values.items[i], channel.n + 1));
		else if (!str_is(r->names.items[i], "channel"))
			write_pair(out, r, i, r->names.items[i], r->values.items[i]);
	}
	buf_cstr(out, "}");
}

static void
write_upkeys(struct buf *out, const struct conf *c, struct str channel)
{
	const char *before = "keys = (\n";

	for (const struct conf_record *r = c->records; r != NULL; r = r->next) {
		if (!str_is(r->noun, "upkey") || !str_eq(pair(r, "channel"), channel))
			continue;
		buf_cstr(out, before);
		write_upkey(out, r, channel);
		before = ",\n";
	}
	if (before[0] == ',')
		buf_cstr(out, ");\n");
}

static void
write_record(struct buf *out, const struct conf *c, const struct conf_record *r)
{
	write_marker(out, r->file, r->line);
	buf_cstr(out, "{\n");
	for (size_t i = 0; i < r->names.n; i++)
		write_pair(out, r, i, r->names.items[i], r->values.items[i]);
	if (str_is(r->noun, "channel"))
		write_upkeys(out, c, pair(r, "name"));
	buf_cstr(out, "}");
}

static void
write_records(const struct conf *c, const struct conf_noun *noun, struct buf *out)
{
	const char *before = "";

	buf_printf(out, "%s = (\n", noun->list);
	for (const struct conf_record *r = c->records; r != NULL; r = r->next) {
		if (!str_is(r->noun, noun->noun))
			continue;
		buf_cstr(out, before);
		write_record(out, c, r);
		before = ",\n";
	}
	buf_cstr(out, ");\n");
}

void
conf_write(const struct conf *c, struct buf *out)
{
	uint64_t written = 0;

	write_marker(out, c->file.n > 0 ? c->file : STR("configuration"), 1);
	buf_printf(out, "version = %d;\n", CONF_VERSION);
	write_settings(c, out);
	for (const struct conf_record *r = c->records; r != NULL; r = r->next) {
		for (size_t i = 0; i < conf_nouns_count; i++) {
			if ((written >> i & 1) != 0 || !str_is(r->noun, conf_nouns[i].noun))
				continue;
			write_records(c, &conf_nouns[i], out);
			written |= UINT64_C(1) << i;
		}
	}
}
