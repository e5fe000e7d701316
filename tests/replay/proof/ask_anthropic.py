# SPDX-License-Identifier: Apache-2.0
"""Reads requests of Anthropic messages."""
import base64

from .request import Item, Request, file_text, level, media

KNOWN = {"model", "messages", "system", "stream", "tools", "tool_choice", "max_tokens", "stop_sequences", "thinking", "metadata",
         "output_config", "output_format", "temperature", "top_p", "top_k", "service_tier", "cache_control"}
SCALARS = ("temperature", "top_p", "top_k", "service_tier")


def source(s):
    kind = s.get("type")
    if kind == "base64":
        return media(None, s["data"])
    if kind == "url":
        return media(s["url"])
    if kind == "file":
        return "id:" + s["file_id"]
    if kind == "text":
        return media(None, base64.b64encode(s["data"].encode()).decode())
    return f"{kind}:{s}"


def source_text(s):
    return s["data"] if s.get("type") == "text" else file_text(s["data"]) if s.get("type") == "base64" else None


def read_result(r, b):
    parts, texts, content = [], [], b.get("content")
    for p in content if isinstance(content, list) else []:
        r.mark(p)
        if p.get("type") == "text":
            texts.append(p["text"])
        elif p.get("type") == "tool_reference":
            texts.append(p["tool_name"])
        elif p.get("type") in ("image", "document"):
            parts.append(Item("user", "file" if p["type"] == "document" else "image", source(p["source"])))
        else:
            r.unread.append(f"messages.content.content.{p.get('type')}")
    text = "\n\n".join(texts) if isinstance(content, list) else content or ""
    r.say("tool", "result", text, id=b.get("tool_use_id"), failed=bool(b.get("is_error")), parts=parts)


def read_block(r, role, b):
    kind = b.get("type")
    r.mark(b)
    if kind == "text":
        r.say(role, "text", b.get("text"))
    elif kind == "image":
        r.say(role, "image", source(b["source"]))
    elif kind == "document":
        r.say(role, "file", source(b["source"]), plain=source_text(b["source"]), name=b.get("title"))
        r.note(b, {"type", "source", "cache_control", "title"}, "messages.content.")
    elif kind == "tool_use":
        r.say(role, "call", b.get("input"), name=b.get("name"), id=b.get("id"))
    elif kind == "tool_result":
        read_result(r, b)
    elif kind in ("thinking", "redacted_thinking"):
        r.say(role, "reasoning", b.get("signature") or b.get("data"))
    else:
        r.unread.append(f"messages.content.{kind}")


def texts(r, content):
    if isinstance(content, str):
        return content
    for b in content or []:
        r.mark(b)
    return "\n\n".join(b.get("text") or "" for b in content or [])


def read_tools(r, body):
    for t in body.get("tools") or []:
        if t.get("type") in (None, "custom"):
            r.tools[t["name"]] = {"description": t.get("description"), "schema": t.get("input_schema"), "freeform": False,
                                  "strict": t.get("strict")}
            r.mark(t)
            r.note(t, {"type", "name", "description", "input_schema", "cache_control", "strict"}, "tools.")
        else:
            r.native_tools.append(t["type"])
    c = body.get("tool_choice") or {}
    kind = c.get("type")
    r.choice = {"any": "required", "tool": "named:" + (c.get("name") or "")}.get(kind, kind)
    if "disable_parallel_tool_use" in c:
        r.field("parallel_tool_calls", not c["disable_parallel_tool_use"])


def read(body):
    r = Request()
    r.mark(body)
    r.instruct(texts(r, body.get("system")))
    for m in body.get("messages") or []:
        if m["role"] in ("system", "developer"):
            r.instruct(texts(r, m.get("content")))
            continue
        content = m.get("content")
        for b in [{"type": "text", "text": content}] if isinstance(content, str) else content or []:
            read_block(r, m["role"], b)
    read_tools(r, body)
    for name in SCALARS:
        r.field(name, body.get(name))
    r.field("max_tokens", body.get("max_tokens"))
    meta = dict(body.get("metadata") or {})
    r.field("user", meta.pop("user_id", None))
    if meta:
        r.field("metadata", meta)
    r.stop = body.get("stop_sequences") or []
    config = body.get("output_config") or {}
    f = config.get("format") or body.get("output_format") or {}
    if f.get("type") == "json_schema":
        r.format = ("schema", f.get("schema"))
    t = body.get("thinking") or {}
    if t.get("type") == "disabled":
        r.thinking = "off"
    elif config.get("effort"):
        r.thinking = config["effort"]
    elif t.get("type") == "enabled":
        # As much as there is room for is what was asked.
        room = (body.get("max_tokens") or 0) * 0.75
        r.thinking = "on" if (t.get("budget_tokens") or 0) >= room else level(t["budget_tokens"])
    elif t.get("type") == "adaptive":
        r.thinking = "on"
    r.note(config, {"format", "effort"}, "output_config.")
    r.note(body, KNOWN)
    return r
