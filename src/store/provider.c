/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider.c - the fields of a provider: a vendor or a server that answers.
 *
 * Runs in: every process that opens the store.
 *
 * A field's number is its stored tag: never given to another field.
 */
#include "store/record_fields.h"

static const struct field rows[] = {
	RECORD_FIELDS(struct provider, FIELD_REQUIRED, valid_name),
	{ 10, "kind", FIELD_STR, offsetof(struct provider, kind), FIELD_REQUIRED, NULL,
	    "Preset: openai, anthropic, gemini, ollama, openrouter, generic, sim and others.", valid_word },
	{ 11, "base_url", FIELD_STR, offsetof(struct provider, base_url), 0, NULL,
	    "Where its API begins, such as https://api.example.com/v1; empty: the preset's.", valid_url },
	{ 12, "class", FIELD_STR, offsetof(struct provider, class), 0, NULL,
	    "official, aggregator, reseller, local or subscription.", valid_class },
	{ 13, "headers", FIELD_PAIRS, offsetof(struct provider, headers), FIELD_HIDDEN, NULL,
	    "Header lines added to every call, as Name: value.", valid_headers },
	{ 14, "allow_private", FIELD_BOOL, offsetof(struct provider, allow_private), 0, NULL,
	    "Whether private, loopback and link-local addresses may be called.", NULL },
	{ 15, "multiplier", FIELD_NANO, offsetof(struct provider, multiplier), FIELD_HIDDEN, "1",
	    "Factor on all prices; 1 leaves them as they are.", NULL },
	{ 16, "dialects", FIELD_LIST, offsetof(struct provider, dialects), FIELD_HIDDEN, NULL,
	    "Dialects that it speaks, its own first: openai, responses, anthropic, gemini, ollama; empty: its kind's.",
	    valid_dialects },
};

const struct fields provider_fields = RECORD_TABLE("provider", struct provider, rows);
