/* SPDX-License-Identifier: Apache-2.0 */
/* discover_test.c - a model list becomes catalog records: new, changed, gone; what people made stays. */
#include "../route/catalog.h"
#include "sched/discover.h"
#include "tap.h"

static int
discover(const char *body)
{
	struct model_list list;
	int		  rc;

	rebuild();
	rc = provider_read_models(&arena, str_of(body), &list);
	if (rc == 0)
		rc = discover_store(store, &catalog->channels[0], &list);
	rebuild();
	return rc;
}

static const struct model *
model(const char *name)
{
	struct txn   *t = txn_read(store);
	struct model *m = record_find(t, RECORD_MODEL, str_of(name), &arena);

	txn_end(t);
	return m;
}

static uint64_t
generation(void)
{
	struct txn *t = txn_read(store);
	uint64_t    g = generation_get(t);

	txn_end(t);
	return g;
}

#define TWO "{\"data\":[{\"id\":\"a\",\"context_length\":1000},{\"id\":\"b\"}]}"

int
main(void)
{
	uint64_t before, id;

	catalog_open();
	put(RECORD_PROVIDER, "p", "kind", "openai", NULL);
	put(RECORD_CHANNEL, "c", "provider", "p", NULL);
	put(RECORD_CHANNEL, "d", "provider", "p", "models", "other", NULL);
	put(RECORD_MODEL, NULL, "channel", "c", "model", "hand", "context", "7", NULL);
	put_found("d", "theirs");
	is_int(discover(TWO), 0, "a list is stored");
	ok(model("c/a") != NULL && model("c/a")->context == 1000 && model("c/a")->r.origin == ORIGIN_FOUND, "its models are records");
	is_str(served("b", NULL), "c:b", "and served");
	ok(model("c/hand") != NULL && model("d/theirs") != NULL, "those made by hand and those of other channels stay");
	before = generation();
	is_int(discover(TWO), 0, "the same list again");
	is_int(generation(), before, "changes nothing");
	id = model("c/a")->r.id;
	is_int(discover("{\"data\":[{\"id\":\"a\",\"context_length\":2000},{\"id\":\"hand\",\"context_length\":9}]}"), 0, "another list");
	ok(model("c/a")->r.id == id && model("c/a")->context == 2000, "a changed model keeps its record");
	ok(model("c/b") == NULL, "one that is not listed any more is gone");
	ok(model("c/hand")->context == 7 && model("c/hand")->r.origin == ORIGIN_LIVE, "one made by hand is not changed by a list");
	disable(RECORD_MODEL, "c/a", true);
	is_int(discover("{\"data\":[{\"id\":\"a\",\"context_length\":3000}]}"), 0, "a list with a disabled model");
	ok(!model("c/a")->r.enabled && model("c/a")->context == 3000, "leaves it disabled");
	before = generation();
	is_int(discover("<html>"), -1, "what is no list is refused");
	is_int(discover("{\"data\":{}}"), -1, "so is another shape");
	is_int(generation(), before, "and the old one stays");
	is_int(discover("{\"data\":[{\"id\":\"x\"},{\"id\":\"x\"},{\"id\":\"\"},{\"no\":1},{\"id\":\"bad\\u0001\"},{\"id\":\" y\"}]}"), 0,
	    "a list with oddities");
	ok(model("c/x") != NULL && str_is(str_of(served("x", NULL)), "c:x"), "gives its good names, once");
	is_int(discover("{\"data\":[]}"), 0, "an empty list is a list");
	ok(model("c/x") == NULL && model("c/hand") != NULL && model("d/theirs") != NULL, "of nothing");
	catalog_close();
	return tap_done();
}
