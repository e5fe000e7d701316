# SPDX-License-Identifier: Apache-2.0
"""Reads Anthropic messages: whole, and as a stream by its grammar."""
import json

from .answer import Answer, Call, usage
from .wire import sse_events

NAME = "anthropic"
STOPS = {"end_turn": "end", "max_tokens": "length", "stop_sequence": "sequence", "tool_use": "tools", "pause_turn": "pause",
         "refusal": "refusal", "model_context_window_exceeded": "context", "compaction": "pause"}
ERRORS = {400: {"invalid_request_error"}, 401: {"authentication_error"}, 402: {"billing_error", "invalid_request_error"},
          403: {"permission_error"}, 404: {"not_found_error"}, 409: {"conflict_error", "invalid_request_error"},
          413: {"request_too_large", "invalid_request_error"}, 429: {"rate_limit_error"}, 500: {"api_error"},
          502: {"api_error"}, 503: {"api_error", "overloaded_error"}, 504: {"timeout_error", "api_error"},
          529: {"overloaded_error"}}


def path(model, stream):
    return "/v1/messages"


def shape(body, model, stream):
    body = dict(body, model=model)
    body.pop("stream", None)
    if stream:
        body["stream"] = True
    return body


def read_usage(u, before=None):
    if not isinstance(u, dict):
        return before
    keys = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
    seen = dict(before or {})
    for k in keys:
        if u.get(k) is not None:
            seen[k] = u[k]
    thought = (u.get("output_tokens_details") or {}).get("thinking_tokens")
    if thought is not None:
        seen["thinking"] = thought
    return seen


def neutral_usage(seen):
    if not seen:
        return None
    cached, written = seen.get("cache_read_input_tokens", 0), seen.get("cache_creation_input_tokens", 0)
    return usage(True, input=seen.get("input_tokens", 0) + cached + written, cached=cached, written=written,
                 output=seen.get("output_tokens", 0), reasoning=min(seen.get("thinking", 0), seen.get("output_tokens", 0)))


def read_block(choice, b):
    kind = b.get("type")
    if kind == "text":
        choice.text += b.get("text") or ""
        for c in b.get("citations") or []:
            choice.cite(c.get("url") or c.get("source"), c.get("title"))
    elif kind == "thinking":
        if b.get("thinking"):
            choice.reasoning.append(b["thinking"])
        if b.get("signature"):
            choice.proofs.append(b["signature"])
    elif kind == "redacted_thinking":
        choice.proofs.append(b.get("data"))
    elif kind == "tool_use":
        choice.calls.append(Call(b.get("name"), b.get("id"), b.get("input")))
    else:
        choice.natives.append(kind)


def read_error(body, status=0):
    e = body.get("error") if isinstance(body, dict) else None
    return (status, e.get("message") or "") if isinstance(e, dict) else (status, "")


def error_shape(body, status=None):
    e = body.get("error")
    if body.get("type") != "error" or not isinstance(e, dict):
        return ["not {type: error, error: {}}"]
    out = []
    if not isinstance(e.get("message"), str) or not isinstance(e.get("type"), str):
        out.append("error.type and message must be texts")
    if status in ERRORS and e.get("type") not in ERRORS[status]:
        out.append(f"error.type {e.get('type')!r} at {status}")
    return out


def read_whole(body):
    a = Answer()
    if body.get("type") == "error":
        a.error = read_error(body, 200)
        return a
    a.id, a.model = body.get("id") or "", body.get("model") or ""
    a.usage = neutral_usage(read_usage(body.get("usage")))
    choice = a.choice(0)
    for b in body.get("content") or []:
        read_block(choice, b)
    reason = body.get("stop_reason")
    choice.finish(STOPS.get(reason, "other") if reason else "none")
    choice.sequence = body.get("stop_sequence")
    if choice.sequence is not None and reason != "stop_sequence":
        a.problem(f"stop_sequence {choice.sequence!r} with {reason}")
    a.complete = True
    return a


DELTAS = {"text": {"text_delta", "citations_delta"}, "thinking": {"thinking_delta", "signature_delta"},
          "tool_use": {"input_json_delta"}, "redacted_thinking": set()}


