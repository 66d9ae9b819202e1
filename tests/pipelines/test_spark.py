"""Spark, for real: a local session with two workers, one of them killed in the middle."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from expected_rows import ARTICLES, SHORT, expected_features, expected_row, plain

from credscore.errors import InputError
from credscore.pipelines.rows import Columns, column_names

pytest.importorskip("pyspark")
pytest.importorskip("pyarrow")

import pyspark
from pyspark.sql import SparkSession

from credscore.pipelines import spark

TEXTS = [*ARTICLES.values(), SHORT]
# What Spark itself still does in the old way.
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")]
if tuple(map(int, pyspark.__version__.split(".")[:2])) < (4, 2):
    # Until 4.2 it left the sockets of `collect` to the garbage collector (SPARK-54247).
    pytestmark.append(
        pytest.mark.filterwarnings(
            r"ignore:Exception ignored in. <socket\.socket:pytest.PytestUnraisableExceptionWarning"
        )
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """``local[2,4]``: two workers, and a task may fail three times."""
    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        if sys.flags.safe_path:  # -P for the workers too: the installed package, not the checkout
            patch.setenv("PYTHONSAFEPATH", "1")
        built = (
            SparkSession.builder.master("local[2,4]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", str(folder))
            .config("spark.local.dir", str(folder))
            .getOrCreate()
        )
        built.sparkContext.setLogLevel("OFF")
        yield built
        built.stop()


def collected(frame: Any) -> list[dict[str, Any]]:
    return [row.asDict(recursive=True) for row in frame.collect()]


def test_equals_score_exactly(session: SparkSession) -> None:
    rows = [(f"a{n}", text) for n, text in enumerate(TEXTS)]
    frame = session.createDataFrame(rows, "id string, text string").repartition(2)
    scored = spark.score(frame, features=True)
    assert tuple(scored.columns) == column_names(features=True)
    for row in collected(scored):
        text = TEXTS[int(row["id"][1:])]
        expected = expected_row(text, row["id"]) | expected_features(text)
        assert plain(row) == plain(expected)


def test_rows_without_text_and_without_ids(session: SparkSession) -> None:
    rows = [(text, "A title") for text in [SHORT, None, SHORT]]
    frame = session.createDataFrame(rows, "body string, title string").repartition(2)
    scored = collected(spark.score(frame, columns=Columns(text="body"), spans=True))
    assert len({row["id"] for row in scored}) == 3
    assert Counter(row["error"] for row in scored) == {
        None: 2,
        "the text (column 'body') is null": 1,
    }


def test_wrong_columns_are_named(session: SparkSession) -> None:
    frame = session.createDataFrame([(1,)], "text long")
    with pytest.raises(InputError, match="column 'text' is bigint"):
        spark.score(frame)
    with pytest.raises(InputError, match="column 'body' is missing"):
        spark.score(frame, columns=Columns(text="body"))


def test_a_worker_killed_in_the_middle(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost and nothing doubled: Spark does the task again, from its beginning."""
    rows = [(n, f"{n}. {TEXTS[n % 5][:700]}") for n in range(400)]
    frame = session.createDataFrame(rows, "id long, text string").repartition(4)
    session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "20")
    whole = sorted(collected(spark.score(frame)), key=lambda row: int(row["id"]))
    mark, out = tmp_path / "killed", tmp_path / "scored"
    sound = spark._task
    monkeypatch.setattr(
        spark, "_task", lambda *arguments: _killed_once(sound(*arguments), str(mark))
    )
    spark.score(frame).write.parquet(str(out))
    assert mark.exists()
    again = sorted(collected(session.read.parquet(str(out))), key=lambda row: int(row["id"]))
    assert [int(row["id"]) for row in again] == list(range(400))
    assert again == whole


def _killed_once(task: Any, mark: str) -> Any:
    """The same task, but the process that first scores row 200 is killed after handing it on."""

    def killed(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import signal
        from pathlib import Path

        for scored in task(batches):
            yield scored
            if "200" in scored["id"].to_pylist() and not Path(mark).exists():
                Path(mark).touch()
                os.kill(os.getpid(), signal.SIGKILL)

    return killed
