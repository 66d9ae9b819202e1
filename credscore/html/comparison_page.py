"""A comparison as a page, and its overview as a piece of HTML for notebooks."""

from __future__ import annotations

from credscore.comparison.result import Result
from credscore.html.environment import render_fragment, render_page
from credscore.html.sources import TEXT_BUDGETS, view

__all__ = ["comparison_fragment", "comparison_page"]

MOST_BYTES = 1_950_000
_BYTES_OF_A_CHARACTER = 4  # of an article's text with its marks: mostly 2 to 3


def comparison_page(comparison: Result, *, panel: bool = False) -> str:
    """A comparison of sources or articles as a whole page, of less than 2 MB for 50 sources: where
    it would be more, less is shown of the articles' texts.
    """
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


def comparison_fragment(comparison: Result) -> str:
    """The overview of a comparison as a piece of HTML for notebooks."""
    return render_fragment("overview.html.jinja", page=view(comparison))
