/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openai_model.c - which members OpenAI's own models refuse.
 *
 * Runs in: worker.
 *
 * Others ignore an effort or a temperature that they have no use for; OpenAI
 * answers 400.  Only requests of another dialect are cut to this: who speaks
 * OpenAI's own gets OpenAI's own answer.  The first prefix that fits counts, a
 * name that none fits is sent everything.
 */
#include "dialect/openai_inside.h"

static const struct openai_model models[] = {
	{ "gpt-3", NULL, NULL, SAMPLES, true },
	{ "gpt-4", NULL, NULL, SAMPLES, true },
	{ "chatgpt-", NULL, NULL, SAMPLES, true },
	{ "gpt-5-chat", NULL, NULL, SAMPLES, true },
	{ "gpt-5-pro", "high", "high", SAMPLES_NEVER, true },
	{ "gpt-5-codex", "low", "high", SAMPLES_NEVER, true },
	{ "gpt-5.1", "none", "high", SAMPLES_UNREASONED, true },
	{ "gpt-5.", "none", "xhigh", SAMPLES_UNREASONED, true },
	{ "gpt-5", "minimal", "high", SAMPLES_NEVER, true },
	{ "o1-mini", NULL, NULL, SAMPLES_NEVER, false },
	{ "o1-preview", NULL, NULL, SAMPLES_NEVER, false },
	{ "o1", "low", "high", SAMPLES_NEVER, false },
	{ "o3", "low", "high", SAMPLES_NEVER, false },
	{ "o4", "low", "high", SAMPLES_NEVER, false },
};

const struct openai_model *
openai_model_find(struct str name)
{
	if (str_starts(name, STR("ft:")))
		name = str_from(name, 3);
	for (size_t i = 0; i < LENGTH(models); i++)
		if (str_starts(name, str_of(models[i].prefix)))
			return &models[i];
	return NULL;
}

static const char *const efforts[] = { "none", "minimal", "low", "medium", "high", "xhigh", "max" };

static size_t
rank(const char *effort)
{
	for (size_t i = 0; i < LENGTH(efforts); i++)
		if (str_is(str_of(effort), efforts[i]))
			return i;
	return LENGTH(efforts);
}

const char *
openai_model_effort(const struct openai_model *m, const char *effort)
{
	size_t r = rank(effort);

	if (m == NULL || r == LENGTH(efforts))
		return effort;
	if (m->least == NULL)
		return NULL;
	if (r < rank(m->least))
		return m->least;
	return r > rank(m->most) ? m->most : effort;
}
