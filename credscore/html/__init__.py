"""Pages for readers: one self-contained HTML file, rendered from reports and comparisons.

Jinja2 escapes everything; charts are templated SVG. The page loads nothing, and its content
security policy names the hashes of its own style and script, so text from an article cannot run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credscore.comparison import Comparison
    from credscore.report import Report

MOST_BYTES = 1_950_000
_BYTES_OF_A_CHARACTER = 4  # of an article's text with its marks: mostly 2 to 3

__all__ = ["article_fragment", "article_page", "comparison_fragment", "comparison_page"]


def article_page(report: Report, *, panel: bool = False) -> str:
    """One article as a whole page: scores, reasons, the text with its evidence marked.

    ``panel`` adds readability formulas, for which textstat is loaded.
    """
    from credscore.html.article import MOST_REASONS_OF_A_PAGE, view
    from credscore.html.environment import render_page

    seen = view(report, "a0", most_reasons=MOST_REASONS_OF_A_PAGE, list_small=True, panel=panel)
    return render_page("article.html.jinja", title=seen.title, article=seen)


def article_fragment(report: Report) -> str:
    """One article as a piece of HTML for notebooks: no script, styles that stay inside it."""
    from credscore.html.article import view
    from credscore.html.environment import render_fragment

    return render_fragment("fragment.html.jinja", article=view(report, _prefix(report)))


def comparison_page(comparison: Comparison, *, panel: bool = False) -> str:
    """A comparison of sources or articles as a whole page, of less than 2 MB for 50 sources: where
    it would be more, less is shown of the articles' texts.
    """
    from credscore.html.environment import render_page
    from credscore.html.sources import TEXT_BUDGETS, view

    page = ""
    budgets = list(TEXT_BUDGETS)
    while budgets:
        budget = budgets.pop(0)
        seen = view(comparison, budget, panel=panel)
        page = render_page("comparison.html.jinja", title=seen.title, page=seen)
        over = len(page.encode("utf-8", "replace")) - MOST_BYTES
        if over < 0:
            break
        if over > _BYTES_OF_A_CHARACTER * budget:  # the next would not do either: try the last
            del budgets[:-1]
    return page


def comparison_fragment(comparison: Comparison) -> str:
    """The overview of a comparison as a piece of HTML for notebooks."""
    from credscore.html.environment import render_fragment
    from credscore.html.sources import view

    return render_fragment("overview.html.jinja", page=view(comparison))


def _prefix(report: Report) -> str:
    """Element names that differ between the articles of one notebook."""
    import zlib

    return f"c{zlib.crc32(report.document.text.encode('utf-8', 'replace')):08x}"
