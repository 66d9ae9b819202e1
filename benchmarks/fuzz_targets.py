"""What the coverage-guided fuzzer tries, each from plain bytes, and how it changes those bytes.

One execution may hold many inputs: texts are scored in batches, since that is how a cluster scores
them, and each execution repeats one of the batch alone and wants the same numbers to the last bit.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fuzz
import fuzz_inputs as inputs
import fuzz_tables as tables
import numpy as np

import credscore
from credscore.cli import main
from credscore.document import Document
from credscore.explain import annotations_of
from credscore.model import AdditiveModel
from credscore.model_format import dump_model, read_model_text
from credscore.registry import annotate_batch
from credscore.scorer import Scored, Scorer, default_scorer

__all__ = ["TARGETS", "Target"]

# No UTF-8 text holds these two bytes.
NEXT_TEXT, NEXT_FIELD = b"\xff", b"\xfe"
LONGEST = 400  # characters of a text in a batch; long ones are the business of linear_time.py
TEXTS = 64
FOLDER = Path(tempfile.gettempdir())


def as_text(data: bytes) -> str:
    """Any bytes as text; what is no UTF-8 becomes halves of surrogate pairs."""
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """Back again, as far as may be."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # the other halves
        return text.encode("utf-8", "surrogatepass")


def documents_of(data: bytes, most: int) -> list[Document]:
    documents = []
    for part in data.split(NEXT_TEXT)[:most]:
        text, *fields = map(as_text, part.split(NEXT_FIELD)[:4])
        title, author, published = (*fields, None, None, None)[:3]
        documents.append(
            Document(text, title=title, authors=author, published=published, source=author)
        )
    return documents


def parts_of(data: bytes, most: int) -> list[bytes]:
    return data.split(NEXT_TEXT)[:most]


def check_numbers(scored: Scored, ranges: tuple[tuple[str, float, float], ...]) -> None:
    """Ranges, reasons, finiteness and sums, without making a report."""
    for (name, low, high), value in zip(ranges, scored.values.tolist(), strict=True):
        missing = math.isnan(value)
        fuzz.demand(missing or low <= value <= high, name, value, "outside", low, high)
    for parts in (scored.credibility, scored.quality):
        numbers = (parts.baseline, parts.low, parts.log_odds, parts.high)
        fuzz.demand(all(map(math.isfinite, numbers)), "not finite", numbers)
        fuzz.demand(parts.low <= parts.log_odds <= parts.high, "interval", numbers)
        total = math.fsum((parts.baseline, *parts.contributions.tolist()))
        fuzz.demand(abs(total - parts.log_odds) <= fuzz.TOLERANCE, "sum", total, parts.log_odds)
    fuzz.demand(all(map(math.isfinite, scored.genre)), "genre", scored.genre)


@cache
def _ranges() -> tuple[tuple[str, float, float], ...]:
    return tuple((f.name, f.low, f.high) for f in credscore.list_features())


def same_numbers(left: Scored, right: Scored) -> bool:
    pairs = [(left.credibility, right.credibility), (left.quality, right.quality)]
    return (
        np.array_equal(left.values, right.values, equal_nan=True)
        and left.genre == right.genre
        and left.reason == right.reason
        and all(
            (a.log_odds, a.low, a.high) == (b.log_odds, b.low, b.high)
            and np.array_equal(a.contributions, b.contributions)
            for a, b in pairs
        )
    )


def try_text(data: bytes) -> None:
    documents = documents_of(data, TEXTS)
    scorer: Scorer = default_scorer()
    batch = annotate_batch(documents)
    numbers = scorer.measure(batch)
    for place, (document, scored) in enumerate(zip(documents, numbers, strict=True)):
        check_numbers(scored, _ranges())
        fuzz.check_annotations(annotations_of(batch, place), document.text)
    chosen = sum(data[:64]) % len(documents)
    alone = scorer.measure(annotate_batch([documents[chosen]]))[0]
    fuzz.demand(same_numbers(alone, numbers[chosen]), "another score alone than in a batch")
    if sum(data) % 4:
        return
    report = scorer.score(documents[chosen])
    fuzz.check_report(report)
    if sum(data) % 32 == 0:
        report.to_markdown()
        report.to_html().encode("utf-8")


