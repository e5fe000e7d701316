/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.c - which slot numbers live workers hold.
 *
 * Runs in: supervisor.
 */
#include "proc/slots.h"

#include <assert.h>

#include "base/str.h"

enum holder { NOBODY, OURS, FOREIGN };

static enum holder holders[SLOTS];

int
slots_take(void)
{
	for (int i = 0; i < SLOTS; i++) {
		if (holders[i] == NOBODY) {
			holders[i] = OURS;
			return i;
		}
	}
	return -1;
}

void
slots_give(int slot)
{
	if (slot < 0)
		return;
	assert(slot < SLOTS && holders[slot] == OURS);
	holders[slot] = NOBODY;
}

void
slots_foreign(const char *list)
{
	struct str rest = str_of(list), piece;
	uint64_t   n;

	while (str_split(&rest, ',', &piece))
		if (str_u64(piece, &n) == 0 && n < SLOTS)
			holders[n] = FOREIGN;
}

void
slots_foreign_gone(void)
{
	for (int i = 0; i < SLOTS; i++)
		if (holders[i] == FOREIGN)
			holders[i] = NOBODY;
}

void
slots_list(struct buf *out)
{
	size_t start = out->n;

	for (int i = 0; i < SLOTS; i++)
		if (holders[i] != NOBODY)
			buf_printf(out, "%s%d", out->n > start ? "," : "", i);
}
