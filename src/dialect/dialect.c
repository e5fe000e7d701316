/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialect.c - the table of wire formats.
 *
 * Runs in: worker.
 */
#include "dialect/dialect.h"

#include "dialect/anthropic.h"
#include "dialect/gemini.h"
#include "dialect/ollama.h"
#include "dialect/openai.h"
#include "dialect/responses.h"

const struct dialect dialects[DIALECTS] = {
	[DIALECT_OPENAI] = {
		.name = "openai",
		.id = DIALECT_OPENAI,
		.framing = FRAME_SSE,
		.endpoints = {
			[ENDPOINT_CHAT] = "chat.completions",
			[ENDPOINT_COMPLETIONS] = "completions",
			[ENDPOINT_EMBEDDINGS] = "embeddings",
			[ENDPOINT_PASS] = "passed",
		},
		.ask = openai_ask,
		.forward = openai_forward,
		.reply = openai_reply,
		.event = openai_event,
		.read_error = openai_read_error,
		.error = openai_error,
		.error_event = openai_error_event,
		.read_embed = openai_read_embed,
		.write_embed = openai_write_embed,
		.read_embed_reply = openai_read_embed_reply,
		.write_embed_reply = openai_write_embed_reply,
		.read_request = openai_read_request,
		.write_request = openai_write_request,
		.read_reply = openai_read_reply,
		.write_reply = openai_write_reply,
		.reader_new = openai_reader_new,
		.read_event = openai_read_event,
		.read_end = openai_read_end,
		.reader_free = openai_reader_free,
		.writer_new = openai_writer_new,
		.write_event = openai_write_event,
		.write_error = openai_write_error,
		.writer_free = openai_writer_free,
	},
	[DIALECT_RESPONSES] = {
		.name = "responses",
		.id = DIALECT_RESPONSES,
		.framing = FRAME_SSE_NAMED,
		.endpoints = {
			[ENDPOINT_CHAT] = "responses",
			[ENDPOINT_PASS] = "passed",
		},
		.ask = responses_ask,
		.forward = responses_forward,
		.reply = responses_reply,
		.event = responses_event,
		.read_error = openai_read_error,
		.error = openai_error,
		.error_event = responses_error_event,
		.read_request = responses_read_request,
		.write_request = responses_write_request,
		.read_reply = responses_read_reply,
		.write_reply = responses_write_reply,
		.reader_new = responses_reader_new,
		.read_event = responses_read_event,
		.read_end = responses_read_end,
		.reader_free = responses_reader_free,
		.writer_new = responses_writer_new,
		.write_event = responses_write_event,
		.write_error = responses_write_error,
		.writer_free = responses_writer_free,
	},
	[DIALECT_ANTHROPIC] = {
		.name = "anthropic",
		.id = DIALECT_ANTHROPIC,
		.framing = FRAME_SSE_NAMED,
		.endpoints = {
			[ENDPOINT_CHAT] = "messages",
			[ENDPOINT_COUNT] = "messages.count_tokens",
		},
		.ask = anthropic_ask,
		.forward = anthropic_forward,
		.reply = anthropic_reply,
		.event = anthropic_event,
		.read_error = anthropic_read_error,
		.error = anthropic_error,
		.error_event = anthropic_error_event,
		.read_request = anthropic_read_request,
		.write_request = anthropic_write_request,
		.read_reply = anthropic_read_reply,
		.write_reply = anthropic_write_reply,
		.reader_new = anthropic_reader_new,
		.read_event = anthropic_read_event,
		.read_end = anthropic_read_end,
		.reader_free = anthropic_reader_free,
		.writer_new = anthropic_writer_new,
		.write_event = anthropic_write_event,
		.write_error = anthropic_write_error,
		.writer_free = anthropic_writer_free,
		.write_count = anthropic_write_count,
		.read_count_reply = anthropic_read_count_reply,
		.write_count_reply = anthropic_write_count_reply,
	},
	[DIALECT_GEMINI] = {
		.name = "gemini",
		.id = DIALECT_GEMINI,
		.framing = FRAME_SSE,
		.ends_by_close = true,
		.endpoints = {
			[ENDPOINT_CHAT] = "generateContent",
			[ENDPOINT_EMBEDDINGS] = "batchEmbedContents",
			[ENDPOINT_EMBED_ONE] = "embedContent",
			[ENDPOINT_COUNT] = "countTokens",
		},
		.ask = gemini_ask,
		.forward = gemini_forward,
		.reply = gemini_reply,
		.event = gemini_event,
		.read_error = gemini_read_error,
		.error = gemini_error,
		.error_event = gemini_error_event,
		.read_request = gemini_read_request,
		.write_request = gemini_write_request,
		.read_reply = gemini_read_reply,
		.write_reply = gemini_write_reply,
		.reader_new = gemini_reader_new,
		.read_event = gemini_read_event,
		.read_end = gemini_read_end,
		.reader_free = gemini_reader_free,
		.writer_new = gemini_writer_new,
		.write_event = gemini_write_event,
		.write_error = gemini_write_error,
		.writer_free = gemini_writer_free,
		.read_embed = gemini_read_embed,
		.write_embed = gemini_write_embed,
		.read_embed_reply = gemini_read_embed_reply,
		.write_embed_reply = gemini_write_embed_reply,
		.write_count = gemini_write_count,
		.read_count_reply = gemini_read_count_reply,
		.write_count_reply = gemini_write_count_reply,
	},
	[DIALECT_OLLAMA] = {
		.name = "ollama",
		.id = DIALECT_OLLAMA,
		.framing = FRAME_LINES,
		.endpoints = {
			[ENDPOINT_CHAT] = "api.chat",
			[ENDPOINT_COMPLETIONS] = "api.generate",
			[ENDPOINT_EMBEDDINGS] = "api.embed",
			[ENDPOINT_EMBED_ONE] = "api.embeddings",
		},
		.ask = ollama_ask,
		.forward = ollama_forward,
		.reply = ollama_reply,
		.event = ollama_event,
		.read_error = ollama_read_error,
		.error = ollama_error,
		.error_event = ollama_error_event,
		.read_request = ollama_read_request,
		.write_request = ollama_write_request,
		.read_reply = ollama_read_reply,
		.write_reply = ollama_write_reply,
		.reader_new = ollama_reader_new,
		.read_event = ollama_read_event,
		.read_end = ollama_read_end,
		.reader_free = ollama_reader_free,
		.writer_new = ollama_writer_new,
		.write_event = ollama_write_event,
		.write_error = ollama_write_error,
		.writer_free = ollama_writer_free,
		.read_embed = ollama_read_embed,
		.write_embed = ollama_write_embed,
		.read_embed_reply = ollama_read_embed_reply,
		.write_embed_reply = ollama_write_embed_reply,
	},
};

int
complain(struct complaint *why, enum fault fault, struct str param, struct str message)
{
	why->fault = fault;
	why->param = param;
	why->message = message;
	return -1;
}

void
writer_put(struct chat_writer *w, struct str name, struct str payload)
{
	frame_write(w->out, w->voice->framing, !w->begun, name, payload);
	w->begun = true;
}
