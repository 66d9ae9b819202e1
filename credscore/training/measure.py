"""Measures training articles through the same path that users' articles take, and keeps the result.

The cache folder is named by the user; its key holds the articles' hash and the extractors' versions
and sources, so that a changed lexicon measures anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import credscore
from credscore.document import Document
from credscore.registry import annotate_batch, discover
from credscore.training.corpora import Record
from credscore.wording_term import Wording

__all__ = ["Measured", "code_hash", "extractor_versions", "measure", "records_hash"]

BATCH = 64


@dataclass(frozen=True, slots=True)
class Measured:
    """Features and wording symbols of some articles.

    ``values``: (n, n_features), NaN = could not be measured. ``names``: sorted.
    """

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    wording: Wording


def extractor_versions() -> dict[str, int]:
    """Extractor name -> version."""
    return {extractor.name: extractor.version for extractor in discover()}


def records_hash(records: Sequence[Record]) -> str:
    """SHA-256 of everything that measuring reads."""
    digest = hashlib.sha256()
    for record in records:
        content = (record.id, record.text, record.title, record.authors)
        digest.update(json.dumps(content, ensure_ascii=False).encode())
    return digest.hexdigest()


def code_hash() -> str:
    """SHA-256 of the code and lexicons that measuring runs."""
    digest = hashlib.sha256()
    root = Path(credscore.__file__).parent
    for folder in ("extractors", "tokenization"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    for name in ("lexicon.py", "registry.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def measure(records: Sequence[Record], cache: Path | None = None, n_jobs: int = 2) -> Measured:
    """Measure articles in batches of 64.

    Args:
        records: the articles.
        cache: a folder where results are kept and looked for.
        n_jobs: processes.
    """
    key = hashlib.sha256(f"{records_hash(records)}|{code_hash()}".encode()).hexdigest()[:24]
    path = None if cache is None else cache / f"measured-{key}.npz"
    if path is not None and path.is_file():
        return _read(path)
    from joblib import Parallel, delayed

    chunks = [records[first : first + BATCH] for first in range(0, len(records), BATCH)]
    jobs = [delayed(_measure_chunk)([record.document() for record in chunk]) for chunk in chunks]
    parts = Parallel(n_jobs=n_jobs)(jobs)
    measured = Measured(
        names=parts[0].names,
        values=np.concatenate([part.values for part in parts]),
        wording=Wording.joined([part.wording for part in parts]),
    )
    if path is not None:
        _write(path, measured)
    return measured


def _measure_chunk(documents: Sequence[Document]) -> Measured:
    from credscore.extractors.wording import wording

    batch = annotate_batch(documents)
    scored = sorted(
        feature.name for item in discover() for feature in item.features if feature.scored
    )
    columns = [batch.done[name.partition(".")[0]].values[name] for name in scored]
    return Measured(tuple(scored), np.column_stack(columns), wording(batch))


def _write(path: Path, measured: Measured) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    words = measured.wording
    zones = np.zeros(0, dtype=np.int8) if words.zones is None else words.zones
    np.savez(
        path,
        names=np.array(measured.names),
        values=measured.values,
        symbols=words.symbols,
        first=words.first,
        words=words.words,
        symbol_names=np.array(words.names),
        zones=zones,
        zone_names=np.array(words.zone_names, dtype=str),
    )


def _read(path: Path) -> Measured:
    with np.load(path, allow_pickle=False) as kept:
        zone_names = tuple(kept["zone_names"].tolist())
        wording = Wording(
            symbols=kept["symbols"],
            first=kept["first"],
            words=kept["words"],
            names=tuple(kept["symbol_names"].tolist()),
            zones=kept["zones"] if zone_names else None,
            zone_names=zone_names,
        )
        return Measured(tuple(kept["names"].tolist()), kept["values"], wording)
