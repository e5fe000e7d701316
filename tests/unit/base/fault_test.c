/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#include "tap.h"

static void
test_row(enum fault f)
{
	const struct fault_info *i = fault_info(f);

	ok(i->name != NULL && i->text != NULL && i->text[0] != '\0',
	    "fault %d has a name and a text", f);
	ok(i->status >= 400 && i->status < 600, "%s has an error's status", i->name);
	ok(i->type != NULL, "%s has an OpenAI type", i->name);
	ok(i->retry == RETRY_NEXT || i->blame == BLAME_NONE,
	    "%s blames the channel only when another may be tried", i->name);
}

int
main(void)
{
	for (int f = FAULT_NONE + 1; f < FAULTS; f++)
		test_row((enum fault)f);
	is_int(FAULT_NONE, 0, "no fault is zero");
	is_int(fault_info(FAULT_NONE)->status, 200, "and its status is 200");
	is_str(fault_info(FAULT_RATE_LIMITED)->name, "RATE_LIMITED", "a fault knows its name");
	is_int(fault_info(FAULT_UP_KEY_INVALID)->blame, BLAME_KEY,
	    "a refused credential is evidence against the key");
	return tap_done();
}
