# SPDX-License-Identifier: Apache-2.0
"""The shapes that streams have in the wild: a complete one is complete for every client, a truncated one an error."""
import asyncio
import json

from . import vendors
from .corpus import DIALECTS
from .cross import ASK
from .rig import Rig
from .score import Score
from .wire import in_parallel

TEXT = "Grüße, 世界! Every byte of this text 🙂 is to arrive as it was sent."
REPLY = [("text", TEXT)]
COMPLETE = ("normal", "crlf", "no space", "comments", "comment inside", "bom", "bytewise", "huge", "slow", "empty data", "extra done",
            "no blank line", "wrong type", "pings")
TRUNCATED = ("cut", "reset", "clean in text", "clean without end", "in-band error", "bare error", "cut at once", "nothing", "error at once")
# Of answers that are no stream.
WHOLE = ("in pieces", "as text")
BROKEN = ("whole cut", "empty body", "html", "half a JSON", "another dialect")


def reply_of(shape):
    return [("text", "x" * (1 << 20))] if shape == "huge" else REPLY


def frames(d, shape):
    """The events of a complete stream in this shape, as bytes."""
    end, space = "\r\n" if shape == "crlf" else "\n", "" if shape == "no space" else " "
    out = []
    events = vendors.STREAM[d](reply_of(shape), 1 if shape == "huge" else 3)
    for name, data in events:
        text = vendors.frame(d, name, data, end, space)
        if shape == "comments":
            text = (": keep-alive\n\n" if d != "ollama" else "\n") + text
        elif shape == "comment inside" and d != "ollama":
            text = ": comment\n" + text
        elif shape == "empty data":
            text = ("data:\n\n" if d != "ollama" else "\n") + text
        elif shape == "pings" and out:
            text = ('event: ping\ndata: {"type": "ping"}\n\n' if d == "anthropic" else "" if d == "ollama" else ": ping\n\n") + text
        out.append(text)
    if shape == "extra done":
        out.append("data: [DONE]\n\n" if d != "ollama" else "")
    if shape == "no blank line":
        out[-1] = out[-1].rstrip("\n")
    data = [t.encode() for t in out]
    if shape == "bom":
        data[0] = b"\xef\xbb\xbf" + data[0]
    return data


def truncated(d, shape):
    """(bytes that come, how it ends)."""
    events = vendors.STREAM[d](REPLY)
    texts = [i for i, (_, data) in enumerate(events) if "is to arrive" in data or "text 🙂" in data]
    middle, final = texts[0], len(events) - 1
    if d == "openai":
        final = next(i for i, (_, data) in enumerate(events) if data == "[DONE]")
    upto = final if shape == "clean without end" else 0 if shape in ("cut at once", "nothing", "error at once") else middle
    data = [vendors.frame(d, n, e).encode() for n, e in events[:upto]]
    if shape in ("in-band error", "error at once"):
        data.append(vendors.frame(d, *vendors.ERROR[d]).encode())
    elif shape == "bare error":
        data.append(json.dumps({"error": {"message": "the model fell over", "code": 503}}).encode() + b"\n")
    return data


def script(d, shape):
    kind = "application/octet-stream" if shape == "wrong type" else vendors.content_type(d)

    async def run(asked, conn):
        await conn.head([("content-type", kind)])
        if shape in TRUNCATED:
            for data in truncated(d, shape):
                await conn.chunk(data)
            await asyncio.sleep(0.02)
            if shape in ("cut", "cut at once"):
                conn.cut()
            elif shape == "reset":
                conn.reset()
            else:
                await conn.end()
            return None
        for data in frames(d, shape):
            if shape == "bytewise":
                await conn.chunks(data, [1])
                await asyncio.sleep(0)
            else:
                await conn.chunk(data)
            if shape == "slow":
                await asyncio.sleep(0.05)
        return await conn.end()
    return run


