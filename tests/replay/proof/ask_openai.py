# SPDX-License-Identifier: Apache-2.0
"""Reads requests of OpenAI chat completions."""
from .answer import digest
from .request import Item, Request, file_text, media

KNOWN = {"model", "messages", "stream", "stream_options", "tools", "tool_choice", "max_tokens", "max_completion_tokens", "stop",
         "response_format", "reasoning_effort", "reasoning", "thinking", "temperature", "top_p", "top_k", "min_p", "seed",
         "presence_penalty", "frequency_penalty", "repetition_penalty", "n", "logprobs", "top_logprobs", "logit_bias", "user",
         "safety_identifier", "metadata", "service_tier", "store", "prompt_cache_key", "prompt_cache_retention", "verbosity",
         "modalities", "audio", "parallel_tool_calls", "random_seed", "enable_thinking", "chat_template_kwargs"}
SCALARS = ("temperature", "top_p", "top_k", "min_p", "seed", "presence_penalty", "frequency_penalty", "repetition_penalty", "n",
           "logprobs", "top_logprobs", "logit_bias", "user", "safety_identifier", "metadata", "service_tier", "store",
           "prompt_cache_key", "prompt_cache_retention", "verbosity", "modalities", "audio", "parallel_tool_calls")


def read_part(r, role, p, into=None):
    kind = p.get("type")
    r.mark(p)
    if kind in ("text", "input_text", "output_text"):
        item = Item(role, "text", p.get("text"))
    elif kind == "refusal":
        item = Item(role, "text", p.get("refusal"))
    elif kind == "image_url":
        url = p["image_url"]
        item = Item(role, "image", media(url if isinstance(url, str) else url.get("url")))
    elif kind == "input_audio":
        item = Item(role, "audio", media(None, p["input_audio"]["data"]))
    elif kind == "video_url":
        item = Item(role, "video", media(p["video_url"]["url"]))
    elif kind == "file":
        f = p["file"]
        data = f.get("file_data")
        item = Item(role, "file", "id:" + f["file_id"] if f.get("file_id") else media(data) if data and data.startswith(("data:", "http"))
                    else "bytes:" + digest(data), plain=file_text(data) if data else None, name=f.get("filename"))
    elif kind == "thinking":
        item = Item(role, "reasoning", "")
    else:
        r.unread.append(f"messages.content.{kind}")
        return
    (r.items if into is None else into).append(item)


def read_content(r, role, content):
    if isinstance(content, str):
        r.say(role, "text", content)
    for p in content if isinstance(content, list) else []:
        read_part(r, role, p)


def text_of(r, content):
    if isinstance(content, list):
        for p in content:
            r.mark(p)
        return "\n\n".join(p.get("text") or "" for p in content)
    return content or ""


def read_result(r, m):
    parts, texts = [], []
    if isinstance(m.get("content"), list):
        for p in m["content"]:
            if p.get("type") == "text":
                texts.append(p["text"])
            else:
                read_part(r, "user", p, parts)
    else:
        texts.append(m.get("content") or "")
    text = "\n\n".join(texts)
    r.say("tool", "result", text, id=m.get("tool_call_id"), name=m.get("name"), failed=text.startswith("Error: "), parts=parts)


def read_message(r, m):
    role = m.get("role")
    if role in ("system", "developer"):
        r.instruct(text_of(r, m.get("content")))
    elif role in ("tool", "function"):
        read_result(r, m)
    else:
        if any(m.get(k) for k in ("reasoning", "reasoning_content", "reasoning_details")):
            r.say(role, "reasoning", m.get("reasoning_content") or m.get("reasoning") or "")
        read_content(r, role, m.get("content"))
        if m.get("refusal"):
            r.say(role, "text", m["refusal"])
        for t in m.get("tool_calls") or []:
            if t.get("type") == "custom":
                r.say(role, "call", t["custom"]["input"], name=t["custom"]["name"], id=t.get("id"))
            else:
                r.say(role, "call", t["function"].get("arguments"), name=t["function"]["name"], id=t.get("id"))
    r.note(m, {"role", "content", "name", "tool_calls", "tool_call_id", "refusal", "reasoning", "reasoning_content",
               "reasoning_details", "audio", "function_call", "annotations"}, "messages.")


def read_tools(r, body):
    for t in body.get("tools") or []:
        kind = t.get("type") or ("function" if "function" in t else None)
        if kind == "function":
            f = t["function"]
            r.tools[f["name"]] = {"description": f.get("description"), "schema": f.get("parameters"), "freeform": False,
                                  "strict": f.get("strict")}
            r.mark(t)
        elif kind == "custom":
            c = t["custom"]
            r.tools[c["name"]] = {"description": c.get("description"), "schema": None, "freeform": True}
        else:
            r.native_tools.append(kind)
    c = body.get("tool_choice")
    if isinstance(c, dict):
        if c.get("type") == "allowed_tools":
            inner = c.get("allowed_tools") or c
            r.allowed = sorted((t.get("function") or t).get("name") for t in inner.get("tools") or [])
            r.choice = inner.get("mode")
        else:
            r.choice = "named:" + ((c.get("function") or c.get("custom") or c).get("name") or "")
    elif c:
        r.choice = "required" if c == "any" else c


def read_thinking(r, body):
    reasoning, thinking = body.get("reasoning") or {}, body.get("thinking") or {}
    effort = body.get("reasoning_effort") or reasoning.get("effort")
    if effort:
        r.thinking = "off" if effort == "none" else effort
    elif reasoning.get("enabled") is False or thinking.get("type") == "disabled" or body.get("enable_thinking") is False:
        r.thinking = "off"
    elif reasoning.get("max_tokens") or reasoning.get("enabled") or thinking.get("type") in ("enabled", "adaptive"):
        r.thinking = "on"


def read(body):
    r = Request()
    for m in body.get("messages") or []:
        read_message(r, m)
    read_tools(r, body)
    for name in SCALARS:
        r.field(name, body.get(name))
    r.field("seed", body.get("seed", body.get("random_seed")))
    r.field("max_tokens", body.get("max_completion_tokens") or body.get("max_tokens"))
    stop = body.get("stop")
    r.stop = [stop] if isinstance(stop, str) else stop or []
    f = body.get("response_format") or {}
    if f.get("type") == "json_schema":
        r.format = ("schema", f["json_schema"].get("schema"))
    elif f.get("type") == "json_object":
        r.format = ("json", None)
    read_thinking(r, body)
    r.note(body, KNOWN)
    return r
