/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.c - what to answer, read from text.
 *
 * Runs in: weir-sim.
 *
 * A script is read whole before anything is answered, and what could not be
 * done later is refused here: numbers out of bounds, a repeat of nothing.
 */
#include "sim/script.h"

#include <string.h>

#include "base/buf.h"

#define DAY_MS UINT64_C(86400000)
#define LONGEST_MS (100 * DAY_MS)

static const struct {
	const char *word, *args;
	bool	    decides;
	const char *help;
} words[ACTIONS] = {
#define ACTION(name, word, args, decides, help) { word, args, decides, help },
#include "sim/action.def"
#undef ACTION
};

struct reader {
	struct script  *script;
	struct rule   **rule_end;	/* where the next rule goes */
	struct rule    *rule;		/* the one being read, or NULL */
	struct action **action_end;
	struct action  *last;		/* of the rule, or NULL */
	bool		decided;	/* one of the rule's actions decides what the client gets */
	int		line;
	struct str	why;
};

const char *
script_action_word(enum action_kind kind)
{
	return words[kind].word;
}

const char *
script_action_help(enum action_kind kind)
{
	return words[kind].help;
}

static int
complain(struct reader *r, struct str why)
{
	r->why = why;
	return -1;
}

/* ---------------------------------------------------------------- words */

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

/* One escape behind a backslash; the bytes it took, 0 when there is no such escape. */
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

/* The text of which *rest begins with the opening quote. */
static int
quoted_text(struct reader *r, struct str *rest, struct str *text)
{
	char  *out = arena_alloc(&r->script->arena, rest->n + 1);
	size_t n = 0, i = 1, took;

	while (i < rest->n && rest->p[i] != '"') {
		if (rest->p[i] != '\\') {
			out[n++] = rest->p[i++];
			continue;
		}
		took = unescape(str_from(*rest, i + 1), &out[n]);
		if (took == 0)
			return complain(r, STR("no such escape; there are \\n \\r \\t \\0 \\\" \\\\ \\xNN"));
		n++;
		i += 1 + took;
	}
	if (i >= rest->n)
		return complain(r, STR("a text without its closing quote"));
	*text = (struct str){ out, n };
	*rest = str_from(*rest, i + 1);
	if (rest->n > 0 && !blank(rest->p[0]))
		return complain(r, STR("a blank is missing behind a closing quote"));
	return 1;
}

/* A word, or a text in quotes, off the front of *rest. 1, 0 at the end of the line, -1 with a reason. */
static int
next_word(struct reader *r, struct str *rest, struct str *word)
{
	size_t n = 0;

	while (rest->n > 0 && blank(rest->p[0]))
		*rest = str_from(*rest, 1);
	if (rest->n == 0 || rest->p[0] == '#')
		return 0;
	if (rest->p[0] == '"')
		return quoted_text(r, rest, word);
	while (n < rest->n && !blank(rest->p[n]))
		n++;
	*word = str_upto(*rest, n);
	*rest = str_from(*rest, n);
	return 1;
}

/* ---------------------------------------------------------------- actions */

static int
read_between(struct str word, uint64_t least, uint64_t most, uint64_t *n)
{
	return str_u64(word, n) == 0 && *n >= least && *n <= most ? 0 : -1;
}

static int
read_number(char type, struct str word, uint64_t *n)
{
	switch (type) {
	case 'd':
		return str_duration_ms(word, n) == 0 && *n <= LONGEST_MS ? 0 : -1;
	case 'b':
		return str_bytes(word, n);
	case 's':
		return read_between(word, 100, 999, n);
	case 'i':
	case 'I':
		return read_between(word, 100, 199, n);
	default:
		return str_u64(word, n);
	}
}

/* All words of the line, a blank between them. */
static int
read_words(struct reader *r, struct str *rest, struct action *a)
{
	struct buf all = { 0 };
	struct str word = a->text;
	int	   got;

	do {
		buf_str(&all, word);
		got = next_word(r, rest, &word);
		if (got > 0)
			buf_byte(&all, ' ');
	} while (got > 0);
	a->text = arena_take(&r->script->arena, &all);
	return got;
}

static int
read_arguments(struct reader *r, struct action *a, struct str rest)
{
	struct arena *arena = &r->script->arena;
	const char   *word = words[a->kind].word;
	struct str    given;
	size_t	      numbers = 0;

	for (const char *type = words[a->kind].args; *type != '\0'; type++) {
		int got = next_word(r, &rest, &given);

		if (got < 0)
			return -1;
		if (got == 0 && *type >= 'A' && *type <= 'Z')
			break;
		if (got == 0)
			return complain(r, arena_printf(arena, "'%s' wants more arguments", word));
		if (*type == 't' || *type == 'T' || *type == 'l')
			a->text = given;
		else if (read_number(*type, given, numbers++ == 0 ? &a->number : &a->second) < 0)
			return complain(r, arena_printf(arena, "'" STR_FMT "' is not what '%s' wants",
			    STR_ARG(given), word));
		if (*type == 'l' && read_words(r, &rest, a) < 0)
			return -1;
	}
	switch (next_word(r, &rest, &given)) {
	case 0:
		return 0;
	case 1:
		return complain(r, arena_printf(arena, "too much behind '%s'", word));
	default:
		return -1;
	}
}

