# SPDX-License-Identifier: Apache-2.0
"""Reads requests of Gemini generateContent, in both spellings of its members."""
import re

from .request import Item, Request, file_text, level, media

OPAQUE = {"args", "response", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema", "schema"}
CONFIG = {"maxOutputTokens", "temperature", "topP", "topK", "seed", "presencePenalty", "frequencyPenalty", "candidateCount",
          "responseLogprobs", "logprobs", "stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema",
          "thinkingConfig", "responseModalities"}
ENUMS = {1: "string", 2: "number", 3: "integer", 4: "boolean", 5: "array", 6: "object"}


def camel(value):
    """proto3 JSON takes snake_case too."""
    if isinstance(value, list):
        return [camel(v) for v in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for k, v in value.items():
        name = re.sub(r"_([a-z])", lambda m: m.group(1).upper(), k.lstrip("_"))
        out[name] = v if name in OPAQUE else camel(v)
    return out


def named_types(schema):
    """With enum-encoding=int types are numbers."""
    if isinstance(schema, list):
        return [named_types(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    return {k: ENUMS.get(v, v) if k == "type" and isinstance(v, int) else named_types(v) for k, v in schema.items()}


def media_item(role, p):
    d = p.get("inlineData") or p.get("fileData") or {}
    mime = (d.get("mimeType") or "").split("/")[0]
    kind = mime if mime in ("image", "audio", "video") else "file"
    if "inlineData" in p:
        return Item(role, kind, media(None, d.get("data")), plain=file_text(d.get("data") or "") if kind == "file" else None)
    uri = d.get("fileUri") or ""
    return Item(role, kind, "id:" + uri if "generativelanguage.googleapis.com" in uri else media(uri))


def read_part(r, role, p):
    if p.get("thought"):
        r.say(role, "reasoning", p.get("thoughtSignature") or "")
    elif p.get("text") is not None:
        if p.get("thoughtSignature"):
            r.say(role, "reasoning", p["thoughtSignature"])
        r.say(role, "text", p["text"])
    elif "functionCall" in p:
        f = p["functionCall"]
        if p.get("thoughtSignature"):
            r.say(role, "reasoning", p["thoughtSignature"])
        r.say(role, "call", f.get("args"), name=f.get("name"), id=f.get("id"))
    elif "functionResponse" in p:
        f = p["functionResponse"]
        parts = [media_item("user", q) for q in f.get("parts") or []]
        r.say("tool", "result", f.get("response"), name=f.get("name"), id=f.get("id"), parts=parts,
              failed=isinstance(f.get("response"), dict) and "error" in f["response"])
    elif "inlineData" in p or "fileData" in p:
        r.items.append(media_item(role, p))
        r.note(p, {"inlineData", "fileData", "thoughtSignature"}, "contents.parts.")
    else:
        r.unread += [f"contents.parts.{k}" for k in p if k not in ("thoughtSignature", "thought")]


def read_tools(r, body):
    for t in body.get("tools") or []:
        for f in t.get("functionDeclarations") or []:
            r.tools[f["name"]] = {"description": f.get("description"), "freeform": False,
                                  "schema": named_types(f.get("parameters")) or f.get("parametersJsonSchema")}
        r.native_tools += [k for k, v in t.items() if k != "functionDeclarations" and v is not None]
    config = body.get("toolConfig") or {}
    c = config.get("functionCallingConfig") or {}
    names = c.get("allowedFunctionNames")
    r.choice = {"AUTO": "auto", "NONE": "none", "ANY": "required", "VALIDATED": "auto"}.get(c.get("mode"))
    if names and len(names) == 1 and r.choice == "required":
        r.choice = "named:" + names[0]
    elif names:
        r.allowed = sorted(names)
    r.note(config, {"functionCallingConfig"}, "toolConfig.")


def read(body):
    body, r = camel(body), Request()
    system = body.get("systemInstruction") or {}
    if isinstance(system, str):
        r.instruct(system)
    else:
        parts = system if isinstance(system, list) else system.get("parts") or []
        r.instruct("\n\n".join(p.get("text") or "" for p in parts))
    for c in body.get("contents") or []:
        role = {"model": "assistant"}.get(c.get("role"), "user")
        for p in c.get("parts") or []:
            read_part(r, role, p)
    read_tools(r, body)
    g = body.get("generationConfig") or {}
    for name, member in (("max_tokens", "maxOutputTokens"), ("temperature", "temperature"), ("top_p", "topP"), ("top_k", "topK"),
                         ("seed", "seed"), ("presence_penalty", "presencePenalty"), ("frequency_penalty", "frequencyPenalty"),
                         ("n", "candidateCount"), ("logprobs", "responseLogprobs"), ("top_logprobs", "logprobs")):
        r.field(name, g.get(member))
    if g.get("responseModalities"):
        modalities = [m.lower() if isinstance(m, str) else m for m in g["responseModalities"]]
        r.field("modalities", modalities)
    r.stop = g.get("stopSequences") or []
    schema = named_types(g.get("responseSchema")) or g.get("responseJsonSchema")
    if schema:
        r.format = ("schema", schema)
    elif g.get("responseMimeType") == "application/json":
        r.format = ("json", None)
    t = g.get("thinkingConfig") or {}
    if t.get("thinkingLevel"):
        r.thinking = t["thinkingLevel"].lower()
    elif t.get("thinkingBudget") is not None:
        r.thinking = "off" if t["thinkingBudget"] == 0 else "on" if t["thinkingBudget"] < 0 else level(t["thinkingBudget"])
    elif t.get("includeThoughts"):
        r.thinking = None
    r.note(g, CONFIG, "generationConfig.")
    r.note(body, {"model", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig"})
    return r
