"""Times other libraries on the articles of ``speed.py``, each in a virtual environment of its own.

    python benchmarks/peers.py [all] [--only NAME ...] [--articles 400] [--keep FOLDER]

A peer is asked for what it does of the work that credscore does: tokens, readability, quality
rules, advice on style. What does not install, or does not run without a download of its own, is
listed with the reason. The largest (gigabytes of packages) are tried only with ``all``. CPU time,
one process, best of three rounds, or of one where that takes a minute; 25 articles for the slowest.
Writes ``benchmarks/results/peers.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

from samples import sample

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "peers.json"
INSTALL_SECONDS, RUN_SECONDS = 1800, 3600  # by the clock
CPU_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Peer:
    """Another library, and the part of the work that it does.

    Attributes:
        name: how tables call it.
        packages: what pip installs, with versions.
        does: what is timed, in a few words.
        code: defines ``work(text)``; runs in the peer's own environment.
        large: whether it takes gigabytes or many minutes to install.
        slow: time fewer articles.
    """

    name: str
    packages: tuple[str, ...]
    does: str
    code: str
    large: bool = False
    slow: bool = False


PEERS = (
    Peer(
        "spacy", ("spacy",), "tokens (blank 'en')",
        "import spacy\nwork = spacy.blank('en').make_doc",
    ),
    Peer(
        "textstat", ("textstat==0.7.4", "setuptools<81"), "five readability formulas",
        """
import textstat
FORMULAS = (textstat.flesch_reading_ease, textstat.gunning_fog, textstat.coleman_liau_index,
            textstat.automated_readability_index, textstat.lix)
def work(text):
    return [formula(text) for formula in FORMULAS]
""",
    ),
    Peer(
        "proselint", ("proselint==0.14.0", "setuptools<81"), "advice on style, all checks",
        "import proselint.tools\nwork = proselint.tools.lint", slow=True,
    ),
    Peer(
        "datatrove", ("datatrove[processing]", "spacy"), "Gopher, C4 and FineWeb quality filters",
        """
from datatrove.data import Document
from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter, GopherQualityFilter
FILTERS = [GopherQualityFilter(), C4QualityFilter(filter_no_terminal_punct=False),
           FineWebQualityFilter()]
def work(text):
    return [each.filter(Document(text=text, id="0")) for each in FILTERS]
""",
    ),
    # Its other groups need nltk's tagger, whose data nothing on the package index holds.
    Peer(
        "nela_features", ("nela-features", "setuptools<81"),
        "four of six feature groups",
        """
import nltk
from nela_features.nela_features import NELAFeatureExtractor
nela, sentences_of = NELAFeatureExtractor(), nltk.tokenize.PunktSentenceTokenizer()
def work(text):
    tokens = nltk.word_tokenize(text, preserve_line=True)
    words = nela.Functions.get_filtered_words(tokens)
    sentences = sentences_of.tokenize(text)
    return (nela.extract_complexity(text, tokens, sentences, words),
            nela.extract_bias(text, tokens, words), nela.extract_affect(text, tokens, words),
            nela.extract_moral(text, words))
""",
        slow=True,
    ),
    Peer(
        "TextDescriptives", ("textdescriptives",), "descriptive statistics, readability, quality",
        """
import spacy, textdescriptives
nlp = spacy.blank("en")
nlp.add_pipe("sentencizer")
for part in ("descriptive_stats", "readability"):
    nlp.add_pipe("textdescriptives/" + part)
ranges = {"top_ngram_range": (2, 4), "duplicate_n_gram_fraction_range": (5, 10)}
nlp.add_pipe("textdescriptives/quality", config=ranges)  # its defaults are refused as lists
def work(text):
    doc = nlp(text)
    return doc._.descriptive_stats, doc._.readability, doc._.quality
""",
        slow=True,
    ),
    Peer(
        # pip looks for these two for an hour unless told.
        "dolma", ("dolma", "boto3==1.26.76", "aiobotocore==2.5.0"), "Gopher tagger",
        """
from dolma.core.data_types import Document
from dolma.taggers.gopher import GopherTagger
tagger = GopherTagger()
def work(text):
    return tagger.predict(Document(source="", id="0", text=text))
""",
        large=True,
    ),
    Peer(
        "NeMo Curator", ("nemo-curator",), "16 heuristics on characters and words",
        """
import inspect
from nemo_curator.stages.text.filters.doc_filter import DocumentFilter
from nemo_curator.stages.text.filters.heuristic import string
chosen = []
for _, kind in inspect.getmembers(string, inspect.isclass):
    if issubclass(kind, DocumentFilter) and not inspect.isabstract(kind):
        try:
            chosen.append(kind())
        except TypeError:  # needs a choice of its own
            pass
def work(text):
    return [each.score_document(text) for each in chosen]
""",
        large=True,
    ),
    Peer(
        # Its other modules need ray, or a download.
        "data-juicer", ("py-data-juicer", "aiohttp"), "eight text filters that need no model",
        """
