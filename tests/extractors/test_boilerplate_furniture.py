"""Furniture among sentences goes out of the body; reporters' sentences like it stay."""

from __future__ import annotations

from itertools import pairwise

import pytest

from credscore.document import Document
from credscore.extractors.boilerplate import EXTRACTOR
from credscore.registry import Batch, make_batch

BEFORE = "The harbour board closed the fish hall on Tuesday after a beam gave way."
AFTER = "Nobody was hurt, and the hall will open again in May, a clerk said."
PARAGRAPHS = f"{BEFORE}\n\nThe beam was fitted in 1971.\n\n{{}}\n\n{AFTER}\n\nRepairs began."
FLAT = f"{BEFORE} The beam was fitted in 1971. {{}} {AFTER} Repairs began at once."

SENTENCES = (
    "Please verify that you're not a robot.",
    "Invalid email address.",
    "Please re-enter.",
    "An error has occurred.",
    "Please try again later.",
    "Thank you for subscribing.",
    "You must select a newsletter first.",
    "You will receive emails with news and offers from the Kessmark Ledger.",
    "You may opt out at any time.",
    "You agree to receive occasional updates.",
    "View all Ledger newsletters.",
    "If nothing arrives within an hour, check your spam folder.",
    "Please enter a valid email address.",
    "Your browser does not support frames.",
    "No compatible source was found for this clip.",
    "Please enable JavaScript to see the map.",
    "Sign up for the Ledger's morning newsletter.",
    "Subscribe to the harbour podcast on YouTube.",
    "Follow Helen Tamsworth on Twitter.",
    "Follow him on Instagram.",
    "For more information about the hall, visit www.example.org.",
    "To learn more, please visit https://www.example.org/hall.",
    "Please see the full terms of use and disclaimers on the Ledger website.",
    "Do you have a story for us?",
    "Email us at desk@example.org, or call us at 555 0100 at any hour.",
    "Share this story with your friends!",
    "Thanks for reading!",
    "Download the Ledger app for news from the quay.",
    "(RELATED: Fish Hall Sold Twice in a Year)",
)
LINES = (
    "Advertisement",
    "ADVERTISEMENT",
    "Loading...",
    "Advertisement Continue reading the main story",
    "Story continues below",
    "[Continue reading the main story](#after-ad-9)",
    "[Continue Reading at the Ledger](https://example.org/a?b=1)",
    "Read More>>",
    "– READ MORE",
    "RELATED: Fish Hall Sold Twice in a Year",
    "READ MORE: Why did the beam give way?",
    "TRENDING: Gull Steals Mayor's Lunch, Returns for His Hat",
    "WATCH: Gull Steals Mayor's Lunch",
    "MORE: Ten quays to see before the tide",
    "See also: Which halls are next?",
    "[**>>>READ MORE: Fish Hall Sold Twice**](https://example.org/hall?x=2)",
    "( PHOTOS: The hall in 1971)",
    "1.2k SHARES Share Tweet Pin",
    "Click to share on Facebook (Opens in new window)",
    "Click to email this to a friend (Opens in new window)",
    "Read or Share this story: https://example.org/a-1971",
    "We love gossip! Do you have a story for us? Email us at desk@example.org today.",
    "Sign Up You will receive emails from the Ledger. Thank you for subscribing.",
)
SET_IN = (  # among sentences, without a mark
    "Advertisement Continue reading the main story",
    "Story continues below advertisement",
    "Click to share on Facebook (Opens in new window) Click to print (Opens in new window)",
    "Share Tweet Email",
    "SHARES Facebook Twitter",
)
REPORTED = (
    "Share prices opened lower on Monday.",
    "Shares of the cannery rose, and Facebook and Twitter fell.",
    "The email address was invalid, police said.",
    "An invalid email address was given on the form.",
    "An error has occurred in the count, the clerk told reporters.",
    "An error has occurred only twice since 1971.",
    "He was asked to try again later.",
    "Advertisement revenue fell by a tenth.",
    "The advertisement showed a trawler.",
    "Advertising rules changed in 2019.",
    "Loading the trawlers took two days.",
    "Print sales fell, while email and Facebook brought new readers.",
    "The window opens in new buildings only.",
    "Readers may opt out of the survey at any time.",
    "She signed up for the course and subscribed to its newsletter.",
    "The robot is not a toy, the maker said.",
    "Follow-up tests on Facebook users found no change.",
    "Follow the money, the auditor wrote on Facebook.",
    "For more than a decade the website was run from here.",
    "More than half of the boats were sold.",
    "The mayor shared the story on Facebook and Twitter.",
    "Related costs reached 4 million.",
    "Related work by the same team was published in 2019.",
    "Trending upward since May, prices reached 40 crowns.",
    "Watch officers saw the ship at noon.",
    "Watch: that was the captain's only order.",
    "Read in full, the report is milder.",
    "Video of the collapse was shown to the jury.",
    "The video shows a man who clicks to share a photo.",
    "Photos from the scene were posted on Instagram by a guard.",
    "The robot check asks users to click the box, she said.",
    "Comments by the minister drew laughter.",
    "Email and Twitter accounts were closed.",
    "Save the Bay, Facebook and Google signed the letter.",
    "She has the newsletter sent to her inbox.",
    "A newsletter from the union reached members in May.",
    "Loading and unloading resumed at noon.",
    "Members agree to receive occasional visits, the rules said.",
    "Police told callers to check your spam folder, as one put it, and to wait.",
    "Subscribe buttons were removed in 2020.",
    "Tweet by tweet, the case fell apart.",
    "Sign language was used throughout.",
    "Success came late to the yard.",
    "Next: the council must vote on the plan, which will cost 4 million crowns.",
    "Share, the charity, bought the old hall.",
    "Pin, print and save were the three steps of the old process.",
    "Continue reading to children even when they can read, teachers advise.",
    "The story continues in the courts.",
    "See what the board wrote in 1971.",
)


