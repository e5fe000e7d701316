/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.c - slices: compare, search, cut, match.
 *
 * Runs in: everywhere.
 *
 * An empty slice may have a NULL pointer, and memcmp(3) and its kin must not
 * see one: each function below looks at the length first.
 */
#include "base/str.h"

#include <string.h>

#define DISTANCE_MOST 255	/* longer texts are not worth a "did you mean" */

static unsigned char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : (unsigned char)c;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int    order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str s, struct str prefix)
{
	return str_eq(str_upto(s, prefix.n), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

bool
str_starts_nocase(struct str s, struct str prefix)
{
	return str_eq_nocase(str_upto(s, prefix.n), prefix);
}

size_t
str_find(struct str hay, struct str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (hay.n < needle.n)
		return hay.n;
	at = memmem(hay.p, hay.n, needle.p, needle.n);
	return at == NULL ? hay.n : (size_t)(at - hay.p);
}

bool
str_has_rare(struct str hay, struct str needle, size_t rare)
{
	const char *end = hay.p + hay.n, *p = hay.p + rare;

	if (hay.n < needle.n)
		return false;
	for (end -= needle.n - rare - 1; p < end && (p = memchr(p, needle.p[rare], (size_t)(end - p))) != NULL; p++)
		if (memcmp(p - rare, needle.p, needle.n) == 0)
			return true;
	return false;
}

size_t
str_find_byte(struct str s, char c)
{
	const char *at = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return at == NULL ? s.n : (size_t)(at - s.p);
}

#define WINDOW 256	/* bytes in which one of both is looked for, then the other */

size_t
str_find_either(struct str s, char a, char b)
{
	for (size_t at = 0; at < s.n; at += WINDOW) {
		struct str window = str_upto(str_from(s, at), WINDOW);
		size_t	   i = str_find_byte(str_upto(window, str_find_byte(window, a)), b);

		if (i < window.n)
			return at + i;
	}
	return s.n;
}

struct str
str_from(struct str s, size_t offset)
{
	if (offset >= s.n)
		return (struct str){ s.n == 0 ? s.p : s.p + s.n, 0 };
	return (struct str){ s.p + offset, s.n - offset };
}

struct str
str_upto(struct str s, size_t length)
{
	return (struct str){ s.p, length < s.n ? length : s.n };
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && blank(s.p[0]))
		s = str_from(s, 1);
	while (s.n > 0 && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_split(struct str *rest, char sep, struct str *piece)
{
	size_t at;

	if (rest->n == 0)
		return false;
	at = str_find_byte(*rest, sep);
	*piece = str_upto(*rest, at);
	*rest = str_from(*rest, at + 1);
	return true;
}

uint64_t
str_hash(struct str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

/*
 * Only the last star needs to be remembered: what an earlier one could take
 * more of, the later one can take as well.
 */
bool
str_glob(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, taken = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			taken = t;
		} else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++taken;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* One row of the usual table: row[j] is the distance of a's first i bytes to b's first j. */
static size_t
distance_row(size_t *row, struct str a, size_t i, struct str b)
{
	size_t diagonal = row[0], best = i;

	row[0] = i;
	for (size_t j = 1; j <= b.n; j++) {
		size_t above = row[j];
		size_t same = diagonal + (a.p[i - 1] != b.p[j - 1]);

		row[j] = least(above + 1, row[j - 1] + 1, same);
		diagonal = above;
		if (row[j] < best)
			best = row[j];
	}
	return best;
}

size_t
str_distance(struct str a, struct str b, size_t most)
{
	size_t row[DISTANCE_MOST + 1];
	size_t gap = a.n > b.n ? a.n - b.n : b.n - a.n;

	if (str_eq(a, b))
		return 0;
	if (gap > most || a.n > DISTANCE_MOST || b.n > DISTANCE_MOST)
		return most + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++)
		if (distance_row(row, a, i, b) > most)
			return most + 1;
	return row[b.n] > most ? most + 1 : row[b.n];
}

/* ---------------------------------------------------------------- bytes as text */

void
hex_write(char *out, const void *bytes, size_t n)
{
	static const char    digits[] = "0123456789abcdef";
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	*out = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hex_read(void *out, size_t n, struct str hex)
{
	unsigned char *b = out;

	if (hex.n % 2 != 0 || hex.n / 2 != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(hex.p[2 * i]), low = hex_digit(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		b[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

size_t
base64url_write(char *out, const void *bytes, size_t n)
{
	static const char    digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					"0123456789-_";
	const unsigned char *b = bytes;
	const char	    *start = out;
	uint32_t	     bits = 0;
	int		     held = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | b[i];
		for (held += 8; held >= 6; held -= 6)
			*out++ = digits[bits >> (held - 6) & 63];
	}
	if (held > 0)
		*out++ = digits[bits << (6 - held) & 63];
	*out = '\0';
	return (size_t)(out - start);
}
