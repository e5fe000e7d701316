/* SPDX-License-Identifier: Apache-2.0 */
/* entry_fuzz.c - any bytes as a block of entries: what is read is valid JSON and packs to what is read again. */
#include <assert.h>
#include <string.h>

#include "account/counters.h"
#include "account/rollup.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
repack(const struct entry *e)
{
	struct buf   once = { NULL, 0, 0 }, twice = { NULL, 0, 0 };
	struct str   rest;
	struct entry again;

	entry_pack(&once, e);
	rest = buf_view(&once);
	assert(entry_unpack(&rest, &again) && rest.n == 0);
	entry_pack(&twice, &again);
	assert(twice.n == once.n && memcmp(once.p, twice.p, once.n) == 0);
	buf_done(&once);
	buf_done(&twice);
}

static void
write_json(const struct entry *e, bool pretty)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json_error err;

	json_start(&out, &text, pretty);
	json_object(&out, NULL);
	entry_json(e, &out);
	json_object_end(&out);
	assert(json_check(buf_view(&text), 0, &err) == 0);
	assert(pretty || memchr(text.p, '\n', text.n) == NULL);
	buf_done(&text);
}

static void
describe(int (*one)(struct str, struct str, struct json_out *), struct str key, struct str value)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json_error err;

	json_start(&out, &text, false);
	json_object(&out, NULL);
	if (one(key, value, &out) == 0) {
		json_object_end(&out);
		assert(json_check(buf_view(&text), 0, &err) == 0);
	}
	buf_done(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str	block = { (const char *)data, n }, all = block;
	struct entry	e;
	struct counters c;
	struct rollups	r;

	memset(&c, 0, sizeof(c));
	rollups_init(&r);
	while (entry_unpack(&block, &e)) {
		repack(&e);
		write_json(&e, false);
		write_json(&e, true);
		counters_entry(&c, &e);
		rollups_add(&r, &e);
	}
	rollups_done(&r);
	describe(entry_describe, STR("\0\1\0\0\0\0\0\0\0\1"), all);
	describe(counters_describe, STR("\0\1"), all);
	describe(rollup_describe, STR("\0\0\0\1\0\0\0\0\0\0\0\0\1"), all);
	return 0;
}
