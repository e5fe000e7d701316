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

/* False: the vendor has no such endpoint. */
bool	openai_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	responses_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	anthropic_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	gemini_answer(struct arena *, const struct sim_request *, struct sim_reply *);
bool	ollama_answer(struct arena *, const struct sim_request *, struct sim_reply *);

/* Takes the next word with its blank off the front; false at the end. */
bool	turn_word(struct str *rest, struct str *word);
/* The next name of the model list, and its context length or 0; *rest starts as q->models. */
bool	model_next(struct str *rest, struct str *name, unsigned *context);
/* GET, or HEAD that is answered alike. */
bool	asks_get(const struct sim_request *);
/* JSON text of a string, quotes included. */
struct str quoted(struct arena *, struct str);

#endif
