"""Corroboration: are the same claims put together, conflicts seen, quotations and copies found?

    python benchmarks/corroboration.py [--part tune|report]

Test set, from the same-story articles of ``quality_articles`` (column ``pair``: a report and texts
rewritten from it, by people's prompts to language models). Thresholds were looked at on the stories
of ``tune``, figures come from ``report``; a hash of the story's name tells the halves apart.

- claims: a specific that stands in two articles of a story in exactly the same words, once in each,
  should be one claim (recall). Several stories are compared at a time, and putting together
  specifics of different stories is wrong (precision).
- the same with values written in another form ("40 percent" becomes "forty per cent", "$3 million"
  becomes "3 million dollars", "48 hours" becomes "two days"), which must neither be missed nor be
  called a conflict.
- conflicts: one value of a copied claim is multiplied by ten; it should be called a conflict
  (recall). Rewrites without such a change should show few; some of theirs are real errors of the
  rewriting, so this is an upper bound of false alarms, per story.
- quotations: one of at least six words that stands in two articles word for word should be put
  together.
- copies: an article without a third of its sentences should be called a copy of the whole one; two
  articles of different stories should not.
- speed: 200 reports of 800 words.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from corroboration_figures import keep, share, show

from credscore.corroboration import Corroboration, corroborate
from credscore.corroboration.counts import WHY as BY_THE_WAY
from credscore.training.corpora import data_folder

RESULT = Path(__file__).resolve().parent / "results" / "corroboration.json"
STORIES_AT_ONCE = 10
LEAST_WORDS = 80
WORDS = "zero one two three four five six seven eight nine ten".split()
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy"}


def stories(part: str) -> list[list[str]]:
    """The articles of each story that has two, those with a report first."""
    table = pq.read_table(data_folder() / "quality_articles.parquet").to_pylist()
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in table:
        if row["pair"] and len(row["text"].split()) >= LEAST_WORDS:
            groups.setdefault(row["pair"], []).append(row)
    found = []
    for name, members in sorted(groups.items()):
        half = "tune" if hashlib.sha256(name.encode()).digest()[0] % 2 else "report"
        rows = sorted(members, key=lambda row: (row["kind"] != "report", row["id"]))
        texts = list(dict.fromkeys(row["text"] for row in rows))
        if half == part and len(texts) > 1:
            found.append(texts[:3])
    return found


def pools(found: list[list[str]]) -> list[list[list[str]]]:
    return [found[low : low + STORIES_AT_ONCE] for low in range(0, len(found), STORIES_AT_ONCE)]


def expected(story: Corroboration, home: list[int]) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of specifics in exactly the same words, once in each of two articles of a story."""
    places: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for claim in story.claims:
        for mention in claim.mentions:
            words = story.text(mention).lower()
            if len(re.sub(r"\W", "", words)) > 1:
                places.setdefault((mention.article, words), []).append(
                    (mention.article, mention.start)
                )
    pairs = set()
    single = {key: spots[0] for key, spots in places.items() if len(spots) == 1}
    for (article, words), spot in single.items():
        for other in range(article + 1, len(home)):
            if home[other] == home[article] and (other, words) in single:
                pairs.add((spot, single[other, words]))
    return pairs


def joined(story: Corroboration) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """Pairs of specifics of different articles that were put together with one value."""
    pairs = set()
    for claim in story.claims:
        spots = [(m.article, m.start, m.value) for m in claim.mentions]
        for at, (article, start, value) in enumerate(spots):
            for other, other_start, other_value in spots[at + 1 :]:
                if article != other and value == other_value:
                    pairs.add(((article, start), (other, other_start)))
    return pairs


def rewrite_values(text: str) -> str:
    """Write values in another form."""

    def percent(match: re.Match[str]) -> str:
        number = int(match[1])
        words = WORDS[number] if number <= 10 else TENS.get(number, match[1])
        return f"{words} per cent"

    def days(match: re.Match[str]) -> str:
        hours = int(match[1])
        return f"{WORDS[hours // 24]} days" if hours in (48, 72, 96) else match[0]

    text = re.sub(r"\b(\d{1,2}) ?(?:%|percent\b)", percent, text)
    text = re.sub(r"\$(\d+(?:\.\d+)?) (million|billion|trillion)", r"\1 \2 dollars", text)
    text = re.sub(r"\$(\d[\d,]*\d)(?![\d,.]* (?:million|billion|trillion))", r"\1 dollars", text)
    return re.sub(r"\b(\d\d) hours\b", days, text)


