# SPDX-License-Identifier: Apache-2.0
"""What vendors refuse although their API descriptions allow it."""
import base64
import re


def objects(schema):
    """Every object schema within."""
    if isinstance(schema, list):
        for s in schema:
            yield from objects(s)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" or "properties" in schema:
            yield schema
        for k, v in schema.items():
            if k in ("properties", "$defs", "definitions"):
                for s in (v or {}).values():
                    yield from objects(s)
            elif k not in ("enum", "const", "default", "examples"):
                yield from objects(v)


def closed(schema):
    return all(o.get("additionalProperties") is False for o in objects(schema))


def strict(schema):
    return closed(schema) and all(set(o.get("required") or []) == set(o.get("properties") or {}) for o in objects(schema))


def base64_ok(text):
    try:
        base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
        return True
    except (ValueError, AttributeError):
        return False


def named_twice(names, bad):
    for n in sorted({n for n in names if names.count(n) > 1}):
        bad(f"two tools are called {n!r}")


# ------------------------------------------------------------------ anthropic

def anthropic_blocks(m):
    c = m.get("content")
    return [{"type": "text", "text": c}] if isinstance(c, str) else c or []


def anthropic_messages(body, bad):
    last, open_ids = None, []
    messages = body.get("messages") or []
    for n, m in enumerate(messages):
        where, blocks = f"messages[{n}]", anthropic_blocks(m)
        if m.get("role") == last:
            bad(f"{where}: two {last} turns in a row")
        last = m.get("role")
        if not blocks and not (n == len(messages) - 1 and last == "assistant"):
            bad(f"{where} is empty")
        results = [b for b in blocks if b.get("type") == "tool_result"]
        if open_ids:
            if [b.get("tool_use_id") for b in results] and not set(open_ids) == {b.get("tool_use_id") for b in results}:
                bad(f"{where}: results {[b.get('tool_use_id') for b in results]} for calls {open_ids}")
            if not results:
                bad(f"{where}: calls {open_ids} have no results")
            if any(b.get("type") != "tool_result" for b in blocks[:len(results)]):
                bad(f"{where}: results are not first")
        elif results:
            bad(f"{where}: a result without its call before it")
        open_ids = [b.get("id") for b in blocks if b.get("type") == "tool_use"]
        if len(set(open_ids)) != len(open_ids):
            bad(f"{where}: calls share an id")
        for b in blocks:
            anthropic_block(b, where, bad)
    if messages and messages[0].get("role") != "user":
        bad("the first message is not the user's")
    tail = anthropic_blocks(messages[-1]) if messages else []
    if last == "assistant" and tail and tail[-1].get("type") == "text" and tail[-1]["text"] != tail[-1]["text"].rstrip():
        bad("the final assistant text ends with white space")


def anthropic_block(b, where, bad):
    kind = b.get("type")
    if kind == "text" and not (b.get("text") or "").strip():
        bad(f"{where}: an empty text")
    if kind == "tool_use" and (not re.fullmatch(r"[a-zA-Z0-9_-]+", b.get("id") or "") or not isinstance(b.get("input"), dict)):
        bad(f"{where}: tool_use id {b.get('id')!r}, input {str(b.get('input'))[:40]}")
    if kind == "thinking" and not b.get("signature"):
        bad(f"{where}: thinking without a signature")
    if kind == "tool_result":
        for p in b["content"] if isinstance(b.get("content"), list) else []:
            if p.get("type") == "text" and not p.get("text"):
                bad(f"{where}: an empty text in a result")


