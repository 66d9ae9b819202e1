"""The scikit-learn transformer: its own checks, and the same numbers as measurements."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from expected_rows import ARTICLES, SHORT, expected_features
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

import credscore
from credscore.errors import InputError
from credscore.pipelines.sklearn import CredibilityFeaturizer

TEXTS = [*ARTICLES.values(), SHORT]
FEW = ("hedging.hedges_per_100_words", "readability.flesch_kincaid_grade")


def names() -> list[str]:
    return [feature.name for feature in credscore.list_features() if feature.scored]


def test_equals_measurements_exactly() -> None:
    matrix = CredibilityFeaturizer().fit_transform(TEXTS)
    assert matrix.dtype == np.float64
    for text, row in zip(TEXTS, matrix, strict=True):
        expected = expected_features(text)
        np.testing.assert_array_equal(row, [expected[name] for name in names()])


def test_scores_are_log_odds() -> None:
    made = CredibilityFeaturizer(features=(), scores=True).fit(TEXTS)
    assert made.get_feature_names_out().tolist() == ["credibility.log_odds", "quality.log_odds"]
    expected = [
        [getattr(report, name).log_odds for name in ("credibility", "quality")]
        for report in map(credscore.score, TEXTS)
    ]
    np.testing.assert_array_equal(made.transform(TEXTS), np.array(expected, dtype=np.float64))


def test_a_batch_equals_one_by_one() -> None:
    made = CredibilityFeaturizer(scores=True).fit(TEXTS)
    together = made.transform(TEXTS)
    alone = np.concatenate([made.transform([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)


# Those of scikit-learn's checks that need no matrix of numbers as input. `check_estimator` leaves
# most of them out for anything that reads texts, so they are named here.
CHECKS = (
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learns_own_checks() -> None:
    done = estimator_checks.check_estimator(CredibilityFeaturizer(), on_fail=None)
    assert [check["check_name"] for check in done if check["status"] == "failed"] == []


@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learns_checks_of_parameters_and_tags(check: str) -> None:
    function = getattr(estimator_checks, check, None)
    if function is None:
        pytest.skip(f"this scikit-learn has no {check}")
    function("CredibilityFeaturizer", CredibilityFeaturizer())


def test_clone_pickle_and_parameters() -> None:
    made = CredibilityFeaturizer(features=FEW).fit(TEXTS)
    assert clone(made).get_params() == {"features": FEW, "scores": False}
    with pytest.raises(NotFittedError):
        clone(made).transform(TEXTS)
    again = pickle.loads(pickle.dumps(made))  # noqa: S301  our own bytes
    np.testing.assert_array_equal(again.transform(TEXTS), made.transform(TEXTS))


def test_set_output() -> None:
    frame = pd.DataFrame({"text": TEXTS}, index=range(10, 10 + len(TEXTS)))
    made = CredibilityFeaturizer(features=FEW).set_output(transform="pandas")
    out = made.fit_transform(frame["text"])
    assert list(out.columns) == list(FEW)
    assert list(out.index) == list(frame.index)
    with sklearn.config_context(transform_output="pandas"):
        pd.testing.assert_frame_equal(CredibilityFeaturizer(FEW).fit_transform(frame["text"]), out)
    listed = made.transform(TEXTS)
    assert list(listed.index) == list(range(len(TEXTS)))
    np.testing.assert_array_equal(listed, out)


def test_in_a_users_own_model() -> None:
    labels = [0, 1] * (len(TEXTS) // 2) + [0] * (len(TEXTS) % 2)
    trees = make_pipeline(CredibilityFeaturizer(), HistGradientBoostingClassifier(max_iter=2))
    assert trees.fit(TEXTS, labels).predict(TEXTS).shape == (len(TEXTS),)
    line = make_pipeline(
        CredibilityFeaturizer(), SimpleImputer(keep_empty_features=True), LogisticRegression()
    )
    search = GridSearchCV(
        line, {"credibilityfeaturizer__features": [FEW, FEW[:1]]}, cv=2, error_score="raise"
    )
    assert search.fit(TEXTS, labels).best_params_["credibilityfeaturizer__features"] in (
        FEW,
        FEW[:1],
    )


def test_wrong_input_is_named() -> None:
    with pytest.raises(InputError, match=r"no feature hedging\.none"):
        CredibilityFeaturizer(features=("hedging.none",)).fit(TEXTS)
    with pytest.raises(InputError, match="X is one string"):
        CredibilityFeaturizer().fit(SHORT)
    with pytest.raises(InputError, match="one column of texts"):
        CredibilityFeaturizer().fit(pd.DataFrame({"text": TEXTS}))
    made = CredibilityFeaturizer().fit(TEXTS)
    with pytest.raises(InputError, match=r"X\[1\]: the text is an int"):
        made.transform([SHORT, 7])
    assert made.transform([]).shape == (0, len(names()))
