"""Names of people, organisations and places: runs of words with a capital inside sentences.

"Volodymyr Zelensky" and "Zelensky" are one name where the short form stands alone somewhere;
"U.S." and "United States" are one by their initials.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from credscore.corroboration.items import Item
from credscore.corroboration.values import Value
from credscore.registry import Batch
from credscore.tokenization import CAPITALISED, CLITIC, WORD
from credscore.tokenization import characters as ch

__all__ = ["group_names", "read_names"]

_MOST_WORDS = 6
_TITLE_CASE = 0.6  # of a sentence's words with a capital: a headline, whose capitals say nothing
_OPENING_MARKS = (ch.QUOTE, ch.DOT, ch.TERMINAL, ch.SYMBOL)
_SMALL = (
    "a after all also an and any as at because before both but by each every few for from he her "
    "here his how i if in it its just many more most my no nobody not now of on once one only or "
    "our out over set she since so some such than that the their them then there these they this "
    "those to under until we what when where which while who why with without yes yet you your"
).split()
_NO_NAMES = frozenset(
    "i i'm i'll i've i'd updated published january february march april may june july august "
    "september october november december monday tuesday wednesday thursday friday saturday sunday "
    "jan feb mar apr jun jul aug sept oct nov dec mr mrs ms dr".split()
)


def read_names(batch: Batch, doc: int, article: int) -> list[Item]:
    """The first mention of each name in one article."""
    tokens, text = batch.tokens, batch.documents[doc].text
    low, high = int(tokens.doc_first[doc]), int(tokens.doc_first[doc + 1])
    word = (tokens.kinds[low:high] == WORD) & (tokens.flags[low:high] & CLITIC == 0)
    capital = word & (tokens.flags[low:high] & CAPITALISED > 0)
    sentence = tokens.sentence_of[low:high]
    if not len(sentence):
        return []
    base = sentence - sentence[0]
    share = np.bincount(base, capital) / np.maximum(np.bincount(base, word), 1)
    opens = np.append(True, sentence[1:] != sentence[:-1])
    classes = tokens.classes[low:high]
    after_mark = np.append(False, np.isin(classes[:-1], _OPENING_MARKS))
    small = np.isin(tokens.hashes[low:high], _small_words(), kind="sort")
    capital &= ~opens & ~after_mark & ~small & (share[base] < _TITLE_CASE)
    at = np.flatnonzero(capital)
    breaks = np.flatnonzero((np.diff(at) != 1) | (sentence[at[1:]] != sentence[at[:-1]])) + 1
    found: dict[tuple[str, ...], Item] = {}
    offset = int(tokens.doc_offset[doc])
    for run in np.split(at, breaks):
        if not 0 < len(run) <= _MOST_WORDS:
            continue
        start = int(tokens.starts[low + run[0]]) - offset
        end = int(tokens.ends[low + run[-1]]) - offset
        words = tuple(w.lower().strip("'\u2019") for w in text[start:end].split())
        if words not in found and not set(words) & _NO_NAMES and len("".join(words)) > 1:
            value = Value("name", words=words)
            found[words] = Item(article, start, end, "name", True, "a name", value, {})
    return list(found.values())


@cache
def _small_words() -> npt.NDArray[np.uint64]:
    from credscore.tokenization import split_entries

    return np.array([keys[0] for keys in split_entries(_SMALL)[1]], dtype=np.uint64)


def group_names(items: Sequence[Item]) -> list[list[Item]]:
    """Mentions of one name, one an article."""
    single = {item.value.words[0] for item in items if len(item.value.words) == 1}
    initials = {_initials(word) for word in single if "." in word or len(word) <= 4}
    groups: dict[str, dict[int, Item]] = {}
    for item in items:
        key = _key(item.value.words, single, initials)
        mentions = groups.setdefault(key, {})
        earlier = mentions.get(item.article)
        if earlier is None or item.start < earlier.start:
            named = Item(item.article, item.start, item.end, item.kind, item.traceable, item.why,
                         Value("name", words=(key,)), {})  # fmt: skip
            mentions[item.article] = named
    return [list(mentions.values()) for mentions in groups.values()]


def _initials(word: str) -> str:
    return word.replace(".", "")


def _key(words: tuple[str, ...], single: set[str], initials: set[str]) -> str:
    if len(words) == 1:
        return _initials(words[0]) if "." in words[0] else words[0]
    first_letters = "".join(word[0] for word in words)
    if first_letters in initials:
        return first_letters
    return words[-1] if words[-1] in single else " ".join(words)
