# SPDX-License-Identifier: Apache-2.0
"""The judges judged: each fault that a grammar forbids is seen."""
import json

from . import rules, vendors
from .corpus import DIALECTS

REPLY = [("think", "I think.", "c2lnbmVk"), ("text", "one two three"), ("call", "call_1", "weather", {"city": "Oslo"})]


def edit(events, find, change):
    """`change` on the payload of the first event that has the text; None drops it."""
    out, done = [], False
    for name, data in events:
        if not done and find in name + data:
            done = True
            got = change(json.loads(data)) if change else None
            if got is not None:
                out.append((name, json.dumps(got)))
        else:
            out.append((name, data))
    assert done, find
    return out


def put(path, value):
    def change(o):
        at = o
        for k in path[:-1]:
            at = at[k]
        at[path[-1]] = value
        return o
    return change


# dialect, text in the event, what is done to it, what the reader must say
BROKEN = [
    ("openai", '"role"', put(["choices", 0, "delta"], {}), "no role"),
    ("openai", "wo th", put(["id"], "other"), "the id changes"),
    ("openai", '"finish_reason":"tool_calls"', None, "without a finish reason"),
    ("openai", '"name":"weather"', put(["choices", 0, "delta", "tool_calls", 0, "index"], 3), "out of order"),
    ("openai", '"usage"', put(["choices"], [{"index": 0, "delta": {"content": "x"}, "finish_reason": None}]), "goes on after"),
    ("responses", "response.in_progress", None, "before response.in_progress"),
    ("responses", "response.output_text.done", put(["text"], "else"), "repeats another"),
    ("responses", "response.content_part.added", None, "without an open output_text"),
    ("responses", "response.output_item.done", None, "inside another"),
    ("responses", "response.output_text.delta", put(["item_id"], "msg_other"), "another item_id"),
    ("responses", "response.completed", put(["response", "output"], []), "not what was streamed"),
    ("anthropic", "content_block_stop", None, "inside another"),
    ("anthropic", "text_delta", put(["index"], 0), "without its block"),
    ("anthropic", "text_delta", put(["delta", "type"], "input_json_delta"), "in a text block"),
    ("anthropic", "message_start", None, "before message_start"),
    ("anthropic", "message_delta", None, "without a stop reason"),
    ("anthropic", "message_delta", put(["usage"], {}), "without usage"),
    ("gemini", "wo th", put(["responseId"], "other"), "responseId changes"),
    ("gemini", "one t", put(["candidates", 0, "finishReason"], "STOP"), "goes on after"),
    ("gemini", "wo th", put(["candidates"], []), ""),
    ("ollama", "one t", put(["done"], True), "after the end"),
    ("ollama", "one t", put(["created_at"], "now"), "lacks"),
    ("ollama", "weather", put(["message", "tool_calls", 0, "function", "arguments"], "{}"), "no object"),
]
# dialect, request, what the rule must say
REFUSED = [
    ("anthropic", {"messages": [{"role": "user", "content": "a"}]}, "max_tokens"),
    ("anthropic", {"max_tokens": 1, "messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}, "in a row"),
    ("anthropic", {"max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "empty text"),
    ("anthropic", {"max_tokens": 1, "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": [
        {"type": "tool_use", "id": "t1", "name": "f", "input": {}}]}, {"role": "user", "content": "b"}]}, "have no results"),
    ("openai", {"messages": [{"role": "tool", "tool_call_id": "x", "content": ""}]}, "without its call"),
    ("openai", {"messages": [{"role": "assistant", "tool_calls": [{"id": "x" * 41, "function": {"name": "f", "arguments": "{}"}}]}]}, "41 bytes"),
    ("responses", {"input": [{"type": "reasoning", "summary": []}, {"role": "user", "content": "a"}]}, "without the item"),
    ("gemini", {"contents": [{"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"functionCall": {"name": "f"}}]},
                             {"role": "user", "parts": [{"functionResponse": {"name": "g", "response": {}}}]}]}, "for calls"),
    ("ollama", {"stream": False, "messages": [{"role": "user", "content": "", "images": ["data:image/png;base64,AA=="]}]}, "no base64"),
]


def run():
    """The faults of the judges themselves."""
    faults = []
    for d, module in DIALECTS.items():
        text = "".join(vendors.frame(d, n, e) for n, e in vendors.STREAM[d](REPLY))
        a = module.read_stream(text, strict=True)
        if not a.complete or a.problems or a.choice().text != "one two three" or not a.choice().calls:
            faults.append(f"{d}: a good stream is {a.problems}")
    for d, find, change, want in BROKEN:
        text = "".join(vendors.frame(d, n, e) for n, e in edit(vendors.STREAM[d](REPLY), find, change))
        a = DIALECTS[d].read_stream(text, strict=True)
        if want and not any(want in p for p in a.problems):
            faults.append(f"{d}: {find}: wanted {want!r}, got {a.problems}")
    for d, body, want in REFUSED:
        if not any(want in f for f in rules.CHECK[d](body)):
            faults.append(f"{d}: rule {want!r} is not seen: {rules.CHECK[d](body)}")
    return faults
