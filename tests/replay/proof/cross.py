# SPDX-License-Identifier: Apache-2.0
"""Every recorded reply through every inbound dialect: what the client reads is what the vendor said."""
import json
import os
import re

from . import schema
from .answer import squeeze
from .corpus import DIALECTS, load
from .known import CAN, FINISH, waived
from .rig import Rig
from .score import Score
from .wire import in_parallel

ASK = {
    "openai": {"messages": [{"role": "user", "content": "hi"}]},
    "responses": {"input": "hi"},
    "anthropic": {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1024},
    "gemini": {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]},
    "ollama": {"messages": [{"role": "user", "content": "hi"}]},
}
HOP = {"transfer-encoding", "content-length", "connection", "content-encoding", "date"}
PIECES = ("recorded", 1, 7)


def serve(recording, pieces):
    """A script of the vendor: the recorded answer."""
    headers = [(k, v) for k, v in recording.headers.items() if k not in HOP]

    async def script(asked, conn):
        if not recording.stream:
            return await conn.whole(recording.status, recording.bytes, headers)
        await conn.head(headers)
        sizes = recording.sizes or [4096] if pieces == "recorded" else [pieces]
        await conn.chunks(recording.bytes, sizes)
        return await conn.end()
    return script


class Job:
    """One recording asked for by one client, whole or as a stream."""

    def __init__(self, recording, client, stream, pieces, number):
        self.r, self.client, self.stream, self.pieces = recording, client, stream, pieces
        self.model = f"{recording.dialect}.{number}"
        self.faults = []

    @property
    def form(self):
        return "stream" if self.stream else "whole"

    @property
    def turned(self):
        """The client wants another form than the recording has."""
        return self.r.status == 200 and self.r.stream != self.stream

    def fault(self, text):
        self.faults.append(text)

    async def run(self, client):
        d = DIALECTS[self.client]
        body = d.shape(ASK[self.client], self.model, self.stream)
        self.got = await client.post(d.path(self.model, self.stream), body)
        return self


# ------------------------------------------------------------------ comparing

def clip(x):
    s = x if isinstance(x, str) else json.dumps(x, ensure_ascii=False)
    return repr(s if len(s) <= 90 else s[:60] + " ... " + s[-25:])


def is_same(job, what, want, have):
    if want != have:
        job.fault(f"{what}: {clip(want)} became {clip(have)}")


def compare_calls(job, want, have):
    is_same(job, "calls", [[c.name, c.args] for c in want], [[c.name, c.args] for c in have])
    ids = [c.id for c in have]
    if job.client != "ollama" and any(not i for i in ids):
        job.fault(f"a call without id: {ids}")
    if len(set(i for i in ids if i)) != len([i for i in ids if i]):
        job.fault(f"calls share an id: {ids}")
    wanted = [c.id for c in want]
    if len(set(wanted)) != len(wanted):
        return	# the server gave one id twice
    for w, h in zip(want, have):
        # A proof may travel behind the id.
        if w.id and h.id and h.id != w.id and not h.id.startswith(w.id + "~"):
            job.fault(f"call id: {w.id} became {h.id}")


def compare_usage(job, want, have):
    if want is None:
        return
    if have is None:
        return job.fault("usage is lost")
    for k in ("input", "output", "cached", "written", "reasoning"):
        if "usage." + k in CAN[job.client] and want[k] != have[k]:
            job.fault(f"usage.{k}: {want[k]} became {have[k]}")
    return None


