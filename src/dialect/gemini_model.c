/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gemini_model.c - what a model can do, by its name.
 *
 * Runs in: worker.
 *
 * Google refuses settings that a generation does not know.  Names are open-ended,
 * so older generations are what is recognised; all else is taken for the newest.
 */
#include "dialect/gemini_inside.h"

/* "gemini-2.5-flash" is 205, "gemini-3-pro" 300; 0 when no number follows. */
static unsigned
version_of(struct str name)
{
	unsigned major = 0, minor = 0;
	size_t	 i = 7;

	for (; i < name.n && name.p[i] >= '0' && name.p[i] <= '9' && major < 100; i++)
		major = major * 10 + (unsigned)(name.p[i] - '0');
	if (i + 1 < name.n && name.p[i] == '.')
		for (i++; i < name.n && name.p[i] >= '0' && name.p[i] <= '9' && minor < 10; i++)
			minor = minor * 10 + (unsigned)(name.p[i] - '0');
	return major * 100 + minor;
}

static bool
has(struct str name, const char *word)
{
	return str_find(name, str_of(word)) < name.n;
}

static struct gemini_model
older(struct str name, unsigned version)
{
	struct gemini_model m = { .thinks = version >= 205, .penalties = version < 205, .budgets = true, .least = 0, .most = 24576 };

	if (has(name, "-image") || has(name, "-tts"))
		m.thinks = false;
	if (has(name, "-pro"))
		m = (struct gemini_model){ .thinks = m.thinks, .penalties = m.penalties, .budgets = true, .always = true,
			.least = 128, .most = 32768 };
	if (has(name, "-lite"))
		m.least = 512;
	return m;
}

static struct gemini_model
newest(struct str name, unsigned version)
{
	struct gemini_model m = { .third = true, .thinks = true, .always = true, .minimal = true, .medium = true, .penalties = true,
		.json_with_tools = true, .least = 128, .most = 32768 };

	if (has(name, "-pro"))
		m.minimal = false;
	if (!has(name, "-lite") && (version == 0 || version >= 307))
		m.minimal = false;
	if (has(name, "-pro") && version == 300)
		m.medium = false;
	if (has(name, "-pro-image") && version == 300)
		m.budgets = true;
	return m;
}

struct gemini_model
gemini_model_of(struct str name)
{
	size_t	 at;
	unsigned version;

	if (str_find_byte(name, '/') < name.n)		/* "google/gemini-2.5-pro", "models/..." */
		for (size_t i; (i = str_find_byte(name, '/')) < name.n;)
			name = str_from(name, i + 1);
	if (str_starts(name, STR("gemma")))
		return (struct gemini_model){ .gemma = true, .penalties = true, .budgets = true, .most = 24576 };
	at = str_find(name, STR("gemini-"));
	if (at == name.n)	/* a tuned or renamed one: as it was asked, in the older words that all take */
		return (struct gemini_model){ .thinks = true, .penalties = true, .json_with_tools = true, .budgets = true,
			.most = 32768 };
	name = str_from(name, at);
	version = version_of(name);
	if (str_is(name, "gemini-pro") || str_is(name, "gemini-pro-vision"))
		version = 100;
	return version > 0 && version < 300 ? older(name, version) : newest(name, version);
}
