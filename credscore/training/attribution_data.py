"""Annotated and unlabelled articles for the attribution tagger."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.tokenization import Tokenization

__all__ = [
    "Annotated",
    "data_folder",
    "flattened",
    "read_annotated",
    "read_own",
    "read_unlabelled",
    "respelled",
    "token_labels",
    "turned",
]

_UNLABELLED = ("credibility_articles", "quality_articles", "modern_reports")
_MARKED = re.compile(r"\[([scx])(\d?) ([^\]]*)\]")
_PERCENT = re.compile(r"(?<=\d) per ?cent\b")
_ROLES = {"s": "source", "c": "cue", "x": "content"}


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article and its first annotator's attributions: role -> spans, in order of the file."""

    id: str
    publisher: str
    text: str
    attributions: tuple[dict[str, list[tuple[int, int]]], ...]
    speech: tuple[bool, ...]


def data_folder() -> Path:
    """``CREDSCORE_DATA``, or the folder beside the checkout."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("CREDSCORE_DATA", root.parent / "shared" / "data"))


def _annotated(row: dict[str, Any]) -> Annotated:
    found, speech = [], []
    for item in row["annotations"][0]["attributions"]:
        spans = {
            role: [(int(low), int(high)) for low, high in item[role] or ()]
            for role in ("source", "cue", "content")
        }
        found.append(spans)
        speech.append(any(mark in (item["content_text"] or "") for mark in '"“'))
    return Annotated(row["id"], row["publisher"], row["text"], tuple(found), tuple(speech))


def read_annotated(name: str) -> list[Annotated]:
    """The articles of ``polnear_train`` or ``polnear_dev``."""
    import zstandard

    path = data_folder() / "gold" / f"{name}.jsonl.zst"
    with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        return [_annotated(json.loads(line)) for line in io.TextIOWrapper(stream, "utf-8")]


def _read_marked(number: int, marked: str) -> Annotated:
    """A text in which ``[s ...]``, ``[c ...]`` and ``[x ...]`` mark source, cue and content."""
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    pieces, read, length = [], 0, 0
    for mark in _MARKED.finditer(marked):
        spans = found.setdefault(mark[2], {role: [] for role in _ROLES.values()})
        low = length + mark.start() - read
        length = low + len(mark[3])
        spans[_ROLES[mark[1]]].append((low, length))
        pieces += [marked[read : mark.start()], mark[3]]
        read = mark.end()
    text = "".join([*pieces, marked[read:]])
    attributions = tuple(found.values())
    speech = tuple(any(mark in text[low:high] for mark in '"“' for low, high in one["content"])
                   for one in attributions)  # fmt: skip
    return Annotated(f"own-{number}", "own", text, attributions, speech)


def read_own(texts: Sequence[str]) -> list[Annotated]:
    """Own-written training texts, with the marks in them taken out."""
    return [_read_marked(number, marked) for number, marked in enumerate(texts)]


def read_unlabelled() -> list[str]:
    """Article texts for word vectors."""
    import pyarrow.parquet as pq

    texts: list[str] = []
    for name in _UNLABELLED:
        column = pq.read_table(data_folder() / f"{name}.parquet", columns=["text"])["text"]
        texts += [text for text in column.to_pylist() if text]
    return texts


def flattened(article: Annotated) -> Annotated:
    """The same article without line breaks; offsets stay."""
    text = article.text.replace("\n", " ")
    return Annotated(article.id, article.publisher, text, article.attributions, article.speech)


def _turned_back(article: Annotated) -> Iterator[tuple[int, int, int]]:
    """Places where "the source said" may become "said the source": start, middle, end."""
    edges = sorted(
        {edge for spans in article.attributions for one in spans.values() for pair in one
         for edge in pair}
    )  # fmt: skip
    reached = 0
    for spans in article.attributions:
        source, cue, content = spans["source"], spans["cue"], spans["content"]
        if len(source) != 1 or len(cue) != 1 or not content or content[0][0] > source[0][0]:
            continue
        (low, middle), (after, high) = source[0], cue[0]
        plain = after == middle + 1 and middle - low > 4 and article.text[after:high].isalpha()
        inside = [edge for edge in edges if low < edge < high and edge not in (middle, after)]
        if plain and not inside and low >= reached and article.text[high : high + 1] in {".", ","}:
            reached = high
            yield low, middle, high


def turned(article: Annotated) -> Annotated:
    """The same article with "..., said the source" where it has "..., the source said"."""
    text = article.text
    moved: dict[tuple[int, int], tuple[int, int]] = {}
    for low, middle, high in _turned_back(article):
        source, cue = text[low:middle], text[middle + 1 : high]
        text = f"{text[:low]}{cue} {source}{text[high:]}"
        behind = low + len(cue) + 1
        moved |= {(low, middle): (behind, high), (middle + 1, high): (low, behind - 1)}
    spans = tuple(
        {role: [moved.get(span, span) for span in found] for role, found in one.items()}
        for one in article.attributions
    )
    return Annotated(article.id, article.publisher, text, spans, article.speech)


def respelled(article: Annotated) -> Annotated:
    """The same article with "%" for "percent" behind numbers, as most newspapers write it."""
    places = np.ones(len(article.text) + 1, dtype=np.int64)
    places[0] = 0
    for match in _PERCENT.finditer(article.text):
        places[match.start() + 2 : match.end() + 1] = 0
    moved = places.cumsum().tolist()
    spans = tuple(
        {role: [(moved[low], moved[high]) for low, high in found] for role, found in one.items()}
        for one in article.attributions
    )
    text = _PERCENT.sub("%", article.text)
    return Annotated(article.id, article.publisher, text, spans, article.speech)


def _character_labels(article: Annotated) -> npt.NDArray[np.uint8]:
    """One of ``linking.LABELS`` a character."""
    labels = np.zeros(len(article.text) + 1, dtype=np.uint8)
    for spans in article.attributions:
        source, cue, content = spans["source"], spans["cue"], spans["content"]
        anchor = cue or source
        for low, high in source:
            other = (cue or content or [(low + 1, high)])[0][0]
            labels[low:high] = 1 if other > low else 2
        for low, high in content:
            labels[low:high] = 5 if anchor and anchor[0][0] > low else 6
        for low, high in cue:
            labels[low:high] = 4 if content and min(content)[0] < cue[0][0] else 3
    return labels


def token_labels(articles: Sequence[Annotated], tokens: Tokenization) -> npt.NDArray[np.int32]:
    """Label of each token: that of its first character."""
    parts = [np.zeros(0, dtype=np.uint8)]
    for doc, article in enumerate(articles):
        rows = slice(tokens.doc_first[doc], tokens.doc_first[doc + 1])
        parts.append(_character_labels(article)[tokens.starts[rows] - tokens.doc_offset[doc]])
    return np.concatenate(parts).astype(np.int32)