def compare_choice(job, i, want, have):
    can, mark = CAN[job.client], f"choice {i} " if i else ""
    text, refusal = want.text, want.refusal
    if "refusal" not in can:
        text, refusal = text + refusal, ""
    is_same(job, mark + "text", text, have.text)
    is_same(job, mark + "refusal", refusal, have.refusal)
    if "reasoning" in can:
        a, b = want.reasoning, have.reasoning
        if len(a) > 1:
            a, b = [squeeze("".join(a))], [squeeze("".join(b))]
        is_same(job, mark + "reasoning", "".join(a), "".join(b))
    compare_calls(job, want.calls, have.calls)
    # A refusal in its own words may end as one.
    stop = "refusal" if want.refusal and want.stop == "end" and have.stop != "end" else want.stop
    if have.stop not in FINISH[job.client].get(stop, {stop}):
        job.fault(f"{mark}finish: {want.stop} became {have.stop}")
    if "citations" in can and not set(want.citations) <= set(have.citations):
        job.fault(f"{mark}citations: {clip(want.citations)} became {clip(have.citations)}")
    if "logprobs" in can:
        is_same(job, mark + "logprobs", want.logprobs, have.logprobs)
    if "media" in can:
        is_same(job, mark + "media", want.media, have.media)


def compare(job, want, have):
    if want.error:
        if not have.error:
            return job.fault(f"the error is lost: {clip(want.error[1])}")
        if want.error[1] and want.error[1] not in have.error[1]:
            job.fault(f"error message: {clip(want.error[1])} became {clip(have.error[1])}")
        return None
    if have.error:
        return job.fault(f"an error: {clip(have.error[1])}")
    if not have.complete:
        return job.fault("it is not complete")
    choices = {i: c for i, c in want.choices.items() if i == 0 or "choices" in CAN[job.client]}
    is_same(job, "choices", sorted(choices), sorted(have.choices))
    for i, c in choices.items():
        compare_choice(job, i, c, have.choices.get(i) or type(c)())
    compare_usage(job, want.usage, have.usage)
    if "id" in CAN[job.client] and want.id and not have.id.endswith(want.id):
        job.fault(f"id: {want.id} became {have.id}")
    if "created" in CAN[job.client] and want.created and have.created != want.created:
        job.fault(f"created: {want.created} became {have.created}")
    if want.model and have.model != want.model:
        job.fault(f"model: {want.model} became {have.model}")
    return None


# ------------------------------------------------------------------ judging

def told(said, heard):
    """The vendor's words are there, but for what looks like a key."""
    return all(piece in (heard or "") for piece in re.split(r"[\w*-]*\*[\w*-]*|\bsk-[\w-]*", said))


def judge_error(job):
    """A recorded error answer."""
    d, got = DIALECTS[job.client], job.got
    if got.status // 100 != job.r.status // 100:
        job.fault(f"status {job.r.status} became {got.status}")
    try:
        body = got.json()
    except ValueError:
        return job.fault(f"the error is no JSON: {clip(got.text)}")
    for f in d.error_shape(body, got.status):
        if job.client != job.r.dialect:
            job.fault("error shape: " + f)
    try:
        said = DIALECTS[job.r.dialect].read_error(json.loads(job.r.bytes), job.r.status)
    except ValueError:
        said = None
    if said and said[1] and not told(said[1], d.read_error(body, got.status)[1]):
        job.fault(f"error message: {clip(said[1])} became {clip(d.read_error(body)[1])}")
    after = retry_after(job.r)
    if got.status == 429 and after and not after <= float(got.headers.get("retry-after", 0)) <= after + 1:
        job.fault(f"retry after {after} s became {got.headers.get('retry-after')}")
    return None


def retry_after(r):
    """Seconds that the vendor told, in a header or in its body; what is long is told no client."""
    told = r.headers.get("retry-after", "")
    if not told:
        found = re.search(rb'"retryDelay": ?"([0-9.]+)s"', r.bytes)
        told = found.group(1).decode() if found else ""
    seconds = float(told) if re.fullmatch(r"[0-9.]+", told) else 0
    return seconds if seconds <= 60 else 0


