"""Finds one quotation in several articles, whole, cut or altered."""

from __future__ import annotations

from collections.abc import Sequence

from credscore.corroboration.reading import Speech

__all__ = ["group_speeches", "is_altered", "surname"]

SAME = 0.6  # of the shorter one's runs of three words; lower joins stock phrases


def _runs(speech: Speech) -> set[tuple[int, ...]]:
    words = speech.hashes.tolist()
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def group_speeches(speeches: Sequence[Speech]) -> list[list[int]]:
    """Positions of speeches that are one quotation, singletons included."""
    runs = [_runs(speech) for speech in speeches]
    holders: dict[tuple[int, ...], list[int]] = {}
    for position, own in enumerate(runs):
        for run in own:
            holders.setdefault(run, []).append(position)
    shared: dict[tuple[int, int], int] = {}
    for positions in holders.values():
        # Pairing with the first holder alone keeps two hundred copies of one quotation linear.
        for position in positions[1:]:
            pair = positions[0], position
            shared[pair] = shared.get(pair, 0) + 1
    parent = list(range(len(speeches)))

    def root(position: int) -> int:
        while parent[position] != position:
            parent[position] = parent[parent[position]]
            position = parent[position]
        return position

    for (left, right), count in shared.items():
        if count >= SAME * min(len(runs[left]), len(runs[right])):
            low, high = sorted((root(left), root(right)))
            parent[high] = low
    groups: dict[int, list[int]] = {}
    for position in range(len(speeches)):
        groups.setdefault(root(position), []).append(position)
    return list(groups.values())


def is_altered(group: Sequence[Speech]) -> bool:
    """Whether some version has words that the longest one has not in that order."""
    longest = max(group, key=lambda speech: len(speech.hashes))
    whole = _runs(longest)
    return any(not _runs(speech) <= whole for speech in group)


def surname(speaker: str) -> str:
    """What two ways of naming a person share: the last word with a capital, in small letters."""
    names = [word.strip(".,;:'\u2019") for word in speaker.split() if word[:1].isupper()]
    return names[-1].lower() if names else ""
