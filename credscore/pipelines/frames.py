"""pandas and polars: score a column in one line.

    frame.join(score_frame(frame).drop(columns="id"))     # pandas
    frame.hstack(score_frame(frame).drop("id"))           # polars
    score_frame(frame["body"])                            # a column of either alone

The result has the columns of ``arrow.output_schema``, one row an input row in the same order; in
pandas with the same index. Cells of any kind are taken: one that is no text becomes a recorded
error.
"""

from __future__ import annotations

from typing import Any

from credscore.errors import InputError
from credscore.pipelines.arrow import output_schema
from credscore.pipelines.rows import Columns, score_rows

__all__ = ["score_frame"]


def score_frame(
    frame: Any, *, columns: Columns | None = None, features: bool = False, spans: bool = False
) -> Any:
    """Score a pandas or polars data frame, or one column of texts.

    Args:
        frame: with a column of texts, and any of the other columns of ``Columns``; or a Series of
            texts, whatever its name.
        columns: names of the columns.
        features: add one column a feature.
        spans: add what was found and where.

    Returns:
        A data frame of the same kind.

    Raises:
        InputError: it is neither, or has no such text column.
    """
    columns = columns or Columns()
    kind = type(frame).__module__.partition(".")[0]
    if kind in ("pandas", "polars") and type(frame).__name__ == "Series":
        frame = frame.to_frame(name=columns.text)
    if kind not in ("pandas", "polars") or type(frame).__name__ == "LazyFrame":
        raise InputError(
            f"a {type(frame).__name__} is neither a pandas nor a polars data frame or Series; "
            "collect a lazy one first"
        )
    if not hasattr(frame, "columns"):
        raise InputError(f"a {type(frame).__name__} has no columns; give a data frame or a Series")
    if columns.text not in list(frame.columns):
        known = ", ".join(map(str, list(frame.columns)[:30])) or "none"
        raise InputError(f"no column {columns.text!r}; the frame has: {known}")
    names = [name for name in frame.columns if name in columns.all_names]
    values = [frame[name].to_list() for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
    scored = score_rows(rows, columns=columns, features=features, spans=spans)
    return (
        _to_pandas(scored, frame, features, spans)
        if kind == "pandas"
        else _to_polars(scored, features, spans)
    )


def _to_pandas(scored: list[dict[str, Any]], frame: Any, features: bool, spans: bool) -> Any:
    import pandas as pd

    names = output_schema(features, spans).names
    return pd.DataFrame(scored, columns=names, index=frame.index)


def _to_polars(scored: list[dict[str, Any]], features: bool, spans: bool) -> Any:
    import polars as pl

    from credscore.pipelines.arrow import to_batch

    return pl.from_arrow(to_batch(scored, features, spans))