def whole_script(d, shape):
    """An answer that is no stream."""
    body = json.dumps(vendors.WHOLE[d](REPLY)).encode()
    kind = [("content-type", "text/html" if shape == "html" else "text/plain" if shape == "as text" else "application/json")]

    async def run(asked, conn):
        if shape == "in pieces":
            await conn.head(kind)
            await conn.chunks(body, [1])
            return await conn.end()
        if shape == "whole cut":
            await conn.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body[:40]))
            return conn.cut()
        other = json.dumps(vendors.WHOLE["ollama" if d != "ollama" else "openai"](REPLY)).encode()
        said = {"empty body": b"", "html": b"<html>bad gateway</html>", "half a JSON": body[:len(body) // 2], "another dialect": other}.get(shape, body)
        return await conn.whole(200, said, kind)
    return run


class Job:
    def __init__(self, upstream, client, shape, number):
        self.upstream, self.client, self.shape, self.faults = upstream, client, shape, []
        self.stream = shape not in WHOLE + BROKEN
        self.model = f"{upstream}.s{number}"

    async def run(self, client):
        d = DIALECTS[self.client]
        self.got = await client.post(d.path(self.model, self.stream), d.shape(ASK[self.client], self.model, self.stream), timeout=30)
        return self


def judge_whole(job):
    got, d, bad = job.got, DIALECTS[job.client], job.faults.append
    if job.shape in BROKEN:
        if got.status < 500:
            return bad(f"status {got.status}: {got.text[:100]!r}")
        for f in d.error_shape(got.json(), got.status):
            bad("error shape: " + f)
        return None
    if got.status != 200:
        return bad(f"status {got.status}: {got.text[:150]!r}")
    a = d.read_whole(json.loads(got.body.decode("utf-8-sig")))
    if a.choice().text != TEXT or not a.complete or got.ended != "whole":
        bad(f"text became {a.choice().text!r}")
    return None


def judge(job):
    if not job.stream:
        return judge_whole(job) if job.got.ended != "hung" else job.faults.append("it hangs")
    got, d, bad = job.got, DIALECTS[job.client], job.faults.append
    if got.ended == "hung":
        return bad("it hangs")
    if job.shape in TRUNCATED:
        if got.status != 200:
            if got.status < 500:
                bad(f"status {got.status}")
            for f in d.error_shape(got.json(), got.status):
                bad("error shape: " + f)
            return None
        # Our own words are strict; an upstream's that pass are as they were.
        a = d.read_stream(got.text, strict=job.client != job.upstream)
        if a.complete:
            bad("a truncated stream is complete")
        if got.ended == "whole":
            bad("a truncated stream ends cleanly")
        if not a.error:
            bad(f"no error is told: {got.text[-120:]!r}")
        elif job.shape == "in-band error" and "fell over" not in a.error[1]:
            bad(f"the error's words are lost: {a.error[1]!r}")
        for p in a.problems:
            bad("grammar: " + p)
        return None
    if got.status != 200:
        return bad(f"status {got.status}: {got.text[:150]!r}")
    a = d.read_stream(got.text, strict=True)
    want = reply_of(job.shape)[0][1]
    if got.ended != "whole":
        bad("a complete stream is cut")
    if a.error:
        bad(f"an error: {a.error[1]!r}")
    elif not a.complete:
        bad(f"it is not complete: {got.text[-120:]!r}")
    text = a.choice().text
    if text != want:
        bad(f"text of {len(want)}: {len(text)} arrived, {text[-60:]!r}")
    for p in a.problems:
        bad("grammar: " + p)
    return None


async def main(root, only=""):
    score = Score("shapes", "upstream", "client")
    async with Rig(extra="upstream = { idle_timeout = \"8s\"; };\nbreaker = { faults = 1000; };") as rig:
        jobs = [Job(u, c, s, 0) for u in rig.kinds for c in DIALECTS for s in COMPLETE + TRUNCATED + WHOLE + BROKEN
                if only in s]
        for n, j in enumerate(jobs):
            j.model = f"{j.upstream}.s{n}"
            rig.vendor.scripts[j.model] = (script if j.stream else whole_script)(j.upstream, j.shape)
        await in_parallel(rig.port, [j.run for j in jobs])
    for j in jobs:
        try:
            judge(j)
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            j.faults.append(f"it cannot be read: {e!r} in {j.got.text[-200:]!r}")
        score.add(j.upstream, j.client, "complete" if j.shape in COMPLETE + WHOLE else "truncated", j.shape, j.faults)
    return score
