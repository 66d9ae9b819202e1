"""Takes out of training texts what gives the label away without being craft.

Datelines, names of wire services, press-release headers, link lines, markdown and the traces of how
a text was collected tell one corpus from another. A model that sees them learns the corpus.
"""

from __future__ import annotations

import re

__all__ = ["flattened", "is_refusal", "mask", "without_title"]

_WIRES = (
    r"AP|Associated Press|AFP|Agence France[- ]Presse|Reuters|UPI|CNN|IANS|PTI|Xinhua|"
    r"PR ?Newswire|GLOBE ?NEWSWIRE|Business ?Wire|BUSINESS ?WIRE|ACCESSWIRE|Newswire|"
    r"EIN ?Presswire|"
    r"24-7 ?Press ?Release|NewMediaWire|Newsworthy\.ai|Marketwired|MARKETWIRE"
)
_DATELINE = re.compile(
    r"\A\s{0,9}[A-Z][A-Z.'’ -]{2,40}(?:,? [A-Z][\w.'’ ]{1,25}){0,3},?"
    r"(?: ?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?,?)?"
    rf"(?: ?[(/\[](?:{_WIRES})[)/\]])? ?(?:[-—–]{{1,2}}|:) ?(?=[\"“A-Z])"
)
_WIRE_MARK = re.compile(rf" ?[(/\[](?:{_WIRES})[)/\]](?: ?[-—–]{{1,2}})?")
_HEADER = re.compile(
    r"(?im)^[ *#_]*(?:for immediate release|news provided by|source:? .{0,60}|"
    r"media contacts?:?.{0,80}|press release|title:|headline:|subtitle:|\[date\]|"
    r"about the author|originating site.*|view original content.*|pickup - .*|url ?: .*)[ *_]*$"
)
_LABEL = re.compile(r"(?im)^[ *#_]*(?:title|headline|subtitle|lead|body)\**: *\**")
_ASSISTANT = re.compile(
    r"(?i)\A\W{0,3}(?:sure|certainly|of course|yes|here(?:'s| is)|okay)\b[^\n]{0,160}:\s*\n"
)
_REFUSAL = re.compile(
    r"(?i)\bas an? (?:ai|language model)\b|\bi(?:'m| am) (?:just )?an ai\b|i cannot "
    r"(?:fulfil|provide|create|generate|write)|i(?:'m| am) sorry, but|"
    r"i have rewritten the (?:passage|article|text)"
)
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\(([^)\s]{0,500})\)")
_URL_LINE = re.compile(r"(?m)^[ >*-]*(?:\[[^\]\n]*\]\([^)\n]*\)|https?://\S+)\W*$\n?")
_URL = re.compile(r"https?://[^\s)\]>]+")
_MARKDOWN = re.compile(r"(?m)^#{1,6} +|^> ?|\*\*|__|(?<=\s)[*_](?=\w)|(?<=\w)[*_](?=[\s.,;:])|`")
_TAG = re.compile(r"</?(?:doc|p|br|div|span)[^>\n]{0,80}>")
_SPACED = re.compile(r" ([.,;:!?%)\]]|'s\b|n't\b|'(?:re|ve|ll|d|m)\b)")
_SPACE_RUN = re.compile(r"[^\S\n]{2,}")
_BLANK_RUN = re.compile(r"\n{3,}")


def mask(text: str, outlet: str | None = None, *, tokenized: bool = False) -> str:
    """The article without marks of its corpus.

    Args:
        text: the article.
        outlet: its site or outlet, whose own name in the text is replaced by "the outlet".
        tokenized: the corpus separates punctuation by spaces; join it again.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _TAG.sub("", text)
    if tokenized:
        text = _SPACED.sub(r"\1", text).replace("( ", "(")
        text = re.sub(r'" ([^"\n]{1,600}?) "', r'"\1"', text)
    text = _ASSISTANT.sub("", text, count=1)
    text = _HEADER.sub("", text)
    text = _LABEL.sub("", text)
    text = _URL_LINE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _URL.sub("", text)
    text = _MARKDOWN.sub("", text)
    text = _WIRE_MARK.sub("", _DATELINE.sub("", text, count=1))
    if outlet:
        text = _without_outlet(text, outlet)
    text = _SPACE_RUN.sub(" ", text)
    return _BLANK_RUN.sub("\n\n", text).strip()


def _without_outlet(text: str, outlet: str) -> str:
    name = outlet.lower().removeprefix("www.")
    text = re.sub(re.escape(name), "the outlet", text, flags=re.IGNORECASE)
    stem = name.split(".")[0]
    if len(stem) < 5:  # "time", "vox": too many other uses
        return text
    loose = r"[ -]?".join(map(re.escape, stem))  # dailywire also matches "Daily Wire"
    return re.sub(rf"\b(?:[Tt]he )?{loose}\b", "the outlet", text, flags=re.IGNORECASE)


def without_title(text: str, title: str | None) -> str:
    """The text without its headline as first line or first sentence."""
    if title and text[: len(title) + 3].strip().lower().startswith(title.strip().lower()):
        return text.strip()[len(title.strip()) :].lstrip(" \n.:-–—")
    return text


def flattened(text: str) -> str:
    """The same words without line breaks, as many corpora and feeds keep them."""
    return " ".join(text.split())


def is_refusal(text: str) -> bool:
    """Whether a language model declined or talked about its task instead of writing an article."""
    return _REFUSAL.search(text[:600]) is not None or _REFUSAL.search(text[-300:]) is not None
