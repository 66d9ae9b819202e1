"""Reports as plain text for a terminal, and as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from credscore.judgement import Contribution, Evidence, Judgement, Score

__all__ = ["markdown", "terminal", "terminal_table"]

DISCLAIMER = (
    "The scores say how an article reads, not whether it is true. "
    "Not judged: images, links, and the facts themselves."
)
LEGEND = (
    "Scores go from 0 to 100, with their 90 % intervals in brackets. Points say how far a reason "
    "moves the overall score away from an average article’s."
)
_LONGEST_PASSAGE = 90  # characters of a passage shown under a reason
_LEAST_POINTS = 0.5  # reasons worth less round to nothing
_CONTEXT, _WORDS_BEFORE = 60, 4  # characters and words looked at before a mark
_SINGLE = str.maketrans({'"': "'", "“": "‘", "”": "’"})


def interval(score: Score) -> str:
    """As "81 (74-87)", or "-" where there is no score."""
    if score.value is None or score.low is None or score.high is None:
        return "-"
    return f"{score.value:.0f} ({score.low:.0f}-{score.high:.0f})"


def clipped(passage: str, width: int = _LONGEST_PASSAGE) -> str:
    """On one line, shortened in the middle of nothing: at a word's end."""
    line = " ".join(passage.split())
    return line if len(line) <= width else line[: width - 1].rsplit(" ", 1)[0] + "…"


def passages(evidence: Sequence[Evidence], text: str, most: int = 2) -> list[str]:
    """The first distinct passages of a text, quoted; quotation marks within become single ones."""
    distinct = dict.fromkeys(clipped(_readable(found, text)) for found in evidence)
    return [f"“{passage.translate(_SINGLE)}”" for passage in list(distinct)[:most] if passage]


def _readable(found: Evidence, text: str) -> str:
    """A passage; a mark with the words before it, on its line, since "!" alone shows nothing."""
    if any(char.isalnum() for char in found.text):
        return found.text
    before = text[max(0, found.start - _CONTEXT) : found.start].splitlines()
    words = before[-1].split()[-_WORDS_BEFORE:] if before else []
    return " ".join(words) + found.text


def reasons_of(score: Score, most: int) -> tuple[Contribution, ...]:
    """The strongest contributions that are worth showing."""
    shown = score.contributions[:most]
    return tuple(part for part in shown if abs(part.points) >= _LEAST_POINTS)


def _wrapped(text: str, indent: str, width: int) -> str:
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)


def terminal(report: Judgement, name: str, *, reasons: int = 6, width: int = 80) -> str:
    """One article's scores and strongest reasons, wrapped to ``width`` columns."""
    lines = [name]
    if report.abstained:
        lines.append(_wrapped(f"Cannot tell: {report.abstention_reason}.", "  ", width))
        return "\n".join(lines)
    lines += [f"  {score.name:<12} {interval(score)}" for score in report.scores]
    lines.append(f"  reads like   {genre_line(report)}")
    lines.append("\n  Why")
    for part in reasons_of(report.overall, reasons):
        lines.append(_reason(part, report.document.text, width))
    lines += [_wrapped(f"Note: {note}", "  ", width) for note in (report.genre.note,) if note]
    lines += [_wrapped(f"Note: {note}", "  ", width) for note in report.notes]
    if report.not_judged:
        lines.append(_wrapped("Not all was judged: " + "; ".join(report.not_judged), "  ", width))
    return "\n".join(lines)


def genre_line(report: Judgement) -> str:
    """As "report (91 %)"."""
    label = report.genre.label or "-"
    chance = report.genre.probabilities.get(label, 0.0)
    return f"{label.replace('_', ' ')} ({100 * chance:.0f} %)"


def _reason(part: Contribution, text: str, width: int) -> str:
    head = f"  {part.points:+5.0f}  "
    lines = [textwrap.fill(part.sentence, width, initial_indent=head, subsequent_indent=" " * 9)]
    if part.kind == "feature":
        shown = passages(part.evidence, text)
        lines += [_wrapped(passage, " " * 9, width) for passage in shown]
    return "\n".join(lines)


def terminal_table(reports: Sequence[Judgement], names: Sequence[str], *, width: int = 80) -> str:
    """Several articles side by side: scores in columns."""
    label = 14
    column = max(14, min(24, (width - label) // max(1, len(reports))))
    per_row = max(1, (width - label) // column)
    blocks = []
    for first in range(0, len(reports), per_row):
        some, heads = reports[first : first + per_row], names[first : first + per_row]
        rows = [" " * label + "".join(f"{_fit(head, column - 1):>{column}}" for head in heads)]
        for number, title in enumerate(("overall", "credibility", "quality")):
            cells = (f"{interval(report.scores[number]):>{column}}" for report in some)
            rows.append(f"  {title:<{label - 2}}" + "".join(cells))
        kinds = (f"{(r.genre.label or 'cannot tell').replace('_', ' '):>{column}}" for r in some)
        rows.append(f"  {'reads like':<{label - 2}}" + "".join(kinds))
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def markdown(report: Judgement, reasons: int = 6) -> str:
    """A short Markdown text: scores, strongest reasons with passages, limits."""
    title = _escape(report.document.title or "Article")
    if report.abstained:
        return f"## {title}\n\n**Cannot tell:** {report.abstention_reason}.\n"
    rows = "\n".join(f"| {score.name} | {interval(score)} |" for score in report.scores)
    lines = [f"## {title}\n", f"| score | 0-100 (90 % interval) |\n| --- | --- |\n{rows}\n"]
    lines.append(f"Reads like: {genre_line(report)}.\n")
    for part in reasons_of(report.overall, reasons):
        found = part.evidence if part.kind == "feature" else ()
        shown = "; ".join(_escape(text) for text in passages(found, report.document.text))
        lines.append(
            f"- **{part.points:+.0f}** {_escape(part.sentence)}" + (f": {shown}" * bool(shown))
        )
    lines.append(f"\n{DISCLAIMER}\n")
    return "\n".join(lines)


def _escape(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_{}[]<>#|" else c for c in text)
