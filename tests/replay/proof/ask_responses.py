# SPDX-License-Identifier: Apache-2.0
"""Reads requests of OpenAI Responses."""
from .answer import digest
from .request import Item, Request, file_text, media

KNOWN = {"model", "input", "instructions", "stream", "stream_options", "tools", "tool_choice", "max_output_tokens", "text",
         "reasoning", "include", "temperature", "top_p", "top_logprobs", "user", "safety_identifier", "metadata", "service_tier",
         "store", "prompt_cache_key", "prompt_cache_retention", "parallel_tool_calls"}
SCALARS = ("temperature", "top_p", "top_logprobs", "user", "safety_identifier", "metadata", "service_tier", "store",
           "prompt_cache_key", "prompt_cache_retention", "parallel_tool_calls")


def read_part(r, role, p, into=None):
    kind = p.get("type")
    if kind in ("input_text", "output_text", "text"):
        item = Item(role, "text", p.get("text"))
    elif kind == "refusal":
        item = Item(role, "text", p.get("refusal"))
    elif kind == "input_image":
        item = Item(role, "image", "id:" + p["file_id"] if p.get("file_id") else media(p.get("image_url")))
    elif kind == "input_file":
        data, url = p.get("file_data"), p.get("file_url")
        item = Item(role, "file", "id:" + p["file_id"] if p.get("file_id") else media(url) if url else media(data)
                    if data.startswith("data:") else "bytes:" + digest(data), plain=file_text(data) if data else None, name=p.get("filename"))
    elif kind == "input_audio":
        item = Item(role, "audio", media(None, p["input_audio"]["data"]))
    else:
        r.unread.append(f"input.content.{kind}")
        return
    (r.items if into is None else into).append(item)


def read_output(r, i):
    out, parts, texts = i.get("output"), [], []
    for p in out if isinstance(out, list) else []:
        if p.get("type") in ("input_text", "output_text", "text"):
            texts.append(p["text"])
        else:
            read_part(r, "user", p, parts)
    text = "\n\n".join(texts) if isinstance(out, list) else out or ""
    r.say("tool", "result", text, id=i.get("call_id"), failed=text.startswith("Error: "), parts=parts)


def read_item(r, i):
    kind = i.get("type") or "message"
    if kind == "message":
        role, content = i.get("role"), i.get("content")
        parts = [{"type": "input_text", "text": content}] if isinstance(content, str) else content or []
        if role in ("system", "developer"):
            r.instruct("\n\n".join(p.get("text") or "" for p in parts))
        else:
            for p in parts:
                read_part(r, role, p)
        r.note(i, {"type", "role", "content", "id", "status", "phase"}, "input.")
    elif kind == "function_call":
        r.say("assistant", "call", i.get("arguments"), name=i.get("name"), id=i.get("call_id"))
    elif kind == "custom_tool_call":
        r.say("assistant", "call", i.get("input"), name=i.get("name"), id=i.get("call_id"))
    elif kind in ("function_call_output", "custom_tool_call_output"):
        read_output(r, i)
    elif kind == "reasoning":
        r.say("assistant", "reasoning", i.get("encrypted_content") or "", id=i.get("id"))
    elif kind not in ("additional_tools", "tool_search_output"):
        r.unread.append(f"input.{kind}")


def read_tools(r, body):
    # Tools may be told later, in the input.
    later = [t for i in (body.get("input") if isinstance(body.get("input"), list) else [])
             if i.get("type") in ("additional_tools", "tool_search_output") for t in i.get("tools") or []]
    for t in (body.get("tools") or []) + later:
        if t.get("type") == "function":
            r.tools[t["name"]] = {"description": t.get("description"), "schema": t.get("parameters"), "freeform": False,
                                  "strict": t.get("strict")}
        elif t.get("type") == "custom":
            r.tools[t["name"]] = {"description": t.get("description"), "schema": None, "freeform": True}
        else:
            r.native_tools.append(t.get("type"))
    c = body.get("tool_choice")
    if isinstance(c, dict):
        if c.get("type") == "allowed_tools":
            r.allowed = sorted(t.get("name") for t in c.get("tools") or [])
            r.choice = c.get("mode")
        elif c.get("name"):
            r.choice = "named:" + c["name"]
        else:
            r.choice = "native:" + c.get("type", "")
    elif c:
        r.choice = c


def read(body):
    r = Request()
    r.instruct(body.get("instructions"))
    items = body.get("input")
    for i in [{"role": "user", "content": items}] if isinstance(items, str) else items or []:
        read_item(r, i)
    read_tools(r, body)
    for name in SCALARS:
        r.field(name, body.get(name))
    r.field("max_tokens", body.get("max_output_tokens"))
    text = body.get("text") or {}
    f = text.get("format") or {}
    if f.get("type") == "json_schema":
        r.format = ("schema", f.get("schema"))
    elif f.get("type") == "json_object":
        r.format = ("json", None)
    r.field("verbosity", text.get("verbosity"))
    for i in body.get("include") or []:
        if i == "message.output_text.logprobs":
            r.field("logprobs", True)
    reasoning = body.get("reasoning") or {}
    if reasoning.get("effort"):
        r.thinking = "off" if reasoning["effort"] == "none" else reasoning["effort"]
    elif reasoning.get("summary"):
        r.thinking = None
    r.note(reasoning, {"effort", "summary", "generate_summary"}, "reasoning.")
    r.note(body, KNOWN)
    return r
