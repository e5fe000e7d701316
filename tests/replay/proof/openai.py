# SPDX-License-Identifier: Apache-2.0
"""Reads OpenAI chat completions: whole, and as a stream by its grammar."""
import json

from .answer import Answer, Call, digest, logprobs, usage
from .wire import sse_events

NAME = "openai"
STOPS = {"stop": "end", "length": "length", "tool_calls": "tools", "function_call": "tools", "content_filter": "filter",
         "end_turn": "end", "model_length": "length", "error": "other", "insufficient_system_resource": "other"}


def path(model, stream):
    return "/v1/chat/completions"


def shape(body, model, stream):
    body = dict(body, model=model)
    if stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
    else:
        body.pop("stream", None)
        body.pop("stream_options", None)
    return body


def read_usage(u):
    if not isinstance(u, dict):
        return None
    p, c = u.get("prompt_tokens_details") or {}, u.get("completion_tokens_details") or {}
    n_in, n_out, total = u.get("prompt_tokens") or 0, u.get("completion_tokens") or 0, u.get("total_tokens") or 0
    reasoning = c.get("reasoning_tokens") or u.get("reasoning_tokens") or 0
    # Some count reasoning beside the completion; their total tells.
    if reasoning and total == n_in + n_out + reasoning:
        n_out += reasoning
    cached = min(p.get("cached_tokens") or u.get("prompt_cache_hit_tokens") or 0, n_in)
    written = min(p.get("cache_write_tokens") or 0, n_in - cached)
    return usage(True, input=n_in, cached=cached, written=written, output=n_out, reasoning=min(reasoning, n_out))


def check_total(a, u, n_in, n_out):
    if isinstance(u, dict) and u.get("total_tokens") != (u.get(n_in) or 0) + (u.get(n_out) or 0):
        a.problem(f"total_tokens {u.get('total_tokens')} of {u.get(n_in)} and {u.get(n_out)}")


def read_content(choice, content):
    if isinstance(content, str):
        choice.text += content
    for part in content if isinstance(content, list) else []:
        if part.get("type") == "text":
            choice.text += part["text"]
        elif part.get("type") == "thinking":
            inner = part.get("thinking")
            choice.reasoning.append(inner if isinstance(inner, str) else "".join(t.get("text", "") for t in inner or []))
        elif part.get("type") == "refusal":
            choice.refusal += part["refusal"]


def read_reasoning(message):
    """The several names it goes by; where two hold it, it is told once."""
    for key in ("reasoning_content", "reasoning"):
        if isinstance(message.get(key), str) and message[key]:
            return message[key]
    texts = [d.get("text") or d.get("summary") or "" for d in message.get("reasoning_details") or [] if isinstance(d, dict)]
    return "".join(texts)


def read_message(choice, m):
    r = read_reasoning(m)
    if r:
        choice.reasoning.append(r)
    for d in m.get("reasoning_details") or []:
        choice.proofs += [d[k] for k in ("signature", "data") if d.get(k)]
    read_content(choice, m.get("content"))
    choice.refusal += m.get("refusal") or ""
    for t in m.get("tool_calls") or []:
        if t.get("type") == "custom":
            choice.calls.append(Call(t["custom"]["name"], t.get("id"), t["custom"].get("input", ""), True))
        else:
            choice.calls.append(Call(t["function"].get("name"), t.get("id"), t["function"].get("arguments") or ""))
    if m.get("function_call"):
        choice.calls.append(Call(m["function_call"].get("name"), "", m["function_call"].get("arguments") or ""))
    for a in m.get("annotations") or []:
        u = a.get("url_citation") or {}
        choice.cite(u.get("url"), u.get("title"))
    if isinstance(m.get("audio"), dict) and m["audio"].get("data"):
        choice.media.append(("audio", digest(m["audio"]["data"])))
        choice.text += m["audio"].get("transcript") or ""
    for i in m.get("images") or []:
        url = (i.get("image_url") or {}).get("url", "")
        if url.startswith("data:"):
            choice.media.append(("image", digest(url.split(",", 1)[1])))


