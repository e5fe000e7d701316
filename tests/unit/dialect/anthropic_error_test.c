/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_error_test.c - errors have Anthropic's shape and words, and are read in that and other shapes. */
#include "dialect/anthropic.h"
#include "tap.h"

static const struct {
	enum fault  fault;
	const char *type;
} written[] = {
	{ FAULT_BAD_REQUEST, "invalid_request_error" },
	{ FAULT_KEY_MISSING, "authentication_error" },
	{ FAULT_NOT_PERMITTED, "permission_error" },
	{ FAULT_MODEL_UNKNOWN, "not_found_error" },
	{ FAULT_BODY_TOO_LARGE, "request_too_large" },
	{ FAULT_RATE_LIMITED, "rate_limit_error" },
	{ FAULT_INTERNAL, "api_error" },
	{ FAULT_UP_REFUSED, "api_error" },
	{ FAULT_UP_OVERLOADED, "overloaded_error" },
	{ FAULT_UP_TIMEOUT, "timeout_error" },
};

static const struct {
	const char *body, *message, *type;
	bool	    native;
} read[] = {
	{ "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"},\"request_id\":null}", "model: x", "not_found_error", true },
	{ "{\"error\":{\"message\":\"m\",\"type\":\"t\"}}", "m", "t", false },
	{ "{\"type\":\"error\",\"error\":\"m\"}", "m", "error", false },
	{ "{\"message\":\"m\"}", "m", "", false },
	{ "{\"detail\":\"m\"}", "m", "", false },
	{ "<html>", "", "", false },
	{ "[]", "", "", false },
};

int
main(void)
{
	struct arena	  a;
	struct buf	  b = { 0 };
	struct error_view v;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(written); i++) {
		buf_clear(&b);
		anthropic_error(&b, &(struct complaint){ .fault = written[i].fault, .message = STR("no \"x\"") }, STR("req_1"));
		anthropic_read_error(&a, 400, buf_view(&b), &v);
		ok(v.native && str_is(v.type, written[i].type) && str_is(v.message, "no \"x\""), "written: %s", written[i].type);
	}
	buf_clear(&b);
	anthropic_error(&b, &(struct complaint){ .fault = FAULT_KEY_MISSING, .message = STR("no") }, STR("req_1"));
	is_slice(buf_view(&b), "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"},"
	    "\"request_id\":\"req_1\"}", "a body names the request");
	buf_clear(&b);
	anthropic_error(&b, &(struct complaint){ .fault = FAULT_BAD_HTTP, .message = STR("no") }, STR_NONE);
	is_slice(buf_view(&b), "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"},"
	    "\"request_id\":null}", "or that there is none yet");
	buf_clear(&b);
	anthropic_error_event(&b, FRAME_SSE_NAMED, true, FAULT_UP_OVERLOADED, STR("busy"));
	is_slice(buf_view(&b), "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n",
	    "an error inside a stream");
	for (size_t i = 0; i < LENGTH(read); i++) {
		anthropic_read_error(&a, 400, str_of(read[i].body), &v);
		ok(str_is(v.message, read[i].message) && str_is(v.type, read[i].type) && v.native == read[i].native && v.status == 400,
		    "read: %s", read[i].body);
	}
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
