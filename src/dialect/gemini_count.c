/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_count.c - countTokens, asked and answered.
 *
 * Runs in: worker.
 *
 * Only the wrapped form counts more than the contents, so that one is written.
 */
#include "dialect/gemini_inside.h"

int
gemini_write_count(struct arena *a, const struct chat *chat, const struct target *target, struct report *report,
    struct str *body, struct complaint *why)
{
	struct gemini_model model = gemini_model_of(target->model);
	struct json_out	    o;
	struct buf	    b = { 0 };
	int		    rc;

	json_start(&o, &b, false);
	json_object(&o, NULL);
	json_object(&o, "generateContentRequest");
	json_str(&o, "model", arena_printf(a, "models/" STR_FMT, STR_ARG(gemini_model_name(target->model))));
	rc = gemini_write_contents(a, &o, chat, &model, report, why);
	if (rc == 0) {
		gemini_write_tools(a, &o, chat, &model, report);
		json_object_end(&o);
		json_object_end(&o);
		*body = arena_take(a, &b);
	}
	buf_done(&b);
	return rc;
}

int
gemini_read_count_reply(struct arena *a, struct str body, uint64_t *tokens)
{
	struct json_limits limits = { .tree_depth = 1 };
	struct json_error  e;
	struct json	  *root;
	int64_t		   n;

	if (json_read(a, body, limits, &root, &e) < 0 || gemini_i64(gemini_get(root, "totalTokens"), &n) < 0 || n < 0)
		return -1;
	*tokens = (uint64_t)n;
	return 0;
}

void
gemini_write_count_reply(struct buf *to, uint64_t tokens)
{
	struct json_out o;

	json_start(&o, to, false);
	json_object(&o, NULL);
	json_unum(&o, "totalTokens", tokens);
	json_object_end(&o);
}
