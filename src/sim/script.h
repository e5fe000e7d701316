/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_SCRIPT_H
#define WEIR_SIM_SCRIPT_H

#include "base/arena.h"
#include "base/str.h"

/*
 * A script: rules, tried in order for each request; the first that matches
 * and is not used up tells what to do.
 *
 *	on path=/v1/chat* model=gpt-4? nth=2 times=1 header~text body~text
 *		delay 200ms
 *		reply 429 "{}"
 */
enum action_kind {
#define ACTION(name, word, args, decides, help) ACTION_##name,
#include "sim/action.def"
#undef ACTION
	ACTIONS
};

struct action {
	enum action_kind kind;
	uint64_t	 number, second;	/* milliseconds, bytes, counts, a status; 0 when left out */
	struct str	 text;			/* unescaped */
	int		 line;
	struct action	*next;			/* of a repeat never NULL, and no repeat */
};

struct rule {
	struct str     method, path, model;	/* globs; empty = any */
	struct str     in_head, in_body;	/* must occur */
	uint64_t       nth;			/* only the n-th request it would match; 0 = each */
	uint64_t       times;			/* at most so often; 0 = always */
	uint64_t       seen, used;
	struct action *actions;			/* at least one; one of them decides what the client gets */
	int	       line;
	struct rule   *next;
};

struct script {
	struct arena arena;
	struct rule *rules;
};

/* -1: *line and *why (arena of the script) tell what is wrong. */
int	script_read(struct script *, struct str text, int *line, struct str *why) MUST_USE;
void	script_done(struct script *);
void	script_reset(struct script *);	/* every rule as if it was never used */
/* The rule for a request, counted as used; NULL when none matches. */
struct rule *script_match(struct script *, struct str method, struct str path, struct str model,
	    struct str head, struct str body);
/* What weir-sim --help says of the actions: one line each. */
const char *script_action_word(enum action_kind);
const char *script_action_help(enum action_kind);

#endif
