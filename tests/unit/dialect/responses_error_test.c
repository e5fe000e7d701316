/* SPDX-License-Identifier: Apache-2.0 */
/* responses_error_test.c - an error in a stream is the flat event that clients wait for. */
#include "dialect/responses.h"
#include "tap.h"

int
main(void)
{
	struct buf b = { 0 };

	responses_error_event(&b, FRAME_SSE_NAMED, true, FAULT_RATE_LIMITED, STR("slow \"down\""));
	is_slice(buf_view(&b), "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"slow \\\"down\\\"\","
	    "\"param\":null,\"sequence_number\":0}\n\n", "an error with its code");
	buf_clear(&b);
	responses_error_event(&b, FRAME_SSE, false, FAULT_BAD_REQUEST, STR_NONE);
	is_slice(buf_view(&b), "data: {\"type\":\"error\",\"code\":\"invalid_request_error\",\"message\":\"the request is not valid\","
	    "\"param\":null,\"sequence_number\":0}\n\n", "one without a code and message has the type and the fault's sentence");
	buf_done(&b);
	return tap_done();
}
