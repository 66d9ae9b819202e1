"""Write the tables of each README.md from measured results, so that no figure is typed by hand.

    python benchmarks/figures.py            # rewrite
    python benchmarks/figures.py --check    # fail where a README.md differs from the results

A table stands between ``<!-- figures:NAME -->`` and ``<!-- /figures -->``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PLACE = re.compile(r"(<!-- figures:(\w+) -->\n).*?(<!-- /figures -->)", re.DOTALL)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def metrics(target: str) -> Any:
    versions = sorted((ROOT / "models" / target).glob("*/metrics.json"))
    return load(versions[-1])["tables"]


def shown(figure: dict[str, float]) -> str:
    """As ".87 (.85 to .89)"."""
    value, low, high = (
        f"{figure[key]:.2f}".replace("0.", ".", 1) for key in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


LABELS = {
    "source_rank_correlation": "rank correlation of a source's mean score with its rating",
    "rank_correlation": "rank correlation of an article's score with the rating",
    "auc": "AUC, reliable or professional against not",
    "calibration_error": "calibration error (ECE)",
    "brier": "Brier score",
    "coverage": "share of ratings inside the 90 % interval",
    "macro_f1": "macro-F1 over five genres",
    "satire recall at 2 % of reports": "satire found at 2 % of reports mistaken for it",
}


def accuracy() -> str:
    rows = []
    for target in ("credibility", "quality", "genre"):
        tables = metrics(target)
        for figures in (next(iter(next(iter(tables.values())).values())),):
            for name, label in LABELS.items():
                if name in figures:
                    one = figures[name]
                    counts = f"{one['n']:,} of {one['sources']:,}"
                    rows.append([target, label, shown(one), counts])
        for label, one in more(target).items():
            rows.append([target, label, shown(one), f"{one['n']:,} of {one['sources']:,}"])
    text = table(
        ["model", "measured on unseen sources", "figure (90 % interval)", "articles of sources"],
        rows,
    )
    return (
        f"{text}\nTrivial models, TF-IDF on the same folds, corpora left out, lengths, leanings "
        "and years: see the cards in `models/`.\n"
    )


def more(target: str) -> dict[str, Any]:
    """What a model's goals ask for beyond all articles."""
    tables = metrics(target)
    if target == "quality":
        found = tables["Reports against others, sites never seen"]["farm"]
        return {
            "AUC, report against content farm": found["auc formatted"],
            "the same, line breaks lost": found["auc flat"],
        }
    if target == "credibility":
        left_out = tables["Corpora left out with all their sources"]
        middle = tables["Unseen sources"]["300-900 words"]["auc"]
        return {"AUC, 300 to 900 words": middle} | {
            f"AUC, corpus `{name}` left out": figures["auc"] for name, figures in left_out.items()
        }
    return {}


GAMING = {
    "byline": "an invented byline",
    "according to officials": "“according to officials”",
    "a spokesperson said": "“a spokesperson said”",
    "quote marks": "quotation marks around a sentence",
    "dates": "dates",
    "boilerplate lines deleted": "its boilerplate lines deleted",
    "all together": "all of these",
}
SCORES = ("overall", "credibility", "quality")
STABLE = ("quote marks curly", "line breaks lost", "last paragraph removed")
ORDER = ("sensational below neutral", "emotional below neutral")


