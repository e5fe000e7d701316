/* SPDX-License-Identifier: Apache-2.0 */
/* anthropic_forward_test.c - only the model's name changes, and foreign reasoning is taken out. */
#include "dialect/anthropic.h"
#include "dialect/carry.h"
#include "tap.h"

static struct arena a;

static struct str
sent(struct str body)
{
	struct ask	 ask;
	struct complaint why;
	struct inbound	 in = { .endpoint = ENDPOINT_CHAT, .body = body, .depth = 64 };

	if (anthropic_ask(&a, &in, &ask, &why) < 0)
		return why.message;
	return anthropic_forward(&a, &ask, STR("other"), false);
}

#define HEAD "{\"model\": \"other\",\"max_tokens\":9,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},\"messages\":[{\"role\":\"user\",\"content\":\"q\"},"
#define TAIL "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"r\"}]}]}"
#define CALL "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}"

static struct str
turn(const char *model, struct str block)
{
	return arena_printf(&a, "{\"model\": \"%s\",%s{\"role\":\"assistant\",\"content\":[" STR_FMT CALL "]}," TAIL, model,
	    strchr(HEAD, ',') + 1, STR_ARG(block));
}

int
main(void)
{
	struct part foreign = { .kind = PART_REASONING, .text = STR("hm"), .sealed = STR("gAAA"), .origin = DIALECT_RESPONSES };
	struct part own = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("Er=="), .origin = DIALECT_ANTHROPIC };
	struct str  carrier, body;

	arena_init(&a);
	is_slice(sent(STR("{\"messages\":[{\"role\":\"user\",\"content\":\"m\"}], \"model\":\"m\",\"max_tokens\":9}")),
	    "{\"messages\":[{\"role\":\"user\",\"content\":\"m\"}], \"model\":\"other\",\"max_tokens\":9}", "the model's name changes, no other byte");
	body = turn("other", STR("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Er==\"},"));
	ok(str_eq(sent(turn("m", STR("{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"Er==\"},"))), body),
	    "Anthropic's own thinking stays");
	carrier = carry_wrap(&a, &own);
	ok(str_eq(sent(turn("m", arena_printf(&a, "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"" STR_FMT "\"},", STR_ARG(carrier)))),
	       body), "and gets its own signature back");
	carrier = carry_wrap(&a, &foreign);
	body = sent(turn("m", arena_printf(&a, "{\"type\":\"redacted_thinking\",\"data\":\"" STR_FMT "\"},", STR_ARG(carrier))));
	ok(str_find(body, STR("w1.")) == body.n && str_find(body, STR("redacted")) == body.n, "another's reasoning is taken out");
	ok(str_find(body, STR("\"thinking\":{\"type\":\"disabled\"}")) < body.n, "and manual thinking is off while its call is answered");
	body = sent(arena_printf(&a, "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\",\"content\":"
	    "[{\"type\":\"redacted_thinking\",\"data\":\"" STR_FMT "\"}]}]}", STR_ARG(carrier)));
	ok(str_find(body, STR("(no answer)")) < body.n, "a message keeps some content");
	body = sent(arena_printf(&a, "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"assistant\",\"content\":"
	    "[{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{},\"id\":\"" STR_FMT "\"}]}]}",
	    STR_ARG(carry_id(&a, STR("call_1"), &foreign, NULL))));
	ok(str_find(body, STR("\"id\":\"call_1\"")) < body.n, "an id that carries reasoning is cut back");
	arena_done(&a);
	return tap_done();
}
