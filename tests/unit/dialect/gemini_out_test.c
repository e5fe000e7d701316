/* SPDX-License-Identifier: Apache-2.0 */
/* gemini_out_test.c - parts in Google's form, signatures on the part that they belong to. */
#include "dialect/gemini_inside.h"
#include "tap.h"
#include "unit/dialect/quoted.h"

static struct part parts[6];

static const struct {
	const char *what;
	struct part parts[4];
	const char *want;
} cases[] = {
	{ "a text", { { .kind = PART_TEXT, .text = STR("a") } }, "[{'text':'a'}]" },
	{ "no text is no part", { { .kind = PART_TEXT } }, "[]" },
	{ "a refusal is a text", { { .kind = PART_REFUSAL, .text = STR("no") } }, "[{'text':'no'}]" },
	{ "a signature stands on what follows", { { .kind = PART_REASONING, .signature = STR("QQ=="), .origin = DIALECT_GEMINI }, { .kind = PART_TEXT, .text = STR("a") },
	    { .kind = PART_TEXT, .text = STR("b") } }, "[{'text':'a','thoughtSignature':'QQ=='},{'text':'b'}]" },
	{ "also past a thought that is shown", { { .kind = PART_REASONING, .signature = STR("QQ=="), .origin = DIALECT_GEMINI }, { .kind = PART_REASONING, .text = STR("hm") },
	    { .kind = PART_CALL, .id = STR("c"), .name = STR("f") } },
	    "[{'text':'hm','thought':true},{'functionCall':{'id':'c','name':'f','args':{}},'thoughtSignature':'QQ=='}]" },
	{ "and on an empty text when nothing does", { { .kind = PART_TEXT, .text = STR("a") }, { .kind = PART_REASONING, .signature = STR("QQ=="), .origin = DIALECT_GEMINI } },
	    "[{'text':'a'},{'text':'','thoughtSignature':'QQ=='}]" },
	{ "a file by address", { { .kind = PART_IMAGE, .media = { .url = STR("https://x/a.png") } } },
	    "[{'fileData':{'mimeType':'image/png','fileUri':'https://x/a.png'}}]" },
	{ "a file that is neither here nor there", { { .kind = PART_FILE, .media = { .file_id = STR("x") } } }, "[]" },
	{ "what Google alone knows", { { .kind = PART_NATIVE, .raw = STR("{\"executableCode\":{}}"), .origin = DIALECT_GEMINI } }, "[{'executableCode':{}}]" },
};

int
main(void)
{
	struct arena a;
	struct chat  chat;

	arena_init(&a);
	chat_init(&chat, &a, DIALECT_GEMINI);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf	  b = { 0 };
		struct json_out	  o;
		struct gemini_out g = { .arena = &a, .chat = &chat, .out = &o };
		uint32_t	  n;

		memcpy(parts, cases[i].parts, sizeof(cases[i].parts));
		json_start(&o, &b, false);
		json_array(&o, NULL);
		for (size_t k = 0; k < LENGTH(cases[i].parts) && (parts[k].kind != PART_TEXT || parts[k].text.p != NULL); k++)
			gemini_put_part(&g, &parts[k]);
		n = g.n;
		gemini_put_end(&g);
		json_array_end(&o);
		is_slice(buf_view(&b), quoted(&a, cases[i].want).p, "written: %s", cases[i].what);
		ok(n <= g.n && g.signature.n == 0, "and nothing waits: %s", cases[i].what);
		buf_done(&b);
	}
	arena_done(&a);
	return tap_done();
}
