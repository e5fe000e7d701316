# SPDX-License-Identifier: Apache-2.0
"""A conversation that was made up, in the words of each client."""
import base64
import json

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = base64.b64encode(b"%PDF-1.4\n\xc4\xe5\xf2\xe5\xeb\xa7\xf3\xa0\xd0\xc4\xc6\n1 0 obj<<>>endobj trailer<<>>\n%%EOF").decode()
SCHEMAS = [
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    {"type": "object", "properties": {}},
    {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}},
                                                                       "required": ["n"]}},
                                      "e": {"type": "string", "enum": ["x", "y"], "description": "which"}}, "required": ["a"]},
    {"type": "object", "properties": {"v": {"anyOf": [{"type": "string"}, {"type": "number"}]}, "t": {"type": "boolean"}},
     "required": ["v", "t"], "additionalProperties": False},
    {"type": "object", "properties": {"node": {"$ref": "#/$defs/node"}}, "required": ["node"], "$defs": {
        "node": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}},
]


class Talk:
    system, items, tools, choice, format = None, (), (), None, None
    most = temperature = top_p = seed = user = thinking = None
    stop, parallel, stream = (), None, False


def make(rng, sentence, arguments, names):
    t = Talk()
    t.stream = rng.random() < 0.5
    t.system = sentence(rng) if rng.random() < 0.6 else None
    t.tools = [(n, sentence(rng, 4), rng.choice(SCHEMAS)) for n in rng.sample(names, rng.choice([0, 0, 1, 2, 3]))]
    t.items, calls = [], 0
    for turn in range(rng.randint(1, 3)):
        t.items.append(("user", rng.choice([[("text", sentence(rng))], [("text", sentence(rng)), ("image", PNG)],
                                             [("image", PNG), ("text", sentence(rng))], [("text", sentence(rng)), ("file", PDF)]])))
        if t.tools and rng.random() < 0.6:
            made = [(f"call_{calls + i}x", rng.choice(t.tools)[0], arguments(rng)) for i in range(rng.randint(1, 3))]
            calls += len(made)
            t.items.append(("calls", sentence(rng) if rng.random() < 0.4 else None, made))
            t.items.append(("results", [(c[0], c[1], rng.choice([sentence(rng), json.dumps(arguments(rng)), "42"]), rng.random() < 0.2)
                                        for c in made]))
        if rng.random() < 0.7:
            t.items.append(("assistant", sentence(rng)))
    if t.items[-1][0] == "assistant":
        t.items.append(("user", [("text", sentence(rng))]))
    if t.tools:
        t.choice = rng.choice([None, "auto", "none", "required", "named:" + t.tools[0][0]])
        t.parallel = rng.choice([None, None, False])
    t.most = rng.choice([None, 100, 5000])
    t.temperature, t.top_p = rng.choice([None, 0, 0.5, 1]), rng.choice([None, 0.9])
    t.seed, t.user = rng.choice([None, 7]), rng.choice([None, "user-1"])
    t.stop = rng.choice([[], [], ["END"], ["a\nb", "STOP"]])
    t.thinking = rng.choice([None, None, "low", "high"])
    t.format = rng.choice([None, None, None, SCHEMAS[0]])
    return t


def put(body, **members):
    body.update({k: v for k, v in members.items() if v is not None})
    return body


def choice_word(t, required):
    return t.choice if t.choice in (None, "auto", "none") else required


