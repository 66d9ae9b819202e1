"""Tokens, sentences, blocks and quotations, against splits worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credscore.lexicon import Lexicon, Vocabulary
from credscore.tokenization import ALL_CAPS, CLITIC, MIXED_SCRIPT, NUMBER, PUNCT, WORD, Tokenization
from credscore.tokenization.blocks import BLOCK_KINDS
from credscore.tokenization.sentences import ABBREVIATIONS

VOCABULARY = Vocabulary([ABBREVIATIONS, Lexicon("t", {"words": ("said", "one of the")})])


def tokenized(*texts: str) -> Tokenization:
    return Tokenization(texts, VOCABULARY)


def tokens_of(text: str) -> list[str]:
    tok = tokenized(text)
    _, start, end = tok.char_span(np.arange(len(tok)), np.arange(1, len(tok) + 1))
    return [text[a:b] for a, b in zip(start, end, strict=True)]


def sentences_of(text: str) -> list[str]:
    tok = tokenized(text)
    return [text[a:b] for _, a, b in tok.spans(tok.sentence_first, 0)]


def blocks_of(text: str) -> list[tuple[str, str]]:
    tok = tokenized(text)
    rows = tok.spans(tok.block_first, 0)
    return [(BLOCK_KINDS[tok.block_kind[row]], text[a:b]) for row, a, b in rows]


def quotes_of(text: str) -> list[str]:
    tok = tokenized(text)
    _, start, end = tok.char_span(tok.quotes.first, tok.quotes.last)
    return [text[a:b] for a, b in zip(start, end, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop.", ["Don't", "stop", "."]),
        ("the mayor's plan", ["the", "mayor", "'s", "plan"]),
        ("the mayor’s plan", ["the", "mayor", "’s", "plan"]),
        ("U.S. output fell 3.2 percent", ["U.S", ".", "output", "fell", "3.2", "percent"]),
        ("€1,000 at 10 a.m. today", ["€", "1,000", "at", "10", "a.m", ".", "today"]),
        ("wait... what?!", ["wait", "...", "what", "?", "!"]),
        ("see example.org/a", ["see", "example.org", "/", "a"]),
        ("non\u2011members", ["non", "\u2011", "members"]),
        ("48\u202fhours", ["48", "hours"]),
        ("It ended.The rest", ["It", "ended", ".", "The", "rest"]),
        ('""', ['"', '"']),
        ("\U0001f600 ok \U0001f600", ["\U0001f600", "ok", "\U0001f600"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens_of(text) == expected


def test_kinds_and_flags() -> None:
    tok = tokenized("NATO's 12th Summit, s\u0430id Ann.")
    assert tok.kinds.tolist() == [WORD, WORD, NUMBER, WORD, PUNCT, WORD, WORD, PUNCT]
    assert tok.flags[1] & CLITIC
    assert [bool(flag & MIXED_SCRIPT) for flag in tok.flags] == [False] * 5 + [True, False, False]
    assert tok.is_word.sum() == 5


@pytest.mark.parametrize(
    "spelling",
    ["said", "SAID", "sa\u00adid", "s\u200baid", "s\u0430id", "\uff53aid", "\U0001d42caid"],
)
def test_disguises_fold_to_one_word(spelling: str) -> None:
    plain, disguised = tokenized("said").hashes, tokenized(spelling).hashes
    assert plain.tolist() == disguised.tolist()


def test_accents_fold_in_both_normal_forms() -> None:
    hashes = tokenized("caf\u00e9 cafe\u0301 cafe").hashes
    assert len(set(hashes.tolist())) == 1


@pytest.mark.parametrize(
    "sentences",
    [
        ["U.S. President Ann Lee met Sen. Smith.", "They talked."],
        ["He lives in the U.S.", "The rest is known."],
        ["Dr. J. R. Brown of Acme Inc. spoke at 9 a.m. Monday.", "Nobody came."],
        ["See No. 5 on the list.", "It is long."],
        ['"It is done," she said.', '"Go home."', "They went."],
        ['He said, "Stop."', "Then he left."],
        ["Did it work?", "Yes!", "It did…", "Well."],
        ["So do I.", "Nobody else does."],
        ["Output rose 3.2 percent.", "Prices fell by 1.5 percent."],
        ["(He said no.)", "She said yes."],
        ["He was paid approx. 50 euros.", "That was on Jan. 5."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    assert sentences_of(" ".join(sentences)) == sentences


def test_list_numbers_belong_to_their_item() -> None:
    assert sentences_of("1. First things first.\n2. Then the rest.") == [
        "1. First things first.",
        "2. Then the rest.",
    ]


def test_block_kinds() -> None:
    text = (
        "News\n\n"
        "Council votes to repair the old harbour wall\n\n"
        "By Ann Lee\n\n"
        "The wall in the harbour (Photo by Bo Ek/Getty Images)\n\n"
        "The council voted on Monday to repair the wall, which was damaged in May.\n\n"
        "What happens next\n\n"
        "• Work starts in spring and takes two years to complete.\n"
        "2. The budget is voted on again in the autumn of next year.\n\n"
        "Read more\n"
    )
    assert [kind for kind, _ in blocks_of(text)] == [
        "short_line", "title", "short_line", "caption", "paragraph", "heading",
        "list_item", "list_item", "short_line",
    ]  # fmt: skip


def test_hard_wrapped_lines_are_one_block() -> None:
    line = "the committee that was asked to look into the matter of walls and"
    text = "\n".join(["The report says that " + line[:45], *[line] * 5, "ends here."])
    wrapped = f"{text}\n\nA second paragraph stands on a line of its own."
    assert len(blocks_of(wrapped)) == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_do_not_matter(ending: str) -> None:
    lines = ["A headline of some words here", "", "The first line.", "", "The second one."]
    kinds = [kind for kind, _ in blocks_of(ending.join(lines))]
    assert kinds == ["title", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('She said "yes" and "no".', ["yes", "no"]),
        ("She said “yes” and left.", ["yes"]),
        ("‘Never,’ said the workers’ leader.", ["Never,"]),
        ("'Never,' said the workers' leader.", ["Never,"]),
        ("It was the '90s. 'Go,' he said.", ["Go,"]),
        ("“He told me ‘go away’ twice,” she said.", ["He told me ‘go away’ twice,"]),
        ('"One.\n\n"Two," he said.', ["One.", "Two,"]),
        ('"It never closed. He left.\n\nAnother line.', ["It never closed. He left."]),
        ('He said "it never closed. He left.', ["it never closed."]),
        ('A 6\' 2" man said "hello" twice.', ["hello"]),
        ("no marks", []),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    assert quotes_of(text) == expected


def test_phrases_prefer_the_longest_and_stay_in_their_block() -> None:
    lexicon = Lexicon("t", {"a": ("as well", "well"), "b": ("as well as",)})
    words = Vocabulary([ABBREVIATIONS, lexicon])
    found = Tokenization(["He did well, as well as she. As\n\nwell."], words).matches(lexicon)
    assert [(s, e) for s, e in zip(found.start, found.end, strict=True)] == [
        (2, 3),
        (4, 7),
        (10, 11),
    ]
    assert found.groups.tolist() == [1, 2, 1]


@given(st.lists(st.text(max_size=120), min_size=1, max_size=5))
def test_any_batch_equals_its_articles_alone(texts: list[str]) -> None:
    whole = tokenized(*texts)
    for doc, text in enumerate(texts):
        alone = tokenized(text)
        rows = slice(whole.doc_first[doc], whole.doc_first[doc + 1])
        assert whole.hashes[rows].tolist() == alone.hashes.tolist()
        assert whole.quoted[rows].tolist() == alone.quoted.tolist()
        shift = whole.doc_offset[doc] - alone.doc_offset[0]
        assert (whole.starts[rows] - shift).tolist() == alone.starts.tolist()
        for first in ("block_first", "sentence_first"):
            spans = [s[1:] for s in whole.spans(getattr(whole, first), doc)]
            assert spans == [s[1:] for s in alone.spans(getattr(alone, first), 0)]
            assert all(0 <= a < b <= len(text) for a, b in spans)


@given(st.text(alphabet='a “”".\n', max_size=200))
def test_double_quotations_never_overlap(text: str) -> None:
    """Else a text of opening marks alone would take square time and memory."""
    quotes = tokenized(text).quotes
    assert (quotes.last[:-1] <= quotes.first[1:]).all()


@given(st.text(alphabet="ab \"'“”‘’.,!\n", max_size=200))
def test_quotations_lie_in_the_text(text: str) -> None:
    tok = tokenized(text)
    assert (tok.quotes.first < tok.quotes.last).all()
    assert (tok.quotes.last <= len(tok)).all()


def test_capitals_at_both_ends_are_no_shout() -> None:
    text = "We tried ChatGPT and LaTeX, NOT once but TWICE in O'BRIEN."
    tokens = tokenized(text)
    at = (tokens.flags & ALL_CAPS).nonzero()[0]
    _, starts, ends = tokens.char_span(at, at + 1)
    found = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    assert found == ["NOT", "TWICE", "O'BRIEN"]
