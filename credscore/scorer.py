"""From documents to reports: one straight walk for a batch of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from credscore.abstention import abstention_reasons
from credscore.annotations import Annotations
from credscore.arguments import choice, function_or_none, whole_number
from credscore.document import MAX_CHARACTERS, Document, as_document, several
from credscore.errors import CredscoreError, InputError, ModelError
from credscore.evidence import Source, sources
from credscore.explain import Explainer, annotations_of
from credscore.extractors.wording import wording as wording_of
from credscore.genre import genre_of
from credscore.judgement import Genre, Score, percent
from credscore.lazy import cached_property
from credscore.model import AdditiveModel, Prediction, Wording, load_model
from credscore.model_files import find_model
from credscore.parallel import in_processes
from credscore.parts import Parts, overall_parts
from credscore.registry import Batch, annotate_batch, discover, features_by_name
from credscore.report import Report
from credscore.wording_sums import SharedMatcher

if TYPE_CHECKING:
    from credscore.entities import Pipeline

__all__ = [
    "Scored",
    "Scorer",
    "ScoringError",
    "annotate",
    "score",
    "score_many",
]

# Articles are scored together up to this many characters: enough for numpy to work on whole
# cache-sized arrays, few enough that memory stays flat.
BATCH_CHARACTERS = 300_000
BATCH_ARTICLES = 64
# Making the shared matcher takes as long as it saves in so many articles that come one by one.
_BEFORE_SHARING = 150

OnError = Literal["raise", "record"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScoringError:
    """Stands where a report would, under ``on_error="record"``: which article failed, and how."""

    index: int
    error: CredscoreError


@cache
def _shipped(target: str) -> AdditiveModel:
    model = load_model(find_model(target))
    model.check_extractors({extractor.name: extractor.version for extractor in discover()})
    return model


@dataclass(frozen=True, slots=True)
class Scored:
    """One article's numbers: feature values and why some are NaN, both scores' parts, genre
    log-odds, and why to abstain.
    """

    values: npt.NDArray[np.float64]
    missing: Mapping[str, str]
    credibility: Parts
    quality: Parts
    genre: tuple[float, ...]
    reason: str | None


class Scorer:
    """Scores articles with given models, by default those that come with credscore.

    Args:
        credibility, quality, genre: models to use instead of the shipped ones.

    Raises:
        ModelError: one of them is something else, such as a path.
    """

    def __init__(
        self,
        *,
        credibility: AdditiveModel | None = None,
        quality: AdditiveModel | None = None,
        genre: AdditiveModel | None = None,
    ) -> None:
        self.credibility = credibility or _shipped("credibility")
        self.quality = quality or _shipped("quality")
        self.genre = genre or _shipped("genre")
        self._models = (self.credibility, self.quality, self.genre)
        for given in self._models:
            if not isinstance(given, AdditiveModel):
                raise ModelError(f"{given!r:.60} is no model; read one with credscore.load_model")
        self._alone = 0  # articles scored on their own

    def score(self, item: object) -> Report:
        """Score one article: a Document, a string, a mapping or a spaCy ``Doc``.

        Raises:
            InputError: it is none of these.
        """
        document = as_document(item)
        batch = annotate_batch([document])
        (source,) = sources([document], batch)
        return self.report(document, self.measure(batch)[0], source)

    def measure(self, batch: Batch) -> list[Scored]:
        """Everything about a batch that is a number; what is cheap to keep and to send."""
        values = feature_matrix(batch)
        credibility, quality, genre = self.predict(values, wording_of(batch))
        reasons = abstention_reasons(batch.tokens, batch.body)
        missing = {k: v for done in batch.done.values() for k, v in done.reasons.items()}
        return [
            Scored(
                values[row].copy(),
                missing,
                _row(credibility, row),
                _row(quality, row),
                tuple(genre.log_odds[row].tolist()),
                reason,
            )
            for row, reason in enumerate(reasons)
        ]

    @cached_property
    def _matcher(self) -> SharedMatcher:
        return SharedMatcher([model.spec.wording for model in self._models])

    def predict(self, values: npt.NDArray[np.float64], wording: Wording) -> list[Prediction]:
        """What each model (credibility, quality, genre) makes of a batch.

        Args:
            values: from ``feature_matrix``.
            wording: from ``credscore.extractors.wording.wording``.
        """
        names = feature_names()
        if len(values) == 1:
            self._alone += 1
            if self._alone < _BEFORE_SHARING:
                return [model.predict(values, names, wording) for model in self._models]
        sums = self._matcher.sums(wording)
        return [
            model.predict(values, names, wording, own)
            for model, own in zip(self._models, sums, strict=True)
        ]

    def report(self, document: Document, scored: Scored, source: Source | None = None) -> Report:
        """Dress one article's numbers as a report.

        Args:
            source: where its evidence is; without one the article is annotated again when somebody
                looks.
        """
        explainer = Explainer(
            document,
            feature_names(),
            scored.values,
            scored.missing,
            (self.credibility, self.quality),
            source,
        )
        parts = {
            "overall": overall_parts(scored.credibility, scored.quality),
            "credibility": scored.credibility,
            "quality": scored.quality,
        }
        scores = {
            name: _abstained_score(name) if scored.reason else _score(name, part, explainer)
            for name, part in parts.items()
        }
        genre = Genre(None, {}) if scored.reason else genre_of(self.genre.outputs, scored.genre)
        return Report(document, scores, genre, scored.reason, _notes(document), explainer)

    def score_many(
        self, items: Iterable[object], *, n_jobs: int = 1, on_error: OnError = "raise"
    ) -> Iterator[Report | ScoringError]:
        """Score many articles lazily, in order, in bounded memory.

        Args:
            items: anything that ``score`` takes.
            n_jobs: processes; more than one needs picklable items and starts joblib workers.
            on_error: ``"raise"`` stops at the first bad item; ``"record"`` yields a
                ``ScoringError`` in its place.
        """
        choice("on_error", on_error, ("raise", "record"))
        check_jobs(n_jobs)
        items = several(items)
        if n_jobs != 1:
            yield from self._in_processes(chunks(items, on_error), n_jobs)
            return
        for chunk in chunks(items, on_error):
            yield from self.score_chunk(chunk)

    def _in_processes(
        self, several_chunks: Iterable[list[Document | ScoringError]], n_jobs: int
    ) -> Iterator[Report | ScoringError]:
        # The shipped models are already in every worker; others are sent along.
        sent = None if self is default_scorer() else self
        work = ((chunk, _documents(chunk)) for chunk in several_chunks)
        for chunk, numbers in in_processes(partial(measure_documents, scorer=sent), work, n_jobs):
            yield from self.reports(chunk, numbers, sources(_documents(chunk)))

    def score_chunk(
        self, chunk: Sequence[Document | ScoringError]
    ) -> Iterator[Report | ScoringError]:
        """Score the documents of one chunk; recorded errors keep their places."""
        documents = _documents(chunk)
        if not documents:
            return iter([item for item in chunk if isinstance(item, ScoringError)])
        batch = annotate_batch(documents)
        return self.reports(chunk, self.measure(batch), sources(documents, batch))

    def reports(
        self,
        chunk: Sequence[Document | ScoringError],
        scored: Sequence[Scored],
        found: Sequence[Source],
    ) -> Iterator[Report | ScoringError]:
        """Reports in place of a chunk's documents, each made when asked for; see ``report``."""
        pairs = zip(scored, found, strict=True)
        for item in chunk:
            yield item if isinstance(item, ScoringError) else self.report(item, *next(pairs))


