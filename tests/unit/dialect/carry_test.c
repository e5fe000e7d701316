/* SPDX-License-Identifier: Apache-2.0 */
/* carry_test.c - reasoning comes back from a carrier as it went in, and strangers' texts are no carriers. */
#include <stdlib.h>

#include "dialect/carry.h"
#include "tap.h"

static struct arena a;

static bool
same(const struct part *x, const struct part *y)
{
	return x->kind == PART_REASONING && str_eq(x->text, y->text) && str_eq(x->signature, y->signature) &&
	    str_eq(x->sealed, y->sealed) && str_eq(x->id, y->id) && x->origin == y->origin && x->summary == y->summary;
}

static struct str
repeat(char c, size_t n)
{
	char *p = arena_alloc(&a, n);

	memset(p, c, n);
	return (struct str){ p, n };
}

static void
test_wrap(void)
{
	struct part parts[] = {
		{ .kind = PART_REASONING, .text = STR("h\xc3\xa4"), .signature = STR("s+/="), .origin = DIALECT_ANTHROPIC },
		{ .kind = PART_REASONING, .sealed = STR("x"), .id = STR("rs_1"), .origin = DIALECT_RESPONSES, .summary = true },
		{ .kind = PART_REASONING, .text = repeat('t', 127), .signature = repeat('s', 70000), .origin = DIALECT_GEMINI },
		{ .kind = PART_REASONING, .text = repeat('t', 128), .signature = STR("s"), .origin = DIALECT_OLLAMA },
	};

	for (size_t i = 0; i < LENGTH(parts); i++) {
		struct part got = { 0 };

		ok(carry_unwrap(&a, carry_wrap(&a, &parts[i]), &got) && same(&got, &parts[i]), "part %zu comes back", i);
	}
}

static void
test_strangers(void)
{
	static const char *const texts[] = { "", "w1.", "w1.!", "w1.AAAA", "sig", "w1.YQD_____DwA", "w2.YQAAAAAA" };
	struct part got = { 0 };

	for (size_t i = 0; i < LENGTH(texts); i++)
		ok(!carry_unwrap(&a, str_of(texts[i]), &got), "'%s' is no carrier", texts[i]);
}

static void
test_ids(void)
{
	struct part *list = NULL, *back = NULL, *call;
	struct str   id;

	part_add(&a, &list, PART_REASONING)->text = STR("no proof: not carried");
	part_add(&a, &list, PART_REASONING)->signature = STR("one");
	part_add(&a, &list, PART_REASONING)->sealed = STR("two");
	call = part_add(&a, &list, PART_CALL);
	id = carry_id(&a, STR("call_1"), list, call);
	ok(carry_is_inside(id) && str_starts(id, STR("call_1~w1.")), "an id carries what stands before its call");
	ok(carry_take(&a, &id, &back), "and gives it back");
	ok(str_is(id, "call_1"), "the id is as it was");
	ok(str_is(back->signature, "one") && str_is(back->next->sealed, "two") && back->next->next == NULL, "both parts, in order");
	ok(str_is(carry_id(&a, STR("x"), call, NULL), "x"), "nothing to carry leaves an id alone");
	id = STR("call_1~w1.%%%");
	ok(!carry_take(&a, &id, &back) && id.n == 13, "an id that looks like a carrier but is none stays");
	id = STR("call_1~w1.");
	ok(!carry_take(&a, &id, &back) && id.n == 10 && back->next->next == NULL, "so does one that carries nothing");
}

static void
test_cut(void)
{
	struct part *list = NULL;
	struct str   id, text;

	part_add(&a, &list, PART_REASONING)->signature = STR("one");
	id = carry_id(&a, STR("call_1"), list, NULL);
	text = arena_printf(&a, "{\"a\":\"" STR_FMT "\",\"b\":[\"~w1.!\",\"x~w1.\",\"" STR_FMT "\"],\"c\":\"" STR_FMT " it said\"}",
	    STR_ARG(id), STR_ARG(id), STR_ARG(id));
	text = carry_cut(&a, text);
	ok(str_starts(text, STR("{\"a\":\"call_1\",\"b\":[\"~w1.!\",\"x~w1.\",\"call_1\"],\"c\":\"call_1~w1.")) &&
		str_ends(text, STR(" it said\"}")), "carriers at the end of strings are cut out of a body, all else stays");
	text = STR("{\"a\":\"call_1\"}");
	ok(carry_cut(&a, text).p == text.p, "a body without one is not copied");
}

static void
test_nul(void)
{
	struct part p = { .kind = PART_REASONING, .signature = STR("S"), .origin = DIALECT_ANTHROPIC }, *list = NULL;
	struct str  id = carry_id(&a, STR("c\0d"), &p, NULL);

	ok(carry_take(&a, &id, &list) && str_eq(id, STR("c\0d")) && str_is(list->signature, "S"), "an id may have a NUL in it");
}

int
main(void)
{
	arena_init(&a);
	test_wrap();
	test_strangers();
	test_ids();
	test_cut();
	test_nul();
	arena_done(&a);
	return tap_done();
}
