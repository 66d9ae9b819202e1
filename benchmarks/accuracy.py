"""The accuracy table: every figure from articles whose source, site or corpus was never seen.

Beside each row stand the baselines on the same articles: TF-IDF with ridge (all words and pairs,
fitted on the same folds), length alone, and what always saying the commoner class would reach.
Rows marked "stand-in" measure the nearest thing that the development data holds; the sets that the
goals name are in the blind evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from attacks import FIRST, LAST
from audit import dice
from held_out import HeldOut, Judges

from credscore.training.baselines import length_scores, tfidf_scores
from credscore.training.corpora import Record, _rows, health_records
from credscore.training.metrics import (
    Figure,
    auc,
    brier,
    calibration_error,
    coverage,
    figure,
    sigmoid,
    source_rank_correlation,
    spearman,
)
from credscore.training.splits import group_codes

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = dict[str, dict[str, Figure]]
MIDDLE = (300, 900)  # words
BANDS = ((50, 150), (150, 300), (300, 600), (600, 900), (900, 1500), (1500, 10**6))
LEAST = 30  # articles a slice
OWN, BLACK_BOX, LENGTH = "credscore", "TF-IDF ridge", "length only"


@dataclass(frozen=True, slots=True)
class Panel:
    """One model's unseen scores with its baselines', articles and flat copies."""

    held: HeldOut
    found: Mapping[str, FloatArray]
    label: FloatArray
    rating: FloatArray
    words: FloatArray
    groups: list[str]
    codes: npt.NDArray[np.int64]
    corpus: npt.NDArray[np.str_]
    kind: npt.NDArray[np.str_]
    ids: list[str]

    @classmethod
    def of(cls, held: HeldOut, *, black_box: bool) -> Panel:
        words = np.array([float(record.words) for record in held.records])
        groups = [str(record.group) for record in held.records]  # some farms name no site
        found = {OWN: held.log_odds, LENGTH: _length(held, words)}
        if black_box:
            found[BLACK_BOX] = _black_box(held)
        return cls(
            held, found, held.numbers("label"), held.numbers("rating"), words, groups,
            group_codes(groups), held.column("corpus"), held.column("kind"),
            [record.id for record in held.records],
        )  # fmt: skip

    @property
    def original(self) -> Mask:
        return self.held.original

    def auc(self, good: Mask, bad: Mask) -> dict[str, Figure]:
        """AUC of ``good`` above ``bad``; baselines on the same articles."""
        label = np.where(good, 1.0, np.where(bad, 0.0, np.nan))
        return self._each(lambda v, r: auc(v[r], label[r]), good | bad) | _majority(label)

    def by_source(self, rows: Mask) -> dict[str, Figure]:
        """Rank correlation with the rating over sources with five or more articles."""
        rows = rows & ~np.isnan(self.rating)
        return self._each(
            lambda v, r: source_rank_correlation(v[r], self.rating[r], self.codes[r]), rows
        )

    def _each(
        self, measure: Callable[[FloatArray, npt.NDArray[np.int64]], float], rows: Mask
    ) -> dict[str, Figure]:
        out = {}
        for name, values in self.found.items():
            known = rows & ~np.isnan(values)  # the black box reads no flat copies
            if known.any():
                out[name] = figure(lambda r, v=values: measure(v, r), self.groups, rows=known)
        return out

    def calibration(self, rows: Mask) -> dict[str, Figure]:
        p = sigmoid(self.held.log_odds)
        known, rated = rows & ~np.isnan(self.label), rows & ~np.isnan(self.rating)
        found = {
            "ECE": figure(
                lambda r: calibration_error(p[r], self.label[r]), self.groups, rows=known
            ),
            "Brier": figure(lambda r: brier(p[r], self.label[r]), self.groups, rows=known),
            "coverage": figure(
                lambda r: coverage(self.held.low[r], self.held.high[r], self.held.truth[r]),
                self.groups,
                rows=rated,
            ),
        }
        return {name: item for name, item in found.items() if item.n}


def _majority(label: FloatArray) -> dict[str, Figure]:
    """A constant score ranks nothing: .5, given with the number of articles for completeness."""
    n = int((~np.isnan(label)).sum())
    return {"majority": Figure(0.5, 0.5, 0.5, n, 0)}


def _length(held: HeldOut, words: FloatArray) -> FloatArray:
    rating, out = held.numbers("rating"), np.full(len(words), np.nan)
    for fold in range(len(held.models)):
        test = held.fold == fold
        out[test] = length_scores(words, rating, ~test & held.original, test)
    return out


def _black_box(held: HeldOut) -> FloatArray:
    """TF-IDF on the same folds; kept beside the folds' models."""
    path = held.folder / "tfidf.npy"
    if path.is_file():
        return np.asarray(np.load(path))
    texts = [f"{record.title or ''}\n{record.text}" for record in held.records]
    rating, original = held.numbers("rating"), held.original
    out = np.full(len(texts), np.nan)
    for fold in range(len(held.models)):
        test = (held.fold == fold) & original
        train = (held.fold != fold) & original
        out[test] = tfidf_scores(texts, rating, np.ones(len(texts)), train, test)
    np.save(path, out)
    return out


