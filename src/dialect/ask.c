/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask.c - what all dialects that name the model in the body ask of its name.
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
