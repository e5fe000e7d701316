/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart.c - one field of a form that is still coming.
 *
 * Runs in: worker.
 *
 * What the field says is decided here and believed by the upstream, so the two
 * must read one form.  Readers differ in what they make of a boundary in the
 * middle of a line, of bare line feeds, folded lines, a name that comes twice
 * or stands inside a file's name, and in which of two equal fields they take.
 * No client writes such things; here they are refused, up to the last byte.
 */
#include "dialect/multipart.h"

#include <ctype.h>
#include <string.h>

#define BOUNDARY_MOST 70	/* RFC 2046 */
#define PART_HEAD_MOST 8192u	/* also of what stands before the first part */
#define VALUE_MOST 1024u

/* ---- parameters ---------------------------------------------------------------- */

static struct str
without_blanks(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_from(s, 1);
	return s;
}

static bool
is_made_of(struct str s, const char *others)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && (s.p[i] == '\0' || strchr(others, s.p[i]) == NULL))
			return false;
	return s.n > 0;
}

#define TOKEN "!#$%&'*+-.^_`|~"

/* Behind the opening quote; escapes are read in two ways, so there are none. */
static int
read_quoted(struct str *rest, struct str *value)
{
	size_t end = str_find_byte(*rest, '"');

	if (end == rest->n || (end > 0 && rest->p[end - 1] == '\\'))
		return -1;
	*value = str_upto(*rest, end);
	*rest = str_from(*rest, end + 1);
	return 1;
}

/* The next of `; name=value; name="value"`: 1, 0 at the end, -1 when it is none. */
static int
read_parameter(struct str *rest, struct str *name, struct str *value)
{
	size_t n = 0;

	*rest = without_blanks(*rest);
	if (rest->n == 0)
		return 0;
	if (rest->p[0] != ';')
		return -1;
	*rest = without_blanks(str_from(*rest, 1));
	if (rest->n == 0)
		return 0;
	*name = str_upto(*rest, str_find_byte(*rest, '='));
	if (!is_made_of(*name, TOKEN) || name->n == rest->n)
		return -1;
	*rest = str_from(*rest, name->n + 1);
	if (rest->n > 0 && rest->p[0] == '"') {
		*rest = str_from(*rest, 1);
		return read_quoted(rest, value);
	}
	while (n < rest->n && rest->p[n] != ';' && rest->p[n] != ' ' && rest->p[n] != '\t' && rest->p[n] != '"')
		n++;
	*value = str_upto(*rest, n);
	*rest = str_from(*rest, n);
	return n > 0 ? 1 : -1;
}

/* The parameter `wanted` behind a first word; *value is empty when it is not there.  -1: not so, or twice. */
static int
find_parameter(struct str text, const char *first, const char *wanted, struct str *value)
{
	struct str rest = str_from(text, str_find_byte(text, ';')), name, one;
	bool	   there = false;
	int	   got;

	*value = STR("");
	if (!str_eq_nocase(str_trim(str_upto(text, text.n - rest.n)), str_of(first)))
		return -1;
	while ((got = read_parameter(&rest, &name, &one)) > 0) {
		if (!str_eq_nocase(str_upto(name, strlen(wanted)), str_of(wanted)))
			continue;
		if (name.n > strlen(wanted) && name.p[strlen(wanted)] != '*')
			continue;
		if (there || name.n > strlen(wanted))
			return -1;
		there = true;
		*value = one;
	}
	return got;
}

struct str
multipart_boundary(struct str type)
{
	struct str value;

	if (find_parameter(type, "multipart/form-data", "boundary", &value) < 0)
		return STR("");
	if (value.n > BOUNDARY_MOST || !is_made_of(value, "'()+_,-./:=? ") || value.p[value.n - 1] == ' ')
		return STR("");
	return value;
}

struct str
multipart_type(struct arena *a, struct str boundary)
{
	const char *quote = is_made_of(boundary, TOKEN) ? "" : "\"";

	return arena_printf(a, "multipart/form-data; boundary=%s" STR_FMT "%s", quote, STR_ARG(boundary), quote);
}

/* ---- a part's head -------------------------------------------------------------- */

