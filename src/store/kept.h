/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_STORE_KEPT_H
#define WEIR_STORE_KEPT_H

#include "base/json.h"
#include "store/txn.h"

/*
 * Replies that a client may name later (previous_response_id of the Responses
 * API), in the state environment: shared by all workers, bounded, and gone with
 * the machine's memory.  Each belongs to the client key that asked for it.
 */
struct kept {
	struct str id;		/* "resp_..." */
	uint64_t   key_id;	/* of the client key; 0 = asked without one */
	uint64_t   created_us;	/* wall */
	struct str items;	/* JSON: the conversation's items up to and with this reply, without the array's brackets */
	struct str reply;	/* JSON: the whole response object */
};

struct kept_bounds {
	uint64_t bytes;		/* of all together; the oldest give way */
	uint64_t age_us;	/* older ones are gone */
};

/* Stores it and drops what is beyond the bounds; one that alone is larger than a quarter of them is not kept. */
void	kept_put(struct txn *, const struct kept *, const struct kept_bounds *);
/* False when there is none, it is another key's, or too old. */
bool	kept_get(struct txn *, struct arena *, struct str id, uint64_t key_id, const struct kept_bounds *, uint64_t now_us,
	    struct kept *);
bool	kept_del(struct txn *, struct str id, uint64_t key_id);
int	kept_describe(struct str key, struct str value, struct json_out *) MUST_USE;
int	kept_age_describe(struct str key, struct str value, struct json_out *) MUST_USE;

#endif
