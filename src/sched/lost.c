/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lost.c - the record of a request whose worker died.
 *
 * Runs in: worker (at its start), scheduler.
 *
 * What the upstream used for it nobody can tell: it is logged without tokens
 * and unpriced, which is not the same as free of charge.
 */
#include "sched/lost.h"

#include "account/entry.h"
#include "account/ledger.h"
#include "base/clock.h"
#include "base/fault.h"

void
lost_log(void *arg, struct txn *state, const struct lost *lost)
{
	struct losses *told = arg;
	uint64_t       held_us = clock_mono_us() - lost->taken_ms * 1000;
	struct buf     block = { 0 };
	struct entry   e = {
		.request_id = str_of(lost->label.request_id),
		.key_id = lost->label.key,
		.channel_id = lost->label.channel,
		.model = str_of(lost->label.model),
		.end = END_WORKER_LOST,
		.fault = STR("internal"),
		.message = STR("the worker died"),
		.status = (uint16_t)fault_info(FAULT_INTERNAL)->status,
		.slot = lost->slot,
		.sequence = lost->sequence,
	};

	if (lost->taken_ms * 1000 > clock_mono_us())
		held_us = 0;
	e.time_us = clock_wall_us() - held_us;
	e.total_us = held_us;
	entry_pack(&block, &e);
	journal_put(state, lost->slot, lost->sequence, buf_view(&block));
	buf_done(&block);
	if (lost->sequence <= told->last)
		return;
	told->last = lost->sequence;
	told->n++;
	access_add(told->access, &e);
}
