"""The model card: what a reader should know before trusting a score, from measured figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from credscore.model_format import ModelSpec

__all__ = ["render_card"]

_MEANING = {
    "credibility": (
        ("100 times the probability that the article's source would be rated reliable, judged from "
        "the article's text alone. Calibrated on sources that the model had not seen."),
        ("The interval: for 90 % of articles of unseen sources it contained the source's expert "
        "rating, put on the same scale (the score estimates that rating; score and rating go "
        "through the same calibration)."),
    ),
    "quality": (
        ("100 times the probability that the article is professional reporting rather than a "
         "content-farm or machine-written page; press releases and opinion lie between. Calibrated "
         "on sites that the model had not seen."),
        ("The interval: for 90 % of articles of unseen sites it contained the article's grade "
         "(report 1, press release or opinion 0.5, farm 0), put on the same scale."),
    ),
    "genre": (
        ("Probabilities over report, opinion, press release, satire and content farm: the softmax "
         "of one additive log-odds a genre."),
        "",
    ),
}  # fmt: skip
_USE = """## Intended use

A second opinion for readers, editors and researchers who can look at the passages behind each
reason. It shows signs of good or bad practice in a text; it does not know whether anything in it is
true.

## Misuse

Do not rank, fund, label or remove outlets or authors by this score alone. It reads English news
prose; outside of it (science papers, fiction, translations, transcripts) it has not been measured.
A carefully written falsehood can score high, and a clumsy truth low.

## How to contest a score

Every score is the sum of its contributions, each with the passages behind it: name the contribution
that is wrong for the article and the passage that shows it, and open an issue with both. A wrong
passage is a bug in an extractor; a wrong weight is a question for the next training.

## Where the labels come from

Source ratings aggregate six sets of expert ratings (Lin et al. 2023, doi
10.1093/pnasnexus/pgad286). They rate outlets, not articles: an article inherits its outlet's
rating, which is wrong for some. Grades are by site or by how the text was made. Most articles are
in American English of 2005 to 2026. No outlet's name, address or identity is a feature; names,
places and topics carry no weight.
"""

_AUDITED = (
    "Measured by `python benchmarks/evaluate.py` on articles judged by models that never saw their "
    "source. Points are of 100."
)


def render_card(spec: ModelSpec, metrics: Mapping[str, Any]) -> str:
    """Markdown from the spec and from what ``metrics.json`` holds.

    Args:
        metrics: ``tables``: table -> row -> measure -> figure (``value``, ``low``, ``high``, ``n``,
            ``sources``); ``trained_on``: corpus -> kind -> number of training articles;
            ``fairness``: tables of ``benchmarks/evaluate.py``, shown where they are there.
    """
    score, interval = _MEANING[spec.target]
    parts = [
        f"# Model card: {spec.target}, version {spec.version}",
        "Written by `python -m credscore.training`; do not edit.",
        f"## What the number means\n\n{score}\n\n{interval}".rstrip(),
        _terms(spec),
        _training_table(metrics["trained_on"]),
        *(_table(name, rows) for name, rows in metrics["tables"].items()),
        *_fairness(metrics.get("fairness", {})),
        _USE.rstrip(),
    ]
    return "\n\n".join(parts) + "\n"


def _terms(spec: ModelSpec) -> str:
    return (
        f"## Terms\n\n{len(spec.tables)} feature tables and {_wording_line(spec)}. The score is "
        "their sum on the log-odds scale, exactly. Weights are learned, but for what `recipe.toml` "
        "gives (`[shape.given]`: criteria of the craft that these texts cannot teach), caps, or "
        "leaves out; each stands there with its reason."
    )


def _wording_line(spec: ModelSpec) -> str:
    if not spec.wording:
        return "no wording term"
    patterns = sum(len(term.patterns) for term in spec.wording)
    return f"{len(spec.wording)} wording terms of {patterns:,} topic-free patterns in all"


def _training_table(counts: Mapping[str, Mapping[str, int]]) -> str:
    rows = [
        f"| {corpus} | {', '.join(f'{n:,} {kind}' for kind, n in sorted(kinds.items()))} |"
        for corpus, kinds in sorted(counts.items())
    ]
    return "\n".join(["## Trained on", "", "| corpus | articles |", "| --- | --- |", *rows])


def _fairness(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What the audits found; nothing before ``benchmarks/evaluate.py --cards`` was run."""
    if not tables:
        return []
    shown = [_table(name, rows, digits=2) for name, rows in tables.items()]
    return [f"## Fairness and robustness\n\n{_AUDITED}", *(f"#{table}" for table in shown)]


def _table(name: str, rows: Mapping[str, Mapping[str, Any]], digits: int = 3) -> str:
    measures = list(dict.fromkeys(measure for row in rows.values() for measure in row))
    head = "| | " + " | ".join(measure.replace("_", " ") for measure in measures) + " | articles |"
    lines = [f"## {name}", "", head, "| --- |" + " --- |" * (len(measures) + 1)]
    for label, row in rows.items():
        cells = [_cell(row[measure], digits) if measure in row else "" for measure in measures]
        most = max((figure["n"] for figure in row.values()), default=0)
        sources = max((figure["sources"] for figure in row.values()), default=0)
        lines.append(f"| {label} | {' | '.join(cells)} | {most:,} of {sources:,} sources |")
    return "\n".join([*lines, "", "In brackets: 90 % interval, bootstrap over sources."])


def _cell(figure: Mapping[str, float], digits: int) -> str:
    value, low, high = (f"{figure[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
