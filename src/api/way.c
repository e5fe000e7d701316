/* SPDX-License-Identifier: Apache-2.0 */
/*
 * way.c - in which dialect a channel is asked.
 *
 * Runs in: worker.
 *
 * What servers take besides their own dialect differs by version, so one that
 * does not know a path is believed for a while, each worker for itself.
 */
#include "api/way.h"

#define LACK_MS 600000u
#define LACKS_MOST 64

static struct lack {
	uint64_t	channel, until_ms;
	enum dialect_id dialect;
	enum endpoint	endpoint;
} lacks[LACKS_MOST];
static size_t lacks_next;

static bool
is_lacking(const struct route_channel *c, enum dialect_id d, enum endpoint e, uint64_t now_ms)
{
	for (size_t i = 0; i < LACKS_MOST; i++)
		if (lacks[i].channel == c->record->r.id && lacks[i].dialect == d && lacks[i].endpoint == e &&
		    lacks[i].until_ms > now_ms)
			return true;
	return false;
}

static bool
has(const struct route_channel *c, enum dialect_id d, enum endpoint e, uint64_t now_ms)
{
	return c->urls[d][e] != NULL && !is_lacking(c, d, e, now_ms);
}

/* What of a dialect is asked when the client's own words do not get there. */
static enum endpoint
crossed(enum endpoint e)
{
	if (e == ENDPOINT_COUNT || e == ENDPOINT_PASS)
		return e;
	return e == ENDPOINT_EMBEDDINGS || e == ENDPOINT_EMBED_ONE ? ENDPOINT_EMBEDDINGS : ENDPOINT_CHAT;
}

static bool
client_can(const struct dialect *d, const struct ask *ask)
{
	switch (crossed(ask->endpoint)) {
	case ENDPOINT_EMBEDDINGS:
		return d->read_embed != NULL && d->write_embed_reply != NULL;
	case ENDPOINT_COUNT:
		return d->read_request != NULL && d->write_count_reply != NULL;
	case ENDPOINT_PASS:
		return false;
	default:
		return d->read_request != NULL && d->write_reply != NULL && (!ask->stream || d->writer_new != NULL);
	}
}

static bool
upstream_can(const struct dialect *d, const struct ask *ask)
{
	switch (crossed(ask->endpoint)) {
	case ENDPOINT_EMBEDDINGS:
		return d->write_embed != NULL && d->read_embed_reply != NULL;
	case ENDPOINT_COUNT:
		return d->write_count != NULL && d->read_count_reply != NULL;
	default:
		return d->write_request != NULL && d->read_reply != NULL && (!ask->stream || d->reader_new != NULL);
	}
}

static bool
try_crossing(const struct route_channel *c, enum dialect_id d, const struct ask *ask, uint64_t now_ms, struct way *w)
{
	enum endpoint e = crossed(ask->endpoint);

	if (!has(c, d, e, now_ms) || !upstream_can(&dialects[d], ask))
		return false;
	*w = (struct way){ WAY_CROSSING, &dialects[d], e };
	return true;
}

/* What is done to chats is done in the neutral form, to the client's own dialect too. */
static bool
is_transformed(const struct route_channel *c, enum endpoint e)
{
	return c->transforms != 0 && crossed(e) == ENDPOINT_CHAT;
}

struct way
way_find(const struct route_channel *c, const struct dialect *client, const struct ask *ask, uint64_t now_ms)
{
	struct way w = { .kind = WAY_NONE };

	if (has(c, client->id, ask->endpoint, now_ms) && client->forward != NULL && !is_transformed(c, ask->endpoint))
		return (struct way){ WAY_VERBATIM, client, ask->endpoint };
	if (ask->load && client->write_reply != NULL)
		return (struct way){ .kind = WAY_EMPTY };
	if (client_can(client, ask)) {
		if (is_transformed(c, ask->endpoint) && try_crossing(c, client->id, ask, now_ms, &w))
			return w;
		if (try_crossing(c, c->tongues.own, ask, now_ms, &w))
			return w;
		for (unsigned d = 0; d < DIALECTS; d++)
			if (try_crossing(c, (enum dialect_id)d, ask, now_ms, &w))
				return w;
	}
	if (ask->endpoint == ENDPOINT_COUNT && client->write_count_reply != NULL)
		w.kind = WAY_ESTIMATE;
	return w;
}

bool
way_other(const struct route_channel *c, const struct dialect *client, const struct ask *ask, uint64_t now_ms,
    struct way *way)
{
	struct lack *lack = &lacks[lacks_next], before = *lack;
	struct way   other;

	if (way->up->id == c->tongues.own && (way->endpoint == ENDPOINT_CHAT || way->endpoint == ENDPOINT_EMBEDDINGS))
		return false;
	*lack = (struct lack){ c->record->r.id, now_ms + LACK_MS, way->up->id, way->endpoint };
	other = way_find(c, client, ask, now_ms);
	if (other.kind == WAY_NONE) {
		*lack = before;
		return false;
	}
	lacks_next = (lacks_next + 1) % LACKS_MOST;
	*way = other;
	return true;
}
