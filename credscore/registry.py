"""Finds the extractors: every folder below ``extractors`` is one, without registration."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from credscore import extractors as extractor_package
from credscore.abstention import FUNCTION_WORDS
from credscore.document import MAX_CHARACTERS, Document
from credscore.errors import ExtractorError
from credscore.features import UNITS, Extraction, Feature
from credscore.forks import loading
from credscore.lexicon import Lexicon, Vocabulary
from credscore.tokenization import Tokenization
from credscore.tokenization.sentences import ABBREVIATIONS

MAX_TITLE = 1000  # characters; what is longer is no title

__all__ = [
    "Batch",
    "Extractor",
    "annotate_batch",
    "discover",
    "features_by_name",
    "list_features",
    "make_batch",
    "vocabulary",
]


@dataclass(slots=True)
class Batch:
    """Some articles on their way through the extractors.

    ``done`` fills up in order: an extractor reads only the entries that its ``after`` names.
    """

    documents: Sequence[Document]
    tokens: Tokenization
    titles: Tokenization
    done: dict[str, Extraction] = field(default_factory=dict)
    _tables: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def cached(self, key: Hashable, build: Callable[[Batch], Any]) -> Any:
        """What is derived from the finished batch, made once for each ``key``."""
        if key not in self._tables:
            self._tables[key] = build(self)
        return self._tables[key]

    @property
    def own_words(self) -> npt.NDArray[np.bool_]:
        """True for the article's own words: no marks, no boilerplate. Shape (n_tokens,)."""
        mask: npt.NDArray[np.bool_] = self._with_boilerplate(
            "own words", lambda _: self.tokens.is_word & self.body
        )
        return mask

    @property
    def n_own_words(self) -> npt.NDArray[np.int64]:
        """Number of the article's own words. Shape (n_docs,)."""
        counts: npt.NDArray[np.int64] = self._with_boilerplate(
            "own words of articles", lambda _: self.tokens.per_doc(self.own_words)
        )
        return counts

    def _with_boilerplate(self, key: str, build: Callable[[Batch], Any]) -> Any:
        """What changes once the boilerplate is known is not kept before."""
        return self.cached(key, build) if "boilerplate" in self.done else build(self)

    @property
    def body(self) -> npt.NDArray[np.bool_]:
        """True for tokens of the article itself, False for boilerplate lines. Shape (n_tokens,)."""
        extraction = self.done.get("boilerplate")
        if extraction is None:
            return np.ones(len(self.tokens), dtype=np.bool_)
        mask: npt.NDArray[np.bool_] = extraction.tokens["body"].astype(np.bool_, copy=False)
        return mask


class Extractor(Protocol):
    """What an extractor folder's ``EXTRACTOR`` must offer. It is pure: no files after import, no
    network, clock, randomness or globals.

    Attributes:
        name: the folder's name.
        version: raised whenever a feature's meaning changes.
        after: extractors whose results this one reads.
        features: what it measures.
        lexicons: its word lists; a trained extractor adds its model's words as one more lexicon.
        annotations: the fields of ``Annotations`` that ``annotate`` can build.
    """

    name: str
    version: int
    after: tuple[str, ...]
    features: tuple[Feature, ...]
    lexicons: tuple[Lexicon, ...]
    annotations: tuple[str, ...]

    def extract(self, batch: Batch) -> Extraction:
        """Measure every article of the batch."""
        ...

    def annotate(self, batch: Batch, field: str, doc: int) -> tuple[Any, ...]:
        """Build one article's items for one annotation field from this extractor's findings."""
        ...


def _check(extractor: Extractor, folder: str) -> None:
    where = f"credscore/extractors/{folder}"
    if extractor.name != folder:
        raise ExtractorError(f"{where}: EXTRACTOR.name is {extractor.name!r}; name it {folder!r}")
    for feature in extractor.features:
        prefix, _, quantity = feature.name.partition(".")
        if prefix != folder or not quantity:
            raise ExtractorError(f"{where}: feature {feature.name!r} must begin with '{folder}.'")
        if feature.unit not in UNITS:
            raise ExtractorError(
                f"{where}: {feature.name} has unit {feature.unit!r}, not of {UNITS}"
            )
        if not feature.low < feature.high:
            raise ExtractorError(f"{where}: {feature.name} has an empty range")


def _ordered(found: Mapping[str, Extractor]) -> tuple[Extractor, ...]:
    """Depth-first topological order by ``after``, alphabetical where free."""
    order: list[Extractor] = []
    state: dict[str, int] = {}

    def visit(name: str, needed_by: str) -> None:
        if name not in found:
            raise ExtractorError(
                f"extractor {needed_by!r} comes after {name!r}, which is not there"
            )
        if state.get(name) == 1:
            raise ExtractorError(f"extractors {name!r} and {needed_by!r} wait for each other")
        if state.get(name) == 2:
            return
        state[name] = 1
        for earlier in found[name].after:
            visit(earlier, name)
        state[name] = 2
        order.append(found[name])

    for name in sorted(found):
        visit(name, name)
    return tuple(order)


@cache
def discover() -> tuple[Extractor, ...]:
    """All extractors in the order in which they run.

    Raises:
        ExtractorError: a folder has no ``EXTRACTOR``, or its declarations contradict each other.
    """
    with loading:
        return _ordered(_found())


def _found() -> dict[str, Extractor]:
    found: dict[str, Extractor] = {}
    for module in pkgutil.iter_modules(extractor_package.__path__):
        if not module.ispkg:
            continue
        package = importlib.import_module(f"{extractor_package.__name__}.{module.name}")
        extractor = getattr(package, "EXTRACTOR", None)
        if extractor is None:
            raise ExtractorError(
                f"credscore/extractors/{module.name} defines no EXTRACTOR; every folder there must"
            )
        _check(extractor, module.name)
        found[module.name] = extractor
    return found


@cache
def features_by_name() -> Mapping[str, Feature]:
    """Everything that is measured, by name, sorted."""
    features = (feature for extractor in discover() for feature in extractor.features)
    return {feature.name: feature for feature in sorted(features, key=lambda f: f.name)}


def list_features() -> tuple[Feature, ...]:
    """Everything that is measured, sorted by name."""
    return tuple(features_by_name().values())


@cache
def vocabulary() -> Vocabulary:
    """The words and phrases of all extractors, compiled once."""
    lexicons = [lexicon for extractor in discover() for lexicon in extractor.lexicons]
    return Vocabulary([ABBREVIATIONS, FUNCTION_WORDS, *lexicons])


def make_batch(documents: Sequence[Document]) -> Batch:
    """Tokenize some articles and their titles."""
    words = vocabulary()
    return Batch(
        documents=documents,
        tokens=Tokenization([document.text[:MAX_CHARACTERS] for document in documents], words),
        titles=_titles([(document.title or "")[:MAX_TITLE] for document in documents]),
    )


def _titles(titles: Sequence[str]) -> Tokenization:
    return Tokenization(titles, vocabulary()) if any(titles) else _untitled(len(titles))


@lru_cache(maxsize=256)
def _untitled(n_docs: int) -> Tokenization:
    """Most texts come without a title of their own; nothing needs reading then."""
    return Tokenization([""] * n_docs, vocabulary())


def annotate_batch(documents: Sequence[Document]) -> Batch:
    """Run all extractors over some articles; their results are in ``batch.done``."""
    batch = make_batch(documents)
    for extractor in discover():
        batch.done[extractor.name] = extractor.extract(batch)
    return batch