def check_jobs(n_jobs: object) -> None:
    """A number of processes, as joblib counts them: from 1 on, or -1 for one a core.

    Raises:
        InputError: it is none.
    """
    if whole_number("n_jobs", n_jobs, -64) == 0:
        raise InputError("n_jobs is 0; use 1 or more, or -1 for one process a core")


def measure_documents(documents: Sequence[Document], scorer: Scorer | None = None) -> list[Scored]:
    """Everything about some articles that is a number, by default with the shipped models."""
    return (scorer or default_scorer()).measure(annotate_batch(documents)) if documents else []


def _documents(chunk: Iterable[Document | ScoringError]) -> list[Document]:
    return [item for item in chunk if isinstance(item, Document)]


def chunks(
    items: Iterable[object], on_error: OnError = "raise"
) -> Iterator[list[Document | ScoringError]]:
    """Read articles and group them for scoring; see ``grouped``."""
    return grouped(_read(items, on_error), _length)


def _read(items: Iterable[object], on_error: OnError) -> Iterator[Document | ScoringError]:
    for index, item in enumerate(items):
        try:
            entry: Document | ScoringError = as_document(item)
        except CredscoreError as error:
            if on_error == "raise":
                raise
            entry = ScoringError(index, error)
        yield entry


def _length(entry: Document | ScoringError) -> int:
    return len(entry.text) if isinstance(entry, Document) else 0


