/* SPDX-License-Identifier: Apache-2.0 */
/* strip_test.c - thinking and fences go, whatever the cuts; all else stays. */
#include <stdlib.h>

#include "dialect/fold.h"
#include "dialect/transform.h"
#include "tap.h"

#define THINK TRANSFORM_STRIP_THINKING
#define FENCE TRANSFORM_STRIP_FENCES

static const struct {
	const char *what, *in, *want;
	unsigned    transforms;
} cases[] = {
	{ "a block at the begin", "<think>hm\nhm</think>\n\nHello.", "Hello.", THINK },
	{ "a block in the middle leaves one blank", "Hello <think>x</think> world", "Hello world", THINK },
	{ "and a line end when there was one", "Hello\n<think>x</think>\n\nworld", "Hello\nworld", THINK },
	{ "and nothing before punctuation", "Hello <think>x</think> , world<thinking>y</thinking> !", "Hello, world!", THINK },
	{ "words that touched still touch", "Hel<think>x</think>lo", "Hello", THINK },
	{ "all the tags", "[think]a[/think]1<reasoning>b</reasoning>2<THINKING>c</Thinking>3", "123", THINK },
	{ "an unclosed block reaches to the end", "Hello <think>x", "Hello", THINK },
	{ "a tag inside another's block is text of it", "a <think><thinking>x</thinking></think>b", "a b", THINK },
	{ "what only begins like a tag stays", "a <thin b <think c <", "a <thin b <think c <", THINK },
	{ "code keeps its indentation", "if (a)\n\t\tb;\n\n    c  d\n", "if (a)\n\t\tb;\n\n    c  d\n", THINK | FENCE },
	{ "nothing but thinking is no text", "<think>x</think>", "", THINK },
	{ "a fence is unwrapped, on one line", "```json\n{\n  \"a\": 1\n}\n```", "{ \"a\": 1 }", FENCE },
	{ "with what stands around it", "Here:\n```json\n[1,\n 2]\n```\nDone", "Here:\n[1, 2]\nDone", FENCE },
	{ "a json block", "[json]{\"a\":1}[/json]", "{\"a\":1}", FENCE },
	{ "another language's fence stays", "```c\nint a;\n```\n", "```c\nint a;\n```\n", FENCE },
	{ "nothing is touched that is not asked for", "<think>x</think>```json\n{}\n```", "<think>x</think>```json\n{}\n```", 0 },
	{ "both", "<think>x</think>\n```json\n{}\n```", "{}", THINK | FENCE },
};

/* The text that comes out when `in` goes in by pieces of n bytes; *begun: whether a text block did at all. */
static const char *
stripped(struct arena *a, const char *in, size_t n, unsigned transforms, bool *begun)
{
	struct fold  *f = fold_new(a);
	struct strip *s = strip_new(a, transforms, fold_event, f);
	struct part   text = { .kind = PART_TEXT };
	struct chat_event e = { .type = CHAT_BEGIN, .part = &text };
	const struct part *got;
	const char   *out;

	strip_event(s, &e);
	for (struct str rest = str_of(in); rest.n > 0; rest = str_from(rest, n)) {
		e = (struct chat_event){ .type = CHAT_DELTA, .part = &text, .text = str_upto(rest, n) };
		strip_event(s, &e);
	}
	e = (struct chat_event){ .type = CHAT_END, .part = &text };
	strip_event(s, &e);
	got = fold_reply(f)->choices != NULL ? fold_reply(f)->choices->parts : NULL;
	*begun = got != NULL;
	out = arena_cstr(a, got != NULL ? got->text : STR(""));
	strip_free(s);
	fold_free(f);
	return out;
}

int
main(void)
{
	struct arena a;
	bool	     begun;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		for (size_t n = 1; n < 12; n += n == 3 ? 8 : 1)
			is_str(stripped(&a, cases[i].in, n, cases[i].transforms, &begun), cases[i].want, "%s, in pieces of %zu",
			    cases[i].what, n);
		ok(begun == (cases[i].want[0] != '\0'), "%s: a block begins only when it has text", cases[i].what);
	}
	arena_done(&a);
	return tap_done();
}
