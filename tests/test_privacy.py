"""What credscore does behind its back: nothing. Watched through Python's audit events.

No socket, no process, no file written but those named, and no article's words in logs or errors.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from seed_findings import read_article

NAME_HELD = "Quillfeather"  # a name that stands in the articles below and nowhere else

# Runs in a fresh interpreter. Writes what was opened for writing, and what else was done, to fd 3.
WATCH = """\
import json, os, sys
written, reached = set(), []
def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int):
            return
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        if writes or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.add(os.fsdecode(path))
    elif event == "socket.__new__":
        pass  # a pipe to a worker; what matters is whom a socket turns to
    elif event == "socket.bind":
        reached.append(f"{event} {arguments[1]}")
    elif event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        reached.append(event)
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile"):
        reached.append(event)
    elif event in ("os.remove", "os.rename", "os.mkdir", "shutil.rmtree", "os.truncate"):
        paths = [os.fsdecode(a) for a in arguments if isinstance(a, (str, bytes))]
        written.update(path for path in paths if not os.path.isdir(path or "."))
sys.dont_write_bytecode = True
sys.addaudithook(watch)
code = None
try:
    exec(sys.argv[1])
finally:
    report = json.dumps({"written": sorted(written), "reached": reached})
    os.write(3, report.encode())
"""


def watched(code: str, folder: Path) -> tuple[dict[str, list[str]], str, str]:
    """What some code wrote and reached, its output and its error output."""
    told = folder / "told.json"
    with told.open("wb") as file:
        done = subprocess.run(
            ["bash", "-c", 'exec "$0" -c "$1" "$2" 3>"$3"', sys.executable, WATCH, code, told],
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=240,
            check=False,
        )
        file.flush()
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(told.read_text()), done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = read_article("bridge-report").replace("Helen Tamsworth", f"Helen {NAME_HELD}")
    assert NAME_HELD in text
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"text": text, "title": NAME_HELD}))
    page = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    (tmp_path / "c.html").write_text(f"<title>{NAME_HELD}</title>{page}", encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps({"txt": f"{NAME_HELD} said so.", "n": 1}))
    (tmp_path / "broken.json").write_text('{"text": "' + NAME_HELD + " said so.")
    (tmp_path / "bad.txt").write_bytes(NAME_HELD.encode() + bytes(200))
    return tmp_path


LIBRARY = """
import logging
logging.basicConfig(level=logging.DEBUG)
import credscore
from credscore.cli import main
reports = [credscore.score(open("a.txt", encoding="utf-8").read())]
reports += [credscore.score(credscore.Document.from_file(n)) for n in ("b.json", "c.html")]
for report in reports:
    report.to_json(), report.to_html(), report.to_markdown(), report.annotations.attributions
list(credscore.score_many([r.document for r in reports]))
credscore.compare([r.document for r in reports], by="article").to_html()
credscore.corroborate([r.document for r in reports]).to_html()
"""


def test_the_library_reaches_nothing_and_writes_nothing(folder: Path) -> None:
    pytest.importorskip("lxml")
    pytest.importorskip("trafilatura")
    done, out, err = watched(LIBRARY, folder)
    # urllib3, below trafilatura, looks whether this machine knows IPv6: nothing leaves it.
    assert set(done["reached"]) <= {"socket.bind ('::1', 0)"}
    assert done["written"] == []
    assert NAME_HELD not in out + err


def test_the_command_writes_what_it_is_told_to(folder: Path) -> None:
    code = """
from credscore.cli import main
assert main(["score", "a.txt", "--html", "page.html"]) == 0
assert main(["compare", "a.txt", "b.json", "--by", "article", "--json", "out.json"]) in (0, 1)
"""
    done, _, err = watched(code, folder)
    assert done["reached"] == []
    allowed = {"page.html", "page.html.partial", "out.json", "out.json.partial"}
    assert {Path(path).name for path in done["written"]} <= allowed
    assert all((folder / path).parent == folder for path in done["written"])
    assert NAME_HELD not in err


ERRORS = f"""
import logging
logging.basicConfig(level=logging.DEBUG)
import credscore
from credscore.errors import CredscoreError
def refused(what, *arguments):
    try:
        what(*arguments)
    except CredscoreError as error:
        print(type(error).__name__, error)
    else:
        raise AssertionError(arguments)
text = open("a.txt", encoding="utf-8").read()
for name in ("bad.json", "broken.json", "bad.txt"):
    refused(credscore.Document.from_file, name)
refused(credscore.score, text.encode())
refused(credscore.score, [text])
refused(credscore.score, {{"body": text}})
refused(credscore.Document, text, 5)
refused(credscore.Document, [text])
for done in credscore.score_many([text, b"{NAME_HELD}", {{"x": "{NAME_HELD}"}}], on_error="record"):
    if hasattr(done, "error"):
        print(done.error)
report = credscore.score("{NAME_HELD} said so.")
print(report.abstention_reason)
"""


def test_errors_and_logs_hold_no_article_text(folder: Path) -> None:
    done, out, err = watched(ERRORS, folder)
    assert done == {"written": [], "reached": []}
    assert len(out.splitlines()) >= 10
    assert NAME_HELD not in out + err
    assert "said so" not in out + err


def test_batch_writes_beside_its_output_only(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    articles = folder / "in"
    articles.mkdir()
    (folder / "a.txt").rename(articles / "a.txt")
    (folder / "broken.json").rename(articles / "broken.json")
    code = """
from credscore.cli import main
if __name__ == "__main__":
    assert main(["batch", "in", "scores.jsonl", "--jobs", "1"]) == 0
"""
    done, out, err = watched(code, folder)
    assert set(done["reached"]) <= {"subprocess.Popen", "os.posix_spawn"}  # the worker
    names = {Path(path).name for path in done["written"] if not path.startswith("/dev/")}
    beside = ("scores.jsonl", "part-", "_journal")
    assert all(name.startswith(beside) for name in names), names
    assert NAME_HELD not in out + err
    rows = [json.loads(line) for line in (folder / "scores.jsonl").read_text().splitlines()]
    assert any(row["error"] for row in rows)
    assert not any(NAME_HELD in (row["error"] or "") for row in rows)
