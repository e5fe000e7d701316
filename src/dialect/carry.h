/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_DIALECT_CARRY_H
#define WEIR_DIALECT_CARRY_H

#include "dialect/chat.h"

/*
 * Reasoning must go back to the upstream that made it, byte for byte, through
 * clients whose dialect has no place for it.  A carrier is a text that holds
 * such parts (text, signature, seal, id and origin): it goes where the client
 * gives something back unread: Anthropic's signature or redacted data,
 * Responses' encrypted_content, Gemini's thoughtSignature, and, when there is
 * no such place, the id of the tool call that follows ("call_1~w1.XXXX").
 * Carriers are told by their prefix, hold [A-Za-z0-9_-] only, and are not
 * trusted: one that cannot be read is an ordinary signature.
 */
struct str carry_wrap(struct arena *, const struct part *reasoning);	/* one part: "w1.XXXX" */
/* Fills kind, text, signature, sealed, id, summary, origin of *part; false when `text` is no carrier. */
bool	carry_unwrap(struct arena *, struct str text, struct part *);

/* Reasoning parts before a call, in its id.  `first` .. before `end`; only PART_REASONING with a signature or seal count. */
struct str carry_id(struct arena *, struct str id, const struct part *first, const struct part *end);
/* Takes them out again: *id is cut to what it was, the parts are appended to *list.  False when there are none. */
bool	carry_take(struct arena *, struct str *id, struct part **list);
bool	carry_is_inside(struct str text);	/* "~w1." occurs: cheap, for whole bodies */
/* A JSON text with each carrier taken off the end of the string that it is in; the text itself when there is none. */
struct str carry_cut(struct arena *, struct str json);

#endif
