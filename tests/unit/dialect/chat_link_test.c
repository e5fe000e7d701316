/* SPDX-License-Identifier: Apache-2.0 */
/* chat_link_test.c - each result finds its call. */
#include <stdlib.h>

#include "dialect/dialect.h"
#include "tap.h"

/* "c:id:name" is a call, "r:id:name:text" a result, "|" begins the next message. */
static const struct {
	const char *what, *in, *want;	/* want NULL: refused */
} cases[] = {
	{ "by id", "c:1:f c:2:g | r:2: r:1:", "c:1:f c:2:g r:2:g r:1:f" },
	{ "by name where there is no id", "c::f c::g | r::g r::f", "c:call_1_f:f c:call_2_g:g r:call_2_g:g r:call_1_f:f" },
	{ "in order where there is neither", "c:1:f c:2:g | r:: r::", "c:1:f c:2:g r:1:f r:2:g" },
	{ "two calls of one name", "c::f c::f | r::f r::f", "c:call_1_f:f c:call_2_f:f r:call_1_f:f r:call_2_f:f" },
	{ "one id twice is told apart", "c:1:f | r:1: | c:1:g | r:1:", "c:1:f r:1:f c:1_2:g r:1_2:g" },
	{ "one id twice in a turn", "c:1:f c:1:g | r:1: r:1:", "c:1:f c:1_2:g r:1:f r:1_2:g" },
	{ "a result that names its tool needs no call", "r:9:h", "r:9:h" },
	{ "a result of nothing", "c:1:f | r:7:", NULL },
	{ "a second result of one call", "c:1:f | r:1::a r:1::b", NULL },
	{ "the same told again", "c:1:f c:2:g | r:1::a r:2::b r:1::a", "c:1:f c:2:g r:1:f:a r:2:g:b" },
	{ "the same in a message of its own", "c:1:f | r:1:f:a | r:1:f:a | c:2:g", "c:1:f r:1:f:a c:2:g" },
	{ "an id of two calls, each told again", "c:1:f | r:1:f:a | r:1:f:a | c:1:f | r:1:f:b r:1:f:b", "c:1:f r:1:f:a c:1_2:f r:1_2:f:b" },
	{ "more of a result whose tool is named", "c:1:f | r:1:f:a r:1:f:b r:1:f:c", "c:1:f r:1:f:abc" },
	{ "one of another tool under the id", "c:1:f | r:1:f:a r:1:g:b", "c:1:f r:1:f:a r:1:g:b" },
};

static void
build(struct chat *c, const char *in)
{
	struct str rest = str_of(in), word;

	chat_message(c, ROLE_USER);
	while (str_split(&rest, ' ', &word)) {
		struct str    bits = str_from(word, 2), id = STR(""), name = STR(""), text = STR("");
		struct part  *p;

		if (str_is(word, "|")) {
			chat_message(c, ROLE_USER);
			continue;
		}
		str_split(&bits, ':', &id);
		str_split(&bits, ':', &name);
		str_split(&bits, ':', &text);
		p = part_add(c->arena, &c->message_last->parts, word.p[0] == 'c' ? PART_CALL : PART_RESULT);
		p->id = id;
		p->name = name;
		if (text.n > 0)
			part_add(c->arena, &p->content, PART_TEXT)->text = text;
	}
}

static const char *
text_of(const struct chat *c)
{
	struct buf  b = { 0 };
	const char *text;

	for (const struct message *m = c->messages; m != NULL; m = m->next)
		for (const struct part *p = m->parts; p != NULL; p = p->next) {
			buf_printf(&b, "%s%c:" STR_FMT ":" STR_FMT, b.n > 0 ? " " : "", p->kind == PART_CALL ? 'c' : 'r',
			    STR_ARG(p->id), STR_ARG(p->name));
			for (const struct part *t = p->content; t != NULL; t = t->next)
				buf_printf(&b, "%s" STR_FMT, t == p->content ? ":" : "", STR_ARG(t->text));
		}
	text = arena_cstr(c->arena, buf_view(&b));
	buf_done(&b);
	return text;
}

/* So many that a walk through all calls for each result would not end. */
static void
test_many(struct arena *a)
{
	enum { MANY = 100000 };
	struct complaint why;
	struct chat	 c;
	bool		 right = true;
	unsigned	 n = 0;

	chat_init(&c, a, DIALECT_OPENAI);
	chat_message(&c, ROLE_ASSISTANT);
	for (unsigned i = 0; i < 2 * MANY; i++) {
		struct part *p = part_add(a, &c.message_last->parts, i < MANY ? PART_CALL : PART_RESULT);

		unsigned     k = i < MANY ? i : 2 * MANY - 1 - i;	/* the last is answered first */

		p->id = k % 2 == 0 ? STR("x") : STR("");
		p->name = arena_printf(a, "f%u", k);
	}
	ok(chat_link(&c, &why) == 0, "a hundred thousand calls are linked, half of one id and half by name");
	for (const struct part *p = c.messages->parts; p != NULL; p = p->next, n++)
		if (p->kind == PART_RESULT && n % 2 == 0)
			right &= str_eq(p->name, arena_printf(a, "f%u", 2 * MANY - 1 - n));
	ok(right, "each to its own");
}

/* What differs in bytes that no other dialect reads, or in success, is not the same. */
static void
test_differences(struct arena *a)
{
	struct complaint why;
	struct chat	 c;
	struct part	*p;

	for (int what = 0; what < 3; what++) {
		chat_init(&c, a, DIALECT_RESPONSES);
		build(&c, "c:1:f | r:1: r:1:");
		p = c.message_last->parts;
		part_add(a, &p->content, PART_NATIVE)->raw = STR("{\"d\":1}");
		part_add(a, &p->next->content, PART_NATIVE)->raw = what == 0 ? STR("{\"d\":2}") : STR("{\"d\":1}");
		p->next->failed = what == 1;
		ok((chat_link(&c, &why) == 0) == (what == 2), "two results of one call that %s",
		    what == 0 ? "differ in their own bytes" : what == 1 ? "did not both fail" : "are the same");
	}
}

static void
test_tools(struct arena *a)
{
	struct complaint why = { 0 };
	struct chat	 c;

	chat_init(&c, a, DIALECT_OPENAI);
	for (unsigned i = 0; i < 4096; i++)
		chat_tool(&c, TOOL_FUNCTION)->name = STR("f");
	ok(chat_link(&c, &why) == 0, "thousands of tools are taken");
	chat_tool(&c, TOOL_FUNCTION);
	ok(chat_link(&c, &why) < 0 && why.fault == FAULT_BAD_REQUEST, "more are refused");
	chat_init(&c, a, DIALECT_OPENAI);
	for (unsigned i = 0; i < 4097; i++)
		chat_allow(&c, STR("f"));
	ok(chat_link(&c, &why) < 0 && why.fault == FAULT_BAD_REQUEST, "and so are as many names of allowed ones");
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct complaint why = { 0 };
		struct chat	 c;
		int		 rc;

		chat_init(&c, &a, DIALECT_OPENAI);
		build(&c, cases[i].in);
		rc = chat_link(&c, &why);
		if (cases[i].want == NULL)
			ok(rc == -1 && why.fault == FAULT_BAD_REQUEST && why.message.n > 0, "%s is refused", cases[i].what);
		else
			is_str(rc == 0 ? text_of(&c) : "refused", cases[i].want, "%s", cases[i].what);
	}
	test_many(&a);
	test_differences(&a);
	test_tools(&a);
	arena_done(&a);
	return tap_done();
}
