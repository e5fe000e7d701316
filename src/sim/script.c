/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.c - what to answer, read from text.
 *
 * Runs in: weir-sim.
 */
#include "sim/script.h"

#include <string.h>

static const struct {
	const char *word, *args;
} words[ACTIONS] = {
#define ACTION(name, word, args, help) { word, args },
#include "sim/action.def"
#undef ACTION
};

struct reader {
	struct script *script;
	struct rule  **rule_end;	/* where the next rule goes */
	struct rule   *rule;		/* the one being read */
	struct action **action_end;
	struct str     why;
};

static int
complain(struct reader *r, struct str why)
{
	r->why = why;
	return -1;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* One escape behind a backslash; the bytes it took. */
static size_t
unescape(struct str s, char *out)
{
	static const char from[] = "nrt0\"\\", to[] = "\n\r\t\0\"\\";
	const char	 *at = s.n > 0 ? memchr(from, s.p[0], sizeof(from) - 1) : NULL;

	if (at != NULL) {
		*out = to[at - from];
		return 1;
	}
	if (s.n > 2 && s.p[0] == 'x' && hex_digit(s.p[1]) >= 0 && hex_digit(s.p[2]) >= 0) {
		*out = (char)(hex_digit(s.p[1]) << 4 | hex_digit(s.p[2]));
		return 3;
	}
	return 0;
}

/* A word, or a text in quotes, off the front of *rest. 1, 0 at the end of the line, -1 with a reason. */
static int
next_word(struct reader *r, struct str *rest, struct str *word)
{
	char  *out;
	size_t n = 0, i = 1, took;

	while (rest->n > 0 && blank(rest->p[0]))
		*rest = str_from(*rest, 1);
	if (rest->n == 0 || rest->p[0] == '#')
		return 0;
	if (rest->p[0] != '"') {
		while (n < rest->n && !blank(rest->p[n]))
			n++;
		*word = str_upto(*rest, n);
		*rest = str_from(*rest, n);
		return 1;
	}
	out = arena_alloc(&r->script->arena, rest->n + 1);
	while (i < rest->n && rest->p[i] != '"') {
		if (rest->p[i] != '\\') {
			out[n++] = rest->p[i++];
			continue;
		}
		took = unescape(str_from(*rest, i + 1), &out[n]);
		if (took == 0)
			return complain(r, STR("an unknown escape: known are \\n \\r \\t \\0 \\\" \\\\ \\xNN"));
		n++;
		i += 1 + took;
	}
	if (i >= rest->n)
		return complain(r, STR("a text without its closing quote"));
	*word = (struct str){ out, n };
	*rest = str_from(*rest, i + 1);
	return 1;
}

static int
read_number(char type, struct str word, uint64_t *n)
{
	switch (type) {
	case 'd':
		return str_duration_ms(word, n);
	case 'b':
		return str_bytes(word, n);
	default:
		return str_u64(word, n);
	}
}

static int
read_action(struct reader *r, struct str word, struct str rest)
{
	struct arena  *arena = &r->script->arena;
	struct action *a = arena_new(arena, struct action);
	size_t	       kind = 0, numbers = 0;
	const char    *args;

	while (kind < ACTIONS && !str_is(word, words[kind].word))
		kind++;
	if (kind == ACTIONS)
		return complain(r, arena_printf(arena, "there is no action '" STR_FMT "'", STR_ARG(word)));
	if (r->rule == NULL)
		return complain(r, STR("an action before the first 'on'"));
	a->kind = (enum action_kind)kind;
	for (args = words[kind].args; *args != '\0'; args++) {
		struct str given;
		int	   got = next_word(r, &rest, &given);

		if (got < 0)
			return -1;
		if (got == 0 && *args == 'T')
			break;
		if (got == 0)
			return complain(r, arena_printf(arena, "'%s' wants more arguments", words[kind].word));
		if (*args == 't' || *args == 'T')
			a->text = given;
		else if (read_number(*args, given, numbers++ == 0 ? &a->number : &a->second) < 0)
			return complain(r, arena_printf(arena, "'" STR_FMT "' is not what '%s' wants", STR_ARG(given),
			    words[kind].word));
	}
	if (next_word(r, &rest, &word) != 0)
		return complain(r, arena_printf(arena, "too much behind '%s'", words[kind].word));
	*r->action_end = a;
	r->action_end = &a->next;
	return 0;
}

static int
read_condition(struct reader *r, struct str word)
{
	struct rule *rule = r->rule;
	size_t	     at = 0;
	struct str   name, value;

	while (at < word.n && word.p[at] != '=' && word.p[at] != '~')
		at++;
	name = str_upto(word, at);
	value = str_from(word, at + 1);
	if (str_is(name, "path"))
		rule->path = value;
	else if (str_is(name, "method"))
		rule->method = value;
	else if (str_is(name, "model"))
		rule->model = value;
	else if (str_is(name, "header"))
		rule->in_head = value;
	else if (str_is(name, "body"))
		rule->in_body = value;
	else if (str_is(name, "nth") && str_u64(value, &rule->nth) == 0)
		return 0;
	else if (!str_is(name, "times") || str_u64(value, &rule->times) < 0)
		return complain(r, arena_printf(&r->script->arena,
		    "'" STR_FMT "' is no condition: path= method= model= header~ body~ nth= times=", STR_ARG(word)));
	return 0;
}

static int
read_rule(struct reader *r, struct str rest, int line)
{
	struct str word;
	int	   got;

	r->rule = arena_new(&r->script->arena, struct rule);
	r->rule->line = line;
	r->action_end = &r->rule->actions;
	*r->rule_end = r->rule;
	r->rule_end = &r->rule->next;
	while ((got = next_word(r, &rest, &word)) > 0)
		if (read_condition(r, word) < 0)
			return -1;
	return got;
}

int
script_read(struct script *s, struct str text, int *line, struct str *why)
{
	struct reader r = { .script = s, .rule_end = &s->rules };
	struct str    rest, word;

	arena_init(&s->arena);
	s->rules = NULL;
	text = arena_str(&s->arena, text);
	for (*line = 1; str_split(&text, '\n', &rest); (*line)++) {
		int got = next_word(&r, &rest, &word);

		if (got > 0)
			got = str_is(word, "on") ? read_rule(&r, rest, *line) : read_action(&r, word, rest);
		if (got < 0) {
			*why = r.why;
			return -1;
		}
	}
	return 0;
}

void
script_done(struct script *s)
{
	arena_done(&s->arena);
	s->rules = NULL;
}

static bool
fits(struct str glob, struct str text)
{
	return glob.n == 0 || str_glob(glob, text);
}

static bool
holds(struct str hay, struct str needle)
{
	return needle.n == 0 || str_find(hay, needle) < hay.n;
}

struct rule *
script_match(struct script *s, struct str method, struct str path, struct str model, struct str head, struct str body)
{
	for (struct rule *r = s->rules; r != NULL; r = r->next) {
		if (!fits(r->method, method) || !fits(r->path, path) || !fits(r->model, model) ||
		    !holds(head, r->in_head) || !holds(body, r->in_body))
			continue;
		r->seen++;
		if ((r->nth != 0 && r->seen != r->nth) || (r->times != 0 && r->used >= r->times))
			continue;
		r->used++;
		return r;
	}
	return NULL;
}
