/* SPDX-License-Identifier: Apache-2.0 */
/* valid_test.c - what may be stored and what may not. */
#include "store/valid.h"

#include "tap.h"

struct sample {
	int	  (*check)(struct arena *, struct str, struct str *why);
	const char *what;
	const char *good[14];
	const char *bad[14];
};

static const struct sample samples[] = {
	{ valid_name, "name",
	    { "a", "eu-3", "My key 2", "team/a:b@c.d_e", "7b" },
	    { "", " a", "a ", "a\tb", "a\nb", "caf\xc3\xa9", "a,b", "17", "a\"b", "a=b", "a%b" } },
	{ valid_model, "model name",
	    { "gpt-4o", "@cf/meta/llama (free)", "ft:gpt:org::id", "mod\xc3\xa8le", "a=b" },
	    { "", " x", "x ", "a\rb", "a\nb", "a\x7f", "\xff" } },
	{ valid_text, "text",
	    { "", "anything, really", "\xe2\x82\xac" },
	    { "a\nb", "\x1b[0m", "\xc3" } },
	{ valid_words, "list of words",
	    { "", "tools,vision", "a_b, c-d", "gpt-3.5" },
	    { "Tools", "a b", "a,b!", "a\nb" } },
	{ valid_globs, "list of globs",
	    { "", "*", "gpt-*,o?", "discover", "a\\,b" },
	    { "a\nb", "a,b\x01" } },
	{ valid_aliases, "list of aliases",
	    { "", "fast=gpt-4o-mini", "a=b,c=d", "x = y" },
	    { "fast", "=b", "a=", "a=b,c" } },
	{ valid_dialects, "dialects", { "", "openai", "gemini,openai" }, { "Gemini", "openai,claude" } },
	{ valid_transforms, "transforms", { "", "strip_thinking", "strip_fences,disable_thinking" }, { "strip", "strip_fences,x" } },
	{ valid_class, "class", { "", "official", "local" }, { "Official", "cheap" } },
	{ valid_role, "role", { "client", "admin" }, { "", "root" } },
	{ valid_rank, "rank", { "0", "1000", "17" }, { "", "1001", "-1", "1.5", "x" } },
	{ valid_url, "URL",
	    { "", "http://localhost:8080", "https://api.example.com/v1", "HTTPS://x/", "http://[::1]:11434/v1", "http://10.0.0.1" },
	    { "ftp://x", "api.example.com", "https://", "https://user@host", "https://user:pw@host/", "https://h\r\nX: y",
		"https://h/a b", "https://h/?q=1", "https://h/#f", "https://h:0", "https://h:99999", "http://[::1", "https://:80" } },
	{ valid_headers, "list of headers",
	    { "", "X-Title: weir", "HTTP-Referer: https://a.b/c", "X-A: 1,X-B: 2", "X-A: 1\\, 2", "X-Empty:" },
	    { "X-Title", ": x", "X A: b", "Host: x", "content-length: 5", "Transfer-Encoding: chunked", "CONNECTION: close",
		"X-A: b\r\nY: z", "X-A: b\nY: z", "X-A: 1, 2", "Authorization: Bearer x" } },
	{ valid_limits, "list of limits",
	    { "", "100 requests / 1m", "5.00 usd / month America/Los_Angeles", "2000000 tokens/day", "1 input / 60s",
		"0.000000001 usd / hour", "7 output / week Europe/Berlin, 1 requests / 1s", "3 requests / 2h" },
	    { "much", "100 / 1m", "100 requests", "1.5 requests / 1m", "-1 tokens / day", "5 euro / day", "5 usd / year",
		"5 usd / 0s", "5 requests / 1m Europe/Berlin", "0.0000000001 usd / day", "5 usd / day ../etc", "1 tokens / day /etc" } },
};

int
main(void)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < LENGTH(samples); i++) {
		const struct sample *s = &samples[i];
		struct str why;

		for (size_t j = 0; s->good[j] != NULL; j++)
			ok(s->check(&a, str_of(s->good[j]), &why) == 0, "good %s number %zu is accepted", s->what, j);
		for (size_t j = 0; s->bad[j] != NULL; j++) {
			why = STR_NONE;
			ok(s->check(&a, str_of(s->bad[j]), &why) == -1 && why.n > 0, "bad %s number %zu is refused, in words", s->what, j);
		}
	}
	arena_done(&a);
	return tap_done();
}
