"""The fairness benchmarks do what they say, on articles of our own."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from seed_findings import read_article

import credscore
from credscore.model import AdditiveModel
from credscore.model_files import find_model
from credscore.registry import annotate_batch
from credscore.training.corpora import NAN, Record

pytest.importorskip("sklearn")
sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import attacks
import cards
import faithfulness
import neutrality
import slant
import stability
import style_pairs
from audit import dice, sampled


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311  a seed, no secret


def record(name: str = "bridge-report", group: str = "a") -> Record:
    return Record(f"{group}:{name}", read_article(name), None, None, group, "own", "report", 1.0,
                  0.5)  # fmt: skip


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_an_edit_keeps_the_words_and_repeats(name: str) -> None:
    article = record()
    first = attacks.ATTACKS[name](article, dice(article, name))
    again = attacks.ATTACKS[name](article, dice(article, name))
    assert first == again
    if name not in ("boilerplate lines deleted", "byline"):
        assert first.text != article.text
        assert len(first.text.split()) >= len(article.text.split())


def test_quote_marks_go_around_whole_statements() -> None:
    article = record()
    changed = attacks.quote_marks(article, seeded(1), 1).text
    assert changed.count("“") + changed.count('"') > article.text.count("“") + article.text.count(
        '"'
    )
    assert len(changed) == len(article.text) + 2


def test_together_adds_an_author_or_a_line() -> None:
    article = record()
    changed = attacks.together(article, seeded(3))
    assert (
        changed.authors is not None
        or changed.text.splitlines()[0] != (article.text.splitlines()[0])
    )


@pytest.mark.parametrize("name", stability.CHANGES)
def test_changes_keep_the_article(name: str) -> None:
    text = read_article("bridge-report")
    changed = stability.CHANGES[name](text, seeded(0))
    assert len(changed.split()) > 0.7 * len(text.split())
    assert changed == stability.CHANGES[name](text, seeded(0))


def test_the_last_paragraph_goes() -> None:
    text = "\n\n".join(f"Paragraph {n} says that work went on." for n in range(5))
    changed = stability.CHANGES["last paragraph removed"](text, seeded(0))
    assert "Paragraph 3" in changed
    assert "Paragraph 4" not in changed


def test_wire_pairs_are_near_copies_of_other_sources() -> None:
    one, other = record(group="a"), record(group="b")
    cut = replace(other, text=other.text[: int(len(other.text) * 0.8)])
    different = record("bridge-rewrite", "c") if _has("bridge-rewrite") else None
    same_source = replace(record(group="a"), id="a:copy")
    records = [one, cut, same_source, *([different] if different else [])]
    assert stability.wire_pairs(records)[:1] == [(0, 1)]
    assert (0, 2) not in stability.wire_pairs(records)


def _has(name: str) -> bool:
    try:
        read_article(name)
    except FileNotFoundError:
        return False
    return True


def test_styles_are_read_from_labels() -> None:
    assert style_pairs.style_of("llm_emotionally_triggering_fake") == ("emotional", "fake")
    assert style_pairs.style_of("llm_neutral_real") == ("neutral", "real")


def leaning_records(gap: float) -> tuple[list[Record], np.ndarray]:
    """Sources of both sides whose score is 60 times the rating, the right ``gap`` points higher."""
    rng = np.random.default_rng(0)
    records, values = [], []
    for number in range(60):
        side = "right" if number % 2 else "left"
        rating = float(rng.uniform(0.2, 0.9)) - 0.1 * (side == "right")
        for article in range(5):
            one = replace(record(), id=f"{number}:{article}", group=f"s{number}", leaning=side,
                          rating=rating)  # fmt: skip
            records.append(one)
            values.append(60 * rating + gap * (side == "right"))
    return records, np.array(values)[:, None]


@pytest.mark.parametrize("gap", [0.0, 7.0])
def test_the_gap_is_what_rating_does_not_explain(gap: float) -> None:
    records, values = leaning_records(gap)
    sources = neutrality.by_source(records, values)
    rows = np.arange(len(sources.names))
    assert neutrality.gap(sources, rows, sources.values[:, 0], corpora=False) == pytest.approx(gap)
    matched = neutrality.matched_gap(sources, rows, sources.values[:, 0])
    assert matched == pytest.approx(gap, abs=1.0)


def test_sources_without_leaning_or_rating_are_left_out() -> None:
    records, values = leaning_records(0.0)
    records[0] = replace(records[0], leaning="satire")
    records[-1] = replace(records[-1], rating=NAN)
    assert len(neutrality.by_source(records, values).names) == 60
    assert neutrality.by_source(records[:1], values[:1]).names == ()


def test_a_pattern_of_one_side_is_called_slanted() -> None:
    texts = [read_article("bridge-report")] * 40
    right = np.array([float(n % 2) for n in range(40)])
    texts = [text + " Pretty absolute review." * int(side) for text, side in zip(texts, right)]  # noqa: B905
    batch = annotate_batch([credscore.Document(text) for text in texts])
    from credscore.extractors.wording import wording

    model = AdditiveModel.load(find_model("credibility"))
    rating = np.linspace(0.2, 0.9, 40)
    others = np.column_stack([np.ones(40), rating])
    symbols = wording(batch)
    worth = slant.worth_by_article(model, symbols)
    index = np.asarray(worth.sum(axis=1)).ravel()
    assert index.shape == (40,)
    assert np.ptp(index[right == 0]) == pytest.approx(0, abs=1e-12)
    found = slant.slanted(model, symbols, np.arange(40), right, others)
    assert set(slant.pattern_names(model)) >= {item.pattern for item in found}
    moved = [item for item in found if abs(item.t) > slant.SURE]
    assert all(item.sources >= 20 for item in moved)


def test_blame_falls_on_the_sentences_with_the_passages() -> None:
    report = credscore.score(read_article("bridge-report"))
    guilt, terms = faithfulness.blame(report, "overall")
    assert len(guilt) == len(report.annotations.sentences)
    assert (guilt >= 0).all()
    assert len(terms) <= faithfulness.STRONGEST
    spans = report.annotations.sentences
    text = report.document.text
    shorter = faithfulness.without(text, spans, [0, 2])
    removed = (spans[0].end - spans[0].start) + (spans[2].end - spans[2].start)
    assert len(shorter) == len(text) - removed


def test_samples_are_capped_by_source_and_repeat() -> None:
    records = [replace(record(), id=str(n), group=f"g{n % 3}") for n in range(30)]
    chosen = sampled(records, 2, 5)
    assert chosen == sampled(records[::-1], 2, 5)
    assert len(chosen) == 5
    assert max([r.group for r in chosen].count(g) for g in ("g0", "g1", "g2")) <= 2


def test_results_of_another_model_are_no_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "RESULTS", tmp_path)
    (tmp_path / "style_pairs.json").write_text(
        json.dumps({"models": {"quality": "x"}, "share in order": {"quality": {}}})
    )
    assert cards.read("style_pairs", "y", "quality") is None
    assert cards.fairness("quality", "x") == {
        "Rewrites of one story in order (all machine-written)": {}
    }
