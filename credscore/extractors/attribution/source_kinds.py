"""Who a source is: a name, an office, somebody nobody could look up, a pronoun, a document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from credscore.annotations import SourceKind
from credscore.extractors.attribution.extents import DASH
from credscore.extractors.attribution.linking import Links
from credscore.extractors.attribution.positions import inside_spans, next_at
from credscore.extractors.attribution.tagger import model_words
from credscore.extractors.attribution.wordlists import LEXICON
from credscore.lexicon import Matches
from credscore.tokenization import CAPITALISED, CLITIC, NUMBER, PUNCT, WORD, Tokenization

__all__ = ["KINDS", "NAMED", "PRONOUN", "Sources", "type_sources"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

KINDS: tuple[SourceKind, ...] = ("named", "role", "anonymous", "pronoun", "document", "unknown")
NAMED, ROLE_KIND, ANONYMOUS, PRONOUN, DOCUMENT, UNKNOWN = range(6)
_BY_HEAD = (
    (ROLE_KIND, "organisations"),
    (ROLE_KIND, "roles"),
    (ANONYMOUS, "anonymous"),
    (DOCUMENT, "documents"),
)
_ASIDE = 15  # tokens behind a source in which it may still be said why it has no name


def _ending(letters: str) -> np.uint64:
    """An ending of up to four characters as ``_Words.endings`` gives it."""
    return np.uint64(sum(ord(c) << 16 * back for back, c in enumerate(reversed(letters))))


_ONE, _TWO = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)
_S, _SS = _ending("s"), _ending("ss")
# Forms of capitalised plurals that name groups.
_PEOPLES = np.array([_ending(letters) for letters in ("cans", "rats", "ians", "eans")])


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known about the source of each attribution. Shapes (n,).

    Attributes:
        kind: index into ``KINDS``, int64.
        head: token position of the source's head word, -1 where there is no source.
        weak: nobody could look the source up.
    """

    kind: IntArray
    head: IntArray
    weak: BoolArray


class _Words:
    """The tokens of some spans, one after the other; ``first`` and ``end`` count among them."""

    def __init__(self, tokens: Tokenization, first: IntArray, end: IntArray) -> None:
        at = inside_spans(first, end)[0]
        length = end - first
        self.at, self.end = at, length.cumsum()
        self.first = self.end - length
        self.groups = tokens.vocabulary.word_mask(LEXICON)[tokens.ids[at]]
        self.kinds, flags = tokens.kinds[at], tokens.flags[at]
        self.starts, self.ends = tokens.starts[at], tokens.ends[at]
        self.codes = tokens.codes
        self.code = tokens.codes[self.starts]
        self.clitic = flags & CLITIC > 0
        self.capital = (flags & CAPITALISED > 0) & (self.kinds == WORD) & ~self.clitic
        # A capital at the start of a sentence says nothing about a word that the lists know, nor
        # about a frequent one that the article does not write with a capital elsewhere.
        self.opening = at == tokens.sentence_first[tokens.sentence_of[at]]
        self.opening |= DASH[tokens.codes[tokens.starts[at - 1]]] & (at > 0)  # after a dateline
        article = self.listed("articles", "definite", "pronouns")
        self.able = self.capital & ~(self.opening & (self.groups > 0)) & ~article
        self.frequent = tokens.vocabulary.word_mask(model_words())[tokens.ids[at]] > 0
        doubtful = (self.able & self.opening & self.frequent).nonzero()[0]
        self.able[doubtful[~_called(tokens, at[doubtful])]] = False
        self.name = self.able & ~self.listed("titles")

    def listed(self, *groups: str) -> BoolArray:
        found: BoolArray = self.groups & LEXICON.bits(*groups) > 0
        return found

    def next(self, mask: BoolArray) -> IntArray:
        """For each token, and for the end, the first position from it on where ``mask`` holds."""
        return next_at(mask, len(mask) + 1)

    def any(self, mask: BoolArray, first: IntArray, end: IntArray) -> BoolArray:
        """Whether ``mask`` holds anywhere in each range."""
        running = np.zeros(len(mask) + 1, dtype=np.int64)
        mask.cumsum(out=running[1:])
        found: BoolArray = running[end] > running[first]
        return found

    def endings(self, at: IntArray) -> npt.NDArray[np.uint64]:
        """The last four characters of the tokens at these positions as one number each, the last
        one in the lowest bits; zeros before the first character of shorter ones.
        """
        end, length = self.ends[at], self.ends[at] - self.starts[at]
        letters = np.empty((len(at), 4), dtype="<u2")
        for back in range(4):
            letters[:, back] = self.codes[end - 1 - back]
            if back:
                letters[:, back] *= length > back
        return letters.view("<u8")[:, 0]


