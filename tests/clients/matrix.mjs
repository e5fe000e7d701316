// SPDX-License-Identifier: Apache-2.0
// Every SDK before every upstream dialect: what they say in one they hear in another, and no truncated stream passes.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { consumers, picture } from "./consumers.mjs";
import { startWeir } from "./weir.mjs";

const upstreams = ["openai", "responses", "anthropic", "gemini", "ollama"];
const complete = ["normal", "crlf", "no-space", "comments", "comment-inside", "bom", "bytewise", "huge", "slow", "empty-data", "extra-done",
  "no-blank-line", "wrong-type", "pings"];
const truncated = ["cut", "reset", "clean-in-text", "clean-without-end", "in-band-error"];
const shapeText = "Grüße, 世界! Every byte of this text 🙂 is to arrive as it was sent.";
const only = process.env.WEIR_CONSUMER ?? "";

let vendor, port, weir, number = 0;
const start = () => before(async () => {
  vendor = spawn("python3", [path.join(process.env.WEIR_TESTS, "replay/vendor")], { stdio: ["pipe", "pipe", "inherit"] });
  port = await new Promise((r) => vendor.stdout.once("data", (d) => r(Number(d))));
  weir = await startWeir(port, upstreams);
});
const end = () => after(async () => { await weir.stop(); vendor.stdin.end(); });

// What fails must not cool the channel for others: each model is asked once.
const ask = (upstream, behaviour, o = {}) => ({ url: weir.root, key: weir.key, model: `${upstream}.${behaviour}.${++number}`, ...o });
const tell = async (what, model) => (await fetch(`http://127.0.0.1:${port}/${what}/${model}`)).json();
const failure = async (p) => { try { await p; } catch (e) { return e; } return assert.fail("it should have failed"); };
const status = (e) => e.status ?? e.statusCode ?? e.status_code ?? e.code;

async function tools(consumer, form, upstream) {
  const o = ask(upstream, "usual", { tools: true });
  const a = await consumer[form](o);
  assert.deepEqual(a.calls, [{ name: "weather", args: { city: "Oslo" } }]);
  if (consumer.runsTools) assert.ok(a.ran);
  const b = consumer.runsTools ? a : await consumer[form]({ ...o, again: a.again });
  assert.equal(b.text, "one two three");
  const seen = await tell("seen", o.model);
  assert.equal(seen.length, 2);
  assert.match(JSON.stringify(seen[1].body), /rain/);
}

async function abort(consumer, upstream) {
  const cancel = new AbortController(), o = ask(upstream, "endless", { signal: cancel.signal, seen: () => cancel.abort() });
  await consumer.stream(o).catch(() => {});
  assert.ok(cancel.signal.aborted, "no text came");
  const end = Date.now() + 20000;
  while (!(await tell("gone", o.model))) {
    assert.ok(Date.now() < end, "the upstream was not told");
    await new Promise((r) => setTimeout(r, 20));
  }
}

// The consumers whose name `belongs`.
export function matrix(belongs) {
  start();
  end();
  for (const consumer of consumers.filter((c) => belongs(c.name) && c.name.includes(only))) {
    describe(consumer.name, { concurrency: 8 }, () => {
      test("a wrong key is an authentication error", async () => {
        assert.equal(status(await failure(consumer.whole({ ...ask("openai", "usual"), key: "lr-wrong" }))), 401);
      });
      for (const upstream of upstreams) {
        const name = (what) => `${upstream}: ${what}`;
        for (const form of ["whole", "stream"]) {
          test(name(`a ${form} answer with its usage`), async () => {
            const a = await consumer[form](ask(upstream, "usual"));
            assert.equal(a.text, "one two three");
            assert.deepEqual(a.usage, { input: 20, output: 7 });
          });
          test(name(`thoughts do not mix with the text of a ${form} answer`), async () => {
            assert.equal((await consumer[form](ask(upstream, "thinks"))).text, "one two three");
          });
          test(name(`a tool is called and answered, ${form}`), () => tools(consumer, form, upstream));
          test(name(`structured output, ${form}`), async () => {
            assert.deepEqual(JSON.parse((await consumer[form](ask(upstream, "usual", { schema: true }))).text), { n: 3 });
          });
          for (const [behaviour, is] of [["bad-400", [400]], ["limited", [429]], ["down", [503, 529]]]) {
            test(name(`${behaviour}, ${form}`), async () => {
              const e = await failure(consumer[form](ask(upstream, behaviour)));
              assert.ok(is.includes(status(e)), `${status(e)}: ${e.message}`);
            });
          }
        }
        test(name("a picture arrives as it was sent"), async () => {
          const o = ask(upstream, "usual", { picture: true });
          await consumer.whole(o);
          assert.ok(JSON.stringify((await tell("seen", o.model))[0].body).includes(picture));
        });
        test(name("an aborted stream is cancelled upstream"), () => abort(consumer, upstream));
        for (const shape of complete) {
          test(name(`a stream that is ${shape}`), async () => {
            assert.equal((await consumer.stream(ask(upstream, `shape-${shape}`))).text, shape === "huge" ? "x".repeat(1 << 20) : shapeText);
          });
        }
        for (const shape of truncated) {
          test(name(`a truncated stream: ${shape}`), async () => {
            await failure(consumer.stream(ask(upstream, `shape-${shape}`)));
          });
        }
      }
    });
  }
}