import importlib
from data_juicer.ops import base_op
names = ("Alphanumeric", "AverageLineLength", "CharacterRepetition", "MaximumLineLength",
         "SpecialCharacters", "TextLength", "WordRepetition", "WordsNum")
chosen = []
for name in names:
    place = "".join("_" + c.lower() if c.isupper() else c for c in name).strip("_") + "_filter"
    module = importlib.import_module("data_juicer.ops.filter." + place)
    chosen.append(getattr(module, name + "Filter")())
def work(text):
    sample = {"text": [text], "__dj__stats__": [{}]}
    return [each.compute_stats_batched(sample) for each in chosen]
""",
        large=True,
    ),
)  # fmt: skip

_RUNNER = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
import json, sys, time
texts = json.load(open(sys.argv[1], encoding="utf-8"))
exec(compile(open(sys.argv[2], encoding="utf-8").read(), "peer", "exec"))
work(texts[0])
best, begun = None, time.process_time()
for turn in range(3):
    if time.process_time() - begun > 60:
        break
    mark = " " + str(time.time_ns())  # some keep on disk what they were asked before
    fresh = [text + mark for text in texts]
    start = time.process_time()
    for text in fresh:
        work(text)
    spent = time.process_time() - start
    best = spent if best is None else min(best, spent)
print(json.dumps(dict(articles=len(texts), seconds=best)))
"""


def _run(command: list[str], seconds: float) -> str:
    """What a command prints.

    Raises:
        RuntimeError: it failed or took too long; with its last line.
    """
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    environment.pop("PYTHONPATH", None)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"took more than {seconds:.0f} s") from error
    if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
        raise RuntimeError(f"took more than {CPU_SECONDS} s of CPU")
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        telling = [line for line in lines if "rror" in line] or lines
        raise RuntimeError(telling[-1][:200] if telling else f"exit code {done.returncode}")
    return done.stdout


def _version(python: str, package: str) -> str:
    name = package.partition("==")[0].partition("[")[0]
    asked = f"import importlib.metadata as m; print(m.version({name!r}))"
    return _run([python, "-c", asked], 60).strip()


def time_peer(peer: Peer, texts: list[str], folder: Path) -> dict[str, object]:
    """Install a peer and time it; or say what kept us from it."""
    entry: dict[str, object] = {"does": peer.does}
    home = folder / peer.name.replace(" ", "_")
    python = str(home / ("Scripts" if os.name == "nt" else "bin") / "python")
    try:
        if not (home / "installed").exists():  # an install that failed is tried again
            venv.create(home, with_pip=True)
            _run([python, "-m", "pip", "install", "-q", *peer.packages], INSTALL_SECONDS)
            (home / "installed").touch()
        entry["version"] = _version(python, peer.packages[0])
    except RuntimeError as error:
        return entry | {"not_installed": str(error)}
    files = {"texts.json": json.dumps(texts[:25] if peer.slow else texts), "peer.py": peer.code,
             "runner.py": _RUNNER}  # fmt: skip
    for name, content in files.items():
        (home / name).write_text(content, encoding="utf-8")
    try:
        said = _run(
            [python, *(str(home / n) for n in ("runner.py", "texts.json", "peer.py"))], RUN_SECONDS
        )
    except RuntimeError as error:
        return entry | {"does_not_run": str(error)}
    result = json.loads(said.splitlines()[-1])
    return entry | {
        "articles": result["articles"],
        "articles_per_second": result["articles"] / result["seconds"],
    }


def time_peers(
    texts: list[str], names: list[str], large: bool, folder: Path
) -> dict[str, dict[str, object]]:
    """All peers that were asked for, by name."""
    found: dict[str, dict[str, object]] = {}
    for peer in PEERS:
        if names and peer.name not in names:
            continue
        if peer.large and not large and peer.name not in names:
            found[peer.name] = {"does": peer.does, "not_tried": "large; ask with 'all'"}
        else:
            found[peer.name] = time_peer(peer, texts, folder)
        print(f"{peer.name:18} {shown(found[peer.name])}", flush=True)
    return found


def shown(entry: dict[str, object]) -> str:
    """One line about one peer."""
    rate = entry.get("articles_per_second")
    if isinstance(rate, float):
        return f"{rate:10,.1f} articles/s   {entry['does']} ({entry['version']})"
    reasons = ("not_tried", "not_installed", "does_not_run")
    key = next(reason for reason in reasons if reason in entry)
    return f"{key.replace('_', ' ')}: {entry[key]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("which", nargs="?", choices=("all",))
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--keep", type=Path, help="keep the environments here for the next run")
    options = parser.parse_args()
    texts = sample(options.articles)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        found = time_peers(texts, options.only, options.which == "all", folder)
    earlier = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    kept = earlier.get("peers", {}) if options.only else {}
    results = {
        "date": time.strftime("%Y-%m-%d"),
        "python": sys.version.split()[0],
        "mean_characters": sum(map(len, texts)) / len(texts),
        "peers": kept | found,
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
