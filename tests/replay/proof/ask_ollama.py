# SPDX-License-Identifier: Apache-2.0
"""Reads requests of Ollama's chat."""
from .request import Request, media

OPTIONS = {"num_predict", "temperature", "top_p", "top_k", "min_p", "seed", "stop", "presence_penalty", "frequency_penalty",
           "repeat_penalty"}


def read_message(r, m):
    role = m.get("role")
    if role == "system":
        r.instruct(m.get("content"))
    elif role == "tool":
        text = m.get("content") or ""
        r.say("tool", "result", text, name=m.get("tool_name") or m.get("name"), id=m.get("tool_call_id"),
              failed=text.startswith("Error: "))
        for image in m.get("images") or []:
            r.say("user", "image", media(None, image))
        return
    else:
        if m.get("thinking"):
            r.say(role, "reasoning", m["thinking"])
        for image in m.get("images") or []:
            r.say(role, "image", media(None, image))
        r.say(role, "text", m.get("content") or "")
        for t in m.get("tool_calls") or []:
            r.say(role, "call", t["function"].get("arguments"), name=t["function"]["name"], id=t.get("id"))
    r.note(m, {"role", "content", "images", "tool_calls", "thinking", "tool_name", "name"}, "messages.")


def read(body):
    r = Request()
    for m in body.get("messages") or []:
        read_message(r, m)
    for t in body.get("tools") or []:
        f = t.get("function") or {}
        r.tools[f.get("name")] = {"description": f.get("description"), "schema": f.get("parameters"), "freeform": False}
    o = body.get("options") or {}
    for name, member in (("max_tokens", "num_predict"), ("temperature", "temperature"), ("top_p", "top_p"), ("top_k", "top_k"),
                         ("min_p", "min_p"), ("seed", "seed"), ("presence_penalty", "presence_penalty"),
                         ("frequency_penalty", "frequency_penalty"), ("repetition_penalty", "repeat_penalty")):
        r.field(name, o.get(member))
    r.field("logprobs", body.get("logprobs"))
    r.field("top_logprobs", body.get("top_logprobs"))
    stop = o.get("stop")
    r.stop = [stop] if isinstance(stop, str) else stop or []
    f = body.get("format")
    if isinstance(f, dict):
        r.format = ("schema", f)
    elif f == "json":
        r.format = ("json", None)
    think = body.get("think")
    if think is not None:
        r.thinking = {True: "on", False: "off"}.get(think, think)
    r.note(o, OPTIONS, "options.")
    r.note(body, {"model", "messages", "tools", "options", "format", "think", "stream", "logprobs", "top_logprobs"})
    return r
