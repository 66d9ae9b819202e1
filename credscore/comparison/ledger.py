"""What is kept of each article while they stream by: a few numbers in columns.

Memory: 40 bytes an article, plus sums and at most a handful of whole articles for each group.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from credscore.comparison.numbers import Measured, Numbers
from credscore.comparison.reading import Unreadable, day_of
from credscore.errors import InputError
from credscore.report import Report

__all__ = ["NO_DAY", "Group", "Ledger"]

FloatArray = npt.NDArray[np.float64]
MakeReport = Callable[[], Report]
NO_DAY = -(2**31)
_FINGERPRINT_CHARACTERS = 600
_LEAST_PARAGRAPH = 200  # shorter lines may be a site's furniture
# Whole articles sampled for each group, by the number of groups: of some 8 kB each.
_SAMPLED = ((100, 15), (500, 5), (2000, 1))
_MOST_WITH_ARTICLES = 20_000  # groups; beyond, no article is kept whole
MOST_SINGLE = 5_000  # articles that each stand on their own: nobody reads a longer list
_MOST_NAMES = 20  # of unreadable articles that are listed


@dataclass(slots=True)
class Group:
    """Running sums of one group, and the articles kept whole.

    Attributes:
        sums: summed contributions, shape (2, number of terms): credibility, quality.
        values, counted: summed measured values by term, and of how many articles.
        ends: sums of the article intervals' ends in log-odds: low and high of both scores.
        best, worst: overall log-odds, and what makes the report.
        kept: sampled articles as (order, overall log-odds, what makes the report).
    """

    name: str
    n: int = 0
    abstained: Counter[str] = field(default_factory=Counter)
    genres: Counter[str] = field(default_factory=Counter)
    sums: FloatArray = field(default_factory=lambda: np.zeros((2, 0)))
    values: FloatArray = field(default_factory=lambda: np.zeros(0))
    counted: FloatArray = field(default_factory=lambda: np.zeros(0))
    ends: FloatArray = field(default_factory=lambda: np.zeros(4))
    best: tuple[float, MakeReport] | None = None
    worst: tuple[float, MakeReport] | None = None
    kept: list[tuple[int, float, MakeReport]] = field(default_factory=list)


class Ledger:
    """Columns of all articles that were judged, and a ``Group`` for each name.

    Args:
        one_by_one: each article was asked to stand on its own.

    Attributes:
        group, cluster, day: per article; ``cluster`` numbers what is not independent.
        log_odds: per article, credibility and quality in turn.
        terms: names of the columns of ``Group.sums``.
    """

    def __init__(self, *, one_by_one: bool = False) -> None:
        self.groups: list[Group] = []
        self._one_by_one = one_by_one
        self._bare = False
        self.group = array("l")
        self.cluster = array("q")
        self.day = array("l")
        self.log_odds = array("d")
        self.baseline: tuple[float, float] | None = None
        self.terms: list[str] = []
        self.unreadable = 0
        self.unreadable_names: list[str] = []
        self._place: dict[str, int] = {}
        self._column: dict[str, int] = {}
        self._columns: dict[tuple[str, ...], npt.NDArray[np.int64]] = {}
        self._unnamed: set[int] = set()
        self._rest: int | None = None  # the group of those without a name, once they go together

    def add(self, article: Measured | Unreadable) -> None:
        """Enter one article."""
        if isinstance(article, Unreadable):
            self.unreadable += 1
            if len(self.unreadable_names) < _MOST_NAMES:
                said = str(article.error)
                named = said.startswith(article.name)
                self.unreadable_names.append(said if named else f"{article.name}: {said}")
            return
        row = self._row(article)
        group = self.groups[row]
        if article.numbers is None:
            group.abstained[article.abstention or ""] += 1
            return
        fingerprint = _fingerprint(article.entry.document.text)
        cluster = article.entry.cluster
        self.group.append(row)
        self.cluster.append(fingerprint if cluster is None else _fingerprint(cluster))
        self.day.append(_day(article))
        self.log_odds.extend(article.numbers.log_odds)
        self._sum(group, article.numbers)
        self._keep(group, article, fingerprint)

    def _row(self, article: Measured) -> int:
        name = article.entry.group
        if name is None:
            return self._unnamed_row(article)
        if name not in self._place:
            self._place[name] = len(self.groups)
            self.groups.append(Group(name))
        return self._place[name]

    def _unnamed_row(self, article: Measured) -> int:
        if len(self._unnamed) >= MOST_SINGLE:
            if self._one_by_one:
                raise InputError(
                    f"more than {MOST_SINGLE:,} articles cannot be compared one by one: give a "
                    "field to group them by, or score them with `credscore batch`"
                )
            self._gather()
        if self._rest is not None:
            return self._rest
        row = len(self.groups)
        self.groups.append(Group(article.entry.document.title or article.entry.name))
        self._unnamed.add(row)
        return row

    def _sum(self, group: Group, numbers: Numbers) -> None:
        if self.baseline is None:
            self.baseline = numbers.baseline
        elif max(abs(a - b) for a, b in zip(self.baseline, numbers.baseline, strict=True)) > 1e-9:
            raise InputError(
                "these reports come from different models, so their reasons cannot be compared: "
                "score all articles with one model"
            )
        group.n += 1
        group.genres[numbers.genre] += 1
        both = [self._columns_of(terms) for terms in numbers.terms]
        _widen(group, len(self.terms))
        values = np.full(len(self.terms), math.nan)
        for row, columns in enumerate(both):
            group.sums[row, columns] += numbers.contributions[row]
            values[columns] = numbers.values[row]
        known = ~np.isnan(values)
        group.values[known] += values[known]
        group.counted += known
        group.ends += [*numbers.low, *numbers.high]

    def _columns_of(self, terms: tuple[str, ...]) -> npt.NDArray[np.int64]:
        found = self._columns.get(terms)
        if found is None:
            for term in terms:
                if term not in self._column:
                    self._column[term] = len(self.terms)
                    self.terms.append(term)
            found = np.array([self._column[term] for term in terms], dtype=np.int64)
            if len(self._columns) < 64:  # one scorer has one or two; reports may each have another
                self._columns[terms] = found
        return found

    def _keep(self, group: Group, article: Measured, fingerprint: int) -> None:
        """Keep the best, the worst and a sample of whole articles: those of lowest fingerprint,
        which is as good as random and does not depend on the order of articles.
        """
        if len(self.groups) > _MOST_WITH_ARTICLES:
            self._drop_articles()
            return
        most = _sampled(len(self.groups))
        assert article.numbers is not None
        overall = sum(article.numbers.log_odds) / 2
        full = len(group.kept) >= most
        wanted = most > 0 and (not full or fingerprint < group.kept[-1][0])
        best = group.best is None or overall > group.best[0]
        worst = group.worst is None or overall < group.worst[0]
        if not (wanted or best or worst):
            return
        make = article.report
        if best:
            group.best = (overall, make)
        if worst:
            group.worst = (overall, make)
        if wanted:
            group.kept = sorted([*group.kept, (fingerprint, overall, make)], key=_order)[:most]

    def _drop_articles(self) -> None:
        if self._bare:
            return
        self._bare = True
        for group in self.groups:
            group.best = group.worst = None
            group.kept = []

    def finish(self) -> None:
        """Where some articles name their group, those that do not go together as one."""
        if self._place and self._unnamed:
            self._gather()
        most = _sampled(len(self.groups))
        for group in self.groups:  # more were kept while there were fewer groups
            del group.kept[most:]

    def _gather(self) -> None:
        """Make one group of all articles that do not name theirs."""
        target = Group("(not given)")
        for row in sorted(self._unnamed):
            _merge(target, self.groups[row], len(self.terms))
        kept = [row for row in range(len(self.groups)) if row not in self._unnamed]
        place = np.full(len(self.groups), len(kept), dtype=np.int64)
        place[kept] = np.arange(len(kept))
        self.group = array("l", place[np.array(self.group, dtype=np.int64)].tolist())
        self.groups = [*(self.groups[row] for row in kept), target]
        self._place = {name: int(place[row]) for name, row in self._place.items()}
        self._rest = len(kept)
        self._unnamed.clear()


def _sampled(groups: int) -> int:
    """How many whole articles to keep of each group, beside the best and the worst."""
    return next((most for limit, most in _SAMPLED if groups <= limit), 0)


def _widen(group: Group, terms: int) -> None:
    """Make room for terms that came up since."""
    missing = terms - group.sums.shape[1]
    if missing:
        group.sums = np.pad(group.sums, ((0, 0), (0, missing)))
        group.values = np.pad(group.values, (0, missing))
        group.counted = np.pad(group.counted, (0, missing))


def _merge(target: Group, other: Group, terms: int) -> None:
    target.n += other.n
    target.abstained.update(other.abstained)
    target.genres.update(other.genres)
    for group in (target, other):
        _widen(group, terms)
    target.sums += other.sums
    target.values += other.values
    target.counted += other.counted
    target.ends += other.ends
    target.best = max(filter(None, (target.best, other.best)), key=_level, default=None)
    target.worst = min(filter(None, (target.worst, other.worst)), key=_level, default=None)
    target.kept = sorted([*target.kept, *other.kept], key=_order)[: _SAMPLED[0][1]]


def _level(kept: tuple[float, MakeReport]) -> float:
    return kept[0]


def _order(kept: tuple[int, float, MakeReport]) -> int:
    return kept[0]


def _day(article: Measured) -> int:
    day = day_of(article.entry.document.published)
    return NO_DAY if day is None else day


def _fingerprint(text: str) -> int:
    """A number that is the same for an article and its reprint, case and spaces aside: of its
    longest paragraph, since what stands around an article differs between sites. A text
    without a real paragraph counts as a whole.
    """
    longest = max(text.splitlines(), key=len, default="")
    chosen = longest if len(longest) >= _LEAST_PARAGRAPH else text
    start = " ".join(chosen[: 2 * _FINGERPRINT_CHARACTERS].casefold().split())
    start = start[:_FINGERPRINT_CHARACTERS]
    digest = hashlib.blake2b(start.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def fill(ledger: Ledger, articles: Iterable[Measured | Unreadable]) -> None:
    """Enter all articles."""
    for article in articles:
        ledger.add(article)
    ledger.finish()
