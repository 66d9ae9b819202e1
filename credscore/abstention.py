"""When not to judge: too short, not English, not prose, not text.

An abstention is a result, not a failure: the report says why, and its scores are None.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from credscore.lexicon import Lexicon
from credscore.tokenization import NUMBER, PUNCT, WORD, Tokenization
from credscore.tokenization import characters as ch

__all__ = ["FUNCTION_WORDS", "MIN_WORDS", "abstention_reasons"]

FUNCTION_WORDS = Lexicon.read(Path(__file__).with_name("abstention.toml"), "abstention")

MIN_WORDS = 50  # below this one hedge moves its rate by 2 per 100 words
# 999 of 1,000 rated English articles hold 12 % or more of these words; below 8 % stand app listings
# and tag lists. Other languages are caught by their own function words.
MIN_ENGLISH_SHARE = 0.08
MIN_SENTENCE_SHARE = 0.35  # of words in sentences that end in a mark or run to 8 words
LONG_SENTENCE = 8
MAX_NUMBER_SHARE = 0.4  # sports tables and price lists
MAX_JUNK_SHARE = 0.15  # characters that are neither letters, digits, marks nor spaces
MAX_WORD_LENGTH = 14.0  # mean; English prose has 4 to 6
REPETITION_WORDS = 1000  # texts longer than this are checked for endless repetition
MIN_DISTINCT_SHARE = 0.03  # a novel of 200,000 words has more

IntArray = npt.NDArray[np.int64]


def _share(part: IntArray, whole: IntArray) -> npt.NDArray[np.float64]:
    return part / np.maximum(whole, 1)


def _words_in_sentences(tokens: Tokenization, body: npt.NDArray[np.bool_]) -> IntArray:
    """Words of each article that stand in sentences rather than in links, headings and cells."""
    words = tokens.is_word & body
    if not len(tokens):
        return np.zeros(tokens.n_docs, dtype=np.int64)
    length = tokens.per_sentence(words)
    last = np.concatenate([tokens.sentence_first[1:], [len(tokens)]]) - 1
    before = np.maximum(last - 1, 0)
    closing = (tokens.classes[last] == ch.QUOTE) | (tokens.classes[last] == ch.CLOSE)
    final = np.where(closing, tokens.classes[before], tokens.classes[last])
    prose = ((final == ch.DOT) | (final == ch.TERMINAL)) & (length >= 3)
    prose |= length >= LONG_SENTENCE
    return tokens.per_doc(words & prose.take(tokens.sentence_of))


def _is_repetitive(tokens: Tokenization, doc: int) -> bool:
    low, high = tokens.doc_first[doc], tokens.doc_first[doc + 1]
    distinct = len(np.unique(tokens.hashes[low:high]))
    return bool(distinct < MIN_DISTINCT_SHARE * (high - low) and distinct < REPETITION_WORDS)


def _junk(tokens: Tokenization) -> tuple[IntArray, IntArray]:
    """Characters of symbols and of ideographs for each article; all visible characters."""
    length = tokens.lengths
    odd = (tokens.classes == ch.SYMBOL) | (tokens.classes == ch.LETTER)
    return tokens.per_doc(length * odd), tokens.per_doc(length)


def abstention_reasons(tokens: Tokenization, body: npt.NDArray[np.bool_]) -> tuple[str | None, ...]:
    """For each article why it cannot be judged, or None where it can.

    Args:
        body: True for tokens of the article itself. Shape (n_tokens,).
    """
    words = tokens.per_doc(tokens.is_word & body)
    all_words = tokens.per_doc(tokens.is_word)
    mask = tokens.vocabulary.word_mask(FUNCTION_WORDS).take(tokens.ids)
    english = tokens.per_doc(mask & FUNCTION_WORDS.bits("english") > 0)
    other = tokens.per_doc(mask & FUNCTION_WORDS.bits("other") > 0)
    prose = _words_in_sentences(tokens, body)
    numbers = tokens.per_doc((tokens.kinds == NUMBER) & body)
    junk, visible = _junk(tokens)
    letters = tokens.per_doc(tokens.lengths * (tokens.kinds == WORD))
    n_words = tokens.per_doc(tokens.kinds == WORD)
    marks = tokens.per_doc(tokens.kinds == PUNCT)
    checks = (
        (visible == 0, "there is no text"),
        (_share(junk, visible) > MAX_JUNK_SHARE, "most of it is not readable English text"),
        (
            (_share(letters, n_words) > MAX_WORD_LENGTH) & (n_words > 5),
            "its 'words' are too long for text; is it encoded data?",
        ),
        (marks > 2 * all_words + 20, "it is mostly punctuation, not prose"),
        (all_words < MIN_WORDS, ""),
        ((_share(other, all_words) > _share(english, all_words)), "it is not in English"),
        (_share(english, all_words) < MIN_ENGLISH_SHARE, "it is not English prose"),
        (_share(numbers, words) > MAX_NUMBER_SHARE, "it is mostly numbers, not prose"),
        (words < MIN_WORDS, ""),
        (
            _share(prose, words) < MIN_SENTENCE_SHARE,
            "it reads as a list of links or headings, not as prose",
        ),
    )
    reasons: list[str | None] = [None] * tokens.n_docs
    failed = np.stack([check for check, _ in checks])
    for doc in np.flatnonzero(failed.any(axis=0)).tolist():
        reason = checks[int(failed[:, doc].argmax())][1]
        reasons[doc] = reason or _too_short(int(words[doc]), int(all_words[doc]))
    for doc in np.flatnonzero(all_words > REPETITION_WORDS).tolist():
        if reasons[doc] is None and _is_repetitive(tokens, doc):
            reasons[doc] = "it repeats the same few words over and over"
    return tuple(reasons)


def _too_short(words: int, all_words: int) -> str:
    count = f"{words} word" if words == 1 else f"{words} words"
    aside = " after navigation and other furniture" if all_words > words else ""
    return f"it has {count}{aside}; at least {MIN_WORDS} are needed"
