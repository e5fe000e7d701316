# SPDX-License-Identifier: Apache-2.0
"""Reads OpenAI Responses: whole, and as a stream by its grammar."""
import json

from .answer import Answer, Call, digest, logprobs, usage
from .openai import check_total, error_shape, read_error	# noqa: F401: the same shape
from .wire import sse_events

NAME = "responses"


def path(model, stream):
    return "/v1/responses"


def shape(body, model, stream):
    body = dict(body, model=model)
    body.pop("stream", None)
    body.pop("stream_options", None)
    if stream:
        body["stream"] = True
    return body


def read_usage(u):
    if not isinstance(u, dict):
        return None
    i, o = u.get("input_tokens_details") or {}, u.get("output_tokens_details") or {}
    n_in, n_out = u.get("input_tokens") or 0, u.get("output_tokens") or 0
    reasoning = o.get("reasoning_tokens") or 0
    if reasoning and u.get("total_tokens") == n_in + n_out + reasoning:
        n_out += reasoning
    cached = min(i.get("cached_tokens") or 0, n_in)
    return usage(True, input=n_in, cached=cached, written=min(i.get("cache_write_tokens") or 0, n_in - cached), output=n_out,
                 reasoning=min(reasoning, n_out))


def read_item(choice, item):
    kind = item.get("type")
    if kind == "message":
        for p in item.get("content") or []:
            if p.get("type") == "output_text":
                choice.text += p.get("text") or ""
                for a in p.get("annotations") or []:
                    choice.cite(a.get("url"), a.get("title"))
                choice.logprobs += logprobs(p.get("logprobs"))
            elif p.get("type") == "refusal":
                choice.refusal += p.get("refusal") or ""
    elif kind == "function_call":
        choice.calls.append(Call(item.get("name"), item.get("call_id"), item.get("arguments") or ""))
    elif kind == "custom_tool_call":
        choice.calls.append(Call(item.get("name"), item.get("call_id"), item.get("input") or "", True))
    elif kind == "reasoning":
        # The thought itself where it is shown, else its summary.
        texts = [c.get("text") or "" for c in item.get("content") or []] or [s.get("text") or "" for s in item.get("summary") or []]
        choice.reasoning += [t for t in texts if t]
        if item.get("encrypted_content"):
            choice.proofs.append(item["encrypted_content"])
    elif kind == "image_generation_call" and item.get("result"):
        choice.media.append(("image", digest(item["result"])))
    else:
        choice.natives.append(kind)


def read_response(a, r):
    a.id, a.model, a.usage = r.get("id") or "", r.get("model") or "", read_usage(r.get("usage"))
    a.created = int(r.get("created_at") or 0)
    check_total(a, r.get("usage"), "input_tokens", "output_tokens")
    if r.get("error") or r.get("status") == "failed":
        a.error = (200, (r.get("error") or {}).get("message") or "")
    choice = a.choice(0)
    for item in r.get("output") or []:
        read_item(choice, item)
    status, why = r.get("status"), (r.get("incomplete_details") or {}).get("reason")
    if status == "incomplete":
        choice.finish({"max_output_tokens": "length", "content_filter": "filter"}.get(why, "other"))
    elif status == "completed":
        choice.finish("end")
    a.complete = status in ("completed", "incomplete") and a.error is None
    return a


def read_whole(body):
    a = Answer()
    if "output" not in body and body.get("error"):
        a.error = read_error(body, 200)
        return a
    return read_response(a, body)


# event -> what must be open, the member with the text
TEXTS = {
    "response.output_text": ("output_text", "text"), "response.refusal": ("refusal", "refusal"),
    "response.reasoning_text": ("reasoning_text", "text"), "response.reasoning_summary_text": ("summary_text", "text"),
    "response.function_call_arguments": ("function_call", "arguments"),
    "response.custom_tool_call_input": ("custom_tool_call", "input"),
}
BEGUN = {"message": ("content", []), "function_call": ("arguments", ""), "custom_tool_call": ("input", ""),
         "reasoning": ("summary", [])}