def anthropic(body):
    faults = []
    bad = faults.append
    most, thinking = body.get("max_tokens"), body.get("thinking") or {}
    if not isinstance(most, int) or most < 1:
        bad(f"max_tokens is {most}")
    anthropic_messages(body, bad)
    for s in body.get("system") if isinstance(body.get("system"), list) else []:
        if not (s.get("text") or "").strip():
            bad("an empty system text")
    if body.get("system") == "":
        bad("an empty system text")
    if not 0 <= body.get("temperature", 0) <= 1:
        bad(f"temperature {body['temperature']}")
    if thinking.get("type") == "enabled":
        if not 1024 <= thinking.get("budget_tokens", 0) < (most or 0):
            bad(f"a thinking budget of {thinking.get('budget_tokens')} within {most}")
        if body.get("temperature", 1) != 1 or "top_k" in body or body.get("top_p", 1) < 0.95:
            bad("sampling parameters beside thinking")
        if (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
            bad("a forced tool beside thinking")
        turns = [m for m in body["messages"] if m["role"] == "assistant"]
        after = anthropic_blocks(body["messages"][-1])
        if turns and any(b.get("type") == "tool_result" for b in after) and \
                anthropic_blocks(turns[-1])[0].get("type") not in ("thinking", "redacted_thinking"):
            bad("thinking is on, and the turn that called a tool does not begin with thinking")
    for t in body.get("tools") or []:
        if t.get("type") in (None, "custom"):
            if not re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", t.get("name") or ""):
                bad(f"tool name {t.get('name')!r}")
            if (t.get("input_schema") or {}).get("type") != "object":
                bad(f"tool {t.get('name')}: input_schema is no object")
            if t.get("strict") and not closed(t["input_schema"]):
                bad(f"tool {t.get('name')}: strict, but an object is open")
    named_twice([t.get("name") for t in body.get("tools") or []], bad)
    if body.get("tool_choice") and not body.get("tools"):
        bad("tool_choice without tools")
    if str(body).count("'cache_control': {") > 4:
        bad("more than four cache marks")
    if any(not s.strip() for s in body.get("stop_sequences") or []):
        bad("a blank stop sequence")
    f = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    if f.get("schema") and not closed(f["schema"]):
        bad("output schema with an open object")
    return faults


# ------------------------------------------------------------------ openai

def openai_messages(body, bad, id_most):
    waiting = []
    for n, m in enumerate(body.get("messages") or []):
        where, role = f"messages[{n}]", m.get("role")
        if role == "tool":
            if m.get("tool_call_id") not in waiting:
                bad(f"{where}: a result without its call directly before it")
            else:
                waiting.remove(m["tool_call_id"])
            continue
        if waiting:
            bad(f"{where}: calls {waiting} have no result")
        waiting = [t.get("id") for t in m.get("tool_calls") or []]
        for t in m.get("tool_calls") or []:
            if not t.get("id") or len(t["id"]) > id_most:
                bad(f"{where}: call id of {len(t.get('id') or '')} bytes")
            f = t.get("function")
            if f and (not isinstance(f.get("arguments"), str) or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", f.get("name") or "")):
                bad(f"{where}: call {f.get('name')!r} with arguments {str(f.get('arguments'))[:40]}")
        if len(set(waiting)) != len(waiting):
            bad(f"{where}: calls share an id")
        if m.get("tool_calls") == []:
            bad(f"{where}: tool_calls is empty")
        if m.get("content") == []:
            bad(f"{where}: content is empty")
        if role == "assistant" and m.get("content") is None and not m.get("tool_calls") and not m.get("refusal") and not m.get("audio"):
            bad(f"{where}: an assistant without content or calls")
        for p in m["content"] if isinstance(m.get("content"), list) else []:
            if p.get("type") == "file" and p["file"].get("file_data") and not p["file"]["file_data"].startswith("data:"):
                bad(f"{where}: file_data is no data URL")
    if waiting:
        bad(f"calls {waiting} have no result")


def openai(body):
    faults = []
    bad = faults.append
    openai_messages(body, bad, 40)
    if not body.get("messages"):
        bad("no messages")
    for t in body.get("tools") or []:
        f = t.get("function") or {}
        if t.get("type") == "function" and not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", f.get("name") or ""):
            bad(f"tool name {f.get('name')!r}")
        if f.get("parameters") and f["parameters"].get("type") != "object":
            bad(f"tool {f.get('name')}: parameters are no object")
        if f.get("strict") and not strict(f.get("parameters")):
            bad(f"tool {f.get('name')}: strict, but its schema is not")
    named_twice([(t.get("function") or t.get("custom") or {}).get("name") for t in body.get("tools") or []], bad)
    for k in ("tool_choice", "parallel_tool_calls"):
        if k in body and not body.get("tools"):
            bad(f"{k} without tools")
    if "stream_options" in body and not body.get("stream"):
        bad("stream_options without stream")
    if not 0 <= body.get("temperature", 0) <= 2:
        bad(f"temperature {body['temperature']}")
    if isinstance(body.get("stop"), list) and not 1 <= len(body["stop"]) <= 4:
        bad(f"{len(body['stop'])} stop sequences")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        bad("top_logprobs without logprobs")
    f = (body.get("response_format") or {}).get("json_schema") or {}
    if f and not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", f.get("name") or ""):
        bad(f"schema name {f.get('name')!r}")
    if f.get("strict") and not strict(f.get("schema")):
        bad("response_format: strict, but its schema is not")
    if "max_tokens" in body and "max_completion_tokens" in body:
        bad("max_tokens and max_completion_tokens")
    return faults


def responses(body):
    faults, calls, answers = [], [], []
    bad = faults.append
    items = body.get("input") if isinstance(body.get("input"), list) else []
    for n, i in enumerate(items):
        where, kind = f"input[{n}]", i.get("type") or "message"
        if kind in ("function_call", "custom_tool_call"):
            calls.append(i.get("call_id"))
            if not i.get("call_id") or len(i["call_id"]) > 64:
                bad(f"{where}: call_id of {len(i.get('call_id') or '')} bytes")
            if i.get("id") and not i["id"].startswith(("fc_", "ctc_")):
                bad(f"{where}: id {i['id']!r}")
            if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", i.get("name") or ""):
                bad(f"{where}: name {i.get('name')!r}")
        elif kind in ("function_call_output", "custom_tool_call_output"):
            answers.append(i.get("call_id"))
            if i.get("call_id") not in calls:
                bad(f"{where}: a result without its call")
        elif kind == "reasoning":
            after = items[n + 1] if n + 1 < len(items) else {}
            if after.get("role") in ("user", "system", "developer") or not after or after.get("type", "").endswith("_output"):
                bad(f"{where}: reasoning without the item that it led to")
            if i.get("id") and not i["id"].startswith("rs_"):
                bad(f"{where}: id {i['id']!r}")
            if not isinstance(i.get("summary"), list):
                bad(f"{where}: reasoning without summary")
        elif kind == "message":
            want = "output_text" if i.get("role") == "assistant" else "input_"
            for p in i["content"] if isinstance(i.get("content"), list) else []:
                if not p.get("type", "").startswith(want) and p.get("type") != "refusal":
                    bad(f"{where}: {p.get('type')} in a message of {i.get('role')}")
            if i.get("id") and not i["id"].startswith("msg_"):
                bad(f"{where}: id {i['id']!r}")
            if i.get("content") in (None, []):
                bad(f"{where}: a message without content")
    if set(calls) != set(answers):
        bad(f"calls {calls} and results {answers}")
    if len(set(calls)) != len(calls):
        bad("calls share an id")
    if not body.get("input") and not body.get("instructions"):
        bad("no input")
    for t in body.get("tools") or []:
        if t.get("type") == "function" and not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", t.get("name") or ""):
            bad(f"tool name {t.get('name')!r}")
        if t.get("type") == "function" and t.get("strict") is not False and t.get("strict") and not strict(t.get("parameters")):
            bad(f"tool {t.get('name')}: strict, but its schema is not")
    named_twice([t["name"] for t in body.get("tools") or [] if t.get("name")], bad)
    f = (body.get("text") or {}).get("format") or {}
    if f.get("strict") and not strict(f.get("schema")):
        bad("text.format: strict, but its schema is not")
    if f.get("type") == "json_schema" and not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", f.get("name") or ""):
        bad(f"schema name {f.get('name')!r}")
    if not 0 <= body.get("temperature", 0) <= 2:
        bad(f"temperature {body['temperature']}")
    if body.get("max_output_tokens", 16) < 16:
        bad(f"max_output_tokens {body['max_output_tokens']}")
    for k in ("tool_choice", "parallel_tool_calls"):
        if k in body and not body.get("tools"):
            if k == "tool_choice":
                bad(f"{k} without tools")
    return faults


# ------------------------------------------------------------------ gemini

def gemini_contents(body, bad):
    last, open_calls = None, []
    for n, c in enumerate(body.get("contents") or []):
        where, parts = f"contents[{n}]", c.get("parts") or []
        if c.get("role") not in ("user", "model"):
            bad(f"{where}: role {c.get('role')!r}")
        if c.get("role") == last:
            bad(f"{where}: two {last} turns in a row")
        last = c.get("role")
        if not parts:
            bad(f"{where} is empty")
        answers = [p["functionResponse"] for p in parts if "functionResponse" in p]
        if open_calls:
            if sorted(a.get("name") or "" for a in answers) != sorted(f["name"] for f in open_calls):
                bad(f"{where}: responses {[a.get('name') for a in answers]} for calls {[f['name'] for f in open_calls]}")
            ids = [f.get("id") for f in open_calls]
            if any(a.get("id") and a["id"] not in ids for a in answers):
                bad(f"{where}: response ids {[a.get('id') for a in answers]} for calls {ids}")
        elif answers:
            bad(f"{where}: a functionResponse without its call before it")
        open_calls = [p["functionCall"] for p in parts if "functionCall" in p]
        for p in parts:
            data = [k for k in p if k in ("text", "inlineData", "functionCall", "functionResponse", "fileData", "executableCode",
                                         "codeExecutionResult")]
            if len(data) != 1:
                bad(f"{where}: a part with {data}")
            if p.get("text") == "" and not p.get("thoughtSignature"):
                bad(f"{where}: an empty text")
            if "functionCall" in p and not isinstance(p["functionCall"].get("args", {}), dict):
                bad(f"{where}: args are no object")
            if "functionResponse" in p and not isinstance(p["functionResponse"].get("response"), dict):
                bad(f"{where}: response is no object")
            if "thoughtSignature" in p and not base64_ok(p["thoughtSignature"]):
                bad(f"{where}: thoughtSignature is no base64")
    if not body.get("contents"):
        bad("no contents")
    if body.get("contents") and body["contents"][0].get("role") != "user":
        bad("the first turn is not the user's")


def gemini(body):
    faults = []
    bad = faults.append
    gemini_contents(body, bad)
    g = body.get("generationConfig") or {}
    if (g.get("responseSchema") or g.get("responseJsonSchema")) and g.get("responseMimeType") != "application/json":
        bad("a schema without responseMimeType")
    if len(g.get("stopSequences") or []) > 5:
        bad("more than five stop sequences")
    if not 0 <= g.get("temperature", 0) <= 2:
        bad(f"temperature {g['temperature']}")
    if "logprobs" in g and not g.get("responseLogprobs"):
        bad("logprobs without responseLogprobs")
    for t in body.get("tools") or []:
        for f in t.get("functionDeclarations") or []:
            if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}", f.get("name") or ""):
                bad(f"function name {f.get('name')!r}")
            if f.get("parameters") and f.get("parametersJsonSchema"):
                bad(f"{f['name']}: parameters and parametersJsonSchema")
            p = f.get("parameters") or {}
            if str(p.get("type", "object")).lower() != "object":
                bad(f"{f['name']}: parameters are no object")
    named_twice([f.get("name") for t in body.get("tools") or [] for f in t.get("functionDeclarations") or []], bad)
    c = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    if c.get("allowedFunctionNames") and c.get("mode") not in ("ANY", "VALIDATED"):
        bad(f"allowedFunctionNames with mode {c.get('mode')}")
    if body.get("systemInstruction") and not any(p.get("text") for p in body["systemInstruction"].get("parts") or []):
        bad("an empty systemInstruction")
    return faults


# ------------------------------------------------------------------ ollama

def ollama(body):
    faults = []
    bad = faults.append
    if not body.get("messages"):
        bad("no messages")
    for n, m in enumerate(body.get("messages") or []):
        where = f"messages[{n}]"
        if m.get("role") not in ("system", "user", "assistant", "tool"):
            bad(f"{where}: role {m.get('role')!r}")
        if not isinstance(m.get("content", ""), str):
            bad(f"{where}: content is no text")
        for i in m.get("images") or []:
            if not base64_ok(i):
                bad(f"{where}: an image that is no base64: {str(i)[:30]!r}")
        for t in m.get("tool_calls") or []:
            f = t.get("function") or {}
            if not isinstance(f.get("arguments"), dict) or not f.get("name"):
                bad(f"{where}: call {f.get('name')!r} with arguments {str(f.get('arguments'))[:40]}")
        if m.get("role") == "tool" and not (m.get("tool_name") or m.get("name")):
            bad(f"{where}: a result without the tool's name")
    named_twice([(t.get("function") or {}).get("name") for t in body.get("tools") or []], bad)
    if not isinstance(body.get("stream"), bool):
        bad(f"stream is {body.get('stream')}")
    for k in ("stop",):
        if k in (body.get("options") or {}) and not isinstance(body["options"][k], list):
            bad(f"options.{k} is no list")
    return faults


CHECK = {"openai": openai, "responses": responses, "anthropic": anthropic, "gemini": gemini, "ollama": ollama}
