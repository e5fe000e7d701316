/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_record.c - the entities that a configuration declares.
 *
 * Runs in: supervisor, tools, and every child that reads the accepted text.
 *
 * They are kept as names and texts: which fields a kind has is the store's
 * business.  The upstream keys inside a channel become records of their own,
 * behind all channels of the list, named "channel/label"; without a label it
 * is the last part of the file's name, the variable, or the beginning of the
 * secret's SHA-256, so that it does not depend on their order.
 */
#include <stdio.h>
#include <string.h>

#include "base/seal.h"
#include "conf/tree_node.h"

#define LABEL_BYTES 4

/* Where new records go: the end of the conf's list. */
struct reading {
	const struct tree   *t;
	struct conf	    *c;
	struct conf_record **end;
};

static struct conf_record *
add_record(struct reading *r, const config_setting_t *node, const char *noun, int pairs)
{
	struct arena	   *a = &r->c->arena;
	struct conf_record *record = arena_new(a, struct conf_record);

	record->noun = str_of(noun);
	tree_place(r->t, node, &record->file, &record->line);
	record->file = arena_str(a, record->file);
	record->names.items = arena_array(a, struct str, (size_t)pairs + 1);
	record->values.items = arena_array(a, struct str, (size_t)pairs + 1);
	record->lines = arena_array(a, int, (size_t)pairs + 1);
	*r->end = record;
	r->end = &record->next;
	return record;
}

static void
add_pair(struct reading *r, struct conf_record *record, const config_setting_t *node, const char *name, struct str value)
{
	struct str file;
	size_t	   n = record->names.n++;

	record->values.n++;
	record->names.items[n] = arena_str(&r->c->arena, str_of(name));
	record->values.items[n] = arena_str(&r->c->arena, value);
	tree_place(r->t, node, &file, &record->lines[n]);
}

/* As fields_set() splits them again: commas and backslashes inside an item get a backslash. */
static struct str
joined(struct arena *a, const struct value *v)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_byte(&out, ',');
		for (size_t k = 0; k < v->items[i].n; k++) {
			if (v->items[i].p[k] == ',' || v->items[i].p[k] == '\\')
				buf_byte(&out, '\\');
			buf_byte(&out, v->items[i].p[k]);
		}
	}
	return arena_take(a, &out);
}

static void
read_pair(struct reading *r, struct conf_record *record, const config_setting_t *node)
{
	struct value value;

	if (config_setting_is_group(node)) {
		tree_problem(r->t, node, "%s is a group; a text, a number, true, false or a list of them is expected",
		    config_setting_name(node));
		return;
	}
	if (tree_value(r->t, node, &value) < 0)
		return;
	add_pair(r, record, node, config_setting_name(node),
	    value.list ? joined(&r->c->arena, &value) : value.items[0]);
}

/* ---------------------------------------------------------------- upstream keys */

static struct str
label_of(struct arena *a, struct str secret)
{
	unsigned char hash[SHA256_BYTES];
	char	      text[2 * LABEL_BYTES + 1];

	if (str_starts(secret, STR("env:")))
		return str_from(secret, 4);
	if (str_starts(secret, STR("file:"))) {
		while (str_find_byte(secret, '/') < secret.n)
			secret = str_from(secret, str_find_byte(secret, '/') + 1);
		return str_starts(secret, STR("file:")) ? str_from(secret, 5) : secret;
	}
	sha256(hash, secret);
	hex_write(text, hash, LABEL_BYTES);
	return arena_str(a, str_of(text));
}

static void
add_upkey(struct reading *r, const config_setting_t *node, struct str channel, struct str label, struct str secret,
    const config_setting_t *label_at, const config_setting_t *secret_at, const config_setting_t *enabled)
{
	struct arena	   *a = &r->c->arena;
	struct conf_record *record = add_record(r, node, "upkey", 4);
	struct str	    on;

	add_pair(r, record, label_at, "name", arena_printf(a, STR_FMT "/" STR_FMT, STR_ARG(channel), STR_ARG(label)));
	add_pair(r, record, node, "channel", channel);
	add_pair(r, record, secret_at, "secret", secret);
	if (enabled != NULL && tree_scalar(r->t, enabled, &on) == 0)
		add_pair(r, record, enabled, "enabled", on);
}

static bool
known_member(const char *name)
{
	static const char *const members[] = { "label", "secret", "enabled" };

	for (size_t i = 0; i < LENGTH(members); i++)
		if (strcmp(name, members[i]) == 0)
			return true;
	return false;
}

