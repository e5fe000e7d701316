/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_fuzz.c - any bytes through the reader, what it accepted through the writer.
 *
 * Invariants: checking and reading agree, with whatever depth of nodes; spans
 * lie inside the source; what is read, written and read again is the same.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
write_node(struct json_out *o, struct arena *a, const struct json *j, bool member)
{
	if (member)
		json_named(o, j->name);
	if (j->type == JSON_STRING)
		json_str(o, NULL, json_text(a, j));
	else if (j->type < JSON_ARRAY)
		json_raw(o, NULL, j->raw);
	else if (j->type == JSON_ARRAY)
		json_array(o, NULL);
	else
		json_object(o, NULL);
	for (const struct json *c = j->child; c != NULL; c = c->next)
		write_node(o, a, c, j->type == JSON_OBJECT);
	if (j->type == JSON_ARRAY)
		json_array_end(o);
	else if (j->type == JSON_OBJECT)
		json_object_end(o);
}

static void
compare(struct arena *a, const struct json *x, const struct json *y)
{
	uint64_t u;
	int64_t	 i;

	assert(x->type == y->type && x->count == y->count && str_eq(x->name, y->name));
	if (x->type == JSON_STRING)
		assert(str_eq(json_text(a, x), json_text(a, y)) && utf8_valid(json_text(a, x)));
	if (x->type == JSON_NUMBER) {
		assert(str_eq(x->raw, y->raw));
		if (json_u64(x, &u) == 0 && u <= INT64_MAX)
			assert(json_i64(x, &i) == 0 && (uint64_t)i == u);
	}
	for (x = x->child, y = y->child; x != NULL; x = x->next, y = y->next)
		compare(a, x, y);
	assert(y == NULL);
}

static void
write_and_compare(struct arena *a, const struct json *root, bool pretty)
{
	struct json_limits all = { .tree_depth = JSON_WHOLE };
	struct json_error  err;
	struct json_out	   o;
	struct json	  *again;
	struct buf	   b = { 0 };

	json_start(&o, &b, pretty);
	write_node(&o, a, root, false);
	if (json_read(a, buf_view(&b), all, &again, &err) < 0)
		abort();
	compare(a, root, again);
	buf_done(&b);
}

static void
open_all(struct arena *a, struct json *j, struct str src)
{
	struct json_error err;

	assert(j->raw.p >= src.p && j->raw.p + j->raw.n <= src.p + src.n && j->raw.n > 0);
	if (json_open(a, j, &err) < 0)
		return;
	for (struct json *c = j->child; c != NULL; c = c->next)
		open_all(a, c, src);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str	   src = { (const char *)data, size };
	struct json_limits whole = { .tree_depth = JSON_WHOLE }, shallow = { .tree_depth = 1 };
	struct json_error  e1, e2;
	struct json	  *root, *top;
	struct arena	   a;
	int		   check = json_check(src, 0, &e1), read;

	arena_init(&a);
	if (json_read(&a, src, shallow, &top, &e2) == 0)
		open_all(&a, top, src);
	read = json_read(&a, src, whole, &root, &e2);
	assert(read == check || (check == 0 && strstr(e2.what, "twice") != NULL));
	assert(read == 0 || e2.offset <= size);
	if (read == 0) {
		write_and_compare(&a, root, false);
		write_and_compare(&a, root, true);
	}
	arena_done(&a);
	return 0;
}
