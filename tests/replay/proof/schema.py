# SPDX-License-Identifier: Apache-2.0
"""The vendors' own API descriptions as judges.

Replies: `required` counts for the members that readers cannot do without, null may stand for what is optional.
Requests: all that is required must be there, and nothing that the vendor does not know.
In both oneOf is anyOf: discriminators in the wild are not exclusive.
"""
import base64
import json
import os
import re

from .wire import json_values, sse_events

NEEDED = {"type", "object", "role", "choices", "id", "index", "delta", "message", "candidates", "done", "model", "output"}
SPECS = {"openai": "openai", "responses": "openai", "anthropic": "anthropic", "gemini": "gemini", "ollama": "ollama"}
WHOLE = {"openai": "CreateChatCompletionResponse", "responses": "Response", "anthropic": "Message",
         "gemini": "GenerateContentResponse", "ollama": "ChatResponse"}
EVENT = {"openai": "CreateChatCompletionStreamResponse", "responses": "ResponseStreamEvent", "anthropic": "MessageStreamEvent",
         "gemini": "GenerateContentResponse", "ollama": "ChatStreamEvent"}
REQUEST = {"openai": "CreateChatCompletionRequest", "responses": "CreateResponse", "anthropic": "CreateMessageParams",
           "gemini": "GenerateContentRequest", "ollama": "ChatRequest"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}

specs = {}


def load(root):
    """False when the descriptions are not there."""
    for name in set(SPECS.values()):
        file = os.path.join(root, "specs", name + "-openapi.json")
        if not os.path.exists(file):
            return False
        if name not in specs:
            with open(file, encoding="utf-8") as f:
                specs[name] = json.load(f)
    return True


