"""How well the scores tell reports from other kinds, on sites never seen in training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from credscore.training.evaluation import Unseen
from credscore.training.metrics import Figure, auc, figure
from credscore.training.prepare import Prepared

__all__ = ["kind_figures", "quality_figures"]

MIN_ARTICLES = 30


def quality_figures(prepared: Prepared, result: Unseen) -> dict[str, dict[str, Figure]]:
    """AUC of reports against each other kind, and against each farm site; formatted and flat."""
    kind, group = prepared.column("kind"), prepared.column("group")
    original = prepared.original
    report = kind == "report"
    out = {}
    for name in ("farm", "ai", "press", "promotion", "opinion"):
        out[name] = _both_forms(prepared, result, report, kind == name)
    out["modern reports against farms"] = _both_forms(
        prepared, result, prepared.column("corpus") == "modern_reports", kind == "farm"
    )
    for site in sorted(set(group[kind == "farm"])):
        mine = (group == site) & (kind == "farm")
        if (mine & original).sum() >= MIN_ARTICLES:
            out[f"farm site {site}"] = _both_forms(prepared, result, report, mine)
    return out


def kind_figures(prepared: Prepared, result: Unseen) -> dict[str, dict[str, Figure]]:
    """AUC of the credibility score: modern and rated reports against satire."""
    satire = prepared.column("kind") == "satire"
    modern = prepared.column("corpus") == "modern_reports"
    return {
        "modern reports against satire": _both_forms(prepared, result, modern, satire),
        "reliable sources against satire": _both_forms(
            prepared, result, (prepared.label == 1) & ~satire, satire
        ),
    }


def _both_forms(
    prepared: Prepared,
    result: Unseen,
    good: npt.NDArray[np.bool_],
    bad: npt.NDArray[np.bool_],
) -> dict[str, Figure]:
    label = np.where(good, 1.0, np.where(bad, 0.0, np.nan))
    groups = prepared.column("group").tolist()
    forms = {"auc formatted": prepared.original, "auc flat": ~prepared.original}
    return {
        name: figure(
            lambda r: auc(result.log_odds[r], label[r]),
            groups,
            rows=form & ~np.isnan(label),
        )
        for name, form in forms.items()
        if (form & (label == 0)).any()
    }
