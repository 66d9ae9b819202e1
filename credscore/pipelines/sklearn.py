"""scikit-learn: credscore's measurements as features of your own model.

from credscore.pipelines.sklearn import CredibilityFeaturizer
model = make_pipeline(CredibilityFeaturizer(), HistGradientBoostingClassifier())
model.fit(texts, labels)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn import get_config
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from credscore.document import Document, as_document
from credscore.errors import InputError
from credscore.registry import annotate_batch, list_features
from credscore.scorer import chunks, default_scorer, feature_matrix

__all__ = ["CredibilityFeaturizer"]

SCORES = ("credibility", "quality")


class CredibilityFeaturizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Turns articles into what credscore measures, one column a feature.

    A feature that an article gives nothing to measure is NaN: follow with a model that takes NaN
    (``HistGradientBoosting*``) or with ``SimpleImputer``.

    Args:
        features: names of ``credscore.list_features()``, or ``"all"`` that models may use.
        scores: add the log-odds of credibility and quality, NaN where credscore abstains. These
            come from models trained on rated articles: leave them out where your own labels or
            test articles overlap with those.

    Attributes:
        feature_names_in_: never set; the input is a sequence of texts, not a table.
        feature_names_out_: names of the columns, ndarray of object, shape (n_columns,).
    """

    def __init__(
        self, features: Literal["all"] | tuple[str, ...] = "all", scores: bool = False
    ) -> None:
        self.features = features
        self.scores = scores

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = False
        tags.requires_fit = True
        return tags

    def fit(self, X: Iterable[object], y: object = None) -> Self:  # noqa: ARG002, N803
        """Check the input and the names; nothing is learned.

        Raises:
            InputError: a name is unknown, or X is no sequence of articles.
        """
        known = [feature.name for feature in list_features() if feature.scored]
        chosen = known if self.features == "all" else list(self.features)
        every = {feature.name for feature in list_features()}
        unknown = sorted(set(chosen) - every)
        if unknown:
            raise InputError(f"no feature {', '.join(unknown)}; see credscore.list_features()")
        next(_articles(X), None)
        names = [*chosen, *(f"{name}.log_odds" for name in SCORES if self.scores)]
        self.feature_names_out_: npt.NDArray[np.object_] = np.asarray(names, dtype=object)
        return self

    def transform(self, X: Iterable[object]) -> npt.NDArray[np.float64]:  # noqa: N803
        """Measure the articles.

        Args:
            X: strings, Documents or records; a column of a data frame will do.

        Returns:
            float64, shape (n_articles, n_columns).

        Raises:
            InputError: an entry is no article; the message names its place.
        """
        check_is_fitted(self)
        parts = [self._measure(chunk) for chunk in chunks(_articles(X))]
        values = np.concatenate(parts) if parts else np.empty((0, len(self.feature_names_out_)))
        return self._indexed(values, X)

    def _indexed(self, values: npt.NDArray[np.float64], given: object) -> npt.NDArray[np.float64]:
        """With the index of a Series, if pandas was asked for: scikit-learn up to 1.7.0 keeps that
        of a DataFrame only, and what is joined by index would meet other articles' numbers.
        """
        chosen = getattr(self, "_sklearn_output_config", {}).get("transform")
        if (chosen or get_config()["transform_output"]) != "pandas":
            return values
        import pandas as pd

        if not isinstance(given, pd.Series):
            return values
        framed: npt.NDArray[np.float64] = pd.DataFrame(values, index=given.index, copy=False)
        return framed

    def _measure(self, documents: list[Any]) -> npt.NDArray[np.float64]:
        batch = annotate_batch(documents)
        places = {feature.name: row for row, feature in enumerate(list_features())}
        names = self.feature_names_out_[: -len(SCORES)] if self.scores else self.feature_names_out_
        columns = [feature_matrix(batch)[:, [places[name] for name in names]]]
        if self.scores:
            scored = default_scorer().measure(batch)
            odds = [
                [np.nan if s.reason else getattr(s, name).log_odds for name in SCORES]
                for s in scored
            ]
            columns.append(np.asarray(odds, dtype=np.float64))
        return np.concatenate(columns, axis=1)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Names of the columns; the input has none to build on."""
        check_is_fitted(self)
        return self.feature_names_out_


def _articles(items: Iterable[object]) -> Iterator[Document]:
    """The articles of X.

    Raises:
        InputError: X is a single string or a table, or an entry is no article.
    """
    if isinstance(items, str | bytes):
        raise InputError("X is one string; give a sequence of articles")
    if getattr(items, "ndim", 1) != 1:
        raise InputError("X has columns; give one column of texts, as in frame['text']")
    for place, item in enumerate(items):
        try:
            yield as_document(item)
        except InputError as error:
            raise InputError(f"X[{place}]: {error}") from error
