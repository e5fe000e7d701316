# SPDX-License-Identifier: Apache-2.0
"""What is no chat: embeddings, counts of tokens, and prompts that are completed."""
import base64
import json
import struct

from . import ollama, openai
from .answer import Answer
from .corpus import DIALECTS, load
from .cross import PIECES, serve, told
from .known import FINISH, waived
from .rig import Rig
from .score import Score
from .wire import in_parallel, sse_events

EMBEDS = {"openai.embeddings": "openai", "gemini.batchEmbedContents": "gemini", "ollama.embed": "ollama"}
COUNTS = {"anthropic.count_tokens": "anthropic", "gemini.countTokens": "gemini"}
CHATS = {"openai.chat": "openai", "openai.responses": "responses", "anthropic.messages": "anthropic",
         "gemini.generateContent": "gemini", "gemini.streamGenerateContent": "gemini", "ollama.chat": "ollama"}


# ------------------------------------------------------------------ embeddings

def floats(v):
    if isinstance(v, str):
        raw = base64.b64decode(v)
        return list(struct.unpack(f"<{len(raw) // 4}f", raw[:len(raw) // 4 * 4]))
    return v


def vectors(body):
    if "data" in body:
        return [floats(d["embedding"]) for d in body["data"]]
    if "embedding" in body:
        e = body["embedding"]
        return [e["values"] if isinstance(e, dict) else e]
    return [e["values"] if isinstance(e, dict) else e for e in body["embeddings"]]


def embed_usage(body):
    u = body.get("usage") or {}
    return u.get("prompt_tokens") or (body.get("usageMetadata") or {}).get("promptTokenCount") or body.get("prompt_eval_count") or 0


# client -> path, body for n texts
def embed_asks(n):
    texts = [f"text {i}" for i in range(n)]
    asks = {
        "openai": ("/v1/embeddings", lambda m: {"model": m, "input": texts}),
        "openai base64": ("/v1/embeddings", lambda m: {"model": m, "input": texts, "encoding_format": "base64"}),
        "gemini": ("/v1beta/models/{m}:batchEmbedContents",
                   lambda m: {"requests": [{"model": "models/" + m, "content": {"parts": [{"text": t}]}} for t in texts]}),
        "ollama": ("/api/embed", lambda m: {"model": m, "input": texts}),
    }
    if n == 1:
        asks["gemini one"] = ("/v1beta/models/{m}:embedContent", lambda m: {"content": {"parts": [{"text": texts[0]}]}})
        asks["ollama one"] = ("/api/embeddings", lambda m: {"model": m, "prompt": texts[0]})
    return asks


def texts_asked(d, body):
    if d == "openai":
        return [body["input"]] if isinstance(body["input"], str) else body["input"]
    if d == "gemini":
        return ["".join(p["text"] for p in r["content"]["parts"]) for r in body["requests"]]
    return [body["input"]] if isinstance(body["input"], str) else body["input"]


class Job:
    def __init__(self, r, client, path, body, stream=False, pieces="recorded"):
        self.r, self.client, self.path, self.body, self.stream, self.pieces = r, client, path, body, stream, pieces
        self.faults, self.model = [], ""

    async def run(self, client):
        body = self.body(self.model) if callable(self.body) else dict(self.body, model=self.model)
        self.got = await client.post(self.path.replace("{m}", self.model), body)
        return self


def judge_error(job):
    name = job.client.split(" ")[0]
    d = DIALECTS["openai" if name == "completions" else "ollama" if name == "generate" else name]
    said = DIALECTS[job.upstream].read_error(json.loads(job.r.bytes))
    if job.got.status // 100 != job.r.status // 100:
        job.faults.append(f"status {job.r.status} became {job.got.status}")
    if said[1] and not told(said[1], d.read_error(job.got.json())[1]):
        job.faults.append(f"error message: {said[1]!r} became {job.got.text[:200]!r}")
    if name != job.upstream:
        job.faults += ["error shape: " + f for f in d.error_shape(job.got.json())]


def judge_embed(job, asked):
    if job.r.status != 200:
        return judge_error(job)
    if job.got.status != 200:
        return job.faults.append(f"status {job.got.status}: {job.got.text[:200]!r}")
    want_body = json.loads(job.r.bytes)
    want, have = vectors(want_body), vectors(job.got.json())
    if [len(v) for v in want] != [len(v) for v in have]:
        return job.faults.append(f"vectors of {[len(v) for v in want]} became {[len(v) for v in have]}")
    if any(abs(x - y) > 1e-6 * max(1, abs(x)) for v, w in zip(want, have) for x, y in zip(v, w)):
        job.faults.append("the vectors are others")
    if job.client == "openai base64" and not all(isinstance(d["embedding"], str) for d in job.got.json()["data"]):
        job.faults.append("no base64 although it was asked for")
    if job.client == "openai" and job.upstream != "openai" and not all(isinstance(d["embedding"], list) for d in job.got.json()["data"]):
        job.faults.append("base64 although nobody asked")
    # Gemini's counts are in no field that each client has; ollama's single form has none.
    if job.client in ("openai", "openai base64", "ollama") and embed_usage(want_body) != embed_usage(job.got.json()):
        job.faults.append(f"usage {embed_usage(want_body)} became {embed_usage(job.got.json())}")
    n = len(want)
    if texts_asked(job.upstream, asked.json()) != [f"text {i}" for i in range(n)]:
        job.faults.append(f"the vendor was asked {asked.body[:200]!r}")
    return None


def embed_jobs(root):
    jobs = []
    for r in load(root, EMBEDS):
        r.dialect = EMBEDS[r.api]
        n = len(vectors(json.loads(r.bytes))) if r.status == 200 else 1
        # The form for one text goes as it is to an upstream of its own dialect, which is no recording of ours.
        jobs += [Job(r, c, path, body) for c, (path, body) in embed_asks(n).items() if c != r.dialect + " one"]
    return jobs


# ------------------------------------------------------------------ counts

COUNT_ASKS = {
    "anthropic": ("/v1/messages/count_tokens", lambda m: {"model": m, "messages": [{"role": "user", "content": "hi"}]}),
    "gemini": ("/v1beta/models/{m}:countTokens", lambda m: {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}),
}


def judge_count(job, asked):
    if job.r.status != 200:
        return judge_error(job)
    if job.got.status != 200:
        return job.faults.append(f"status {job.got.status}: {job.got.text[:200]!r}")
    want, have = json.loads(job.r.bytes), job.got.json()
    want = want.get("input_tokens", want.get("totalTokens"))
    have = have.get("input_tokens") if job.client == "anthropic" else have.get("totalTokens")
    if want != have:
        job.faults.append(f"{want} tokens became {have}")
    return None


def count_jobs(root):
    jobs = []
    for r in load(root, COUNTS):
        r.dialect = COUNTS[r.api]
        jobs += [Job(r, c, *COUNT_ASKS[c]) for c in COUNT_ASKS]
    return jobs


# ------------------------------------------------------------------ prompts

def read_completion(job):
    """OpenAI's legacy completions, whole or streamed."""
    a, text = Answer(), job.got.text
    if not job.stream:
        body = json.loads(text)
        pieces = [body]
        a.complete = True
    else:
        frames = []
        events = [d for _, d in sse_events(text, frames)]
        for f in frames:
            a.problem(f)
        a.complete = events[-1:] == ["[DONE]"]
        pieces = [json.loads(d) for d in events if d != "[DONE]"]
    for o in pieces:
        if o.get("error"):
            a.error = (200, o["error"]["message"])
            a.complete = False
            continue
        if o.get("object") != "text_completion":
            a.problem(f"object {o.get('object')!r}")
        a.usage = openai.read_usage(o.get("usage")) or a.usage
        for c in o.get("choices") or []:
            choice = a.choice(c.get("index") or 0)
            choice.text += c["text"]
            if c.get("finish_reason"):
                choice.finish(openai.STOPS.get(c["finish_reason"], "other"))
    return a


def read_generate(job):
    a = ollama.read_stream(job.got.text, True) if job.stream else ollama.read_whole(job.got.json())
    if not all("response" in json.loads(line) or "error" in json.loads(line) for line in job.got.text.split("\n") if line.strip()):
        a.problem("no member response")
    return a


def judge_prompt(job, asked):
    if job.r.status != 200:
        return judge_error(job)
    want = job.r.answer()
    if job.got.status != 200:
        return None if want.error else job.faults.append(f"status {job.got.status}: {job.got.text[:200]!r}")
    a = read_completion(job) if job.client.startswith("completions") else read_generate(job)
    if want.error:
        return None if a.error else job.faults.append("the error is lost")
    if not a.complete or a.error:
        return job.faults.append(f"not complete: {a.error}")
    w, h = want.choice(), a.choice()
    if w.text + w.refusal != h.text + h.refusal:
        job.faults.append(f"text {(w.text + w.refusal)[:80]!r} became {h.text[:80]!r}")
    name = "openai" if job.client.startswith("completions") else "ollama"
    stop = "refusal" if w.refusal and w.stop == "end" and h.stop != "end" else w.stop
    allowed = FINISH[name].get(stop, {stop}) | ({"end", "tools"} if w.stop == "tools" else set())
    if h.stop not in allowed:
        job.faults.append(f"finish {w.stop} became {h.stop}")
    for k in ("input", "output"):
        if want.usage and (a.usage or {}).get(k) != want.usage[k]:
            job.faults.append(f"usage.{k} {want.usage[k]} became {(a.usage or {}).get(k)}")
    job.faults += ["grammar: " + p for p in a.problems]
    return None


def prompt_jobs(root):
    jobs = []
    for n, r in enumerate(load(root, CHATS)):
        cut = PIECES[n % 3]
        if r.dialect != "openai":
            for stream in (False, True):
                more = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
                jobs.append(Job(r, "completions", "/v1/completions", dict({"prompt": "hi", "max_tokens": 100}, **more), stream, cut))
        if r.dialect != "ollama":
            for stream in (False, True):
                jobs.append(Job(r, "generate", "/api/generate", {"prompt": "hi", "system": "be short", "stream": stream}, stream, cut))
    return jobs


# ------------------------------------------------------------------ running

async def main(root, only=""):
    score, all_jobs = Score("endpoints", "upstream", "client"), []
    for kind, jobs, judge in (("embeddings", embed_jobs(root), judge_embed), ("counts", count_jobs(root), judge_count),
                              ("prompts", prompt_jobs(root), judge_prompt)):
        all_jobs += [(kind, j, judge) for j in jobs if only in j.r.key]
    for n, (_, j, _) in enumerate(all_jobs):
        j.upstream, j.model = j.r.dialect, f"{j.r.dialect}.m{n}"
    alone = []
    for _, j, _ in all_jobs:
        if j.r.status != 200 or (j.r.api in CHATS and j.r.answer().error):
            j.model = "only." + j.model
            alone.append((j.upstream, j.model))
    async with Rig(alone) as rig:
        all_jobs = [x for x in all_jobs if x[1].upstream in rig.kinds]
        for _, j, _ in all_jobs:
            rig.vendor.scripts[j.model] = serve(j.r, j.pieces)
        await in_parallel(rig.port, [j.run for _, j, _ in all_jobs])
        for kind, j, judge in all_jobs:
            try:
                if j.got.ended == "hung":
                    j.faults.append("it hangs")
                else:
                    judge(j, (rig.vendor.seen.get(j.model) or [None])[0])
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as e:
                j.faults.append(f"it cannot be read: {e!r} in {j.got.status} {j.got.text[:150]!r}")
            j.form = "stream" if j.stream else "whole"
            faults, known = waived(j)
            score.add(j.upstream, j.client, kind, f"{j.r.key} {j.form}", faults, known)
    return score


