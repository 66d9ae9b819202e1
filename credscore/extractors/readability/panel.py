"""The readability panel of reports: well-known formulas as textstat computes them.

textstat counts syllables with a pronunciation dictionary that it downloads, so only formulas over
letters, words and sentences are here; ``tests/extractors/test_readability.py`` runs the panel with
every socket forbidden. Nothing of it enters a score.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PanelRow", "readability_panel"]

_METRICS = (
    ("automated_readability_index", "Automated Readability Index", "US school grade"),
    ("coleman_liau_index", "Coleman-Liau Index", "US school grade"),
    ("lix", "LIX", "under 40 easy, over 50 hard"),
    ("rix", "RIX", "long words a sentence"),
    ("mcalpine_eflaw", "McAlpine EFLAW", "under 25 easy for non-native readers"),
)


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One formula: textstat's name for it, a readable name, what its unit means, the value."""

    metric: str
    name: str
    unit: str
    value: float


def readability_panel(text: str) -> tuple[PanelRow, ...]:
    """Readability formulas for a text, as textstat computes them; empty for a text without words.

    Imports textstat (some seconds the first time), which is why scores do without it.
    """
    import textstat

    if not any(character.isalpha() for character in text):
        return ()
    return tuple(
        PanelRow(metric, name, unit, round(float(getattr(textstat, metric)(text)), 2))
        for metric, name, unit in _METRICS
    )
