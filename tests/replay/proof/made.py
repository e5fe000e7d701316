# SPDX-License-Identifier: Apache-2.0
"""Answers and requests that nobody recorded: made by a seeded generator, with what recordings seldom hold."""
import json
import os
import random

from . import asked, build, cross, schema, vendors
from .corpus import DIALECTS
from .rig import Rig
from .score import Score
from .wire import in_parallel

WORDS = ["Oslo", "naïve", "世界", "🙂👩‍👩‍👧", "\u2028", "\"quoted\"", "back\\slash", "<b>&amp;</b>", "line\nbreak", "tab\there", "{\"a\": 1}",
         "data: x", "</think>", "\u00a0", "zero\u200bwidth", "1e400", "```json", "~w1.", "event: ping", "\u0001", "ß", "end."]
NAMES = ["weather", "get_time", "f", "look-up", "Tool_9", "a" * 60]
SIGNATURES = ["c2lnbmVk", "Ev8BCkYI+/Ag" * 40, "QQ=="]


def sentence(rng, most=12):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def value(rng, depth=0):
    kinds = [lambda: sentence(rng, 3), lambda: rng.randint(-5, 10 ** 12), lambda: rng.choice([True, False, None]), lambda: 0.1 + rng.randint(0, 9),
             lambda: ""]
    if depth < 3:
        kinds += [lambda: [value(rng, depth + 1) for _ in range(rng.randint(0, 3))], lambda: arguments(rng, depth + 1)]
    return rng.choice(kinds)()


def arguments(rng, depth=0):
    return {rng.choice(["city", "n", "größe", "a b", "$x", "list"]) + str(i): value(rng, depth) for i in range(rng.randint(0, 4))}


def make_reply(rng, dialect):
    """Parts in an order that the dialect can have."""
    parts = []
    for _ in range(rng.randint(1, 5)):
        kind = rng.choice(["think", "text", "text", "call", "call"])
        if kind == "think":
            parts.append(("think", sentence(rng), rng.choice(SIGNATURES)))
        elif kind == "text":
            parts.append(("text", sentence(rng)))
        else:
            parts.append(("call", f"call_{len(parts)}{rng.randint(0, 99)}", rng.choice(NAMES), arguments(rng)))
    if dialect in ("openai", "ollama"):
        parts.sort(key=lambda p: ("think", "text", "call").index(p[0]))
    if dialect == "gemini":
        # A signature stands on what follows.
        parts = [p for i, p in enumerate(parts) if p[0] != "think" or (i + 1 < len(parts) and parts[i + 1][0] != "think")]
    reply = vendors.Reply(parts or [("text", "ok")])
    if rng.random() < 0.3:
        reply.stop = rng.choice(["length", "filter"] if dialect != "ollama" else ["length"])
    n_in, n_out = rng.randint(1, 9000), rng.randint(1, 900)
    cached = rng.choice([0, rng.randint(0, n_in)])
    written = rng.choice([0, rng.randint(0, n_in - cached)]) if dialect != "gemini" else 0
    reply.usage = {"input": n_in, "cached": cached, "written": written, "output": n_out, "reasoning": rng.choice([0, rng.randint(0, n_out)])}
    if dialect == "ollama":
        reply.usage.update(cached=0, written=0, reasoning=0)
    return reply


class Made:
    """As a recording."""
    status, features, array = 200, set(), False

    def __init__(self, key, dialect, reply, stream):
        self.key, self.dialect, self.reply, self.stream = key, dialect, reply, stream

    @property
    def bytes(self):
        d = self.dialect
        if self.stream:
            return "".join(vendors.frame(d, n, e) for n, e in vendors.STREAM[d](self.reply)).encode()
        return vendors.dump(vendors.WHOLE[d](self.reply)).encode()

    def answer(self):
        text = self.bytes.decode()
        return DIALECTS[self.dialect].read_stream(text, False) if self.stream else DIALECTS[self.dialect].read_whole(json.loads(text))


def script(made, cut):
    async def run(asked_for, conn):
        if not made.stream:
            return await conn.whole(200, made.bytes, [("content-type", "application/json")])
        await conn.head([("content-type", vendors.content_type(made.dialect))])
        await conn.chunks(made.bytes, [cut])
        return await conn.end()
    return run


async def replies(rig, rng, n, only, score):
    jobs = []
    for i in range(n):
        for d in rig.kinds:
            reply, stream = make_reply(rng, d), rng.random() < 0.6
            for client in DIALECTS:
                made = Made(f"{d} answer {i}", d, reply, stream)
                job = cross.Job(made, client, rng.random() < 0.6, rng.choice([1, 3, 50, 4000]), len(jobs))
                rig.vendor.scripts[job.model] = script(made, job.pieces)
                if only in made.key:
                    jobs.append(job)
    await in_parallel(rig.port, [j.run for j in jobs])
    for j in jobs:
        cross.judge(j)
        score.add(j.r.dialect, j.client, "answers", f"{j.r.key} {'stream' if j.r.stream else 'whole'} as {j.form} by {j.pieces}", j.faults)
        if os.environ.get("WEIR_SHOW") and j.faults:
            print(f"# {j.r.key} -> {j.client}\n{j.r.bytes.decode()[:3000]}\n=>\n{j.got.text[:3000]}")


class MadeRequest:
    def __init__(self, key, dialect, body):
        self.key, self.dialect, self.status = key, dialect, 200
        self.request = {"body": body, "path": "/"}


async def requests(rig, rng, n, only, score):
    jobs = []
    for i in range(n):
        for d in DIALECTS:
            talk = build.make(rng, sentence, arguments, NAMES)
            r = MadeRequest(f"{d} request {i}", d, build.BUILD[d](talk))
            for target in rig.kinds:
                job = asked.Job(r, target, 0)
                job.model = f"{target}.q{len(jobs)}"
                rig.vendor.scripts[job.model] = asked.answer(target)
                if only in r.key:
                    jobs.append(job)
    await in_parallel(rig.port, [j.run for j in jobs])
    for j in jobs:
        j.asked = (rig.vendor.seen.get(j.model) or [None])[0]
        try:
            asked.judge(j)
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            j.fault(f"it cannot be judged: {e!r}")
        score.add(j.r.dialect, j.target, "requests", j.r.key, j.faults)
        if os.environ.get("WEIR_SHOW") and j.faults:
            print(f"# {j.r.key} -> {j.target}\n{json.dumps(j.sent)[:4000]}\n{j.asked and j.asked.body.decode()[:4000]}\n{j.got.dropped} {j.got.text[:500]}")


async def main(root, only=""):
    """WEIR_SEED is another seed, WEIR_MADE another number of each."""
    schema.load(root)
    score, rng = Score("made", "from", "to"), random.Random(int(os.environ.get("WEIR_SEED", "1")))
    n = int(os.environ.get("WEIR_MADE", "40"))
    async with Rig() as rig:
        await replies(rig, rng, n, only, score)
        await requests(rig, rng, n, only, score)
    return score
