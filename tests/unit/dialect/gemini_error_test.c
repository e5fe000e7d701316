/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_error_test.c - errors in Google's shape: its words by status, retry time out of its details. */
#include "dialect/gemini.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static const struct {
	enum fault  fault;
	const char *want;
} written[] = {
	{ FAULT_BAD_REQUEST, "{'error':{'code':400,'message':'no','status':'INVALID_ARGUMENT'}}" },
	{ FAULT_KEY_UNKNOWN, "{'error':{'code':401,'message':'no','status':'UNAUTHENTICATED'}}" },
	{ FAULT_NOT_PERMITTED, "{'error':{'code':403,'message':'no','status':'PERMISSION_DENIED'}}" },
	{ FAULT_MODEL_UNKNOWN, "{'error':{'code':404,'message':'no','status':'NOT_FOUND'}}" },
	{ FAULT_BODY_TOO_LARGE, "{'error':{'code':413,'message':'no','status':'INVALID_ARGUMENT'}}" },
	{ FAULT_RATE_LIMITED, "{'error':{'code':429,'message':'no','status':'RESOURCE_EXHAUSTED'}}" },
	{ FAULT_INTERNAL, "{'error':{'code':500,'message':'no','status':'INTERNAL'}}" },
	{ FAULT_UP_GARBAGE, "{'error':{'code':502,'message':'no','status':'UNAVAILABLE'}}" },
	{ FAULT_OVERLOADED, "{'error':{'code':503,'message':'no','status':'UNAVAILABLE'}}" },
	{ FAULT_UP_TIMEOUT, "{'error':{'code':504,'message':'no','status':'DEADLINE_EXCEEDED'}}" },
};

static const struct {
	const char *what, *body, *message, *type, *code;
	uint64_t    retry_ms;
	bool	    native;
} read[] = {
	{ "Google's", "{'error':{'code':404,'message':'m','status':'NOT_FOUND'}}", "m", "NOT_FOUND", "404", 0, true },
	{ "with a delay", "{'error':{'code':429,'message':'m','status':'RESOURCE_EXHAUSTED','details':[{'@type':'x'},{'@type':'y','retryDelay':'48s'}]}}",
	    "m", "RESOURCE_EXHAUSTED", "429", 48000, true },
	{ "with a delay of parts of a second", "{'error':{'code':429,'message':'m','status':'S','details':[{'retryDelay':'1.250000100s'}]}}", "m", "S", "429",
	    1251, true },
	{ "with a delay that is none", "{'error':{'code':429,'message':'m','status':'S','details':[{'retryDelay':'soon'}]}}", "m", "S", "429", 0, true },
	{ "with a reason", "{'error':{'code':400,'message':'m','status':'INVALID_ARGUMENT','details':[{'reason':'API_KEY_INVALID'}]}}", "m",
	    "INVALID_ARGUMENT", "API_KEY_INVALID", 0, true },
	{ "in an array", "[{'error':{'code':503,'message':'m','status':'UNAVAILABLE'}}]", "m", "UNAVAILABLE", "503", 0, false },
	{ "of another shape", "{'error':{'message':'m','type':'t'}}", "m", "", "", 0, false },
	{ "a text", "{'error':'m'}", "m", "", "", 0, false },
	{ "a web page", "<html>", "", "", "", 0, false },
	{ "nothing", "", "", "", "", 0, false },
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
		gemini_error(&b, &(struct complaint){ .fault = written[i].fault, .message = STR("no") }, STR_NONE);
		is_slice(buf_view(&b), quoted(&a, written[i].want).p, "the words of %s", fault_info(written[i].fault)->name);
	}
	buf_clear(&b);
	gemini_error(&b, &(struct complaint){ .fault = FAULT_BAD_REQUEST, .param = STR("contents[0]") }, STR_NONE);
	ok(str_find(buf_view(&b), STR("\"field\":\"contents[0]\"")) < b.n && str_find(buf_view(&b), STR("the request is not valid")) < b.n,
	    "the field is told, and a sentence when there is none");
	buf_clear(&b);
	gemini_error_event(&b, FRAME_SSE, false, FAULT_OVERLOADED, STR("no"));
	is_slice(buf_view(&b), "data: {\"error\":{\"code\":503,\"message\":\"no\",\"status\":\"UNAVAILABLE\"}}\n\n", "an error in a stream has no name");
	buf_clear(&b);
	gemini_error_event(&b, FRAME_ARRAY, false, FAULT_OVERLOADED, STR("no"));
	is_slice(buf_view(&b), ",\n{\"error\":{\"code\":503,\"message\":\"no\",\"status\":\"UNAVAILABLE\"}}", "in an array it is the next element");
	for (size_t i = 0; i < LENGTH(read); i++) {
		gemini_read_error(&a, 429, quoted(&a, read[i].body), &v);
		ok(str_is(v.message, read[i].message) && str_is(v.type, read[i].type) && str_is(v.code, read[i].code) &&
		    v.retry_ms == read[i].retry_ms && v.native == read[i].native && v.status == 429, "an error is read: %s", read[i].what);
	}
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
