// SPDX-License-Identifier: Apache-2.0
// The official SDKs, each as the same few questions: a whole answer, a stream, with tools, pictures, a schema.
//
// ask(o) answers { text, calls, usage, again } or throws; again is what the next turn gives back with the tool's result.
import AnthropicCurrent from "anthropic-current";
import AnthropicPrevious from "anthropic-previous";
import * as aiCurrent from "ai-current";
import * as aiPrevious from "ai-previous";
import * as aiAnthropicCurrent from "ai-anthropic-current";
import * as aiAnthropicPrevious from "ai-anthropic-previous";
import * as aiCompatibleCurrent from "ai-compatible-current";
import * as aiCompatiblePrevious from "ai-compatible-previous";
import * as aiGoogleCurrent from "ai-google-current";
import * as aiGooglePrevious from "ai-google-previous";
import * as aiOpenAICurrent from "ai-openai-current";
import * as aiOpenAIPrevious from "ai-openai-previous";
import * as genaiCurrent from "genai-current";
import * as genaiPrevious from "genai-previous";
import { Ollama } from "ollama";
import OpenAICurrent from "openai-current";
import OpenAIPrevious from "openai-previous";

globalThis.AI_SDK_LOG_WARNINGS = false;
process.removeAllListeners("warning");

export const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"], additionalProperties: false };
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };
const question = "count as JSON";

// ------------------------------------------------------------------ openai, chat

const chatBody = (o) => ({
  model: o.model,
  messages: [
    { role: "user", content: o.picture ? [{ type: "text", text: question }, { type: "image_url", image_url: { url: `data:image/png;base64,${picture}` } }] : question },
    ...(o.again ?? []),
  ],
  ...(o.tools && { tools: [{ type: "function", function: { name: "weather", description: "tells it", parameters } }] }),
  ...(o.schema && { response_format: { type: "json_schema", json_schema: { name: "x", schema, strict: true } } }),
});
const chatAnswer = (message, usage) => ({
  text: message.content ?? "",
  calls: (message.tool_calls ?? []).map((c) => ({ name: c.function.name, args: JSON.parse(c.function.arguments) })),
  usage: usage && { input: usage.prompt_tokens, output: usage.completion_tokens },
  again: [message, ...(message.tool_calls ?? []).map((c) => ({ role: "tool", tool_call_id: c.id, content: "rain" }))],
});
const openai = (SDK, o) => new SDK({ baseURL: `${o.url}/v1`, apiKey: o.key, maxRetries: 0, timeout: 20000 });

async function chatIterator(SDK, o) {
  const stream = await openai(SDK, o).chat.completions.create({ ...chatBody(o), stream: true, stream_options: { include_usage: true } }, { signal: o.signal });
  const m = { role: "assistant", content: "" };
  let usage;
  for await (const c of stream) {
    usage = c.usage ?? usage;
    const d = c.choices[0]?.delta ?? {};
    m.content += d.content ?? "";
    for (const t of d.tool_calls ?? []) {
      m.tool_calls ??= [];
      m.tool_calls[t.index] ??= { id: t.id, type: "function", function: { name: t.function.name, arguments: "" } };
      m.tool_calls[t.index].function.arguments += t.function.arguments ?? "";
    }
    if (d.content) o.seen?.();
  }
  return chatAnswer(m, usage);
}

async function chatHelper(SDK, o) {
  const s = openai(SDK, o).chat.completions.stream({ ...chatBody(o), stream_options: { include_usage: true } }, { signal: o.signal });
  s.on("content", () => o.seen?.());
  const all = await s.finalChatCompletion();
  return chatAnswer(all.choices[0].message, all.usage);
}

async function chatWhole(SDK, o) {
  const r = await openai(SDK, o).chat.completions.create(chatBody(o));
  return chatAnswer(r.choices[0].message, r.usage);
}

// ------------------------------------------------------------------ openai, responses

