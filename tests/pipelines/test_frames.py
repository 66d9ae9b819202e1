"""pandas and polars: a column in one line, whatever its cells hold."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from expected_rows import ARTICLES, SHORT, expected_features, expected_row, plain

from credscore.errors import InputError
from credscore.pipelines.frames import score_frame
from credscore.pipelines.rows import Columns, column_names

pl = pytest.importorskip("polars")

TEXTS = [*list(ARTICLES.values())[:3], SHORT]


def rows_of(frame: Any) -> list[dict[str, Any]]:
    return frame.to_dict("records") if isinstance(frame, pd.DataFrame) else frame.to_dicts()


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_equals_score_exactly(kind: Any) -> None:
    frame = kind({"id": [f"a{n}" for n in range(len(TEXTS))], "text": TEXTS})
    scored = score_frame(frame, features=True)
    assert isinstance(scored, kind)
    assert tuple(scored.columns) == column_names(features=True)
    for n, row in enumerate(rows_of(scored)):
        expected = expected_row(TEXTS[n], f"a{n}") | expected_features(TEXTS[n])
        assert plain(row) == plain(expected)


def test_one_line() -> None:
    data = {"id": [1, 2], "text": TEXTS[:2], "views": [10, 20]}
    panda = pd.DataFrame(data, index=[7, 8])
    joined = panda.join(score_frame(panda).drop(columns="id"))
    assert list(joined.index) == [7, 8]
    bear = pl.DataFrame(data)
    stacked = bear.hstack(score_frame(bear).drop("id"))
    assert stacked["overall"].to_list() == joined["overall"].to_list()
    assert stacked["views"].to_list() == [10, 20]


def test_one_column_alone() -> None:
    bodies = pd.Series(TEXTS[:2], index=["x", "y"], name="body")
    scored = score_frame(bodies)
    assert list(scored.index) == ["x", "y"]
    bear = score_frame(pl.Series("body", TEXTS[:2]))
    assert bear["overall"].to_list() == scored["overall"].to_list()
    named = score_frame(bodies, columns=Columns(text="body"))
    assert named["overall"].tolist() == scored["overall"].tolist()


def test_cells_of_any_kind() -> None:
    frame = pd.DataFrame({"text": [SHORT, None, float("nan"), 7, b"x", [SHORT]]})
    scored = score_frame(frame)
    assert scored["error"].notna().tolist() == [False, True, True, True, True, True]
    titles = pd.DataFrame({"text": [SHORT, SHORT], "title": ["A title", float("nan")]})
    assert score_frame(titles)["error"].isna().all()
    nullable = pd.DataFrame({"text": [SHORT] * 2, "title": pd.array(["x", pd.NA], dtype="string")})
    assert score_frame(nullable)["error"].isna().all()
    dated = pd.DataFrame({"text": [SHORT] * 2, "published": [pd.Timestamp("2024-05-01"), pd.NaT]})
    assert score_frame(dated)["error"].isna().all()
    category = pd.DataFrame({"text": pd.Categorical([SHORT, SHORT])})
    assert score_frame(category)["abstained"].tolist() == [True, True]
    assert score_frame(frame[:0]).empty
    assert score_frame(pl.DataFrame({"text": []}, schema={"text": pl.String})).is_empty()


def test_wrong_frames_are_named() -> None:
    with pytest.raises(InputError, match="no column 'body'; the frame has: text"):
        score_frame(pd.DataFrame({"text": TEXTS}), columns=Columns(text="body"))
    with pytest.raises(InputError, match="a list is neither"):
        score_frame(TEXTS)
