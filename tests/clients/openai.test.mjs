// SPDX-License-Identifier: Apache-2.0
// The official OpenAI SDK, current and previous major, through weir.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import Current from "openai-current";
import Previous from "openai-previous";
import { startVendor } from "./vendor.mjs";
import { startWeir } from "./weir.mjs";

let vendor, weir;
before(async () => { vendor = await startVendor(); weir = await startWeir(vendor.port); });
after(async () => { await weir.stop(); vendor.server.closeAllConnections(); vendor.server.close(); });

const messages = [{ role: "user", content: "count" }];
const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }];

for (const [name, OpenAI] of [["current", Current], ["previous", Previous]]) {
  describe(`openai ${name}`, () => {
    const client = (o = {}) => new OpenAI({ baseURL: weir.url, apiKey: weir.key, maxRetries: 0, ...o });
    const failure = async (p) => { try { await p; } catch (e) { return e; } assert.fail("it should have failed"); };

    test("a whole answer with its usage and request id", async () => {
      const { data, response } = await client().chat.completions.create({ model: "m", messages }).withResponse();
      assert.equal(data.choices[0].message.content, "one two three");
      assert.equal(data.usage.total_tokens, 10);
      assert.match(response.headers.get("x-request-id"), /^req_/);
    });
    test("a stream, and no usage chunk that was not asked for", async () => {
      let text = "", usages = 0;
      for await (const c of await client().chat.completions.create({ model: "m", messages, stream: true })) {
        text += c.choices[0]?.delta?.content ?? "";
        usages += c.usage ? 1 : 0;
      }
      assert.equal(text, "one two three");
      assert.equal(usages, 0);
    });
    test("a stream with the usage chunk that was asked for", async () => {
      let last;
      for await (const c of await client().chat.completions.create({ model: "m", messages, stream: true, stream_options: { include_usage: true } })) last = c;
      assert.equal(last.usage.completion_tokens, 3);
    });
    test("the stream helper accumulates", async () => {
      const s = client().chat.completions.stream({ model: "m", messages });
      assert.equal((await s.finalMessage()).content, "one two three");
    });
    test("tools, whole", async () => {
      const r = await client().chat.completions.create({ model: "m", messages, tools });
      assert.deepEqual(JSON.parse(r.choices[0].message.tool_calls[0].function.arguments), { city: "Oslo" });
    });
    test("tools, streamed", async () => {
      const s = client().chat.completions.stream({ model: "m", messages, tools });
      const call = (await s.finalMessage()).tool_calls[0];
      assert.equal(call.function.arguments, "{\"city\":\"Oslo\"}");
    });
    test("structured output", async () => {
      const r = await client().chat.completions.create({ model: "m", messages, response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "object" } } } });
      assert.deepEqual(JSON.parse(r.choices[0].message.content), { n: 3 });
    });
    test("images and unknown fields arrive as they were sent", async () => {
      const content = [{ type: "text", text: "what" }, { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }];
      await client().chat.completions.create({ model: "m", messages: [{ role: "user", content }], x_custom: { a: [1] } });
      const seen = vendor.log.requests.at(-1);
      assert.deepEqual(seen.body.messages[0].content, content);
      assert.deepEqual(seen.body.x_custom, { a: [1] });
    });
    test("the caller's agent goes upstream, its key and its other headers do not", async () => {
      await client().chat.completions.create({ model: "m", messages });
      const { headers } = vendor.log.requests.at(-1);
      assert.match(headers["user-agent"], /^OpenAI\/JS/);
      assert.equal(headers.authorization, undefined);
      assert.deepEqual(Object.keys(headers).filter((h) => h.startsWith("x-stainless")), []);
    });
    test("legacy completions", async () => {
      assert.equal((await client().completions.create({ model: "m", prompt: "p" })).choices[0].text, "done");
    });
    test("embeddings", async () => {
      const r = await client().embeddings.create({ model: "m", input: "x" });
      assert.deepEqual([...r.data[0].embedding], [0.5, -1]);
    });
    test("models can be listed and asked for", async () => {
      assert.equal((await client().models.list()).object, "list");
      assert.equal((await failure(client().models.retrieve("a/b:c"))).status, 404);
    });
    test("a vendor's 400 keeps its words", async () => {
      const e = await failure(client().chat.completions.create({ model: "bad-400", messages }));
      assert.ok(e instanceof OpenAI.BadRequestError);
      assert.equal(e.code, "bad_thing");
      assert.match(e.message, /this is bad/);
    });
    test("a wrong key is an authentication error", async () => {
      const e = await failure(client({ apiKey: "lr-wrong" }).chat.completions.create({ model: "m", messages }));
      assert.ok(e instanceof OpenAI.AuthenticationError);
      assert.equal(e.code, "invalid_api_key");
    });
    test("a missing model is a 404 and a bad body a 400", async () => {
      assert.equal((await failure(client().chat.completions.create({ messages }))).status, 400);
      assert.equal((await failure(client().chat.completions.create({ model: "m", messages: [] }))).status, 400);
    });
    test("a vendor's 429 and 503 keep their class", async () => {
      assert.ok(await failure(client().chat.completions.create({ model: "limited", messages })) instanceof OpenAI.RateLimitError);
      assert.equal((await failure(client().chat.completions.create({ model: "down", messages }))).status, 503);
    });
    test("a stream that dies, ends early or fails in band is an error", async () => {
      for (const model of ["dies", "ends-early", "in-band"]) {
        const e = await failure((async () => {
          for await (const c of await client().chat.completions.create({ model, messages, stream: true })) void c;
        })());
        assert.ok(e instanceof Error, model);
      }
    });
    test("an aborted stream is cancelled upstream", async () => {
      vendor.log.cancelled = false;
      const s = await client().chat.completions.create({ model: "endless", messages, stream: true });
      for await (const c of s) { if (c.choices[0]?.delta?.content) break; }
      s.controller.abort();
      for (let i = 0; i < 100 && !vendor.log.cancelled; i++) await new Promise((r) => setTimeout(r, 20));
      assert.ok(vendor.log.cancelled);
    });
  });
}

test("a used-up limit is a rate limit error that tells when", async () => {
  const c = new Current({ baseURL: weir.url, apiKey: weir.limited, maxRetries: 0 });
  await c.chat.completions.create({ model: "m", messages });
  await assert.rejects(c.chat.completions.create({ model: "m", messages }), (e) => e.status === 429 && e.code === "rate_limit_exceeded");
});