const responsesBody = (o) => ({
  model: o.model, store: false,
  input: [
    { role: "user", content: o.picture ? [{ type: "input_text", text: question }, { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${picture}` }] : question },
    ...(o.again ?? []),
  ],
  ...(o.tools && { tools: [{ type: "function", name: "weather", description: "tells it", parameters, strict: true }] }),
  ...(o.schema && { text: { format: { type: "json_schema", name: "x", schema, strict: true } } }),
});
const responsesAnswer = (r) => {
  const calls = r.output.filter((i) => i.type === "function_call");
  return {
    text: r.output_text ?? r.output.flatMap((i) => (i.type === "message" ? i.content : [])).map((p) => p.text ?? "").join(""),
    calls: calls.map((c) => ({ name: c.name, args: JSON.parse(c.arguments) })),
    usage: r.usage && { input: r.usage.input_tokens, output: r.usage.output_tokens },
    again: [...r.output, ...calls.map((c) => ({ type: "function_call_output", call_id: c.call_id, output: "rain" }))],
  };
};
const responsesWhole = async (SDK, o) => responsesAnswer(await openai(SDK, o).responses.create(responsesBody(o)));

async function responsesIterator(SDK, o) {
  let text = "", last;
  for await (const e of await openai(SDK, o).responses.create({ ...responsesBody(o), stream: true }, { signal: o.signal })) {
    if (e.type === "response.output_text.delta") { text += e.delta; o.seen?.(); }
    if (e.type === "response.failed") throw new Error(e.response.error?.message);
    if (e.type === "error") throw new Error(e.message);
    if (e.type === "response.completed") last = e.response;
  }
  if (!last) throw new Error("no response.completed");
  const a = responsesAnswer(last);
  if (a.text !== text) throw new Error(`deltas ${JSON.stringify(text)}, completed ${JSON.stringify(a.text)}`);
  return a;
}

async function responsesHelper(SDK, o) {
  const s = openai(SDK, o).responses.stream(responsesBody(o), { signal: o.signal });
  s.on("response.output_text.delta", () => o.seen?.());
  return responsesAnswer(await s.finalResponse());
}

// ------------------------------------------------------------------ anthropic

const messagesBody = (o) => ({
  model: o.model, max_tokens: 1000,
  messages: [
    { role: "user", content: o.picture ? [{ type: "text", text: question }, { type: "image", source: { type: "base64", media_type: "image/png", data: picture } }] : question },
    ...(o.again ?? []),
  ],
  ...(o.tools && { tools: [{ name: "weather", description: "tells it", input_schema: parameters }] }),
  ...(o.schema && { output_config: { format: { type: "json_schema", schema } } }),
});
const messagesAnswer = (m) => {
  const calls = m.content.filter((b) => b.type === "tool_use");
  return {
    text: m.content.map((b) => (b.type === "text" ? b.text : "")).join(""),
    calls: calls.map((b) => ({ name: b.name, args: b.input })),
    usage: { input: m.usage.input_tokens, output: m.usage.output_tokens },
    again: [{ role: "assistant", content: m.content }, { role: "user", content: calls.map((b) => ({ type: "tool_result", tool_use_id: b.id, content: "rain" })) }],
  };
};
const anthropic = (SDK, o) => new SDK({ baseURL: o.url, apiKey: o.key, maxRetries: 0, timeout: 20000 });
const messagesWhole = async (SDK, o) => messagesAnswer(await anthropic(SDK, o).messages.create(messagesBody(o)));

async function messagesIterator(SDK, o) {
  let m;
  for await (const e of await anthropic(SDK, o).messages.create({ ...messagesBody(o), stream: true }, { signal: o.signal })) {
    if (e.type === "message_start") m = { ...e.message, content: [] };
    if (e.type === "content_block_start") m.content[e.index] = { ...e.content_block, ...(e.content_block.type === "tool_use" && { input: "" }) };
    if (e.type === "content_block_delta") {
      const b = m.content[e.index], d = e.delta;
      if (d.type === "text_delta") { b.text += d.text; o.seen?.(); }
      if (d.type === "thinking_delta") b.thinking += d.thinking;
      if (d.type === "signature_delta") b.signature = d.signature;
      if (d.type === "input_json_delta") b.input += d.partial_json;
    }
    if (e.type === "content_block_stop" && m.content[e.index].type === "tool_use") m.content[e.index].input = JSON.parse(m.content[e.index].input || "{}");
    if (e.type === "message_delta") Object.assign(m.usage, Object.fromEntries(Object.entries(e.usage).filter(([, v]) => v !== null)));
  }
  return messagesAnswer(m);
}

async function messagesHelper(SDK, o) {
  const s = anthropic(SDK, o).messages.stream(messagesBody(o), { signal: o.signal });
  s.on("text", () => o.seen?.());
  return messagesAnswer(await s.finalMessage());
}

// ------------------------------------------------------------------ genai

const genaiAsk = (o) => ({
  model: o.model,
  contents: [{ role: "user", parts: [{ text: question }, ...(o.picture ? [{ inlineData: { mimeType: "image/png", data: picture } }] : [])] }, ...(o.again ?? [])],
  config: {
    abortSignal: o.signal,
    ...(o.tools && { tools: [{ functionDeclarations: [{ name: "weather", description: "tells it", parametersJsonSchema: parameters }] }] }),
    ...(o.schema && { responseMimeType: "application/json", responseJsonSchema: schema }),
  },
});
const genaiAnswer = (parts, usage) => {
  const calls = parts.filter((p) => p.functionCall).map((p) => p.functionCall);
  return {
    text: parts.map((p) => (p.thought ? "" : p.text ?? "")).join(""),
    calls: calls.map((c) => ({ name: c.name, args: c.args })),
    usage: usage && { input: usage.promptTokenCount, output: usage.candidatesTokenCount },
    again: [{ role: "model", parts }, { role: "user", parts: calls.map((c) => ({ functionResponse: { ...(c.id && { id: c.id }), name: c.name, response: { output: "rain" } } })) }],
  };
};
const genai = (SDK, o) => new SDK.GoogleGenAI({ apiKey: o.key, httpOptions: { baseUrl: o.url } });

async function genaiWhole(SDK, o) {
  const r = await genai(SDK, o).models.generateContent(genaiAsk(o));
  return genaiAnswer(r.candidates[0].content.parts, r.usageMetadata);
}

async function genaiStream(SDK, o) {
  const parts = [];
  let usage, reason;
  for await (const c of await genai(SDK, o).models.generateContentStream(genaiAsk(o))) {
    usage = c.usageMetadata ?? usage;
    reason = c.candidates?.[0]?.finishReason ?? reason;
    for (const p of c.candidates?.[0]?.content?.parts ?? []) { parts.push(p); if (p.text) o.seen?.(); }
  }
  if (!reason) throw new Error("no finishReason");
  return genaiAnswer(parts, usage);
}

// ------------------------------------------------------------------ ollama

const ollamaBody = (o) => ({
  model: o.model,
  messages: [{ role: "user", content: question, ...(o.picture && { images: [picture] }) }, ...(o.again ?? [])],
  ...(o.tools && { tools: [{ type: "function", function: { name: "weather", description: "tells it", parameters } }] }),
  ...(o.schema && { format: schema }),
});
const ollamaAnswer = (m, last) => ({
  text: m.content,
  calls: (m.tool_calls ?? []).map((c) => ({ name: c.function.name, args: c.function.arguments })),
  usage: { input: last.prompt_eval_count, output: last.eval_count },
  again: [m, ...(m.tool_calls ?? []).map((c) => ({ role: "tool", tool_name: c.function.name, content: "rain" }))],
});
const ollama = (o) => new Ollama({ host: o.url, headers: { authorization: `Bearer ${o.key}` } });

async function ollamaWhole(_, o) {
  const r = await ollama(o).chat(ollamaBody(o));
  return ollamaAnswer(r.message, r);
}

async function ollamaStream(_, o) {
  const m = { role: "assistant", content: "" };
  const stream = await ollama(o).chat({ ...ollamaBody(o), stream: true });
  o.signal?.addEventListener("abort", () => stream.abort());
  let last;
  for await (const line of stream) {
    m.content += line.message.content;
    if (line.message.thinking) m.thinking = (m.thinking ?? "") + line.message.thinking;
    if (line.message.tool_calls) m.tool_calls = [...(m.tool_calls ?? []), ...line.message.tool_calls];
    if (line.message.content) o.seen?.();
    if (line.done) last = line;
  }
  if (!last) throw new Error("no line is done");
  return ollamaAnswer(m, last);
}

// ------------------------------------------------------------------ AI SDK: the tool is run by itself, in a second step

const aiAsk = (sdk, o) => ({
  model: o.provider, maxRetries: 0, abortSignal: o.signal,
  messages: [{ role: "user", content: o.picture ? [{ type: "text", text: question }, { type: "image", image: picture, mediaType: "image/png" }] : question }],
  ...(o.tools && {
    tools: { weather: sdk.tool({ description: "tells it", inputSchema: sdk.jsonSchema(parameters), execute: async () => "rain" }) },
    stopWhen: sdk.stepCountIs ? sdk.stepCountIs(3) : sdk.isStepCount(3),
  }),
  ...(o.schema && { output: sdk.Output.object({ schema: sdk.jsonSchema(schema) }) }),
});
const aiAnswer = (text, steps, usage) => ({
  text,
  calls: steps.flatMap((s) => s.toolCalls).map((c) => ({ name: c.toolName, args: c.input })),
  usage: { input: usage.inputTokens, output: usage.outputTokens },
  ran: steps.length > 1,
});

async function aiWhole(sdk, o) {
  const r = await sdk.generateText(aiAsk(sdk, o));
  return aiAnswer(r.text, r.steps, r.usage);
}

async function aiStream(sdk, o) {
  let failure;
  const r = sdk.streamText({ ...aiAsk(sdk, o), onError: ({ error }) => { failure ??= error; } });
  for await (const p of r.fullStream) {
    if (p.type === "error") failure ??= p.error;
    if (p.type === "text-delta") o.seen?.();
  }
  if (failure) throw failure;
  const reason = await r.finishReason;
  if (!["stop", "tool-calls", "length"].includes(reason)) throw new Error(`finish reason ${reason}`);
  return aiAnswer(await r.text, await r.steps, await r.usage);
}

const ai = (sdk, provider) => ({
  whole: (o) => aiWhole(sdk, { ...o, provider: provider(o) }),
  stream: (o) => aiStream(sdk, { ...o, provider: provider(o) }),
  runsTools: true,
});

// ------------------------------------------------------------------ all of them

const pair = (name, versions, whole, stream, more = {}) => Object.entries(versions).map(([which, SDK]) => ({
  name: `${name} ${which}`, whole: (o) => whole(SDK, o), stream: (o) => stream(SDK, o), ...more,
}));
const openais = { current: OpenAICurrent, previous: OpenAIPrevious };
const anthropics = { current: AnthropicCurrent, previous: AnthropicPrevious };
const ais = [["current", aiCurrent, aiOpenAICurrent, aiAnthropicCurrent, aiGoogleCurrent, aiCompatibleCurrent],
  ["previous", aiPrevious, aiOpenAIPrevious, aiAnthropicPrevious, aiGooglePrevious, aiCompatiblePrevious]];

export const consumers = [
  ...pair("openai iterator", openais, chatWhole, chatIterator),
  ...pair("openai .stream()", openais, chatWhole, chatHelper),
  ...pair("responses iterator", openais, responsesWhole, responsesIterator),
  ...pair("responses .stream()", openais, responsesWhole, responsesHelper),
  ...pair("anthropic iterator", anthropics, messagesWhole, messagesIterator),
  ...pair("anthropic .stream()", anthropics, messagesWhole, messagesHelper),
  ...pair("genai", { current: genaiCurrent, previous: genaiPrevious }, genaiWhole, genaiStream),
  { name: "ollama", whole: (o) => ollamaWhole(null, o), stream: (o) => ollamaStream(null, o) },
  ...ais.flatMap(([which, sdk, oa, an, go, co]) => [
    { name: `ai openai ${which}`, ...ai(sdk, (o) => oa.createOpenAI({ baseURL: `${o.url}/v1`, apiKey: o.key })(o.model)) },
    { name: `ai openai.chat ${which}`, ...ai(sdk, (o) => oa.createOpenAI({ baseURL: `${o.url}/v1`, apiKey: o.key }).chat(o.model)) },
    { name: `ai anthropic ${which}`, ...ai(sdk, (o) => an.createAnthropic({ baseURL: `${o.url}/v1`, apiKey: o.key })(o.model)) },
    { name: `ai google ${which}`, ...ai(sdk, (o) => go.createGoogleGenerativeAI({ baseURL: `${o.url}/v1beta`, apiKey: o.key })(o.model)) },
    { name: `ai compatible ${which}`, ...ai(sdk, (o) => co.createOpenAICompatible({ name: "weir", baseURL: `${o.url}/v1`, apiKey: o.key, supportsStructuredOutputs: true, includeUsage: true })(o.model)) },
  ]),
];
