"""Builds a corroboration from articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from credscore.corroboration.copying import find_copies, find_families
from credscore.corroboration.items import Item
from credscore.corroboration.matching import group_items
from credscore.corroboration.names import group_names
from credscore.corroboration.reading import Speech, read_articles
from credscore.corroboration.records import Claim, Mention, Quote, independent
from credscore.corroboration.result import Corroboration
from credscore.corroboration.speeches import group_speeches, is_altered, surname
from credscore.document import as_document, several

__all__ = ["corroborate"]

_LONGEST_LABEL = 160


def corroborate(docs: Iterable[object]) -> Corroboration:
    """Compare several articles on one story, specific by specific and quotation by quotation.

    Args:
        docs: documents, strings or records; their order is kept.

    Returns:
        What the articles share, where they are in conflict, what stands alone, and who copies
        whom. Nothing is looked up: that several articles carry a claim does not make it true.

    >>> story = corroborate(["The fund holds €5 billion, Ines Okafor said.",
    ...                      "It is a fund of five billion euros."])
    >>> [(claim.label, claim.carriers) for claim in story.shared]
    [('€5 billion', (0, 1))]
    """
    documents = tuple(as_document(doc) for doc in several(docs))
    reading = read_articles(documents)
    copies = find_copies(reading.shingles)
    families = find_families(len(documents), copies)
    family_of = {article: n for n, family in enumerate(families) for article in family}
    home = [family_of[article] for article in range(len(documents))]
    texts = [document.text for document in documents]
    claims = [
        _claim(texts, groups, home)
        for groups in (
            [[reading.items[row] for row in group] for group in claim]
            for claim in group_items(reading.items, len(documents))
        )
        if _matters(groups)
    ]
    quotes = [
        _quote(texts, [reading.speeches[row] for row in group], home)
        for group in group_speeches(reading.speeches)
    ]
    names = [_claim(texts, [group], home) for group in group_names(reading.names)]
    return Corroboration(
        documents=documents,
        names=tuple(sorted(names, key=_rank)),
        claims=tuple(sorted(claims, key=_rank)),
        quotes=tuple(sorted(quotes, key=_rank)),
        copies=copies,
        families=families,
    )


def _matters(groups: list[list[Item]]) -> bool:
    """A claim of one article's, or a count by the way that another article has too."""
    items = [item for group in groups for item in group]
    return any(not item.by_the_way for item in items) or len({i.article for i in items}) > 1


def _rank(item: Claim | Quote) -> tuple[int, int, Mention]:
    return -item.independent, -len(item.carriers), item.mentions[0]


def _claim(texts: Sequence[str], groups: list[list[Item]], home: Sequence[int]) -> Claim:
    mentions = []
    values = []
    for group in groups:
        value = str(max(group, key=lambda item: (len(item.value.amounts), -item.article)).value)
        values.append(value)
        mentions += [
            Mention(item.article, item.start, item.end, value, item.traceable, item.why)
            for item in group
        ]
    mentions.sort()
    carriers = tuple(sorted({mention.article for mention in mentions}))
    first = mentions[0]
    return Claim(
        kind=groups[0][0].kind,
        label=_label(texts[first.article][first.start : first.end]),
        mentions=tuple(mentions),
        values=tuple(sorted(set(values))),
        carriers=carriers,
        independent=independent(carriers, home),
    )


def _quote(texts: Sequence[str], group: list[Speech], home: Sequence[int]) -> Quote:
    mentions = sorted(
        Mention(
            speech.article,
            speech.start,
            speech.end,
            speech.speaker,
            speech.traceable,
            "its speaker is named" if speech.traceable else "its speaker is not named",
        )
        for speech in group
    )
    carriers = tuple(sorted({mention.article for mention in mentions}))
    longest = max(group, key=lambda speech: (speech.end - speech.start, -speech.article))
    speakers = {surname(speech.speaker): speech.speaker for speech in reversed(group)}
    return Quote(
        label=_label(texts[longest.article][longest.start : longest.end]),
        mentions=tuple(mentions),
        speakers=tuple(sorted(name for key, name in speakers.items() if key)),
        altered=is_altered(group),
        carriers=carriers,
        independent=independent(carriers, home),
    )


def _label(text: str) -> str:
    text = " ".join(text.split(" ")).replace("\n", " ")
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1].rstrip() + "…"
