/* SPDX-License-Identifier: Apache-2.0 */
/* limit_test.c - limits read as operators write them, and their canonical form reads the same. */
#include "limit/limit.h"

#include "tap.h"

static struct arena arena;

struct good {
	const char *text, *canonical;
};

static const struct good goods[] = {
	{ "100 requests / 1m", "100 requests / 1m" },
	{ "1 request/1s", "1 requests / 1s" },
	{ "  5   requests  /  90s ", "5 requests / 90s" },
	{ "60 requests / minute", "60 requests / 1m" },
	{ "3 Requests / Second", "3 requests / 1s" },
	{ "2000000 tokens / day", "2000000 tokens / day" },
	{ "2000000 total tokens / day UTC", "2000000 tokens / day" },
	{ "10 input tokens / hour", "10 input / hour" },
	{ "10 output / week Europe/Berlin", "10 output / week Europe/Berlin" },
	{ "5.00 usd / month America/Los_Angeles", "5.00 usd / month America/Los_Angeles" },
	{ "$5 / month", "5.00 usd / month" },
	{ "$0.000000001 usd / 31d", "0.000000001 usd / 31d" },
	{ "1.5 dollars / day", "1.50 usd / day" },
	{ "0 requests / day", "0 requests / day" },
	{ "10 requests / 1500ms", "10 requests / 1500ms" },
};

static const char *const bads[] = {
	"", "100", "100 requests", "100 requests /", "requests / 1m", "-1 requests / 1m", "1.5 requests / 1m",
	"100 apples / 1m", "100 requests / 1x", "100 requests / 999ms", "100 requests / 32d", "100 requests / year",
	"100 requests / 1m UTC", "100 requests / day Mars/Olympus", "100 requests / day ../../etc/passwd",
	"100 requests / day /etc/localtime", "1.0000000001 usd / day", "$ / day", "99999999999999999999 tokens / day",
	"2000000000 usd / day", "100 requests / 1m / 2", "$5 requests / day", "usd 5 / day",
};

static void
test_good(void)
{
	struct limit first, again;
	struct str   why, text;

	for (size_t i = 0; i < LENGTH(goods); i++) {
		if (!ok(limit_read(&arena, str_of(goods[i].text), &first, &why) == 0, "'%s' is a limit", goods[i].text)) {
			printf("# " STR_FMT "\n", STR_ARG(why));
			continue;
		}
		text = limit_text(&arena, &first);
		is_slice(text, goods[i].canonical, "'%s' has its canonical form", goods[i].text);
		ok(limit_read(&arena, text, &again, &why) == 0 && again.id == first.id && again.most == first.most,
		    "'%s' reads the same again", goods[i].canonical);
	}
}

static void
test_bad(void)
{
	struct limit limit;
	struct str   why;

	for (size_t i = 0; i < LENGTH(bads); i++) {
		why = STR_NONE;
		ok(limit_read(&arena, str_of(bads[i]), &limit, &why) < 0 && why.n > 10, "'%s' is refused with a reason",
		    bads[i]);
	}
}

static uint32_t
id_of(const char *text)
{
	struct limit limit;
	struct str   why;

	return limit_read(&arena, str_of(text), &limit, &why) == 0 ? limit.id : 0;
}

static void
test_ids(void)
{
	is_int(id_of("1 requests / 1m"), id_of("2 requests / 1m"), "the amount is no part of the id");
	is_int(id_of("1 requests / 60s"), id_of("1 requests / 1m"), "the spelling is no part of the id");
	is_int(id_of("1 requests / day UTC"), id_of("1 requests / day"), "UTC is the zone when none is given");
	ok(id_of("1 requests / 1m") != id_of("1 tokens / 1m"), "the metric is a part of the id");
	ok(id_of("1 requests / 1m") != id_of("1 requests / 2m"), "the window is a part of the id");
	ok(id_of("1 requests / day") != id_of("1 requests / week"), "the period is a part of the id");
	ok(id_of("1 requests / day") != id_of("1 requests / day Asia/Tokyo"), "the zone is a part of the id");
}

int
main(void)
{
	arena_init(&arena);
	test_good();
	test_bad();
	test_ids();
	arena_done(&arena);
	return tap_done();
}
