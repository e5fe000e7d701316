/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_ACCOUNT_ENTRY_H
#define WEIR_ACCOUNT_ENTRY_H

#include "account/usage.h"
#include "base/buf.h"
#include "base/json.h"

/*
 * What is kept of one finished exchange: the access line, the journal and the
 * ledger are three forms of it.  No bodies, no secrets.  Strings are borrowed.
 */
enum end_reason {
#define END(name, text) END_##name,
#include "account/end.def"
#undef END
	END_REASONS
};
extern const char *const end_names[END_REASONS];	/* lower case: "complete" "client_gone" ... */

struct entry {
	uint64_t   time_us;		/* wall, when it was accepted */
	struct str request_id;
	uint64_t   key_id, channel_id;
	struct str key, channel, provider;	/* names as of then */
	struct str endpoint;		/* "chat.completions" */
	struct str model, model_used;	/* asked for; as sent upstream */
	struct usage usage;
	int64_t	   cost_nano;
	bool	   priced;		/* false: cost is unknown, not 0 */
	bool	   stream;
	uint16_t   status;		/* HTTP, 499 when the client left */
	uint16_t   attempts;
	enum end_reason end;
	struct str fault;		/* its name in lower case, empty when none */
	struct str message;		/* of the error; cut, no secrets */
	uint64_t   total_us, first_byte_us, upstream_us;	/* durations; 0 = never came */
	uint64_t   request_bytes, response_bytes;
	struct str user_agent, client_ip;
	struct str session;		/* the agent's conversation, where its client tells one */
	uint16_t   slot;
	uint64_t   sequence;
};

/* The binary form: a length, then the packed entry; blocks are such entries one behind the other.  Long texts are cut. */
void	entry_pack(struct buf *block, const struct entry *);
bool	entry_unpack(struct str *block, struct entry *);	/* takes one off the front; false at the end or when damaged */
uint64_t entry_end_us(const struct entry *);	/* wall, when it was settled */
bool	entry_succeeded(const struct entry *);	/* complete, and answered below 400 */
/* The access line's members (union of the parents' fields), without braces and newline. */
void	entry_json(const struct entry *, struct json_out *);
int	entry_describe(struct str key, struct str value, struct json_out *) MUST_USE;	/* a journal or ledger block */

#endif
