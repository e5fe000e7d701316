/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - a record's JSON as indented words.
 *
 * Runs in: weir-lmdb.
 *
 * Strings with escapes stay quoted: nothing that was stored reaches the
 * terminal as a control character.
 */
#include "inspect/describe.h"

#include <assert.h>

static void
indent(struct buf *out, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_cstr(out, "    ");
}

static bool
has_delete(struct str s)
{
	return str_find_byte(s, 0x7f) < s.n;
}

static void
write_scalar(struct buf *out, const struct json *j)
{
	if (j->type == JSON_NULL)
		buf_byte(out, '-');
	else if (j->type != JSON_STRING || j->escaped || j->text.n == 0)
		buf_str(out, j->raw);
	else if (has_delete(j->text))
		buf_cstr(out, "(has a control character)");
	else
		buf_str(out, j->text);
}

/* Fits into one line with commas between. */
static bool
is_flat(const struct json *j)
{
	for (const struct json *c = j->child; c != NULL; c = c->next)
		if (c->type == JSON_ARRAY || c->type == JSON_OBJECT || str_find_byte(c->raw, ',') < c->raw.n)
			return false;
	return true;
}

static void write_members(struct buf *, const struct json *, int depth, bool colour);

static void
write_array(struct buf *out, const struct json *j, int depth, bool colour)
{
	if (is_flat(j)) {
		for (const struct json *c = j->child; c != NULL; c = c->next) {
			buf_cstr(out, c == j->child ? " " : ", ");
			write_scalar(out, c);
		}
		buf_cstr(out, j->child == NULL ? " -\n" : "\n");
		return;
	}
	buf_byte(out, '\n');
	for (const struct json *c = j->child; c != NULL; c = c->next) {
		indent(out, depth + 1);
		if (c->type == JSON_ARRAY || c->type == JSON_OBJECT) {
			buf_cstr(out, "-\n");
			write_members(out, c, depth + 2, colour);
		} else {
			write_scalar(out, c);
			buf_byte(out, '\n');
		}
	}
}

static void
write_members(struct buf *out, const struct json *j, int depth, bool colour)
{
	for (const struct json *c = j->child; c != NULL; c = c->next) {
		indent(out, depth);
		buf_printf(out, "%s" STR_FMT ":%s", colour ? "\033[2m" : "", STR_ARG(c->name), colour ? "\033[0m" : "");
		if (c->type == JSON_ARRAY) {
			write_array(out, c, depth, colour);
		} else if (c->type == JSON_OBJECT) {
			buf_byte(out, '\n');
			write_members(out, c, depth + 1, colour);
		} else {
			buf_byte(out, ' ');
			write_scalar(out, c);
			buf_byte(out, '\n');
		}
	}
}

void
describe_words(struct buf *out, enum db_table table, struct str key, struct str value, bool colour)
{
	struct buf text = { 0 };
	struct json_error err;
	struct json *root;
	struct arena a;
	const struct json *hex;

	arena_init(&a);
	describe_json(&text, table, key, value);
	if (json_read(&a, buf_view(&text), (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) == -1) {
		/* Two members of one name: as it stands. */
		buf_str(out, buf_view(&text));
		buf_byte(out, '\n');
	} else {
		buf_printf(out, "%s" STR_FMT " ", colour ? "\033[1m" : "", STR_ARG(json_get(root, "table")->text));
		write_scalar(out, json_get(root, "key"));
		buf_cstr(out, colour ? "\033[0m\n" : "\n");
		hex = json_get(root, "hex");
		if (hex != NULL)
			buf_printf(out, "    hex: " STR_FMT "\n", STR_ARG(hex->text));
		else
			write_members(out, json_get(root, "record"), 1, colour);
	}
	buf_done(&text);
	arena_done(&a);
}
