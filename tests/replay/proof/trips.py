# SPDX-License-Identifier: Apache-2.0
"""Conversations of two turns: what the vendor signed comes back to it byte for byte, whoever the client is."""
import json
import re

from . import rules, schema, vendors
from .asked import SCHEMA_KNOWN
from .corpus import DIALECTS
from .rig import Rig
from .score import Score
from .wire import in_parallel, json_values, sse_events

SIGNATURE = "EqQFCqEFARFNMg/n1ZU9kj5ykZOXQwk1pXyQ5oBBXotOfGYhGEj1y41sfBXZLyM3+6YN5xmpBDXk811DJAzSiqmFj6+fTwz7IRSOZ7ah5fPwxoInNyBBtuFj" * 9
SIGNATURE += "aQk/ECB0rVo="
SEAL = "gAAAAABo+/" + "Zm9v" * 300 + "=="
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CALLS = [("weather", {"city": "Oslo"}, "rain"), ("weather", {"city": "Bergen"}, "more rain")]

# name -> upstream -> reply
REPLIES = {
    "a signed thought before a call": {
        "anthropic": [("think", "Let me see. I ask.", SIGNATURE), ("call", "toolu_01A", *CALLS[0][:2])],
        "responses": [("think", "Let me see. I ask.", SIGNATURE), ("call", "call_01A", *CALLS[0][:2])],
        "gemini": [("think", "Let me see. I ask.", SIGNATURE), ("call", "", *CALLS[0][:2])],
    },
    "a signed thought, a text, two calls": {
        "anthropic": [("think", "Let me see. I ask.", SIGNATURE), ("text", "I look."), ("call", "toolu_01A", *CALLS[0][:2]),
                      ("call", "toolu_01B", *CALLS[1][:2])],
        "responses": [("think", "Let me see. I ask.", SIGNATURE), ("text", "I look."), ("call", "call_01A", *CALLS[0][:2]),
                      ("call", "call_01B", *CALLS[1][:2])],
        "gemini": [("text", "I look."), ("think", "", SIGNATURE), ("call", "id-1", *CALLS[0][:2]), ("call", "id-2", *CALLS[1][:2])],
    },
    "a seal instead of a thought": {
        "anthropic": [("seal", SEAL), ("call", "toolu_01A", *CALLS[0][:2])],
        "responses": [("think", "", SEAL), ("call", "call_01A", *CALLS[0][:2])],
        "gemini": [("think", "", SEAL.replace("/", "_").replace("+", "-")), ("call", "", *CALLS[0][:2])],
    },
    "two thoughts": {
        "anthropic": [("think", "First.", SIGNATURE), ("seal", SEAL), ("call", "toolu_01A", *CALLS[0][:2])],
        "responses": [("think", "First.", SIGNATURE), ("call", "call_01A", *CALLS[0][:2]), ("think", "Second.", SEAL),
                      ("call", "call_01B", *CALLS[1][:2])],
        "gemini": [("think", "", SIGNATURE), ("call", "", *CALLS[0][:2]), ("think", "", "c2Vjb25k"), ("call", "", *CALLS[1][:2])],
    },
}


# ------------------------------------------------------------------ clients as they are

class OpenAI:
    name = "openai"

    def first(self):
        return {"messages": [{"role": "user", "content": "weather?"}], "reasoning_effort": "high", "tools": [
            {"type": "function", "function": {"name": "weather", "description": "tells it", "parameters": SCHEMA}}]}

    def echo(self, text, stream):
        """Keeps content and tool_calls, as those do that know OpenAI's members only."""
        if not stream:
            m = json.loads(text)["choices"][0]["message"]
            return [{"role": "assistant", "content": m.get("content"), "tool_calls": m["tool_calls"]}]
        content, calls = "", []
        for _, data in sse_events(text):
            if data == "[DONE]":
                continue
            for c in json.loads(data)["choices"]:
                content += c["delta"].get("content") or ""
                for t in c["delta"].get("tool_calls") or []:
                    if t["index"] == len(calls):
                        calls.append({"id": t["id"], "type": "function", "function": {"name": t["function"]["name"], "arguments": ""}})
                    calls[t["index"]]["function"]["arguments"] += t["function"].get("arguments") or ""
        return [{"role": "assistant", "content": content or None, "tool_calls": calls}]

    def second(self, body, echo):
        results = [{"role": "tool", "tool_call_id": t["id"], "content": c[2]} for t, c in zip(echo[0]["tool_calls"], CALLS)]
        return dict(body, messages=body["messages"] + echo + results)


class Responses:
    name = "responses"

    def first(self):
        return {"input": [{"role": "user", "content": "weather?"}], "reasoning": {"effort": "high", "summary": "auto"}, "store": False,
                "include": ["reasoning.encrypted_content"],
                "tools": [{"type": "function", "name": "weather", "description": "tells it", "parameters": SCHEMA, "strict": False}]}

    def echo(self, text, stream):
        if not stream:
            return json.loads(text)["output"]
        for name, data in sse_events(text):
            if name == "response.completed":
                return json.loads(data)["response"]["output"]
        raise ValueError("no response.completed")

    def second(self, body, echo):
        calls = [i for i in echo if i["type"] == "function_call"]
        results = [{"type": "function_call_output", "call_id": i["call_id"], "output": c[2]} for i, c in zip(calls, CALLS)]
        return dict(body, input=body["input"] + echo + results)


