/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog_shape.c - models as the clients of each dialect want them listed.
 *
 * Runs in: worker.
 *
 * Clients read members without asking whether they are there, so what is not
 * known is given a harmless value where a client needs one and left out where
 * none does.
 */
#include "api/catalog_shape.h"

#include "base/clock.h"

static bool
can(const struct offer *f, const char *what)
{
	for (size_t i = 0; f->capabilities != NULL && i < f->capabilities->n; i++)
		if (str_is(f->capabilities->items[i], what))
			return true;
	return false;
}

static bool
capabilities_known(const struct offer *f)
{
	return f->capabilities != NULL && f->capabilities->n > 0;
}

static void
write_time(struct json_out *o, const char *name, uint64_t wall_us)
{
	char text[25];

	clock_format(text, wall_us);
	json_cstr(o, name, text);
}

/* ---- OpenAI's ---------------------------------------------------------------- */

static void
openai_model(struct json_out *o, const struct offer *f)
{
	json_object(o, NULL);
	json_str(o, "id", f->asked);
	json_cstr(o, "object", "model");
	json_unum(o, "created", f->since / 1000000);
	json_str(o, "owned_by", f->channel->provider->r.name);
	if (f->context > 0)
		json_unum(o, "context_length", f->context);
	if (f->max_output > 0)
		json_unum(o, "max_output_tokens", f->max_output);
	json_object_end(o);
}

static void
openai_page(struct json_out *o, const struct catalog_page *p)
{
	json_object(o, NULL);
	json_cstr(o, "object", "list");
	json_array(o, "data");
	for (size_t i = 0; i < p->n; i++)
		openai_model(o, p->of[i]);
	json_array_end(o);
	if (p->slugs) {
		json_array(o, "models");
		json_array_end(o);
	}
	json_object_end(o);
}

/* ---- Anthropic's -------------------------------------------------------------- */

static void
anthropic_model(struct json_out *o, const struct offer *f)
{
	json_object(o, NULL);
	json_cstr(o, "type", "model");
	json_str(o, "id", f->asked);
	json_str(o, "display_name", f->asked);
	write_time(o, "created_at", f->since);
	if (f->context > 0)
		json_unum(o, "max_input_tokens", f->context);
	if (f->max_output > 0)
		json_unum(o, "max_tokens", f->max_output);
	json_object_end(o);
}

static void
id_or_null(struct json_out *o, const char *name, const struct offer *f)
{
	if (f != NULL)
		json_str(o, name, f->asked);
	else
		json_null(o, name);
}

static void
anthropic_page(struct json_out *o, const struct catalog_page *p)
{
	json_object(o, NULL);
	json_array(o, "data");
	for (size_t i = 0; i < p->n; i++)
		anthropic_model(o, p->of[i]);
	json_array_end(o);
	json_bool(o, "has_more", p->more);
	id_or_null(o, "first_id", p->n > 0 ? p->of[0] : NULL);
	id_or_null(o, "last_id", p->n > 0 ? p->of[p->n - 1] : NULL);
	json_object_end(o);
}

/* ---- Gemini's ------------------------------------------------------------------ */

static const char *const chats[] = { "generateContent", "streamGenerateContent", "countTokens" };
static const char *const embeds[] = { "embedContent", "batchEmbedContents" };

static void
gemini_model(struct json_out *o, const struct offer *f)
{
	struct buf name = { 0 };

	buf_cstr(&name, "models/");
	buf_str(&name, f->asked);
	json_object(o, NULL);
	json_str(o, "name", buf_view(&name));
	buf_done(&name);
	json_str(o, "baseModelId", f->asked);
	json_cstr(o, "version", "1");
	json_str(o, "displayName", f->asked);
	if (f->context > 0)
		json_unum(o, "inputTokenLimit", f->context);
	if (f->max_output > 0)
		json_unum(o, "outputTokenLimit", f->max_output);
	json_array(o, "supportedGenerationMethods");
	for (size_t i = 0; i < LENGTH(chats) && !can(f, "embeddings"); i++)
		json_cstr(o, NULL, chats[i]);
	for (size_t i = 0; i < LENGTH(embeds) && (can(f, "embeddings") || !capabilities_known(f)); i++)
		json_cstr(o, NULL, embeds[i]);
	json_array_end(o);
	json_object_end(o);
}

