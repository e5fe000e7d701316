# SPDX-License-Identifier: Apache-2.0
"""Reads Gemini generateContent: whole, and as a stream by its grammar."""
import json

from .answer import Answer, Call, digest, logprobs, usage
from .wire import json_values, sse_events

NAME = "gemini"
STOPS = {"STOP": "end", "MAX_TOKENS": "length", "SAFETY": "filter", "RECITATION": "filter", "LANGUAGE": "filter",
         "BLOCKLIST": "filter", "PROHIBITED_CONTENT": "filter", "SPII": "filter", "IMAGE_SAFETY": "filter",
         "MALFORMED_FUNCTION_CALL": "malformed", "UNEXPECTED_TOOL_CALL": "malformed",
         # with enum-encoding=int
         1: "end", 2: "length", 3: "filter", 4: "filter", 6: "filter", 7: "filter", 8: "filter"}
STATUS = {400: {"INVALID_ARGUMENT", "FAILED_PRECONDITION"}, 401: {"UNAUTHENTICATED"}, 403: {"PERMISSION_DENIED"},
          404: {"NOT_FOUND"}, 409: {"ABORTED", "ALREADY_EXISTS"}, 429: {"RESOURCE_EXHAUSTED"}, 500: {"INTERNAL"},
          502: {"UNAVAILABLE", "INTERNAL"}, 503: {"UNAVAILABLE"}, 504: {"DEADLINE_EXCEEDED"}}


def path(model, stream, version="v1beta"):
    return f"/{version}/models/{model}:streamGenerateContent?alt=sse" if stream else f"/{version}/models/{model}:generateContent"


def shape(body, model, stream):
    return {k: v for k, v in body.items() if k != "model"}


def read_usage(u):
    if not isinstance(u, dict):
        return None
    n_in = (u.get("promptTokenCount") or 0) + (u.get("toolUsePromptTokenCount") or 0)
    thoughts = u.get("thoughtsTokenCount") or 0
    n_out = (u.get("candidatesTokenCount") or u.get("responseTokenCount") or 0) + thoughts
    return usage(True, input=n_in, cached=min(u.get("cachedContentTokenCount") or 0, n_in), written=0, output=n_out,
                 reasoning=thoughts)


def read_error(body, status=0):
    if isinstance(body, list):
        body = body[0] if body else {}
    e = body.get("error") if isinstance(body, dict) else None
    return (status, e.get("message") or "") if isinstance(e, dict) else (status, "")


def error_shape(body, status=None):
    if isinstance(body, list):
        return ["an array"]
    e = body.get("error")
    if set(body) != {"error"} or not isinstance(e, dict):
        return [f"members {sorted(body)}"]
    out = []
    if not isinstance(e.get("message"), str) or not isinstance(e.get("status"), str) or not isinstance(e.get("code"), int):
        out.append("error.code, message and status must be a number and texts")
    if status is not None and e.get("code") != status:
        out.append(f"error.code {e.get('code')} at {status}")
    if status in STATUS and e.get("status") not in STATUS[status]:
        out.append(f"error.status {e.get('status')!r} at {status}")
    return out


def read_part(choice, p):
    if p.get("thoughtSignature") or p.get("thought_signature"):
        choice.proofs.append(p.get("thoughtSignature") or p.get("thought_signature"))
    if p.get("thought"):
        if p.get("text"):
            choice.reasoning.append(p["text"])
    elif "text" in p:
        choice.text += p["text"]
    elif "functionCall" in p:
        f = p["functionCall"]
        choice.calls.append(Call(f.get("name"), f.get("id"), f.get("args")))
    elif "inlineData" in p:
        d = p["inlineData"]
        choice.media.append(((d.get("mimeType") or "").split("/")[0], digest(d.get("data"))))
    else:
        choice.natives += [k for k in p if k not in ("thoughtSignature", "thought_signature", "thought")]


