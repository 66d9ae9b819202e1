"""One self-contained page that shows a corroboration with its passages side by side."""

from __future__ import annotations

from dataclasses import dataclass

from credscore.corroboration.records import Claim, Mention, Quote, Story, status
from credscore.html.environment import render_page

__all__ = ["render"]

_AROUND = 90  # characters shown on each side of a passage
_MOST_ROWS = 400
_MOST_COLUMNS = 12  # articles side by side; more are counted
_MOST_COPIES = 60


@dataclass(frozen=True, slots=True)
class _Passage:
    before: str
    words: str
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    label: str
    status: str
    values: tuple[str, ...]
    carriers: int
    cells: tuple[tuple[_Passage, ...], ...]


def render(story: Story) -> str:
    """The page as HTML; article texts are escaped and cut to the passages."""
    columns = range(min(len(story.documents), _MOST_COLUMNS))
    return render_page(
        "corroboration.html.jinja",
        title=f"{len(story.documents)} articles compared",
        titles=story.titles(),
        columns=columns,
        hidden_columns=len(story.documents) - len(columns),
        shared=_rows(story, [c for c in story.claims if status(c) == "shared"], columns),
        conflicts=_rows(story, list(story.conflicts), columns),
        alone=_rows(story, [c for c in story.claims if status(c) == "alone"], columns),
        quotes=_rows(story, list(story.quotes), columns),
        names=[(name.label, name.carriers) for name in story.names[:_MOST_ROWS]],
        copies=[
            (copy, _cut(story.documents[copy.left].text, *copy.passages[0][:2]))
            for copy in story.copies[:_MOST_COPIES]
            if copy.passages
        ],
        families=[family for family in story.families if len(family) > 1],
    )


def _rows(story: Story, items: list[Claim] | list[Quote], columns: range) -> list[_Row]:
    rows = []
    for item in items[:_MOST_ROWS]:
        cells = tuple(
            tuple(_passage(story, m) for m in item.mentions if m.article == column)
            for column in columns
        )
        kind = item.kind if isinstance(item, Claim) else "quotation"
        values = item.values if isinstance(item, Claim) else item.speakers
        rows.append(_Row(kind, item.label, status(item), values, len(item.carriers), cells))
    return rows


def _passage(story: Story, mention: Mention) -> _Passage:
    text = story.documents[mention.article].text
    low, high = max(mention.start - _AROUND, 0), min(mention.end + _AROUND, len(text))
    note = mention.why if not mention.traceable else ""
    return _Passage(
        before=("…" if low else "")
        + " ".join(text[low : mention.start].split()[1 if low else 0 :]),
        words=text[mention.start : mention.end],
        after=" ".join(text[mention.end : high].split()[: -1 if high < len(text) else None])
        + ("…" if high < len(text) else ""),
        note=note,
    )


def _cut(text: str, start: int, end: int) -> str:
    words = " ".join(text[start:end].split())
    return words if len(words) <= 400 else words[:399].rstrip() + "…"
