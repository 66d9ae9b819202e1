"""Apache Spark: score a column of a data frame of any size, for those who outgrow one machine.

    from credscore.pipelines import spark
    scored = spark.score(frame)          # columns by ``arrow.output_schema``

Spark hands each task's rows over as Arrow batches (``mapInArrow``), so no row becomes a Python
object twice. A task whose worker dies is retried by Spark, if it may be: in local mode that needs
``local[N,4]``; a cluster does so by itself. Needs the extra ``spark``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from credscore.errors import InputError, MissingExtraError
from credscore.pipelines.arrow import output_schema, score_batch
from credscore.pipelines.rows import Columns

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["score", "spark_schema"]

# Rows scored at a time: Spark's batches of 10,000 articles would all become Python objects at once.
BATCH_ROWS = 1024


def spark_schema(features: bool = False, spans: bool = False) -> Any:
    """The result's columns as a Spark ``StructType``.

    Raises:
        MissingExtraError: pyspark is not installed.
    """
    try:
        from pyspark.sql.pandas.types import from_arrow_schema
    except ImportError as error:
        raise MissingExtraError("Spark needs pyspark: pip install 'credscore[spark]'") from error
    return from_arrow_schema(output_schema(features, spans))


def score(
    frame: DataFrame,
    *,
    columns: Columns | None = None,
    features: bool = False,
    spans: bool = False,
) -> DataFrame:
    """Score every row of a Spark data frame.

    Args:
        frame: with a column of texts, and any of the other columns of ``Columns``. Without an id
            column, ids are those of ``monotonically_increasing_id``.
        columns: names of the columns.
        features: add one column a feature; their names hold a dot, so Spark wants them in
            backticks.
        spans: add what was found and where.

    Returns:
        A data frame with one row an input row. A row that cannot be scored says why in ``error``.

    Raises:
        InputError: there is no such text column, or it does not hold strings.
        MissingExtraError: pyspark is not installed.
    """
    schema = spark_schema(features, spans)
    columns = columns or Columns()
    kinds = dict(frame.dtypes)
    if not kinds.get(columns.text, "").startswith(("string", "varchar", "char")):
        found = kinds.get(columns.text, "missing")
        raise InputError(f"column {columns.text!r} is {found}; a column of strings is needed")
    selected = frame.select([f"`{name}`" for name in frame.columns if name in columns.all_names])
    if columns.id not in kinds:
        from pyspark.sql.functions import monotonically_increasing_id

        selected = selected.withColumn(columns.id, monotonically_increasing_id())
    return selected.mapInArrow(_task(columns, features, spans), schema)


def _task(
    columns: Columns, features: bool, spans: bool
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    return partial(_score_batches, columns=columns, features=features, spans=spans)


def _score_batches(
    batches: Iterable[pa.RecordBatch], *, columns: Columns, features: bool, spans: bool
) -> Iterator[pa.RecordBatch]:
    """Runs in Spark's Python workers."""
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            some = batch.slice(start, BATCH_ROWS)
            yield score_batch(some, columns=columns, features=features, spans=spans)
