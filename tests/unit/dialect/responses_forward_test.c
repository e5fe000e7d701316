/* SPDX-License-Identifier: Apache-2.0 */
/* responses_forward_test.c - a forwarded request is the client's bytes, but for the model and for what weir put in. */
#include "dialect/carry.h"
#include "dialect/responses.h"
#include "tap.h"

#define USER "{\"role\":\"user\",\"content\":\"a }\"}"
#define NATIVE "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypted_content\":\"gAAA\",\"summary\":[]}"

/* %s is a carrier. */
static const struct {
	const char *what, *in, *model, *want;
} cases[] = {
	{ "nothing to change", "{\"model\": \"m\", \"input\":[" USER "],\"x\":1.50}", "m", NULL },
	{ "another model", "{\"model\": \"m\" ,\"input\":\"a\"}", "n/\"q", "{\"model\": \"n/\\\"q\" ,\"input\":\"a\"}" },
	{ "the vendor's own reasoning stays", "{\"model\":\"m\",\"input\":[" NATIVE "," USER "]}", "m", NULL },
	{ "a carrier goes", "{\"model\":\"m\",\"input\":[" USER ",{\"type\":\"reasoning\",\"id\":\"rs_2\",\"summary\":[],"
	    "\"encrypted_content\":\"%s\"}, " USER "],\"store\":false}", "m",
	    "{\"model\":\"m\",\"input\":[" USER "," USER "],\"store\":false}" },
	{ "the first and the last as well, and the model behind them",
	    "{\"input\":[{\"type\":\"reasoning\",\"encrypted_content\":\"%s\"}," NATIVE
	    ",{\"type\":\"reasoning\",\"encrypted_content\":\"%s\"}],\"model\":\"m\"}", "n",
	    "{\"input\":[" NATIVE "],\"model\":\"n\"}" },
	{ "what only looks like one stays", "{\"model\":\"m\",\"input\":[{\"type\":\"reasoning\",\"encrypted_content\":\"w1.!\"}]}",
	    "m", NULL },
	{ "in a text it stays", "{\"model\":\"m\",\"input\":\"w1.AAAA\"}", "m", NULL },
	{ "behind a call's id it is cut", "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"call_id\":\"c~%s\"}]}", "m",
	    "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"call_id\":\"c\"}]}" },
};

int
main(void)
{
	struct part  thought = { .kind = PART_REASONING, .text = STR("hm"), .signature = STR("s"), .origin = DIALECT_ANTHROPIC };
	struct arena a;
	char	     carrier[256];

	arena_init(&a);
	snprintf(carrier, sizeof(carrier), "%s", arena_cstr(&a, carry_wrap(&a, &thought)));
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct complaint why;
		struct ask	 ask;
		char		 in[1024], *p = in;

		for (const char *s = cases[i].in; *s != '\0'; s++) {
			if (s[0] == '%' && s[1] == 's') {
				p += snprintf(p, sizeof(in) - (size_t)(p - in), "%s", carrier);
				s++;
			} else {
				*p++ = *s;
			}
		}
		*p = '\0';
		if (responses_ask(&a, &(struct inbound){ .body = str_of(in) }, &ask, &why) < 0) {
			ok(0, "%s: the case itself is a request", cases[i].what);
			continue;
		}
		is_slice(responses_forward(&a, &ask, str_of(cases[i].model), true), cases[i].want != NULL ? cases[i].want : in,
		    "%s", cases[i].what);
	}
	arena_done(&a);
	return tap_done();
}