def openai(t):
    messages = [{"role": "system", "content": t.system}] if t.system else []
    for i in t.items:
        if i[0] == "user":
            parts = [{"type": "text", "text": v} if k == "text" else
                     {"type": "image_url", "image_url": {"url": "data:image/png;base64," + v}} if k == "image" else
                     {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64," + v}} for k, v in i[1]]
            messages.append({"role": "user", "content": parts})
        elif i[0] == "assistant":
            messages.append({"role": "assistant", "content": i[1]})
        elif i[0] == "calls":
            messages.append({"role": "assistant", "content": i[1], "tool_calls": [
                {"id": c[0], "type": "function", "function": {"name": c[1], "arguments": json.dumps(c[2])}} for c in i[2]]})
        else:
            messages += [{"role": "tool", "tool_call_id": r[0], "content": r[2]} for r in i[1]]
    tools = [{"type": "function", "function": {"name": n, "description": d, "parameters": s}} for n, d, s in t.tools]
    choice = choice_word(t, "required" if t.choice == "required" else {"type": "function", "function": {"name": (t.choice or ":")[6:]}})
    return put({"model": "m", "messages": messages}, tools=tools or None, tool_choice=choice, parallel_tool_calls=t.parallel,
               max_completion_tokens=t.most, temperature=t.temperature, top_p=t.top_p, seed=t.seed, user=t.user, stop=t.stop or None,
               reasoning_effort=t.thinking, stream=t.stream or None, response_format=t.format and {
                   "type": "json_schema", "json_schema": {"name": "x", "schema": t.format}})


def responses(t):
    items = []
    for i in t.items:
        if i[0] == "user":
            items.append({"role": "user", "content": [
                {"type": "input_text", "text": v} if k == "text" else
                {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64," + v} if k == "image" else
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64," + v} for k, v in i[1]]})
        elif i[0] == "assistant":
            items.append({"role": "assistant", "content": i[1]})
        elif i[0] == "calls":
            items += [{"role": "assistant", "content": i[1]}] if i[1] else []
            items += [{"type": "function_call", "call_id": c[0], "name": c[1], "arguments": json.dumps(c[2])} for c in i[2]]
        else:
            items += [{"type": "function_call_output", "call_id": r[0], "output": r[2]} for r in i[1]]
    tools = [{"type": "function", "name": n, "description": d, "parameters": s, "strict": False} for n, d, s in t.tools]
    choice = choice_word(t, "required" if t.choice == "required" else {"type": "function", "name": (t.choice or ":")[6:]})
    return put({"model": "m", "input": items}, instructions=t.system, tools=tools or None, tool_choice=choice,
               parallel_tool_calls=t.parallel, max_output_tokens=t.most, temperature=t.temperature, top_p=t.top_p, user=t.user,
               reasoning=t.thinking and {"effort": t.thinking}, stream=t.stream or None, text=t.format and {
                   "format": {"type": "json_schema", "name": "x", "schema": t.format}})


def anthropic(t):
    messages = []
    for i in t.items:
        if i[0] == "user":
            blocks = [{"type": "text", "text": v} if k == "text" else
                      {"type": "image" if k == "image" else "document", "source": {
                          "type": "base64", "media_type": "image/png" if k == "image" else "application/pdf", "data": v}} for k, v in i[1]]
            role = "user"
        elif i[0] == "assistant":
            role, blocks = "assistant", [{"type": "text", "text": i[1]}]
        elif i[0] == "calls":
            role, blocks = "assistant", [{"type": "text", "text": i[1]}] if i[1] else []
            blocks = blocks + [{"type": "tool_use", "id": c[0], "name": c[1], "input": c[2]} for c in i[2]]
        else:
            role, blocks = "user", [put({"type": "tool_result", "tool_use_id": r[0], "content": r[2]}, is_error=r[3] or None) for r in i[1]]
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        else:
            messages.append({"role": role, "content": blocks})
    tools = [{"name": n, "description": d, "input_schema": s} for n, d, s in t.tools]
    choice = {None: None, "auto": {"type": "auto"}, "none": {"type": "none"}, "required": {"type": "any"}}.get(
        t.choice, {"type": "tool", "name": (t.choice or ":")[6:]})
    if t.parallel is False and tools:
        choice = dict(choice or {"type": "auto"})
        if choice["type"] != "none":
            choice["disable_parallel_tool_use"] = True
    thinking = t.thinking and {"type": "enabled", "budget_tokens": {"low": 1024, "high": 3000}[t.thinking]}
    if choice and choice["type"] in ("any", "tool") or any(i[0] == "calls" for i in t.items):
        thinking = None		# it would be refused
    return put({"model": "m", "messages": messages, "max_tokens": max(t.most or 4096, 4096 if thinking else 1)}, system=t.system,
               tools=tools or None, tool_choice=choice, temperature=None if thinking else t.temperature,
               top_p=None if thinking else t.top_p, metadata=t.user and {"user_id": t.user}, stop_sequences=t.stop or None,
               thinking=thinking, stream=t.stream or None, output_config=t.format and {
                   "format": {"type": "json_schema", "schema": dict(t.format, additionalProperties=False)}})


def gemini(t):
    contents, names = [], {c[0]: c[1] for i in t.items if i[0] == "calls" for c in i[2]}
    for i in t.items:
        if i[0] == "user":
            role, parts = "user", [{"text": v} if k == "text" else {"inlineData": {
                "mimeType": "image/png" if k == "image" else "application/pdf", "data": v}} for k, v in i[1]]
        elif i[0] == "assistant":
            role, parts = "model", [{"text": i[1]}]
        elif i[0] == "calls":
            role, parts = "model", [{"text": i[1]}] if i[1] else []
            parts = parts + [{"functionCall": {"name": c[1], "args": c[2]}} for c in i[2]]
        else:
            role, parts = "user", [{"functionResponse": {"name": names[r[0]], "response": {"error" if r[3] else "output": r[2]}}} for r in i[1]]
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        else:
            contents.append({"role": role, "parts": parts})
    mode = {None: None, "auto": {"mode": "AUTO"}, "none": {"mode": "NONE"}, "required": {"mode": "ANY"}}.get(
        t.choice, {"mode": "ANY", "allowedFunctionNames": [(t.choice or ":")[6:]]})
    config = put({}, maxOutputTokens=t.most, temperature=t.temperature, topP=t.top_p, seed=t.seed, stopSequences=t.stop or None,
                 thinkingConfig=t.thinking and {"thinkingBudget": {"low": 1024, "high": 24576}[t.thinking]},
                 responseMimeType=t.format and "application/json", responseJsonSchema=t.format)
    return put({"contents": contents}, systemInstruction=t.system and {"parts": [{"text": t.system}]}, generationConfig=config or None,
               toolConfig=mode and {"functionCallingConfig": mode}, tools=[{"functionDeclarations": [
                   {"name": n, "description": d, "parametersJsonSchema": s} for n, d, s in t.tools]}] if t.tools else None)


def ollama(t):
    messages = [{"role": "system", "content": t.system}] if t.system else []
    for i in t.items:
        if i[0] == "user":
            m = {"role": "user", "content": "\n".join(v for k, v in i[1] if k == "text")}
            images = [v for k, v in i[1] if k == "image"]
            messages.append(put(m, images=images or None))
        elif i[0] == "assistant":
            messages.append({"role": "assistant", "content": i[1]})
        elif i[0] == "calls":
            messages.append({"role": "assistant", "content": i[1] or "", "tool_calls": [
                {"function": {"name": c[1], "arguments": c[2]}} for c in i[2]]})
        else:
            messages += [{"role": "tool", "tool_name": r[1], "content": r[2]} for r in i[1]]
    options = put({}, num_predict=t.most, temperature=t.temperature, top_p=t.top_p, seed=t.seed, stop=t.stop or None)
    return put({"model": "m", "messages": messages, "stream": t.stream}, options=options or None, format=t.format,
               think=None if t.thinking is None else True if t.thinking == "low" else "high", tools=[
                   {"type": "function", "function": {"name": n, "description": d, "parameters": s}} for n, d, s in t.tools] or None)


BUILD = {"openai": openai, "responses": responses, "anthropic": anthropic, "gemini": gemini, "ollama": ollama}