def _called(tokens: Tokenization, at: IntArray) -> BoolArray:
    """Whether each of these words is mostly written with a capital inside the sentences of its
    article: "Please" is no name, "White" may be one.
    """
    if not at.size:
        return np.zeros(0, dtype=np.bool_)
    asked = np.zeros(len(tokens.vocabulary), dtype=np.bool_)
    asked[tokens.ids[at]] = True
    found = asked.take(tokens.ids)
    found[tokens.sentence_first] = False
    places = found.nonzero()[0]
    keys = tokens.doc_of[places].astype(np.int64) * len(asked) + tokens.ids[places]
    sign = np.where(tokens.flags[places] & CAPITALISED > 0, 1, -1)
    order = keys.argsort(kind="stable")
    running = np.zeros(len(keys) + 1, dtype=np.int64)
    sign[order].cumsum(out=running[1:])
    mine = tokens.doc_of[at].astype(np.int64) * len(asked) + tokens.ids[at]
    low, high = (keys[order].searchsorted(mine, side=side) for side in ("left", "right"))
    called: BoolArray = running[high] > running[low]
    return called


def _heads(words: _Words) -> IntArray:
    """The last word of each source before its first comma or modifier ("the *head* of ...")."""
    word = (words.kinds != PUNCT) & ~words.clitic
    # Hyphens stand inside words ("vice-presidential"); and no sentence ends inside a source, so a
    # full stop belongs to a name or an abbreviation ("John F. Kelly").
    inside = (words.code == ord(".")) & (words.ends - words.starts == 1)
    hyphen = (words.code == ord("-")) | (words.code == 0x2010) | (words.code == 0x2011)
    hyphen |= words.code == ord("/")  # "a Times/Herald poll"
    inside |= words.code == ord("[")  # a link: "Gov. [Jan Ek](https://..."
    touches = words.starts[1:] == words.ends[:-1]
    inside[1:-1] |= hyphen[1:-1] & touches[:-1] & touches[1:]
    stops = ((words.kinds == PUNCT) & ~inside) | words.listed("post_modifiers")
    first_word = np.minimum(words.next(word)[words.first], words.end - 1)
    stop = np.minimum(words.next(stops)[first_word + 1], words.end)
    last = np.maximum.accumulate(np.where(word, np.arange(len(word)), -1))[stop - 1]
    heads: IntArray = np.maximum(last, words.first)
    return heads


def _apposed(words: _Words, head: IntArray) -> BoolArray:
    """Whether a name follows right after the first comma behind the head."""
    comma = words.next(words.code == ord(","))[head + 1]
    follows = (comma < words.end) & (comma - head <= 8)
    after = np.minimum(comma + 1, words.end)
    found: BoolArray = follows & words.any(words.name, after, np.minimum(words.end, after + 6))
    return found


def _titled(words: _Words, head: IntArray) -> IntArray:
    """The last word of the name behind a title of something ("Secretary of State Jan *Ek*"), -1
    where there is none. Without an article, capitals follow to the end of the source or its first
    comma; at least three, or two behind a minister, and the last one is no frequent word
    ("Director of National Intelligence").
    """
    name = np.full(len(head), -1, dtype=np.int64)
    of = np.minimum(head + 1, words.end - 1)
    able = (
        words.capital[head]
        & words.listed("titles", "roles")[head]
        & words.listed("post_modifiers")[of]
    )
    rows = (able & ~words.listed("articles", "definite")[words.first]).nonzero()[0]
    if not rows.size:
        return name
    goes_on = words.capital | words.listed("definite", "joining", "post_modifiers")
    goes_on |= words.clitic | (words.code == ord("."))
    end = np.minimum(words.next(~goes_on)[of[rows]], words.end[rows])
    stops = (end == words.end[rows]) | (words.code[np.minimum(end, len(words.at) - 1)] == ord(","))
    counted = np.zeros(len(words.at) + 1, dtype=np.int64)
    words.capital.cumsum(out=counted[1:])
    capitals = counted[end] - counted[of[rows]]
    enough = capitals >= np.where(words.listed("portfolios")[head[rows]], 2, 3)
    last = end - 1
    known = words.frequent | (words.groups > 0)
    stops &= enough & words.capital[last] & ~known[last]
    name[rows[stops]] = last[stops]
    return name


def _counting(words: _Words) -> BoolArray:
    """Whether the source opens with a quantity: "31 voters", "a number of members"."""
    counted = words.listed("quantifiers") | (words.kinds == NUMBER)
    counted[:-1] &= words.code[1:] != ord("-")  # "a 52-count complaint" counts nothing
    second = np.minimum(words.first + 1, words.end - 1)
    found: BoolArray = counted[words.first] | counted[second]
    return found


def _years(words: _Words) -> BoolArray:
    """Whether a source is but a number of four digits, and so more likely a year than people."""
    digits = (words.kinds == NUMBER) & (words.ends - words.starts == 4)
    found: BoolArray = digits[words.first] & (words.end - words.first == 1)
    return found


