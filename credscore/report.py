"""The result of scoring one article, and the ways to tell it: data, text, a page."""

from __future__ import annotations

from typing import Any

from credscore.arguments import whole_number
from credscore.forks import loading
from credscore.json_text import json_text
from credscore.judgement import Contribution, Evidence, Genre, Judgement, Score, plain

__all__ = ["SCHEMA", "Contribution", "Evidence", "Genre", "Report", "Score"]

SCHEMA = "credscore.report/1"


class Report(Judgement):
    """Scores of one article with their reasons; what it holds stands in ``Judgement``."""

    def to_dict(self, passages: int = 5) -> dict[str, Any]:
        """As plain data, by the schema named in ``schema``.

        Args:
            passages: how many passages each contribution shows at most.
        """
        with loading:
            from credscore.opportunities import opportunities

        whole_number("passages", passages)
        return {
            "schema": SCHEMA,
            "title": self.document.title,
            "url": self.document.url,
            "source": self.document.source,
            "abstained": self.abstained,
            "abstention_reason": self.abstention_reason,
            "scores": {score.name: score.to_dict(passages) for score in self.scores},
            "genre": self.genre.to_dict(),
            "opportunities": [chance.to_dict() for chance in opportunities(self.overall)],
            "measurements": {
                name: {"value": plain(m.value), "unit": m.unit, "reason": m.reason}
                for name, m in self.measurements.items()
            },
            "not_judged": list(self.not_judged),
            "notes": list(self.notes),
        }

    def to_json(self, indent: int | None = 2, passages: int = 5) -> str:
        """As JSON text (strict: no NaN)."""
        return json_text(self.to_dict(passages), indent)

    def to_markdown(self, reasons: int = 6) -> str:
        """As a short Markdown text with the strongest reasons."""
        with loading:
            from credscore.report_text import markdown

        return markdown(self, whole_number("reasons", reasons))

    def to_html(self, *, panel: bool = False) -> str:
        """As one self-contained HTML page with the evidence highlighted in the text.

        Args:
            panel: add readability formulas, for which textstat is loaded (some seconds).
        """
        with loading:
            from credscore.html.article_page import article_page

        return article_page(self, panel=panel)

    def _repr_html_(self) -> str:
        with loading:
            from credscore.html.article_page import article_fragment

        return article_fragment(self)

    def __repr__(self) -> str:
        if self.abstained:
            return f"<Report abstains: {self.abstention_reason}>"
        shown = ", ".join(f"{score.name} {score.value:.0f}" for score in self.scores)
        return f"<Report {shown}; reads like: {self.genre.label}>"