static void
gemini_page(struct json_out *o, const struct catalog_page *p)
{
	json_object(o, NULL);
	json_array(o, "models");
	for (size_t i = 0; i < p->n; i++)
		gemini_model(o, p->of[i]);
	json_array_end(o);
	if (p->more && p->n > 0)
		json_str(o, "nextPageToken", p->of[p->n - 1]->asked);
	json_object_end(o);
}

/* ---- Ollama's ------------------------------------------------------------------- */

static void
ollama_details(struct json_out *o, const struct offer *f)
{
	json_object(o, "details");
	json_cstr(o, "parent_model", "");
	json_cstr(o, "format", "gguf");
	json_str(o, "family", f->channel->provider->r.name);
	json_array(o, "families");
	json_str(o, NULL, f->channel->provider->r.name);
	json_array_end(o);
	json_cstr(o, "parameter_size", "");
	json_cstr(o, "quantization_level", "");
	json_object_end(o);
}

static void
ollama_entry(struct json_out *o, const struct offer *f)
{
	char digest[17];
	uint64_t hash = str_hash(f->asked);

	hex_write(digest, &hash, sizeof(hash));
	json_object(o, NULL);
	json_str(o, "name", f->asked);
	json_str(o, "model", f->asked);
	write_time(o, "modified_at", f->since);
	json_num(o, "size", 0);
	json_cstr(o, "digest", digest);
	ollama_details(o, f);
	json_object_end(o);
}

static void
ollama_page(struct json_out *o, const struct catalog_page *p)
{
	json_object(o, NULL);
	json_array(o, "models");
	for (size_t i = 0; i < p->n; i++)
		ollama_entry(o, p->of[i]);
	json_array_end(o);
	json_object_end(o);
}

/* Ours and Ollama's words; where nothing is known, a model is thought able. */
static const struct {
	const char *ours, *theirs;
	bool	    assumed;
} abilities[] = {
	{ "tools", "tools", true },
	{ "vision", "vision", true },
	{ "reasoning", "thinking", false },
	{ "embeddings", "embedding", false },
};

static void
ollama_model(struct json_out *o, const struct offer *f)
{
	json_object(o, NULL);
	json_cstr(o, "modelfile", "");
	json_cstr(o, "parameters", "");
	json_cstr(o, "template", "{{ .Prompt }}");
	ollama_details(o, f);
	json_object(o, "model_info");
	json_cstr(o, "general.architecture", "weir");
	json_str(o, "general.basename", f->asked);
	if (f->context > 0)
		json_unum(o, "weir.context_length", f->context);
	json_object_end(o);
	json_array(o, "capabilities");
	if (!can(f, "embeddings"))
		json_cstr(o, NULL, "completion");
	for (size_t i = 0; i < LENGTH(abilities); i++)
		if (capabilities_known(f) ? can(f, abilities[i].ours) : abilities[i].assumed)
			json_cstr(o, NULL, abilities[i].theirs);
	json_array_end(o);
	write_time(o, "modified_at", f->since);
	json_object_end(o);
}

/* ---- which ------------------------------------------------------------------------ */

static const struct {
	void (*page)(struct json_out *, const struct catalog_page *);
	void (*model)(struct json_out *, const struct offer *);
} shapes[DIALECTS] = {
	[DIALECT_OPENAI] = { openai_page, openai_model },
	[DIALECT_RESPONSES] = { openai_page, openai_model },
	[DIALECT_ANTHROPIC] = { anthropic_page, anthropic_model },
	[DIALECT_GEMINI] = { gemini_page, gemini_model },
	[DIALECT_OLLAMA] = { ollama_page, ollama_model },
};

void
catalog_write_page(struct json_out *o, enum dialect_id d, const struct catalog_page *p)
{
	shapes[d].page(o, p);
}

void
catalog_write_model(struct json_out *o, enum dialect_id d, const struct offer *f)
{
	shapes[d].model(o, f);
}
