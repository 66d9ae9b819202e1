"""Between the bytes of a page and the parser: decode, bound the size, and defuse what stalls lxml.

All of it is linear in the length of the page. Bounds: pages above ``MAX_BYTES``, with more than
``MAX_TAGS`` tags or nested deeper than ``MAX_DEPTH`` are refused with a clear error; attributes
beyond ``MAX_ATTRIBUTES`` in one tag are cut, because lxml takes time quadratic in their number
(100,000 in one tag: about ten seconds). Comments and processing instructions are left out of the
tree: walking over a run of them takes lxml time quadratic in their number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credscore.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["MAX_ATTRIBUTES", "MAX_BYTES", "MAX_DEPTH", "MAX_TAGS", "ParsedPage", "decode", "parse"]

MAX_BYTES = 25_000_000  # the largest news pages seen are 5 MB; 25 MB parse in about 2 s
MAX_TAGS = 2_000_000  # a tree of this many elements takes about 1 GB
MAX_DEPTH = 1_000  # real pages stay below 100; recursion in C and in Python starts to fail above
MAX_ATTRIBUTES = 500  # real tags stay below 100

_SPACE = r"[ \t\n\r\f]"
# One attribute as the HTML standard tokenizes it; a quote that never closes ends the attribute.
_ATTRIBUTE = (
    r"[ \t\n\r\f/]*+[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
    rf"(?:{_SPACE}*+=(?:{_SPACE}*+(?:\"[^\"]*\"|'[^']*'|[^ \t\n\r\f>]++))?)?+"
)
_TAG = re.compile(rf"<[a-zA-Z][^ \t\n\r\f/>]*+(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+")
_FURTHER = re.compile(rf"(?:{_ATTRIBUTE}){{0,1000}}+")
# Characters that neither HTML nor the text model wants; tab, line feed and return stay.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
# Break marks for the browser's line layout: a word that holds them would match no lexicon.
_BREAK_MARKS = re.compile(
    "[\u00ad\u200b\u2060]|&(?:shy|ZeroWidthSpace|#173|#x0*ad|#8203|#x200b);", re.IGNORECASE
)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.I
)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.\-]{2,40})")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Browsers read these labels as the wider Windows sets.
_WIDER = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_SNIFFED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page's tree with what was cut on the way in, and its number of elements."""

    tree: HtmlElement
    elements: int
    notes: tuple[str, ...]


def parse(html: str | bytes) -> ParsedPage:
    """Parse a page of unknown quality.

    Raises:
        InputError: not a page, empty, or beyond the bounds above.
        MissingExtraError: lxml is not installed.
    """
    text = _checked_text(html)
    text, cut = _cut_attributes(text)
    notes = (f"{cut} tag with over {MAX_ATTRIBUTES} attributes cut",) if cut else ()
    tree = _tree(text)
    return ParsedPage(tree, _counted(tree), notes)


