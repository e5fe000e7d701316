/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responses_read_reply.c - a whole Responses reply in the neutral form.
 *
 * Runs in: worker.
 *
 * The output's items are the parts of the one answer.  Why it stopped is told by
 * the status, and that it stopped for tools only by the calls that are there.
 */
#include "dialect/openai.h"
#include "dialect/responses_inside.h"

enum stop_reason
responses_read_stop(struct arena *a, const struct json *response, bool called)
{
	struct str status = json_text(a, json_get(response, "status"));
	struct str reason = json_text(a, json_path(response, "incomplete_details.reason"));

	if (!str_is(status, "incomplete"))
		return called ? STOP_TOOLS : STOP_END;
	if (str_is(reason, "max_output_tokens") || str_is(reason, "max_tokens"))
		return STOP_LENGTH;
	return str_is(reason, "content_filter") ? STOP_FILTER : STOP_OTHER;
}

struct str
responses_read_failure(struct arena *a, const struct json *response)
{
	const struct json *error = json_get(response, "error");
	struct str	   status = json_text(a, json_get(response, "status")), text;

	if (!responses_is_said(error) && !str_is(status, "failed") && !str_is(status, "cancelled"))
		return STR_NONE;
	text = responses_error_text(a, error);
	return text.n > 0 ? text : STR("the upstream's answer failed");
}

/* Parts that hold nothing: an empty text, a thought that is neither shown nor sealed. */
static bool
is_empty(const struct part *p)
{
	switch (p->kind) {
	case PART_TEXT:
	case PART_REFUSAL:
		return p->text.n == 0 && p->citations == NULL;
	case PART_REASONING:
		return p->text.n == 0 && p->sealed.n == 0 && p->signature.n == 0;
	case PART_CALL:
		return p->name.n == 0;
	default:
		return false;
	}
}

static void
drop_empty(struct part **list)
{
	while (*list != NULL) {
		if (is_empty(*list))
			*list = (*list)->next;
		else
			list = &(*list)->next;
	}
	/* part_add() must look for the end anew: nobody adds to a reply that was read. */
}

static bool
has_call(const struct part *p)
{
	for (; p != NULL; p = p->next)
		if (p->kind == PART_CALL)
			return true;
	return false;
}

int
responses_read_reply(struct arena *a, struct str body, struct chat_reply *r)
{
	struct json_limits  limits = { .tree_depth = JSON_WHOLE, .nodes = REPLY_NODES_MOST };
	const struct json  *output;
	struct json_error   e;
	struct json	   *root;
	struct chat_choice *c = arena_new(a, struct chat_choice);

	*r = (struct chat_reply){ 0 };
	if (json_read(a, body, limits, &root, &e) < 0 || root->type != JSON_OBJECT)
		return -1;
	r->error = responses_read_failure(a, root);
	output = json_get(root, "output");
	if (!json_is(output, JSON_ARRAY))
		return r->error.n > 0 ? 0 : -1;
	responses_read_head(a, root, r);
	openai_usage(json_get(root, "usage"), &r->usage);
	for (const struct json *item = output->child; item != NULL; item = item->next)
		responses_read_item(a, item, &c->parts);
	drop_empty(&c->parts);
	c->stop = responses_read_stop(a, root, has_call(c->parts));
	r->choices = c;
	return 0;
}

void
responses_read_head(struct arena *a, const struct json *response, struct chat_reply *r)
{
	r->id = json_text(a, json_get(response, "id"));
	r->model = json_text(a, json_get(response, "model"));
	if (json_u64(json_get(response, "created_at"), &r->created) < 0)
		r->created = 0;
	r->service_tier = json_text(a, json_get(response, "service_tier"));
}
