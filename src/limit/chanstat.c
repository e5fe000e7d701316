/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chanstat.c - a channel's health as last probed, shared by all workers.
 *
 * Runs in: worker, scheduler, weirctl, weir-lmdb.
 */
#include "limit/chanstat.h"

#include <string.h>

#include "store/key.h"

const char *const health_names[HEALTHS] = { "ok", "degraded", "down" };

bool
chanstat_get(struct txn *t, uint64_t channel, struct chanstat *s)
{
	struct key k;

	memset(s, 0, sizeof(*s));
	return txn_get_into(t, DB_CHANSTAT, key_pack(&k, "Q", channel), s, sizeof(*s), NULL);
}

void
chanstat_put(struct txn *t, uint64_t channel, const struct chanstat *s)
{
	struct key k;

	txn_put(t, DB_CHANSTAT, key_pack(&k, "Q", channel), (struct str){ (const char *)s, sizeof(*s) });
}

int
chanstat_describe(struct str key, struct str value, struct json_out *o)
{
	struct chanstat s = { 0 };
	uint64_t	channel;

	if (key_unpack(key, "Q", &channel) < 0 || value.n != sizeof(s))
		return -1;
	memcpy(&s, value.p, sizeof(s));
	s.detail[sizeof(s.detail) - 1] = '\0';
	if (s.health >= HEALTHS)
		return -1;
	json_unum(o, "channel", channel);
	json_cstr(o, "health", health_names[s.health]);
	json_unum(o, "latency_ms", s.latency_ms);
	json_unum(o, "failures", s.failures);
	json_unum(o, "checked_us", s.checked_us);
	json_cstr(o, "detail", s.detail);
	return 0;
}
