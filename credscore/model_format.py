"""The model file: numbers only, read strictly, written in one way.

A model is additive on the log-odds scale: ``log_odds = baseline + sum(terms)``. Two kinds of term:

- a *table* turns one feature into log-odds: ``steps`` (constant between cuts) or ``lines`` (linear
  between knots, constant outside), with its own value for NaN;
- a *wording* term counts patterns of one to three wording symbols with whole-number weights,
  divides by the article's length, and passes the quotient through ``lines``.

``FORMAT_VERSION`` rises whenever a key is added, removed or changes its meaning; ``_READERS``
keeps a reader for every version ever written.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final, Literal, cast

from credscore.errors import ModelError
from credscore.model_json import Node, parse, render

__all__ = [
    "FORMAT_VERSION",
    "GENRES",
    "TARGETS",
    "Interval",
    "ModelSpec",
    "Table",
    "WordingTable",
    "dump_model",
    "read_model",
    "read_model_text",
]

FORMAT_VERSION: Final = 1
MAX_BYTES = 32_000_000  # ten times the largest model we have trained
MAX_PATTERNS = 200_000
MAX_NUMBER = 1e12  # far beyond any feature; keeps differences of knots finite
MAX_SLOPE = 1e100  # log-odds for one unit of a feature; no sum of lines can overflow
MAX_WEIGHT = 2**31 - 1  # weights are int32; sums are int64 and cannot overflow below 2**32 tokens
MAX_SYMBOLS_IN_PATTERN = 3
MAX_WORDING_TERMS = 40

GENRES: Final = ("report", "opinion", "press_release", "satire", "content_farm")
TARGETS: Final = {"credibility": ("credible",), "quality": ("professional",), "genre": GENRES}

Shape = Literal["steps", "lines"]
Direction = Literal["any", "up", "down"]
Count = Literal["each", "log", "root"]
Denominator = Literal["words", "root_words"]
Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One feature's log-odds.

    Attributes:
        feature: its name.
        shape: ``steps``: value ``i`` holds where exactly ``i`` of the cuts are below the feature's
            value (a value equal to a cut lies left of it). ``lines``: one value a knot.
        at: cuts or knots, strictly rising.
        values: for each output, ``len(at) + 1`` values (steps) or ``len(at)`` (lines), log-odds.
        missing: for each output, the value where the feature is NaN.
        direction: ``up`` promises that values never fall, ``down`` that they never rise; checked.
    """

    feature: str
    shape: Shape
    at: Numbers
    values: tuple[Numbers, ...]
    missing: Numbers
    direction: Direction = "any"


@dataclass(frozen=True, slots=True)
class WordingTable:
    """Pattern weights, and what their sum is worth.

    ``index = scale * sum(weight * occurrences) / (words + shrink)``, or divided by the square root
    of ``words + shrink`` for ``root_words``. The log-odds are linear between the knots ``at``.

    Attributes:
        name: the term's name in explanations.
        zones: the zones of text that are counted (names given by the wording extractor); patterns
            do not reach across a zone's edge. Empty means all.
        patterns: one to three symbols, separated by single spaces, sorted.
        weights: for each output, one whole number a pattern.
        count: ``each``: every occurrence counts; ``log``: the n-th occurrence in an article adds
            ``round(1024 * (1 + ln n))`` in all, so repeating a phrase gains little; ``root``:
            ``round(1024 * sqrt(n))``.
        shrink: words added to the denominator, so that a short text cannot reach an extreme.
    """

    name: str
    zones: tuple[str, ...]
    patterns: tuple[str, ...]
    weights: tuple[tuple[int, ...], ...]
    scale: float
    count: Count
    denominator: Denominator
    shrink: float
    at: tuple[Numbers, ...]
    values: tuple[Numbers, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """How far from the score the target may lie, in log-odds.

    The reach is ``below[i]`` and ``above[i]`` for log-odds with ``i`` of ``cuts`` below them, times
    ``factors[j]`` for a text with ``j`` of ``words`` below its number of words.
    """

    coverage: float
    cuts: Numbers
    below: Numbers
    above: Numbers
    words: Numbers
    factors: Numbers


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Everything in a model file.

    Attributes:
        target: ``credibility``, ``quality`` or ``genre``.
        version: the model's own version; models of one target are told apart by it.
        inputs: hash of the data, recipe and extractor versions it was trained on.
        extractors: extractor name -> version whose features the tables were fitted to.
        outputs: what the log-odds stand for; one, or the five genres.
        baseline: for each output, what an average training article gets.
        calibration: slope and intercept already folded into the tables (kept for the record).
    """

    target: str
    version: str
    inputs: str
    extractors: tuple[tuple[str, int], ...]
    outputs: tuple[str, ...]
    baseline: Numbers
    tables: tuple[Table, ...]
    wording: tuple[WordingTable, ...] = ()
    interval: Interval | None = None
    calibration: tuple[Numbers, ...] = field(default=())


def read_model(path: str | Path) -> ModelSpec:
    """Read and check a model file.

    Raises:
        ModelError: it is missing, too large, not JSON, or breaks a rule; the message names the
            place, as in ``terms[3].values[0]``.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ModelError(f"{path}: {size:,} bytes; a model file has at most {MAX_BYTES:,}")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"{path}: no such model file") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        return read_model_text(data)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def read_model_text(data: bytes | str) -> ModelSpec:
    """Read and check the content of a model file; see ``read_model``."""
    root = parse(data)
    version = root.peek("format_version").whole(1, 1_000_000)
    reader = _READERS.get(version)
    if reader is None:
        known = ", ".join(map(str, sorted(_READERS)))
        raise ModelError(
            f"format_version is {version}; this credscore reads {known}: install a newer credscore"
        )
    return reader(root)