class ResponsesById(Responses):
    """Gives nothing back but the id of the earlier reply."""

    def first(self):
        body = super().first()
        del body["store"]
        return body

    def echo(self, text, stream):
        if not stream:
            return json.loads(text)
        return next(json.loads(data)["response"] for name, data in sse_events(text) if name == "response.completed")

    def second(self, body, echo):
        return dict(super().second(dict(body, input=[]), echo["output"]), previous_response_id=echo["id"],
                    input=super().second(dict(body, input=[]), echo["output"])["input"][len(echo["output"]):])


class Anthropic:
    name = "anthropic"

    def first(self):
        return {"messages": [{"role": "user", "content": "weather?"}], "max_tokens": 8192,
                "thinking": {"type": "enabled", "budget_tokens": 4096},
                "tools": [{"name": "weather", "description": "tells it", "input_schema": SCHEMA}]}

    def echo(self, text, stream):
        if not stream:
            return json.loads(text)["content"]
        blocks = []
        for _, data in sse_events(text):
            o = json.loads(data)
            if o["type"] == "content_block_start":
                blocks.append(dict(o["content_block"]))
                if blocks[-1]["type"] == "tool_use":
                    blocks[-1]["input"] = ""
            elif o["type"] == "content_block_delta":
                for member, at in (("text", "text"), ("thinking", "thinking"), ("signature", "signature"), ("partial_json", "input")):
                    if member in o["delta"]:
                        blocks[-1][at] = (blocks[-1].get(at) or "") + o["delta"][member]
        for b in blocks:
            if b["type"] == "tool_use":
                b["input"] = json.loads(b["input"] or "{}")
        return blocks

    def second(self, body, echo):
        calls = [b for b in echo if b["type"] == "tool_use"]
        results = [{"type": "tool_result", "tool_use_id": b["id"], "content": c[2]} for b, c in zip(calls, CALLS)]
        return dict(body, messages=body["messages"] + [{"role": "assistant", "content": echo}, {"role": "user", "content": results}])


