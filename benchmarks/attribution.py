"""How well attributions are found, against trained annotators.

Run: python -m benchmarks.attribution   (writes benchmarks/results/attribution.json)

Scored on the non-space characters of the dev articles of PolNeAR against the first annotator;
intervals are 95 % bootstrap intervals over articles. The rule baseline stands beside the model.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measured_with import versions_of
from benchmarks.samples import sample
from credscore.document import Document
from credscore.extractors.attribution import EXTRACTOR
from credscore.extractors.attribution.linking import LABELS, ROLE, Links, link
from credscore.extractors.attribution.rules import tag_by_rules
from credscore.extractors.attribution.source_kinds import KINDS, type_sources
from credscore.extractors.attribution.tagger import tag
from credscore.lexicon import Vocabulary
from credscore.registry import discover, make_batch
from credscore.tokenization import Tokenization
from credscore.tokenization.sentences import ABBREVIATIONS
from credscore.training.attribution_data import (
    Annotated,
    flattened,
    read_annotated,
    token_labels,
)

ROLES = ("source", "cue", "content")
GOALS = {
    "content_f1": 0.87,
    "source_f1": 0.72,
    "cue_f1": 0.67,
    "density_r": 0.93,
    "density_mae": 0.05,
}
ROUNDS = 2000
_WORDED = re.compile(r"([^\W_](?:.*?[^\W_])??)(?:['’]s)?[\W_]*$", re.DOTALL)
HERE = Path(__file__).resolve().parent

Masks = npt.NDArray[np.bool_]
Column = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint8]
Tagger = Callable[[Tokenization], npt.NDArray[np.uint8]]


def _tokenize(texts: Sequence[str]) -> Tokenization:
    return Tokenization(texts, Vocabulary([ABBREVIATIONS, *EXTRACTOR.lexicons]))


def _gold(article: Annotated, *, speech_only: bool = False) -> Masks:
    """Source, cue and content characters, shape (3, n)."""
    masks = np.zeros((3, len(article.text)), dtype=np.bool_)
    for spans, speech in zip(article.attributions, article.speech, strict=True):
        if speech_only and not speech:
            continue
        for row, role in enumerate(ROLES):
            for low, high in spans[role]:
                masks[row, low:high] = True
    return masks


def _predicted(articles: Sequence[Annotated], tagger: Tagger) -> list[Masks]:
    tokens = _tokenize([article.text for article in articles])
    role = ROLE[tagger(tokens)]
    found = []
    for doc, article in enumerate(articles):
        masks = np.zeros((3, len(article.text)), dtype=np.bool_)
        for token in range(tokens.doc_first[doc], tokens.doc_first[doc + 1]):
            if role[token]:
                offset = tokens.doc_offset[doc]
                masks[
                    role[token] - 1, tokens.starts[token] - offset : tokens.ends[token] - offset
                ] = 1
        found.append(masks)
    return found


def _counts(
    articles: Sequence[Annotated], gold: list[Masks], found: list[Masks]
) -> npt.NDArray[np.int64]:
    """For each article: hits, gold and found characters of the three roles, and all characters."""
    rows = []
    for article, g, f in zip(articles, gold, found, strict=True):
        solid = np.array([not character.isspace() for character in article.text])
        theirs, ours = g[:, solid], f[:, solid]
        rows.append([*(theirs & ours).sum(1), *theirs.sum(1), *ours.sum(1), solid.sum()])
    return np.array(rows)


def _measures(counts: npt.NDArray[np.int64]) -> dict[str, float]:
    total = counts.sum(axis=0)
    f1 = 2 * total[:3] / np.maximum(total[3:6] + total[6:9], 1)
    gold, found = counts[:, 5] / counts[:, 9], counts[:, 8] / counts[:, 9]
    return {
        "content_f1": float(f1[2]),
        "source_f1": float(f1[0]),
        "cue_f1": float(f1[1]),
        "density_r": float(np.corrcoef(gold, found)[0, 1]) if len(counts) > 2 else float("nan"),
        "density_mae": float(np.abs(gold - found).mean()),
    }


def _with_intervals(counts: npt.NDArray[np.int64]) -> dict[str, dict[str, float]]:
    generator = np.random.default_rng(0)
    draws = [
        _measures(counts[generator.integers(0, len(counts), len(counts))]) for _ in range(ROUNDS)
    ]
    table = {}
    for name, value in _measures(counts).items():
        low, high = np.nanpercentile([draw[name] for draw in draws], [2.5, 97.5])
        table[name] = {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
    return table


def _speech(articles: list[Annotated], found: list[Masks]) -> dict[str, float]:
    """Recall of attributions whose content holds quotation marks."""
    gold = [_gold(article, speech_only=True) for article in articles]
    counts = _counts(articles, gold, found).sum(axis=0)
    return {
        f"{role}_recall": round(float(counts[k] / counts[3 + k]), 4) for k, role in enumerate(ROLES)
    }


def _wilson(right: int, n: int) -> dict[str, float]:
    """A share with its 95 % interval (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    share, z2 = right / n, 1.96**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = 1.96 * (share * (1 - share) / n + z2 / (4 * n * n)) ** 0.5 / (1 + z2 / n)
    return {
        "n": n,
        "value": round(share, 4),
        "low": round(middle - half, 4),
        "high": round(middle + half, 4),
    }


def _judged(
    articles: list[Annotated], tokens: Tokenization, path: Path
) -> tuple[npt.NDArray[np.str_], Masks]:
    """The hand-labelled kinds of a file's sources, and which of them are found."""
    place = {hashlib.sha256(a.text.encode()).hexdigest()[:16]: k for k, a in enumerate(articles)}
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    offset = tokens.doc_offset[[place[label["article"]] for label in labels]]
    first = np.searchsorted(tokens.starts, offset + [label["start"] for label in labels])
    end = np.searchsorted(tokens.ends, offset + [label["end"] for label in labels]) + 1
    none = np.full(len(labels), -1)
    links = Links(first, end, first, end, none, none, none[:0], none[:0], none[:0])
    truth = np.array([label["kind"] for label in labels])
    return truth, np.array(KINDS)[type_sources(links, tokens).kind] == truth


def _kinds(articles: list[Annotated]) -> dict[str, dict[str, dict[str, float]]]:
    """Accuracy of source kinds on hand-labelled sources, by label file and kind; and of all sources
    that were labelled before the results for them were seen."""
    tokens = _tokenize([article.text for article in articles])
    table = {}
    unseen = []
    for path in sorted((HERE / "labels").glob("attribution_source_kinds*.jsonl")):
        truth, right = _judged(articles, tokens, path)
        table[path.stem] = _by_kind(truth, right)
        if path.stem != "attribution_source_kinds":
            unseen.append((truth, right))
    truths, rights = zip(*unseen, strict=True)
    table["labelled_before_seen"] = _by_kind(np.concatenate(truths), np.concatenate(rights))
    return table


def _by_kind(truth: npt.NDArray[np.str_], right: Masks) -> dict[str, dict[str, float]]:
    table = {"accuracy": _wilson(int(right.sum()), len(right))}
    for name in KINDS:
        of_kind = right[truth == name]
        if of_kind.size:
            table[name] = _wilson(int(of_kind.sum()), of_kind.size)
    return table


def _linking(articles: list[Annotated], tokens: Tokenization, labels: Labels) -> dict[str, float]:
    """Attributions whose cue is found, and of these the share with the right source (or rightly
    none), and with content that overlaps the true one."""
    links = link(labels, tokens)
    cue = _spans(tokens, links.cue_first, links.cue_end)
    source = _spans(tokens, links.source_first, links.source_end)
    pieces = _spans(tokens, links.piece_first, links.piece_end)
    total = found = sourced = filled = 0
    for doc, article in enumerate(articles):
        for spans in article.attributions:
            if not spans["cue"] or not spans["content"]:
                continue
            total += 1
            at = np.flatnonzero(_overlaps(cue, doc, spans["cue"][0]))
            if not at.size:
                continue
            found += 1
            mine = at[:1]
            given = links.source_first[mine[0]] >= 0
            if spans["source"] and given:
                sourced += bool(_overlaps(source, doc, spans["source"][0])[mine[0]])
            else:
                sourced += bool(spans["source"]) == given
            own = links.piece_owner == mine[0]
            filled += bool((own & _overlaps(pieces, doc, spans["content"][0])).any())
    return {
        "n": total,
        "cue_found": round(found / total, 4),
        "source_right": round(float(sourced) / found, 4),
        "content_overlaps": round(filled / found, 4),
    }


def _spans(tokens: Tokenization, first: Column, end: Column) -> tuple[Column, Column, Column]:
    """Article and offsets of token ranges; article -1 where there is none."""
    there = first >= 0
    doc = tokens.doc_of[np.maximum(first, 0)]
    offset = tokens.doc_offset[doc]
    low = tokens.starts[np.maximum(first, 0)] - offset
    return np.where(there, doc, -1), low, tokens.ends[np.maximum(end, 1) - 1] - offset


def _worded(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A span from its first letter or digit to its last, a final 's left out."""
    found = _WORDED.search(text[slice(*span)])
    return (span[0] + found.start(1), span[0] + found.end(1)) if found else span


def _extents(articles: list[Annotated], tokens: Tokenization, labels: Labels) -> dict[str, float]:
    """Sources from first to last word: the share of those found that are exactly an annotated one,
    of annotated ones that are found exactly, and of those found that overlap one."""
    links = link(labels, tokens)
    docs, lows, highs = _spans(tokens, links.source_first, links.source_end)
    true = [
        {_worded(article.text, one["source"][0]) for one in article.attributions if one["source"]}
        for article in articles
    ]
    found: list[set[tuple[int, int]]] = [set() for _ in articles]
    for doc, low, high in zip(docs.tolist(), lows.tolist(), highs.tolist(), strict=True):
        if doc >= 0:
            found[doc].add(_worded(articles[doc].text, (low, high)))
    n = sum(map(len, found))
    exact = sum(len(ours & theirs) for ours, theirs in zip(found, true, strict=True))
    met = sum(
        any(low < end and start < high for start, end in theirs)
        for ours, theirs in zip(found, true, strict=True)
        for low, high in ours
    )
    return {
        "n": n,
        "exact_precision": round(exact / n, 4),
        "exact_recall": round(exact / sum(map(len, true)), 4),
        "overlapping": round(met / n, 4),
    }


def _overlaps(spans: tuple[Column, Column, Column], doc: int, span: tuple[int, int]) -> Masks:
    return (spans[0] == doc) & (spans[1] < span[1]) & (spans[2] > span[0])


def _seconds(rounds: int = 5) -> dict[str, float]:
    """CPU time for an article of about 4 kB in batches of 64, and how many a second are annotated:
    from text to public attributions, with the boilerplate that attribution needs to know."""
    texts = sample(64)
    documents = [Document(text) for text in texts]
    needed = [extractor for extractor in discover() if extractor.name in EXTRACTOR.after]
    best: dict[str, float] = {}
    for _ in range(rounds):
        marks = [time.process_time()]
        batch = make_batch(documents)
        for extractor in needed:
            batch.done[extractor.name] = extractor.extract(batch)
        _ = batch.tokens.quotes, batch.tokens.quoted, batch.tokens.sentence_doc, batch.body
        marks.append(time.process_time())
        tag(batch.tokens)
        marks.append(time.process_time())
        batch.done["attribution"] = EXTRACTOR.extract(batch)
        marks.append(time.process_time())
        for doc in range(len(texts)):
            EXTRACTOR.annotate(batch, "attributions", doc)
        marks.append(time.process_time())
        names = ("reading_us", "tagging_us", "extractor_us", "annotating_us")
        for name, began, ended in zip(names, marks[:-1], marks[1:], strict=True):
            spent = 1e6 * (ended - began) / len(texts)
            best[name] = min(best.get(name, spent), spent)
    whole = best["reading_us"] + best["extractor_us"] + best["annotating_us"]
    return {
        "mean_characters": round(sum(map(len, texts)) / len(texts)),
        **{name: round(value, 1) for name, value in best.items()},
        "articles_per_second": round(1e6 / whole),
    }


def measured() -> dict[str, Any]:
    articles = read_annotated("polnear_dev")
    gold = [_gold(article) for article in articles]
    flat = [flattened(article) for article in articles]
    found = _predicted(articles, tag)
    counts = _counts(articles, gold, found)
    publishers = np.array([article.publisher for article in articles])
    tokens = _tokenize([article.text for article in articles])
    true_labels = token_labels(articles, tokens).astype(np.uint8)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "extractors": versions_of("attribution"),
        "n_articles": len(articles),
        "labels": list(LABELS),
        "goals": GOALS,
        "model": _with_intervals(counts),
        "model_without_line_breaks": _measures(_counts(flat, gold, _predicted(flat, tag))),
        "rules": _measures(_counts(articles, gold, _predicted(articles, tag_by_rules))),
        "publishers": {
            name: _measures(counts[publishers == name]) for name in sorted(set(publishers.tolist()))
        },
        "quoted_attributions": _speech(articles, found),
        "linking": _linking(articles, tokens, tag(tokens)),
        "source_extents": _extents(articles, tokens, tag(tokens)),
        "linking_of_true_labels": _linking(articles, tokens, true_labels),
        "source_kinds": _kinds(articles),
        "speed": _seconds(),
    }


def _print(result: dict[str, Any]) -> None:
    print(f"{'':26s}{'goal':>6s}{'model':>8s}  95 % interval    {'rules':>6s}{'flat':>8s}")
    for name, goal in GOALS.items():
        row, rules = result["model"][name], result["rules"][name]
        flat_value = result["model_without_line_breaks"][name]
        interval = f"{row['low']:.3f} to {row['high']:.3f}"
        print(
            f"{name:26s}{goal:6.2f}{row['value']:8.4f}  {interval}  {rules:8.3f}{flat_value:8.3f}"
        )
    for name, row in result["publishers"].items():
        print(f"  {name:24s}" + "  ".join(f"{key} {value:.3f}" for key, value in row.items()))
    for name in (
        "quoted_attributions",
        "linking",
        "source_extents",
        "linking_of_true_labels",
        "source_kinds",
        "speed",
    ):
        print(name, result[name])


def main() -> None:
    result = measured()
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "attribution.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _print(result)


if __name__ == "__main__":
    main()
