/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone.c - time zones by name, from TZif files.
 *
 * Runs in: everywhere (quotas).
 *
 * A file holds the same twice: with 32-bit times for old readers, then with
 * 64-bit times, then one line with the rule for all later years.  We read the
 * second and the line.  Leap seconds are not counted ("right/" zones are
 * refused by name).
 */
#include "limit/zone.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "limit/zone_rule.h"

#define ZONE_DIR   "/usr/share/zoneinfo/"
#define NAME_BYTES 64
#define FILE_BYTES (256 * 1024)
#define HEAD_BYTES 44
#define OFFSET_MOST (26 * 3600)

struct zone {
	struct zone	 *next;
	char		  name[NAME_BYTES];
	size_t		  n;		/* transitions */
	int64_t		 *at;		/* ascending */
	int32_t		 *offset;	/* from at[i] on */
	int32_t		  first;	/* before at[0] */
	struct zone_rule  rule;		/* after at[n - 1] */
	bool		  has_rule;
};

/* ---------------------------------------------------------------- reading a file */

struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

static uint64_t
big_endian(const char *p, int n)
{
	uint64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* One of the two blocks' heads; -1 when it is none. */
static int
take_head(struct str *s, struct counts *c)
{
	if (s->n < HEAD_BYTES || memcmp(s->p, "TZif", 4) != 0)
		return -1;
	c->isut = big_endian(s->p + 20, 4);
	c->isstd = big_endian(s->p + 24, 4);
	c->leap = big_endian(s->p + 28, 4);
	c->time = big_endian(s->p + 32, 4);
	c->type = big_endian(s->p + 36, 4);
	c->chars = big_endian(s->p + 40, 4);
	*s = str_from(*s, HEAD_BYTES);
	return 0;
}

/* Every count is below 2^32, so the sum cannot overflow. */
static size_t
block_bytes(const struct counts *c, size_t time_bytes)
{
	return c->time * (time_bytes + 1) + c->type * 6 + c->chars + c->leap * (time_bytes + 4) + c->isstd +
	       c->isut;
}

static int
type_offset(const char *types, size_t n, size_t which, int32_t *offset)
{
	if (which >= n)
		return -1;
	*offset = (int32_t)(uint32_t)big_endian(types + which * 6, 4);
	return *offset >= -OFFSET_MOST && *offset <= OFFSET_MOST ? 0 : -1;
}

static int
read_block(struct zone *z, const char *p, const struct counts *c)
{
	const char *indices = p + c->time * 8, *types = indices + c->time;

	z->n = c->time;
	z->at = xcalloc(c->time + 1, sizeof(*z->at));
	z->offset = xcalloc(c->time + 1, sizeof(*z->offset));
	if (type_offset(types, c->type, 0, &z->first) < 0)
		return -1;
	for (size_t i = 0; i < c->time; i++) {
		z->at[i] = (int64_t)big_endian(p + i * 8, 8);
		if ((i > 0 && z->at[i] <= z->at[i - 1]) ||
		    type_offset(types, c->type, (unsigned char)indices[i], &z->offset[i]) < 0)
			return -1;
	}
	return 0;
}

/* The line between two newlines behind the second block; an empty one means that no rule is known. */
static int
read_footer(struct zone *z, struct str s)
{
	size_t end;

	if (s.n < 2 || s.p[0] != '\n')
		return -1;
	s = str_from(s, 1);
	end = str_find_byte(s, '\n');
	if (end == s.n)
		return -1;
	z->has_rule = end > 0;
	return end == 0 ? 0 : zone_rule_read(str_upto(s, end), &z->rule);
}

static int
read_file(struct zone *z, struct str s)
{
	struct counts c;
	size_t	      n;

	if (s.n < 5 || s.p[4] < '2' || take_head(&s, &c) < 0)
		return -1;
	n = block_bytes(&c, 4);
	if (n > s.n)
		return -1;
	s = str_from(s, n);
	if (take_head(&s, &c) < 0 || block_bytes(&c, 8) > s.n || c.leap > 0)
		return -1;
	if (read_block(z, s.p, &c) < 0)
		return -1;
	return read_footer(z, str_from(s, block_bytes(&c, 8)));
}

struct zone *
zone_read(struct str tzif)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	if (read_file(z, tzif) == 0)
		return z;
	zone_free(z);
	return NULL;
}

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->at);
	free(z->offset);
	free(z);
}

/* ---------------------------------------------------------------- by name, kept */

static struct zone *zones;	/* all that were read; never freed, a few per process */
static struct zone  utc = { .name = "UTC" };

/* Names come from operators and become paths. */
static bool
name_is_sane(struct str name)
{
	if (name.n == 0 || name.n >= NAME_BYTES || name.p[0] == '/' || str_find(name, STR("..")) < name.n ||
	    str_starts(name, STR("right/")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') && c != '/' &&
		    c != '_' && c != '-' && c != '+')
			return false;
	}
	return true;
}

static struct zone *
load(struct str name)
{
	char	     path[sizeof(ZONE_DIR) + NAME_BYTES] = ZONE_DIR;
	struct buf   bytes = { NULL, 0, 0 };
	struct zone *z = NULL;
	ssize_t	     n;
	int	     fd;

	memcpy(path + sizeof(ZONE_DIR) - 1, name.p, name.n);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	n = read(fd, buf_reserve(&bytes, FILE_BYTES), FILE_BYTES);
	close(fd);
	if (n > 0)
		z = zone_read((struct str){ bytes.p, (size_t)n });
	buf_done(&bytes);
	return z;
}

const struct zone *
zone_find(struct str name)
{
	struct zone *z;

	if (name.n == 0 || str_is(name, "UTC"))
		return &utc;
	for (z = zones; z != NULL; z = z->next)
		if (str_is(name, z->name))
			return z;
	if (!name_is_sane(name) || (z = load(name)) == NULL)
		return NULL;
	memcpy(z->name, name.p, name.n);
	z->next = zones;
	zones = z;
	return z;
}

/* ---------------------------------------------------------------- looking */

/* How many transitions are at or before the instant. */
static size_t
count_before(const struct zone *z, int64_t utc_s)
{
	size_t low = 0, high = z->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (z->at[middle] <= utc_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct zone_span
zone_look(const struct zone *z, int64_t utc_s)
{
	struct zone_span span = { z->first, INT64_MIN, INT64_MAX }, ruled;
	size_t		 i = count_before(z, utc_s);

	if (i > 0) {
		span.from = z->at[i - 1];
		span.offset = z->offset[i - 1];
	}
	if (i < z->n) {
		span.until = z->at[i];
		return span;
	}
	if (!z->has_rule)
		return span;
	ruled = zone_rule_look(&z->rule, utc_s);
	if (ruled.from < span.from)
		ruled.from = span.from;
	return ruled;
}
