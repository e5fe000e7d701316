/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SIM_VENDOR_H
#define WEIR_SIM_VENDOR_H

#include "sim/sim.h"

/* What every vendor's built-in answer is made of. */
struct turn {
	struct str   said;	/* the last user text, cut */
	struct str   text;	/* the answer: "You said: ..." */
	struct str   tool;	/* the tool that is called, or "" */
	uint64_t     input, output;	/* tokens */
	bool	     wants_usage;
};
void	turn_make(struct arena *, const struct sim_request *, struct turn *);

bool	openai_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	anthropic_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	gemini_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	ollama_answer(struct arena *, const struct sim_request *, struct sim_reply *);

/* Takes the next word with its blank off the front; false at the end. */
bool	turn_word(struct str *rest, struct str *word);
/* JSON text of a string, quotes included. */
struct str quoted(struct arena *, struct str);

#endif
