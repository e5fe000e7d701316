/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c - who changed what.
 *
 * Runs in: weirctl.
 *
 * Keys are the time in microseconds and a number for changes of the same one.
 */
#include "ctl/audit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/command.h"
#include "store/key.h"

static void
write_entry(struct buf *text, struct ctl *c, const char *noun, struct str name, const char *what)
{
	struct json_out out;

	json_start(&out, text, false);
	json_object(&out, NULL);
	json_cstr(&out, "user", c->user);
	json_cstr(&out, "by", "weirctl");
	json_cstr(&out, "noun", noun);
	json_str(&out, "name", name);
	json_cstr(&out, "what", what);
	json_object_end(&out);
}

void
audit_add(struct txn *t, struct ctl *c, const char *noun, struct str name, const char *what)
{
	uint64_t   now = clock_wall_us();
	struct buf text = { 0 };
	struct key key;

	write_entry(&text, c, noun, name, what);
	for (uint64_t n = 0; !txn_failed(t); n++) {
		size_t size;

		if (txn_get_into(t, DB_AUDIT, key_pack(&key, "QQ", now, n), NULL, 0, &size))
			continue;
		txn_put(t, DB_AUDIT, key_pack(&key, "QQ", now, n), buf_view(&text));
		break;
	}
	buf_done(&text);
}

/* The time, then the members as they were stored. */
static void
show_entry(struct arena *a, uint64_t us, struct str value, struct json_out *out)
{
	struct json	 *root;
	struct json_error err;
	char		  time[25];

	if (json_read(a, arena_str(a, value), (struct json_limits){ .tree_depth = JSON_WHOLE }, &root, &err) < 0 || root->type != JSON_OBJECT)
		return;
	clock_format(time, us);
	json_object(out, NULL);
	json_cstr(out, "time", time);
	for (const struct json *v = root->child; v != NULL; v = v->next)
		json_raw(out, arena_cstr(a, v->name), v->raw);
	json_object_end(out);
}

void
audit_list(struct txn *t, uint64_t from_us, uint64_t to_us, struct json_out *out)
{
	struct arena a;
	struct walk  walk;
	struct key   from;
	uint64_t     us, n;

	arena_init(&a);
	json_array(out, NULL);
	for (bool more = walk_first(&walk, t, DB_AUDIT, STR_NONE, key_pack(&from, "Q", from_us)); more; more = walk_next(&walk)) {
		if (key_unpack(walk.key, "QQ", &us, &n) < 0)
			continue;
		if (us >= to_us) {
			walk_end(&walk);
			break;
		}
		show_entry(&a, us, walk.value, out);
		arena_done(&a);
	}
	json_array_end(out);
	arena_done(&a);
}
