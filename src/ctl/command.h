/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CTL_COMMAND_H
#define WEIR_CTL_COMMAND_H

#include "ctl/ctl.h"

/*
 * The commands, as sentences: "channel set NAME FIELD=VALUE...".  Lower-case
 * words stand as they are, upper-case words are the operator's; [X] may be
 * left out, X... may be several.  Help, completion and the manual's check
 * read the same table.
 */
#define COMMAND_CHANGES	0x01	/* knows --dry-run */
#define COMMAND_SECRET	0x02	/* takes --secret-stdin or --secret-file */
#define COMMAND_WAITS	0x04	/* knows --wait */

struct command {
	const char	*sentence;
	int	       (*run)(struct ctl *);	/* a sysexits status */
	unsigned	 flags;
	enum record_kind kind;			/* of commands about records */
	const char	*help;			/* one sentence */
};

extern const struct command commands[];
extern const size_t commands_count;

/*
 * The command that the words say, and its arguments: the words from *skip on.
 * NULL with *why for the operator: unknown word, missing or needless one.
 */
const struct command *command_match(struct arena *, const struct str *words, size_t n, size_t *skip, struct str *why);
/* The i-th literal word of a sentence, STR_NONE behind the last. */
struct str command_word(const struct command *, size_t i);
size_t	command_words(const struct command *);	/* literal ones */
/* "channel set NAME FIELD=VALUE..." without its literal words: "NAME FIELD=VALUE..." */
struct str command_rest(const struct command *);

#endif
