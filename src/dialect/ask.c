/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask.c - what dialects have in common in the checks of a request.
 *
 * Runs in: worker.
 *
 * Only what routing, limits and forwarding need is looked at; members that a
 * dialect does not know pass unseen.  What it does know must have the right
 * type: a request that no provider could take is refused here, with its field
 * named, and costs no upstream call.
 *
 * The nodes of a body may be many times its size, so they live in an arena that
 * ends with the reading; the caller's holds only what is told.
 */
#include "dialect/dialect.h"

/* One pass over a body that may be megabytes. */
int
ask_body(struct arena *a, struct arena *nodes, const struct ask *ask, const char *deep, struct json **root, struct complaint *why)
{
	struct json_limits limits = { .depth = ask->depth, .tree_depth = 1, .deep = deep, .deep_depth = 3 };
	struct json_error  e;

	if (json_read(nodes, ask->body, limits, root, &e) < 0)
		return complain(why, FAULT_BAD_JSON, STR_NONE,
		    ask->body.n == 0 ? STR("the body is empty: a JSON object is needed")
				     : arena_printf(a, "the body is not valid JSON: %s at byte %zu", e.what, e.offset));
	if ((*root)->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, STR_NONE, STR("the body must be a JSON object"));
	return 0;
}

int
ask_model(struct arena *a, const struct json *root, struct ask *ask, struct complaint *why)
{
	const struct json *model = json_get(root, "model");

	if (model == NULL || model->type == JSON_NULL)
		return complain(why, FAULT_MODEL_MISSING, STR("model"), STR_NONE);
	if (model->type != JSON_STRING)
		return complain(why, FAULT_BAD_REQUEST, STR("model"), STR("'model' must be a string"));
	ask->model_span = model->raw;
	ask->model = json_text(a, model);
	if (ask->model.n == 0)
		return complain(why, FAULT_MODEL_MISSING, STR("model"), STR_NONE);
	if (ask->model.n > ASK_MODEL_MOST)
		return complain(why, FAULT_MODEL_UNKNOWN, STR("model"), STR("no model has a name as long as that"));
	return 0;
}

int
ask_members(struct arena *a, const struct ask *ask, const struct json *root, const struct ask_member *table, size_t n,
    struct complaint *why)
{
	for (const struct ask_member *m = table; m < table + n; m++) {
		const struct json *v;

		if ((m->endpoints & 1u << ask->endpoint) == 0)
			continue;
		v = json_get(root, m->name);
		if (v == NULL || v->type == JSON_NULL) {
			if (!m->required)
				continue;
			return complain(why, FAULT_BAD_REQUEST, str_of(m->name),
			    arena_printf(a, "you must provide '%s': %s", m->name, m->should));
		}
		if ((m->types & 1u << v->type) == 0)
			return complain(why, FAULT_BAD_REQUEST, str_of(m->name),
			    arena_printf(a, "'%s' must be %s", m->name, m->should));
	}
	return 0;
}

static int
check_message(struct arena *a, const struct json *m, uint32_t i, unsigned types, const char *should, struct complaint *why)
{
	const struct json *role = json_get(m, "role"), *content = json_get(m, "content");

	if (m->type != JSON_OBJECT)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u]", i),
		    arena_printf(a, "'messages[%u]' must be an object with a role", i));
	if (!json_is(role, JSON_STRING) || role->raw.n <= 2)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].role", i),
		    arena_printf(a, "'messages[%u].role' must be a string", i));
	if ((types & 1u << (content != NULL ? content->type : JSON_NULL)) == 0)
		return complain(why, FAULT_BAD_REQUEST, arena_printf(a, "messages[%u].content", i),
		    arena_printf(a, "'messages[%u].content' must be %s", i, should));
	return 0;
}

int
ask_messages(struct arena *a, const struct json *messages, unsigned content, const char *should, struct complaint *why)
{
	uint32_t i = 0;

	for (const struct json *m = messages->child; m != NULL; m = m->next)
		if (check_message(a, m, i++, content, should, why) < 0)
			return -1;
	return 0;
}

uint64_t
ask_count(const struct json *root, const char *name, uint64_t most)
{
	uint64_t n;

	if (json_u64(json_get(root, name), &n) < 0)
		return 0;
	return n < most ? n : most;
}
