"""One article as a page, and as a piece of HTML for notebooks."""

from __future__ import annotations

import zlib

from credscore.html.article import MOST_REASONS_OF_A_PAGE, view
from credscore.html.environment import render_fragment, render_page
from credscore.judgement import Judgement

__all__ = ["article_fragment", "article_page"]


def article_page(report: Judgement, *, panel: bool = False) -> str:
    """One article as a whole page: scores, reasons, the text with its evidence marked.

    ``panel`` adds readability formulas, for which textstat is loaded.
    """
    seen = view(report, "a0", most_reasons=MOST_REASONS_OF_A_PAGE, list_small=True, panel=panel)
    return render_page("article.html.jinja", title=seen.title, article=seen)


def article_fragment(report: Judgement) -> str:
    """One article as a piece of HTML for notebooks: no script, styles that stay inside it."""
    return render_fragment("fragment.html.jinja", article=view(report, _prefix(report)))


def _prefix(report: Judgement) -> str:
    """Element names that differ between the articles of one notebook."""
    return f"c{zlib.crc32(report.document.text.encode('utf-8', 'replace')):08x}"
