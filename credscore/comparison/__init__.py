"""Comparing sources side by side: what can be said of each, and of any two, with what certainty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeVar

from credscore.arguments import (
    called,
    choice,
    function_or_none,
    text,
    text_or_none,
    whole_number,
)
from credscore.comparison.ledger import Ledger, fill
from credscore.comparison.numbers import measured
from credscore.comparison.reading import count, entries
from credscore.comparison.records import (
    Difference,
    Exemplar,
    Part,
    SourceScore,
    SourceSummary,
    Trend,
)
from credscore.comparison.result import Result
from credscore.comparison.table import table
from credscore.errors import InputError
from credscore.forks import loading
from credscore.scorer import Scorer, check_jobs

__all__ = [
    "MIN_ARTICLES",
    "Comparison",
    "Difference",
    "Exemplar",
    "Part",
    "SourceScore",
    "SourceSummary",
    "Trend",
    "compare",
]

# Below this an interval is wider than the scale is good for, and reprints or one odd piece decide.
MIN_ARTICLES = 5
_PROGRESS_EVERY = 50

T = TypeVar("T")
Progress = Callable[[int, int | None], None]


class Comparison(Result):
    """Sources side by side, and the ways to tell it; what it holds stands in ``Result``."""

    def to_table(self, width: int = 80) -> str:
        """As text that fits ``width`` columns."""
        return table(self, whole_number("width", width))

    def to_html(self, *, panel: bool = False) -> str:
        """As one self-contained HTML page.

        Args:
            panel: add readability formulas to articles that stand each on their own; loads textstat
                (some seconds).
        """
        with loading:
            from credscore.html.comparison_page import comparison_page

        return comparison_page(self, panel=panel)

    def _repr_html_(self) -> str:
        with loading:
            from credscore.html.comparison_page import comparison_fragment

        return comparison_fragment(self)


def compare(
    items: object,
    by: str = "source",
    *,
    cluster: str | None = None,
    min_articles: int = MIN_ARTICLES,
    scorer: Scorer | None = None,
    n_jobs: int = 1,
    on_error: Literal["raise", "record"] = "raise",
    progress: Progress | None = None,
) -> Comparison:
    """Compare sources, or single articles, side by side.

    Memory stays flat: 40 bytes are kept of each article, and a handful of articles a source.

    Args:
        items: a path (a folder, a table or one article), or an iterable of reports, documents,
            mappings, texts and paths. Tables are ``.parquet``, ``.jsonl``, ``.csv`` and ``.tsv``,
            the last three also packed as ``.gz`` or ``.zst``.
        by: the field to group by: ``source``, any field of a mapping or column of a table, ``site``
            (the host in ``url``), or ``article`` (each on its own). Articles that lack the field
            stand each on their own if all do and they are at most 5,000, else together.
        cluster: the field whose equal values mark articles that are not independent of each other.
            Reprints of one text always count once. By default the source where ``by`` is another
            field, so that one prolific source does not pass for many.
        min_articles: how many independent articles a source needs for a number.
        scorer: scores what is not a report yet; by default the one with the shipped models.
        n_jobs: processes for scoring.
        on_error: ``"record"`` counts unreadable articles and goes on; ``"raise"`` stops.
        progress: called now and then with the number of articles done, and of all if known; at
            the end with both equal.

    Raises:
        InputError: an argument is wrong, an article cannot be read, the reports come from different
            models, or more than 5,000 articles were asked to stand one by one.
        MissingExtraError: a table needs pyarrow.
    """
    _check(by, cluster, min_articles, scorer, progress)
    check_jobs(n_jobs)
    choice("on_error", on_error, ("raise", "record"))
    if cluster is None and by not in ("source", "site", "article"):
        cluster = "source"
    total = count(items) if progress else None
    found = measured(entries(items, by, cluster, on_error), scorer, n_jobs)
    ledger = Ledger(one_by_one=by == "article")
    fill(ledger, _watched(found, total, progress) if progress else found)
    return Comparison.of(ledger, by, min_articles)


def _check(
    by: object, cluster: object, min_articles: object, scorer: object, progress: object
) -> None:
    text("by", by)
    text_or_none("cluster", cluster)
    whole_number("min_articles", min_articles, 1)
    if scorer is not None and not hasattr(scorer, "measure"):
        raise InputError(f"scorer is {called(scorer)}; a credscore.Scorer or None is needed")
    function_or_none("progress", progress)


def _watched(found: Iterable[T], total: int | None, progress: Progress) -> Iterator[T]:
    done = 0
    for done, article in enumerate(found, 1):
        yield article
        if done % _PROGRESS_EVERY == 0:
            progress(done, total)
    progress(done, done)
