# SPDX-License-Identifier: Apache-2.0
"""Answers made in the words of each vendor: ours, so that a test can say what is in them.

A reply is a list of parts: ("think", text, signature), ("seal", data), ("text", text), ("call", id, name, arguments).
"""
import json

MODEL = "made-1"


class Reply(list):
    """A reply that ends otherwise, or with other counts; input and output are totals."""
    stop = "end"
    usage = {"input": 20, "cached": 0, "written": 0, "output": 7, "reasoning": 0}


def counts(reply):
    return getattr(reply, "usage", Reply.usage)


def ending(reply, words):
    """The vendor's word for how it ends."""
    stop = getattr(reply, "stop", "end")
    return words["tools" if stop == "end" and calls_in(reply) else stop]


def dump(o):
    return json.dumps(o, ensure_ascii=False, separators=(",", ":"))


def pieces(text, n):
    """A text in up to n pieces."""
    size = max(1, -(-len(text) // n))
    return [text[i:i + size] for i in range(0, len(text), size)]


def calls_in(reply):
    return any(p[0] == "call" for p in reply)


# ------------------------------------------------------------------ whole answers

OPENAI_STOPS = {"end": "stop", "tools": "tool_calls", "length": "length", "filter": "content_filter"}
ANTHROPIC_STOPS = {"end": "end_turn", "tools": "tool_use", "length": "max_tokens", "filter": "refusal"}
GEMINI_STOPS = {"end": "STOP", "tools": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY"}
OLLAMA_STOPS = {"end": "stop", "tools": "stop", "length": "length", "filter": "stop"}


def openai_usage(reply):
    u = counts(reply)
    return {"prompt_tokens": u["input"], "completion_tokens": u["output"], "total_tokens": u["input"] + u["output"],
            "prompt_tokens_details": {"cached_tokens": u["cached"], "cache_write_tokens": u["written"]},
            "completion_tokens_details": {"reasoning_tokens": u["reasoning"]}}


def responses_usage(reply):
    u = counts(reply)
    return {"input_tokens": u["input"], "input_tokens_details": {"cached_tokens": u["cached"], "cache_write_tokens": u["written"]},
            "output_tokens": u["output"], "output_tokens_details": {"reasoning_tokens": u["reasoning"]},
            "total_tokens": u["input"] + u["output"]}


def anthropic_usage(reply):
    u = counts(reply)
    return {"input_tokens": u["input"] - u["cached"] - u["written"], "cache_read_input_tokens": u["cached"],
            "cache_creation_input_tokens": u["written"], "output_tokens": u["output"],
            "output_tokens_details": {"thinking_tokens": u["reasoning"]}}


def gemini_usage(reply):
    u = counts(reply)
    out = {"promptTokenCount": u["input"], "candidatesTokenCount": u["output"] - u["reasoning"],
           "totalTokenCount": u["input"] + u["output"]}
    if u["cached"]:
        out["cachedContentTokenCount"] = u["cached"]
    if u["reasoning"]:
        out["thoughtsTokenCount"] = u["reasoning"]
    return out

def openai_whole(reply):
    calls = [{"id": p[1], "type": "function", "function": {"name": p[2], "arguments": dump(p[3])}} for p in reply if p[0] == "call"]
    m = {"role": "assistant", "content": "".join(p[1] for p in reply if p[0] == "text") or None}
    thought = "".join(p[1] for p in reply if p[0] == "think")
    if thought:
        m["reasoning_content"] = thought
    if calls:
        m["tool_calls"] = calls
    return {"id": "chatcmpl-made", "object": "chat.completion", "created": 1700000000, "model": MODEL,
            "choices": [{"index": 0, "message": m, "logprobs": None, "finish_reason": ending(reply, OPENAI_STOPS)}],
            "usage": openai_usage(reply)}


def responses_items(reply):
    items = []
    for n, p in enumerate(reply):
        if p[0] == "think":
            items.append({"id": f"rs_made{n}", "type": "reasoning", "summary": [{"type": "summary_text", "text": p[1]}] if p[1] else [],
                          "encrypted_content": p[2]})
        elif p[0] == "text":
            items.append({"id": f"msg_made{n}", "type": "message", "status": "completed", "role": "assistant",
                          "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": p[1]}]})
        elif p[0] == "call":
            items.append({"id": f"fc_made{n}", "type": "function_call", "status": "completed", "call_id": p[1], "name": p[2],
                          "arguments": dump(p[3])})
    return items


def responses_whole(reply, items=None, status="completed"):
    items = responses_items(reply) if items is None else items
    why = {"length": "max_output_tokens", "filter": "content_filter"}.get(getattr(reply, "stop", "end"))
    if status == "completed" and why:
        status = "incomplete"
    return {"id": "resp_made", "object": "response", "created_at": 1700000000, "status": status, "error": None,
            "incomplete_details": {"reason": why} if status == "incomplete" else None, "model": MODEL, "output": items, "parallel_tool_calls": True, "tool_choice": "auto",
            "tools": [], "usage": responses_usage(reply) if status != "in_progress" else None}


def anthropic_blocks(reply):
    out = []
    for p in reply:
        if p[0] == "think":
            out.append({"type": "thinking", "thinking": p[1], "signature": p[2]})
        elif p[0] == "seal":
            out.append({"type": "redacted_thinking", "data": p[1]})
        elif p[0] == "text":
            out.append({"type": "text", "text": p[1]})
        else:
            out.append({"type": "tool_use", "id": p[1], "name": p[2], "input": p[3]})
    return out


def anthropic_whole(reply):
    return {"id": "msg_made", "type": "message", "role": "assistant", "model": MODEL, "content": anthropic_blocks(reply),
            "stop_reason": ending(reply, ANTHROPIC_STOPS), "stop_sequence": None, "usage": anthropic_usage(reply)}


def gemini_parts(reply):
    out, proof = [], None
    for p in reply:
        if p[0] == "think":
            if p[1]:
                out.append({"text": p[1], "thought": True})
            proof = p[2]
        elif p[0] in ("text", "call"):
            part = {"text": p[1]} if p[0] == "text" else {"functionCall": {"name": p[2], "args": p[3]}}
            if p[0] == "call" and p[1]:
                part["functionCall"]["id"] = p[1]
            if proof:
                part["thoughtSignature"], proof = proof, None
            out.append(part)
    return out


def gemini_piece(parts, stop, reply):
    c = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if stop:
        c["finishReason"] = stop
    return {"candidates": [c], "usageMetadata": gemini_usage(reply),
            "modelVersion": MODEL, "responseId": "made"}


def gemini_whole(reply):
    return gemini_piece(gemini_parts(reply), ending(reply, GEMINI_STOPS), reply)


def ollama_line(message, done, reply=()):
    line = {"model": MODEL, "created_at": "2026-01-02T03:04:05.678Z", "message": dict({"role": "assistant", "content": ""}, **message),
            "done": done}
    if done:
        u = counts(reply)
        line.update(done_reason=ending(reply, OLLAMA_STOPS), total_duration=5, load_duration=1, prompt_eval_count=u["input"],
                    prompt_eval_duration=2, eval_count=u["output"], eval_duration=2)
    return line


def ollama_call(p):
    return {"function": {"name": p[2], "arguments": p[3]}}


def ollama_whole(reply):
    m = {"content": "".join(p[1] for p in reply if p[0] == "text")}
    thought = "".join(p[1] for p in reply if p[0] == "think")
    if thought:
        m["thinking"] = thought
    calls = [ollama_call(p) for p in reply if p[0] == "call"]
    if calls:
        m["tool_calls"] = calls
    return ollama_line(m, True, reply)


# ------------------------------------------------------------------ streams, as [(event name, payload)]

def openai_stream(reply, cut=3):
    def chunk(delta, stop=None, **more):
        return "", dump(dict({"id": "chatcmpl-made", "object": "chat.completion.chunk", "created": 1700000000, "model": MODEL,
                              "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": stop}]}, **more))
    out, n = [chunk({"role": "assistant", "content": ""})], 0
    for p in reply:
        if p[0] == "think":
            out += [chunk({"reasoning_content": t}) for t in pieces(p[1], cut)]
        elif p[0] == "text":
            out += [chunk({"content": t}) for t in pieces(p[1], cut)]
        elif p[0] == "call":
            out.append(chunk({"tool_calls": [{"index": n, "id": p[1], "type": "function", "function": {"name": p[2], "arguments": ""}}]}))
            out += [chunk({"tool_calls": [{"index": n, "function": {"arguments": t}}]}) for t in pieces(dump(p[3]), cut)]
            n += 1
    out.append(chunk({}, ending(reply, OPENAI_STOPS)))
    out.append(chunk({}, choices=[], usage=openai_usage(reply)))
    return out + [("", "[DONE]")]


