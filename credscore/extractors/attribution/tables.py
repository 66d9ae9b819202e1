"""Reads the tagger's model: ``model.json`` and the numbers beside it, checked and packed.

Weights are 8-bit integers. Seven 16-bit lanes hold a pass's sums for the seven labels, eight lanes
(two 64-bit words) a pass, so that one addition adds four labels, and sums of a few dozen rows are
exact in any order.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from credscore.errors import ModelError
from credscore.extractors.attribution.linking import LABELS
from credscore.extractors.attribution.slots import BASE, CONTEXT, N_LABELS, SYMBOL, Slot
from credscore.model_files import find_model

__all__ = ["FORMAT", "MERGED", "Header", "Tables", "load_tables", "part_shapes", "read_header"]

FORMAT = "credscore.attribution/1"
_LANES = 8  # of 16 bits: seven labels and a spare one
_OFFSET = 128  # makes 8-bit weights positive, so that no lane borrows from the next
_FIELDS = {"format", "labels", "units_per_logit", "bonus", "direct_words", "class_counts",
           "weights", "sha256", "words"}  # fmt: skip
MERGED = ("from_verb", "to_verb", "commas", "shape", "edges")  # slots
_LARGEST_FILE = 16_000_000
_MOST_WORDS = 32_767  # their numbers take 16 bits

Int8 = npt.NDArray[np.int8]
Packed = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Header:
    """What ``model.json`` says.

    Attributes:
        path: of the file.
        units_per_logit: scale of the integer weights.
        bonus: added to the score of each label, in each pass; plain argmax would leave out too
            much, because doubt is spread over six labels.
        direct_words: the first so many words have rows of their own beside those of their classes.
        class_counts: middle and fine classes.
        words: the vocabulary, the most frequent first.
    """

    path: Path
    units_per_logit: int
    bonus: tuple[tuple[int, ...], tuple[int, ...]]
    direct_words: int
    class_counts: tuple[int, int]
    weights: str
    sha256: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Packed weights.

    Attributes:
        base: slot name -> one table an offset, each (rows, 4): both passes side by side.
        context: slot name -> tables (rows, 2).
        classes: coarse and middle class of each word, word 0 being "unknown".
        verbs_and_commas, edge_and_shape, shapes_left, shapes_right: sums of tables of ``base``
            (``MERGED``), which save five look-ups a token. Rows ``commas * 65 + coarse class``,
            ``edges * 22 + shape`` and, for two neighbours at a time, ``shape * 132 + shape``.
    """

    header: Header
    base: Mapping[str, tuple[Packed, ...]]
    context: Mapping[str, tuple[Packed, ...]]
    classes: npt.NDArray[np.int16]
    verbs_and_commas: Packed
    edge_and_shape: Packed
    shapes_left: Packed
    shapes_right: Packed