def measure_claims(found: list[list[str]], rewrite: bool) -> Counter[str]:
    counts: Counter[str] = Counter()
    for pool in pools(found):
        texts, home = [], []
        for number, story in enumerate(pool):
            changed = [rewrite_values(t) for t in story[1:]] if rewrite else story[1:]
            texts += [story[0], *changed]
            home += [number] * len(story)
        result = corroborate(texts)
        together = joined(result)
        wanted = changed_pairs(pool, result, home) if rewrite else expected(result, home)
        counts["wanted"] += len(wanted)
        counts["found"] += len(wanted & together)
        counts["joined"] += len(together)
        counts["within"] += sum(home[a[0]] == home[b[0]] for a, b in together)
        if rewrite:
            in_conflict = set()
            for claim in result.conflicts:
                in_conflict |= {(m.article, m.start) for m in claim.mentions}
            counts["called_conflict"] += sum(
                a in in_conflict and b in in_conflict and (a, b) not in together for a, b in wanted
            )
    return counts


def changed_pairs(
    pool: list[list[str]], result: Corroboration, home: list[int]
) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """As ``expected`` before rewriting, kept where the words now differ; order of the specifics in
    an article is the same before and after."""
    before = corroborate([text for story in pool for text in story])
    spots = [sorted_spots(before, article) for article in range(len(home))]
    now = [sorted_spots(result, article) for article in range(len(home))]
    pairs = set()
    for left, right in expected(before, home):
        one, other = spots[left[0]].index(left[1]), spots[right[0]].index(right[1])
        if len(now[left[0]]) != len(spots[left[0]]) or len(now[right[0]]) != len(spots[right[0]]):
            continue
        new = (left[0], now[left[0]][one]), (right[0], now[right[0]][other])
        if words_at(result, new[0]) != words_at(result, new[1]):
            pairs.add(new)
    return pairs


def sorted_spots(result: Corroboration, article: int) -> list[int]:
    return sorted(m.start for c in result.claims for m in c.mentions if m.article == article)


def words_at(result: Corroboration, spot: tuple[int, int]) -> str:
    for claim in result.claims:
        for mention in claim.mentions:
            if (mention.article, mention.start) == spot:
                return result.text(mention).lower()
    return ""


