// SPDX-License-Identifier: Apache-2.0
// Starts weir in a temporary directory before one vendor; stops it.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const bin = process.env.WEIR_BIN;

const freePort = () => new Promise((r) => {
  const s = net.createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => r(port)); });
});

function run(args, input) {
  const p = spawnSync(path.join(bin, "weirctl"), args, { input, encoding: "utf8" });
  if (p.status !== 0) throw new Error(`weirctl ${args.join(" ")}: ${p.stderr}${p.stdout}`);
  return p.stdout;
}

// One provider that speaks OpenAI, or one of each dialect with the models DIALECT.*.
const kinds = { openai: ["openai", "/v1"], responses: ["responses", "/v1"], anthropic: ["anthropic", ""], gemini: ["gemini", "/v1beta"], ollama: ["ollama", ""] };
function records(port, dialects) {
  const provider = (name, kind, end) => `{ name = "${name}"; kind = "${kind}"; base_url = "http://127.0.0.1:${port}${end}"; allow_private = true; ${dialects ? `dialects = [ "${name}" ];` : ""} }`;
  const channel = (name, models, keys) => `{ name = "c-${name}"; provider = "${name}"; models = [ "${models}" ]; ${keys} }`;
  const all = dialects ? dialects.map((d) => [provider(d, ...kinds[d]), channel(d, `${d}.*`, `keys = [ "sk-${d}-0123456789" ];`)])
    : [[provider("vendor", "generic", "/v1"), channel("vendor", "*", "")]];
  return `providers = ( ${all.map((r) => r[0]).join(",\n")} );\nchannels = ( ${all.map((r) => r[1]).join(",\n")} );\n`;
}

export async function startWeir(vendorPort, dialects) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "weir-clients-"));
  const port = await freePort();
  const conf = path.join(dir, "weir.conf");
  fs.writeFileSync(conf, `version = 1;
workers = 1;
listen = "127.0.0.1:${port}";
admin = { listen = ""; };
data_dir = "${dir}/data";
run_dir = "${dir}/run";
health = { interval = "0"; }; discovery = { interval = "0"; };
${records(vendorPort, dialects)}`);
  const base = ["-c", conf];
  run([...base, "init"]);
  const key = JSON.parse(run([...base, "--json", "key", "add", "test"])).records[0].secret;
  const limited = JSON.parse(run([...base, "--json", "key", "add", "limited", "limits=1 requests / 1h"])).records[0].secret;
  const daemon = spawn(path.join(bin, "weir"), ["-f", "-c", conf], { stdio: ["ignore", "inherit", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    try { if ((await fetch(`${url}/ready`)).ok) break; } catch { /* not yet */ }
    if (i > 200) throw new Error("weir did not become ready");
    await new Promise((r) => setTimeout(r, 50));
  }
  const stop = () => new Promise((r) => {
    daemon.on("exit", () => { fs.rmSync(dir, { recursive: true, force: true }); r(); });
    daemon.kill("SIGTERM");
  });
  return { root: url, url: `${url}/v1`, key, limited, stop };
}