def _field(data: Mapping[str, Any], name: str, kind: type, path: Path) -> Any:
    value = data[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ModelError(f"{path}: {name} is {value!r:.60}; a {kind.__name__} is expected")
    return value


def _integers(values: object, count: int, name: str, path: Path) -> tuple[int, ...]:
    """A list of so many small integers."""
    if isinstance(values, list) and len(values) == count:
        numbers = [v for v in values if type(v) is int and abs(v) < 10_000]
        if len(numbers) == count:
            return tuple(numbers)
    raise ModelError(f"{path}: {name} is {values!r:.60}; {count} small integers are expected")


def _bonus(data: Mapping[str, Any], path: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    passes = _field(data, "bonus", list, path)
    if len(passes) != 2:
        raise ModelError(
            f"{path}: bonus holds {len(passes)} lists; one for each of two passes is expected"
        )
    return (
        _integers(passes[0], N_LABELS, "bonus", path),
        _integers(passes[1], N_LABELS, "bonus", path),
    )


@cache
def read_header() -> Header:
    """The current model's ``model.json``.

    Raises:
        ModelError: it is missing or broken; the message names the place.
    """
    path = find_model("attribution")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict) or set(data) != _FIELDS:
        found = sorted(data) if isinstance(data, dict) else type(data).__name__
        raise ModelError(f"{path}: holds {found}; expected are exactly {sorted(_FIELDS)}")
    if data["format"] != FORMAT or data["labels"] != list(LABELS):
        raise ModelError(f"{path}: is of format {data['format']!r}; this version reads {FORMAT!r}")
    words = _field(data, "words", list, path)
    if len(words) > _MOST_WORDS:
        raise ModelError(f"{path}: words holds {len(words):,}; at most {_MOST_WORDS:,} are read")
    if not words or not all(isinstance(word, str) and word for word in words):
        raise ModelError(f"{path}: words must be non-empty strings")
    units = _field(data, "units_per_logit", int, path)
    direct = _field(data, "direct_words", int, path)
    if not 0 < units < 1000 or not 0 <= direct <= len(words):
        raise ModelError(f"{path}: units_per_logit {units} or direct_words {direct} out of range")
    middle, fine = _integers(data["class_counts"], 2, "class_counts", path)
    return Header(
        path, units, _bonus(data, path), direct, (middle, fine),
        _field(data, "weights", str, path), _field(data, "sha256", str, path), tuple(words),
    )  # fmt: skip


def part_shapes(direct_words: int, class_counts: tuple[int, int]) -> dict[str, tuple[int, ...]]:
    """Shape of every weight array in the file: (offsets, rows, labels of all passes)."""
    shapes: dict[str, tuple[int, ...]] = {}
    for slots, passes in ((BASE, 2), (CONTEXT, 1)):
        for slot in slots:
            tail = N_LABELS * passes
            if slot.rows != SYMBOL:
                shapes[slot.name] = (len(slot.offsets), slot.rows, tail)
                continue
            sizes = (direct_words, *class_counts)
            for part, size in zip(("words", "middle", "fine"), sizes, strict=True):
                shapes[f"{slot.name}.{part}"] = (len(slot.offsets), size + 1, tail)
    return shapes


def _arrays(header: Header) -> dict[str, npt.NDArray[Any]]:
    path = header.path.parent / header.weights
    if Path(header.weights).name != header.weights:
        raise ModelError(f"{header.path}: weights {header.weights!r} must be a file beside it")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != header.sha256:
        raise ModelError(f"{path}: its SHA-256 is {digest[:12]}..., not {header.sha256[:12]}... as "
                         "model.json says; restore both files from one release")  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_FILE:
                raise ModelError(f"{path}: unpacks to more than {_LARGEST_FILE:,} bytes")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: is no weights file: {error}") from error
    return _checked(arrays, header, path)


def _checked(
    arrays: dict[str, npt.NDArray[Any]], header: Header, path: Path
) -> dict[str, npt.NDArray[Any]]:
    expected = part_shapes(header.direct_words, header.class_counts)
    expected["classes"] = (3, len(header.words))
    if set(arrays) != set(expected):
        odd = sorted(set(arrays) ^ set(expected))
        raise ModelError(f"{path}: missing or unknown tables: {', '.join(odd)}")
    for name, shape in expected.items():
        kind = np.uint16 if name == "classes" else np.int8
        if arrays[name].shape != shape or arrays[name].dtype != kind:
            raise ModelError(f"{path}: {name} is {arrays[name].dtype}{arrays[name].shape}; "
                             f"expected is {np.dtype(kind)}{shape}")  # fmt: skip
    tops = arrays["classes"].max(axis=1)
    if tops[0] > 64 or tops[1] > header.class_counts[0] or tops[2] > header.class_counts[1]:
        raise ModelError(f"{path}: classes reach {tops.tolist()}, beyond their tables")
    return arrays


def _pack(weights: npt.NDArray[np.int16], terms: int) -> Packed:
    """Rows of lanes; ``terms`` 8-bit weights were added into each number."""
    rows, width = weights.shape
    passes = width // N_LABELS
    lanes = np.zeros((rows, passes, _LANES), dtype="<u2")
    lanes[:, :, :N_LABELS] = weights.reshape(rows, passes, N_LABELS) + terms * _OFFSET
    packed: Packed = lanes.reshape(rows, passes * _LANES).view("<u8")
    return packed


def _expanded(slot: Slot, arrays: Mapping[str, npt.NDArray[Any]],
              rows: tuple[npt.NDArray[np.int64], ...]) -> tuple[Packed, ...]:  # fmt: skip
    if slot.rows != SYMBOL:
        return tuple(_pack(table.astype(np.int16), 1) for table in arrays[slot.name])
    parts = [arrays[f"{slot.name}.{part}"] for part in ("words", "middle", "fine")]
    return tuple(
        _pack(sum(part[k][row].astype(np.int16) for part, row in zip(parts, rows, strict=True)), 3)
        for k in range(len(slot.offsets))
    )


def _verbs_and_commas(base: Mapping[str, tuple[Packed, ...]]) -> Packed:
    (from_verb,), (to_verb,), (commas,) = (base[name] for name in MERGED[:3])
    width = commas.shape[1]
    total = commas.reshape(5, 7, 7, 1, width) + from_verb.reshape(7, 1, 65, width)
    total += to_verb.reshape(7, 65, width)
    return total.reshape(-1, width)


def _edge_and_shape(edges: Packed, shape: Packed) -> Packed:
    """Both know the state in the quotation."""
    width = edges.shape[1]
    total: Packed = edges.reshape(81, 6, 1, width) + shape.reshape(1, 22, 6, width).swapaxes(1, 2)
    return total.reshape(-1, width)


def _pairs(first: Packed, second: Packed) -> Packed:
    return (first[:, None] + second).reshape(-1, first.shape[1])


@cache
def load_tables() -> Tables:
    """The current model, ready for use.

    Raises:
        ModelError: a file is missing or broken; the message names the place.
    """
    header = read_header()
    arrays = _arrays(header)
    classes = np.zeros((3, len(header.words) + 1), dtype=np.int64)
    classes[:, 1:] = arrays["classes"]
    number = np.arange(len(header.words) + 1)
    rows = (np.where(number <= header.direct_words, number, 0), classes[1], classes[2])
    base = {slot.name: _expanded(slot, arrays, rows) for slot in BASE}
    context = {slot.name: _expanded(slot, arrays, rows) for slot in CONTEXT}
    far_left, left, here, right, far_right = base["shape"]
    return Tables(
        header, base, context, classes[:2].astype(np.int16), _verbs_and_commas(base),
        _edge_and_shape(base["edges"][0], here), _pairs(far_left, left), _pairs(right, far_right),
    )  # fmt: skip
