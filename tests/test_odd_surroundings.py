"""The command line where streams are closed, files are no files, and outputs lie on inputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from seed_findings import SEEDS, read_article

from credscore import limits
from credscore.cli import DONE, UNREADABLE, main
from credscore.document import Document
from credscore.errors import InputError

REPORT = SEEDS / "articles" / "bridge-report.txt"


def shell(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """``$C`` is the command, ``$A`` an article."""
    places = {"C": f"{sys.executable} -m credscore.cli", "A": str(REPORT)}
    return subprocess.run(
        ["sh", "-c", line],
        env={**os.environ, **places, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(os.name != "posix", reason="closes streams by a shell's means")
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("$C score - <&-", UNREADABLE, "standard input is empty"),
        ("$C score $A >&-", DONE, ""),
        ("$C score nowhere.txt 2>&-", UNREADABLE, ""),  # it was printed among the results
        ("$C score $A --json <&- >&- 2>&-", DONE, ""),
    ],
)
def test_closed_streams(line: str, code: int, told: str) -> None:
    done = shell(line)
    assert done.returncode == code
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="locales of POSIX")
@pytest.mark.parametrize("utf8", ["0", "1"])
def test_plain_locale_prints_everything(tmp_path: Path, utf8: str) -> None:
    """Python then writes strange bytes back as they came, and refuses all other characters."""
    article = tmp_path / "article.json"
    text = read_article("bridge-report").replace("council", "c\u00f6uncil\ud83d")
    article.write_text(json.dumps({"text": text, "title": "\ud83d \u2019"}))
    plain = {"LC_ALL": "C", "PYTHONUTF8": utf8, "PYTHONCOERCECLOCALE": "0", "A": str(article)}
    for line in ("$C score $A", "$C score $A --json"):
        done = shell(line, **plain)
        assert (done.returncode, done.stderr) == (DONE, "")


def test_no_output_takes_the_place_of_an_article(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article, other = tmp_path / "article.txt", tmp_path / "other.txt"
    link = tmp_path / "link.html"
    for path in (article, other):
        path.write_text(read_article("bridge-report"))
    link.symlink_to(article)
    both = [str(article), str(other)]
    for command in (
        ["score", str(article), "--html", str(article)],
        ["score", str(article), "--html", str(link)],
        ["compare", *both, "--by", "article", "--html", str(other)],
        ["compare", *both, "--by", "article", "--json", str(other)],
        ["compare", str(tmp_path), "--html", str(other)],
    ):
        assert main(command) == UNREADABLE
        assert "is itself among the articles" in capsys.readouterr().err
    assert article.read_text() == other.read_text() == read_article("bridge-report")
    new = tmp_path / "new.html"
    assert main(["compare", *both, "--by", "article", "--html", str(new)]) == DONE
    assert new.is_file()


def test_input_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of it was read, whatever the memory."""
    if Path("/dev/zero").exists():
        with pytest.raises(InputError, match=r"/dev/zero: longer than 150,000,000 bytes"):
            Document.from_file("/dev/zero")
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1_000)
    path = tmp_path / "long.txt"
    path.write_bytes(b"a" * 1_000)
    assert len(Document.from_file(path).text) == 1_000
    path.write_bytes(b"a" * 1_001)
    with pytest.raises(InputError, match=r"long\.txt: longer than 1,000 bytes"):
        Document.from_file(path)
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert main(["score", "-"]) == UNREADABLE
    assert "standard input: longer than" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_does_not_stop_a_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link to nowhere ended in a traceback, a pipe that nobody writes to was waited for."""
    folder, out = tmp_path / "articles", tmp_path / "out.jsonl"
    folder.mkdir()
    (folder / "one.txt").write_text(read_article("bridge-report"))
    (folder / "nowhere.txt").symlink_to("nothing")
    (folder / "around.txt").symlink_to("around.txt")
    os.mkfifo(folder / "pipe.txt")
    assert main(["batch", str(folder), str(out), "--jobs", "1"]) == DONE
    assert len(out.read_text().splitlines()) == 1
    assert "left out (no file 3)" in capsys.readouterr().err
    assert main(["batch", str(folder / "pipe.txt"), str(out), "--restart"]) == UNREADABLE
    assert "pipe.txt: cannot be read: not a file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder in use cannot be removed")
def test_no_working_folder_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    table = tmp_path / "table.jsonl"
    table.write_text(json.dumps({"text": "A word."}) + "\n")
    line = "cd $G && rmdir $G && $C batch $T $T.out.jsonl --jobs 1"
    python_path = os.pathsep.join(path for path in sys.path if path)
    places = {"G": str(tmp_path / "gone"), "T": str(table), "PYTHONPATH": python_path}
    done = shell(line, **places)
    assert done.returncode == 3
    assert done.stderr == "credscore: a worker process cannot start: No such file or directory\n"


@pytest.mark.skipif(sys.platform != "linux", reason="names of files may be any bytes")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    """The plan and the ids could not be written."""
    folder, table = tmp_path / "articles", os.fsdecode(b"table\xff.jsonl")
    folder.mkdir()
    (folder / os.fsdecode(b"one\xff.txt")).write_text(read_article("bridge-report"))
    (tmp_path / table).write_text(json.dumps({"te\udcffxt": read_article("bridge-report")}) + "\n")
    out = tmp_path / "out.jsonl"
    for inputs in ([str(folder)], [str(tmp_path / table), "--text", "te\udcffxt"]):
        for _ in range(2):  # the second finds the plan and has nothing left to do
            assert main(["batch", *inputs[:1], str(out), *inputs[1:], "--jobs", "1"]) == DONE
        row = json.loads(out.read_text())
        assert row["error"] is None
        out.unlink()
        (tmp_path / "out.jsonl.plan.json").unlink()


def test_names_that_are_too_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long, table = "x" * 300, tmp_path / "table.jsonl"
    table.write_text(json.dumps({"text": "A word."}) + "\n")
    with pytest.raises(InputError):
        Document.from_file(f"{long}.txt")
    for command in (
        ["score", f"{long}.txt"],
        ["compare", f"{long}.txt", "--by", "article"],
        ["batch", f"{long}.jsonl", str(tmp_path / "out.jsonl")],
        ["batch", str(table), str(tmp_path / f"{long}.jsonl")],
    ):
        assert main(command) == UNREADABLE
        said = capsys.readouterr().err.splitlines()
        assert len(said) == 1
        assert long in said[0]
    assert main(["batch", "", str(tmp_path / "out.jsonl")]) == UNREADABLE
    assert "an input has an empty name" in capsys.readouterr().err
