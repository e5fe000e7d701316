/* SPDX-License-Identifier: Apache-2.0 */
/* blocks_test.c - pieces of a stream come out as blocks, in order and never interleaved. */
#include <stdlib.h>

#include "dialect/blocks.h"
#include "tap.h"
#include "unit/dialect/transcript.h"

/* A piece: t text, r reasoning, f refusal, c call (index, id, name, input), s stop, p whole native part. */
struct piece {
	char	    what;
	uint32_t    choice, index;
	const char *a, *b, *c;
};

#define TEXT(s) { 't', 0, 0, s, NULL, NULL }
#define CALL(i, id, name, in) { 'c', 0, i, id, name, in }
#define STOPPED { 's', 0, 0, NULL, NULL, NULL }

static const struct {
	const char  *what;
	struct piece pieces[8];
	const char  *want;
} cases[] = {
	{ "pieces of one text are one block", { TEXT("a"), TEXT("b"), STOPPED },
	    "<start><0 begin text><0 +a><0 +b><0 end text><0 stop end><done>" },
	{ "an empty piece is none", { TEXT(""), TEXT("b"), STOPPED },
	    "<start><0 begin text><0 +b><0 end text><0 stop end><done>" },
	{ "another kind ends the block", { { 'r', 0, 0, "hm", NULL, NULL }, TEXT("b"), STOPPED },
	    "<start><0 begin reasoning><0 +hm><0 end reasoning><0 begin text><0 +b><0 end text><0 stop end><done>" },
	{ "a call's pieces are passed on as they come", { CALL(0, "1", "f", ""), CALL(0, "", "", "{\"a\""), CALL(0, "", "", ":1}"), STOPPED },
	    "<start><0 begin call id=1 name=f><0 +{\"a\"><0 +:1}><0 end call id=1 name=f><0 stop tools><done>" },
	{ "calls after one another", { CALL(0, "1", "f", "{}"), CALL(1, "2", "g", "{}"), STOPPED },
	    "<start><0 begin call id=1 name=f><0 +{}><0 end call id=1 name=f>"
	    "<0 begin call id=2 name=g><0 +{}><0 end call id=2 name=g><0 stop tools><done>" },
	{ "who comes while another is not whole waits",
	    { CALL(0, "1", "f", "{\"a\":"), CALL(1, "2", "g", "{\"b\":"), CALL(0, "", "", "\"}\"}"), CALL(1, "", "", "2}"), STOPPED },
	    "<start><0 begin call id=1 name=f><0 +{\"a\":><0 +\"}\"}><0 end call id=1 name=f>"
	    "<0 begin call id=2 name=g><0 +{\"b\":2}><0 end call id=2 name=g><0 stop tools><done>" },
	{ "calls with one index but two ids are two", { CALL(0, "1", "f", "{}"), CALL(0, "2", "f", "{}"), STOPPED },
	    "<start><0 begin call id=1 name=f><0 +{}><0 end call id=1 name=f>"
	    "<0 begin call id=2 name=f><0 +{}><0 end call id=2 name=f><0 stop tools><done>" },
	{ "a call without arguments ends with the choice", { CALL(0, "1", "f", ""), CALL(1, "2", "g", ""), STOPPED },
	    "<start><0 begin call id=1 name=f><0 end call id=1 name=f><0 begin call id=2 name=g><0 end call id=2 name=g>"
	    "<0 stop tools><done>" },
	{ "a name that comes late begins the block late", { CALL(0, "1", "", "{"), CALL(0, "", "f", "}"), STOPPED },
	    "<start><0 begin call id=1 name=f><0 +{}><0 end call id=1 name=f><0 stop tools><done>" },
	{ "choices are lanes of their own", { TEXT("a"), { 't', 1, 0, "b", NULL, NULL }, TEXT("c"), STOPPED },
	    "<start><0 begin text><0 +a><1 begin text><1 +b><0 +c><0 end text><0 stop end><1 end text><1 stop none><done>" },
	{ "a stream without anything", { { 0 } }, "<start><0 stop none><done>" },
};

static void
give(struct blocks *b, const struct piece *p)
{
	switch (p->what) {
	case 't':
		blocks_text(b, p->choice, PART_TEXT, str_of(p->a));
		return;
	case 'r':
		blocks_text(b, p->choice, PART_REASONING, str_of(p->a));
		return;
	case 'c':
		blocks_call(b, p->choice, p->index, str_of(p->a), str_of(p->b), str_of(p->c), false);
		return;
	case 's':
		blocks_stop(b, p->choice, STOP_END, STR_NONE);
		return;
	default:
		return;
	}
}

static void
test_signing(struct arena *a)
{
	struct buf     got = { 0 };
	struct blocks *b = blocks_new(a, transcript_event, &got);
	struct part    sign = { .kind = PART_REASONING, .signature = STR("s1"), .origin = DIALECT_ANTHROPIC };
	struct part    sealed = { .kind = PART_REASONING, .sealed = STR("x"), .origin = DIALECT_ANTHROPIC };

	blocks_text(b, 0, PART_REASONING, STR("hm"));
	blocks_sign(b, 0, &sign);
	blocks_part(b, 0, &sealed);
	blocks_text(b, 0, PART_TEXT, STR("a"));
	blocks_cite(b, 0, &(struct citation){ .url = STR("u") });
	blocks_logprobs(b, 0, STR("[1]"));
	blocks_done(b);
	is_str(arena_cstr(a, buf_view(&got)),
	    "<start><0 begin reasoning><0 +hm><0 end reasoning signature=s1>"
	    "<0 begin reasoning sealed=x><0 end reasoning sealed=x>"
	    "<0 begin text><0 +a><0 cite u><0 logprobs [1]><0 end text><0 stop none><done>",
	    "a signature ends the reasoning it proves, and citations belong to the open text");
	blocks_free(b);
	buf_done(&got);
}

static void
test_flood(struct arena *a)
{
	struct buf     got = { 0 };
	struct blocks *b = blocks_new(a, transcript_event, &got);
	size_t	       bytes;

	for (uint32_t i = 0; i < BLOCKS_CALLS_MOST; i++)
		blocks_call(b, i % 3, i, STR("i"), STR("f"), STR("{}"), false);
	ok(!blocks_flooded(b), "thousands of calls are told");
	buf_clear(&got);
	bytes = a->bytes;
	for (uint32_t i = 0; i < 100000; i++)
		blocks_call(b, 0, BLOCKS_CALLS_MOST + i, STR("i"), STR("f"), STR("{}"), false);
	ok(blocks_flooded(b) && got.n == 0 && a->bytes == bytes, "more are passed over, and cost nothing");
	blocks_free(b);
	buf_done(&got);
}

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf     got = { 0 };
		struct blocks *b = blocks_new(&a, transcript_event, &got);

		for (size_t k = 0; k < LENGTH(cases[i].pieces); k++)
			give(b, &cases[i].pieces[k]);
		blocks_done(b);
		is_str(arena_cstr(&a, buf_view(&got)), cases[i].want, "%s", cases[i].what);
		blocks_free(b);
		buf_done(&got);
	}
	test_signing(&a);
	test_flood(&a);
	arena_done(&a);
	return tap_done();
}
