/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/slots.h"

#include "tap.h"

static void
test_lowest(void)
{
	is_int(slots_take(), 0, "the first slot is 0");
	is_int(slots_take(), 1, "the next is 1");
	slots_give(0);
	is_int(slots_take(), 0, "a slot that was given back is taken again");
	slots_give(0);
	slots_give(1);
	slots_give(-1);
	is_int(slots_take(), 0, "giving back none harms nothing");
	slots_give(0);
}

static void
test_foreign(void)
{
	struct buf list = { 0 };

	slots_foreign("0,2,x,99999");
	is_int(slots_take(), 1, "slots of the supervisor before us are left alone");
	is_int(slots_take(), 3, "all of them");
	slots_list(&list);
	is_slice(buf_view(&list), "0,1,2,3", "the list for the next binary names ours and theirs");
	slots_foreign_gone();
	is_int(slots_take(), 0, "when it is gone, they are free");
	slots_give(0);
	slots_give(1);
	slots_give(3);
	buf_clear(&list);
	slots_list(&list);
	is_slice(buf_view(&list), "", "nothing is held at the end");
	buf_done(&list);
}

static void
test_all(void)
{
	int taken = 0;

	while (slots_take() >= 0)
		taken++;
	is_int(taken, SLOTS, "there are as many slots as there are");
	is_int(slots_take(), -1, "and then there is none");
	for (int i = 0; i < SLOTS; i++)
		slots_give(i);
}

int
main(void)
{
	test_lowest();
	test_foreign();
	test_all();
	return tap_done();
}