def dump_model(spec: ModelSpec) -> bytes:
    """The file's bytes: the same spec always gives the same bytes, and reading them gives it back.

    Raises:
        ModelError: the spec breaks a rule of the format.
    """
    content = {
        "format_version": FORMAT_VERSION,
        "target": spec.target,
        "version": spec.version,
        "inputs": spec.inputs,
        "extractors": dict(sorted(spec.extractors)),
        "outputs": list(spec.outputs),
        "baseline": list(spec.baseline),
        "calibration": [list(pair) for pair in spec.calibration],
        "interval": None if spec.interval is None else _content(spec.interval),
        "tables": [_content(table) for table in spec.tables],
        "wording": [_content(term) for term in spec.wording],
    }
    try:
        data = render(content).encode("utf-8")
    except (ValueError, TypeError) as error:
        raise ModelError(f"cannot be written: {error}") from error
    if read_model_text(data) != spec:
        raise ModelError("reading the written model back does not give the same model")
    return data


def _content(part: Interval | Table | WordingTable) -> dict[str, object]:
    return {item.name: _listed(getattr(part, item.name)) for item in fields(part)}


def _listed(value: object) -> object:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _read_1(root: Node) -> ModelSpec:
    root.keys(
        "format_version", "target", "version", "inputs", "extractors", "outputs", "baseline",
        "calibration", "interval", "tables", "wording",
    )  # fmt: skip
    target = root["target"].choice(tuple(TARGETS))
    outputs = tuple(item.text() for item in root["outputs"].items(1, 20))
    if outputs != TARGETS[target]:
        root["outputs"].fail(f"must be {list(TARGETS[target])} for target {target!r}")
    n = len(outputs)
    spec = ModelSpec(
        target=target,
        version=root["version"].text(),
        inputs=root["inputs"].text(),
        extractors=tuple((k, v.whole(0, 10**6)) for k, v in root["extractors"].pairs()),
        outputs=outputs,
        baseline=root["baseline"].numbers(n, n),
        tables=tuple(_read_table(item, n) for item in root["tables"].items(0, 5_000)),
        wording=tuple(
            _read_wording(item, n) for item in root["wording"].items(0, MAX_WORDING_TERMS)
        ),
        interval=_read_interval(root["interval"]),
        calibration=tuple(row.numbers(2, 2) for row in root["calibration"].items(0, n)),
    )
    _check_names(root, spec)
    return spec


def _check_names(root: Node, spec: ModelSpec) -> None:
    names = [table.feature for table in spec.tables] + [term.name for term in spec.wording]
    repeated = _first_repeated(names)
    if repeated is not None:
        root["tables"].fail(f"two terms are called {repeated!r}")
    _check_patterns(root, spec.wording)
    known = {name for name, _ in spec.extractors}
    for place, table in enumerate(spec.tables):
        if table.feature.partition(".")[0] not in known:
            root["tables"].items(0, 5_000)[place]["feature"].fail(
                f"{table.feature!r} comes from an extractor that 'extractors' does not name"
            )


def _check_patterns(root: Node, terms: Sequence[WordingTable]) -> None:
    """A pattern counts once in a zone."""
    seen: set[tuple[object, str]] = set()
    for place, term in enumerate(terms):
        own = {(term.zones, pattern) for pattern in term.patterns}
        for _, pattern in sorted(own & seen):
            node = root["wording"].items(0, MAX_WORDING_TERMS)[place]["patterns"]
            node.fail(f"{pattern!r} belongs to another wording term already")
        seen |= own


