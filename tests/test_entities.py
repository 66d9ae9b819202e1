"""A lent spaCy pipeline types sources and specifics, and changes nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest
import spacy
from seed_findings import NAMES, read_article

import credscore
from credscore.errors import InputError

TEXT = (
    "The bridge will stay shut until May, said Maren Holt, who runs the harbour board. "
    "“We found 14 cracks in the north pier,” she told reporters on Tuesday. "
    "Repairs will cost €3.2 million, according to Nordhal Roads. "
    "Experts say the traffic will suffer."
)
PATTERNS = [
    {"label": "PERSON", "pattern": "Maren Holt"},
    {"label": "ORG", "pattern": "Nordhal Roads"},
    {"label": "MONEY", "pattern": "€3.2 million"},
    {"label": "CARDINAL", "pattern": "14"},
]


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    """Blank, with a list of entities in place of a trained model."""
    made = spacy.blank("en")
    made.add_pipe("entity_ruler").add_patterns(PATTERNS)
    return made


def test_sources_and_specifics_get_types(nlp: spacy.Language) -> None:
    found = credscore.annotate(TEXT, nlp=nlp)
    sources = {
        TEXT[a.source.start : a.source.end]: a.entity for a in found.attributions if a.source
    }
    assert sources["Nordhal Roads"] == "ORG"
    assert next(e for words, e in sources.items() if "Maren Holt" in words) == "PERSON"
    assert sources["Experts"] is None
    specifics = {TEXT[s.start : s.end]: s.entity for s in found.specifics}
    assert next(e for words, e in specifics.items() if "3.2" in words) == "MONEY"


def test_a_pronoun_has_the_type_of_whom_it_stands_for(nlp: spacy.Language) -> None:
    found = credscore.annotate(TEXT, nlp=nlp).attributions
    she = next(a for a in found if a.source and TEXT[a.source.start : a.source.end] == "she")
    assert (she.resolved, she.entity) == ("Maren Holt", "PERSON")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_changes(name: str, nlp: spacy.Language) -> None:
    text = read_article(name)
    plain, typed = credscore.annotate(text), credscore.annotate(text, nlp=nlp)
    assert typed.fields == plain.fields
    assert typed.text == plain.text
    for field in plain.fields:
        assert getattr(typed, field) == getattr(plain, field)


def test_a_score_is_the_same_before_and_after(nlp: spacy.Language) -> None:
    text = read_article(NAMES[0])
    before = credscore.score(text).to_dict()
    _ = credscore.annotate(text, nlp=nlp).attributions
    assert credscore.score(text).to_dict() == before
    assert credscore.score(nlp(text)).to_dict() == before


def test_the_pipeline_reads_once_and_only_when_looked_at(nlp: spacy.Language) -> None:
    read: list[str] = []

    def counted(text: str) -> object:
        read.append(text)
        return nlp(text)

    found = credscore.annotate(TEXT, nlp=counted)
    assert found.hedges is not None
    assert read == []
    assert found.attributions
    assert found.specifics
    assert read == [TEXT]


def test_long_texts_and_odd_pipelines() -> None:
    small = spacy.blank("en")
    small.add_pipe("entity_ruler").add_patterns(PATTERNS)
    small.max_length = len(TEXT) + 10
    typed = credscore.annotate(TEXT + "\n\n" + TEXT, nlp=small)
    assert typed.attributions == credscore.annotate(TEXT + "\n\n" + TEXT).attributions
    assert all(
        a.entity is None for a in credscore.annotate(TEXT, nlp=spacy.blank("en")).attributions
    )
    with pytest.raises(InputError, match="a str without entities"):
        _ = credscore.annotate(TEXT, nlp=str.upper).attributions


def test_spacy_is_not_loaded_for_it() -> None:
    code = (
        "import sys, credscore; credscore.annotate('It rained, said Maren Holt.');"
        "import credscore.entities; print('spacy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
