/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_write_request.c - a request for Google, from the neutral form.
 *
 * Runs in: worker.
 *
 * The model is in the path and whether to stream as well: neither is said here.
 */
#include "dialect/gemini_inside.h"

int
gemini_write_request(struct arena *a, const struct chat *chat, const struct target *target, struct report *report,
    struct str *body, struct complaint *why)
{
	struct gemini_model model = gemini_model_of(target->model);
	struct json_out	    o;
	struct buf	    b = { 0 };
	int		    rc;

	buf_reserve(&b, target->room);
	json_start(&o, &b, false);
	json_object(&o, NULL);
	rc = gemini_write_contents(a, &o, chat, &model, report, why);
	if (rc == 0) {
		gemini_write_tools(a, &o, chat, &model, report);
		gemini_write_config(a, &o, chat, target, &model, report);
		json_object_end(&o);
		report_notes(report, chat);
		*body = arena_take(a, &b);
	}
	buf_done(&b);
	return rc;
}
