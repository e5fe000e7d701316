/* SPDX-License-Identifier: Apache-2.0 */
/* zone_test.c - zone files say what the C library says, and damaged ones are refused. */
#include "limit/zone.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "tap.h"

static const char *const names[] = {
	"America/Los_Angeles", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Kolkata",
	"Pacific/Apia", "Pacific/Chatham", "America/Sao_Paulo", "America/Havana", "Africa/Casablanca", "Asia/Tokyo",
	"America/St_Johns", "Etc/GMT+12", "Pacific/Kiritimati", "Africa/Cairo", "America/Scoresbysund", "Antarctica/Troll",
};

static long
library_offset(time_t t)
{
	struct tm tm;

	localtime_r(&t, &tm);
	return tm.tm_gmtoff;
}

/* Every 28 hours or so from 1970 to 2100, which is far beyond the last listed transition. */
static void
test_against_library(const char *name)
{
	const struct zone *z = zone_find(str_of(name));
	struct zone_span   span;
	int		   wrong = 0, outside = 0, short_spans = 0;

	if (!ok(z != NULL, "%s is known", name))
		return;
	setenv("TZ", name, 1);
	tzset();
	for (int64_t t = 0; t < INT64_C(4102444800); t += 99991) {
		span = zone_look(z, t);
		wrong += span.offset != library_offset(t);
		outside += t < span.from || t >= span.until;
		/* Both ends of a span are true ends: the library agrees one second inside. */
		if (span.until != INT64_MAX)
			short_spans += library_offset(span.until - 1) != span.offset;
		if (span.from > 0)
			short_spans += library_offset(span.from) != span.offset;
	}
	unsetenv("TZ");
	tzset();
	is_int(wrong, 0, "%s has the library's offsets until 2100", name);
	is_int(outside, 0, "%s tells spans that hold the instant", name);
	is_int(short_spans, 0, "%s tells spans that hold to their ends", name);
}

static void
test_names(void)
{
	ok(zone_find(STR_NONE) != NULL && zone_find(STR("UTC")) == zone_find(STR_NONE), "no name is UTC");
	is_int(zone_look(zone_find(STR_NONE), 1700000000).offset, 0, "UTC is UTC");
	ok(zone_find(STR("Asia/Tokyo")) == zone_find(STR("Asia/Tokyo")), "a zone is read once");
	ok(zone_find(STR("Nowhere/Land")) == NULL, "a zone that is not there is unknown");
	ok(zone_find(STR("../../../etc/hostname")) == NULL, "a name cannot leave the directory");
	ok(zone_find(STR("/etc/hostname")) == NULL, "a name cannot be absolute");
	ok(zone_find(STR("right/UTC")) == NULL, "zones with leap seconds are unknown");
	ok(zone_find(STR("America")) == NULL, "a directory is no zone");
	ok(zone_find(STR("zone.tab")) == NULL, "another file is no zone");
}

static struct str
slurp(const char *path, struct buf *b)
{
	FILE  *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return STR_NONE;
	n = fread(buf_reserve(b, 65536), 1, 65536, f);
	fclose(f);
	b->n = n;
	return buf_view(b);
}

static void
test_damage(void)
{
	struct buf   b = { NULL, 0, 0 };
	struct str   whole = slurp("/usr/share/zoneinfo/America/Los_Angeles", &b);
	struct zone *z = zone_read(whole);
	int	     accepted = 0;

	ok(z != NULL, "the bytes of a zone file are a zone");
	zone_free(z);
	for (size_t n = 0; n < whole.n; n++) {
		z = zone_read(str_upto(whole, n));
		accepted += z != NULL;
		zone_free(z);
	}
	is_int(accepted, 0, "no prefix of it is one");
	for (size_t i = 0; i < whole.n; i++) {
		b.p[i] = (char)~b.p[i];
		zone_free(zone_read(whole));
		b.p[i] = (char)~b.p[i];
	}
	ok(1, "and no flipped byte does harm");
	buf_done(&b);
}

int
main(void)
{
	test_names();
	for (size_t i = 0; i < LENGTH(names); i++)
		test_against_library(names[i]);
	test_damage();
	return tap_done();
}
