/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_STR_H
#define WEIR_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* A slice of someone's memory: not NUL-terminated, owns nothing. */
struct str {
	const char *p;
	size_t	    n;
};

#define STR(lit)	((struct str){ (lit), sizeof(lit) - 1 })
#define STR_NONE	((struct str){ NULL, 0 })
#define STR_FMT		"%.*s"
#define STR_ARG(s)	(int)(s).n, (s).p ? (s).p : ""

/* These stand here because the length of a literal is known where it is written: they are asked thousands of times a body. */
static inline struct str
str_of(const char *cstr)	/* NULL gives STR_NONE */
{
	return cstr == NULL ? STR_NONE : (struct str){ cstr, strlen(cstr) };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_is(struct str s, const char *cstr)
{
	return str_eq(s, str_of(cstr));
}

bool	str_eq_nocase(struct str, struct str);	/* ASCII only */
int	str_cmp(struct str, struct str);	/* by bytes, then by length */
bool	str_starts(struct str, struct str prefix);
bool	str_ends(struct str, struct str suffix);
bool	str_starts_nocase(struct str, struct str prefix);
size_t	str_find(struct str hay, struct str needle);	/* offset, or hay.n when absent */
/*
 * The same for a needle with a byte that is rare in such texts, needle.p[rare]:
 * ten times as fast over hundreds of kilobytes.
 */
bool	str_has_rare(struct str hay, struct str needle, size_t rare);
size_t	str_find_byte(struct str, char);		/* offset, or s.n when absent */
size_t	str_find_either(struct str, char, char);	/* the first of both; looks no further than it must */
struct str str_from(struct str, size_t offset);		/* offset beyond the end gives "" */
struct str str_upto(struct str, size_t length);
struct str str_trim(struct str);			/* blanks and tabs at both ends */
/* Takes the piece before `sep` (or all) off the front of *rest; false when nothing is left. */
bool	str_split(struct str *rest, char sep, struct str *piece);
uint64_t str_hash(struct str);				/* FNV-1a, stable across builds */

/* Whole slice as a number; -1 when it is empty, has other bytes or does not fit. */
int	str_u64(struct str, uint64_t *) MUST_USE;
int	str_i64(struct str, int64_t *) MUST_USE;
/* "1.25" with up to `digits` fraction digits as an integer of 10^-digits; more digits are refused. */
int	str_decimal(struct str, int digits, int64_t *) MUST_USE;
/* "10s" "1500ms" "5m" "2h" "1d", bare numbers are seconds; result in milliseconds. */
int	str_duration_ms(struct str, uint64_t *) MUST_USE;
void	duration_write(char out[24], uint64_t ms);	/* the same back, in the greatest unit that divides it */
/* "64k" "32m" "1g", bare numbers are bytes. */
int	str_bytes(struct str, uint64_t *) MUST_USE;

bool	str_glob(struct str pattern, struct str text);	/* '*' and '?', case matters */
size_t	str_distance(struct str, struct str, size_t most);	/* edits, capped at most + 1 */

/* `out` holds 2 * n + 1 bytes; NUL-terminated lower case. */
void	hex_write(char *out, const void *bytes, size_t n);
int	hex_read(void *out, size_t n, struct str hex) MUST_USE;
/* URL-safe, no padding.  `out` holds (n * 4 + 2) / 3 + 1 bytes; returns the length. */
size_t	base64url_write(char *out, const void *bytes, size_t n);

#endif
