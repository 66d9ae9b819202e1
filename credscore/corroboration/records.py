"""What a corroboration consists of. Offsets are code points into each article's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from credscore.document import Document, title_of

__all__ = ["Claim", "Copy", "Mention", "Quote", "Story", "independent", "status"]

_TITLE_CHARACTERS = 80


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One article's passage for a claim or a quotation.

    Attributes:
        article: index of the article.
        start, end: the specific, or the quotation without its marks.
        value: the value as it is compared ("5 billion euro"); of a quotation its speaker, "" where
            unknown.
        traceable: whether this article says where it comes from.
        why: what makes it traceable, or what is missing.
    """

    article: int
    start: int
    end: int
    value: str
    traceable: bool
    why: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One specific of the story with everybody who carries it.

    Attributes:
        kind: as of ``Specific.kind``.
        label: the specific as its first carrier writes it.
        mentions: sorted by article.
        values: the different values given; more than one is a conflict.
        carriers: articles that carry it, sorted.
        independent: carriers of which near-verbatim copies count once.
    """

    kind: str
    label: str
    mentions: tuple[Mention, ...]
    values: tuple[str, ...]
    carriers: tuple[int, ...]
    independent: int

    @property
    def conflict(self) -> bool:
        """Two articles give different values."""
        return len(self.values) > 1

    @property
    def alone(self) -> bool:
        """Only one article (or copies of one) carries it."""
        return self.independent < 2


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotation marks with every article that prints them.

    Attributes:
        label: the longest version.
        mentions: sorted by article; ``value`` is the speaker as that article names them.
        speakers: different speakers named; more than one is a conflict.
        altered: whether the versions differ in more than being cut.
        carriers, independent: as of ``Claim``.
    """

    label: str
    mentions: tuple[Mention, ...]
    speakers: tuple[str, ...]
    altered: bool
    carriers: tuple[int, ...]
    independent: int

    @property
    def conflict(self) -> bool:
        """Two articles put the words into different mouths."""
        return len(self.speakers) > 1

    @property
    def alone(self) -> bool:
        """Only one article (or copies of one) prints them."""
        return self.independent < 2


@dataclass(frozen=True, slots=True)
class Copy:
    """Two articles that share passages almost word for word.

    Attributes:
        left, right: indices of the articles, left < right.
        left_share, right_share: share of each article's runs of eight words that the other has
            as well, 0 to 1.
        passages: (left start, left end, right start, right end), the longest first; empty where
            there are very many pairs and this is not the most similar one for either article.
    """

    left: int
    right: int
    left_share: float
    right_share: float
    passages: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What several articles on one story share, and what each claims alone.

    Attributes:
        documents: the articles, in the order given.
        claims: by number of independent carriers, the best carried first.
        quotes: likewise.
        names: people, organisations and places by name, likewise; each article's first mention.
        copies: pairs that share passages, the most similar first.
        families: articles grouped by near-verbatim copying; the articles of one family count once.
    """

    documents: tuple[Document, ...]
    claims: tuple[Claim, ...]
    quotes: tuple[Quote, ...]
    names: tuple[Claim, ...]
    copies: tuple[Copy, ...]
    families: tuple[tuple[int, ...], ...]

    @property
    def shared(self) -> tuple[Claim, ...]:
        """Claims that at least two independent articles carry with one value."""
        return tuple(claim for claim in self.claims if not claim.alone and not claim.conflict)

    @property
    def conflicts(self) -> tuple[Claim, ...]:
        """Claims for which articles give different values."""
        return tuple(claim for claim in self.claims if claim.conflict)

    def alone(self, article: int) -> tuple[Claim, ...]:
        """Claims that stand in this article (or its copies) only."""
        return tuple(c for c in self.claims if c.alone and article in c.carriers)

    def names_alone(self, article: int) -> tuple[Claim, ...]:
        """Names that this article (or its copies) brings in alone."""
        return tuple(n for n in self.names if n.alone and article in n.carriers)

    def titles(self) -> tuple[str, ...]:
        """A name for each article: its title, or how it begins."""
        return tuple(title_of(document, _TITLE_CHARACTERS) for document in self.documents)

    def text(self, mention: Mention) -> str:
        """The passage of a mention."""
        return self.documents[mention.article].text[mention.start : mention.end]

    def table(self) -> tuple[tuple[str, ...], ...]:
        """One row a claim: kind, status, then for each article its words, or "" where absent."""
        rows = [("kind", "status", *self.titles())]
        for claim in self.claims:
            cells = [""] * len(self.documents)
            for mention in claim.mentions:
                words = self.text(mention)
                cells[mention.article] = "; ".join(filter(None, (cells[mention.article], words)))
            rows.append((claim.kind, status(claim), *cells))
        return tuple(rows)

    def __repr__(self) -> str:
        counts = f"{len(self.claims)} claims, {len(self.shared)} shared"
        return (
            f"<{type(self).__name__} of {len(self.documents)} articles: {counts}, "
            f"{len(self.conflicts)} in conflict, {len(self.copies)} copying pairs>"
        )


def status(item: Claim | Quote) -> str:
    """``conflict``, ``shared`` or ``alone``."""
    if item.conflict:
        return "conflict"
    return "alone" if item.alone else "shared"


def independent(carriers: Sequence[int], family_of: Sequence[int]) -> int:
    """Number of different families among these articles."""
    return len({family_of[article] for article in carriers})