def _kinds(words: _Words, head: IntArray) -> IntArray:
    """Later lines overrule earlier ones."""
    groups = words.groups[head]
    kind = np.full(len(head), UNKNOWN, dtype=np.int64)
    ending = words.endings(head)
    plural = (ending & _TWO != _SS) & (ending & _ONE == _S)
    kind[plural & (words.kinds[head] == WORD) & ~words.clitic[head]] = ANONYMOUS
    for value, group in _BY_HEAD:
        kind[groups & LEXICON.bits(group) > 0] = value
    body = groups & LEXICON.bits("organisations") > 0
    kind[body & words.any(words.name, words.first, words.end)] = NAMED
    counts = _counting(words) & (kind != DOCUMENT) & ~_years(words)
    alone = ~words.any(words.capital & ~words.listed("articles", "definite"), words.first, head)
    kind[words.name[head] | (words.able[head] & ~alone)] = NAMED  # "Mr. King": a title as a name
    kind[(kind == NAMED) & (words.ends - words.starts == 1)[head]] = UNKNOWN  # "Q:"
    people = words.capital[head] & alone
    if people.any():
        kind[people & (ending[:, None] == _PEOPLES).any(axis=1)] = ANONYMOUS
    kind[counts] = ANONYMOUS
    open_ = (kind == ROLE_KIND) | (kind == UNKNOWN) | ((kind == ANONYMOUS) & counts)
    if open_.any():
        kind[open_ & _apposed(words, head)] = NAMED  # "the mayor, Ann Lee"
    kind[groups & LEXICON.bits("pronouns") > 0] = PRONOUN
    # "He vividly [remembers]": the tagger took a word too many.
    opens = words.listed("pronouns") & ~words.listed("definite", "relatives")
    speaks = opens[words.first] & (kind != PRONOUN)
    if speaks.any():
        kind[speaks & ~words.any(words.name, words.first, words.end)] = PRONOUN
    return kind


def _hearsay(links: Links, found: Matches) -> BoolArray:
    """Cues such as "it is reported", behind which nobody stands."""
    if not len(found):
        return np.zeros(len(links), dtype=np.bool_)
    first = np.maximum(links.cue_first, 0)
    # Matches do not overlap, so they are sorted by their ends as well.
    begun_before_end = found.start.searchsorted(np.maximum(links.cue_end, first))
    ended_before_start = found.end.searchsorted(first, side="right")
    heard: BoolArray = begun_before_end > ended_before_start
    return heard


def _withheld(links: Links, at: IntArray, found: Matches, tokens: Tokenization) -> BoolArray:
    """Whether a source's name is held back: "who spoke on condition of anonymity". Said between
    source and cue, or soon behind a source that follows its cue; the tagger often stops at "who".
    """
    first, cue = links.source_first[at], links.cue_first[at]
    stop = np.where(cue > first, cue, links.source_end[at] + _ASIDE)
    place = found.start[np.minimum(found.start.searchsorted(first), len(found) - 1)]
    near: BoolArray = (place >= first) & (place < stop)
    near &= tokens.sentence_of[place] == tokens.sentence_of[first]
    return near


def _unnamed_studies(words: _Words, head: IntArray) -> BoolArray:
    """Studies that nobody could look up: "studies", "a 2024 industry study". Not "the study", which
    the text has named before, nor "a study by", "a Brandt study": those say whose it is.
    """
    last = words.end - 1
    study = words.listed("studies")
    owned = words.clitic | words.listed("definite", "organisations", "roles")
    owned |= words.capital & ~words.opening
    known = words.any(owned & ~study, words.first, words.end)
    unnamed: BoolArray = study[head] & (head == last) & ~known
    return unnamed


def type_sources(links: Links, tokens: Tokenization) -> Sources:
    """Type the source of every attribution by its head word and by the names in it."""
    kind = np.full(len(links), UNKNOWN, dtype=np.int64)
    head = np.full(len(links), -1, dtype=np.int64)
    weak = np.zeros(len(links), dtype=np.bool_)
    phrases = tokens.matches(LEXICON, "hearsay", "withheld")
    there = (links.source_first >= 0).nonzero()[0]
    if there.size:
        words = _Words(tokens, links.source_first[there], links.source_end[there])
        heads = _heads(words)
        kinds = _kinds(words, heads)
        titled = _titled(words, heads)
        kinds[titled >= 0] = NAMED
        heads = np.where(titled >= 0, titled, heads)
        withheld = phrases.only(phrases.groups & LEXICON.bits("withheld") > 0)
        if len(withheld):
            able = (kinds == ROLE_KIND) | (kinds == UNKNOWN)
            kinds[able & _withheld(links, there, withheld, tokens)] = ANONYMOUS
        kind[there], head[there] = kinds, words.at[heads]
        weak[there] = (kinds != NAMED) & _unnamed_studies(words, heads)
    weak |= kind == ANONYMOUS
    bare = links.source_end - links.source_first == 1  # "data show"
    nobody = (kind == UNKNOWN) | (kind == PRONOUN) | ((kind == DOCUMENT) & bare)
    if nobody.any():
        heard = phrases.only(phrases.groups & LEXICON.bits("hearsay") > 0)
        weak |= nobody & _hearsay(links, heard)
    return Sources(kind, head, weak)