def run(text: str) -> Batch:
    batch = make_batch([Document(text)])
    batch.done[EXTRACTOR.name] = EXTRACTOR.extract(batch)
    return batch


def outside(text: str) -> str:
    """What is no part of the body, from its first token to its last."""
    batch = run(text)
    tokens, body = batch.tokens, batch.body
    if body.all():
        return ""
    return text[tokens.starts[~body].min() - 1 : tokens.ends[~body].max() - 1]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_of_forms_and_requests_go(sentence: str) -> None:
    assert outside(PARAGRAPHS.format(sentence)) == sentence
    assert outside(FLAT.format(sentence)) == sentence


@pytest.mark.parametrize("line", LINES)
def test_lines_of_furniture_go(line: str) -> None:
    assert outside(PARAGRAPHS.format(line)) == line


@pytest.mark.parametrize("words", SET_IN)
def test_words_set_among_sentences_go_alone(words: str) -> None:
    assert outside(FLAT.format(words)) == words


@pytest.mark.parametrize("sentence", REPORTED)
def test_reporters_sentences_stay(sentence: str) -> None:
    for shape in (PARAGRAPHS, FLAT):
        text = shape.format(sentence)
        assert outside(text) == ""
        assert not EXTRACTOR.annotate(run(text), "boilerplate", 0)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_quoted_furniture_stays(sentence: str) -> None:
    assert outside(FLAT.format(f'The screen said: "{sentence}"')) == ""


def test_a_whole_form_goes_and_its_neighbours_stay() -> None:
    form = " ".join(SENTENCES[:11])
    assert outside(FLAT.format(form)) == form
    assert outside(PARAGRAPHS.format(form)) == form


def test_a_line_that_is_mostly_furniture_is_one_passage() -> None:
    text = PARAGRAPHS.format("We love gossip! Do you have a story? Email us at desk@example.org.")
    found = EXTRACTOR.annotate(run(text), "boilerplate", 0)
    assert [item.kind for item in found] == ["engagement"]


@pytest.mark.parametrize("text", ["Please try again later.", "Advertisement", "RELATED: The Hall"])
def test_nothing_but_furniture_stays(text: str) -> None:
    assert outside(text) == ""


def test_a_claim_among_offers_stays_countable() -> None:
    claim = "The cream holds 40 minerals of the sea."
    text = PARAGRAPHS.format(f"Contact us at the quay. {claim} Call us at 555 0100 for yours.")
    assert run(text).body[run(text).tokens.starts == text.index(claim) + 1].all()


def test_a_share_count_in_prose_stays() -> None:
    text = FLAT.format("The post had 40 shares, Facebook and Twitter showed.")
    assert outside(text) == ""


def test_results_do_not_depend_on_the_batch() -> None:
    texts = [PARAGRAPHS.format(line) for line in (*LINES, *SENTENCES)]
    together = make_batch([Document(text) for text in texts])
    together.done[EXTRACTOR.name] = EXTRACTOR.extract(together)
    for doc, text in enumerate(texts):
        alone = EXTRACTOR.annotate(run(text), "boilerplate", 0)
        assert EXTRACTOR.annotate(together, "boilerplate", doc) == alone


def test_passages_are_disjoint() -> None:
    text = FLAT.format(" ".join((*SENTENCES, *SET_IN, *LINES)))
    found = EXTRACTOR.annotate(run(text), "boilerplate", 0)
    for one, other in pairwise(found):
        assert one.end <= other.start


def test_forms_change_no_scored_feature() -> None:
    clean = run(PARAGRAPHS.format("The hall stands on the quay."))
    form = run(PARAGRAPHS.format("The hall stands on the quay.\n\nThank you for subscribing."))
    for feature in EXTRACTOR.features:
        if feature.scored:
            one, other = (b.done["boilerplate"].values[feature.name][0] for b in (clean, form))
            assert one == other, feature.name