class Gemini:
    name = "gemini"

    def first(self):
        return {"contents": [{"role": "user", "parts": [{"text": "weather?"}]}],
                "generationConfig": {"thinkingConfig": {"thinkingBudget": 4096, "includeThoughts": True}},
                "tools": [{"functionDeclarations": [{"name": "weather", "description": "tells it", "parameters": {
                    "type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]}}]}]}

    def echo(self, text, stream):
        pieces = [json.loads(d) for _, d in sse_events(text)] if stream else [json.loads(text)]
        return [p for o in pieces for c in o.get("candidates") or [] for p in (c.get("content") or {}).get("parts") or []]

    def second(self, body, echo):
        calls = [p["functionCall"] for p in echo if "functionCall" in p]
        results = []
        for f, c in zip(calls, CALLS):
            r = {"name": f["name"], "response": {"output": c[2]}}
            if f.get("id"):
                r["id"] = f["id"]
            results.append({"functionResponse": r})
        return dict(body, contents=body["contents"] + [{"role": "model", "parts": echo}, {"role": "user", "parts": results}])


class Ollama:
    name = "ollama"

    def first(self):
        return {"messages": [{"role": "user", "content": "weather?"}], "think": True,
                "tools": [{"type": "function", "function": {"name": "weather", "description": "tells it", "parameters": SCHEMA}}]}

    def echo(self, text, stream):
        """Gives the message back as it came, as the JavaScript client does."""
        values = json_values(text) if stream else [json.loads(text)]
        m = {"role": "assistant", "content": "".join(v["message"].get("content") or "" for v in values)}
        thought = "".join(v["message"].get("thinking") or "" for v in values)
        if thought:
            m["thinking"] = thought
        m["tool_calls"] = [t for v in values for t in v["message"].get("tool_calls") or []]
        return [m]

    def second(self, body, echo):
        results = [{"role": "tool", "tool_name": t["function"]["name"], "content": c[2]} for t, c in zip(echo[0]["tool_calls"], CALLS)]
        return dict(body, messages=body["messages"] + echo + results)


class BareOllama(Ollama):
    """The Python client knows no id of a call: what hides there is lost, and the request must stand all the same."""
    name = "ollama"

    def echo(self, text, stream):
        m = super().echo(text, stream)[0]
        m["tool_calls"] = [{"function": {k: t["function"][k] for k in ("name", "arguments")}} for t in m["tool_calls"]]
        return [m]


CLIENTS = {"openai": OpenAI(), "responses": Responses(), "responses by id": ResponsesById(), "anthropic": Anthropic(), "gemini": Gemini(), "ollama": Ollama(),
           "ollama bare": BareOllama()}


# ------------------------------------------------------------------ what the vendor must get back

def got_anthropic(body):
    turn = [m for m in body["messages"] if m["role"] == "assistant"][-1]["content"]
    out = []
    for b in turn if isinstance(turn, list) else []:
        out.append({"thinking": ("think", b.get("thinking"), b.get("signature")), "redacted_thinking": ("seal", b.get("data")),
                    "text": ("text", b.get("text")), "tool_use": ("call", b.get("id"), b.get("name"), b.get("input"))}[b["type"]])
    return out


def got_responses(body):
    out = []
    for i in body["input"]:
        if i.get("type") == "reasoning":
            out.append(("think", "".join(s["text"] for s in i["summary"]), i.get("encrypted_content")))
        elif i.get("type") == "function_call":
            out.append(("call", i["call_id"], i["name"], json.loads(i["arguments"])))
        elif i.get("role") == "assistant":
            out.append(("text", "".join(p["text"] for p in i["content"]) if isinstance(i["content"], list) else i["content"]))
    return out


def got_gemini(body):
    """A thought's text need not come back, its signature must."""
    out = []
    for c in body["contents"]:
        for p in c["parts"] if c["role"] == "model" else []:
            if p.get("thought"):
                continue
            if p.get("thoughtSignature"):
                out.append(("think", "", p["thoughtSignature"]))
            if "text" in p and out and out[-1][0] == "text":
                out[-1] = ("text", out[-1][1] + p["text"])
            else:
                out.append(("text", p["text"]) if "text" in p else ("call", p["functionCall"].get("id") or "", p["functionCall"]["name"],
                                                                    p["functionCall"]["args"]))
    return out


GOT = {"anthropic": got_anthropic, "responses": got_responses, "gemini": got_gemini}


def wanted(job):
    want = [("think", "", p[2]) if p[0] == "think" and job.upstream == "gemini" else p for p in job.reply]
    if job.client == "ollama bare":
        want = [p for p in want if p[0] not in ("think", "seal")]
    return want


class Job:
    def __init__(self, upstream, client, story, stream, number):
        self.upstream, self.client, self.story, self.stream = upstream, client, story, stream
        self.reply, self.faults, self.model = REPLIES[story][upstream], [], f"{upstream}.t{number}"
        self.bodies = []

    async def run(self, client):
        who = CLIENTS[self.client]
        d = DIALECTS[who.name]
        body = who.first()
        try:
            for turn in range(2):
                self.got = await client.post(d.path(self.model, self.stream), d.shape(body, self.model, self.stream))
                if self.got.status != 200:
                    self.faults.append(f"turn {turn + 1}: status {self.got.status}: {self.got.text[:200]!r}")
                    return self
                if turn == 0:
                    self.echoed = who.echo(self.got.text, self.stream)
                    body = who.second(body, self.echoed)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as e:
            self.faults.append(f"the answer cannot be given back: {e!r} in {self.got.text[:300]!r}")
        return self


def show(parts):
    return str([tuple(x if not isinstance(x, str) or len(x) < 40 else f"{x[:16]}...{len(x)}" for x in p) for p in parts])


def judge(job, asked):
    if job.faults:
        return
    if len(asked) < 2:
        return job.faults.append("the second turn did not reach the vendor")
    body = asked[1].json()
    if b"~w1." in asked[1].body or b"w1." in asked[1].body:
        job.faults.append("a carrier reaches the vendor")
    have, want = GOT[job.upstream](body), wanted(job)
    if job.upstream == "gemini":
        # Ids that we gave may come back; those it gave must.
        have = [("call", "" if not w[1] else h[1], *h[2:]) if h[0] == "call" and w[0] == "call" else h for h, w in zip(have, want)] \
            + have[len(want):]
    if job.client == "ollama bare":
        have, want = ([("call", "", *p[2:]) if p[0] == "call" else p for p in x] for x in (have, want))
    if have != want:
        job.faults.append(f"{show(want)} came back as {show(have)}")
    for e in schema.check_request(job.upstream, body):
        if not any(re.search(k, e) for k in SCHEMA_KNOWN[job.upstream]):
            job.faults.append("schema: " + e)
    job.faults += ["rule: " + e for e in rules.CHECK[job.upstream](body)]
    return None


async def main(root, only=""):
    schema.load(root)
    score = Score("round trips", "upstream", "client")
    async with Rig() as rig:
        jobs = [Job(u, c, s, stream, 0) for s in REPLIES for u in REPLIES[s] if u in rig.kinds for c in CLIENTS for stream in (False, True)
                if only in s and not (u == "responses" and c == "responses by id")]	# the vendor keeps its own
        for n, j in enumerate(jobs):
            j.model = f"{j.upstream}.t{n}"
            rig.vendor.scripts[j.model] = vendors.script(j.upstream, j.reply)
        await in_parallel(rig.port, [j.run for j in jobs])
        for j in jobs:
            try:
                judge(j, rig.vendor.seen.get(j.model) or [])
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as e:
                j.faults.append(f"it cannot be judged: {e!r}")
            score.add(j.upstream, j.client, "stream" if j.stream else "whole", j.story, j.faults)
    return score
