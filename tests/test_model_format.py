"""The model file is read strictly: whatever is changed by hand is noticed and located."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from credscore.errors import ModelError
from credscore.model_format import (
    GENRES,
    Interval,
    ModelSpec,
    Table,
    WordingTable,
    dump_model,
    read_model,
    read_model_text,
)


def small_spec(target: str = "credibility") -> ModelSpec:
    outputs = {"credibility": ("credible",), "quality": ("professional",), "genre": GENRES}[target]
    n = len(outputs)
    steps = Table("a.x_share", "steps", (0.1, 0.5), ((-1.0, 0.25, 1.0),) * n, (0.0,) * n, "up")
    lines = Table("b.y_count", "lines", (0.0, 2.0), ((1.0, -1.0),) * n, (0.1,) * n, "down")
    wording = WordingTable(
        name="wording.style",
        zones=(),
        patterns=("N said", "said", "you must N"),
        weights=((300, 100, -700),) * n,
        scale=0.001,
        count="each",
        denominator="words",
        shrink=50.0,
        at=((-1.0, 0.0, 1.0),) * n,
        values=((-2.0, 0.0, 2.0),) * n,
    )
    interval = Interval(0.9, (0.0,), (1.0, 2.0), (2.0, 1.0), (200.0,), (1.5, 1.0))
    return ModelSpec(
        target=target,
        version="1",
        inputs="0" * 64,
        extractors=(("a", 1), ("b", 2)),
        outputs=outputs,
        baseline=(0.125,) * n,
        tables=(steps, lines),
        wording=(wording,),
        interval=interval if n == 1 else None,
        calibration=((1.0, 0.0),) * n,
    )


@pytest.mark.parametrize("target", ["credibility", "quality", "genre"])
def test_reads_back_what_was_written(target: str) -> None:
    data = dump_model(small_spec(target))
    assert read_model_text(data) == small_spec(target)
    assert dump_model(read_model_text(data)) == data


def test_same_spec_same_bytes_whatever_the_order_of_extractors() -> None:
    spec = small_spec()
    turned = ModelSpec(
        **{
            **{name: getattr(spec, name) for name in ModelSpec.__slots__},
            "extractors": spec.extractors[::-1],
        }
    )
    with pytest.raises(ModelError, match="does not give the same"):
        dump_model(turned)


T, W, INTERVAL = ("tables", 0), ("wording", 0), ("interval",)
DELETE = object()
TAMPERINGS: list[tuple[tuple[str | int, ...], object, str]] = [
    (("format_version",), 2, "newer credscore"),
    (("format_version",), 0, "format_version"),
    (("format_version",), "1", "format_version"),
    (("format_version",), True, "format_version"),
    (("format_version",), 1.0, "format_version"),
    (("format_version",), DELETE, "format_version"),
    (("extra",), 1, "unknown key 'extra'"),
    (("target",), "truth", "target"),
    (("target",), None, "target"),
    (("target",), "quality", "outputs"),
    (("version",), "", "version"),
    (("version",), 3, "version"),
    (("inputs",), DELETE, "'inputs' is missing"),
    (("inputs",), "x" * 1000, "inputs"),
    (("extractors",), [], "extractors"),
    (("extractors", "a"), -1, "extractors.a"),
    (("extractors", "a"), DELETE, r"tables\[0\].feature"),
    (("outputs",), [], "outputs"),
    (("outputs",), ["reliable"], "outputs"),
    (("baseline",), [], "baseline"),
    (("baseline",), [0.0, 1.0], "baseline"),
    (("baseline", 0), "0", r"baseline\[0\]"),
    (("baseline", 0), 1e300, r"baseline\[0\]"),
    (("baseline", 0), 10**400, r"baseline\[0\]"),
    (("calibration",), [[1.0]], r"calibration\[0\]"),
    (("tables",), {}, "tables"),
    ((*T, "extra"), 1, r"tables\[0\]: unknown key"),
    ((*T, "at"), DELETE, r"tables\[0\]: key 'at'"),
    ((*T, "at"), [0.5, 0.1], r"tables\[0\].at: item 1"),
    ((*T, "at"), [0.5, 0.5], r"tables\[0\].at"),
    ((*T, "at"), [], r"tables\[0\].at"),
    ((*T, "at"), [0.1], r"tables\[0\].values\[0\]"),
    ((*T, "at", 1), None, r"tables\[0\].at\[1\]"),
    ((*T, "at", 1), False, r"tables\[0\].at\[1\]"),
    ((*T, "values"), [[0.0, 0.0]], r"tables\[0\].values\[0\]"),
    ((*T, "values"), [], r"tables\[0\].values"),
    ((*T, "values", 0, 0), 0.5, "breaks its declared direction 'up'"),
    (("tables", 1, "values", 0, 1), 1.5, "breaks its declared direction 'down'"),
    ((*T, "shape"), "lines", r"tables\[0\].values"),
    ((*T, "shape"), "curve", r"tables\[0\].shape"),
    ((*T, "direction"), "sideways", r"tables\[0\].direction"),
    ((*T, "missing"), [], r"tables\[0\].missing"),
    ((*T, "feature"), "b.y_count", "two terms are called"),
    ((*T, "feature"), "c.z", r"tables\[0\].feature"),
    ((*W, "name"), "a.x_share", "two terms are called"),
    ((*W, "patterns", 0), "said", r"wording\[0\].patterns\[1\]"),
    ((*W, "patterns", 0), "a b c d", r"wording\[0\].patterns\[0\]"),
    ((*W, "patterns", 0), "N  said", r"wording\[0\].patterns\[0\]"),
    ((*W, "patterns"), ["said"], r"wording\[0\].weights\[0\]"),
    ((*W, "weights", 0, 0), 0.5, r"wording\[0\].weights\[0\]\[0\]"),
    ((*W, "weights", 0, 0), True, r"wording\[0\].weights\[0\]\[0\]"),
    ((*W, "weights", 0, 0), 2**40, r"wording\[0\].weights\[0\]\[0\]"),
    ((*W, "scale"), 0, r"wording\[0\].scale"),
    ((*W, "shrink"), 0, r"wording\[0\].shrink"),
    ((*W, "count"), "twice", r"wording\[0\].count"),
    ((*W, "denominator"), "letters", r"wording\[0\].denominator"),
    ((*W, "at"), [[1.0, 0.0, 2.0]], r"wording\[0\].at\[0\]"),
    ((*W, "values"), [[1.0, 0.0]], r"wording\[0\].values\[0\]"),
    ((*W, "zones"), [1], r"wording\[0\].zones\[0\]"),
    ((*INTERVAL, "coverage"), 1.5, "interval.coverage"),
    ((*INTERVAL, "below"), [1.0], "interval.below"),
    ((*INTERVAL, "below"), [1.0, -1.0], r"interval.below\[1\]"),
    ((*INTERVAL, "factors"), [1.0], "interval.factors"),
    ((*INTERVAL, "cuts"), [2.0, 1.0], "interval.cuts"),
]


@pytest.mark.parametrize(("place", "value", "message"), TAMPERINGS)
def test_tampering_is_noticed_and_located(
    place: tuple[str | int, ...], value: object, message: str
) -> None:
    content = json.loads(dump_model(small_spec()))
    part = content
    for key in place[:-1]:
        part = part[key]
    if value is DELETE:
        del part[place[-1]]
    else:
        part[place[-1]] = copy.deepcopy(value)
    with pytest.raises(ModelError, match=message):
        read_model_text(json.dumps(content))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b"{}", "format_version"),
        (b'{"format_version": 1, "format_version": 1}', "given twice"),
        (b'{"format_version": NaN}', "NaN"),
        (b'{"format_version": -Infinity}', "Infinity"),
        (b'{"format_version": 1e999}', "format_version"),
        (b'{"format_version": ' + b"9" * 5000 + b"}", "not JSON|format_version"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000, "nested deeper"),
        (b'"' + b"[" * 1000 + b'"', "must be an object"),
    ],
)
def test_other_content_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_model_text(text)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_writer_refuses_numbers_that_are_not_finite(bad: float) -> None:
    spec = small_spec()
    broken = Table("a.x_share", "steps", (0.1,), ((bad, 0.0),), (0.0,))
    changed = {name: getattr(spec, name) for name in ModelSpec.__slots__}
    with pytest.raises(ModelError, match="cannot be written"):
        dump_model(ModelSpec(**{**changed, "tables": (broken,)}))


def test_files_are_named_in_errors(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model file"):
        read_model(tmp_path / "none.json")
    with pytest.raises(ModelError, match="cannot be read"):
        read_model(tmp_path)
    broken = tmp_path / "model.json"
    broken.write_bytes(dump_model(small_spec())[:-20])
    with pytest.raises(ModelError, match=r"model\.json: not JSON"):
        read_model(broken)


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    big = tmp_path / "model.json"
    with big.open("wb") as file:
        file.truncate(40_000_000)
    with pytest.raises(ModelError, match="at most"):
        read_model(big)
