"""How a source's scores move with time, where articles carry dates."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from credscore.comparison.records import Trend
from credscore.comparison.statistics import (
    adjusted_p,
    points_per_log_odds,
    scores_of,
    t_quantile,
    two_sided_p,
)

__all__ = ["corrected", "trend"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MIN_DATED = 12  # articles; with fewer one odd article makes a trend
MIN_DAYS = 60
ALPHA = 0.05
_YEAR = 365.25
_MOST_PERIODS = 36


def trend(days: IntArray, log_odds: FloatArray) -> Trend | None:
    """Fit a line through dated articles; None where they are too few or too close together.

    Articles of one calendar month count as one cluster (Liang & Zeger 1986): news comes in waves.
    """
    if len(days) < MIN_DATED or days.max() - days.min() < MIN_DAYS:
        return None
    months = _month_numbers(days)
    clusters, place = np.unique(months, return_inverse=True)
    if len(clusters) < 3:
        return None
    years = (days - days.mean()) / _YEAR
    square = float(years @ years)
    slope = float(years @ log_odds) / square
    residual = log_odds - log_odds.mean() - slope * years
    totals = np.bincount(place, weights=years * residual)
    g = len(clusters)
    error = float(np.sqrt(totals @ totals * g / (g - 1))) / square
    middle = float(log_odds.mean())
    reach = slope * (years.max() - years.min()) / 2
    points = points_per_log_odds(middle - reach, middle + reach)
    freedom = np.array([g - 2.0])
    width = float(t_quantile(0.95, freedom)[0]) * error
    p = float(two_sided_p(np.array([slope / max(error, 1e-12)]), freedom)[0])
    low, high = points * (slope - width), points * (slope + width)
    return Trend(points * slope, low, high, p, p, "none", _periods(days, log_odds))


def corrected(trends: list[Trend | None]) -> list[Trend | None]:
    """The same with p-values corrected for how many sources were looked at."""
    found = [t for t in trends if t is not None]
    adjusted = iter(adjusted_p(np.array([t.p_value for t in found])).tolist())
    return [None if t is None else _judged(t, next(adjusted)) for t in trends]


def _judged(found: Trend, p: float) -> Trend:
    direction = "none" if p > ALPHA else "rising" if found.points_per_year > 0 else "falling"
    return replace(found, p_adjusted=p, direction=direction)


def _month_numbers(days: IntArray) -> IntArray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _periods(days: IntArray, log_odds: FloatArray) -> tuple[tuple[str, int, float], ...]:
    """Means by month, quarter or year, whichever makes at most ``_MOST_PERIODS``."""
    months = _month_numbers(days)
    for size in (1, 3, 12):
        places = months // size
        if places.max() - places.min() < _MOST_PERIODS:
            break
    rows = []
    for place in np.unique(places).tolist():
        chosen = log_odds[places == place]
        first = datetime.date(1970 + place * size // 12, place * size % 12 + 1, 1)
        rows.append((first.isoformat(), len(chosen), float(scores_of(chosen.mean()))))
    return tuple(rows)
