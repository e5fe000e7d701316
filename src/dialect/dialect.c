/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialect.c - the table of wire formats.
 *
 * Runs in: worker.
 */
#include "dialect/dialect.h"

#include "dialect/openai.h"

const char *const endpoint_names[ENDPOINTS] = {
	[ENDPOINT_CHAT] = "chat.completions",
	[ENDPOINT_COMPLETIONS] = "completions",
	[ENDPOINT_EMBEDDINGS] = "embeddings",
};

const struct dialect dialects[DIALECTS] = {
	[DIALECT_OPENAI] = {
		.name = "openai",
		.ask = openai_ask,
		.forward = openai_forward,
		.reply = openai_reply,
		.event = openai_event,
		.read_error = openai_read_error,
		.error = openai_error,
		.error_event = openai_error_event,
	},
};
