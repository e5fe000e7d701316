/* SPDX-License-Identifier: Apache-2.0 */
/* transform_test.c - the names, what they do to a request, and a whole reply. */
#include <stdlib.h>

#include "dialect/transform.h"
#include "tap.h"

int
main(void)
{
	struct arena		 a;
	struct chat		 c;
	struct chat_choice	 choice = { .stop = STOP_END };
	struct chat_reply	 r = { .id = STR("r"), .choices = &choice };
	const struct chat_reply *got;

	arena_init(&a);
	for (unsigned i = 0; transform_name(i) != NULL; i++)
		is_int(transform_find(str_of(transform_name(i))), 1 << i, "%s has its bit", transform_name(i));
	is_int(transform_find(STR("fly")), 0, "an unknown name has none");

	chat_init(&c, &a, DIALECT_OPENAI);
	c.reasoning.effort = STR("high");
	transform_request(&c, TRANSFORM_STRIP_THINKING);
	ok(c.messages == NULL && c.reasoning.effort.n > 0, "a request is left alone unless asked");
	transform_request(&c, TRANSFORM_DISABLE_THINKING);
	ok(c.reasoning.on == SAID_NO && c.reasoning.effort.n == 0 && c.messages->role == ROLE_SYSTEM &&
	    str_is(c.messages->parts->text, "/no_think"), "thinking is switched off and the model told");

	part_add(&a, &choice.parts, PART_TEXT)->text = STR("<think>x</think> ok");
	part_add(&a, &choice.parts, PART_CALL)->input = STR("{\"a\":\"<think>\"}");
	got = strip_reply(&a, TRANSFORM_STRIP_THINKING, &r);
	ok(str_is(got->choices->parts->text, "ok"), "a whole reply is stripped");
	ok(str_is(got->choices->parts->next->input, "{\"a\":\"<think>\"}"), "its calls are not");
	ok(str_is(got->id, "r") && got->choices->stop == STOP_END, "and the rest stays");
	arena_done(&a);
	return tap_done();
}