static void
read_upkey_group(struct reading *r, const config_setting_t *node, struct str channel)
{
	const config_setting_t *label = config_setting_get_member(node, "label");
	const config_setting_t *secret = config_setting_get_member(node, "secret");
	struct str		name, text;

	for (int i = 0; i < config_setting_length(node); i++) {
		const config_setting_t *member = config_setting_get_elem(node, (unsigned)i);

		if (!known_member(config_setting_name(member)))
			tree_problem(r->t, member, "a key of a channel has no field \"%s\": it has label, secret and enabled",
			    config_setting_name(member));
	}
	if (secret == NULL) {
		tree_problem(r->t, node, "a key of a channel needs a secret: \"file:/PATH\", \"env:NAME\" or the key itself");
		return;
	}
	if (tree_scalar(r->t, secret, &text) < 0 || (label != NULL && tree_scalar(r->t, label, &name) < 0))
		return;
	if (label == NULL)
		name = label_of(&r->c->arena, text);
	add_upkey(r, node, channel, name, text, label != NULL ? label : node, secret,
	    config_setting_get_member(node, "enabled"));
}

static void
read_upkey(struct reading *r, const config_setting_t *node, struct str channel)
{
	struct str secret;

	if (config_setting_is_group(node)) {
		read_upkey_group(r, node, channel);
		return;
	}
	if (config_setting_type(node) != CONFIG_TYPE_STRING) {
		tree_problem(r->t, node, "a key of a channel is \"file:/PATH\", \"env:NAME\", the key itself, or a group");
		return;
	}
	if (tree_scalar(r->t, node, &secret) == 0)
		add_upkey(r, node, channel, label_of(&r->c->arena, secret), secret, node, node, NULL);
}

static void
read_upkeys(struct reading *r, const config_setting_t *channel)
{
	const config_setting_t *keys = config_setting_get_member(channel, "keys");
	const config_setting_t *name = config_setting_get_member(channel, "name");
	struct str		text;

	if (keys == NULL || name == NULL || config_setting_type(name) != CONFIG_TYPE_STRING)
		return;		/* a channel without a name is told elsewhere */
	text = str_of(config_setting_get_string(name));
	if (config_setting_type(keys) == CONFIG_TYPE_STRING) {
		read_upkey(r, keys, text);
		return;
	}
	if (!config_setting_is_list(keys) && !config_setting_is_array(keys)) {
		tree_problem(r->t, keys, "keys must be a list: [ \"file:/PATH\", \"env:NAME\" ]");
		return;
	}
	for (int i = 0; i < config_setting_length(keys); i++)
		read_upkey(r, config_setting_get_elem(keys, (unsigned)i), text);
}

/* ---------------------------------------------------------------- lists of records */

static void
read_record(struct reading *r, const config_setting_t *node, const char *noun)
{
	bool		    is_channel = strcmp(noun, "channel") == 0;
	struct conf_record *record = add_record(r, node, noun, config_setting_length(node));

	for (int i = 0; i < config_setting_length(node); i++) {
		const config_setting_t *member = config_setting_get_elem(node, (unsigned)i);

		if (!is_channel || strcmp(config_setting_name(member), "keys") != 0)
			read_pair(r, record, member);
	}
}

static void
read_list(struct reading *r, const config_setting_t *list, const struct conf_noun *noun)
{
	int n = config_setting_is_list(list) ? config_setting_length(list) : 0;

	/* An empty array and an empty list look alike to whoever writes them. */
	if (!config_setting_is_list(list) && !(config_setting_is_array(list) && config_setting_length(list) == 0))
		tree_problem(r->t, list, "%s must be a list of groups: %s = ( { ... }, { ... } );", noun->list, noun->list);
	for (int i = 0; i < n; i++) {
		const config_setting_t *node = config_setting_get_elem(list, (unsigned)i);

		if (config_setting_is_group(node))
			read_record(r, node, noun->noun);
		else
			tree_problem(r->t, node, "a %s must be a group: { name = \"...\"; ... }", noun->noun);
	}
	for (int i = 0; i < n && strcmp(noun->noun, "channel") == 0; i++)
		if (config_setting_is_group(config_setting_get_elem(list, (unsigned)i)))
			read_upkeys(r, config_setting_get_elem(list, (unsigned)i));
}

void
tree_read_records(const struct tree *t, struct conf *c)
{
	const config_setting_t *root = config_root_setting(&t->config);
	struct reading		r = { t, c, &c->records };

	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *node = config_setting_get_elem(root, (unsigned)i);

		for (size_t k = 0; k < conf_nouns_count; k++)
			if (strcmp(config_setting_name(node), conf_nouns[k].list) == 0)
				read_list(&r, node, &conf_nouns[k]);
	}
}
