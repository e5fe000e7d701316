# SPDX-License-Identifier: Apache-2.0
"""What an answer says, whatever the words: what readers fill and comparisons read."""
import base64
import hashlib
import json
import re

CLASSES = ("end", "length", "sequence", "tools", "filter", "refusal", "pause", "context", "malformed", "other", "none")


class Call:
    def __init__(self, name="", ident="", raw="", freeform=False):
        self.name, self.id, self.raw, self.freeform = name or "", ident or "", raw, freeform

    @property
    def args(self):
        """Parsed; what is no JSON stays text.  Nothing is an empty object."""
        if not isinstance(self.raw, str):
            return self.raw if self.raw is not None else {}
        if self.freeform:
            return self.raw
        if self.raw.strip() == "":
            return {}
        try:
            return json.loads(self.raw)
        except ValueError:
            return self.raw

    def __repr__(self):
        return f"{self.name}({json.dumps(self.args, ensure_ascii=False)[:80]})#{self.id}"


class Choice:
    def __init__(self):
        self.text, self.refusal = "", ""
        self.reasoning = []		# pieces, as blocks
        self.calls, self.media, self.citations, self.logprobs = [], [], [], []
        self.proofs = []		# signatures and seals
        self.natives = []
        self.stop, self.sequence = "none", None

    def cite(self, url, title=None):
        if url and (url, title or "") not in self.citations:
            self.citations.append((url, title or ""))

    def finish(self, stop):
        """Servers say that they stopped when they called a tool."""
        self.stop = "tools" if stop == "end" and self.calls else stop


class Answer:
    def __init__(self):
        self.id, self.model, self.choices, self.usage = "", "", {}, None
        self.created = 0		# seconds
        self.error = None		# (class of status, message)
        self.complete = False
        self.problems = []

    def choice(self, i=0):
        return self.choices.setdefault(i, Choice())

    def problem(self, text):
        if text not in self.problems and len(self.problems) < 8:
            self.problems.append(text)


def usage(given, **classes):
    """input and output are totals; cached, written are within input, reasoning within output."""
    if not given:
        return None
    u = {k: int(v or 0) for k, v in classes.items()}
    return u if any(u.values()) else None


def digest(data):
    """Of base64 in any alphabet, so that the same bytes are the same."""
    text = re.sub(r"\s", "", data or "").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raw = (data or "").encode()
    return hashlib.sha256(raw).hexdigest()[:16]


def squeeze(text):
    return re.sub(r"\s+", "", text)


def logprobs(items):
    out = []
    for t in items or []:
        if isinstance(t, dict) and "token" in t:
            top = [(x.get("token"), round(float(x.get("logprob") or x.get("logProbability") or 0), 3)) for x in t.get("top_logprobs") or []]
            out.append((t["token"], round(float(t.get("logprob") or t.get("logProbability") or 0), 3), top))
    return out
