/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.c - from the operator's words to a row of the table.
 *
 * Runs in: weirctl.
 *
 * Literal words are at the front of every sentence, so the words that fit one
 * choose it, and all that follow are its arguments.
 */
#include "ctl/command.h"

#define NEAR_MOST 2	/* edits for "did you mean" */

/* ---------------------------------------------------------------- sentences */

static bool
is_literal(struct str word)
{
	return word.n > 0 && word.p[0] >= 'a' && word.p[0] <= 'z';
}

struct str
command_word(const struct command *c, size_t i)
{
	struct str rest = str_of(c->sentence), word;

	while (str_split(&rest, ' ', &word) && is_literal(word))
		if (i-- == 0)
			return word;
	return STR_NONE;
}

size_t
command_words(const struct command *c)
{
	size_t n = 0;

	while (command_word(c, n).n > 0)
		n++;
	return n;
}

struct str
command_rest(const struct command *c)
{
	struct str rest = str_of(c->sentence), after = rest, word;

	while (str_split(&after, ' ', &word) && is_literal(word))
		rest = after;
	return rest;
}

struct arity {
	size_t	   least, most;
	struct str missing[4];	/* what the required ones are called */
};

static void
count_arguments(const struct command *c, struct arity *a)
{
	struct str rest = command_rest(c), word;

	*a = (struct arity){ 0 };
	while (str_split(&rest, ' ', &word)) {
		bool optional = str_starts(word, STR("[")), many = str_find(word, STR("...")) < word.n;

		if (!optional && a->least < LENGTH(a->missing))
			a->missing[a->least] = word;
		a->least += !optional;
		a->most = many ? SIZE_MAX : a->most + 1;
		if (many)
			return;
	}
}

/* ---------------------------------------------------------------- matching */

/* How many of the words are the sentence's literal ones, from the front. */
static size_t
common(const struct command *c, const struct str *words, size_t n)
{
	size_t i = 0;

	while (i < n && command_word(c, i).n > 0 && str_eq(command_word(c, i), words[i]))
		i++;
	return i;
}

/* The row all of whose literal words are there; of several the longest. */
static const struct command *
find(const struct str *words, size_t n)
{
	const struct command *best = NULL;

	for (size_t i = 0; i < commands_count; i++) {
		size_t k = common(&commands[i], words, n);

		if (k == command_words(&commands[i]) && (best == NULL || k > command_words(best)))
			best = &commands[i];
	}
	return best;
}

/* Among the words that may stand at this place, the likely one. */
static struct str
nearest(const struct str *words, size_t at)
{
	struct str best = STR_NONE;
	size_t	   most = NEAR_MOST;

	for (size_t i = 0; i < commands_count; i++) {
		struct str candidate = command_word(&commands[i], at);
		size_t	   distance;

		if (candidate.n == 0 || common(&commands[i], words, at) < at)
			continue;
		distance = str_distance(words[at], candidate, most);
		if (distance > most || distance >= candidate.n)
			continue;
		if (best.n == 0 || distance < most)
			best = candidate;
		most = distance;
	}
	return best;
}

/* "add, list, show": all words that may stand at this place. */
static struct str
choices(struct arena *a, const struct str *words, size_t at)
{
	struct str all = STR(""), last = STR_NONE;

	for (size_t i = 0; i < commands_count; i++) {
		struct str word = command_word(&commands[i], at);

		if (word.n == 0 || common(&commands[i], words, at) < at || str_eq(word, last))
			continue;
		all = arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(all), all.n > 0 ? ", " : "", STR_ARG(word));
		last = word;
	}
	return all;
}

static struct str
explain_unknown(struct arena *a, const struct str *words, size_t n)
{
	size_t	   at = 0;
	struct str near;

	for (size_t i = 0; i < commands_count; i++)
		if (common(&commands[i], words, n) > at)
			at = common(&commands[i], words, n);
	if (at == n)
		return arena_printf(a, "\"" STR_FMT "\" goes on with one of: " STR_FMT, STR_ARG(words[at - 1]),
		    STR_ARG(choices(a, words, at)));
	near = nearest(words, at);
	if (near.n > 0)
		return arena_printf(a, "there is no \"" STR_FMT "\" here; did you mean \"" STR_FMT "\"?", STR_ARG(words[at]),
		    STR_ARG(near));
	return arena_printf(a, "there is no \"" STR_FMT "\" here; it can be one of: " STR_FMT, STR_ARG(words[at]),
	    STR_ARG(choices(a, words, at)));
}

const struct command *
command_match(struct arena *a, const struct str *words, size_t n, size_t *skip, struct str *why)
{
	const struct command *c = find(words, n);
	struct arity	      arity;

	if (n == 0) {
		*why = STR("a command is missing; `weirctl help` lists them");
		return NULL;
	}
	if (c == NULL) {
		*why = explain_unknown(a, words, n);
		return NULL;
	}
	*skip = command_words(c);
	count_arguments(c, &arity);
	if (n - *skip >= arity.least && n - *skip <= arity.most)
		return c;
	if (n - *skip < arity.least)
		*why = arena_printf(a, STR_FMT " is missing: weirctl %s", STR_ARG(arity.missing[n - *skip]), c->sentence);
	else
		*why = arena_printf(a, "\"" STR_FMT "\" is one word too many: weirctl %s", STR_ARG(words[*skip + arity.most]),
		    c->sentence);
	return NULL;
}
