/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crossing.c - a request in one dialect becomes one in another.
 *
 * Runs in: worker.
 *
 * What the other dialect cannot say is left out and named in x-weir-dropped; a
 * caller who asked to be strict is refused instead, when no candidate can say
 * all of it.  Content that cannot be said is refused always.
 */
#include "api/crossing.h"

#include "api/remember.h"
#include "base/clock.h"
#include "dialect/transform.h"

#define DROPPED_BYTES 1000u

/* ---- reading ------------------------------------------------------------------- */

static struct chat *
read_chat(struct exchange *x, struct arena *a, struct complaint *why)
{
	struct chat *chat = arena_new(a, struct chat);
	struct ask  *ask = arena_dup(a, &x->ask, sizeof(*ask));

	*why = (struct complaint){ .fault = FAULT_BAD_REQUEST };
	if (x->dialect->id == DIALECT_RESPONSES && remember_expand(x, &ask->body, why) < 0)
		return NULL;
	return x->dialect->read_request(a, ask, chat, why) < 0 ? NULL : chat;
}

const struct chat *
crossing_chat(struct exchange *x, struct complaint *why)
{
	if (x->chat == NULL)
		x->chat = read_chat(x, &x->arena, why);
	return x->chat;
}

const struct embed *
crossing_embed(struct exchange *x, struct complaint *why)
{
	struct embed *e;

	if (x->embed != NULL)
		return x->embed;
	*why = (struct complaint){ .fault = FAULT_BAD_REQUEST };
	e = arena_new(&x->arena, struct embed);
	if (x->dialect->read_embed(&x->arena, &x->ask, e, why) == 0)
		x->embed = e;
	return x->embed;
}

/* ---- writing ------------------------------------------------------------------- */

/* Names come from the client's own members, and go into a header. */
static void
put_name(struct buf *b, struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		buf_byte(b, name.p[i] > ' ' && name.p[i] <= '~' && name.p[i] != ',' ? name.p[i] : '_');
}

static struct str
join(struct arena *a, const struct report *r)
{
	struct buf b = { 0 };

	for (const struct name_list *n = r->names; n != NULL; n = n->next) {
		if (b.n > 0)
			buf_cstr(&b, ", ");
		if (b.n + n->name.n > DROPPED_BYTES) {
			buf_cstr(&b, "...");
			break;
		}
		put_name(&b, n->name);
	}
	return arena_take(a, &b);
}

static int
check_strict(struct exchange *x, const struct report *r, struct complaint *why)
{
	x->dropped = r->names != NULL ? join(&x->arena, r) : STR_NONE;
	if (!x->strict || r->names == NULL)
		return 0;
	return complain(why, FAULT_INEXPRESSIBLE, r->names->name,
	    arena_printf(&x->arena, "strict: the upstream of this model has no way to take " STR_FMT, STR_ARG(x->dropped)));
}

static struct target
target_of(const struct exchange *x)
{
	const struct offer *f = x->used;

	return (struct target){
		.model = f->upstream,
		.flavour = f->channel->preset->flavour,
		.max_output = f->max_output,
		.room = x->ask.body.n + x->ask.body.n / 8,
		.stream = x->ask.stream,
		.usage_option = (f->channel->preset->quirks & QUIRK_NO_USAGE_OPTION) == 0,
		.max_completion_tokens = (f->channel->transforms & TRANSFORM_MAX_COMPLETION_TOKENS) != 0,
	};
}

/* Transforms change what was read, and another candidate may have none. */
static const struct chat *
chat_for(struct exchange *x, struct complaint *why)
{
	const unsigned transforms = x->used->channel->transforms;
	struct chat   *own;

	if (transforms == 0)
		return crossing_chat(x, why);
	own = crossing_chat(x, why) != NULL ? read_chat(x, &x->arena, why) : NULL;
	if (own != NULL)
		transform_request(own, transforms);
	return own;
}

static int
write_embed(struct exchange *x, struct arena *a, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	const struct embed *e = crossing_embed(x, why);

	if (e == NULL)
		return -1;
	for (const struct name_list *n = e->notes; n != NULL; n = n->next)
		report_drop(r, STR_FMT, STR_ARG(n->name));
	return x->way.up->write_embed(a, e, t, r, body, why);
}

static int
write_chat(struct exchange *x, struct arena *a, const struct target *t, struct report *r, struct str *body,
    struct complaint *why)
{
	const struct chat *chat = chat_for(x, why);

	if (chat == NULL)
		return -1;
	if (x->way.endpoint == ENDPOINT_COUNT)
		return x->way.up->write_count(a, chat, t, r, body, why);
	return x->way.up->write_request(a, chat, t, r, body, why);
}

int
crossing_body(struct exchange *x, struct arena *a, struct str *body, struct complaint *why)
{
	struct target target = target_of(x);
	struct report report = { .arena = &x->arena };
	int	      rc;

	*why = (struct complaint){ .fault = FAULT_INEXPRESSIBLE };
	rc = x->way.endpoint == ENDPOINT_EMBEDDINGS ? write_embed(x, a, &target, &report, body, why)
						    : write_chat(x, a, &target, &report, body, why);
	return rc < 0 ? -1 : check_strict(x, &report, why);
}

void
crossing_voice(struct exchange *x, struct voice *v)
{
	*v = (struct voice){
		.id = str_of(x->id),
		.model = x->ask.model,
		.renamed = x->used != NULL && !str_eq(x->used->upstream, x->ask.model),
		.now = clock_wall_us() / 1000000,
		.endpoint = x->ask.endpoint,
		.stream = x->ask.stream,
		.wants_usage = x->ask.wants_usage,
		.load = x->ask.load,
		.unload = x->ask.unload,
		.framing = x->ask.framing,
		.chat = x->chat,
		.taken = x->dialect->id == DIALECT_RESPONSES ? remember_taken : NULL,
		.arg = x,
	};
}

/* ---- without an upstream ---------------------------------------------------------- */

static int
estimate(struct exchange *x)
{
	x->dialect->write_count_reply(&x->body, usage_estimate(x->ask.body.n));
	x->estimated = true;
	return 0;
}

static int
empty(struct exchange *x, struct complaint *why)
{
	struct chat_choice choice = { .stop = STOP_END };
	struct chat_reply  nothing = { .model = x->ask.model, .choices = &choice };
	struct voice	   voice;

	if (crossing_chat(x, why) == NULL)
		return -1;
	crossing_voice(x, &voice);
	x->dialect->write_reply(&x->arena, &nothing, &voice, &x->body);
	return 0;
}

int
crossing_alone(struct exchange *x, struct complaint *why)
{
	*why = (struct complaint){ .fault = FAULT_INEXPRESSIBLE };
	why->message = arena_printf(&x->arena, "the upstream of this model knows nothing like " STR_FMT, STR_ARG(x->entry.endpoint));
	if (x->way.kind == WAY_ESTIMATE)
		return estimate(x);
	return x->way.kind == WAY_EMPTY ? empty(x, why) : -1;
}