def read_got(job):
    """The client's reading of what it got; grammar and schema are judged on the way."""
    d, got, own = DIALECTS[job.client], job.got, job.client != job.r.dialect or job.turned
    if job.stream:
        a = d.read_stream(got.text, strict=own)
        if own and not a.error:
            for p in schema.check_stream(job.client, got.text):
                job.fault("schema: " + p)
    else:
        body = got.json()
        a = d.read_whole(body)
        if own and not a.error:
            for p in schema.check_whole(job.client, body):
                job.fault("schema: " + p)
    for p in a.problems if own else []:
        job.fault("grammar: " + p)
    return a


def judge_verbatim(job):
    """Both sides speak alike: each event's payload, the whole body, byte for byte."""
    d, r, got = DIALECTS[job.client], job.r, job.got
    if not job.stream:
        if got.body != r.bytes:
            job.fault("the body is not the recorded one")
        return
    if r.array:
        want, have = [json.loads(p) for p in d.payloads(r.bytes.decode())], [json.loads(p) for p in d.payloads(got.text)]
    else:
        want, have = d.payloads(r.bytes.decode("utf-8", "replace")), d.payloads(got.text)
    if want != have:
        at = next((i for i, (x, y) in enumerate(zip(want, have)) if x != y), min(len(want), len(have)))
        job.fault(f"event {at} of {len(want)}: {clip(want[at] if at < len(want) else None)} "
                  f"became {clip(have[at] if at < len(have) else None)}")


def judge(job):
    r, got = job.r, job.got
    if got.ended == "hung":
        return job.fault("it hangs")
    if r.status != 200:
        return judge_error(job)
    want = r.answer()
    if got.status != 200:
        # An error before any output is told as such.
        if want.error and got.status >= 429:
            said = DIALECTS[job.client].read_error(got.json())
            if want.error[1] and want.error[1] not in said[1]:
                job.fault(f"error message: {clip(want.error[1])} became {clip(said[1])}")
            return None
        return job.fault(f"status {got.status}: {clip(got.text)}")
    if job.client == r.dialect and not job.turned:
        judge_verbatim(job)
    try:
        have = read_got(job)
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        return job.fault(f"it cannot be read: {e!r} in {clip(got.text)}")
    if job.stream and (got.ended == "whole") == bool(want.error):
        job.fault(f"the stream ends {got.ended}")
    if job.client != r.dialect or job.turned:
        compare(job, want, have)
    return None


# ------------------------------------------------------------------ running

def make_jobs(recordings):
    jobs = []
    for r in recordings:
        for client in DIALECTS:
            for stream in (False, True):
                if client == r.dialect and r.stream and stream:
                    cuts = PIECES
                else:
                    cuts = (PIECES[len(jobs) % 3],) if r.stream else ("recorded",)
                jobs += [Job(r, client, stream, cut, 0) for cut in cuts]
    for n, job in enumerate(jobs):
        job.model = f"{job.r.dialect}.{n}"
    return jobs


async def main(root, only=""):
    recordings = [r for r in load(root) if only in r.key]
    jobs = make_jobs(recordings)
    jobs = [j for j in jobs if j.r.dialect in os.environ.get("WEIR_PAIRS", j.r.dialect).split()]
    alone = []
    for j in jobs:
        if j.r.status != 200 or j.r.answer().error:
            j.model = "only." + j.model
            alone.append((j.r.dialect, j.model))
    schema.load(root)
    score = Score("replies", "upstream", "client")
    async with Rig(alone) as rig:
        for j in jobs:
            rig.vendor.scripts[j.model] = serve(j.r, j.pieces)
        await in_parallel(rig.port, [j.run for j in jobs])
    for j in jobs:
        judge(j)
        faults, known = waived(j)
        score.add(j.r.dialect, j.client, j.form + ("*" if j.turned else ""), f"{j.r.key} {j.form} by {j.pieces}", faults, known)
        if os.environ.get("WEIR_SHOW") and faults:
            print(f"# {j.r.key} -> {j.client} {j.form}\n{j.got.status} {j.got.headers}\n{j.got.text[:6000]}")
    return score
