"""Reads the training data into records. Texts never leave this machine; only numbers ship.

The folder is named by ``CREDSCORE_DATA`` (default ``../shared/data`` beside the checkout).
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from credscore.document import Document
from credscore.errors import InputError
from credscore.training.masking import flattened, is_refusal, mask, without_title

__all__ = [
    "Record",
    "credibility_records",
    "data_folder",
    "file_hash",
    "genre_records",
    "health_records",
    "quality_records",
]

MIN_WORDS = 50  # shorter texts are abstained from
NAN = math.nan


@dataclass(frozen=True, slots=True)
class Record:
    """One labelled article.

    Attributes:
        id: unique in its file.
        text, title, authors: what a user would hand over, masked; ``authors`` None = not supplied.
        group: source or site; splits never separate a group.
        corpus: where it was published as data.
        kind: ``report``, ``opinion``, ``press``, ``promotion``, ``satire``, ``farm`` or ``ai``.
        label: 1 reliable or professional, 0 not, NaN neither.
        rating: the target between 0 and 1: the experts' rating, or the grade halved; NaN if none.
        leaning: for audits only.
        year: of publication, 0 if unknown.
        flat: whether line breaks were removed.
    """

    id: str
    text: str
    title: str | None
    authors: tuple[str, ...] | None
    group: str
    corpus: str
    kind: str
    label: float
    rating: float
    leaning: str = ""
    year: int = 0
    flat: bool = False

    @property
    def words(self) -> int:
        return len(self.text.split())

    def document(self) -> Document:
        return Document(self.text, title=self.title, authors=self.authors)

    def as_flat(self) -> Record:
        """A copy as feeds carry it: one line, no headline or authors beside it."""
        return replace(
            self,
            text=flattened(self.text),
            title=None,
            authors=None,
            flat=True,
            id=f"{self.id}#flat",
        )


def data_folder() -> Path:
    """The data folder.

    Raises:
        InputError: it is not there.
    """
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("CREDSCORE_DATA", default))
    if not folder.is_dir():
        raise InputError(f"{folder}: no training data; set CREDSCORE_DATA to its folder")
    return folder


def file_hash(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows(name: str) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    yield from pq.read_table(data_folder() / name).to_pylist()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else NAN


def _authors(value: object) -> tuple[str, ...] | None:
    """Names as a corpus lists them. No name is "not supplied": it says more about the scraper."""
    names = tuple(part.strip() for part in re.split(r",|;| and ", _text(value) or ""))
    kept = tuple(name for name in names if name)
    return kept or None


def _capped(records: Iterable[Record], limit: int, by: Callable[[Record], object]) -> list[Record]:
    """At most ``limit`` records for each key, chosen by a hash of their ids, in file order."""
    groups: dict[object, list[tuple[str, int]]] = defaultdict(list)
    every = list(records)
    for place, record in enumerate(every):
        groups[by(record)].append((hashlib.sha256(record.id.encode()).hexdigest(), place))
    kept = {place for ranked in groups.values() for _, place in sorted(ranked)[:limit]}
    return [record for place, record in enumerate(every) if place in kept]


def _long_enough(records: Iterable[Record]) -> Iterator[Record]:
    return (record for record in records if record.words >= MIN_WORDS)


def credibility_records(per_source: int = 60) -> list[Record]:
    """Articles with their source's rating, modern reports of rated outlets, and satire.

    Args:
        per_source: at most so many articles a source.
    """
    rated = [_rated(row) for row in _rows("credibility_articles.parquet")]
    modern = [
        record
        for record in (_modern(row) for row in _rows("modern_reports.parquet"))
        if not math.isnan(record.rating) and record.kind == "report"
    ]
    modern = _capped(modern, 25, lambda record: record.group)
    satire = _capped(_satire(), 60, lambda record: record.group)
    every = [*rated, *modern, *satire]
    return _capped(_long_enough(every), per_source, lambda record: record.group)


def _rated(row: dict[str, Any]) -> Record:
    source = row["source"]
    title = _text(row["title"])
    label = _number(row["src_label"])
    return Record(
        id=row["id"],
        text=mask(without_title(row["text"], title), source),
        title=None if title is None else mask(title, source),
        authors=_authors(row["author"]),
        group=source,
        corpus=row["dataset"],
        kind="satire" if str(row["corpus_label_raw"]).lower() == "satire" else "report",
        label=label,
        rating=_number(row["pc1"]),
        leaning=row["mbfc_bias"] or "",
        year=row["year"] or 0,
    )


def _modern(row: dict[str, Any]) -> Record:
    title = _text(row["title"])
    rating = _number(row["pc1"])
    return Record(
        id=row["id"],
        text=mask(without_title(row["text"], title), row["source"]),
        title=None if title is None else mask(title, row["source"]),
        authors=_authors(row["author"]),
        group=row["source"],
        corpus="modern_reports",
        kind="report" if row["kind"] in ("report", "explainer") else row["kind"],
        label=1.0 if rating >= 0.6 else NAN,  # below, raters disagree
        rating=rating,
        year=int(str(row["date"])[:4]) if str(row["date"])[:4].isdigit() else 0,
    )


def _satire() -> Iterator[Record]:
    for row in _rows("satire_articles.parquet"):
        title = _text(row["title"])
        yield Record(
            id=row["id"],
            text=mask(without_title(row["text"], title), row["domain"]),
            title=None if title is None else mask(title, row["domain"]),
            authors=None,
            group=row["domain"],
            corpus="satire_articles",
            kind="satire",
            label=0.0,
            rating=NAN,
        )


_TOKENIZED = ("genre_ftd_leeds_en",)
_GENERATED = ("ai_kinit_disinfo", "ai_llm_misinformation", "ai_xsum_detectrl_fastdetect")


def quality_records(per_site: int = 160) -> list[Record]:
    """Professional reports, press releases and opinion, content-farm and machine-written pages.

    ``label`` is 1 for reports and 0 for farm and machine-written pages; ``rating`` is grade / 2.

    Args:
        per_site: at most so many articles a site.
    """
    graded = [
        record
        for record in (_graded(row) for row in _rows("quality_articles.parquet"))
        if not (record.kind == "ai" and is_refusal(record.text))
    ]
    modern = [
        replace(record, label=1.0, rating=1.0)
        for record in (_modern(row) for row in _rows("modern_reports.parquet"))
        if record.kind == "report"
    ]
    modern = _capped(modern, 25, lambda record: record.group)
    every = _capped(_long_enough([*graded, *modern]), per_site, lambda record: record.group)
    return _joined_pairs(every)


def _graded(row: dict[str, Any]) -> Record:
    title = _text(row["title"])
    text = mask(row["text"], None, tokenized=row["dataset"] in _TOKENIZED)
    grade = row["grade"]
    return Record(
        id=row["id"],
        text=without_title(text, title),
        title=title,
        authors=_authors(row["author"]) if grade == 2 else None,  # reports
        group=row["site"],
        corpus=row["dataset"],
        kind=row["kind"],
        label={2: 1.0, 1: NAN, 0: 0.0}[grade],
        rating=grade / 2,
        leaning=row["pair"] or "",
    )


def _joined_pairs(records: list[Record]) -> list[Record]:
    """Give the same story, rewritten, one group, so that no split tears it apart."""
    group = {record.leaning: record.group for record in reversed(records) if record.leaning}
    return [
        replace(
            record, group=group[record.leaning] if record.kind == "ai" else record.group, leaning=""
        )
        if record.leaning
        else record
        for record in records
    ]


def health_records() -> list[tuple[Record, float]]:
    """Health press releases with the reviewers' score: to correlate with, never to train on."""
    found = []
    for row in _rows("gold/health_releases_rated.parquet"):
        title = _text(row["title"])
        record = Record(
            id=row["id"],
            text=mask(without_title(row["text"], title), row["domain"]),
            title=title,
            authors=None,
            group=row["domain"],
            corpus="health_releases",
            kind="press",
            label=NAN,
            rating=NAN,
        )
        found.append((record, float(row["expert_score"])))
    return found