def credibility_rows(panel: Panel) -> Rows:
    """Ratings of unseen sources, fact-checks, satire."""
    original, label = panel.original, panel.label
    middle = original & (panel.words >= MIDDLE[0]) & (panel.words <= MIDDLE[1])
    satire, modern = panel.kind == "satire", panel.corpus == "modern_reports"
    good, bad = label == 1, label == 0
    checked = fact_checks(panel.ids)
    junk = bad & ~satire & (panel.held.numbers("year") >= 2018)
    return {
        "rank correlation, sources with 5 or more articles": panel.by_source(original),
        "reliable or not, AUC": panel.auc(good & original, bad & original),
        "reliable or not, 300-900 words": panel.auc(good & middle, bad & middle),
        "reliable or not, line breaks lost": panel.auc(good & ~original, bad & ~original),
        "fact-checked pages, all (stand-in)": panel.auc(
            (checked == 1) & original, (checked == 0) & original
        ),
        "fact-checked pages, Snopes (stand-in)": panel.auc(
            (checked == 1) & original & (panel.corpus == "misinfotext_snopes"),
            (checked == 0) & original & (panel.corpus == "misinfotext_snopes"),
        ),
        "modern reports against satire": panel.auc(modern & original, satire & original),
        "modern reports against unreliable articles of 2018 and later (stand-in)": panel.auc(
            modern & original, junk & original
        ),
    }


def fact_checks(ids: Sequence[str]) -> FloatArray:
    """Article-level verdicts of fact-checkers: 1 mostly true, 0 mixture or false, NaN unknown.

    PolitiFact and Snopes pages; rumours of GossipCop are labelled for the rumour, not the page.
    """
    verdict = {}
    for row in _rows("credibility_articles.parquet"):
        raw = str(row["corpus_label_raw"]).lower()
        if row["dataset"] == "misinfotext_snopes":
            verdict[row["id"]] = float("true" in raw)
        elif row["dataset"] == "fakenewsnet_old" or raw.startswith("politifact"):
            verdict[row["id"]] = float(raw.endswith("real"))
    return np.array([verdict.get(name.removesuffix("#flat"), np.nan) for name in ids])


def quality_rows(panel: Panel, judges: Judges, n_jobs: int) -> Rows:
    """Reports against content farms on unseen sites, in every form."""
    report, farm = panel.kind == "report", panel.kind == "farm"
    modern = panel.corpus == "modern_reports"
    original = panel.original
    sites = sorted({g for g, f in zip(panel.groups, farm, strict=True) if f})
    groups = np.array(panel.groups)
    out = {
        "reports against farms, formatted": panel.auc(report & original, farm & original),
        "reports against farms, flat": panel.auc(report & ~original, farm & ~original),
        "modern reports against farms, formatted": panel.auc(modern & original, farm & original),
        "modern reports against farms, flat": panel.auc(modern & ~original, farm & ~original),
        "reports against machine-written": panel.auc(
            report & original, (panel.kind == "ai") & original
        ),
        "reports against press releases": panel.auc(
            report & original, (panel.kind == "press") & original
        ),
    }
    by_site = {
        site: panel.auc(report & original, farm & original & (groups == site)) for site in sites
        if (farm & original & (groups == site)).sum() >= LEAST
    }  # fmt: skip
    hardest = min(by_site, key=lambda site: by_site[site][OWN].value)
    out["reports against the hardest farm site, formatted"] = by_site[hardest]
    out["reports against the hardest farm site, flat"] = panel.auc(
        report & ~original, farm & ~original & (groups == hardest)
    )
    return {**out, **authored(panel, judges, n_jobs)}


