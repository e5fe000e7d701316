/* SPDX-License-Identifier: Apache-2.0 */
/* fold_test.c - what unfolds and folds again is what it was. */
#include <stdlib.h>

#include "dialect/fold.h"
#include "tap.h"
#include "unit/dialect/transcript.h"

/* A reply with one of everything. */
static struct chat_reply *
sample(struct arena *a)
{
	struct chat_reply  *r = arena_new(a, struct chat_reply);
	struct chat_choice *c = arena_new(a, struct chat_choice), *second = arena_new(a, struct chat_choice);
	struct part	   *p;

	*r = (struct chat_reply){ .id = STR("r1"), .model = STR("m"), .created = 7, .choices = c,
		.usage = { .tokens = { 1, 2, 3, 4, 5, 6, 7, 8 }, .source = USAGE_REPORTED }, .service_tier = STR("fast") };
	p = part_add(a, &c->parts, PART_REASONING);
	p->text = STR("hm");
	p->signature = STR("sig");
	p = part_add(a, &c->parts, PART_TEXT);
	p->text = STR("hello");
	p->logprobs = STR("[{\"token\":\"hello\"},{\"token\":\"!\"}]");
	citation_add(a, p)->url = STR("http://a");
	citation_add(a, p)->url = STR("http://b");
	p = part_add(a, &c->parts, PART_CALL);
	p->id = STR("c1");
	p->name = STR("f");
	p->input = STR("{\"x\":1}");
	p = part_add(a, &c->parts, PART_IMAGE);
	p->media = (struct media){ .mime = STR("image/png"), .data = STR("AAAA") };
	p = part_add(a, &c->parts, PART_AUDIO);
	p->media = (struct media){ .mime = STR("audio/wav"), .data = STR("BBBB") };
	p->text = STR("said");
	p = part_add(a, &c->parts, PART_NATIVE);
	p->raw = STR("{\"type\":\"x\"}");
	c->stop = STOP_SEQUENCE;
	c->stop_sequence = STR("END");
	c->next = second;
	second->index = 1;
	second->stop = STOP_LENGTH;
	part_add(a, &second->parts, PART_REFUSAL)->text = STR("no");
	return r;
}

static const char *
text_of(struct arena *a, const struct chat_reply *r)
{
	struct buf  b = { 0 };
	const char *text;

	unfold(r, transcript_event, &b);
	text = arena_cstr(a, buf_view(&b));
	buf_done(&b);
	return text;
}

/* Each event's memory is gone when the next comes: the fold must keep its own. */
static void
lend(void *arg, const struct chat_event *e)
{
	char	text[64];
	struct chat_event copy = *e;

	if (e->text.n > 0 && e->text.n < sizeof(text)) {
		memcpy(text, e->text.p, e->text.n);
		copy.text.p = text;
	}
	fold_event(arg, &copy);
	memset(text, '#', sizeof(text));
}

int
main(void)
{
	struct arena		 a;
	struct fold		*f;
	struct chat_reply	*was;
	const struct chat_reply *is;

	arena_init(&a);
	was = sample(&a);
	f = fold_new(&a);
	ok(!fold_complete(f), "nothing is not complete");
	unfold(was, lend, f);
	is = fold_reply(f);
	ok(fold_complete(f), "complete once DONE came");
	is_str(text_of(&a, is), text_of(&a, was), "all events are the same again");
	ok(str_is(is->choices->parts->next->next->next->next->text, "said"), "an audio keeps its transcript");
	ok(is->created == 7 && str_is(is->model, "m") && str_is(is->service_tier, "fast"), "and so do the reply's own members");
	ok(is->choices->next->index == 1 && is->choices->next->next == NULL, "two choices");
	fold_free(f);
	arena_done(&a);
	return tap_done();
}
