# SPDX-License-Identifier: Apache-2.0
"""Every recorded request to every other upstream: all of it arrives, or it is said what does not."""
import json
import os
import re

from . import ask_anthropic, ask_gemini, ask_ollama, ask_openai, ask_responses, rules, schema
from .corpus import DIALECTS, load
from .request import clip, differences
from .rig import Rig
from .score import Score
from .wire import in_parallel

READ = {"openai": ask_openai.read, "responses": ask_responses.read, "anthropic": ask_anthropic.read, "gemini": ask_gemini.read,
        "ollama": ask_ollama.read}

# A whole answer of each vendor.
ANSWER = {
    "openai": {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "ok"}, "finish_reason": "stop"}]},
    "responses": {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "status": "completed", "output": [
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
         "content": [{"type": "output_text", "text": "ok", "annotations": []}]}]},
    "anthropic": {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "ok"}],
                  "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}},
    "gemini": {"candidates": [{"content": {"role": "model", "parts": [{"text": "ok"}]}, "finishReason": "STOP"}]},
    "ollama": {"model": "m", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", "content": "ok"}, "done": True,
               "done_reason": "stop"},
}

# Faults of the descriptions, not of the requests: the servers take these.
SCHEMA_KNOWN = {
    "openai": [],
    "responses": [r"content\[\d+\]\.type is none of \['input_text'\]: \"output_text\"", r"\.id is missing", r"\.detail is missing",
                  r"\.strict is missing", r"content\[\d+\] is no string", r"\.status is missing", r"annotations is missing",
                  r"logprobs is missing"],
    "anthropic": [r"source\.(type|content|url|data|media_type)", r"\.output_format is not known"],
    "gemini": [r"thoughtSignature is no base64", r"\.data is no base64", r"description is missing"],
    "ollama": [r"tool_calls\[\d+\]\.(type|id) is not known", r"\.tool_name is not known", r"\.tool_call_id is not known",
               r"\.thinking is not known"],
}

# What a client's request may be refused for: kinds of parts that the target cannot take.
REFUSABLE = {
    "openai": {"video", "image id", "audio url", "audio id", "file url", "file id", "file text", "image"},
    "responses": {"video", "audio", "audio url", "image id", "file id", "audio id"},
    "anthropic": {"audio", "audio url", "video", "image id", "file id", "audio id", "file"},
    "gemini": {"image id", "file id", "audio id", "image url", "file url"},
    "ollama": {"audio", "audio url", "video", "file", "file url", "file id", "file text", "image url", "image id", "audio id"},
}


def media_kinds(request):
    out = set()
    for i in request.items:
        for p in [i] + (i.parts or []):
            if p.kind in ("image", "audio", "video", "file"):
                how = (p.value or "").split(":")[0]
                out |= {p.kind, f"{p.kind} {how}" if how != "bytes" else p.kind}
                if how == "bytes":
                    out.add(p.kind)
    return out


class Job:
    def __init__(self, recording, target, number):
        self.r, self.target, self.faults, self.note = recording, target, [], ""
        self.model, self.form = f"{target}.{number}", ""
        self.asked = None

    def fault(self, text):
        self.faults.append(text)

    async def run(self, client):
        d, body = DIALECTS[self.r.dialect], dict(self.r.request["body"])
        path = d.path(self.model, "stream" in self.r.request["path"].lower())
        if self.r.dialect != "gemini":
            body["model"] = self.model
        self.sent = body
        self.got = await client.post(path, body)
        # Who is strict is refused instead.
        self.refusal = await client.post(path, body, [("x-weir-strict", "true")]) if self.got.dropped else None
        return self


def answer(target):
    body = json.dumps(ANSWER[target]).encode()

    async def script(asked, conn):
        await conn.whole(200, body, [("content-type", "application/json")])
    return script


