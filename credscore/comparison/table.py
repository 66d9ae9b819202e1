"""A comparison as text for a terminal."""

from __future__ import annotations

import textwrap

from credscore.comparison.records import Difference, SourceScore, SourceSummary
from credscore.comparison.result import Result
from credscore.comparison.summaries import SCORES
from credscore.opportunities import opportunities

__all__ = ["table"]

_LABEL = 14
_COLUMN = 14
_MOST_ROWS = 60
_REASONS = 6
_MOST_TRENDS = 5
_LEAST_POINTS = 0.5


def table(comparison: Result, width: int = 80) -> str:
    """Few sources in columns, with the split of their difference; many ranked in rows."""
    if not comparison.sources:
        return "No article could be read." if comparison.unreadable else "There are no articles."
    width = max(width, 40)
    few = len(comparison.sources) <= max(2, (width - _LABEL) // _COLUMN)
    blocks = [_columns(comparison, width) if few else _rows(comparison, width)]
    ranked = comparison.ranked
    if len(ranked) >= 2:
        found = comparison.difference(ranked[-1].name, ranked[0].name)
        blocks.append(_why(found, width, single=comparison.single))
    blocks += _chances(comparison, width) if comparison.single else _trends(comparison, width)
    blocks.append(_closing(comparison, width))
    return "\n\n".join(blocks)


def fit(text: str, width: int) -> str:
    """Shortened in the middle, where names of files differ least."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    tail = (width - 1) // 3
    return text[: width - 1 - tail] + "…" + text[len(text) - tail :]


def interval(score: SourceScore | None) -> str:
    """As "81 (74-87)"."""
    return "-" if score is None else f"{score.value:.0f} ({score.low:.0f}-{score.high:.0f})"


def _columns(comparison: Result, width: int) -> str:
    sources = comparison.sources
    column = max(10, min(26, (width - _LABEL) // max(1, len(sources))))

    def row(label: str, cells: list[str]) -> str:
        return f"  {label:<{_LABEL - 2}}" + "".join(f"{cell:>{column}}" for cell in cells)

    lines = [row("", [fit(source.name, column - 2) for source in sources])]
    if not comparison.single:
        lines.append(row("articles", [f"{source.n:,}" for source in sources]))
    lines += [row(name, [interval(s.scores.get(name)) for s in sources]) for name in SCORES]
    if not comparison.single:
        lines.append(row("median", [_median(source) for source in sources]))
    if not comparison.single and any(source.n_abstained for source in sources):
        lines.append(row("cannot tell", [f"{source.abstention_share:.0%}" for source in sources]))
    lines.append(row("reads like", [next(iter(s.genres), "-").replace("_", " ") for s in sources]))
    for source in sources:
        if source.note:
            lines.append(_paragraph(f"{fit(source.name, 30)}: {source.note}", width))
    return "\n".join(lines)


def _median(source: SourceSummary) -> str:
    score = source.scores.get("overall")
    return "-" if score is None else f"{score.median:.0f}"


def _rows(comparison: Result, width: int) -> str:
    """A line a source. Single articles have a genre where sources have a number of articles."""
    cell = 13  # "100 (100-100)"
    scores = SCORES if width >= 76 else SCORES[:1]
    single = comparison.single
    unscored = not single and any(source.n_abstained for source in comparison.sources)
    second = 15 if single else 8
    name = max(12, width - 4 - second - (cell + 1) * len(scores) - 10 * unscored)
    head = f"{'':>4}{comparison.by:<{name}}{'reads like' if single else 'articles':>{second}}"
    head += "".join(f"{title:>{cell + 1}}" for title in scores) + "  no score" * unscored
    lines = [head]
    for place, source in enumerate(comparison.sources[:_MOST_ROWS], 1):
        rank = str(place) if source.enough else ""
        kind = next(iter(source.genres), "").replace("_", " ") if single else f"{source.n:,}"
        line = f"{rank:>3} {fit(source.name, name - 1):<{name}}{kind:>{second}}"
        if source.enough:
            line += "".join(f"{interval(source.scores[title]):>{cell + 1}}" for title in scores)
            line += f"{source.abstention_share:>9.0%}" * unscored
        else:
            line += f"  {_short(source)}"
        lines.append(line)
    left = len(comparison.sources) - _MOST_ROWS
    if left > 0:
        lines.append(f"    and {left:,} more")
    return "\n".join(line[:width].rstrip() for line in lines)


def _short(source: SourceSummary) -> str:
    return (source.note or "").partition(":")[0]


def _why(found: Difference, width: int, *, single: bool) -> str:
    above = "above" if found.points > 0 else "below"
    head = f"  Why {fit(found.a, 30)} is {abs(found.points):.0f} points {above} {fit(found.b, 30)}"
    if not found.different:
        head += " (one article each cannot settle it)" if single else " (may be chance)"
    lines = [textwrap.fill(head.strip(), width, initial_indent="  ", subsequent_indent="  ")]
    shown = [part for part in found.parts[:_REASONS] if abs(part.points) >= _LEAST_POINTS]
    for part in shown:
        sign = f"  {part.points:+5.0f}  "
        lines.append(
            textwrap.fill(part.sentence, width, initial_indent=sign, subsequent_indent=" " * 9)
        )
    rest = found.points - sum(part.points for part in shown)
    if len(shown) < len(found.parts):
        lines.append(f"  {rest:+5.0f}  {len(found.parts) - len(shown)} smaller reasons together")
    return "\n".join(lines)


def _chances(comparison: Result, width: int) -> list[str]:
    """What would raise the lowest article's score most."""
    if not comparison.ranked or not comparison.ranked[-1].articles:
        return []
    report = comparison.ranked[-1].articles[0].report
    found = [chance for chance in opportunities(report.overall) if chance.advice][:3]
    if not found:
        return []
    text = "; ".join(f"{_lowered(chance.advice)} ({chance.points:+.0f})" for chance in found)
    return [
        _paragraph(f"What would raise {fit(comparison.ranked[-1].name, 30)} most: {text}", width)
    ]


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _trends(comparison: Result, width: int) -> list[str]:
    """The sources whose score clearly rises or falls, steepest first."""
    clear = [s for s in comparison.ranked if s.trend and s.trend.direction != "none"]
    clear.sort(key=lambda s: -abs(s.trend.points_per_year) if s.trend else 0.0)
    said = [
        f"{fit(s.name, 30)} is {s.trend.direction} by {abs(s.trend.points_per_year):.1f}"
        for s in clear[:_MOST_TRENDS]
        if s.trend
    ]
    if len(clear) > _MOST_TRENDS:
        said.append(f"{len(clear) - _MOST_TRENDS} more do")
    return [_paragraph(f"Points a year: {'; '.join(said)}.", width)] if said else []


def _closing(comparison: Result, width: int) -> str:
    text = (
        "Scores from 0 to 100 with 90 % intervals. They say how articles read, not whether they "
        "are true. Not judged: images, links, and the facts themselves."
    )
    if comparison.unreadable:
        some = "article" if comparison.unreadable == 1 else "articles"
        text += f" {comparison.unreadable:,} {some} could not be read."
    return _paragraph(text, width)


def _paragraph(text: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent="  ", subsequent_indent="  ")
