"""Cutting a text where evidence begins and ends, so that overlapping passages can be marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Passage", "Piece", "paragraphs"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text that is evidence for one reason (its number in the list of reasons)."""

    start: int
    end: int
    reason: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one and the same set of reasons, strongest first; often none."""

    text: str
    reasons: tuple[int, ...]


def paragraphs(text: str, passages: Sequence[Passage]) -> list[list[Piece]]:
    """The lines of a text that are not blank, each cut into pieces.

    Offsets are code points, ``end`` exclusive; passages outside the text are cut off at its end.
    """
    starts: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for passage in passages:
        if 0 <= passage.start < min(passage.end, len(text)):
            starts.setdefault(passage.start, []).append(passage.reason)
            ends.setdefault(min(passage.end, len(text)), []).append(passage.reason)
    cuts = sorted({*starts, *ends, len(text)})
    open_reasons: dict[int, int] = {}
    lines: list[list[Piece]] = [[]]
    at = 0
    for cut in cuts:
        reasons = tuple(sorted(reason for reason, count in open_reasons.items() if count > 0))
        _append(lines, text[at:cut], reasons)
        for reason in ends.get(cut, ()):
            open_reasons[reason] -= 1
        for reason in starts.get(cut, ()):
            open_reasons[reason] = open_reasons.get(reason, 0) + 1
        at = cut
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _append(lines: list[list[Piece]], text: str, reasons: tuple[int, ...]) -> None:
    """Add a piece, beginning a new line at each line break."""
    first, *others = text.splitlines() + ([""] if text.endswith(("\n", "\r")) else []) or [""]
    if first:
        lines[-1].append(Piece(first, reasons))
    lines.extend([Piece(line, reasons)] if line else [] for line in others)