static int
read_action(struct reader *r, struct str word, struct str rest)
{
	struct arena  *arena = &r->script->arena;
	struct action *a = arena_new(arena, struct action);
	size_t	       kind = 0;

	while (kind < ACTIONS && !str_is(word, words[kind].word))
		kind++;
	if (kind == ACTIONS)
		return complain(r, arena_printf(arena, "there is no action '" STR_FMT "'", STR_ARG(word)));
	if (r->rule == NULL)
		return complain(r, STR("an action before the first 'on'"));
	if (kind == ACTION_REPEAT && r->last != NULL && r->last->kind == ACTION_REPEAT)
		return complain(r, STR("a 'repeat' of a 'repeat'"));
	a->kind = (enum action_kind)kind;
	a->line = r->line;
	if (read_arguments(r, a, rest) < 0)
		return -1;
	*r->action_end = r->last = a;
	r->action_end = &a->next;
	r->decided = r->decided || words[kind].decides;
	return 0;
}

/* ---------------------------------------------------------------- rules */

static const struct {
	const char *name;
	char	    sign;
	size_t	    place;	/* of the slice or the number in struct rule */
	bool	    number;
} conditions[] = {
	{ "method", '=', offsetof(struct rule, method), false },
	{ "path", '=', offsetof(struct rule, path), false },
	{ "model", '=', offsetof(struct rule, model), false },
	{ "header", '~', offsetof(struct rule, in_head), false },
	{ "body", '~', offsetof(struct rule, in_body), false },
	{ "nth", '=', offsetof(struct rule, nth), true },
	{ "times", '=', offsetof(struct rule, times), true },
};

static int
read_condition(struct reader *r, struct str word)
{
	size_t at = 0;

	while (at < word.n && word.p[at] != '=' && word.p[at] != '~')
		at++;
	for (size_t i = 0; i < LENGTH(conditions); i++) {
		void *place = (char *)r->rule + conditions[i].place;

		if (at == word.n || word.p[at] != conditions[i].sign ||
		    !str_is(str_upto(word, at), conditions[i].name))
			continue;
		if (!conditions[i].number) {
			*(struct str *)place = str_from(word, at + 1);
			return 0;
		}
		if (read_between(str_from(word, at + 1), 1, UINT64_MAX, place) == 0)
			return 0;
	}
	return complain(r, arena_printf(&r->script->arena,
	    "'" STR_FMT "' is no condition: path= method= model= header~ body~ nth= times=", STR_ARG(word)));
}

/* What a rule must have when its last line was read. */
static int
end_rule(struct reader *r)
{
	struct action *answer;

	if (r->rule == NULL)
		return 0;
	if (r->last != NULL && r->last->kind == ACTION_REPEAT) {
		r->line = r->last->line;
		return complain(r, STR("a 'repeat' without an action behind it"));
	}
	if (!r->decided) {
		answer = arena_new(&r->script->arena, struct action);
		answer->kind = ACTION_ANSWER;
		*r->action_end = answer;
	}
	return 0;
}

static int
read_rule(struct reader *r, struct str rest)
{
	struct str word;
	int	   got;

	if (end_rule(r) < 0)
		return -1;
	r->rule = arena_new(&r->script->arena, struct rule);
	r->rule->line = r->line;
	r->action_end = &r->rule->actions;
	r->last = NULL;
	r->decided = false;
	*r->rule_end = r->rule;
	r->rule_end = &r->rule->next;
	while ((got = next_word(r, &rest, &word)) > 0)
		if (read_condition(r, word) < 0)
			return -1;
	return got;
}

static int
read_lines(struct reader *r, struct str text)
{
	struct str rest, word;

	for (r->line = 1; str_split(&text, '\n', &rest); r->line++) {
		int got = next_word(r, &rest, &word);

		if (got > 0)
			got = str_is(word, "on") ? read_rule(r, rest) : read_action(r, word, rest);
		if (got < 0)
			return -1;
	}
	return end_rule(r);
}

int
script_read(struct script *s, struct str text, int *line, struct str *why)
{
	struct reader r = { .script = s, .rule_end = &s->rules };

	arena_init(&s->arena);
	s->rules = NULL;
	if (read_lines(&r, arena_str(&s->arena, text)) == 0)
		return 0;
	*line = r.line;
	*why = r.why;
	return -1;
}

void
script_done(struct script *s)
{
	arena_done(&s->arena);
	s->rules = NULL;
}

void
script_reset(struct script *s)
{
	for (struct rule *r = s->rules; r != NULL; r = r->next)
		r->seen = r->used = 0;
}

/* ---------------------------------------------------------------- matching */

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
script_match(struct script *s, struct str method, struct str path, struct str model, struct str head,
    struct str body)
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