def responses_part(say, item, i, index, part, kind, texts):
    where = {"item_id": item["id"], "output_index": i, index: 0}
    added = "response.reasoning_summary_part" if kind == "reasoning_summary_text" else "response.content_part"
    say(added + ".added", part=dict(part, text=""), **where)
    for t in texts:
        say(f"response.{kind}.delta", delta=t, **where)
    say(f"response.{kind}.done", text="".join(texts), **where)
    say(added + ".done", part=part, **where)


def responses_stream(reply, cut=3):
    out = []

    def say(kind, **members):
        out.append((kind, dump(dict({"type": kind, "sequence_number": len(out)}, **members))))
    begun = responses_whole(reply, [], "in_progress")
    say("response.created", response=begun)
    say("response.in_progress", response=begun)
    items = responses_items(reply)
    for i, item in enumerate(items):
        empty = dict(item)
        if item["type"] == "function_call":
            empty.update(status="in_progress", arguments="")
        elif item["type"] == "message":
            empty.update(status="in_progress", content=[])
        else:
            empty.update(summary=[])
        say("response.output_item.added", output_index=i, item=empty)
        if item["type"] == "message":
            part = item["content"][0]
            responses_part(say, item, i, "content_index", part, "output_text", pieces(part["text"], cut))
        elif item["type"] == "reasoning" and item["summary"]:
            part = item["summary"][0]
            responses_part(say, item, i, "summary_index", part, "reasoning_summary_text", pieces(part["text"], cut))
        elif item["type"] == "function_call":
            for t in pieces(item["arguments"], cut):
                say("response.function_call_arguments.delta", item_id=item["id"], output_index=i, delta=t)
            say("response.function_call_arguments.done", item_id=item["id"], output_index=i, arguments=item["arguments"])
        say("response.output_item.done", output_index=i, item=item)
    last = responses_whole(reply)
    say("response." + last["status"], response=last)
    return out


