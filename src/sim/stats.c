/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.c - what is counted, and how a test asks for it.
 *
 * Runs in: weir-sim.
 */
#include "sim/sim.h"

static struct sim_stats stats;

struct sim_stats *
sim_stats(void)
{
	return &stats;
}

bool
stats_answer(const struct sim_request *q, struct sim_reply *r)
{
	struct buf	text = { 0 };
	struct json_out o;

	if (str_is(q->path, "/sim/reset"))
		stats = (struct sim_stats){ .open = stats.open };
	else if (!str_is(q->path, "/sim/stats"))
		return false;
	json_start(&o, &text, false);
	json_object(&o, NULL);
	json_unum(&o, "requests", stats.requests);
	json_unum(&o, "open", stats.open);
	json_unum(&o, "connections", stats.connections);
	json_unum(&o, "gone", stats.gone);
	json_unum(&o, "refused", stats.refused);
	json_unum(&o, "tokens_in", stats.tokens_in);
	json_unum(&o, "tokens_out", stats.tokens_out);
	json_object_end(&o);
	buf_byte(&text, '\n');
	sim_json(r, buf_view(&text));
	buf_done(&text);
	return true;
}
