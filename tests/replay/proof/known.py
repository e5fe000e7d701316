# SPDX-License-Identifier: Apache-2.0
"""What a dialect has no words for, in one place."""
import re

# What the reader of a client's dialect can be told at all.
CAN = {
    "openai": {"refusal", "reasoning", "choices", "created", "citations", "logprobs", "id", "usage.input", "usage.output", "usage.cached",
               "usage.written", "usage.reasoning"},
    # its replies have ids of ours, under which they may be named later
    "responses": {"refusal", "reasoning", "created", "citations", "logprobs", "usage.input", "usage.output", "usage.cached",
                  "usage.written", "usage.reasoning"},
    # no logprobs, one choice, no time
    "anthropic": {"reasoning", "id", "citations", "usage.input", "usage.output", "usage.cached", "usage.written", "usage.reasoning"},
    # no refusal beside the text, no cache writes
    "gemini": {"reasoning", "choices", "citations", "logprobs", "media", "id", "usage.input", "usage.output", "usage.cached",
               "usage.reasoning"},
    # no id, no citations, one choice, two counts of tokens
    "ollama": {"reasoning", "created", "logprobs", "usage.input", "usage.output"},
}

# How each dialect words an end that it has no word of its own for.
FINISH = {
    "openai": {"sequence": {"end"}, "context": {"length"}, "refusal": {"filter", "end"}, "pause": {"end"},
               "malformed": {"end", "other"}, "other": {"end", "other"}, "none": {"end", "none", "tools"}},
    "responses": {"sequence": {"end"}, "context": {"length"}, "refusal": {"filter", "end"}, "pause": {"end"},
                  "malformed": {"end", "other"}, "other": {"end", "other"}, "none": {"end", "tools"}},
    "anthropic": {"filter": {"refusal"}, "malformed": {"end", "other"}, "other": {"end", "other"}, "none": {"end", "tools"}},
    "gemini": {"sequence": {"end"}, "context": {"length"}, "refusal": {"filter"}, "pause": {"end", "other"},
               "none": {"end", "other", "tools"}},
    "ollama": {"sequence": {"end"}, "context": {"length"}, "refusal": {"end", "other"}, "filter": {"end", "other"},
               "pause": {"end"}, "malformed": {"end", "other"}, "other": {"end", "other"}, "none": {"end", "tools"}},
}

# (recording, client, form, fault) as patterns, and why it cannot be otherwise.
IMPOSSIBLE = [
    (r"", r"gemini", r"", r"thoughtSignature is no base64: 'signature_REDACTED", "the recording's own scrubbing"),
    (r"web-search-tool", r"responses", r"", r"action.sources\[0\].type is none of", "as the vendor sent it"),
    (r"^gemini/.*stream$", r"", r"whole", r"status 502",
     "an array answers streamGenerateContent without alt=sse, which is not asked for; generateContent never answers one"),
    (r"perplexity/embeddings", r"", r"", r"vectors of|could not be understood", "base64 of int8, which only Perplexity has"),
]


def waived(job):
    """The faults that stand, and those that are known to be impossible."""
    stand, known = [], []
    for f in job.faults:
        if any(re.search(r, job.r.key) and re.search(c, job.client) and re.search(form, job.form) and re.search(text, f)
               for r, c, form, text, _ in IMPOSSIBLE):
            known.append(f)
        else:
            stand.append(f)
    return stand, known
