/* SPDX-License-Identifier: Apache-2.0 */
/* chat_test.c - what all readers and writers of the neutral form share. */
#include <stdlib.h>

#include "dialect/chat.h"
#include "tap.h"

static struct arena a;

static const char *
names(const struct name_list *n)
{
	struct buf  b = { 0 };
	const char *text;

	for (; n != NULL; n = n->next)
		buf_printf(&b, STR_FMT ";", STR_ARG(n->name));
	text = arena_cstr(&a, buf_view(&b));
	buf_done(&b);
	return text;
}

static void
test_lists(void)
{
	struct part *list = NULL;
	struct chat  c;

	for (int i = 0; i < 3; i++)
		part_add(&a, &list, i == 2 ? PART_IMAGE : PART_TEXT);
	ok(list->next->next->kind == PART_IMAGE && list->next->next->next == NULL, "parts are added at the end");
	list->next->next->next = arena_new(&a, struct part);
	part_add(&a, &list, PART_AUDIO);
	ok(list->next->next->next->next->kind == PART_AUDIO, "behind what was linked by hand as well");
	chat_init(&c, &a, DIALECT_OPENAI);
	ok(chat_message(&c, ROLE_USER) != chat_message_joined(&c, ROLE_ASSISTANT), "another role is another message");
	ok(chat_message_joined(&c, ROLE_ASSISTANT) == c.messages->next, "the same role joins");
}

static void
test_notes(void)
{
	static const char *const known[] = { "model", "n" };
	struct report	   r = { .arena = &a };
	struct json_limits whole = { .tree_depth = JSON_WHOLE };
	struct json_error  e;
	struct json	  *root;
	struct chat	   c;

	chat_init(&c, &a, DIALECT_OPENAI);
	if (json_read(&a, STR("{\"model\":1,\"zap\":2,\"n\":3,\"none\":null}"), whole, &root, &e) < 0)
		root = NULL;
	chat_note_others(&c, root, known, LENGTH(known), "options.");
	chat_note(&c, "zip");
	chat_note(&c, "zip");
	is_str(names(c.notes), "options.zap;zip;", "unknown members are noted once, null is not there");
	c.field[FIELD_N] = STR("2");
	c.field[FIELD_STORE] = STR("false");
	c.field[FIELD_SEED] = STR("7");
	report_notes(&r, &c);
	report_fields(&r, &c, CAN(SEED) | CAN(TOP_P));
	is_str(names(r.names), "options.zap;zip;n;", "what a writer cannot say is reported");
}

static void
test_media(void)
{
	static const struct {
		const char *url, *mime, *data, *plain;
	} cases[] = {
		{ "data:image/png;base64,AAAA", "image/png", "AAAA", "" },
		{ "data:text/plain;charset=utf-8;base64,QQ==", "text/plain", "QQ==", "" },
		{ "DATA:image/png;base64,AA", "image/png", "AA", "" },
		{ "https://x/y.png", "", "", "https://x/y.png" },
		{ "data:nothing", "", "", "data:nothing" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct media m = { 0 };

		media_from_url(&m, str_of(cases[i].url));
		ok(str_is(m.mime, cases[i].mime) && str_is(m.data, cases[i].data) && str_is(m.url, cases[i].plain), "%s", cases[i].url);
	}
	is_str(arena_cstr(&a, media_to_url(&a, &(struct media){ .mime = STR("a/b"), .data = STR("QQ==") })), "data:a/b;base64,QQ==",
	    "and back");
}

static void
test_inputs(void)
{
	static const struct {
		const char *in, *want;
		bool	    freeform;
	} cases[] = {
		{ "{\"a\":1}", "{\"a\":1}", false },
		{ " {} ", " {} ", false },
		{ "", "{}", false },
		{ "{\"a\":", "{\"input\":\"{\\\"a\\\":\"}", false },
		{ "[1]", "{\"input\":\"[1]\"}", false },
		{ "{\"a\":1}", "{\"input\":\"{\\\"a\\\":1}\"}", true },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct part p = { .kind = PART_CALL, .input = str_of(cases[i].in), .freeform = cases[i].freeform };

		is_str(arena_cstr(&a, part_input_object(&a, &p)), cases[i].want, "the input '%s'%s as an object", cases[i].in,
		    cases[i].freeform ? " of a custom tool" : "");
	}
}

int
main(void)
{
	arena_init(&a);
	test_lists();
	test_notes();
	test_media();
	test_inputs();
	is_int(effort_budget(STR("medium")), 8192, "effort as a budget");
	is_int(effort_budget(STR("huge")), 0, "an unknown effort is none");
	is_str(budget_effort(1024), "low", "a budget as effort");
	is_str(budget_effort(24576), "high", "and a great one");
	arena_done(&a);
	return tap_done();
}