static bool
is_odd(struct str line)
{
	return line.n == 0 || line.p[0] == ' ' || line.p[0] == '\t' || memchr(line.p, '\n', line.n) != NULL ||
	    memchr(line.p, '\r', line.n) != NULL || memchr(line.p, '\0', line.n) != NULL;
}

/* The name of the field, "" when it has none. */
static int
read_head(struct str head, struct str *name)
{
	static const char disposition[] = "content-disposition";
	bool		  there = false;

	for (*name = STR(""); head.n > 0;) {
		struct str line = str_upto(head, str_find(head, STR("\r\n")));

		head = str_from(head, line.n + 2);
		if (is_odd(line))
			return -1;
		if (!str_starts_nocase(line, str_of(disposition)))
			continue;
		line = str_from(line, sizeof(disposition) - 1);
		if (there || line.n == 0 || line.p[0] != ':' || find_parameter(str_from(line, 1), "form-data", "name", name) < 0)
			return -1;
		there = true;
	}
	return 0;
}

/* ---- the form ------------------------------------------------------------------- */

void
multipart_init(struct multipart *m, struct arena *a, struct str boundary, const char *field)
{
	*m = (struct multipart){ .delimiter = arena_printf(a, "--" STR_FMT, STR_ARG(boundary)), .field = str_of(field) };
}

void
multipart_done(struct multipart *m)
{
	buf_done(&m->held);
}

static void
judged(struct multipart *m, struct str *rest, size_t n)
{
	*rest = str_from(*rest, n);
	m->at += n;
}

/* 1: goes on, 0: more must come, -1: bad.  *rest begins with the line end behind the delimiter. */
static int
take_head(struct multipart *m, struct str *rest)
{
	size_t	   end = str_find(*rest, STR("\r\n\r\n"));
	struct str name = STR("");

	if (end > PART_HEAD_MOST)
		return -1;
	if (end == rest->n)
		return 0;
	if (end > 0 && read_head(str_upto(str_from(*rest, 2), end - 2), &name) < 0)
		return -1;
	m->in_head = false;
	m->in_field = end > 0 && str_eq(name, m->field);
	judged(m, rest, end + 4);
	if (m->in_field && m->found)
		return -1;
	m->value_at = m->in_field ? m->at : m->value_at;
	return 1;
}

/* The delimiter stands at `here`. */
static int
take_delimiter(struct multipart *m, struct str *rest, size_t here)
{
	struct str behind = str_from(*rest, here + m->delimiter.n);
	bool	   first = !m->begun && m->at + here == 0;

	if (m->ended || (!first && (here < 2 || memcmp(rest->p + here - 2, "\r\n", 2) != 0)))
		return -1;
	if (behind.n < 2) {
		judged(m, rest, first ? 0 : here - 2);
		return 0;
	}
	m->ended = str_starts(behind, STR("--"));
	m->in_head = str_starts(behind, STR("\r\n"));
	if (m->in_field) {
		m->value_n = m->at + here - 2 - m->value_at;
		m->found = true;
		m->in_field = false;
	}
	m->begun = true;
	judged(m, rest, here + m->delimiter.n);
	return m->ended || m->in_head ? 1 : -1;
}

static bool
is_too_long(const struct multipart *m, size_t end)
{
	return (m->in_field && end - m->value_at > VALUE_MOST) || (!m->begun && end > PART_HEAD_MOST);
}

static int
take_content(struct multipart *m, struct str *rest)
{
	size_t here = str_find(*rest, m->delimiter), kept = m->delimiter.n + 1;

	if (is_too_long(m, m->at + here))
		return -1;
	if (here < rest->n)
		return take_delimiter(m, rest, here);
	/* What may be the begin of one stays, and the line end before it. */
	if (rest->n > kept)
		judged(m, rest, rest->n - kept);
	return 0;
}

bool
multipart_feed(struct multipart *m, struct str bytes)
{
	struct str rest = bytes;
	int	   more = 1;
	bool	   joined = m->held.n > 0;

	if (joined) {
		buf_str(&m->held, bytes);
		rest = buf_view(&m->held);
	}
	while (more > 0)
		more = m->in_head ? take_head(m, &rest) : take_content(m, &rest);
	if (joined)
		buf_drop(&m->held, m->held.n - rest.n);
	else
		buf_str(&m->held, rest);
	return more == 0;
}
