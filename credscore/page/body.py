"""The article's text out of a page, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from credscore.page.extracted import MAX_ELEMENTS, extracted_body

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["read_blocks"]

BULLET = "• "
MAX_EXTRACTED_CHARACTERS = 1_500_000
MIN_CHARACTERS = 200  # an extraction shorter than this is checked against the plain reading

_SKIPPED = frozenset(
    """script style noscript template svg nav footer form aside button select textarea iframe
    object embed video audio canvas table head dialog menu figure""".split()
)
_LEAVES = frozenset("p h1 h2 h3 h4 h5 h6 li blockquote pre dt dd".split())
_BLOCKS = frozenset("div section article main body td header ul ol dl".split()) | _LEAVES
_SPACES = re.compile(r"[ \t\n\r\f\v\xa0\u202f\u2009]+")


def read_blocks(tree: HtmlElement, *, elements: int) -> tuple[list[str], list[str]]:
    """The article's blocks in order, and notes on what was left out.

    Args:
        tree: the parsed page; it is not changed.
        elements: its number of elements; large pages are read by a simpler rule.

    Returns:
        Blocks of text without line breaks, list items marked with a bullet; and notes.
    """
    notes = []
    blocks: list[str] = []
    if elements <= MAX_ELEMENTS and _size(tree) <= MAX_EXTRACTED_CHARACTERS:
        blocks = _extracted(tree)
    else:
        notes.append("large page: all its paragraphs were read, not only the article's")
    if sum(map(len, blocks)) < MIN_CHARACTERS:
        plain = _plain(tree)
        if sum(map(len, plain)) > 2 * sum(map(len, blocks)):
            blocks = plain
    tables = _tables(tree)
    if tables:
        notes.append(f"{tables} table{'s' if tables > 1 else ''} dropped")
    return _with_captions(tree, blocks), notes


def _size(tree: HtmlElement) -> int:
    return sum(
        len(element.text or "") + len(element.tail or "")
        for element in tree.iter()
        if element.tag not in ("script", "style")
    )


def _extracted(tree: HtmlElement) -> list[str]:
    """Blocks of trafilatura's main text; empty if it finds none."""
    body = extracted_body(tree)
    return [] if body is None else [block for block in _from_tei(body) if block]


def _from_tei(body: HtmlElement) -> Iterator[str]:
    for element in body:
        if not isinstance(element.tag, str) or element.tag == "table":
            continue
        if element.tag in ("list", "ul", "ol"):
            for item in element.iter("item", "li"):
                yield _bulleted(_joined(item))
        elif element.tag in ("quote", "blockquote", "code") and len(element):
            yield _joined(element) if element.tag == "code" else _clean(" ".join(_texts(element)))
        elif element.tag in ("div", "section", "article", "main"):
            yield from _from_tei(element)
        else:
            yield from (_clean(line) for line in _lines(element))
        if element.tail and element.tail.strip():
            yield _clean(element.tail)


def _lines(element: HtmlElement) -> list[str]:
    pieces: list[str] = []
    for part in element.iter():
        if part.tag in ("lb", "br"):
            pieces.append("\n")
        elif part.text and isinstance(part.tag, str):
            pieces.append(part.text)
        if part is not element and part.tail:
            pieces.append(part.tail)
    return re.split(r"\n\s*\n|\n(?=\n)", "".join(pieces)) if pieces else []


def _texts(element: HtmlElement) -> list[str]:
    return [text for text in element.itertext() if text.strip()]


def _joined(element: HtmlElement) -> str:
    return _clean((" " if element.tag == "item" else "").join(element.itertext()))


def _clean(text: str) -> str:
    text = _SPACES.sub(" ", text).strip()
    return re.sub(r" ([,.;:!?])(?=\s|$)", r"\1", text)


def _bulleted(text: str) -> str:
    return BULLET + text.lstrip("•·-–* ") if text else ""


def _plain(tree: HtmlElement) -> list[str]:
    """Every paragraph, heading and list item outside navigation, forms and tables."""
    body = tree.find(".//body")
    root = body if body is not None else tree
    blocks: list[str] = []
    pieces: list[str] = []
    marker = ""

    def close() -> None:
        nonlocal marker
        text = _clean("".join(pieces))
        pieces.clear()
        if text:
            blocks.append(_bulleted(text) if marker else text)
        marker = ""

    from lxml import etree

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in _SKIPPED:
                walker.skip_subtree()
                continue
            if tag in _BLOCKS or tag == "br":
                close()
                marker = BULLET if tag == "li" else ""
            pieces.append(element.text or "")
        else:
            if tag in _BLOCKS:
                close()
            if element is not root:
                pieces.append(element.tail or "")
    close()
    return blocks


def _tables(tree: HtmlElement) -> int:
    """Tables that hold data: at least two rows of two cells, none nested."""
    count = 0
    for table in tree.iter("table"):
        rows = table.findall("./tr") + table.findall("./tbody/tr")
        wide = sum(len(row) >= 2 for row in rows[:200])
        count += wide >= 2 and next(table.iterdescendants("table", "p"), None) is None
    return count


def _with_captions(tree: HtmlElement, blocks: list[str]) -> list[str]:
    """Put the captions of pictures inside the article after the block that precedes them."""
    captions = list(tree.iter("figcaption"))[:100]
    if not captions or len(blocks) < 2:
        return blocks
    places = {block: index for index, block in enumerate(blocks)}
    after: dict[int, list[str]] = {}
    last = -1
    for element in tree.iter("p", "h1", "h2", "h3", "h4", "li", "blockquote", "figcaption"):
        text = _clean("".join(element.itertext()))
        if element.tag != "figcaption":
            last = max(last, places.get(text, places.get(BULLET + text, last)))
        elif text and text not in places and 0 <= last < len(blocks) - 1:
            after.setdefault(last, []).append(text)
            places[text] = last
    return [line for i, block in enumerate(blocks) for line in (block, *after.get(i, ()))]
