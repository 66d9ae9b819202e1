"""What every adapter must give: the row that ``credscore.score`` itself stands for."""

from __future__ import annotations

import math
from typing import Any

from seed_findings import NAMES, read_article

import credscore
from credscore.pipelines.rows import REASONS, SPAN_FIELDS

ARTICLES = {name: read_article(name) for name in NAMES}
SHORT = "Too short to judge."


def expected_row(article: object, identity: str) -> dict[str, Any]:
    """The columns of one article, taken from its report one by one."""
    report = credscore.score(article)
    row: dict[str, Any] = {"id": identity}
    for score in report.scores:
        row |= {
            score.name: score.value,
            f"{score.name}_low": score.low,
            f"{score.name}_high": score.high,
        }
    return row | {
        "genre": report.genre.label,
        "abstained": report.abstained,
        "abstention_reason": report.abstention_reason,
        "reasons": [part.summary for part in report.overall.contributions[:REASONS]],
        "error": None,
    }


def expected_features(article: object) -> dict[str, float]:
    return {name: m.value for name, m in credscore.score(article).measurements.items()}


def expected_spans(article: object) -> list[dict[str, Any]]:
    found = credscore.annotate(article)
    spans = []
    for field in SPAN_FIELDS:
        for item in getattr(found, field):
            kind = item.source_kind if field == "attributions" else item.kind
            if item.end > item.start:
                spans.append({"kind": f"{field}.{kind}", "start": item.start, "end": item.end})
    return spans


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """NaN as None, so that rows compare."""
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}
