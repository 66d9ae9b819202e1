"""The arithmetic of comparisons, against SciPy, by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credscore.comparison import statistics


def test_students_t_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    t = np.array([0.0, 0.3, 1.0, 2.5, 8.0, 40.0])
    for freedom in (1.0, 2.5, 7.0, 30.0, 500.0):
        ours = statistics.two_sided_p(t, np.full(len(t), freedom))
        np.testing.assert_allclose(ours, 2 * stats.t.sf(t, freedom), rtol=1e-9, atol=1e-15)
        quantile = statistics.t_quantile(0.95, np.array([freedom]))
        np.testing.assert_allclose(quantile, stats.t.ppf(0.95, freedom), rtol=1e-9)


def test_digamma_and_trigamma_agree_with_scipy() -> None:
    special = pytest.importorskip("scipy.special")
    x = np.array([0.01, 0.3, 1.0, 2.5, 7.0, 100.0])
    np.testing.assert_allclose(statistics._digamma(x), special.digamma(x), rtol=1e-8)
    np.testing.assert_allclose(statistics._trigamma(x), special.polygamma(1, x), rtol=1e-8)


def test_uneven_sources_lend_each_other_less() -> None:
    rng = np.random.default_rng(5)
    own = np.full(400, 9.0)
    priors = []
    for spread in (0.0, 0.5, 1.0):
        variances = np.exp(rng.normal(0, spread, 400)) * rng.chisquare(9, 400) / 9
        priors.append(statistics._common_variance(variances, own)[1])
    assert priors[0] > 20 > priors[1] > priors[2]


def test_benjamini_hochberg_by_hand() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.5])
    np.testing.assert_allclose(statistics.adjusted_p(p), [0.04, 0.16 / 3, 0.16 / 3, 0.5])


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=20),
    st.lists(st.integers(-3, 3), min_size=1, max_size=20),
)
def test_superiority_counts_pairs(a: list[int], b: list[int]) -> None:
    plain = sum((x > y) + 0.5 * (x == y) for x in a for y in b) / (len(a) * len(b))
    x, y = np.array(a, dtype=float), np.array(b, dtype=float)
    assert statistics.superiority(x, y) == pytest.approx(plain)


def test_intervals_cover_and_halves_of_one_source_do_not_differ() -> None:
    """Simulated: normal articles in normal sources; 90 % coverage, at most 5 % false alarms."""
    rng = np.random.default_rng(11)
    held, alarms, runs, k = [], [], 60, 30
    for _ in range(runs):
        truth = rng.normal(0, 0.8, k)
        n = rng.integers(5, 40, k)
        spread = np.exp(rng.normal(0, 0.3, k))
        samples = [rng.normal(truth[i], spread[i], n[i]) for i in range(k)]
        mean = np.array([s.mean() for s in samples])
        variance = np.array([s.var(ddof=1) for s in samples])
        found = statistics.estimate(mean, variance, n, n)
        held.append(np.abs(found.value - truth) <= found.reach())
        for i in range(k):
            again = [samples[i], rng.normal(truth[i], spread[i], n[i])]
            means = np.array([s.mean() for s in again])
            spreads = np.array([s.var(ddof=1) for s in again])
            pair = statistics.estimate(means, spreads, n[[i, i]], n[[i, i]])
            error = np.sqrt(pair.mean_variance.sum())
            p = statistics.two_sided_p((means[:1] - means[1:]) / error, pair.freedom.sum())
            alarms.append(p[0] <= 0.05)
    assert 0.88 <= np.mean(held) <= 0.92
    assert np.mean(alarms) <= 0.06  # 0.05 and what 1,800 trials may add