def read_candidate(a, c):
    choice = a.choice(c.get("index") or 0)
    for p in (c.get("content") or {}).get("parts") or []:
        read_part(choice, p)
    for g in (c.get("groundingMetadata") or {}).get("groundingChunks") or []:
        found = g.get("web") or g.get("retrievedContext") or {}
        choice.cite(found.get("uri"), found.get("title"))
    for s in (c.get("citationMetadata") or {}).get("citationSources") or (c.get("citationMetadata") or {}).get("citations") or []:
        choice.cite(s.get("uri"), s.get("title"))
    found = c.get("logprobsResult") or {}
    chosen, tops = found.get("chosenCandidates") or [], found.get("topCandidates") or []
    tops = [t.get("candidates") for t in tops] + [None] * len(chosen)
    choice.logprobs += logprobs([dict(t, top_logprobs=top) for t, top in zip(chosen, tops)])
    if c.get("finishReason"):
        choice.finish(STOPS.get(c["finishReason"], "other"))
    elif choice.stop in ("end", "tools"):
        choice.finish("end")


def read_piece(a, o):
    a.id, a.model = a.id or o.get("responseId") or "", a.model or o.get("modelVersion") or ""
    for c in o.get("candidates") or []:
        read_candidate(a, c)
    u = o.get("usageMetadata") or {}
    a.usage = read_usage(u) or a.usage
    told = [u.get(k) or 0 for k in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount")]
    if u and u.get("totalTokenCount") != sum(told):
        a.problem(f"totalTokenCount {u.get('totalTokenCount')} of {told}")
    if (o.get("promptFeedback") or {}).get("blockReason"):
        a.choice(0).stop = "filter"


def join(a):
    for c in a.choices.values():
        c.reasoning = ["".join(c.reasoning)] if c.reasoning else []


def read_whole(body):
    a = Answer()
    if isinstance(body, list):
        return read_values(body, False)
    if "error" in body:
        a.error = read_error(body, 200)
        return a
    read_piece(a, body)
    join(a)
    a.complete = True
    return a


def read_values(values, strict):
    a, stopped = Answer(), set()

    def bad(text):
        if strict:
            a.problem(text)
    for o in values:
        if a.error:
            bad("something after an error")
        if o.get("error"):
            a.error = read_error(o, 200)
            for f in error_shape(o):
                bad("in-band error: " + f)
            continue
        if a.id and o.get("responseId") != a.id:
            bad("responseId changes")
        if not o.get("responseId") or not o.get("modelVersion"):
            bad("a piece lacks responseId or modelVersion")
        if not o.get("candidates") and not o.get("usageMetadata") and not o.get("promptFeedback"):
            bad("a piece that says nothing")
        for c in o.get("candidates") or []:
            i = c.get("index") or 0
            content = c.get("content")
            if i in stopped and (content or {}).get("parts"):
                bad(f"candidate {i} goes on after its end")
            if content is not None and content.get("role") != "model":
                bad("content without role model")
            if c.get("finishReason"):
                if i in stopped:
                    bad("finishReason twice")
                stopped.add(i)
        read_piece(a, o)
    join(a)
    a.complete = a.error is None and ((bool(a.choices) and set(a.choices) == stopped) or
                                      any(c.stop == "filter" for c in a.choices.values()))
    if strict and a.complete and a.usage and "usageMetadata" not in values[-1]:
        bad("the last piece has no usageMetadata")
    return a


def read_stream(text, strict=True):
    if text.lstrip("\ufeff\r\n ").startswith(("[", ",")):
        return read_values(json_values(text), strict)
    frames = [] if strict else None
    events = sse_events(text, frames)
    a = read_values([json.loads(d) for _, d in events if strict or d != "[DONE]"], strict)
    if strict:
        for f in frames:
            a.problem(f)
        for name, _ in events:
            if name:
                a.problem(f"a named event {name!r}")
    return a


def payloads(text):
    if text.lstrip("\ufeff\r\n ").startswith("["):
        return [json.dumps(v) for v in json_values(text)]
    return [d for _, d in sse_events(text)]
