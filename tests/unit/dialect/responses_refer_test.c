/* SPDX-License-Identifier: Apache-2.0 */
/* responses_refer_test.c - items that are named by their id alone are put in their places. */
#include "dialect/responses.h"
#include "tap.h"

static struct str
find(void *arg, struct str id)
{
	(void)arg;
	return str_is(id, "msg_a_0") ? STR("{\"whole\":1}") : STR_NONE;
}

#define REF(id) "{\"type\":\"item_reference\",\"id\":\"" id "\"}"

static const struct {
	const char *what, *body, *want;
} cases[] = {
	{ "one", "{\"input\":[" REF("msg_a_0") "],\"x\":1}", "{\"input\":[{\"whole\":1}],\"x\":1}" },
	{ "one among others", "{\"input\":[{\"role\":\"user\",\"content\":\"q\"}, " REF("msg_a_0") "]}",
	    "{\"input\":[{\"role\":\"user\",\"content\":\"q\"},{\"whole\":1}]}" },
	{ "one without a type", "{\"input\":[{\"id\":\"msg_a_0\"}]}", "{\"input\":[{\"whole\":1}]}" },
	{ "what is not found stays", "{\"input\":[" REF("msg_b_0") ", " REF("msg_a_0") "]}",
	    "{\"input\":[" REF("msg_b_0") ",{\"whole\":1}]}" },
	{ "where none is found all stays", "{\"input\":[ " REF("msg_b_0") " ]}", "{\"input\":[ " REF("msg_b_0") " ]}" },
	{ "a message with that id is no name", "{\"input\":[{\"role\":\"user\",\"id\":\"msg_a_0\"}]}",
	    "{\"input\":[{\"role\":\"user\",\"id\":\"msg_a_0\"}]}" },
	{ "a text", "{\"input\":\"item_reference\"}", "{\"input\":\"item_reference\"}" },
	{ "no JSON", "{\"input\":[", "{\"input\":[" },
};

static const struct {
	const char *item, *reply;
} ids[] = {
	{ "msg_chatcmpl-1_0", "resp_chatcmpl-1" }, { "fc_a_b_12", "resp_a_b" }, { "msg_a", "" }, { "msg", "" }, { "", "" }, { "msg__0", "" },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++)
		is_slice(responses_refer(&a, str_of(cases[i].body), 0, find, NULL), cases[i].want, "%s", cases[i].what);
	for (size_t i = 0; i < LENGTH(ids); i++)
		is_slice(responses_reply_of(&a, str_of(ids[i].item)), ids[i].reply, "the response of '%s'", ids[i].item);
	arena_done(&a);
	return tap_done();
}
