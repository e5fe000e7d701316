/* SPDX-License-Identifier: Apache-2.0 */
/* key_fuzz.c - keys and records of any bytes are taken apart without harm, and what is read is written back alike. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "store/key.h"
#include "store/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
fuzz_key(struct str bytes)
{
	struct str s, t;
	struct key k;
	uint8_t b;
	uint16_t h;
	uint32_t i;
	uint64_t q;

	if (key_unpack(bytes, "BSQ", &b, &s, &q) == 0 && bytes.n <= KEY_BYTES - 32)
		assert(str_eq(bytes, key_pack(&k, "BSQ", b, s, q)));
	if (key_unpack(bytes, "HIS", &h, &i, &s) == 0 && bytes.n <= KEY_BYTES)
		assert(str_eq(bytes, key_pack(&k, "HIS", h, i, s)));
	if (key_unpack(bytes, "SS", &s, &t) == 0)
		assert(key_pack(&k, "SS", s, t).n <= KEY_BYTES);
	assert(key_pack(&k, "QSH", (uint64_t)1, bytes, 2).n <= KEY_BYTES);
}

/* What decodes is encoded to bytes that decode to the same. */
static void
fuzz_record(const struct fields *fields, struct str bytes)
{
	struct buf first = { 0 }, second = { 0 };
	struct arena a;
	void *object;

	arena_init(&a);
	object = arena_zalloc(&a, fields->size);
	if (fields_decode(fields, &a, bytes, object) == 0) {
		struct json_out o;

		fields_encode(fields, object, &first);
		assert(fields_decode(fields, &a, buf_view(&first), object) == 0);
		fields_encode(fields, object, &second);
		assert(str_eq(buf_view(&first), buf_view(&second)));
		buf_clear(&second);
		json_start(&o, &second, false);
		json_object(&o, NULL);
		fields_json(fields, object, &o);
		json_object_end(&o);
		assert(utf8_valid(buf_view(&second)));
		for (size_t i = 0; i < fields->n; i++) {
			struct str why, text = fields_text(fields, &a, object, &fields->rows[i]);

			if (fields->rows[i].check != NULL)
				(void)!fields->rows[i].check(&a, text, &why);
		}
	}
	buf_done(&first);
	buf_done(&second);
	arena_done(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data + 1, size - 1 };

	if (size == 0)
		return 0;
	if (data[0] % (RECORD_KINDS + 1) == RECORD_KINDS)
		fuzz_key(bytes);
	else
		fuzz_record(record_info[data[0] % (RECORD_KINDS + 1)].fields, bytes);
	return 0;
}