def measure_conflicts(found: list[list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for story in found:
        plain = corroborate(story[:2])
        counts["stories"] += 1
        counts["alarms"] += len(plain.conflicts)
        shared = [
            claim
            for claim in plain.claims
            if claim.kind in ("money", "percent", "number", "duration")
            and len(claim.mentions) == 2
            and claim.carriers == (0, 1)
            and re.match(r"\$?\d", plain.text(claim.mentions[1]))
            and claim.mentions[1].why != BY_THE_WAY  # such counts are in no conflict by design
        ]
        if not shared:
            continue
        mention = shared[0].mentions[1]
        words = plain.text(mention)
        number = re.search(r"\d+", words)
        assert number is not None
        altered = words.replace(number[0], f"{number[0]}0", 1)
        text = story[1][: mention.start] + altered + story[1][mention.end :]
        result = corroborate([story[0], text])
        counts["altered"] += 1
        counts["seen"] += any(
            m.article == 1 and m.start == mention.start
            for c in result.conflicts
            for m in c.mentions
        )
    return counts


def measure_quotes(found: list[list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for pool in pools(found):
        texts = [text for story in pool for text in story]
        home = [number for number, story in enumerate(pool) for _ in story]
        result = corroborate(texts)
        where: dict[str, list[tuple[int, int]]] = {}
        group_of = {}
        for number, quote in enumerate(result.quotes):
            counts["joined"] += len(quote.carriers) > 1
            counts["within"] += (
                len(quote.carriers) > 1 and len({home[a] for a in quote.carriers}) == 1
            )
            for mention in quote.mentions:
                words = " ".join(re.findall(r"\w+", result.text(mention).lower()))
                group_of[mention.article, mention.start] = number
                if len(words.split()) >= 6:
                    where.setdefault(words, []).append((mention.article, mention.start))
        for spots in where.values():
            for at, one in enumerate(spots):
                for other in spots[at + 1 :]:
                    if one[0] != other[0]:
                        counts["wanted"] += 1
                        counts["found"] += group_of[one] == group_of[other]
    return counts


def measure_copies(found: list[list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    rng = np.random.default_rng(0)
    for pool in pools(found):
        originals = [story[0] for story in pool]
        copies = []
        for text in originals:
            sentences = re.split(r"(?<=[.!?])\s+", text)
            keep = rng.random(len(sentences)) > 1 / 3
            copies.append(" ".join(s for s, kept in zip(sentences, keep, strict=True) if kept))
        result = corroborate([*originals, *copies])
        family_of = {a: n for n, family in enumerate(result.families) for a in family}
        size = len(originals)
        counts["copies"] += size
        counts["found"] += sum(family_of[n] == family_of[n + size] for n in range(size))
        counts["other_pairs"] += size * (size - 1) // 2
        counts["wrong"] += sum(
            family_of[a] == family_of[b] for a in range(size) for b in range(a + 1, size)
        )
        rewritten = corroborate([text for story in pool for text in story[:2]])
        families = {a: n for n, family in enumerate(rewritten.families) for a in family}
        counts["rewrites"] += size
        counts["rewrites_in_family"] += sum(
            families[2 * n] == families[2 * n + 1] for n in range(size)
        )
    return counts


def measure_speed() -> dict[str, float]:
    texts = pq.read_table(data_folder() / "modern_reports.parquet", columns=["text"])["text"]
    long = [text for text in texts.to_pylist() if len(text.split()) >= 800][:200]
    cut = [" ".join(text.split(" ")[:800]) for text in long]
    corroborate(cut[:2])
    started, cpu = time.perf_counter(), time.process_time()
    corroborate(cut)
    return {
        "articles": len(cut),
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
    }


def figures(found: list[list[str]], conflicts: Counter[str]) -> dict[str, dict[str, float]]:
    """All shares with their intervals."""
    same, forms = measure_claims(found, rewrite=False), measure_claims(found, rewrite=True)
    quotes, copies = measure_quotes(found), measure_copies(found)
    return {
        "claims in the same words: recall": share(same["found"], same["wanted"]),
        "claims put together: precision (one story)": share(same["within"], same["joined"]),
        "claims in another form: recall": share(forms["found"], forms["wanted"]),
        "claims in another form called a conflict": share(
            forms["called_conflict"], forms["wanted"]
        ),
        "values times ten called a conflict: recall": share(
            conflicts["seen"], conflicts["altered"]
        ),
        "quotations word for word: recall": share(quotes["found"], quotes["wanted"]),
        "quotations put together: precision (one story)": share(quotes["within"], quotes["joined"]),
        "copies without a third: recall": share(copies["found"], copies["copies"]),
        "different stories called copies": share(copies["wrong"], copies["other_pairs"]),
        "rewrites called copies": share(copies["rewrites_in_family"], copies["rewrites"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("tune", "report"), default="report")
    part = parser.parse_args().part
    found = stories(part)
    conflicts = measure_conflicts(found)
    rows = figures(found, conflicts)
    alarms = round(conflicts["alarms"] / max(conflicts["stories"], 1), 3)
    speed = measure_speed()
    print(f"{len(found)} stories, {sum(map(len, found))} articles ({part})\n")
    show(rows)
    print(f"conflicts per report and unaltered rewrite: {alarms}")
    print(f"{speed['articles']} articles of 800 words: {speed['cpu_seconds']} s of CPU")
    if part == "report":
        keep(
            RESULT,
            rows,
            stories=len(found),
            articles=sum(map(len, found)),
            conflicts_per_unaltered_pair=alarms,
            speed=speed,
        )


if __name__ == "__main__":
    main()
