# SPDX-License-Identifier: Apache-2.0
"""What a request asks for, whatever the words, and how two of them differ."""
import base64
import json
import re

from .answer import digest, squeeze

LEVELS = (("minimal", 512), ("low", 1024), ("medium", 8192), ("high", 24576), ("xhigh", 32768), ("max", 65536))


class Item:
    """One thing said: kind is text, image, audio, video, file, call, result, reasoning."""

    def __init__(self, role, kind, value=None, **more):
        self.role, self.kind, self.value = role, kind, value
        self.name, self.id, self.failed, self.parts = more.get("name"), more.get("id"), more.get("failed", False), more.get("parts")
        self.plain = more.get("plain")		# of a file: its text, when it is text


class Request:
    def __init__(self):
        self.system, self.items, self.tools, self.native_tools = [], [], {}, []
        self.choice, self.allowed = None, None
        self.fields = {}		# by OpenAI's name
        self.stop, self.format = [], None	# format: (kind, schema)
        self.thinking = None		# "off", "on", or a level
        self.late_system = []		# behind the first user turn
        self.unread = []		# paths that this reader has no place for
        self.marks = 0			# cache marks

    def say(self, role, kind, value=None, **more):
        self.items.append(Item(role, kind, value, **more))

    def instruct(self, text):
        if not text:
            return
        (self.late_system if any(i.role in ("user", "assistant") for i in self.items) else self.system).append(text)

    def note(self, body, known, path=""):
        """Members outside of `known` that say something."""
        for k, v in (body or {}).items():
            if k not in known and v not in (None, [], {}, ""):
                self.unread.append(path + k)

    def mark(self, part):
        if isinstance(part, dict) and part.get("cache_control"):
            self.marks += 1

    def field(self, name, value):
        if value is not None:
            self.fields[name] = value


def media(url_or_data, data=None):
    """A picture or file, as what proves that it is the same."""
    if data is not None:
        return "bytes:" + digest(data)
    if url_or_data and url_or_data.startswith("data:"):
        return "bytes:" + digest(url_or_data.split(",", 1)[1])
    return "url:" + (url_or_data or "")


def file_text(data):
    """The text that base64 holds, or None."""
    try:
        text = base64.b64decode(data.split(",", 1)[-1] + "==").decode("utf-8")
    except ValueError:
        return None
    return text if text.isprintable() or all(c.isprintable() or c in "\r\n\t" for c in text) else None


def level(budget):
    return min(LEVELS, key=lambda x: abs(x[1] - budget))[0] if budget else None


# ------------------------------------------------------------------ normal forms

