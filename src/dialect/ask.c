/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask.c - what dialects have in common in the checks of a request: the name of its model, and the types of its members.
 *
 * Runs in: worker.
 */
#include "dialect/dialect.h"

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