def anthropic_stream(reply, cut=3):
    out = []

    def say(kind, **members):
        out.append((kind, dump(dict({"type": kind}, **members))))
    say("message_start", message=dict(anthropic_whole(reply), content=[], stop_reason=None,
                              usage=dict(anthropic_usage(reply), output_tokens=1, output_tokens_details=None)))
    for i, b in enumerate(anthropic_blocks(reply)):
        empty = dict(b)
        if b["type"] == "tool_use":
            empty["input"] = {}
        elif b["type"] == "text":
            empty["text"] = ""
        elif b["type"] == "thinking":
            empty.update(thinking="", signature="")
        say("content_block_start", index=i, content_block=empty)
        if b["type"] == "text":
            for t in pieces(b["text"], cut):
                say("content_block_delta", index=i, delta={"type": "text_delta", "text": t})
        elif b["type"] == "thinking":
            for t in pieces(b["thinking"], cut):
                say("content_block_delta", index=i, delta={"type": "thinking_delta", "thinking": t})
            say("content_block_delta", index=i, delta={"type": "signature_delta", "signature": b["signature"]})
        elif b["type"] == "tool_use":
            for t in pieces(dump(b["input"]), cut):
                say("content_block_delta", index=i, delta={"type": "input_json_delta", "partial_json": t})
        say("content_block_stop", index=i)
    say("message_delta", delta={"stop_reason": ending(reply, ANTHROPIC_STOPS), "stop_sequence": None},
        usage={k: v for k, v in anthropic_usage(reply).items() if k.startswith("output")})
    say("message_stop")
    return out


