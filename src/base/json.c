/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - nodes over a checked JSON text, and the questions asked of them.
 *
 * Runs in: everywhere.
 *
 * One pass: json_scan.c has the grammar, here a node is hung up for each value
 * down to tree_depth.  A container at that depth is skipped in one call.
 */
#include "base/json.h"

#include <string.h>

#include "base/json_names.h"
#include "base/json_scan.h"

/* A container whose children are being read. */
struct frame {
	struct json  *node;
	struct json **tail;	/* where its next child goes */
};

struct build {
	struct json_scan scan;
	struct arena	*arena;
	struct json_limits limits;
	uint32_t	 tree_depth;	/* of the member of the root that is being read */
	struct json	*root;
	uint32_t	 room;		/* for so many nodes more */
	struct frame	 frames[JSON_DEPTH_MOST];	/* the first scan.depth are in use */
};

/* ---------------------------------------------------------------- unescaping */

static uint32_t
hex4(const char *p)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t c = (unsigned char)p[i];

		v = v << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

static char *
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xe0 | c >> 12);
		} else {
			*out++ = (char)(0xf0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 63));
		}
		*out++ = (char)(0x80 | (c >> 6 & 63));
	}
	*out++ = (char)(0x80 | (c & 63));
	return out;
}

/* "\uXXXX" at p, or two of them that are a surrogate pair; a lone surrogate is U+FFFD. */
static const char *
unicode(const char *p, const char *end, uint32_t *code)
{
	uint32_t high = hex4(p + 2), low;

	*code = high;
	p += 6;
	if (high < 0xd800 || high > 0xdfff)
		return p;
	*code = 0xfffd;
	if (high > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return p;
	low = hex4(p + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return p;
	*code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return p + 6;
}

/* The inside of a checked string; the result is never longer than its source. */
static struct str
unescape(struct arena *a, struct str s)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char	   *start = arena_alloc(a, s.n + 1), *out = start;
	const char *p = s.p, *end = p + s.n;

	while (p < end) {
		size_t	    run = str_find_byte((struct str){ p, (size_t)(end - p) }, '\\');
		const char *letter;
		uint32_t    code;

		memcpy(out, p, run);
		out += run;
		p += run;
		if (p == end)
			break;
		if (p[1] == 'u') {
			p = unicode(p, end, &code);
			out = put_utf8(out, code);
			continue;
		}
		letter = strchr(from, p[1]);
		*out++ = letter == NULL ? p[1] : to[letter - from];
		p += 2;
	}
	*out = '\0';
	return (struct str){ start, (size_t)(out - start) };
}

/* ---------------------------------------------------------------- building */

static enum json_type
type_of(char first)
{
	switch (first) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

/* Hangs up the node of the value that comes next, with its name when it is a member. */
static struct json *
hang(struct build *b)
{
	struct json_scan *s = &b->scan;
	struct json	 *node;
	bool		  escaped;

	if (b->room-- == 0) {
		json_scan_fail(s, "too many values");
		return NULL;
	}
	node = arena_new(b->arena, struct json);
	if (s->depth == 0) {
		b->root = node;
	} else {
		struct frame *f = &b->frames[s->depth - 1];

		*f->tail = node;
		f->tail = &node->next;
		if (++f->node->count > JSON_MEMBERS_MOST) {
			json_scan_fail(s, json_scan_in_object(s) ? "too many members in an object"
								 : "too many elements in an array");
			return NULL;
		}
		if (json_scan_in_object(s)) {
			if (json_scan_name(s, &node->name, &escaped) < 0)
				return NULL;
			if (escaped)
				node->name = unescape(b->arena, node->name);
		}
		if (s->depth == 1)
			b->tree_depth = b->limits.deep != NULL && str_is(node->name, b->limits.deep)
			    ? b->limits.deep_depth
			    : b->limits.tree_depth;
	}
	return json_scan_space(s) < 0 ? NULL : node;
}

/* Its end is known: the span, and no name twice. */
static int
finish(struct build *b, struct json *node)
{
	const struct json *twice;

	node->raw.n = (size_t)(b->scan.p - node->raw.p);
	if (node->type != JSON_OBJECT || node->child == NULL)
		return 0;
	twice = json_names_twice(node);
	if (twice == NULL)
		return 0;
	b->scan.p = twice->raw.p;
	return json_scan_fail(&b->scan, "the same name twice in an object");
}

static int
scalar(struct build *b, struct json *node)
{
	if (json_scan_scalar(&b->scan, &node->escaped) < 0 || finish(b, node) < 0)
		return -1;
	if (node->type == JSON_STRING && !node->escaped)
		node->text = (struct str){ node->raw.p + 1, node->raw.n - 2 };
	return 0;
}

/* 1 when the children come next, 0 when the value is complete. */
static int
value(struct build *b, struct json *node)
{
	struct json_scan *s = &b->scan;
	int		  more;

	node->raw.p = s->p;
	node->type = type_of(*s->p);
	if (node->type < JSON_ARRAY)
		return scalar(b, node);
	if (s->depth >= b->tree_depth)
		return json_scan_value(s, &node->count) < 0 ? -1 : finish(b, node);
	more = json_scan_open(s);
	if (more <= 0)
		return more < 0 ? -1 : finish(b, node);
	b->frames[s->depth - 1] = (struct frame){ node, &node->child };
	return 1;
}

/* Behind a value: 1 when a sibling follows somewhere, 0 when the root is complete. */
static int
close_nodes(struct build *b)
{
	struct json_scan *s = &b->scan;

	while (s->depth > 0) {
		int more = json_scan_next(s);

		if (more != 0)
			return more;
		if (finish(b, b->frames[s->depth].node) < 0)
			return -1;
	}
	return 0;
}

static int
build(struct build *b)
{
	struct json *node;
	int	     more;

	do {
		node = hang(b);
		if (node == NULL)
			return -1;
		more = value(b, node);
		if (more == 0)
			more = close_nodes(b);
	} while (more > 0);
	return more < 0 ? -1 : json_scan_end(&b->scan);
}

static int
verdict(const struct json_scan *s, int result, struct json_error *err)
{
	if (result < 0)
		*err = (struct json_error){ (size_t)(s->p - s->start), s->what };
	return result;
}

int
json_read(struct arena *a, struct str src, struct json_limits limits, struct json **root,
	struct json_error *err)
{
	struct build b;
	int	     result;

	json_scan_start(&b.scan, src, limits.depth);
	b.arena = a;
	b.limits = limits;
	b.tree_depth = limits.tree_depth;
	b.room = limits.nodes > 0 ? limits.nodes : JSON_NODES_MOST;
	result = build(&b);
	if (result == 0)
		*root = b.root;
	return verdict(&b.scan, result, err);
}

int
json_check(struct str src, uint32_t depth, struct json_error *err)
{
	struct json_scan s;
	uint32_t	 count;
	int		 result;

	json_scan_start(&s, src, depth);
	result = json_scan_value(&s, &count);
	return verdict(&s, result < 0 ? -1 : json_scan_end(&s), err);
}

int
json_open(struct arena *a, struct json *node, struct json_error *err)
{
	struct json_limits limits = { .depth = JSON_DEPTH_MOST, .tree_depth = 1 };
	struct json	  *again;

	if (node->count == 0 || node->child != NULL)
		return 0;
	if (json_read(a, node->raw, limits, &again, err) < 0)
		return -1;
	node->child = again->child;
	return 0;
}

/* ---------------------------------------------------------------- questions */

bool
json_is(const struct json *j, enum json_type type)
{
	return j != NULL && j->type == type;
}

bool
json_true(const struct json *j)
{
	return json_is(j, JSON_TRUE);
}

const struct json *
json_member(const struct json *object, struct str name)
{
	if (!json_is(object, JSON_OBJECT))
		return NULL;
	for (const struct json *m = object->child; m != NULL; m = m->next)
		/* Most names differ in length or in their first byte: no call for those. */
		if (m->name.n == name.n && (name.n == 0 || m->name.p[0] == name.p[0]) && str_eq(m->name, name))
			return m;
	return NULL;
}

const struct json *
json_path(const struct json *j, const char *dotted)
{
	struct str rest = str_of(dotted), name;

	while (j != NULL && str_split(&rest, '.', &name))
		j = json_member(j, name);
	return j;
}

const struct json *
json_at(const struct json *array, uint32_t index)
{
	const struct json *e;

	if (!json_is(array, JSON_ARRAY))
		return NULL;
	for (e = array->child; e != NULL && index > 0; index--)
		e = e->next;
	return e;
}

struct str
json_text(struct arena *a, const struct json *j)
{
	if (!json_is(j, JSON_STRING))
		return STR("");
	return j->escaped ? unescape(a, (struct str){ j->raw.p + 1, j->raw.n - 2 }) : j->text;
}
