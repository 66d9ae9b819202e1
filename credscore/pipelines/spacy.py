"""spaCy: ``nlp.add_pipe("credscore")`` fills ``doc._.credscore`` with the article's report.

Scores come from credscore's own reading of ``doc.text``, so they are those of ``credscore.score``
whatever the pipeline. What was found stands in ``doc.spans[spans_key]`` on the Doc's own tokens,
for displaCy and for rules of your own:

    displacy.render(doc, style="span", options={"spans_key": "credscore"})

The numbers are kept in ``doc.user_data`` as plain lists, so they survive ``nlp.pipe(n_process=2)``
and ``doc.to_bytes()``; sentences and passages are found again when somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from credscore.document import Document
from credscore.errors import InputError
from credscore.explain import annotations_of
from credscore.parts import Parts
from credscore.pipelines.rows import SPAN_FIELDS
from credscore.registry import annotate_batch
from credscore.report import Report
from credscore.scorer import Scored, chunks, default_scorer

__all__ = ["CredscoreComponent", "make_component", "report_of"]

KEY = "credscore"
_SINGULAR = {field: field.removesuffix("s") for field in SPAN_FIELDS}


def report_of(doc: Doc) -> Report | None:
    """The report of a Doc that went through the component, else None; ``doc._.credscore``."""
    kept = doc.user_data.get(KEY)
    if kept is None:
        return None
    return default_scorer().report(Document(doc.text), _unpacked(kept))


if not Doc.has_extension(KEY):
    Doc.set_extension(KEY, getter=report_of)


class CredscoreComponent:
    """Scores Docs and marks what was found.

    Args:
        spans_key: group of ``doc.spans`` for what was found; empty for none.
    """

    def __init__(self, spans_key: str = KEY) -> None:
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        self._fill([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Score many Docs, some at a time."""
        for docs in minibatch(stream, size=batch_size):
            self._fill(docs)
            yield from docs

    def _fill(self, docs: list[Doc]) -> None:
        waiting = iter(docs)
        for chunk in chunks(doc.text for doc in docs):
            batch = annotate_batch([item for item in chunk if isinstance(item, Document)])
            for row, scored in enumerate(default_scorer().measure(batch)):
                doc = next(waiting)
                doc.user_data[KEY] = _packed(scored)
                if self.spans_key:
                    doc.spans[self.spans_key] = _spans(doc, annotations_of(batch, row))


def _spans(doc: Doc, found: Any) -> list[Span]:
    """What was found, on whole tokens of the Doc, as in "hedge" or "attribution: named"."""
    spans = []
    for field in SPAN_FIELDS:
        for item in getattr(found, field):
            kind = getattr(item, "kind", "") or getattr(item, "source_kind", "")
            label = f"{_SINGULAR[field]}: {kind}" if kind else _SINGULAR[field]
            span = doc.char_span(item.start, item.end, label, alignment_mode="expand")
            if item.end > item.start and span is not None:
                spans.append(span)
    return sorted(spans)


def _packed(scored: Scored) -> dict[str, Any]:
    """As plain data that spaCy can send and store."""
    return {
        "values": scored.values.tolist(),
        "missing": dict(scored.missing),
        "credibility": _packed_parts(scored.credibility),
        "quality": _packed_parts(scored.quality),
        "genre": list(scored.genre),
        "reason": scored.reason,
    }


def _packed_parts(parts: Parts) -> list[Any]:
    return [
        list(parts.terms),
        parts.baseline,
        parts.log_odds,
        parts.contributions.tolist(),
        parts.low,
        parts.high,
    ]


def _unpacked(kept: Mapping[str, Any]) -> Scored:
    return Scored(
        values=np.asarray(kept["values"], dtype=np.float64),
        missing=kept["missing"],
        credibility=_unpacked_parts(kept["credibility"]),
        quality=_unpacked_parts(kept["quality"]),
        genre=tuple(kept["genre"]),
        reason=kept["reason"],
    )


def _unpacked_parts(kept: list[Any]) -> Parts:
    terms, baseline, log_odds, contributions, low, high = kept
    numbers = np.asarray(contributions, dtype=np.float64)
    return Parts(tuple(terms), baseline, log_odds, numbers, low, high)


@Language.factory(  # type: ignore[untyped-decorator]  # spaCy is not typed for us
    KEY,
    assigns=["doc._.credscore", "doc.spans"],
    default_config={"spans_key": KEY},
)
def make_component(nlp: Language, name: str, spans_key: str) -> CredscoreComponent:
    """Made by ``nlp.add_pipe("credscore")``.

    Raises:
        InputError: the pipeline is for another language; credscore reads English.
    """
    if nlp.lang not in ("en", "xx"):
        raise InputError(f"{name} reads English; this pipeline is for {nlp.lang!r}")
    return CredscoreComponent(spans_key)
