# SPDX-License-Identifier: Apache-2.0
"""Reads Ollama chats: whole, and as lines by their grammar."""
import json
import re
from datetime import datetime

from .answer import Answer, Call, logprobs, usage

NAME = "ollama"
STOPS = {"stop": "end", "length": "length", "load": "other", "unload": "other"}
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def path(model, stream):
    return "/api/chat"


def shape(body, model, stream):
    body = dict(body, model=model)
    body["stream"] = stream
    return body


def read_usage(o):
    return usage("eval_count" in o or "prompt_eval_count" in o, input=o.get("prompt_eval_count"), cached=0, written=0,
                 output=o.get("eval_count"), reasoning=0)


def read_error(body, status=0):
    e = body.get("error") if isinstance(body, dict) else None
    if isinstance(e, dict):
        return (status, e.get("message") or "")
    return (status, e or "")


def error_shape(body, status=None):
    return [] if set(body) == {"error"} and isinstance(body["error"], str) else [f"not {{error: text}} but {str(body)[:80]}"]


def read_values(values, strict):
    a, final, created = Answer(), False, None

    def bad(text):
        if strict:
            a.problem(text)
    for o in values:
        if final or a.error:
            bad("something after the end")
        if o.get("error"):
            a.error = read_error(o, 200)
            if strict and (set(o) != {"error"} or not isinstance(o["error"], str)):
                bad("an error line that is not {error: text}")
            continue
        if not o.get("model") or not isinstance(o.get("done"), bool) or not TIME.match(o.get("created_at") or ""):
            bad("a line lacks model, created_at or done")
        a.model = a.model or o.get("model") or ""
        if not a.created and TIME.match(o.get("created_at") or ""):
            a.created = int(datetime.fromisoformat(o["created_at"][:19] + "+00:00").timestamp())
        choice, m = a.choice(0), o.get("message") or {}
        if strict and "response" not in o and (m.get("role") != "assistant" or not isinstance(m.get("content"), str)):
            bad("a message without role assistant or content")
        choice.text += m.get("content") or o.get("response") or ""
        thinking = m.get("thinking") or o.get("thinking")
        if thinking:
            choice.reasoning.append(thinking)
        for t in m.get("tool_calls") or []:
            f = t.get("function") or {}
            if strict and (not isinstance(f.get("arguments"), dict) or not f.get("name")):
                bad("a call without a name, or arguments that are no object")
            choice.calls.append(Call(f.get("name"), t.get("id"), f.get("arguments")))
        choice.logprobs += logprobs(o.get("logprobs"))
        if o.get("done"):
            final = True
            choice.finish(STOPS.get(o.get("done_reason") or "stop", "other"))
            a.usage = read_usage(o) or a.usage
            if strict and not o.get("done_reason"):
                bad("the last line has no done_reason")
    for c in a.choices.values():
        c.reasoning = ["".join(c.reasoning)] if c.reasoning else []
        if c.calls and c.stop == "end":
            c.stop = "tools"
    a.complete = final and a.error is None
    return a


def read_whole(body):
    return read_values([body], False)


def read_stream(text, strict=True):
    lines = text.split("\n") if strict else text.lstrip("\ufeff").split("\n")
    a = read_values([json.loads(line) for line in lines if line.strip()], strict)
    if strict:
        if not text.endswith("\n"):
            a.problem("the last line has no end")
        if any(not line.strip() for line in text.split("\n")[:-1]):
            a.problem("an empty line")
    return a


def payloads(text):
    return [line for line in text.split("\n") if line.strip()]
