/* SPDX-License-Identifier: Apache-2.0 */
/* ollama_error_test.c - errors are a text, read and written; a proxy's object is read as well. */
#include "dialect/ollama.h"
#include "tap.h"

static const struct {
	const char *what, *body, *message, *type, *code;
	bool	    native;
} errors[] = {
	{ "its own", "{\"error\":\"model 'x' not found\"}", "model 'x' not found", "", "", true },
	{ "with more beside it", "{\"StatusCode\":404,\"error\":\"no\"}", "no", "", "", true },
	{ "OpenAI's object", "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":7}}", "no", "t", "7", false },
	{ "a message alone", "{\"message\":\"no\",\"code\":\"c\"}", "no", "", "c", false },
	{ "an empty error", "{\"error\":\"\"}", "", "", "", false },
	{ "a page", "<html>", "", "", "", false },
	{ "a list", "[{\"error\":\"no\"}]", "", "", "", false },
	{ "nothing", "", "", "", "", false },
};

static const struct {
	const char *what, *body, *message;	/* message NULL: no error */
} inside[] = {
	{ "a text", "{\"error\":\"no\"}", "no" },
	{ "an object", "{\"error\":{\"message\":\"no\"}}", "no" },
	{ "an object without a message", "{\"error\":{}}", "the upstream sent an error" },
	{ "null is none", "{\"error\":null}", NULL },
	{ "false is none", "{\"error\":false}", NULL },
	{ "none", "{}", NULL },
};

int
main(void)
{
	struct arena	   a;
	struct error_view  v;
	struct json_error  e;
	struct json	  *root;
	struct buf	   b = { 0 };
	struct chat	   chat = { 0 };
	struct voice	   voice = { .framing = FRAME_LINES, .chat = &chat };
	struct chat_writer *w;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(errors); i++) {
		ollama_read_error(&a, 404, str_of(errors[i].body), &v);
		ok(v.status == 404 && str_is(v.message, errors[i].message) && str_is(v.type, errors[i].type) &&
			str_is(v.code, errors[i].code) && v.native == errors[i].native, "read: %s", errors[i].what);
	}
	for (size_t i = 0; i < LENGTH(inside); i++) {
		struct str message = STR_NONE;
		bool	   told = json_read(&a, str_of(inside[i].body), (struct json_limits){ .tree_depth = 1 }, &root, &e) == 0 &&
		    ollama_says_error(&a, root, &message);

		ok(told == (inside[i].message != NULL) && (!told || str_is(message, inside[i].message)), "inside a reply: %s",
		    inside[i].what);
	}
	ollama_error(&b, &(struct complaint){ FAULT_BAD_REQUEST, STR("a \"b\""), STR("x") }, STR_NONE);
	is_slice(buf_view(&b), "{\"error\":\"a \\\"b\\\"\"}", "a body");
	buf_clear(&b);
	ollama_error(&b, &(struct complaint){ .fault = FAULT_NOT_FOUND }, STR_NONE);
	is_slice(buf_view(&b), "{\"error\":\"there is no such endpoint\"}", "a body without a message");
	buf_clear(&b);
	ollama_error_event(&b, FRAME_LINES, false, FAULT_UP_SERVER, STR("no"));
	is_slice(buf_view(&b), "{\"error\":\"no\"}\n", "a line of a stream");
	buf_clear(&b);
	w = ollama_writer_new(&a, &voice, &b);
	ollama_write_error(w, FAULT_UP_SERVER, STR("no"));
	is_slice(buf_view(&b), "{\"error\":\"no\"}\n", "a writer's");
	ollama_writer_free(w);
	buf_done(&b);
	arena_done(&a);
	return tap_done();
}
