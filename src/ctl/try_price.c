/* SPDX-License-Identifier: Apache-2.0 */
/*
 * try_price.c - what a model of a channel costs, as the workers would count it.
 *
 * Runs in: weirctl.
 */
#include "account/usage.h"
#include "base/buf.h"
#include "base/json.h"
#include "ctl/open.h"
#include "ctl/print.h"
#include "ctl/try.h"
#include "route/snapshot.h"

static void
write_tariff(struct json_out *out, const struct tariff *t)
{
	char usd[USD_BYTES];

	json_object(out, NULL);
	json_bool(out, "priced", t->priced);
	for (int i = 0; i < USAGE_CLASSES && t->priced; i++)
		json_str(out, usage_names[i], (struct str){ usd, usd_write(usd, t->per_million[i]) });
	if (t->priced)
		json_str(out, "request", (struct str){ usd, usd_write(usd, t->request) });
	json_object_end(out);
}

static const struct route_channel *
find_channel(const struct snapshot *s, struct str name)
{
	for (size_t i = 0; i < s->channels_n; i++)
		if (str_eq(s->channels[i].record->r.name, name))
			return &s->channels[i];
	return NULL;
}

int
try_price(struct ctl *c)
{
	const struct route_channel *channel;
	struct snapshot		   *s;
	struct json_out		    out;
	struct tariff		    tariff;
	struct buf		    json = { 0 };
	struct txn		   *t;
	int			    rc = open_store(c, false);

	if (rc == 0)
		rc = open_ring(c);
	if (rc != 0)
		return rc;
	t = txn_read(c->store);
	s = snapshot_build(t, c->ring, &c->conf.limits);
	txn_end(t);
	channel = find_channel(s, c->args[0]);
	if (channel == NULL) {
		snapshot_drop(s);
		return ctl_fail(c, EX_NOINPUT, "there is no channel \"" STR_FMT "\" in use", STR_ARG(c->args[0]));
	}
	snapshot_tariff(s, channel, c->args[1], &tariff);
	snapshot_drop(s);
	json_start(&out, &json, true);
	write_tariff(&out, &tariff);
	print_object(c, &json);
	return 0;
}
