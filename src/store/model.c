/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - the fields of a model: a catalog entry of a channel.
 *
 * Runs in: every process that opens the store.
 *
 * Its name is made of its channel and its model.  A field's number is its
 * stored tag: never given to another field.
 */
#include "store/record_fields.h"

static const struct field rows[] = {
	RECORD_FIELDS(struct model, FIELD_READONLY, NULL),
	{ 10, "channel", FIELD_STR, offsetof(struct model, channel), FIELD_REQUIRED, NULL,
	    "Name of the channel that serves it.", valid_name },
	{ 11, "model", FIELD_STR, offsetof(struct model, model), FIELD_REQUIRED, NULL,
	    "Name that callers ask for.", valid_model },
	{ 12, "context", FIELD_U64, offsetof(struct model, context), 0, NULL,
	    "Longest context in tokens; 0: unknown.", NULL },
	{ 13, "max_output", FIELD_U64, offsetof(struct model, max_output), 0, NULL,
	    "Longest output in tokens; 0: unknown.", NULL },
	{ 14, "capabilities", FIELD_LIST, offsetof(struct model, capabilities), 0, NULL,
	    "What it can do: tools, vision, audio, embeddings, json, reasoning and others.", valid_words },
	{ 15, "seen", FIELD_TIME, offsetof(struct model, seen), FIELD_READONLY | FIELD_HIDDEN, NULL,
	    "When the provider last listed it.", NULL },
};

const struct fields model_fields = RECORD_TABLE("model", struct model, rows);
