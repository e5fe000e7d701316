/* SPDX-License-Identifier: Apache-2.0 */
/*
 * models.c - a provider's model list, in whichever shape it comes.
 *
 * Runs in: scheduler, weirctl.
 */
#include "base/json.h"
#include "provider/provider.h"

static uint64_t
first_number(const struct json *m, const char *const *names, size_t n)
{
	uint64_t v;

	for (size_t i = 0; i < n; i++)
		if (json_u64(json_path(m, names[i]), &v) == 0 && v > 0)
			return v;
	return 0;
}

static const char *const context_names[] = { "context_length", "context_window", "max_model_len", "max_context_length",
	"inputTokenLimit", "max_input_tokens", "top_provider.context_length" };
static const char *const output_names[] = { "max_completion_tokens", "max_output_tokens", "outputTokenLimit", "max_tokens",
	"top_provider.max_completion_tokens" };

static struct str
model_id(struct arena *a, const struct json *m)
{
	struct str id;

	if (json_is(m, JSON_STRING))
		return json_text(a, m);
	id = json_text(a, json_get(m, "id"));
	if (id.n == 0)
		id = json_text(a, json_get(m, "name"));
	return str_starts(id, STR("models/")) ? str_from(id, 7) : id;
}

/* Where methods are told, one that answers chats or embeds must be among them. */
static bool
is_of_use(struct arena *a, const struct json *m)
{
	const struct json *methods = json_get(m, "supportedGenerationMethods");

	if (!json_is(methods, JSON_ARRAY))
		return true;
	for (const struct json *method = methods->child; method != NULL; method = method->next) {
		struct str name = json_text(a, method);

		if (str_is(name, "generateContent") || str_is(name, "embedContent") || str_is(name, "batchEmbedContents"))
			return true;
	}
	return false;
}

static struct str
next_page(struct arena *a, const struct json *root)
{
	if (!json_is(root, JSON_OBJECT))
		return STR_NONE;
	if (json_true(json_get(root, "has_more")))
		return json_text(a, json_get(root, "last_id"));
	return json_text(a, json_get(root, "nextPageToken"));
}

int
provider_read_models(struct arena *a, struct str body, struct model_list *out)
{
	struct json_limits limits = { .tree_depth = 4 };
	struct json_error  e;
	struct json	  *root;
	const struct json *list;

	*out = (struct model_list){ .n = 0 };
	if (json_read(a, body, limits, &root, &e) < 0)
		return -1;
	list = json_is(root, JSON_ARRAY) ? root : json_get(root, "data");
	if (list == NULL)
		list = json_get(root, "models");
	if (!json_is(list, JSON_ARRAY))
		return -1;
	out->next = next_page(a, root);
	out->of = arena_array(a, struct listed_model, list->count + 1);
	for (const struct json *m = list->child; m != NULL; m = m->next) {
		struct listed_model *l = &out->of[out->n];

		l->id = model_id(a, m);
		if (l->id.n == 0 || l->id.n > 256 || !is_of_use(a, m))
			continue;
		l->context = first_number(m, context_names, LENGTH(context_names));
		l->max_output = first_number(m, output_names, LENGTH(output_names));
		out->n++;
	}
	return 0;
}