def grouped(entries: Iterable[T], characters: Callable[[T], int]) -> Iterator[list[T]]:
    """Batches bounded in number and in the characters that will be read."""
    chunk: list[T] = []
    size = 0
    for entry in entries:
        length = min(characters(entry), MAX_CHARACTERS)
        if chunk and (size + length > BATCH_CHARACTERS or len(chunk) >= BATCH_ARTICLES):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += length
    if chunk:
        yield chunk


@cache
def feature_names() -> tuple[str, ...]:
    """The columns of ``feature_matrix``."""
    return tuple(features_by_name())


def feature_matrix(batch: Batch) -> npt.NDArray[np.float64]:
    """All features of a batch: float64 (n_docs, n_features), columns sorted by name."""
    columns = {
        name: column
        for extraction in batch.done.values()
        for name, column in extraction.values.items()
    }
    return np.array([columns[name] for name in feature_names()]).T


def _row(prediction: Prediction, row: int) -> Parts:
    low = prediction.low[row] if prediction.low is not None else prediction.log_odds[row]
    high = prediction.high[row] if prediction.high is not None else prediction.log_odds[row]
    return Parts(
        prediction.terms,
        float(prediction.baseline),
        float(prediction.log_odds[row]),
        prediction.contributions[row].copy(),
        float(low),
        float(high),
    )


def _score(name: str, parts: Parts, explainer: Explainer) -> Score:
    return Score(
        name,
        percent(parts.log_odds),
        percent(parts.low),
        percent(parts.high),
        parts.log_odds,
        parts.baseline,
        lambda: explainer.contributions(name, parts),
    )


def _abstained_score(name: str) -> Score:
    return Score(name, None, None, None, None, None, lambda: ())


def _notes(document: Document) -> tuple[str, ...]:
    if len(document.text) > MAX_CHARACTERS:
        return (
            *document.notes,
            f"only the first {MAX_CHARACTERS:,} of {len(document.text):,} characters were read",
        )
    return document.notes


@cache
def default_scorer() -> Scorer:
    """The scorer with the shipped models, made once."""
    return Scorer()


def score(item: object) -> Report:
    """Score one article: a Document, a string, a mapping with ``text``, or a spaCy ``Doc``.

    Returns:
        A Report; where the article cannot be judged it abstains and says why.

    Raises:
        InputError: the item is none of these, or holds no text.
    """
    return default_scorer().score(item)


def score_many(
    items: Iterable[object], n_jobs: int = 1, on_error: OnError = "raise"
) -> Iterator[Report | ScoringError]:
    """Score many articles lazily and in order; see ``Scorer.score_many``."""
    return default_scorer().score_many(items, n_jobs=n_jobs, on_error=on_error)


def annotate(item: object, *, nlp: Pipeline | None = None) -> Annotations:
    """What is found in an article, and where, without scoring it.

    Args:
        item: anything that ``score`` takes.
        nlp: a loaded spaCy pipeline; its entities type sources and specifics (``entity``). No
            score ever depends on it.
    """
    function_or_none("nlp", nlp)
    document = as_document(item)
    found = annotations_of(annotate_batch([document]))
    if nlp is None:
        return found
    from credscore.entities import with_entities

    return with_entities(found, nlp)
