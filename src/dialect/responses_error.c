/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_error.c - an error inside a Responses stream.
 *
 * Runs in: worker.
 *
 * Bodies are OpenAI's (openai_error.c).  In a stream the error is an event of
 * its own, flat.
 */
#include "dialect/responses.h"

void
responses_error_event(struct buf *to, enum framing framing, bool first, enum fault fault, struct str message)
{
	const struct fault_info *f = fault_info(fault);
	struct buf		 payload = { 0 };
	struct json_out		 o;

	json_start(&o, &payload, false);
	json_object(&o, NULL);
	json_cstr(&o, "type", "error");
	json_cstr(&o, "code", f->code != NULL ? f->code : f->type);
	json_str(&o, "message", message.n > 0 ? message : str_of(f->text));
	json_null(&o, "param");
	json_unum(&o, "sequence_number", 0);
	json_object_end(&o);
	frame_write(to, framing, first, STR("error"), buf_view(&payload));
	buf_done(&payload);
}
