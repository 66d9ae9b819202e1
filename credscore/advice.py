"""What a writer could do about a reason that lowers a score, in the imperative.

Only for features whose direction the models declare, so that a negative contribution says on which
side the article is. The others have no advice: what was found stands for itself.
"""

from __future__ import annotations

__all__ = ["advice_for"]

_ANY_WORDING = "Word it as a plain report would"
_WORDING = {
    "wording.building": "Build sentences as a plain report does",
    "wording.common": "Choose the words of a plain report",
    "wording.doubt": "Say how sure things are as a plain report does",
    "wording.emphasis": "Leave emphasis and judgement to those quoted",
    "wording.headline": "Word the headline as a plain report’s",
    "wording.joining": "Join thoughts as a plain report does",
    "wording.numbers": "Give numbers as a plain report does",
    "wording.people": "Speak of people as a plain report does",
    "wording.reader": "Leave the reader out of it",
    "wording.saying": "Say who said what as a plain report does",
    "wording.self": "Leave “I” and “we” to those quoted",
    "wording.time": "Say when things happened as a plain report does",
}
_ADVICE = {
    "attribution.anonymous_share": "Name the sources, or say why they cannot be named",
    "attribution.direct_quote_share": "Quote people word for word",
    "attribution.longest_unattributed_share": "Give the long stretch without a source one",
    "attribution.named_sources_per_100_words": "Name more of the sources",
    "attribution.sentence_share": "Say in more sentences who says so",
    "attribution.sources_per_100_words": "Draw on more sources",
    "attribution.weak_per_100_words": "Name who stands behind sources that nobody could look up",
    "boilerplate.engagement_per_100_words": "Drop hooks and calls to comment, share or follow",
    "boilerplate.promotion_per_100_words": "Drop what sells",
    "boilerplate.template_per_100_words": "Drop headings and phrases that come from a template",
    "byline.generic_author": "Sign with a person’s name, not with a role",
    "byline.named_author": "Name the author",
    "hedging.boosters_per_100_words": "Insist less on certainty",
    "hedging.weasels_per_100_words": "Say who the nameless crowd is, or leave it out",
    "specifics.checkable_sentence_share": "State more that a reader could check",
    "specifics.traced_share": "Say where the figures and findings come from",
    "specifics.untraced_per_100_words": "Name and link the source of what rests on none",
    "specifics.vague_quantity_per_100_words": "Give figures instead of vague amounts",
    "specifics.vague_time_per_100_words": "Give dates instead of vague times",
    "structure.disguised_per_100_words": "Use plain letters, without look-alikes or hidden ones",
    "structure.ellipses_per_100_words": "Write sentences out instead of trailing off",
    "structure.exclamations_per_100_words": "Drop the exclamation marks",
    "structure.first_person_per_100_words": "Keep the writer out of it",
    "structure.headings_per_100_words": "Use fewer headings",
    "structure.list_items_per_100_words": "Write running text instead of lists",
    "structure.number_share": "Give figures",
    "structure.questions_per_100_words": "Answer questions instead of asking them",
    "structure.second_person_per_100_words": "Do not address the reader",
    "structure.shouted_per_100_words": "Write words that stand in capitals like any others",
    "structure.title_capitalised_share": "Capitalise the headline as you would a sentence",
    "structure.title_exclamation_present": "Drop the headline’s exclamation mark",
    "structure.title_question_present": "Let the headline state instead of ask",
    "structure.title_shouted_share": "Write the headline’s words in capitals like any others",
    "structure.title_teaser_index": "Let the headline say what happened instead of teasing",
    "subjectivity.subjective_share": "Tell what happened, and leave judging to the reader",
    "wording.colloquial_per_100_words": "Use fewer colloquial words",
    "wording.emotional_per_100_words": "Say what happened, not what to feel",
    "wording.loaded_per_100_words": "Use neutral words instead of judging ones",
    "wording.machine_per_100_words": "Reword phrases typical of machine-made text",
    "wording.plain_reporting_per_100_words": "Use plain words of reporting",
    "wording.promotional_per_100_words": "Drop words that sell",
}


def advice_for(term: str, kind: str = "feature") -> str:
    """What to do where this term lowers a score; empty where that cannot be said.

    >>> advice_for("byline.named_author"), advice_for("readability.sentence_words")
    ('Name the author', '')
    """
    if kind == "wording":
        return _WORDING.get(term, _ANY_WORDING)
    return _ADVICE.get(term, "")
