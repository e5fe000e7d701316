/* SPDX-License-Identifier: Apache-2.0 */
/* limit_fuzz.c - the first byte chooses a reader for the rest: limits, zone files, zone rules, state records. */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "limit/admit.h"
#include "limit/breaker.h"
#include "limit/limit.h"
#include "limit/zone_rule.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What is a limit has a canonical form that is the same limit. */
static void
read_limit(struct str text)
{
	struct arena arena;
	struct limit limit, again;
	struct str   why, form;

	arena_init(&arena);
	if (limit_read(&arena, text, &limit, &why) == 0) {
		form = limit_text(&arena, &limit);
		assert(limit_read(&arena, form, &again, &why) == 0);
		assert(again.id == limit.id && again.most == limit.most && str_eq(form, limit_text(&arena, &again)));
	} else {
		assert(why.n > 0);
	}
	arena_done(&arena);
}

/* Every instant lies in the span that is told for it. */
static void
check_span(struct zone_span span, int64_t at)
{
	assert(span.from <= at && at < span.until);
}

static void
read_zone(struct str bytes)
{
	struct zone *z = zone_read(bytes);

	if (z == NULL)
		return;
	for (int64_t at = -4000000000; at < 8000000000; at += 87654321)
		check_span(zone_look(z, at), at);
	zone_free(z);
}

static void
read_rule(struct str text)
{
	struct zone_rule rule;

	if (zone_rule_read(text, &rule) < 0)
		return;
	for (int64_t at = 0; at < 8000000000; at += 87654321)
		check_span(zone_rule_look(&rule, at), at);
}

static void
describe(int (*one)(struct str, struct str, struct json_out *), struct str key, struct str value)
{
	struct buf	  text = { NULL, 0, 0 };
	struct json_out	  out;
	struct json_error err;

	json_start(&out, &text, false);
	json_object(&out, NULL);
	if (one(key, value, &out) == 0) {
		json_object_end(&out);
		assert(json_check(buf_view(&text), 0, &err) == 0);
	}
	buf_done(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str rest;

	clock_freeze(UINT64_C(1000000000), UINT64_C(1795253069000000));
	if (n == 0)
		return 0;
	rest = (struct str){ (const char *)data + 1, n - 1 };
	switch (data[0]) {
	case 'l':
		read_limit(rest);
		break;
	case 'z':
		read_zone(rest);
		break;
	case 'r':
		read_rule(rest);
		break;
	case 'm':
		describe(meter_describe, STR("\1\0\0\0\0\0\0\0\5"), rest);
		describe(total_describe, STR("\1\0\0\0\0\0\0\0\5"), rest);
		break;
	case 'v':
		describe(reservation_describe, STR("\0\1\0\0\0\0\0\0\0\5"), rest);
		break;
	case 'b':
		describe(breaker_describe, STR("\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2"), rest);
		describe(keystate_describe, STR("\0\0\0\0\0\0\0\1"), rest);
		break;
	default:
		break;
	}
	return 0;
}