def read_error(body, status=0):
    e = body.get("error") if isinstance(body, dict) else None
    if isinstance(e, dict):
        return (status, e.get("message") or "")
    if isinstance(e, str):
        return (status, e)
    return (status, body.get("message") or body.get("detail") or "") if isinstance(body, dict) else None


TYPES = {400: {"invalid_request_error"}, 401: {"authentication_error"}, 403: {"permission_error"}, 404: {"invalid_request_error"},
         413: {"invalid_request_error"}, 422: {"invalid_request_error"}, 429: {"rate_limit_error", "insufficient_quota"}}


def error_shape(body, status=None):
    """Faults of an error body of ours."""
    e = body.get("error")
    if set(body) != {"error"} or not isinstance(e, dict):
        return [f"members {sorted(body)}"]
    out = [f"error.{k} is missing" for k in ("message", "type", "param", "code") if k not in e]
    if not isinstance(e.get("message"), str) or not isinstance(e.get("type"), str):
        out.append("error.message and type must be texts")
    if status and e.get("type") not in TYPES.get(status, {"server_error"} if status >= 500 else {e.get("type")}):
        out.append(f"error.type {e.get('type')!r} at {status}")
    return out


def read_whole(body):
    a = Answer()
    if "choices" not in body and body.get("error"):
        a.error = read_error(body, 200)
        return a
    a.id, a.model, a.usage = body.get("id") or "", body.get("model") or "", read_usage(body.get("usage"))
    a.created = body.get("created") or 0
    check_total(a, body.get("usage"), "prompt_tokens", "completion_tokens")
    for c in body.get("choices") or []:
        choice = a.choice(c.get("index") or 0)
        read_message(choice, c.get("message") or {})
        choice.logprobs = logprobs((c.get("logprobs") or {}).get("content"))
        choice.finish(STOPS.get(c.get("finish_reason"), "none" if c.get("finish_reason") is None else "other"))
        for found in body.get("search_results") or []:		# Perplexity's
            choice.cite(found.get("url"), found.get("title"))
    a.complete = True
    return a