def fairness() -> str:
    found = {name: load(RESULTS / f"{name}.json") for name in
             ("neutrality", "gaming", "stability", "style_pairs", "faithfulness")}  # fmt: skip

    def row(label: str, figures: Any, unit: Callable[[Any], str], goal: str) -> list[str]:
        return [label, *(unit(figures[score]) for score in SCORES), goal]

    farms = found["gaming"]["pages"]["content farms"]
    right = found["neutrality"]["points right less left"]
    adjusted = {score: right[score]["regression on rating"] for score in SCORES}
    changes = found["stability"]["changes"]
    wire = found["stability"]["wire"]
    order = found["style_pairs"]["share in order"]
    faithful = found["faithfulness"]["pages"]["articles of rated sources"]
    rows = [
        row("right-leaning less left-leaning sources at equal rating", adjusted, points, "±3"),
        *(
            row(f"a content-farm page gains by {label}", farms[name]["gain"], points,
                "10" if name == "all together" else "5")
            for name, label in GAMING.items()
        ),
        *(row(f"moved by: {name}", changes[name]["mean"], points, "3") for name in STABLE),
        row("one wire report in two outlets differs by",
            {s: wire[s]["same report"] for s in SCORES}, points, ""),
        row("the outlets' other articles differ by",
            {s: wire[s]["the outlets' other pieces"] for s in SCORES}, points, ""),
        *(
            row(f"rewritten: {name}", {s: order[s][name] for s in SCORES}, share, "90 %")
            for name in ORDER
        ),
        row("deleting what the reasons show helps more than deleting as much at random",
            {s: faithful[s]["share raised more than at random"] for s in SCORES}, share, "90 %"),
    ]  # fmt: skip
    return (
        f"{table(['points of 100, or share', *SCORES, 'goal'], rows)}\n"
        "Every article judged by models that never saw its source. The rewrites are "
        "machine-made; the stories that choices were made with are left out. Intervals, slices "
        "and causes: `benchmarks/results/` and the models' cards. "
        f"{found['gaming']['date']}. Command: `python benchmarks/evaluate.py`.\n"
    )


def points(figure: dict[str, float]) -> str:
    return f"{figure['value']:+.1f}".replace("+0.0", "0").replace("-0.0", "0")


def share(figure: dict[str, float]) -> str:
    return f"{100 * figure['value']:.0f} %"


def extractors() -> str:
    parts = []
    for path in sorted(RESULTS.glob("*.json")):
        data = load(path)
        found = data.get("readme", ()) if isinstance(data, dict) else ()
        parts += [[str(cell) for cell in row] for row in found]
    return table(["what", "measured", "goal", "beside it"], parts) if parts else ""


def speed() -> str:
    data = load(RESULTS / "speed.json")
    rows = [
        [name, f"{rate:,.0f}", f"{data['cpu_relative_to_spacy'][name]:.2f}"]
        for name, rate in data["articles_per_second"].items()
    ]
    text = table(
        ["one core, CPU time", "articles a second", "times the spaCy tokenizer's CPU"], rows
    )
    start = data["start_up"]
    reached = " and ".join(
        f"{100 * part:.0f} % of {name.removeprefix('limit: ')}"
        for name, part in data["share_of_limit"].items()
    )
    return (
        f"{text}\nArticles of {data['mean_characters']:,.0f} characters; {data['date']}, Python "
        f"{data['python']}. `score_many` reaches {reached}. `import credscore` adds "
        f"{start['import credscore, s beyond that']:.2f} s to Python's start; "
        f"`credscore score FILE` takes "
        f"{start['credscore score FILE, s']:.2f} s as a whole process. "
        "Command: `python benchmarks/speed.py`.\n"
    )


def peers() -> str:
    data = load(RESULTS / "peers.json")
    timed = {n: e for n, e in data["peers"].items() if "articles_per_second" in e}
    spacy = timed["spacy"]["articles_per_second"]
    rows = [
        [f"{name} {e['version']}", e["does"], rounded(e["articles_per_second"]),
         f"{spacy / e['articles_per_second']:.1f}"]
        for name, e in sorted(timed.items(), key=lambda item: -item[1]["articles_per_second"])
    ]  # fmt: skip
    reasons = ("not_tried", "not_installed", "does_not_run")
    left_out = "; ".join(
        f"{name} ({key.replace('_', ' ')}: {e[key]})"
        for name, e in data["peers"].items()
        for key in reasons
        if key in e
    )
    head = ["other library", "what is timed", "articles a second", "times spaCy's CPU"]
    return (
        f"{table(head, rows)}\n"
        f"Articles of {data['mean_characters']:,.0f} characters, each library in an environment of "
        f"its own; {data['date']}, Python {data['python']}."
        f"{f' Not measured: {left_out}.' if left_out else ''} "
        "Command: `python benchmarks/peers.py all`.\n"
    )