class Stream:
    def __init__(self, strict):
        self.a, self.strict, self.started, self.final, self.delta_seen = Answer(), strict, False, False, False
        self.open, self.index, self.next, self.usage, self.signed = None, None, 0, None, False

    def bad(self, text):
        if self.strict:
            self.a.problem(text)

    def block_start(self, o):
        if self.open is not None:
            self.bad("a block begins inside another")
        if o.get("index") != self.next:
            self.bad(f"block index {o.get('index')}, {self.next} is next")
        self.open, self.index, self.next = dict(o["content_block"]), o.get("index"), self.next + 1
        self.signed = False
        if self.open.get("type") == "tool_use":
            self.open["json"] = ""
            if self.open.get("input") != {}:
                self.bad("tool_use does not begin with an empty input")
        if self.open.get("type") == "text" and self.open.get("text") != "":
            self.bad("text does not begin empty")
        if self.open.get("type") == "thinking" and ("thinking" not in self.open or "signature" not in self.open):
            self.bad("a thinking block begins without thinking and signature")

    def block_delta(self, o):
        b, d = self.open, o.get("delta") or {}
        if b is None or o.get("index") != self.index:
            return self.bad("a delta without its block")
        kind = d.get("type")
        if b["type"] in DELTAS and kind not in DELTAS[b["type"]]:
            self.bad(f"{kind} in a {b['type']} block")
        if self.signed:
            self.bad("something after the signature")
        if kind == "text_delta":
            b["text"] = (b.get("text") or "") + d.get("text", "")
        elif kind == "thinking_delta":
            b["thinking"] = (b.get("thinking") or "") + d.get("thinking", "")
        elif kind == "signature_delta":
            b["signature"], self.signed = (b.get("signature") or "") + d["signature"], True
        elif kind == "input_json_delta":
            b["json"] = b.get("json", "") + d.get("partial_json", "")
        elif kind == "citations_delta":
            b.setdefault("citations", None)
            b["citations"] = (b["citations"] or []) + [d["citation"]]
        return None

    def block_stop(self, o):
        b, self.open = self.open, None
        if b is None or o.get("index") != self.index:
            return self.bad("a stop without its block")
        if b["type"] == "tool_use":
            # Some send the whole input at the block's start.
            text = b["json"]
            b["input"] = b.get("input") if not text and b.get("input") else text
            try:
                b["input"] = json.loads(text) if text.strip() else b["input"] or {}
            except ValueError:
                pass
        read_block(self.a.choice(0), b)
        return None

    def event(self, name, data):
        if self.final and not self.strict:
            return None	# OpenRouter adds a [DONE]
        a, o = self.a, json.loads(data)
        kind = o.get("type")
        if self.strict and name != kind:
            self.bad(f"event {name!r} holds {kind!r}")
        if self.final:
            return self.bad("something after message_stop")
        if a.error:
            self.bad("something after an error")
        if kind == "error":
            a.error = read_error(o, 200)
            for f in error_shape(o):
                self.bad("in-band error: " + f)
            return None
        if kind == "ping":
            return None
        if not self.started and kind != "message_start":
            self.bad(f"{kind} before message_start")
        if kind == "message_start":
            if self.started:
                self.bad("message_start twice")
            self.started, m = True, o["message"]
            for k in ("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"):
                if k not in m:
                    self.bad(f"message_start lacks {k}")
            if m.get("content") not in ([], None):
                self.bad("message_start has content")
            a.id, a.model, self.usage = m.get("id") or "", m.get("model") or "", read_usage(m.get("usage"))
            a.choice(0)
        elif kind == "content_block_start":
            self.block_start(o)
        elif kind == "content_block_delta":
            self.block_delta(o)
        elif kind == "content_block_stop":
            self.block_stop(o)
        elif kind == "message_delta":
            if self.open is not None:
                self.bad("message_delta inside a block")
            self.usage = read_usage(o.get("usage"), self.usage)
            d = o.get("delta") or {}
            if d.get("stop_reason"):
                self.delta_seen = True
                a.choice(0).finish(STOPS.get(d["stop_reason"], "other"))
                a.choice(0).sequence = d.get("stop_sequence")
            if "usage" not in o or "output_tokens" not in (o.get("usage") or {}):
                self.bad("message_delta without usage.output_tokens")
        elif kind == "message_stop":
            self.final = True
            if not self.delta_seen:
                self.bad("message_stop without a stop reason")
        else:
            self.bad(f"unknown event {kind!r}")
        return None

    def close(self):
        self.a.usage = neutral_usage(self.usage)
        self.a.complete = self.final and self.a.error is None
        return self.a


def read_stream(text, strict=True):
    s = Stream(strict)
    frames = [] if strict else None
    for name, data in sse_events(text, frames):
        s.event(name, data)
    for f in frames or []:
        s.bad(f)
    return s.close()


def payloads(text):
    out = []
    for name, data in sse_events(text):
        out.append(data)
        if name == "message_stop":
            break
    return out
