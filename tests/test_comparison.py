"""Comparing sources: what is claimed of each and of each pair, and how it is told."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented_reports import report, reports
from seed_findings import SEEDS

import credscore
from credscore.comparison import Comparison, statistics
from credscore.comparison.differences import _against
from credscore.comparison.reading import entries
from credscore.errors import InputError
from credscore.judgement import percent

SCHEMAS = Path(credscore.__file__).with_name("schemas")
FEW = ("overall", "credibility", "quality")


@pytest.fixture(scope="module")
def eight() -> Comparison:
    """Eight sources of different sizes and levels; the last has too few articles."""
    sizes = (40, 25, 12, 30, 8, 60, 20, 3)
    every = [r for i, n in enumerate(sizes) for r in reports(f"source {i}", n, i * 0.3 - 1)]
    return credscore.compare(every)


def test_two_single_articles_differ_by_the_sum_of_their_reasons() -> None:
    a = report({"attribution.x_share": 1.0}, {"specifics.y_share": 0.5}, title="first")
    b = report({"attribution.x_share": -1.0, "hedging.z_share": -0.4}, title="second")
    found = credscore.compare([a, b])
    assert found.single
    gap = found.difference("first", "second")
    assert gap.points == pytest.approx(a.overall.value - b.overall.value, abs=1e-9)
    assert math.fsum(part.points for part in gap.parts) == pytest.approx(gap.points, abs=1e-9)
    by_term = {part.feature: part.log_odds for part in gap.parts}
    # Overall is the mean of two scores: (1 - -1) / 2, 0.5 / 2, 0.4 / 2.
    assert by_term == pytest.approx(
        {"attribution.x_share": 1.0, "specifics.y_share": 0.25, "hedging.z_share": 0.2}
    )
    assert (found["first"].scores["overall"].low, found["first"].scores["overall"].high) == (
        pytest.approx((a.overall.low, a.overall.high))
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("plain title", "plain title", "plain title (both, to different degrees)"),
        ("no words that sell", "4 words that sell", "no words that sell; the other: 4"),
        ("7 % of it is quoted", "3 % of it is quoted", "7 % of it is quoted; the other: 3 %"),
        (
            "a mark in 64 words",
            "9 marks in 90 words",
            "a mark in 64 words; the other: 9 marks in 90 words",
        ),
        ("as trusted pages use", "as others use", "as trusted pages use; the other: as others use"),
        (
            "43 differ (in all, 42)",
            "40 differ (in all, 42)",
            "43 differ; the other: 40 (in all, 42)",
        ),
        ("a (FAQ)", "b (tips)", "a (FAQ); the other: b (tips)"),
    ],
)
def test_two_articles_sentences_become_one(first: str, second: str, said: str) -> None:
    assert _against(first, second) == said


@pytest.mark.parametrize("score", FEW)
def test_differences_of_sources_split_exactly(eight: Comparison, score: str) -> None:
    for gap in eight.differences(score):
        assert math.fsum(part.points for part in gap.parts) == pytest.approx(gap.points, abs=1e-9)
        assert math.fsum(p.log_odds for p in gap.parts) == pytest.approx(gap.log_odds, abs=1e-9)
        a, b = eight[gap.a].scores[score], eight[gap.b].scores[score]
        assert gap.points == pytest.approx(a.value - b.value, abs=1e-9)
        assert gap.low < gap.points < gap.high


def test_estimates_are_the_sum_of_their_parts(eight: Comparison) -> None:
    for source in eight.ranked:
        for score in source.scores.values():
            total = score.baseline + math.fsum(score.parts.values())
            assert total == pytest.approx(score.log_odds, abs=1e-9)
            assert percent(score.log_odds) == pytest.approx(score.value)
        over = source.scores["overall"].value - percent(source.scores["overall"].baseline)
        assert sum(source.profile.values()) == pytest.approx(over, abs=1e-9)


def test_few_articles_are_drawn_more_and_too_few_get_no_number(eight: Comparison) -> None:
    own = {source.n: source.scores["overall"].own_weight for source in eight.ranked}
    assert own[8] < own[20] < own[60] < 1
    last = eight.sources[-1]
    assert (last.name, last.n, last.enough) == ("source 7", 3, False)
    assert "3; 5 are needed" in (last.note or "")
    with pytest.raises(KeyError, match="not enough"):
        eight.difference("source 7", "source 0")


def test_ranked_best_first(eight: Comparison) -> None:
    levels = [source.scores["overall"].value for source in eight.ranked]
    assert levels == sorted(levels, reverse=True)


def test_reprints_count_once() -> None:
    one = reports("a", 1, 0.0)
    found = credscore.compare([*one * 10, *reports("b", 10, 0.0)])
    assert not found["a"].enough
    assert "10, of which 1 independent" in (found["a"].note or "")


def test_grouping_by_another_field_clusters_by_source() -> None:
    items = [r for s in range(4) for r in reports(f"s{s}", 30, level=s - 1.5, spread=0.1)]
    flat = credscore.compare([{"text": "x", "site": "a"}], by="nothing", scorer=Silent())
    assert len(flat) == 1
    clustered = statistics.cluster_variance(
        np.array([r.overall.log_odds for r in items]),
        np.repeat(np.arange(4), 30),
    )
    assert clustered[1] == 4
    # Nearly all variance lies between the four sources: four values, not 120.
    assert clustered[0] / 120 == pytest.approx(np.var([-1.5, -0.5, 0.5, 1.5], ddof=1) / 4, rel=0.2)


class Silent:
    """A scorer that can judge nothing."""

    def measure(self, batch: object) -> list[object]:
        from types import SimpleNamespace

        return [SimpleNamespace(reason="too short") for _ in batch.documents]  # type: ignore[attr-defined]

    def report(self, *_: object) -> None:
        return None


def test_articles_that_cannot_be_judged_are_counted_not_zero() -> None:
    items = [*reports("a", 6, 1.0), *(report(source="a", abstains="too short") for _ in range(2))]
    found = credscore.compare([*items, *reports("b", 6, 0.0)])
    assert found["a"].abstention_share == 0.25
    assert found["a"].abstentions == {"too short": 2}
    assert found["a"].scores["overall"].value > 50


def test_articles_without_a_source_stand_alone_or_together() -> None:
    alone = credscore.compare([report(title="x"), report(title="x"), report(title="y")])
    assert [s.name for s in alone] == ["x", "x (2)", "y"]
    mixed = credscore.compare([*reports("a", 6, 0.0), report(title="x"), report(title="y")])
    assert {s.name: s.n for s in mixed} == {"a": 6, "(not given)": 2}
    given = credscore.compare([*reports("a", 2, 0.0)], by="article")
    assert given.single


def test_reports_of_different_models_cannot_be_compared() -> None:
    other = report({"attribution.x_share": 1.0})
    object.__setattr__(other.credibility, "baseline", 0.9)
    with pytest.raises(InputError, match="different models"):
        credscore.compare([report(), other])


def test_order_of_articles_changes_nothing() -> None:
    items = [r for s in range(6) for r in reports(f"s{s}", 7, s * 0.2)]
    turned = items[::-1]
    a, b = credscore.compare(items).to_dict(), credscore.compare(turned).to_dict()
    assert json.dumps(_rounded(a)) == json.dumps(_rounded(b))


def _rounded(data: object) -> object:
    if isinstance(data, float):
        return round(data, 9) + 0.0
    if isinstance(data, dict):
        return {key: _rounded(data[key]) for key in sorted(data)}
    return [_rounded(x) for x in data] if isinstance(data, list) else data


def test_typical_best_and_worst_articles(eight: Comparison) -> None:
    by_role = {a.role: a.report.overall.value for a in eight["source 5"].articles}
    assert set(by_role) == {"typical", "best", "worst"}
    assert by_role["worst"] < by_role["typical"] < by_role["best"]


def test_trends_find_a_slope_and_do_not_invent_one() -> None:
    rng = random.Random(3)  # noqa: S311  not a secret
    rising, level = [
        [
            report(
                {"wording.style": slope * number / 60 + rng.gauss(0, 0.3)},
                source=name,
                text=f"{name} {number}",
                published=f"{2018 + number // 12}-{1 + number % 12:02}-10",
            )
            for number in range(60)
        ]
        for name, slope in (("up", 6.0), ("flat", 0.0))
    ]
    found = credscore.compare([*rising, *level])
    assert found["up"].trend is not None
    assert found["up"].trend.direction == "rising"
    assert found["up"].trend.low < found["up"].trend.points_per_year < found["up"].trend.high
    assert found["flat"].trend is not None
    assert found["flat"].trend.direction == "none"
    said = " ".join(found.to_table().split())
    assert "Points a year: up is rising by" in said
    assert "flat is rising" not in said


def test_progress_is_told() -> None:
    told: list[tuple[int, int | None]] = []
    items = reports("a", 120, 0.0)
    credscore.compare(items, progress=lambda done, total: told.append((done, total)))
    assert told == [(50, 120), (100, 120), (120, 120)]


def test_schema(eight: Comparison) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for data, name in (
        (eight.to_dict(), "comparison-1"),
        (credscore.compare([report(title="a"), report(title="b")]).to_dict(), "comparison-1"),
        (report({"wording.style": 0.5}).to_dict(), "report-1"),
        (report(abstains="too short").to_dict(), "report-1"),
    ):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(json.dumps(data, allow_nan=False)), schema)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_table_fits(eight: Comparison, width: int) -> None:
    for found in (eight, credscore.compare([report(title="a" * 90), report(title="b")])):
        assert max(map(len, found.to_table(width).splitlines())) <= width


def test_memory_of_a_comparison_does_not_grow_with_the_articles() -> None:
    """What is kept of 20,000 articles of two sources: columns and a handful of reports."""
    from credscore.comparison.ledger import Ledger, fill
    from credscore.comparison.numbers import measured

    some = [reports(f"s{s}", 200, 0.1 * s) for s in range(2)]
    ledger = Ledger()
    stream = (r for turn in range(50) for r in (*some[0], *some[1]))
    fill(ledger, measured(entries(stream, "source", None), None, 1))
    assert len(ledger.group) == 20_000
    assert sum(len(group.kept) for group in ledger.groups) <= 2 * 15
    columns = (ledger.group, ledger.cluster, ledger.day, ledger.log_odds)
    assert sum(len(column) * column.itemsize for column in columns) <= 50 * 20_000


def articles(sources: int, each: int) -> list[credscore.Document]:
    """Own-written articles to be scored, each somewhat different."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("articles/*.txt"))]
    return [
        credscore.Document(
            f"{texts[(s + n) % len(texts)]}\n\nEdition {n} of {s}.\n{texts[s % len(texts)][:400]}",
            source=f"s{s}",
            published=f"20{18 + n % 3}-{1 + n % 12:02}-0{1 + s}",
        )
        for s in range(sources)
        for n in range(each)
    ]


def test_processes_change_nothing() -> None:
    items = articles(sources=3, each=30)
    alone, together = (credscore.compare(iter(items), n_jobs=jobs) for jobs in (1, 2))
    assert alone.to_json() == together.to_json()
    assert alone.to_html() == together.to_html()


def test_scoring_here_and_reports_from_elsewhere_come_to_the_same() -> None:
    items = articles(sources=2, each=6)
    scored = credscore.compare(list(credscore.score_many(items)))
    assert _rounded(scored.to_dict()) == _rounded(credscore.compare(items).to_dict())


def test_example_articles_let_go_of_what_was_looked_at(eight: Comparison) -> None:
    items = articles(sources=2, each=6)
    exemplar = credscore.compare(items)["s0"].articles[0]
    assert exemplar.report.annotations.sentences
    assert exemplar.report is not exemplar.report
    given = eight["source 5"].articles[0]
    assert given.report is given.report


def test_thousands_of_articles_without_a_source_go_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("credscore.comparison.ledger.MOST_SINGLE", 10)
    lone = [report({"wording.style": n / 10}, title=f"t{n}", text=f"text {n}") for n in range(12)]
    assert [(s.name, s.n) for s in credscore.compare(lone)] == [("(not given)", 12)]
    mixed = credscore.compare([*lone, *reports("a", 6, 0.0), *lone[:2]])
    assert {s.name: s.n for s in mixed} == {"a": 6, "(not given)": 14}
    few = credscore.compare([*lone[:4], *reports("a", 6, 0.0), *lone[4:]])
    assert {s.name: s.n for s in few} == {"a": 6, "(not given)": 12}
    assert _rounded(few["a"].to_dict()["values"]) == _rounded(mixed["a"].to_dict()["values"])
    with pytest.raises(InputError, match="more than 10 articles cannot be compared one by one"):
        credscore.compare(lone, by="article")


def test_with_very_many_sources_no_article_is_kept_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("credscore.comparison.ledger._MOST_WITH_ARTICLES", 7)
    found = credscore.compare([r for s in range(8) for r in reports(f"s{s}", 6, s / 8)])
    assert not any(source.articles for source in found)
    assert "8 sources compared" in found.to_html()


def test_reasons_of_many_sources_do_not_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quoting reads an article again, which is for a few of them."""
    found = credscore.compare(articles(sources=2, each=5))

    def quotes(data: dict[str, Any]) -> int:
        every = [a["reasons"] for source in data["sources"] for a in source["articles"]]
        return sum("“" in reason["sentence"] for reasons in every for reason in reasons)

    assert quotes(found.to_dict()) > 0
    monkeypatch.setattr("credscore.comparison.result.QUOTED_UP_TO", 1)
    assert quotes(found.to_dict()) == 0


def test_many_single_articles_are_compared_at_once() -> None:
    every = [report({"wording.style": n / 300 - 2}, title=str(n)) for n in range(1200)]
    found = credscore.compare(every)
    certain = found.certain_pairs()
    assert certain.shape == (1200, 1200)
    for a, b in ((0, 1), (0, 700), (0, 1199), (1199, 0)):
        gap = found.difference(found.ranked[a].name, found.ranked[b].name)
        assert gap.different == certain[a, b]
    assert len(found.to_html()) < 3_000_000