class Stream:
    def __init__(self, strict):
        self.a, self.strict, self.calls, self.stopped, self.roles = Answer(), strict, {}, set(), set()
        self.final, self.usage_seen, self.created = False, False, None

    def bad(self, text):
        if self.strict:
            self.a.problem(text)

    def call(self, choice, i, t):
        index = t.get("index")
        if index is None:
            index = max([k[1] for k in self.calls if k[0] == i], default=-1) + (1 if t.get("id") else 0)
            self.bad("a tool call without index")
        key = (i, index)
        call = self.calls.get(key)
        inner = t.get("function") or t.get("custom") or {}
        # Two calls under one index are told apart by a new id.
        if call is not None and t.get("id") and inner.get("name") and call.id and t["id"] != call.id:
            self.bad(f"call {index} changes its id")
            call = None
        if call is None:
            call = self.calls[key] = Call(freeform=t.get("type") == "custom")
            choice.calls.append(call)
            if index != len([k for k in self.calls if k[0] == i]) - 1:
                self.bad(f"call {index} is out of order")
            if not t.get("id") or not inner.get("name") or not t.get("type"):
                self.bad("the first piece of a call lacks id, type or name")
        elif t.get("id") and t["id"] != call.id and call.id:
            self.bad(f"call {index} changes its id")
        elif self.strict and (t.get("id") or inner.get("name")):
            self.bad("id or name again")
        call.id = call.id or t.get("id") or ""
        call.name = call.name or inner.get("name") or ""
        call.raw += inner.get("arguments") or inner.get("input") or ""

    def chunk_choice(self, c):
        i = c.get("index") or 0
        choice, d = self.a.choice(i), c.get("delta") or {}
        if i in self.stopped and (d.get("content") or d.get("tool_calls") or c.get("finish_reason")):
            self.bad(f"choice {i} goes on after its end")
        if i not in self.roles:
            self.roles.add(i)
            if d.get("role") != "assistant":
                self.bad("the first delta has no role")
        r = read_reasoning(d)
        if r:
            choice.reasoning.append(r)
        for x in d.get("reasoning_details") or []:
            choice.proofs += [x[k] for k in ("signature", "data") if x.get(k)]
        read_content(choice, d.get("content"))
        choice.refusal += d.get("refusal") or ""
        for t in d.get("tool_calls") or []:
            self.call(choice, i, t)
        for n in d.get("annotations") or []:
            u = n.get("url_citation") or {}
            choice.cite(u.get("url"), u.get("title"))
        audio = d.get("audio") or {}
        if audio.get("data"):
            choice.media.append(("audio", audio["data"]))
        choice.text += audio.get("transcript") or ""
        for m in d.get("images") or []:
            url = (m.get("image_url") or {}).get("url", "")
            if url.startswith("data:"):
                choice.media.append(("image", digest(url.split(",", 1)[1])))
        choice.logprobs += logprobs((c.get("logprobs") or {}).get("content"))
        if c.get("finish_reason"):
            self.stopped.add(i)
            choice.finish(STOPS.get(c["finish_reason"], "other"))
        elif "finish_reason" not in c:
            self.bad("a choice without finish_reason")

    def event(self, name, data):
        a = self.a
        if self.final:
            return self.bad("something after [DONE]")
        if name and name != "error":
            self.bad(f"a named event {name!r}")
        if data == "[DONE]":
            self.final = True
            return None
        o = json.loads(data)
        if name == "error" or ("error" in o and o["error"]):
            a.error = read_error(o, 200)
            for f in error_shape(o):
                self.bad("in-band error: " + f)
            return None
        if a.error:
            self.bad("something after an error")
        if o.get("object") != "chat.completion.chunk":
            self.bad(f"object {o.get('object')!r}")
        if a.id and o.get("id") != a.id:
            self.bad("the id changes")
        if self.created not in (None, o.get("created")):
            self.bad("created changes")
        self.created = o.get("created", self.created)
        if not o.get("id") or not o.get("model") or not isinstance(o.get("created"), int):
            self.bad("a chunk lacks id, model or created")
        a.id, a.model = a.id or o.get("id") or "", a.model or o.get("model") or ""
        if o.get("object") == "chat.completion.done":
            self.final = True
        for found in o.get("search_results") or []:
            a.choice(0).cite(found.get("url"), found.get("title"))
        a.created = a.created or o.get("created") or 0
        check_total(a, o.get("usage") if self.strict else None, "prompt_tokens", "completion_tokens")
        u = read_usage(o.get("usage"))
        if u or (o.get("x_groq") or {}).get("usage"):
            a.usage = u or read_usage(o["x_groq"]["usage"])
        choices = o.get("choices") or []
        if not choices:
            if u and self.usage_seen:
                self.bad("usage twice")
            if u and not set(a.choices) <= self.stopped:
                self.bad("usage before the end of a choice")
            self.usage_seen = self.usage_seen or bool(u)
            if not u:
                self.bad("a chunk with no choice and no usage")
        elif self.usage_seen:
            self.bad("a choice after the usage chunk")
        for c in choices:
            self.chunk_choice(c)
        return None

    def close(self):
        a = self.a
        for c in a.choices.values():
            if c.media and all(m[0] == "audio" for m in c.media):
                c.media = [("audio", digest("".join(m[1] for m in c.media)))]
            c.reasoning = ["".join(c.reasoning)] if c.reasoning else []
            if c.calls and c.stop == "end":
                c.stop = "tools"
        a.complete = a.error is None and self.final
        if self.strict and a.complete and set(a.choices) != self.stopped:
            self.bad("a choice without a finish reason")
        return a


def read_stream(text, strict=True):
    s = Stream(strict)
    frames = [] if strict else None
    for name, data in sse_events(text, frames):
        s.event(name, data)
    for f in frames or []:
        s.bad(f)
    a = s.close()
    # Some end without [DONE]; the recording is whole all the same.
    if not strict and a.error is None and a.choices and all(c.stop != "none" for c in a.choices.values()):
        a.complete = True
    return a


def payloads(text):
    """What must arrive byte for byte: up to the end."""
    out = []
    for name, data in sse_events(text):
        out.append(data)
        if data == "[DONE]" or name == "error" or data.startswith('{"error":') or ('"error":{' in data and json.loads(data).get("error")):
            break
    return out