def try_html(data: bytes) -> None:
    page = as_text(data[1:]) if data[:1] == b"\0" else data
    document = Document.from_html(page, url="https://example.org/a")
    fuzz.demand(bool(document.text.strip()), "an empty text was read")
    if sum(data) % 4 == 0:
        fuzz.check_report(credscore.score(document))


SUFFIXES = (".txt", ".md", ".json", ".html", ".text", ".docx", "")


def try_file(data: bytes) -> None:
    suffix = SUFFIXES[(data[0] if data else 0) % len(SUFFIXES)]
    path = FOLDER / f"article{suffix}"
    path.write_bytes(data[1:])
    document = Document.from_file(path)
    if sum(data) % 8 == 0:
        fuzz.check_report(credscore.score(document))


def try_model(data: bytes) -> None:
    spec = read_model_text(data)
    AdditiveModel(spec)
    fuzz.demand(read_model_text(dump_model(spec)) == spec, "a model changes when it is written")


def try_corroborate(data: bytes) -> None:
    documents = documents_of(data, 4)
    story = credscore.corroborate(documents)
    for claim in (*story.claims, *story.quotes, *story.names):
        for mention in claim.mentions:
            text = documents[mention.article].text
            fuzz.check_span(mention.start, mention.end, text, claim)
    fuzz.check_json(story.to_json())
    story.table()
    if sum(data) % 8 == 0:
        story.to_html().encode("utf-8")


def try_compare(data: bytes) -> None:
    by = "source" if sum(data) % 2 else "article"
    found = credscore.compare(documents_of(data, 4), by=by, min_articles=1)
    fuzz.check_json(found.to_json())
    found.to_table()
    if sum(data) % 8 == 0:
        found.to_html().encode("utf-8")


OPTIONS: tuple[tuple[str, ...], ...] = (
    ("score", "FILE"),
    ("score", "FILE", "--json"),
    ("score", "FILE", "--html", "PAGE"),
    ("score", "FILE", "FILE", "--reasons", "TEXT"),
    ("score", "-"),
    ("score", "FILE", "TEXT"),
    ("compare", "FILE", "FILE", "--by", "article"),
    ("compare", "FILE", "--by", "TEXT", "--json", "-"),
    ("model", "show", "TEXT"),
    ("TEXT", "FILE"),
)


def try_command(data: bytes) -> None:
    """The command line in this process; a first byte chooses the options, a second the suffix."""
    choice, kind, rest = (*data[:2], *bytes(2 - len(data[:2])), data[2:])
    path = FOLDER / f"article{SUFFIXES[int(kind) % len(SUFFIXES)]}"
    path.write_bytes(rest)
    word = as_text(rest[:12]).replace("\0", "").replace("http", "ht")  # nothing is fetched
    names = {"FILE": str(path), "PAGE": str(FOLDER / "page.html"), "TEXT": word}
    arguments = [names.get(part, part) for part in OPTIONS[int(choice) % len(OPTIONS)]]
    out, err, before = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(rest), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments)
    except SystemExit as error:  # argparse: wrong usage, or --help and --version
        code = int(error.code or 0)
        fuzz.demand(code in (0, 2), "argparse ended with", code)
    finally:
        sys.stdin = before
    fuzz.demand(code in (0, 1, 2, 3), "exit code", code)
    fuzz.demand("Traceback" not in err.getvalue(), err.getvalue()[-500:])
    if code == 0 and "--json" in arguments and arguments[0] == "score":
        out.flush()
        json.loads(out.buffer.getvalue())  # type: ignore[attr-defined]  # the BytesIO above


# How bytes are changed. ``mutate`` is the fuzzer's own, which knows nothing of texts.
Mutate = Callable[[bytes, int], bytes]