class Stream:
    def __init__(self, strict):
        self.a, self.strict, self.seq, self.final = Answer(), strict, 0, False
        self.items, self.part, self.text, self.started, self.last = [], None, "", 0, None
        self.done = set()

    def bad(self, text):
        if self.strict:
            self.a.problem(text)

    def item_added(self, o):
        item = json.loads(json.dumps(o["item"]))
        if self.strict and self.items and len(self.items) - 1 not in self.done:
            self.bad("an item begins inside another")
        if o.get("output_index") != len(self.items):
            self.bad(f"output_index {o.get('output_index')}, {len(self.items)} is next")
        if not item.get("id"):
            self.bad("an item without id")
        member, empty = BEGUN.get(item.get("type"), (None, None))
        if member and item.get(member) != empty:
            self.bad(f"a {item['type']} does not begin with {member} {empty!r}")
        if "status" in item and item["status"] != "in_progress":
            self.bad(f"an item begins as {item['status']}")
        self.items.append(item)
        self.text = ""

    def current(self, o):
        i = o.get("output_index")
        if not isinstance(i, int) or i >= len(self.items) or i in self.done:
            self.bad(f"{o.get('type')} of no open item")
            return None
        if o.get("item_id") is not None and o["item_id"] != self.items[i].get("id"):
            self.bad(f"{o['type']} names another item_id")
        return self.items[i]

    def part_added(self, o, member, index):
        item = self.current(o)
        if item is None:
            return
        if self.part is not None:
            self.bad("a part begins inside another")
        parts = item.setdefault(member, [])
        if o.get(index) != len(parts):
            self.bad(f"{index} {o.get(index)}, {len(parts)} is next")
        self.part, self.text = json.loads(json.dumps(o["part"])), ""
        parts.append(self.part)

    def part_done(self, o):
        self.current(o)
        if self.part is None:
            return self.bad(f"{o['type']} of no open part")
        for key in ("text", "refusal"):
            if key in o["part"]:
                if self.strict and o["part"][key] != self.part.get(key, ""):
                    self.bad(f"{o['type']} repeats another {key}")
                self.part[key] = o["part"][key]
        for key in ("annotations", "logprobs"):
            if o["part"].get(key):
                self.part[key] = o["part"][key]
        self.part = None
        return None

    def delta(self, kind, o):
        base, word = kind.rsplit(".", 1)
        want, member = TEXTS[base]
        item = self.current(o)
        if item is None:
            return None
        holder = item if want.endswith("call") else self.part
        if holder is None and not self.strict:
            # DeepSeek and others leave the parts out.
            member_list = item.setdefault("summary" if want == "summary_text" else "content", [])
            holder = self.part = {"type": want}
            member_list.append(holder)
        if holder is None or holder.get("type") != want:
            return self.bad(f"{kind} without an open {want}")
        if word == "delta":
            if o.get("delta") == "":
                self.bad(f"an empty {kind}")
            holder[member] = (holder.get(member) or "") + (o.get("delta") or "")
            if o.get("logprobs"):
                holder.setdefault("logprobs", []).extend(o["logprobs"])
        elif self.strict and o.get(member) != (holder.get(member) or ""):
            self.bad(f"{kind} repeats another {member}")
        return None

    def item_done(self, o):
        item = self.current(o)
        if item is None:
            return
        if self.part is not None:
            self.bad("an item ends inside a part")
        self.part = None
        new = o["item"]
        if self.strict:
            for key in ("type", "id", "call_id", "name", "arguments", "input"):
                if new.get(key) != item.get(key):
                    self.bad(f"the done {item['type']} has another {key}")
            for key in ("content", "summary"):
                old = [(p.get("type"), p.get("text"), p.get("refusal")) for p in item.get(key) or []]
                if old != [(p.get("type"), p.get("text"), p.get("refusal")) for p in new.get(key) or []]:
                    self.bad(f"the done {item['type']} has another {key}")
            if "status" in new and new["status"] not in ("completed", "incomplete"):
                self.bad(f"an item ends as {new['status']}")
        self.items[o["output_index"]] = new
        self.done.add(o["output_index"])

    def end(self, kind, o):
        r = o["response"]
        self.final, self.last = True, r
        want = kind.rsplit(".", 1)[1]
        if r.get("status") != want:
            self.bad(f"{kind} says status {r.get('status')!r}")
        if self.strict:
            if kind != "response.failed" and len(self.done) != len(self.items):
                self.bad("an item that does not end")
            if kind != "response.failed" and r.get("output") != self.items:
                self.bad("the final output is not what was streamed")
            if kind != "response.failed" and not isinstance(r.get("usage"), dict):
                self.bad("no usage at the end")
        if not r.get("output"):
            r = dict(r, output=self.items)
        ident = self.a.id
        read_response(self.a, r)
        if ident and self.a.id != ident:
            self.bad("the id changes")

    def event(self, name, data):
        a = self.a
        if data == "[DONE]":
            return self.bad("[DONE]")
        o = json.loads(data)
        kind = o.get("type") or name
        if self.strict and name != kind:
            self.bad(f"event {name!r} holds {kind!r}")
        if self.final or a.error:
            return self.bad(f"{kind} after the end")
        if self.strict and o.get("sequence_number") != self.seq:
            self.bad(f"sequence_number {o.get('sequence_number')}, {self.seq} is next")
        self.seq += 1
        if kind == "error":
            e = o.get("error") if isinstance(o.get("error"), dict) else o
            a.error = (200, e.get("message") or "")
            for k in ("message", "code", "param"):
                if k not in o:
                    self.bad(f"an error event without {k}")
            return None
        if self.strict and self.started < 2 and kind not in ("response.created", "response.in_progress", "response.failed"):
            self.bad(f"{kind} before response.in_progress")
        if kind in ("response.created", "response.in_progress", "response.queued"):
            if self.strict and kind != ("response.created", "response.in_progress")[min(self.started, 1)]:
                self.bad(f"{kind} as event {self.started}")
            self.started += 1
            r = o["response"]
            if self.strict and not (r.get("id") or "").startswith("resp_"):
                self.bad(f"id {r.get('id')!r}")
            if r.get("output") != [] or r.get("status") != "in_progress":
                self.bad(f"{kind} has output or another status")
            a.id, a.model = r.get("id") or "", r.get("model") or ""
        elif kind == "response.output_item.added":
            self.item_added(o)
        elif kind == "response.output_item.done":
            self.item_done(o)
        elif kind == "response.content_part.added":
            self.part_added(o, "content", "content_index")
        elif kind == "response.reasoning_summary_part.added":
            self.part_added(o, "summary", "summary_index")
        elif kind in ("response.content_part.done", "response.reasoning_summary_part.done"):
            self.part_done(o)
        elif kind.rsplit(".", 1)[0] in TEXTS:
            self.delta(kind, o)
        elif kind == "response.output_text.annotation.added":
            if self.part is None or self.part.get("type") != "output_text":
                self.bad("an annotation without a text")
            else:
                self.part.setdefault("annotations", []).append(o["annotation"])
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            self.end(kind, o)
        elif self.strict and not kind.startswith(("response.web_search_call", "response.code_interpreter_call",
                                                  "response.image_generation_call", "response.file_search_call")):
            self.bad(f"unknown event {kind!r}")
        return None


def read_stream(text, strict=True):
    s = Stream(strict)
    frames = [] if strict else None
    for name, data in sse_events(text, frames):
        s.event(name, data)
    for f in frames or []:
        s.bad(f)
    if not s.final and s.a.error is None:
        choice = s.a.choice(0)
        for item in s.items:
            read_item(choice, item)
    return s.a


def payloads(text):
    out = []
    for name, data in sse_events(text):
        if data == "[DONE]":
            break
        out.append(data)
        if name in ("response.completed", "response.incomplete", "response.failed", "error"):
            break
    return out
