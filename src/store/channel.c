/* SPDX-License-Identifier: Apache-2.0 */
/*
 * channel.c - the fields of a channel: one way to reach a provider.
 *
 * Runs in: every process that opens the store.
 *
 * A field's number is its stored tag: never given to another field.
 */
#include "store/record_fields.h"

static const struct field rows[] = {
	RECORD_FIELDS(struct channel, FIELD_REQUIRED, valid_name),
	{ 10, "provider", FIELD_STR, offsetof(struct channel, provider), FIELD_REQUIRED, NULL,
	    "Name of the provider it reaches.", valid_name },
	{ 11, "models", FIELD_LIST, offsetof(struct channel, models), 0, NULL,
	    "Model names or globs it serves, or discover; empty: discover.", valid_globs },
	{ 12, "aliases", FIELD_PAIRS, offsetof(struct channel, aliases), FIELD_HIDDEN, NULL,
	    "Other names for its models, as asked=upstream.", valid_aliases },
	{ 13, "limits", FIELD_LIST, offsetof(struct channel, limits), FIELD_HIDDEN, NULL,
	    "Limits of all calls through it, such as 100 requests / 1m.", valid_limits },
	{ 14, "priority", FIELD_U64, offsetof(struct channel, priority), 0, "100",
	    "0 to 1000; the lowest is tried first.", valid_rank },
	{ 15, "weight", FIELD_U64, offsetof(struct channel, weight), 0, "100",
	    "0 to 1000; its share among channels of the same priority, 0: only when no other is left.", valid_rank },
	{ 16, "connect_timeout", FIELD_MS, offsetof(struct channel, connect_timeout), FIELD_HIDDEN, NULL,
	    "Longest wait for a connection; 0: as configured.", NULL },
	{ 17, "first_byte_timeout", FIELD_MS, offsetof(struct channel, first_byte_timeout), FIELD_HIDDEN, NULL,
	    "Longest wait for the first byte of an answer; 0: as configured.", NULL },
	{ 18, "idle_timeout", FIELD_MS, offsetof(struct channel, idle_timeout), FIELD_HIDDEN, NULL,
	    "Longest silence within an answer; 0: as configured.", NULL },
	{ 19, "total_timeout", FIELD_MS, offsetof(struct channel, total_timeout), FIELD_HIDDEN, NULL,
	    "Longest duration of a call; 0: as configured.", NULL },
	{ 20, "min_interval", FIELD_MS, offsetof(struct channel, min_interval), FIELD_HIDDEN, NULL,
	    "Least time between two calls, 1s or more; sooner, the channel is skipped.", NULL },
	{ 21, "tags", FIELD_LIST, offsetof(struct channel, tags), FIELD_HIDDEN, NULL,
	    "Words to choose it by.", valid_words },
	{ 22, "transforms", FIELD_LIST, offsetof(struct channel, transforms), FIELD_HIDDEN, NULL,
	    "What is done to what passes: strip_thinking, strip_fences, disable_thinking, max_completion_tokens.",
	    valid_transforms },
};

const struct fields channel_fields = RECORD_TABLE("channel", struct channel, rows);