def judge_refusal(job):
    got = job.got
    message = DIALECTS[job.r.dialect].read_error(got.json())[1]
    want, shape = READ[job.r.dialect](job.sent), []
    kinds = media_kinds(want)
    if got.status not in (400, 422):
        return job.fault(f"status {got.status}: {clip(message, 160)}")
    if not kinds & REFUSABLE[job.target] and not want.native_tools and not want.unread:
        job.fault(f"refused without need: {clip(message, 160)}")
    elif not re.search(r"messages|input|content|tools|file|image|audio|video|document|previous_response_id|instructions", message):
        job.fault(f"refused without a field: {clip(message, 160)}")
    job.note = "refused: " + clip(message, 100)
    return shape


def judge(job):
    got, d = job.got, DIALECTS[job.r.dialect]
    if got.ended == "hung":
        return job.fault("it hangs")
    if job.asked is None:
        try:
            return judge_refusal(job)
        except ValueError:
            return job.fault(f"status {got.status}, and nothing reached the vendor: {clip(got.text)}")
    try:
        body = job.asked.json()
    except ValueError:
        return job.fault("what reached the vendor is no JSON")
    if job.target == job.r.dialect:
        want = dict(job.sent)
        have = dict(body)
        if job.target == "openai" and "include_usage" not in str(job.sent.get("stream_options")):
            have.pop("stream_options", None)
            want.pop("stream_options", None)
        if want != have:
            job.fault(f"verbatim: {clip(want)} became {clip(have)}")
        return None
    if job.target != "gemini" and body.get("model") != job.model:
        job.fault(f"model: {job.model} became {body.get('model')}")
    for e in schema.check_request(job.target, body):
        if not any(re.search(k, e) for k in SCHEMA_KNOWN[job.target]):
            job.fault("schema: " + e)
    before = set(rules.CHECK[job.r.dialect](job.sent))
    for e in rules.CHECK[job.target](body):
        # A conversation that is broken already stays so.
        if not any(w in e and any(w in b for b in before) for w in ("no result", "have no result", "without its call")):
            job.fault("rule: " + e)
    for e in differences(READ[job.r.dialect](job.sent), READ[job.target](body), got.dropped, job.target):
        job.fault(e)
    if got.status != 200:
        job.fault(f"status {got.status}: {clip(got.text, 160)}")
    if job.refusal is not None:
        message = d.read_error(job.refusal.json())[1]
        if job.refusal.status != 400 or not any(n in message for n in got.dropped):
            job.fault(f"strict: status {job.refusal.status}, {clip(message, 160)} for {got.dropped}")
    return d


async def main(root, only=""):
    recordings = [r for r in load(root) if only in r.key and isinstance(r.request.get("body"), dict) and
                  r.status not in (400, 422)]
    schema.load(root)
    score = Score("requests", "client", "upstream")
    async with Rig() as rig:
        targets = [t for t in DIALECTS if t in rig.kinds]
        jobs = [Job(r, t, 0) for r in recordings for t in targets]
        for n, j in enumerate(jobs):
            j.model = f"{j.target}.q{n}"
            rig.vendor.scripts[j.model] = answer(j.target)
        await in_parallel(rig.port, [j.run for j in jobs])
        for j in jobs:
            j.asked = (rig.vendor.seen.get(j.model) or [None])[0]
    for j in jobs:
        try:
            judge(j)
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            j.fault(f"it cannot be judged: {e!r}")
        score.add(j.r.dialect, j.target, "requests", j.r.key + (f" ({j.note})" if j.note else ""), j.faults)
        if os.environ.get("WEIR_SHOW") and j.faults:
            print(f"# {j.r.key} -> {j.target}\n{json.dumps(j.sent)[:4000]}\n{j.asked and j.asked.body.decode()[:4000]}\n{j.got.dropped} {j.got.text[:500]}")
    refused = [j for j in jobs if j.note and not j.faults]
    if refused and os.environ.get("WEIR_REFUSED"):
        for j in refused:
            print(f"# {j.r.dialect} -> {j.target}: {j.r.key}: {j.note}")
    return score
