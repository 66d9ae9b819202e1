"""The title: how long it is, and how much it teases.

The title is the one supplied beside the text; without one, the text's first line of title length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from credscore.extractors.structure.wordlists import LEXICON
from credscore.features import Feature
from credscore.lexicon import Vocabulary
from credscore.registry import Batch
from credscore.tokenization import ALL_CAPS, CAPITALISED, CLITIC, NUMBER, PUNCT, WORD, Tokenization
from credscore.tokenization.blocks import BLOCK_KINDS

__all__ = ["NO_TITLE", "TITLE_FEATURES", "measure_titles"]

NO_TITLE = "no title was supplied, and no line of the text looks like one"

_WEIGHTS = {"clickbait_lures": 2, "clickbait_hints": 1, "plain_headline": -1}
_READER = 2  # "you": 18 teasers to one report among 12,000 headlines
_LIST = 3  # "9 ways to ...": hardly a report begins so
_SHOUTED_LETTERS = 7  # acronyms are shorter
_LIST_DIGITS = 2
_LETTERS = 4  # shorter words are acronyms, or stay small in most title-case styles
_LIKE_A_SENTENCE, _TITLE_CASE = 0.4, 0.75  # shares of capitalised words; names stand in both
_TITLE = BLOCK_KINDS.index("title")
_SECOND_PERSON = LEXICON.bits("second_person")

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def _present(name: str, yes: str, no: str) -> Callable[[Mapping[str, float]], str]:
    return lambda values: yes if values[name] else no


def _say_words(values: Mapping[str, float]) -> str:
    count = values["structure.title_words"]
    return f"its title has {count:,.0f} word{'' if count == 1 else 's'}"


def _say_teaser(values: Mapping[str, float]) -> str:
    index = values["structure.title_teaser_index"]
    if index > 1:
        return "its title is worded like a teaser"
    return "its title is worded like a report’s" if index < 0 else "its title is worded plainly"


def _say_capitalised(values: Mapping[str, float]) -> str:
    share = values["structure.title_capitalised_share"]
    words = f"of {_LETTERS} or more letters"
    if share in (0.0, 1.0):
        found = f"{'every' if share else 'no'} word {words} begins with a capital"
    else:
        found = f"{100 * share:.0f} % of the words {words} begin with a capital"
    if share <= _LIKE_A_SENTENCE:
        return f"its title is capitalised like a sentence: {found}"
    return (
        f"its title is in title case: {found}" if share >= _TITLE_CASE else f"in its title {found}"
    )


def _say_shouted(values: Mapping[str, float]) -> str:
    share = values["structure.title_shouted_share"]
    if not share:
        return "no word of its title is written in capitals, acronyms aside"
    return f"{100 * share:.0f} % of its title is written in capitals"


TITLE_FEATURES = (
    Feature("structure.title_words", "words in the title", "words", 0.0, 1e6, _say_words),
    Feature(
        "structure.title_teaser_index",
        "teasing words, address and list numbers in the title, less words of plain headlines",
        "index", -1e6, 1e6, _say_teaser,
    ),
    Feature(
        "structure.title_question_present",
        "the title holds a question mark",
        "present", 0.0, 1.0,
        _present("structure.title_question_present", "its title asks a question",
                 "its title asks no question"),
    ),
    Feature(
        "structure.title_exclamation_present",
        "the title holds an exclamation mark",
        "present", 0.0, 1.0,
        _present("structure.title_exclamation_present", "its title holds an exclamation mark",
                 "its title holds no exclamation mark"),
    ),
    Feature(
        "structure.title_shouted_share",
        f"share of the title's words of {_LETTERS} or more letters written in capitals",
        "share", 0.0, 1.0,
        _say_shouted,
    ),
    Feature(
        "structure.title_capitalised_share",
        f"share of the title's words of {_LETTERS} or more letters that begin with a capital",
        "share", 0.0, 1.0,
        _say_capitalised,
    ),
)  # fmt: skip


def _first_title_tokens(tokens: Tokenization) -> tuple[IntArray, IntArray]:
    """For each article the tokens of its title line: first and end, equal where there is none."""
    first = np.zeros(tokens.n_docs, dtype=np.int64)
    end = first.copy()
    block = np.flatnonzero(tokens.block_kind == _TITLE)
    doc = tokens.block_doc[block]
    first[doc] = tokens.block_first[block]
    end[doc] = np.append(tokens.block_first, len(tokens))[block + 1]
    return first, end


def measure_titles(batch: Batch) -> dict[str, FloatArray]:
    """The title features of each article; NaN where it has no title."""
    supplied, text = batch.titles, batch.tokens
    given = supplied.doc_first[1:] > supplied.doc_first[:-1]
    if given.all():
        return _values(supplied, supplied.doc_first[:-1], supplied.doc_first[1:])
    first, end = _first_title_tokens(text)
    found = _values(text, first, end)
    if not given.any():
        return found
    values = _values(supplied, supplied.doc_first[:-1], supplied.doc_first[1:])
    return {name: np.where(given, column, found[name]) for name, column in values.items()}


_COLUMNS = 7


def _values(tokens: Tokenization, first: IntArray, end: IntArray) -> dict[str, FloatArray]:
    """Measure the titles that stand at these token ranges, one for each article."""
    size = end - first
    if not size.any():
        return _named(np.full((_COLUMNS, len(size)), np.nan))
    bounds = np.append(0, np.cumsum(size))
    at = np.arange(bounds[-1]) + np.repeat(first - bounds[:-1], size)
    flags, kinds = tokens.flags[at], tokens.kinds[at]
    letters = tokens.ends[at] - tokens.starts[at]
    code = np.where(kinds == PUNCT, tokens.codes[tokens.starts[at]], 0)
    word = (kinds != PUNCT) & (flags & CLITIC == 0)
    long = (kinds == WORD) & (letters >= _LETTERS)
    groups = tokens.vocabulary.word_mask(LEXICON)[tokens.ids[at]]
    teaser = tokens.vocabulary.cached("structure.teaser", teaser_weights)[tokens.ids[at]]
    opens = bounds[:-1][size > 1]
    # "9 ways to ...", but not "3,000 flee" or "2019 budget": those count things in the news.
    teaser[opens] += _LIST * ((kinds[opens] == NUMBER) & (letters[opens] <= _LIST_DIGITS))
    columns = (
        word,
        teaser + _READER * (groups & _SECOND_PERSON > 0),
        code == ord("?"),
        code == ord("!"),
        _shouted(long & (flags & ALL_CAPS > 0), letters, opens),
        long & (flags & CAPITALISED > 0),
        long,
    )
    running = np.zeros((_COLUMNS, len(at) + 1), dtype=np.int64)
    for row, column in zip(running, columns, strict=True):
        column.cumsum(out=row[1:])
    sums = (running[:, bounds[1:]] - running[:, bounds[:-1]]).astype(np.float64)
    sums[:, size == 0] = np.nan
    return _named(sums)


def _shouted(
    capitals: npt.NDArray[np.bool_], letters: npt.NDArray[np.int64], opens: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Words in capitals that are no acronyms: long ones, and those beside another of one title."""
    before = np.zeros_like(capitals)
    before[1:] = capitals[:-1]
    before[opens] = False
    after = np.zeros_like(capitals)
    after[:-1] = (before & capitals)[1:]
    return capitals & (before | after | (letters >= _SHOUTED_LETTERS))


def _named(sums: FloatArray) -> dict[str, FloatArray]:
    words, teaser, asks, exclaims, shouted, capitalised, long = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        shouted, capitalised = shouted / long, capitalised / long
    return {
        "structure.title_words": words,
        "structure.title_teaser_index": teaser,
        "structure.title_question_present": np.minimum(asks, 1.0),
        "structure.title_exclamation_present": np.minimum(exclaims, 1.0),
        "structure.title_shouted_share": shouted,
        "structure.title_capitalised_share": capitalised,
    }


def teaser_weights(vocabulary: Vocabulary) -> npt.NDArray[np.int64]:
    """What each word id adds to a title's teaser index."""
    groups = vocabulary.word_mask(LEXICON)
    weights = np.zeros(len(groups), dtype=np.int64)
    for group, weight in _WEIGHTS.items():
        weights[groups & LEXICON.bits(group) > 0] += weight
    return weights
