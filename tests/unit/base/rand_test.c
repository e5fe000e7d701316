/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rand.h"

#include <stdlib.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/clock.h"
#include "tap.h"

static void
test_below(void)
{
	uint64_t v, seen[7] = { 0 };
	bool	 bounded = true;

	for (int i = 0; i < 7000; i++) {
		v = rand_below(7);
		bounded = bounded && v < 7;
		seen[v % 7]++;
	}
	ok(bounded, "numbers stay below their bound");
	for (int i = 0; i < 7; i++)
		ok(seen[i] > 700 && seen[i] < 1300, "%d comes about as often as the others", i);
	is_int(rand_below(1), 0, "below one there is only zero");
	ok(rand_below(UINT64_MAX) < UINT64_MAX, "the greatest bound works");
}

static void
test_fork(void)
{
	uint64_t mine, its = 0;
	int	 ends[2], status;
	pid_t	 child;

	rand_u64();
	if (pipe(ends) < 0)
		abort();
	child = fork();
	if (child == 0) {
		mine = rand_u64();
		_exit(write(ends[1], &mine, sizeof(mine)) != sizeof(mine));
	}
	mine = rand_u64();
	ok(read(ends[0], &its, sizeof(its)) == sizeof(its) && waitpid(child, &status, 0) == child,
	    "a forked child draws a number");
	ok(its != mine, "and it is not its parent's");
	close(ends[0]);
	close(ends[1]);
}

static void
test_ids(void)
{
	char early[31], same[31], late[31];

	clock_freeze(1, UINT64_C(1795253069123000));
	rand_request_id(early);
	rand_request_id(same);
	clock_advance(1000);
	rand_request_id(late);
	is_int(strlen(early), 30, "an id has 30 characters");
	ok(strncmp(early, "req_", 4) == 0, "and says that it is a request's");
	is_int(strspn(early + 4, "0123456789abcdefghjkmnpqrstvwxyz"), 26, "the rest is base 32");
	ok(strcmp(early, same) != 0, "two ids of one millisecond differ");
	ok(strncmp(early, same, 14) == 0, "but begin alike");
	ok(strcmp(early, late) < 0 && strcmp(same, late) < 0, "a later id sorts behind");
	ok(strncmp(early + 4, "01m", 3) == 0, "the time comes first");
}

int
main(void)
{
	unsigned char bytes[64] = { 0 }, none[64] = { 0 };

	rand_bytes(bytes, sizeof(bytes));
	ok(memcmp(bytes, none, sizeof(bytes)) != 0, "random bytes are not zeros");
	ok(rand_u64() != rand_u64(), "two numbers differ");
	test_below();
	test_fork();
	test_ids();
	return tap_done();
}