# Says nothing about values, or nothing that another dialect knows.
ORDER = {"$schema", "propertyOrdering", "property_ordering"}
LOSSY = {"title", "additionalProperties", "default", "examples", "propertyOrdering", "property_ordering", "strict",
         "format", "$id", "$comment", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern"}


def canon(schema, lossy=()):
    """A JSON Schema in one spelling."""
    if isinstance(schema, list):
        return [canon(s, lossy) for s in schema]
    if not isinstance(schema, dict):
        return schema
    out = {}
    for k, v in schema.items():
        k = {"anyOf": "anyOf", "any_of": "anyOf", "min_items": "minItems", "max_items": "maxItems"}.get(k, k)
        if k in lossy or k in ORDER or v is None:
            continue
        if k in ("properties", "$defs", "definitions"):
            out[k] = {n: canon(s, lossy) for n, s in (v or {}).items()}
        elif k == "type" and isinstance(v, str):
            out[k] = v.lower()
        elif k == "required" and isinstance(v, list):
            if v:
                out[k] = sorted(v)
        elif k in ("minItems", "maxItems", "minLength", "maxLength") and isinstance(v, str):
            out[k] = int(v)
        else:
            out[k] = canon(v, lossy)
    if out.get("properties") == {}:
        del out["properties"]
    if out in ({}, {"type": "object"}):
        return {}
    return out


def plain(text):
    """A tool's output in one spelling: JSON or text, without the wrappings that dialects demand."""
    value = text
    if isinstance(value, str):
        value = re.sub(r"^Error: ", "", value)
        try:
            value = json.loads(value) if value.lstrip()[:1] in ("{", "[") else value
        except ValueError:
            return squeeze(value)
    if isinstance(value, dict) and set(value) == {"name", "content"}:
        value = value["content"]	# the tool's name is told beside it
    while isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("output", "result", "error", "content", "response"):
        value = next(iter(value.values()))
    if isinstance(value, str):
        return plain(value) if value.startswith(("{", "[")) else squeeze(value)
    if value in (None, {}, []):
        return ""
    return squeeze(json.dumps(value, sort_keys=True, ensure_ascii=False))


def arguments(raw):
    if isinstance(raw, str):
        try:
            return json.loads(raw) if raw.strip() else {}
        except ValueError:
            return raw
    return raw if raw is not None else {}


class Turn:
    """What one side said until the other spoke, in the order that every dialect can keep."""

    def __init__(self, side):
        self.side, self.text, self.things, self.calls, self.results = side, "", [], [], []
        self.texts_of = {}		# of a file: its text, which may stand in the text where there are no files


def turns(request):
    out, calls = [], []
    for i in request.items:
        side = "assistant" if i.role == "assistant" else "user"
        if i.kind == "reasoning" or (i.kind == "text" and not squeeze(i.value or "")):
            continue
        if not out or out[-1].side != side:
            out.append(Turn(side))
        t = out[-1]
        if i.kind == "text":
            t.text += squeeze(i.value)
            if not t.things or t.things[-1] != "text":
                t.things.append("text")
        elif i.kind == "call":
            t.calls.append((i.name, arguments(i.value)))
            calls.append(i)
        elif i.kind == "result":
            t.results.append((answered(calls, i), plain(i.value), bool(i.failed)))
            t.things += [f"{p.kind} {p.value}" for p in i.parts or []]
        else:
            t.things.append(f"{i.kind} {i.value}")
            if i.plain:
                t.texts_of[t.things[-1]] = (squeeze(i.plain), squeeze(i.name or ""))
    return out


def answered(calls, result):
    """Which call of the conversation a result belongs to; marks it answered."""
    for n, c in enumerate(calls):
        if getattr(c, "answered", None) in (None, result) and result.id and c.id == result.id:
            c.answered = result
            return n
    for n, c in enumerate(calls):
        if getattr(c, "answered", None) in (None, result) and not result.id and (not result.name or c.name == result.name):
            c.answered = result
            return n
    return -1


# ------------------------------------------------------------------ differences

class Differences:
    """Each is excused when x-weir-dropped names it."""

    def __init__(self, dropped):
        self.dropped, self.faults = dropped, []

    def add(self, words, text):
        if not any(re.search(words, d, re.I) for d in self.dropped):
            self.faults.append(text)


def clip(x, n=110):
    s = x if isinstance(x, str) else json.dumps(x, ensure_ascii=False, default=str)
    return s if len(s) <= n else s[:n - 30] + " ... " + s[-25:]


def say_files(x, y):
    """Files that are text may be said as text."""
    for thing, (text, name) in x.texts_of.items():
        if thing in x.things and thing not in y.things and text in y.text:
            x.things.remove(thing)
            y.text = y.text.replace(text, "", 1)
            if name and name in y.text:
                y.text = y.text.replace(name, "", 1).rstrip(":")


def compare_turns(d, want, have, target):
    a, b = turns(want), turns(have)
    # What does not begin with the user's turn gets one where it must.
    if not a and b:
        b = []
    elif target in ("anthropic", "gemini") and (not a or a[0].side != "user") and b and b[0].side == "user" and len(b[0].text) < 30:
        b = b[1:]
    # An assistant turn that says nothing is left out by writers.
    if [t.side for t in a] != [t.side for t in b]:
        return d.add("messages|contents|input", f"turns: {[t.side for t in a]} became {[t.side for t in b]}")
    for n, (x, y) in enumerate(zip(a, b)):
        say_files(x, y)
        left = y.text
        if left != x.text:
            for s in want.late_system:
                left = left.replace(squeeze(s), "", 1)
        if left != x.text:
            d.add(r"messages|contents|input|prefix", f"turn {n} text: {clip(x.text)} became {clip(y.text)}")
        if x.calls != y.calls:
            d.add("messages|call", f"turn {n} calls: {clip(x.calls)} became {clip(y.calls)}")
        if [r[:2] for r in x.results] != [r[:2] for r in y.results]:
            d.add("messages|result|output", f"turn {n} results: {clip(x.results)} became {clip(y.results)}")
        # What a URL leads to is not always told.
        p, q = ([t.split(" ", 1)[1] if " url:" in t else t for t in z.things if t != "text"] for z in (x, y))
        if p != q:
            d.add("image|file|document|audio|video|part|detail|content", f"turn {n} media: {clip(p)} became {clip(q)}")
        elif [" url:" in t or t for t in x.things] != [" url:" in t or t for t in y.things] and not x.results and not want.late_system and not x.texts_of and target != "ollama":
            d.add("order", f"turn {n} order: {x.things} became {y.things}")
    return None


def compare_tools(d, want, have, target):
    called = {i.name for i in want.items if i.kind == "call"}
    if target == "anthropic" and not want.tools and set(have.tools) <= called:
        return	# it wants to know the tools of calls in the history
    if target == "ollama" and want.choice == "none" and not have.tools:
        return	# it has no other way to say so
    if list(want.tools) != list(have.tools):
        d.add("tool|functions|web_search", f"tools: {list(want.tools)} became {list(have.tools)}")
    for name, tool in want.tools.items():
        other = have.tools.get(name)
        if other is None:
            continue
        if squeeze(tool["description"] or "") != squeeze(other["description"] or ""):
            d.add("description", f"tool {name} description: {clip(tool['description'])} became {clip(other['description'])}")
        if tool["freeform"] != other["freeform"]:
            if other["freeform"] or canon(other["schema"]).get("properties", {}).keys() != {"input"}:
                d.add("tool", f"tool {name} is no longer freeform")
        elif canon(tool["schema"]) != canon(other["schema"]):
            lossy = canon(tool["schema"], LOSSY) == canon(other["schema"], LOSSY)
            d.add("schema|parameters|tool" if lossy else "schema|parameters",
                  f"tool {name} schema: {clip(canon(tool['schema']))} became {clip(canon(other['schema']))}")
    for native in want.native_tools:
        if native not in have.native_tools:
            d.add(r"tools?\b|" + re.escape(native), f"native tool {native} is lost")
    if (want.choice or "auto") != (have.choice or "auto"):
        if want.tools or want.native_tools:
            d.add("tool_choice|toolChoice|functionCallingConfig", f"tool_choice: {want.choice} became {have.choice}")
    if want.allowed != have.allowed:
        # Where the list cannot be said, the tools outside of it may be left out.
        if not (want.allowed and set(have.tools) == set(want.allowed)):
            d.add("tool_choice|allowed", f"allowed tools: {want.allowed} became {have.allowed}")


NUMBERS = ("temperature", "top_p", "top_k", "min_p", "seed", "presence_penalty", "frequency_penalty", "repetition_penalty", "n",
           "top_logprobs")


def compare_fields(d, want, have, target):
    for name, value in want.fields.items():
        other = have.fields.get(name)
        if name == "max_tokens" and other is not None and other != value and want.thinking and other > value:
            continue	# thinking needs room
        if name in NUMBERS and other is not None and float(other) == float(value):
            continue
        if name in ("n",) and value == 1 and other is None:
            continue
        if name == "parallel_tool_calls" and value is True and other is None:
            continue
        if name == "store" and value is False and other is None:
            continue	# it stores nothing
        if name == "temperature" and value == 1 and other is None and target == "anthropic":
            continue	# its default, which must not be said beside thinking
        if name == "parallel_tool_calls" and value is False and want.choice == "none":
            continue
        if name == "modalities" and value == ["text"] and other is None:
            continue
        if other != value:
            d.add(re.escape(name) + "|" + re.escape(re.sub(r"_tokens$|_tool_calls$", "", name)), f"{name}: {clip(value)} became {clip(other)}")
    for name, value in have.fields.items():
        if name not in want.fields and name not in ("max_tokens", "store", "n", "logprobs", "include"):
            d.add("-", f"{name}: nobody asked for {clip(value)}")
    if want.stop != have.stop:
        d.add("stop", f"stop: {want.stop} became {have.stop}")
    compare_format(d, want, have, target)
    same = {"minimal": "low", "xhigh": "high", "max": "high"}
    a, b = same.get(want.thinking, want.thinking), same.get(have.thinking, have.thinking)
    # "on" is what a reasoning model of OpenAI does unasked.
    if a == "on" and b is None and target in ("openai", "responses"):
        b = a
    if a != b and not (a == "on" and b not in (None, "off")):
        if not (b == "on" and a not in (None, "off")):
            d.add("reasoning|thinking|think|effort", f"thinking: {want.thinking} became {have.thinking}")


def compare_format(d, want, have, target):
    a, b = want.format or ("text", None), have.format or ("text", None)
    words = "response_format|text.format|format|output_config|responseSchema|responseMimeType|schema|json"
    if a[0] != b[0]:
        d.add(words, f"format: {a[0]} became {b[0]}")
    elif canon(a[1], {"additionalProperties"} if target == "anthropic" else ()) != \
            canon(b[1], {"additionalProperties"} if target == "anthropic" else ()):
        d.add(words, f"format schema: {clip(canon(a[1]))} became {clip(canon(b[1]))}")


def differences(want, have, dropped, target):
    d = Differences(dropped)
    compare_turns(d, want, have, target)
    said = squeeze("".join(have.system + have.late_system + [i.value or "" for i in have.items if i.kind == "text"]))
    for s in want.system:
        if squeeze(s) not in squeeze("".join(have.system)) and not (not want.items and squeeze(s) in said):
            d.add("system", f"system: {clip(s)} became {clip(have.system)}")
    for s in want.late_system:
        if squeeze(s) not in said:
            d.add("system|messages", f"late system text is lost: {clip(s)}")
    compare_tools(d, want, have, target)
    compare_fields(d, want, have, target)
    for path in want.unread:
        last = path.split(".")[-1].split("[")[0]
        where = path.split(".")[0]
        part = r"|^(messages|contents|input)(\[\d*\])?(\.content|\.native|\.parts|$)" if where in ("messages", "contents", "input") else ""
        d.add(re.escape(last) + part, f"{path} is lost silently")
    if want.marks and have.marks < want.marks:
        d.add("cache", f"cache marks: {want.marks} became {have.marks}")
    return d.faults
