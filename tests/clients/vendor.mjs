// SPDX-License-Identifier: Apache-2.0
// A vendor that speaks OpenAI; the model's name says how it behaves.
import http from "node:http";

const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const chunk = (delta, finish = null) => ({
  id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const words = ["one ", "two ", "three"];

const error = (res, status, type, code, message, headers = {}) => {
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify({ error: { message, type, param: null, code } }));
};

const whole = (body) => ({
  id: "chatcmpl-1", object: "chat.completion", created: 1, model: body.model, usage,
  choices: [{
    index: 0, finish_reason: body.tools ? "tool_calls" : "stop",
    message: body.tools
      ? { role: "assistant", content: null, tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: "{\"city\":\"Oslo\"}" } }] }
      : { role: "assistant", content: body.response_format ? "{\"n\":3}" : words.join("") },
  }],
});

async function stream(res, body, log) {
  res.writeHead(200, { "content-type": "text/event-stream" });
  const closed = new Promise((r) => { res.on("close", r); });
  const send = (o) => res.write(`data: ${typeof o === "string" ? o : JSON.stringify(o)}\n\n`);
  if (body.tools) {
    send(chunk({ role: "assistant", content: null, tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: "" } }] }));
    for (const part of ["{\"ci", "ty\":\"Os", "lo\"}"]) send(chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] }));
    send(chunk({}, "tool_calls"));
  } else {
    send(chunk({ role: "assistant", content: "" }));
    for (const w of words) {
      send(chunk({ content: w }));
      await new Promise((r) => setTimeout(r, 5));
      if (body.model === "dies") return res.destroy();
      if (body.model === "ends-early") return res.end();
      if (body.model === "in-band") { send({ error: { message: "overloaded", type: "server_error", code: "x" } }); return res.end(); }
      if (body.model === "endless") {
        await closed;
        log.cancelled = true;
        return;
      }
    }
    send(chunk({}, "stop"));
  }
  if (body.stream_options?.include_usage) send({ ...chunk({}), choices: [], usage });
  send("[DONE]");
  res.end();
}

function answer(req, res, body, log) {
  log.requests.push({ path: req.url, headers: req.headers, body });
  switch (body.model) {
  case "bad-400": return error(res, 400, "invalid_request_error", "bad_thing", "this is bad");
  case "limited": return error(res, 429, "rate_limit_error", "rate_limit_exceeded", "slow down", { "retry-after": "1" });
  case "down": return error(res, 503, "server_error", "overloaded", "no capacity");
  }
  if (req.url.endsWith("/embeddings")) {
    res.writeHead(200, { "content-type": "application/json" });
    const v = Buffer.from(new Float32Array([0.5, -1]).buffer).toString("base64");
    return res.end(JSON.stringify({ object: "list", model: body.model, data: [{ object: "embedding", index: 0, embedding: body.encoding_format === "base64" ? v : [0.5, -1] }], usage: { prompt_tokens: 2, total_tokens: 2 } }));
  }
  if (req.url.endsWith("/completions") && !req.url.endsWith("/chat/completions")) {
    res.writeHead(200, { "content-type": "application/json" });
    return res.end(JSON.stringify({ id: "cmpl-1", object: "text_completion", created: 1, model: body.model, choices: [{ text: "done", index: 0, logprobs: null, finish_reason: "stop" }], usage }));
  }
  if (body.stream) return stream(res, body, log);
  res.writeHead(200, { "content-type": "application/json" });
  res.end(JSON.stringify(whole(body)));
}

export function startVendor() {
  const log = { requests: [], cancelled: false };
  const server = http.createServer((req, res) => {
    let text = "";
    req.on("data", (d) => { text += d; });
    req.on("end", () => answer(req, res, text ? JSON.parse(text) : {}, log));
  });
  return new Promise((r) => server.listen(0, "127.0.0.1", () => r({ port: server.address().port, log, server })));
}
