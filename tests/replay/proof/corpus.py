# SPDX-License-Identifier: Apache-2.0
"""The recordings, each with the answer that its own dialect's reader finds in it."""
import glob
import json
import os

from . import anthropic, gemini, ollama, openai, responses

DIALECTS = {d.NAME: d for d in (openai, responses, anthropic, gemini, ollama)}
CHATS = {"openai.chat": "openai", "openai.responses": "responses", "anthropic.messages": "anthropic",
         "gemini.generateContent": "gemini", "gemini.streamGenerateContent": "gemini", "ollama.chat": "ollama"}


class Recording:
    def __init__(self, file, doc):
        self.file, self.api, self.features = file, doc["api"], set(doc["features"])
        self.provider = doc["provider"]
        self.dialect = CHATS.get(self.api)
        self.request = doc.get("request") or {}
        r = doc["response"]
        self.status, self.headers = r["status"], r.get("headers") or {}
        body = r.get("body")
        self.bytes = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        self.sizes = r.get("chunk_sizes")
        kind = self.headers.get("content-type", "")
        self.array = self.bytes.lstrip()[:1] == b"[" and self.dialect == "gemini"
        self.stream = self.status == 200 and ("event-stream" in kind or "ndjson" in kind or self.array)

    @property
    def key(self):
        return self.file[len("exchanges/"):-len(".json")]

    def answer(self):
        """What it says, by its own dialect."""
        d = DIALECTS[self.dialect]
        text = self.bytes.decode("utf-8", "replace")
        if self.stream:
            return d.read_stream(text, strict=False)
        return d.read_whole(json.loads(text))


def load(root, wanted=CHATS):
    out = []
    for file in sorted(glob.glob(os.path.join(root, "exchanges", "*", "*", "*.json"))):
        with open(file, encoding="utf-8") as f:
            doc = json.load(f)
        if doc["api"] in wanted:
            out.append(Recording(os.path.relpath(file, root), doc))
    return out
