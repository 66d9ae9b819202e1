"""The command line as a user calls it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from seed_findings import SEEDS

from credscore.cli import BROKEN, DONE, UNREADABLE, USAGE, main

REPORT = SEEDS / "articles" / "bridge-report.txt"
FARM = SEEDS / "articles" / "bridge-farm.txt"


def test_score_prints_scores_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(REPORT)]) == DONE
    out = capsys.readouterr().out
    for word in ("overall", "credibility", "quality", "Why", "reads like"):
        assert word in out
    assert max(map(len, out.splitlines())) <= 80


def test_several_files_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(REPORT), str(FARM), "--reasons", "2"]) == DONE
    first = capsys.readouterr().out.splitlines()[0]
    assert REPORT.name in first
    assert FARM.name in first


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "--json", str(REPORT), str(FARM)]) == DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["file"] for row in rows] == [str(REPORT), str(FARM)]
    assert rows[0]["scores"]["overall"]["value"] > rows[1]["scores"]["overall"]["value"]


def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Input:
        buffer = io.BytesIO(REPORT.read_bytes())

    monkeypatch.setattr("sys.stdin", Input)
    assert main(["score", "-"]) == DONE
    assert "standard input" in capsys.readouterr().out
    assert main(["score", "-"]) == UNREADABLE  # nothing is left


def test_html_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "new" / "page.html"
    assert main(["score", str(REPORT), "--html", str(page)]) == DONE
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]
    assert str(page) in capsys.readouterr().err


def test_unwritable_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(REPORT), "--html", str(tmp_path)]) == UNREADABLE
    assert "cannot be written" in capsys.readouterr().err


def test_bad_files_do_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "missing.txt", str(REPORT)]) == UNREADABLE
    captured = capsys.readouterr()
    assert "missing.txt: no such file" in captured.err
    assert "overall" in captured.out


def test_features(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["features"]) == DONE
    assert "attribution." in capsys.readouterr().out
    assert main(["features", "--json"]) == DONE
    rows = json.loads(capsys.readouterr().out)
    assert {"name", "description", "unit", "low", "high", "scored"} == set(rows[0])


def test_model_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "show"]) == DONE
    assert "credibility" in capsys.readouterr().out
    assert main(["model", "show", "quality"]) == DONE
    assert "attribution." in capsys.readouterr().out
    assert main(["model", "show", "nonsense"]) == BROKEN


@pytest.mark.parametrize("arguments", [[], ["score"], ["nonsense"], ["score", "--reasons", "x"]])
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == USAGE
