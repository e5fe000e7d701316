/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.c - bytes as text.
 *
 * Runs in: everywhere.
 */
#include "base/base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static struct str
encode(struct arena *a, struct str bytes, const char *digits, bool pad)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	char *out = arena_alloc(a, (bytes.n + 2) / 3 * 4 + 1);
	size_t n = 0;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t	 left = bytes.n - i;
		uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);

		out[n++] = digits[v >> 18];
		out[n++] = digits[v >> 12 & 63];
		if (left > 1 || pad)
			out[n++] = left > 1 ? digits[v >> 6 & 63] : '=';
		if (left > 2 || pad)
			out[n++] = left > 2 ? digits[v & 63] : '=';
	}
	out[n] = '\0';
	return (struct str){ out, n };
}

struct str
base64_encode(struct arena *a, struct str bytes)
{
	return encode(a, bytes, standard, true);
}

struct str
base64url_encode(struct arena *a, struct str bytes)
{
	return encode(a, bytes, url_safe, false);
}

static int
digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

int
base64_decode(struct arena *a, struct str text, struct str *bytes)
{
	char	*out;
	uint32_t v = 0;
	int	 bits = 0;
	size_t	 n = 0;

	for (int i = 0; i < 2 && text.n > 0 && text.p[text.n - 1] == '='; i++)
		text.n--;
	if (text.n % 4 == 1)
		return -1;
	out = arena_alloc(a, text.n / 4 * 3 + 4);
	for (size_t i = 0; i < text.n; i++) {
		int d = digit_of(text.p[i]);

		if (d < 0)
			return -1;
		v = v << 6 | (uint32_t)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (char)(v >> bits & 255);
		}
	}
	out[n] = '\0';
	*bytes = (struct str){ out, n };
	return 0;
}