class Checker:
    def __init__(self, spec, request):
        self.spec, self.request = spec, request

    def resolve(self, ref):
        node = self.spec
        for step in ref.lstrip("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        return node

    def is_type(self, t, v):
        if t in ("number", "integer"):
            ok = isinstance(v, (int, float)) and not isinstance(v, bool)
            return ok and (t == "number" or float(v).is_integer())
        return isinstance(v, TYPES[t])

    def outer(self, node, v, path, depth=0):
        errors, names = self.inner(node, v, path, depth)
        if self.request and isinstance(v, dict) and names is not None and not errors:
            errors = [f"{path}.{k} is not known" for k in v if k not in names]
        return errors

    def inner(self, node, v, path, depth):
        """(errors, names of members that it knows; None for any)."""
        if node is True or node == {} or depth > 60:
            return [], None
        if "$ref" in node:
            return self.inner(self.resolve(node["$ref"]), v, path, depth + 1)
        if v is None and (node.get("nullable") or "null" in (node.get("type") or [])):
            return [], set()
        errors, names, any_name = [], set(), True
        for part in node.get("allOf") or []:
            e, n = self.inner(part, v, path, depth + 1)
            errors += e
            any_name = any_name and n is None
            names |= n or set()
        for key in ("anyOf", "oneOf"):
            if node.get(key):
                e, n = self.alternatives(node[key], v, path, depth)
                errors += e
                any_name = any_name and n is None
                names |= n or set()
        types = node.get("type")
        if types is not None and not any(self.is_type(t, v) for t in (types if isinstance(types, list) else [types])):
            if not (node.get("format") == "int64" and isinstance(v, (int, str))):
                return [f"{path} is no {types}: {json.dumps(v)[:60]}"], set()
        errors += self.scalar(node, v, path)
        if isinstance(v, dict):
            e, n = self.members(node, v, path, depth)
            errors += e
            if n is None:
                if "additionalProperties" in node:
                    return errors, None
            else:
                any_name = False
                names |= n
        elif isinstance(v, list) and isinstance(node.get("items"), dict):
            for i, item in enumerate(v):
                errors += self.outer(node["items"], item, f"{path}[{i}]", depth + 1)
        return errors, None if any_name else names

    def scalar(self, node, v, path):
        if "enum" in node and v not in node["enum"]:
            return [f"{path} is none of {str(node['enum'])[:80]}: {json.dumps(v)[:40]}"]
        if "const" in node and v != node["const"]:
            return [f"{path} is not {node['const']!r}: {json.dumps(v)[:40]}"]
        if isinstance(v, str):
            if "pattern" in node and not re.search(node["pattern"], v):
                return [f"{path} does not match {node['pattern']}: {v[:60]!r}"]
            if len(v) < node.get("minLength", 0) or len(v) > node.get("maxLength", 1 << 60):
                return [f"{path} has a length of {len(v)}"]
            if node.get("format") == "byte":
                try:
                    base64.b64decode(v, validate=True)
                except ValueError:
                    return [f"{path} is no base64: {v[:40]!r}"]
        elif isinstance(v, (int, float)) and not isinstance(v, bool):
            if v < node.get("minimum", v) or v > node.get("maximum", v):
                return [f"{path} is out of range: {v}"]
        elif isinstance(v, list):
            if len(v) < node.get("minItems", 0) or len(v) > node.get("maxItems", 1 << 60):
                return [f"{path} has {len(v)} items"]
        return []

    def members(self, node, v, path, depth):
        props, more, errors = node.get("properties"), node.get("additionalProperties"), []
        required = node.get("required") or []
        for name in required:
            if name not in v and (self.request or name in NEEDED):
                errors.append(f"{path}.{name} is missing")
        for name, value in v.items():
            if props and name in props:
                if value is None and not self.request and name not in NEEDED:
                    continue
                errors += self.outer(props[name], value, f"{path}.{name}", depth + 1)
            elif isinstance(more, dict) and more:
                errors += self.outer(more, value, f"{path}.{name}", depth + 1)
        if props is None or more not in (None, False):
            return errors, None
        return errors, set(props)

    def alternatives(self, nodes, v, path, depth):
        best, names, passed, any_name = None, set(), False, False
        for node in nodes:
            e, n = self.inner(node, v, path, depth + 1)
            if not e:
                unknown = [] if n is None or not isinstance(v, dict) else [k for k in v if k not in n]
                passed = True
                any_name = any_name or n is None
                names |= n or set()
                if not unknown:
                    return [], n
            rank = (0 if self.same_kind(node, v) else 1, len(e))
            if e and (best is None or rank < best[0]):
                best = (rank, e)
        if passed:
            return [], None if any_name else names
        return best[1], set()

    def same_kind(self, node, v):
        """The branch that `v` says it is."""
        if "$ref" in node:
            return self.same_kind(self.resolve(node["$ref"]), v)
        if not isinstance(v, dict):
            return "type" in node and self.is_type(node["type"], v) if isinstance(node.get("type"), str) else False
        for key in ("type", "role", "object"):
            p = (node.get("properties") or {}).get(key)
            if isinstance(p, dict) and key in v:
                if "$ref" in p:
                    p = self.resolve(p["$ref"])
                if v[key] in (p.get("enum") or [p.get("const")]):
                    return True
        return any(self.same_kind(part, v) for part in node.get("allOf") or [])


def check(dialect, name, value, request=False):
    spec = specs.get(SPECS[dialect])
    if spec is None:
        return []
    return Checker(spec, request).outer({"$ref": f"#/components/schemas/{name}"}, value, "")[:4]


# What the descriptions do not know although the servers take or send it.
REPLY_KNOWN = [
    ("gemini", r"finishReason is none of"),
    ("ollama", r"done_reason"),
]


def check_whole(dialect, body):
    return check(dialect, WHOLE[dialect], body)


def check_stream(dialect, text, each=3):
    """The first events of each kind, and the last one."""
    if dialect == "ollama" or text.lstrip()[:1] == "[":
        values = [("", v) for v in json_values(text)]
    else:
        values = [(n, json.loads(d)) for n, d in sse_events(text) if d != "[DONE]"]
    errors, seen = [], {}
    for i, (_, v) in enumerate(values):
        kind = (v.get("type"), tuple(sorted(((v.get("choices") or [{}])[0].get("delta") or {}))) if dialect == "openai" else None)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > each and i < len(values) - 2:
            continue
        for e in check(dialect, EVENT[dialect], v):
            if e not in errors:
                errors.append(e)
    return errors[:4]


def check_request(dialect, body, model=True):
    if dialect == "gemini":
        body = dict(body, model=body.get("model", "models/x"))
    return check(dialect, REQUEST[dialect], body, request=True)