def decode(data: bytes) -> str:
    """Decode a page: byte-order mark, then valid UTF-8, then the declared encoding, then a guess.

    UTF-8 goes before the declaration: text that is valid UTF-8 beyond ASCII is hardly ever
    anything else, and a wrong declaration is the usual cause of mojibake.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    declared = _declared(data)
    seven_bit = declared is not None and declared.startswith(("iso-2022", "iso2022", "utf-7", "hz"))
    for candidate in (declared, "utf-8") if seven_bit else ("utf-8", declared):
        if candidate is None:
            continue
        try:
            return data.decode(candidate)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return _guessed(data, declared)


def _declared(data: bytes) -> str | None:
    head = data[:_SNIFFED_BYTES]
    match = _XML_ENCODING.search(head) or _META_CHARSET.search(head)
    if match is None:
        return None
    label = match[1].decode("ascii").lower()
    label = _WIDER.get(label, label)
    try:
        "".encode(label)
    except (LookupError, UnicodeError):
        return None  # unknown, or a codec that is no character set ("hex", "zip")
    # UTF-16 cannot be declared inside bytes that read as ASCII.
    return None if label.startswith(("utf-16", "utf16", "utf-32", "utf_16")) else label


def _guessed(data: bytes, declared: str | None) -> str:
    zeros = data[:_SNIFFED_BYTES].count(0)
    if zeros > min(len(data), _SNIFFED_BYTES) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    as_utf8 = data.decode("utf-8", errors="replace")
    if as_utf8.count("\ufffd") <= 3 + len(data) // 5_000:
        return as_utf8  # UTF-8 with a few broken places, such as a cut-off character
    if declared not in (None, "utf-8", "utf8"):
        return data.decode(declared or "cp1252", errors="replace")
    try:
        from charset_normalizer import from_bytes
    except ImportError:  # comes with trafilatura; without it the commonest legacy set
        return data.decode("cp1252", errors="replace")
    best = from_bytes(_foreign_sample(data)).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def _foreign_sample(data: bytes, *, size: int = 20_000) -> bytes:
    """The stretch from the first byte beyond ASCII on: what tells encodings apart."""
    start = re.search(rb"[\x80-\xff]", data)
    at = max(0, start.start() - 200) if start else 0
    return data[at : at + size]


def _checked_text(html: str | bytes) -> str:
    if not isinstance(html, str | bytes | bytearray):
        raise InputError(f"the page is a {type(html).__name__}; str or bytes are needed")
    if len(html) > MAX_BYTES:
        raise InputError(
            f"the page has {len(html):,} bytes or characters; at most {MAX_BYTES:,} are read"
        )
    if isinstance(html, str):
        text = html
    else:
        _refuse_binary(bytes(html[:16]))
        text = decode(bytes(html))
    text = _BREAK_MARKS.sub("", _CONTROLS.sub("", text))
    if not text.strip():
        raise InputError("the page is empty")
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise InputError(f"the page has {tags:,} tags; at most {MAX_TAGS:,} are read")
    return text


def _refuse_binary(head: bytes) -> None:
    for magic, kind in (
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
        (b"PK\x03\x04", "an archive"),
        (b"\x1f\x8b", "gzip data; decompress it first"),
    ):
        if head.startswith(magic):
            raise InputError(f"these bytes are no web page but {kind}")


def _cut_attributes(text: str) -> tuple[str, int]:
    """Drop the attributes beyond ``MAX_ATTRIBUTES`` of each tag. Returns the text and the cuts."""
    if len(text) < 2 * MAX_ATTRIBUTES:
        return text, 0
    kept, cuts, done = [], 0, 0
    match = _TAG.search(text)
    while match is not None:
        end = match.end()
        after = _past_attributes(text, end)
        if after > end:
            kept.append(text[done:end])
            cuts, done = cuts + 1, after
        match = _TAG.search(text, after)
    if not cuts:
        return text, 0
    kept.append(text[done:])
    return "".join(kept), cuts


def _past_attributes(text: str, at: int) -> int:
    """Where the attributes that still follow ``at`` end; ``at`` itself if none does."""
    while True:
        match = _FURTHER.match(text, at)
        if match is None or match.end() == at:
            return at
        at = match.end()


def _tree(text: str) -> HtmlElement:
    try:
        from lxml import etree
        from lxml.html import HTMLParser, document_fromstring
    except ImportError as error:
        raise MissingExtraError(
            "reading HTML needs lxml and trafilatura: pip install 'credscore[html]'"
        ) from error
    # Comments: also what counts as one (CDATA sections, unknown declarations).
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        tree = document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise InputError(f"the page holds no HTML that can be read: {error}") from error
    if any("depth" in entry.message for entry in parser.error_log):
        raise InputError(_TOO_DEEP)
    return tree


_TOO_DEEP = f"the page nests elements more than {MAX_DEPTH:,} deep, so it cannot be read"


def _counted(tree: HtmlElement) -> int:
    """Count the elements, and refuse a tree too deep for what comes after."""
    depth = count = 0
    element = tree
    while element is not None:
        count += 1
        child = element[0] if len(element) else None
        if child is not None:
            depth += 1
            if depth > MAX_DEPTH:
                raise InputError(_TOO_DEEP)
            element = child
            continue
        following = element.getnext()
        while following is None:
            parent = element.getparent()
            if parent is None or element is tree:
                return count
            depth -= 1
            element = parent
            following = element.getnext() if element is not tree else None
            if element is tree:
                return count
        element = following
    return count