_GENRE_OF_KIND = {
    "report": "report",
    "opinion": "opinion",
    "press": "press_release",
    "promotion": "press_release",
    "satire": "satire",
    "farm": "content_farm",
    "ai": "content_farm",
}


def genre_records(per_site: int = 120) -> list[tuple[Record, str]]:
    """Articles with their genre: graded articles, satire, and expert-labelled genres."""
    every = [record for record in quality_records(per_site) if record.kind in _GENRE_OF_KIND]
    satire = _capped(_long_enough(_satire()), 300, lambda record: record.group)
    rated = [
        record
        for record in (_rated(row) for row in _rows("credibility_articles.parquet"))
        if record.corpus in _SATIRE_CORPORA
        and (record.kind == "satire" or record.corpus == "rubin_satire_2016")
    ]
    rated = _capped(_long_enough(rated), 60, lambda record: record.group)
    expert = [_expert(row) for row in _rows("gold/genre_persuasion.parquet")]
    expert = [record for record in expert if record.kind in ("report", "opinion", "satire")]
    return [(record, _GENRE_OF_KIND[record.kind]) for record in [*every, *satire, *rated, *expert]]


# The other half of the second is fake news, which is no genre.
_SATIRE_CORPORA = ("rubin_satire_2016", "golbeck_fake_satire")


def _expert(row: dict[str, Any]) -> Record:
    title = _text(row["title"])
    return Record(
        id=row["id"],
        text=mask(without_title(row["text"], title)),
        title=title,
        authors=None,
        group=f"expert:{row['id']}",  # sites unknown; each article on its own
        corpus="genre_persuasion",
        kind=row["kind"],
        label=NAN,
        rating=NAN,
    )
