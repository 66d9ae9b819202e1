"""A model file tampered with in over fifty ways: each refused, with the place in the file."""

from __future__ import annotations

import ast
import copy
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_model_format import small_spec

from credscore.errors import ModelError
from credscore.model_files import find_model
from credscore.model_format import (
    MAX_BYTES,
    dump_model,
    read_model,
    read_model_text,
)

ROOT = Path(__file__).resolve().parents[1]
GOOD = json.loads(dump_model(small_spec()))
Change = Callable[[dict[str, Any]], Any]


def put(value: object, *place: str | int) -> Change:
    """Write a value at a place of the file."""

    def change(model: dict[str, Any]) -> None:
        node: Any = model
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = value

    return change


def cut(*place: str | int) -> Change:
    def change(model: dict[str, Any]) -> None:
        node: Any = model
        for key in place[:-1]:
            node = node[key]
        del node[place[-1]]

    return change


T, W, I = ("tables", 0), ("wording", 0), ("interval",)  # noqa: E741  the parts of a file
# What is written where -> what the error must name.
TAMPERED: dict[str, tuple[Change, str]] = {
    "no format version": (cut("format_version"), "format_version"),
    "a later format": (put(99, "format_version"), "format_version is 99"),
    "a negative format": (put(-1, "format_version"), "format_version"),
    "a format in words": (put("1", "format_version"), "format_version"),
    "true as format": (put(True, "format_version"), "format_version"),
    "an unknown target": (put("truth", "target"), "target"),
    "a target of another kind": (put(["credibility"], "target"), "target"),
    "a path as version": (put("x" * 201, "version"), "version"),
    "an empty version": (put("", "version"), "version"),
    "an unknown key": (put("x", "hook"), "'hook'"),
    "a key taken away": (cut("tables"), "'tables'"),
    "outputs of another target": (put(["true"], "outputs"), "outputs"),
    "no outputs": (put([], "outputs"), "outputs"),
    "too few baselines": (put([], "baseline"), "baseline"),
    "a baseline in words": (put(["0.1"], "baseline"), r"baseline\[0\]"),
    "null as baseline": (put([None], "baseline"), r"baseline\[0\]"),
    "a huge baseline": (put([1e300], "baseline"), r"baseline\[0\]"),
    "a baseline of a thousand digits": (put([10**1000], "baseline"), r"baseline\[0\]"),
    "extractors as a list": (put(["a"], "extractors"), "extractors"),
    "an extractor version in words": (put("1", "extractors", "a"), r"extractors\.a"),
    "a path as extractor": (put({"../a": 1, "b": 2}, "extractors"), r"tables\[0\]\.feature"),
    "an extractor taken away": (cut("extractors", "b"), r"tables\[1\]\.feature"),
    "tables as an object": (put({}, "tables"), "tables"),
    "too many tables": (put([GOOD["tables"][0]] * 5_001, "tables"), "tables"),
    "a table twice": (lambda m: m["tables"].append(m["tables"][0]), "tables"),
    "a table in words": (put("steps", *T), r"tables\[0\]"),
    "a feature that is a number": (put(1, *T, "feature"), r"tables\[0\]\.feature"),
    "an unknown shape": (put("code", *T, "shape"), r"tables\[0\]\.shape"),
    "an unknown direction": (put("left", *T, "direction"), r"tables\[0\]\.direction"),
    "a broken direction": (put("down", *T, "direction"), r"tables\[0\]\.values"),
    "no cuts": (put([], *T, "at"), r"tables\[0\]\.at"),
    "cuts that fall": (put([0.5, 0.1], *T, "at"), r"tables\[0\]\.at"),
    "a cut twice": (put([0.5, 0.5], *T, "at"), r"tables\[0\]\.at"),
    "too many cuts": (put(list(range(5_000)), *T, "at"), r"tables\[0\]\.at"),
    "too few values": (put([[1.0]], *T, "values"), r"tables\[0\]\.values\[0\]"),
    "values not in rows": (put([1.0, 2.0, 3.0], *T, "values"), r"tables\[0\]\.values"),
    "true as value": (put([[True, 1, 2]], *T, "values"), r"tables\[0\]\.values\[0\]\[0\]"),
    "no missing value": (put([], *T, "missing"), r"tables\[0\]\.missing"),
    "an object as missing value": (put([{}], *T, "missing"), r"tables\[0\]\.missing\[0\]"),
    "knots too close": (put([0.0, 1e-320], "tables", 1, "at"), r"tables\[1\]\.at"),
    "a calibration of three": (put([[1, 2, 3]], "calibration"), r"calibration\[0\]"),
    "coverage above one": (put(1.5, *I, "coverage"), r"interval\.coverage"),
    "a negative reach": (put([-1.0, 1.0], *I, "below"), r"interval\.below\[0\]"),
    "a reach too few": (put([1.0], *I, "above"), r"interval\.above"),
    "words that fall": (put([5.0, 1.0], *I, "words"), r"interval\.words"),
    "an interval in words": (put("wide", "interval"), "interval"),
    "no patterns": (put([], *W, "patterns"), r"wording\[0\]\.patterns"),
    "patterns unsorted": (
        put(["said", "N said", "you"], *W, "patterns"),
        r"wording\[0\]\.patterns\[1\]",
    ),
    "a pattern of four": (
        put(["a b c d", "e", "f"], *W, "patterns"),
        r"wording\[0\]\.patterns\[0\]",
    ),
    "a pattern with two spaces": (
        put(["a  b", "e", "f"], *W, "patterns"),
        r"wording\[0\]\.patterns\[0\]",
    ),
    "a weight too few": (put([[1, 2]], *W, "weights"), r"wording\[0\]\.weights\[0\]"),
    "a fraction as weight": (put([[1.5, 2, 3]], *W, "weights"), r"wording\[0\]\.weights\[0\]"),
    "a weight beyond 32 bits": (
        put([[2**31, 2, 3]], *W, "weights"),
        r"wording\[0\]\.weights\[0\]\[0\]",
    ),
    "a scale of nothing": (put(0.0, *W, "scale"), r"wording\[0\]\.scale"),
    "words shrunk to nothing": (put(0.0, *W, "shrink"), r"wording\[0\]\.shrink"),
    "a denominator that is code": (
        put("__import__('os')", *W, "denominator"),
        r"wording\[0\]\.denominator",
    ),
    "too many zones": (put(["z"] * 101, *W, "zones"), r"wording\[0\]\.zones"),
    "a zone that is null": (put([None], *W, "zones"), r"wording\[0\]\.zones\[0\]"),
    "a term with a feature's name": (put("a.x_share", *W, "name"), "tables"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampered_values_are_refused_by_place(name: str) -> None:
    change, place = TAMPERED[name]
    model = copy.deepcopy(GOOD)
    change(model)
    with pytest.raises(ModelError, match=place):
        read_model_text(json.dumps(model))


def text_with(old: str, new: str) -> bytes:
    text = json.dumps(GOOD)
    assert old in text
    return text.replace(old, new, 1).encode()


BYTES: dict[str, tuple[bytes, str]] = {
    "NaN": (text_with("0.125", "NaN"), "NaN"),
    "infinity": (text_with("0.125", "-Infinity"), "Infinity"),
    "beyond doubles": (text_with("0.125", "1e400"), r"baseline\[0\]"),
    "a key twice": (text_with('"target"', '"target": "quality", "target"'), "'target'.*twice"),
    "a key twice in a table": (text_with('"shape"', '"shape": "lines", "shape"'), "'shape'"),
    "deep nesting": (b"[" * 1_000_000, "nested deeper"),
    "deep nesting, closed": (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
    "cut off": (json.dumps(GOOD).encode()[:-30], "not JSON"),
    "cut off in a character": ("é".encode()[:1], "UTF-8"),
    "nothing": (b"", "not JSON"),
    "a list": (b"[]", "object"),
    "a number": (b"1", "object"),
    "not UTF-8": (json.dumps(GOOD).encode("utf-16"), "UTF-8"),
    "a pickle": (b"\x80\x04\x95\x1c\x00\x00\x00\x8c\x05posix\x8c\x06system\x93.", "UTF-8"),
    "something behind": (json.dumps(GOOD).encode() + b"{}", "not JSON"),
    "half a pair": (text_with('"1"', '"\\ud800"'), ""),
}


@pytest.mark.parametrize("name", BYTES)
def test_broken_files_are_refused(name: str) -> None:
    data, place = BYTES[name]
    if not place:  # it is text, if odd: read, never crashed on
        read_model_text(data)
        return
    with pytest.raises(ModelError, match=place):
        read_model_text(data)


@pytest.mark.parametrize("unit", [b'\\"', b'"', b"\\\\", b'"[', b"[]", b"{", b"\\\n"])
def test_quotation_marks_without_end_take_linear_time(unit: bytes) -> None:
    start = time.process_time()
    with pytest.raises(ModelError):
        read_model_text(b'{"a": "' + unit * (2_000_000 // len(unit)))
    assert time.process_time() - start < 5


def test_a_million_terms_are_refused_by_size(tmp_path: Path) -> None:
    model = copy.deepcopy(GOOD)
    model["wording"][0]["patterns"] = [f"{i:07}" for i in range(1_000_000)]
    with pytest.raises(ModelError, match=r"wording\[0\]\.patterns: has 1000000 items"):
        read_model_text(json.dumps(model))
    path = tmp_path / "model.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ModelError, match=re.escape(f"{MAX_BYTES:,}")):
        read_model(path)


@pytest.mark.parametrize("kind", ["missing", "folder", "link to itself"])
def test_files_that_are_none(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.json"
    if kind == "folder":
        path.mkdir()
    elif kind == "link to itself":
        path.symlink_to(path)
    with pytest.raises(ModelError, match=re.escape(str(path))):
        read_model(path)


@pytest.mark.parametrize("name", ["../quality", "/etc", "quality/../genre", "a\\b", "nul\0", "."])
def test_path_tricks(name: str) -> None:
    with pytest.raises(ModelError):
        find_model(name)
    with pytest.raises(ModelError):
        find_model("quality", name)


def test_over_fifty_ways() -> None:
    assert len(TAMPERED) + len(BYTES) >= 70


# Anything that makes objects, or runs code, from what a file says.
UNSAFE = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "torch", "yaml", "joblib.load"}
UNSAFE_CALLS = {"eval", "exec", "__import__", "load_module", "loads_pickle"}


def test_nothing_is_unpickled_or_run() -> None:
    for path in sorted((ROOT / "credscore").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}", *(f"{node.module}.{a.name}" for a in node.names)]
            assert not UNSAFE & {*names, *(n.partition(".")[0] for n in names)}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in UNSAFE_CALLS, f"{path}:{node.lineno}"
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                off = isinstance(node.value, ast.Constant) and node.value.value is False
                assert off, f"{path}:{node.lineno}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"read_pickle", "set_state_from_pickle"}, path