def gemini_stream(reply, cut=3):
    out = []
    for p in gemini_parts(reply):
        texts = pieces(p["text"], cut) if "text" in p else [None]
        for i, t in enumerate(texts):
            part = dict(p, text=t) if t is not None else p
            if i < len(texts) - 1:
                part = {k: v for k, v in part.items() if k != "thoughtSignature"}
            out.append(("", dump(gemini_piece([part], None, reply))))
    if not out:
        out.append(("", dump(gemini_piece([], None, reply))))
    last = json.loads(out[-1][1])
    last["candidates"][0]["finishReason"] = ending(reply, GEMINI_STOPS)
    out[-1] = ("", dump(last))
    return out


def ollama_stream(reply, cut=3):
    out = []
    for p in reply:
        if p[0] == "think":
            out += [("", dump(ollama_line({"thinking": t}, False))) for t in pieces(p[1], cut)]
        elif p[0] == "text":
            out += [("", dump(ollama_line({"content": t}, False))) for t in pieces(p[1], cut)]
        elif p[0] == "call":
            out.append(("", dump(ollama_line({"tool_calls": [ollama_call(p)]}, False))))
    return out + [("", dump(ollama_line({}, True, reply)))]


WHOLE = {"openai": openai_whole, "responses": responses_whole, "anthropic": anthropic_whole, "gemini": gemini_whole, "ollama": ollama_whole}
STREAM = {"openai": openai_stream, "responses": responses_stream, "anthropic": anthropic_stream, "gemini": gemini_stream,
          "ollama": ollama_stream}
ERROR = {
    "openai": ("", dump({"error": {"message": "the model fell over", "type": "server_error", "param": None, "code": None}})),
    "responses": ("error", dump({"type": "error", "code": "server_error", "message": "the model fell over", "param": None,
                                 "sequence_number": 9})),
    "anthropic": ("error", dump({"type": "error", "error": {"type": "overloaded_error", "message": "the model fell over"}})),
    "gemini": ("", dump({"error": {"code": 503, "message": "the model fell over", "status": "UNAVAILABLE"}})),
    "ollama": ("", dump({"error": "the model fell over"})),
}


def frame(dialect, name, data, end="\n", space=" "):
    """One event on the wire."""
    if dialect == "ollama":
        return data + end
    head = f"event:{space}{name}{end}" if name else ""
    return f"{head}data:{space}{data}{end}{end}"


def content_type(dialect):
    return "application/x-ndjson" if dialect == "ollama" else "text/event-stream"


def wants_stream(dialect, asked):
    """What the request that reached the vendor asks for."""
    if dialect == "gemini":
        return "streamGenerateContent" in asked.path
    return bool(asked.json().get("stream", dialect == "ollama"))


def script(dialect, reply):
    """A script of the vendor: this reply in the form that is asked for."""
    async def run(asked, conn):
        if not wants_stream(dialect, asked):
            return await conn.whole(200, dump(WHOLE[dialect](reply)).encode(), [("content-type", "application/json")])
        await conn.head([("content-type", content_type(dialect))])
        for name, data in STREAM[dialect](reply):
            await conn.chunk(frame(dialect, name, data).encode())
        return await conn.end()
    return run