def rounded(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"


COMPARED = ("credibility", "quality")


def held(result: Any) -> str:
    found = result["coverage"]
    low, high = percentage(found["low"]), percentage(found["high"])
    return f"{percentage(found['share'])} ({low} to {high})"


def alone(result: Any) -> str:
    found = result["false_alarms"]
    low, high = map(percentage, found["halves_alone_low_high"])
    return f"{percentage(found['halves_alone_called_different'])} ({low} to {high})"


def percentage(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


# Label and what is said of one score's results.
ROWS: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("unseen sources, articles", lambda d: f"{d['sources']:,}, {d['articles']:,}"),
    ("90 % intervals that hold a source's mean (95 % interval)", held),
    *(
        (
            f"width of the interval with {size} articles, points",
            lambda d, size=size: f"{d['width']['by_articles'][size]:.0f}",
        )
        for size in ("5", "10", "20", "40")
    ),
    (
        "articles that halve the width that five have",
        lambda d: f"{d['width']['articles_to_halve_that_of_5']}",
    ),
    (
        "two halves of one source called different, tested alone (95 % interval)",
        alone,
    ),
    (
        "the same, among all pairs of halves, corrected",
        lambda d: percentage(d["false_alarms"]["halves_among_all_pairs_called_different"]),
    ),
    (
        "two different sources called different, corrected",
        lambda d: percentage(d["false_alarms"]["different_sources_called_different"], 0),
    ),
)


def comparison() -> str:
    data = load(RESULTS / "comparison.json")
    rows = [[label, *(text(data[target]) for target in COMPARED)] for label, text in ROWS]
    one = data[COMPARED[0]]
    choice = one["choice"]
    choosing = " and ".join(str(choice["sources"][target]) for target in COMPARED)
    reported = " and ".join(str(data[target]["false_alarms"]["sources"]) for target in COMPARED)
    notes = "".join(f" {data[target]['note']}" for target in COMPARED if "note" in data[target])
    return (
        f"{table(['comparing sources', *COMPARED], rows)}\n"
        "Two sources are called different at an adjusted p of "
        f"{one['false_alarms']['threshold']} or less: chosen on {choosing} sources of "
        f"{choice['folds']} folds; halves and pairs are of the {reported} of the other folds. "
        f"{one['date']}; sources with 40 articles or more for intervals, 10 or more for halves. "
        "Command: `python benchmarks/comparison.py`."
        f"{notes}\n\n{large()}\n"
    )


def large() -> str:
    """What 500 sources and 100,000 articles take, in a sentence or two."""
    data = load(RESULTS / "comparison_large.json")
    all_, page = data["all"], data["page_of_50_sources"]
    held = all_["memory_mb"]
    return (
        f"`credscore compare` on {all_['sources']} sources and {all_['articles']:,} articles of "
        f"{all_['characters']:,} characters: {all_['cpu_seconds']} s of CPU; memory "
        f"{held['first_tenth']} MB in the first tenth, {held['last_tenth']} MB in the last, "
        f"{held['most_of_all']} MB at most while the page and the JSON are written. The page of "
        f"{page['sources']} sources and {page['articles']:,} articles has {page['html_mb']} MB. "
        f"{data['date']}. Command: `python benchmarks/comparison.py --large`."
    )


def corroboration() -> str:
    data = load(RESULTS / "corroboration.json")
    speed = data["speed"]
    return (
        f"{wilson(data['figures'])}\n"
        "Conflicts shown for a report and its unaltered rewrite: "
        f"{data['conflicts_per_unaltered_pair']} a pair. {speed['articles']} articles of 800 "
        f"words take {speed['cpu_seconds']} s of one core (10 s was the aim).\n"
    )


def events() -> str:
    return wilson(load(RESULTS / "corroboration_events.json")["figures"])


def wilson(figures: dict[str, dict[str, float]]) -> str:
    """Shares with their intervals, as a table."""
    rows = [
        [label, f"{row['value']:.3f} ({row['low']:.3f}-{row['high']:.3f})", f"{row['n']}"]
        for label, row in figures.items()
    ]
    return table(["", "share", "n"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "accuracy": accuracy,
    "comparison": comparison,
    "corroboration": corroboration,
    "events": events,
    "extractors": extractors,
    "fairness": fairness,
    "peers": peers,
    "speed": speed,
}


def rendered(text: str) -> str:
    return PLACE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    stale = False
    for path in (ROOT / "README.md", *sorted((ROOT / "credscore").rglob("README.md"))):
        before = path.read_text(encoding="utf-8")
        after = rendered(before)
        if after == before:
            continue
        stale = True
        if not options.check:
            path.write_text(after, encoding="utf-8")
    if options.check and stale:
        print("figures differ from the results: run python benchmarks/figures.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
