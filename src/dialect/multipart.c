/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart.c - one field of a form that is still coming.
 *
 * Runs in: worker.
 *
 * `at` is where the part being looked at begins, its boundary's dashes
 * included; a part whose end has not come is looked for again from its begin,
 * but for a file, whose bytes are skipped for good: what was searched is not
 * searched twice.
 */
#include "dialect/multipart.h"

#include <string.h>

#define BOUNDARY_MOST 70	/* RFC 2046 */
#define PART_HEAD_MOST 8192

struct str
multipart_boundary(struct str type)
{
	static const char name[] = "boundary=";
	struct str	  rest = type, piece, value = STR_NONE;

	if (!str_starts_nocase(type, STR("multipart/form-data")))
		return STR("");
	while (str_split(&rest, ';', &piece)) {
		piece = str_trim(piece);
		if (str_starts_nocase(piece, str_of(name)))
			value = str_from(piece, sizeof(name) - 1);
	}
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = (struct str){ value.p + 1, value.n - 2 };
	return value.n > 0 && value.n <= BOUNDARY_MOST ? value : STR("");
}

void
multipart_init(struct multipart *m, struct str boundary)
{
	*m = (struct multipart){ .boundary = boundary };
}

/* Offset of "--boundary" at or after `from`, or of where it may begin, when it is cut; *whole tells. */
static size_t
find_boundary(const struct multipart *m, struct str body, size_t from, bool *whole)
{
	for (*whole = false; from < body.n; from++) {
		struct str rest = str_from(body, from);
		const char *dash = memchr(rest.p, '-', rest.n);
		struct str here;

		if (dash == NULL)
			return body.n;
		from += (size_t)(dash - rest.p);
		here = str_from(body, from);
		if (here.n > 1 && here.p[1] != '-')
			continue;
		*whole = here.n >= m->boundary.n + 2;
		if (*whole && memcmp(here.p + 2, m->boundary.p, m->boundary.n) == 0)
			return from;
		if (!*whole)
			return from;
		*whole = false;
	}
	return body.n;
}

/* The value of `name="..."` in a part's head; the field's name. */
static struct str
field_name(struct str head)
{
	struct str line;

	while (str_split(&head, '\n', &line)) {
		size_t at;

		if (!str_starts_nocase(line, STR("content-disposition:")))
			continue;
		at = str_find(line, STR(" name=\""));
		if (at == line.n)
			at = str_find(line, STR(";name=\""));
		line = str_from(line, at + 7);
		return str_upto(line, str_find_byte(line, '"'));
	}
	return STR("");
}

enum part { PART_CUT, PART_OTHER, PART_HIT, PART_LAST, PART_BROKEN };

/* The part whose boundary stands at m->at; moves m->at behind what is done with. */
static enum part
look(struct multipart *m, struct str body, const char *name, struct str *value)
{
	struct str rest = str_from(body, m->at + 2 + m->boundary.n), head;
	size_t	   head_n = str_find(rest, STR("\r\n\r\n")), end;
	bool	   whole;

	if (rest.n >= 2 && rest.p[0] == '-' && rest.p[1] == '-')
		return PART_LAST;
	if (head_n == rest.n)
		return rest.n > PART_HEAD_MOST ? PART_BROKEN : PART_CUT;
	head = str_upto(rest, head_n);
	rest = str_from(rest, head_n + 4);
	if (!str_is(field_name(head), name)) {
		m->at = (size_t)(rest.p - body.p);
		return PART_OTHER;
	}
	end = find_boundary(m, body, (size_t)(rest.p - body.p), &whole);
	if (!whole)
		return PART_CUT;
	*value = str_upto(rest, end - (size_t)(rest.p - body.p));
	if (str_ends(*value, STR("\r\n")))
		value->n -= 2;
	return PART_HIT;
}

enum multipart_found
multipart_field(struct multipart *m, struct str body, const char *name, struct str *value)
{
	bool whole;

	for (;;) {
		m->at = find_boundary(m, body, m->at, &whole);
		if (!whole)
			return m->begun || body.n < PART_HEAD_MOST ? MULTIPART_MORE : MULTIPART_BAD;
		m->begun = true;
		switch (look(m, body, name, value)) {
		case PART_HIT:
			return MULTIPART_FOUND;
		case PART_CUT:
			return MULTIPART_MORE;
		case PART_LAST:
			return MULTIPART_END;
		case PART_BROKEN:
			return MULTIPART_BAD;
		case PART_OTHER:
			break;
		}
	}
}
