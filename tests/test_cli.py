"""The command line as a user calls it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from seed_findings import SEEDS

import credscore
from credscore import comparison
from credscore.cli import BROKEN, DONE, INTERRUPTED, MIN_ARTICLES, UNREADABLE, USAGE, main
from credscore.progress import Progress, progress

REPORT = SEEDS / "articles" / "bridge-report.txt"
FARM = SEEDS / "articles" / "bridge-farm.txt"


def test_score_prints_scores_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", str(REPORT)]) == DONE
    out = capsys.readouterr().out
    for word in ("overall", "credibility", "quality", "Why", "reads like", "90 % intervals"):
        assert word in out
    assert max(map(len, out.splitlines())) <= 80


def test_python_runs_the_package() -> None:
    command = [sys.executable, "-m", "credscore", "score", str(REPORT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == DONE, done.stderr
    assert "credibility" in done.stdout


def test_nothing_scored_needs_no_legend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = tmp_path / "short.txt"
    short.write_text("Too short to judge.", encoding="utf-8")
    assert main(["score", str(short)]) == DONE
    out = capsys.readouterr().out
    assert "Cannot tell" in out
    assert "90 % intervals" not in out


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


def test_the_readability_panel_is_there_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("textstat")
    plain, one, two = (tmp_path / f"{name}.html" for name in ("plain", "one", "two"))
    assert main(["score", str(REPORT), "--html", str(plain)]) == DONE
    assert main(["score", str(REPORT), "--html", str(one), "--panel"]) == DONE
    assert main(["score", str(REPORT), str(FARM), "--html", str(two), "--panel"]) == DONE
    counts = [page.read_text(encoding="utf-8").count("Coleman-Liau") for page in (plain, one, two)]
    assert counts == [0, 1, 2]
    capsys.readouterr()


def test_textstat_is_loaded_for_the_panel_only() -> None:
    code = (
        "import sys, credscore; r = credscore.score(open(sys.argv[1]).read()); r.to_html();"
        "print('textstat' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(REPORT)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


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


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["score"],
        ["nonsense"],
        ["score", "--reasons", "x"],
        ["score", str(REPORT), "--reasons", "0"],
        ["compare", str(REPORT), "--jobs", "0"],
        ["compare", str(REPORT), "--min-articles", "-1"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == USAGE


def test_completion(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert main(["completion", shell]) == DONE
        script = capsys.readouterr().out
        for word in ("score", "compare", "batch", "html"):
            assert word in script
    with pytest.raises(SystemExit) as caught:
        main(["completion", "cmd"])
    assert caught.value.code == USAGE


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["credscore", "comp"], {"compare", "completion"}),
        (["credscore", "compare", "--b"], {"--by"}),
        (["credscore", "completion", "f"], {"fish"}),
        (["credscore", "score", "art"], {"article.txt"}),
    ],
)
def test_bash_completes(
    typed: list[str], expected: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "article.txt").touch()
    assert main(["completion", "bash"]) == DONE
    asked = (
        f"COMP_WORDS=({' '.join(typed)}); COMP_CWORD={len(typed) - 1}; "
        '_shtab_credscore; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", f"{capsys.readouterr().out}\n{asked}"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert {line.strip() for line in done.stdout.splitlines()} == expected


def test_completion_costs_nothing_at_start() -> None:
    code = "import sys, credscore.cli; credscore.cli._parser(); print('shtab' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_help_lists_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == DONE
    out = capsys.readouterr().out
    for code in (DONE, UNREADABLE, USAGE, BROKEN, INTERRUPTED):
        assert f"\n  {code} " in out
    assert "NO_COLOR" in out


def test_addresses_name_the_extra_they_need(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", {}.get)
    assert main(["score", "https://example.com/article"]) == BROKEN
    assert "pip install 'credscore[html]'" in capsys.readouterr().err


def test_output_has_no_colours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for arguments in (["score", str(REPORT)], ["compare", str(REPORT), str(FARM)]):
        assert main(arguments) == DONE
        captured = capsys.readouterr()
        assert "\x1b" not in captured.out + captured.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    seconds = iter([0.0, 0.5, 2.0, 4.0])
    shown = Progress(stream, clock=lambda: next(seconds))
    shown(50, 150)
    assert stream.getvalue() == ""  # work that ends at once needs no line
    shown(100, 150)
    assert stream.getvalue() == "\r66 %  100 of 150 articles, 50 a second, 1 s left"
    shown(150, 150)
    last = stream.getvalue().split("\r")
    assert last[-1] == ""
    assert last[-2] == " " * len(last[1])
    monkeypatch.setattr("sys.stderr", stream)
    assert progress() is not None
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert progress() is None


def test_compare_says_what_it_could_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "missing.txt", str(REPORT), str(FARM)]) == UNREADABLE
    captured = capsys.readouterr()
    assert "1 article could not be read" in " ".join(captured.out.split())
    assert captured.err == "credscore: 1 could not be read: missing.txt: no such file\n"
    assert "bridge-report.txt" in captured.out


def test_a_field_that_is_nowhere_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(REPORT), str(FARM), "--by", "desk"]) == DONE
    assert "no article has a field 'desk'" in capsys.readouterr().err
    assert main(["compare", str(REPORT), str(FARM)]) == DONE
    assert capsys.readouterr().err == ""


def test_how_many_articles_a_number_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert MIN_ARTICLES == comparison.MIN_ARTICLES
    some = [str(SEEDS / "articles"), "--by", "folder"]
    assert main(["compare", str(SEEDS.parent / "seeds"), "--min-articles", "11"]) in (
        DONE, UNREADABLE,
    )  # fmt: skip
    assert "not enough articles" in capsys.readouterr().out
    assert main(["compare", *some, "--cluster", "title", "--json", "-"]) == DONE
    assert json.loads(capsys.readouterr().out)["min_articles"] == MIN_ARTICLES


def test_many_articles_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(SEEDS / "articles"), "--by", "article"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split()[:3] == ["article", "reads", "like"]
    assert sum("content farm" in line for line in lines) >= 1


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_compare_tables(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    table = tmp_path / f"articles.{kind}"
    rows = [
        {"text": f"{path.read_text(encoding='utf-8')}\n\nEdition {number}.", "source": path.stem}
        for path in (REPORT, FARM)
        for number in range(6)
    ]
    if kind == "jsonl":
        table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        pa = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(rows), table)
    assert main(["compare", str(table), "--json", "-"]) == DONE
    found = json.loads(capsys.readouterr().out)
    schema = Path(credscore.__file__).with_name("schemas") / "comparison-1.json"
    jsonschema.validate(found, json.loads(schema.read_text(encoding="utf-8")))
    assert {source["name"] for source in found["sources"]} == {REPORT.stem, FARM.stem}
    page, out = tmp_path / "page.html", tmp_path / "out.json"
    assert main(["compare", str(table), "--json", str(out), "--html", str(page)]) == DONE
    assert json.loads(out.read_text(encoding="utf-8")).keys() == found.keys()
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_comparing_what_cannot_be_read_shows_no_empty_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["compare", str(tmp_path / "missing.txt")]) == UNREADABLE
    assert capsys.readouterr().out == "No article could be read.\n"


def test_advice_keeps_its_capitals(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A sentence about two articles is whole."""
    path = tmp_path / "german.txt"
    path.write_text("Der Rat der Stadt hat am Montag die Sperrung der Brücke beschlossen. " * 20)
    assert main(["compare", str(REPORT), str(FARM), str(path)]) == DONE
    out = " ".join(capsys.readouterr().out.split())
    assert "“i”" not in out
    assert "cannot tell 0%" not in out


def test_two_articles_alike_in_wording_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """Where both are worded like trusted reports, the sentence says which is so more."""
    told = 0
    for other in sorted(REPORT.parent.glob("*.txt")):
        assert main(["compare", str(REPORT), str(other)]) == DONE
        told += "so than the other’s" in " ".join(capsys.readouterr().out.split())
    assert told >= 3


def test_lines_of_a_model_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "show", "credibility"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    tables = [line for line in lines if ", from " in line]
    assert tables
    assert all(re.search(r"from \S+ to \S+$", line) for line in tables)