def change_texts(data: bytes, dice: random.Random, mutate: Mutate, most: int) -> bytes:
    """Change every text of a batch, some by the fuzzer's own means."""
    parts = parts_of(data, most)
    parts += [b""] * (dice.randint(1, most) - len(parts))
    changes, weights = zip(*inputs.CHANGES, strict=True)
    changed = []
    for part in parts:
        base = part if len(part) > 20 or dice.random() < 0.1 else excerpt(dice)
        if dice.random() < 0.3:
            changed.append(mutate(base, len(base) + 20).replace(NEXT_TEXT, b""))
            continue
        fields = [as_text(field) for field in base.split(NEXT_FIELD)]
        place = dice.randrange(len(fields))
        for change in dice.choices(changes, weights, k=dice.randint(1, 4)):
            fields[place] = change(dice, fields[place])[:LONGEST]
        changed.append(NEXT_FIELD.join(map(as_bytes, fields)))
    return NEXT_TEXT.join(changed)


def excerpt(dice: random.Random) -> bytes:
    """Part of an article of our own, with other fields now and then."""
    text = dice.choice(inputs.seeds())
    low = dice.randrange(len(text))
    body = as_bytes(text[low : low + dice.randint(40, LONGEST)])
    fields = [as_bytes(dice.choice((*inputs.inserts(), "Ann Lee"))[:80]) for _ in range(3)]
    return NEXT_FIELD.join([body, *fields[: dice.choice((0, 0, 1, 2, 3))]])


def change_bytes(data: bytes, dice: random.Random, mutate: Mutate) -> bytes:
    if dice.random() < 0.4:
        return mutate(data, len(data) + 200)
    return inputs.broken_bytes(dice, data)


def change_model(data: bytes, dice: random.Random, mutate: Mutate) -> bytes:
    if dice.random() < 0.5:
        return inputs.broken_model(dice)
    return change_bytes(data, dice, mutate)


def change_page(data: bytes, dice: random.Random, mutate: Mutate) -> bytes:
    if dice.random() < 0.3:
        page = inputs.broken_page(dice)
        return b"\0" + as_bytes(page) if isinstance(page, str) else page
    return change_bytes(data, dice, mutate)


def seed_page(dice: random.Random) -> bytes:
    page = inputs.broken_page(dice)
    return b"\0" + as_bytes(page)[:4000] if isinstance(page, str) else page[:4000]


def seed_file(dice: random.Random) -> bytes:
    suffix, data = inputs.file_bytes(dice)
    return bytes([SUFFIXES.index(suffix)]) + data[:3000]


@dataclass(frozen=True, slots=True)
class Target:
    """What is tried, from which bytes, and which part of a million inputs it gets.

    Attributes:
        run: raises what goes wrong.
        seed: bytes to begin from.
        change: other bytes from some.
        inputs: the inputs that some bytes hold; each counts once however often it is tried.
        share: inputs in a million.
    """

    run: Callable[[bytes], None]
    seed: Callable[[random.Random], bytes]
    change: Callable[[bytes, random.Random, Mutate], bytes]
    inputs: Callable[[bytes], Iterable[bytes]]
    share: int


def _whole(data: bytes) -> tuple[bytes]:
    return (data,)


def _articles(
    run: Callable[[bytes], None],
    most: int,
    share: int,
    inputs_of: Callable[[bytes], Iterable[bytes]] = _whole,
) -> Target:
    """A target that takes up to ``most`` articles at once."""
    return Target(
        run,
        lambda dice: NEXT_TEXT.join(excerpt(dice) for _ in range(most)),
        lambda data, dice, mutate: change_texts(data, dice, mutate, most),
        inputs_of,
        share,
    )


TARGETS = {
    "text": _articles(try_text, TEXTS, 735_000, lambda data: parts_of(data, TEXTS)),
    "model": Target(try_model, lambda _: inputs.model_bytes(), change_model, _whole, 200_000),
    "file": Target(try_file, seed_file, change_bytes, _whole, 30_000),
    "html": Target(try_html, seed_page, change_page, _whole, 10_000),
    "corroborate": _articles(try_corroborate, 4, 10_000),
    "compare": _articles(try_compare, 4, 5_000),
    "batch": Target(
        lambda data: tables.try_table(data, FOLDER),
        tables.seed_table,
        tables.change_table,
        _whole,
        5_000,
    ),
    "command": Target(
        try_command,
        lambda dice: bytes([dice.randrange(10), dice.randrange(6)]) + excerpt(dice),
        change_bytes,
        _whole,
        5_000,
    ),
}