def authored(panel: Panel, judges: Judges, n_jobs: int) -> Rows:
    """The same with an author on every page, reports and farms alike, and with none."""
    chosen = [record for record in panel.held.records if record.kind in ("report", "farm")]
    named = [replace(r, authors=(_name(r),)) for r in chosen]
    bare = [replace(r, authors=None) for r in chosen]
    out: Rows = {}
    for title, records in (("with author", named), ("without author", bare)):
        points = judges.score(records, n_jobs).points
        groups = [str(r.group) for r in records]
        label = np.array([float(r.kind == "report") for r in records])
        for form, flat in (("formatted", False), ("flat", True)):
            rows = np.array([r.flat == flat for r in records])
            out[f"reports against farms, {form}, {title}"] = {
                name: figure(lambda r, v=value, y=label: auc(v[r], y[r]), groups, rows=rows)
                for name, value in points.items()
            }
    return out


def _name(record: Record) -> str:
    rng = dice(record, "author")
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def health_rows(judges: Judges, n_jobs: int) -> Rows:
    """Expert reviewers' ratings of health releases: no model was trained on them."""
    pairs = health_records()
    rating = np.array([rating for _, rating in pairs])
    records = [record for record, _ in pairs]
    length = np.array([float(record.words) for record in records])
    found = {**judges.score(records, n_jobs).points, LENGTH: length}
    groups = [record.id for record in records]
    return {
        "health releases, rank correlation with reviewers": {
            name: figure(lambda r, v=value: spearman(v[r], rating[r]), groups)
            for name, value in found.items()
        }
    }


def slices(panel: Panel, *, leaning: bool) -> Rows:
    """By kind, length, year, leaning and corpus: ranking, calibration and coverage."""
    original = panel.original
    year = panel.held.numbers("year")
    chosen: dict[str, Mask] = {"all": original, "line breaks lost": ~original}
    for low, high in BANDS:
        name = f"{low}-{high} words" if high < 10**6 else f"{low} words and more"
        chosen[name] = original & (panel.words >= low) & (panel.words < high)
    for first, last in ((1990, 2014), (2015, 2016), (2017, 2018), (2019, 2020), (2021, 2030)):
        chosen[f"years {first}-{last}"] = original & (year >= first) & (year <= last)
    for field in ("kind", "corpus", *(["leaning"] if leaning else [])):
        values = panel.held.column(field)
        chosen |= {f"{field} {v}": original & (values == v) for v in sorted(set(values)) if v}
    return {name: _slice(panel, rows) for name, rows in chosen.items() if rows.sum() >= LEAST}


def _slice(panel: Panel, rows: Mask) -> dict[str, Figure]:
    good, bad = rows & (panel.label == 1), rows & (panel.label == 0)
    ranking: dict[str, Any] = {}
    if good.sum() >= 10 and bad.sum() >= 10:
        ranking = {f"AUC {k}": v for k, v in panel.auc(good, bad).items() if k != "majority"}
    by_source = panel.by_source(rows).get(OWN)
    if by_source is not None and not np.isnan(by_source.value) and by_source.sources >= 10:
        ranking["rank correlation by source"] = by_source
    points = 100 * sigmoid(panel.held.log_odds)
    mean = figure(lambda r: float(points[r].mean()), panel.groups, rows=rows)
    return {"mean score": mean, **ranking, **panel.calibration(rows)}