def _read_table(node: Node, n_outputs: int) -> Table:
    node.keys("feature", "shape", "direction", "at", "values", "missing")
    shape = cast(Shape, node["shape"].choice(("steps", "lines")))
    at = node["at"].rising(1 if shape == "steps" else 2, 4_096)
    length = len(at) + (shape == "steps")
    values = _rows(node["values"], n_outputs, length)
    direction = cast(Direction, node["direction"].choice(("any", "up", "down")))
    _check_direction(node["values"], values, direction)
    if shape == "lines":
        _check_slopes(node["at"], at, values)
    return Table(
        feature=node["feature"].text(),
        shape=shape,
        at=at,
        values=values,
        missing=node["missing"].numbers(n_outputs, n_outputs),
        direction=direction,
    )


def _rows(node: Node, n_outputs: int, length: int) -> tuple[Numbers, ...]:
    return tuple(row.numbers(length, length) for row in node.items(n_outputs, n_outputs))


def _check_direction(node: Node, values: Iterable[Numbers], direction: Direction) -> None:
    if direction == "any":
        return
    sign = 1 if direction == "up" else -1
    for row, numbers in enumerate(values):
        for place, (left, right) in enumerate(itertools.pairwise(numbers)):
            if sign * (right - left) < 0:
                node.fail(
                    f"breaks its declared direction {direction!r} in row {row} "
                    f"between values {place} and {place + 1} ({left} to {right})"
                )


def _check_slopes(node: Node, at: Numbers, values: Iterable[Numbers]) -> None:
    """Refuse knots so close that a line between them is too steep to be a number."""
    for numbers in values:
        for place, (left, right) in enumerate(itertools.pairwise(numbers)):
            if abs(right - left) > MAX_SLOPE * (at[place + 1] - at[place]):
                node.fail(f"knots {at[place]} and {at[place + 1]} are too close together")


def _read_wording(node: Node, n_outputs: int) -> WordingTable:
    node.keys(
        "name", "zones", "count", "denominator", "shrink", "scale", "at", "values", "patterns",
        "weights",
    )  # fmt: skip
    patterns = _read_patterns(node["patterns"])
    at = tuple(row.rising(2, 4_096) for row in node["at"].items(n_outputs, n_outputs))
    rows = node["values"].items(n_outputs, n_outputs)
    weights = node["weights"].items(n_outputs, n_outputs)
    values = tuple(row.numbers(len(k), len(k)) for row, k in zip(rows, at, strict=True))
    for place, knots in enumerate(at):
        _check_slopes(node["at"], knots, values[place : place + 1])
    return WordingTable(
        name=node["name"].text(),
        zones=tuple(item.text() for item in node["zones"].items(0, 100)),
        patterns=patterns,
        weights=tuple(row.wholes(len(patterns), MAX_WEIGHT) for row in weights),
        scale=node["scale"].number(math.ulp(0.0), MAX_NUMBER),
        count=cast(Count, node["count"].choice(("each", "log", "root"))),
        denominator=cast(Denominator, node["denominator"].choice(("words", "root_words"))),
        shrink=node["shrink"].number(1.0, 1e6),
        at=at,
        values=values,
    )


def _read_patterns(node: Node) -> tuple[str, ...]:
    items = node.items(1, MAX_PATTERNS)
    patterns = tuple(item.text() for item in items)
    for item, pattern, earlier in zip(items, patterns, ("", *patterns), strict=False):
        symbols = pattern.split(" ")
        if not all(symbols) or len(symbols) > MAX_SYMBOLS_IN_PATTERN:
            item.fail(f"{pattern!r} is not one to three symbols separated by single spaces")
        if not earlier < pattern:
            item.fail(f"{pattern!r} must come after {earlier!r}; patterns are sorted and unique")
    return patterns


def _read_interval(node: Node) -> Interval | None:
    if node.value is None:
        return None
    node.keys("coverage", "cuts", "below", "above", "words", "factors")
    cuts = node["cuts"].rising(0, 1_000)
    words = node["words"].rising(0, 1_000)
    reach = {
        name: node[name].numbers(length + 1, length + 1, low=0.0)
        for name, length in (("below", len(cuts)), ("above", len(cuts)), ("factors", len(words)))
    }
    coverage = node["coverage"].number(0.01, 0.999)
    return Interval(coverage, cuts, reach["below"], reach["above"], words, reach["factors"])


def _first_repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


_READERS: Final[dict[int, Callable[[Node], ModelSpec]]] = {1: _read_1}
