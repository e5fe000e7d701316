/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_refer.c - items that a request names by their id alone.
 *
 * Runs in: worker.
 *
 * Clients that let the vendor keep replies send back {"type": "item_reference"}
 * for what they were told before.  The id of an item of ours holds the
 * response's (responses_output.c), so whoever keeps responses finds it.
 */
#include "dialect/responses.h"
#include "dialect/splice.h"

struct str
responses_reply_of(struct arena *a, struct str item_id)
{
	struct str tail = str_from(item_id, str_find_byte(item_id, '_') + 1);

	while (tail.n > 0 && tail.p[tail.n - 1] != '_')
		tail.n--;
	return tail.n < 2 ? STR_NONE : arena_printf(a, "resp_" STR_FMT, STR_ARG(str_upto(tail, tail.n - 1)));
}

static bool
is_reference(struct arena *a, const struct json *item)
{
	struct str type = json_text(a, json_get(item, "type"));

	if (json_text(a, json_get(item, "id")).n == 0)
		return false;
	return str_is(type, "item_reference") || (type.n == 0 && json_get(item, "role") == NULL);
}

/* The input with what is found in place of its names. */
static struct str
input_with(struct arena *a, const struct json *input, responses_find *find, void *arg)
{
	struct buf b = { 0 };
	struct str text;
	unsigned   found = 0;

	buf_byte(&b, '[');
	for (const struct json *item = input->child; item != NULL; item = item->next) {
		struct str raw = item->raw;

		if (is_reference(a, item)) {
			struct str whole = find(arg, json_text(a, json_get(item, "id")));

			found += whole.n > 0;
			raw = whole.n > 0 ? whole : raw;
		}
		if (item != input->child)
			buf_byte(&b, ',');
		buf_str(&b, raw);
	}
	buf_byte(&b, ']');
	text = found > 0 ? arena_str(a, buf_view(&b)) : STR_NONE;
	buf_done(&b);
	return text;
}

struct str
responses_refer(struct arena *a, struct str body, uint32_t depth, responses_find *find, void *arg)
{
	struct json_limits limits = { .depth = depth, .tree_depth = 1, .deep = "input", .deep_depth = 3 };
	const struct json *input;
	struct json_error  e;
	struct json	  *root;
	struct splice	   s;

	if (json_read(a, body, limits, &root, &e) < 0)
		return body;
	input = json_get(root, "input");
	if (!json_is(input, JSON_ARRAY))
		return body;
	s = (struct splice){ (size_t)(input->raw.p - body.p), input->raw.n, input_with(a, input, find, arg) };
	return s.put.n == 0 ? body : splice_apply(a, body, &s, 1);
}
