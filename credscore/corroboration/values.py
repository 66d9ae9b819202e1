"""Brings the values of specifics to one form, so that "five billion euros" equals "€5 billion".

A value is a dimension ("euro", "percent", "hours", "number", "date", or a kind) and an amount; only
values of one dimension can agree or be in conflict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Value", "parse"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBERS = {word: float(value) for value, word in enumerate(_ONES)}
_NUMBERS |= {word: 10.0 * (place + 2) for place, word in enumerate(_TENS)}
_NUMBERS |= {"a": 1.0, "an": 1.0, "dozen": 12.0, "half": 0.5, "quarter": 0.25, "third": 1 / 3}
_NUMBERS |= {"twice": 2.0, "double": 2.0, "triple": 3.0}
_SCALES = {
    **dict.fromkeys(("hundred", "hundreds"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "k"), 1e3),
    **dict.fromkeys(("million", "millions", "m", "mn", "mln"), 1e6),
    **dict.fromkeys(("billion", "billions", "b", "bn"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "tn"), 1e12),
}
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₴": "hryvnia", "₹": "rupee",
               "₽": "rouble", "usd": "dollar", "eur": "euro", "gbp": "pound", "pence": "pound",
               "sterling": "pound", "ruble": "rouble", "kronor": "krona",
               "kroner": "krone"}  # fmt: skip
_CURRENCIES |= {
    name: name
    for name in "dollar euro pound crown krona krone franc yen yuan rupee rouble peso won lira "
    "shekel rand dirham zloty hryvnia".split()
}
_CURRENCIES |= {"krw": "won", "inr": "rupee", "rs": "rupee", "jpy": "yen", "cny": "yuan",
                "rmb": "yuan", "chf": "franc", "uah": "hryvnia", "pln": "zloty", "zar": "rand",
                "sek": "krona", "nok": "krone", "dkk": "krone", "czk": "crown"}  # fmt: skip
_HUNDREDTHS = {"cent", "cents", "pence"}
_HOURS = {"second": 1 / 3600, "minute": 1 / 60, "min": 1 / 60, "hour": 1.0, "hr": 1.0, "day": 24.0,
          "week": 168.0, "fortnight": 336.0, "weekend": 48.0}  # fmt: skip
_MONTHS = {
    "month": 1.0,
    "quarter": 3.0,
    "year": 12.0,
    "yr": 12.0,
    "decade": 120.0,
    "century": 1200.0,
}
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_TOKEN = re.compile(r"\d+(?:[.,\u00a0\u2009\u202f]\d+)*|[^\W\d_]+|[$€£¥₴₹₽%]")
_THOUSANDS = re.compile(r"[,\u00a0\u2009\u202f](?=\d{3}\b)")
_SMALL_WORDS = {"the", "a", "an", "of", "and", "for", "on", "to", "in", "new", "recent"}
_LONGEST_NUMBER = 40  # characters; times a scale it stays a finite float
CLOSE = 0.005  # relative: 3.2 and 3.20 are one value, 3.2 and 3.3 are not


@dataclass(frozen=True, slots=True)
class Value:
    """A value in one form.

    Attributes:
        dimension: what may be compared with it.
        amounts: one number, two of a range, year/month/day of a date (0 unknown), none for names.
        words: of a name, sorted.
    """

    dimension: str
    amounts: tuple[float, ...] = ()
    words: tuple[str, ...] = ()

    def agrees(self, other: Value) -> bool:
        """Whether both say the same."""
        if self.dimension != other.dimension:
            return False
        if self.dimension == "date":
            return _same_date(self.amounts, other.amounts)
        if self.words or other.words:
            return self.words == other.words
        if len(self.amounts) != len(other.amounts):
            return False
        return all(
            abs(a - b) <= CLOSE * max(abs(a), abs(b))
            for a, b in zip(self.amounts, other.amounts, strict=True)
        )

    @property
    def key(self) -> str:
        """Values with one key agree; dates are the exception, as "14 May" fits any year."""
        if self.words:
            return f"{self.dimension}:{' '.join(self.words)}"
        return f"{self.dimension}:{' '.join(f'{amount:.3g}' for amount in self.amounts)}"

    @property
    def digits(self) -> int:
        """How telling the amount is: significant digits (17,400 has 3, 5 billion has 1)."""
        if self.words:
            return 3
        shown = f"{self.amounts[0]:.6g}".split("e")[0] if self.amounts else ""
        return len(shown.replace(".", "").replace("-", "").strip("0"))

    def __str__(self) -> str:
        if self.words:
            return " ".join(self.words)
        if self.dimension == "date":
            parts = ("{:04.0f}", "{:02.0f}", "{:02.0f}")
            return "-".join(
                f.format(a) if a else "?" for f, a in zip(parts, self.amounts, strict=True)
            )
        amounts = " to ".join(map(_written, self.amounts))
        return amounts if self.dimension == "number" else f"{amounts} {self.dimension}"


def _written(amount: float) -> str:
    """As in "5 billion", "17,400" or "3.2"."""
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(amount) >= scale:
            return f"{amount / scale:.6g} {word}"
    return f"{amount:,.0f}" if amount == round(amount) else f"{amount:.4g}"


def _same_date(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    known = [(a, b) for a, b in zip(left, right, strict=True) if a and b]
    return bool(known) and all(a == b for a, b in known)


def parse(kind: str, text: str) -> Value | None:
    """The value of a specific's words; None where there is nothing to compare."""
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    if kind in ("study", "document", "programme", "law", "meeting"):
        words = tuple(sorted({t for t in tokens if t not in _SMALL_WORDS}))
        return Value(kind, words=words) if len(words) > 1 else None
    if kind == "date":
        return _date(tokens)
    amounts = _amounts(tokens)
    if not amounts:
        return None
    if kind == "money":
        return _money(tokens, amounts)
    if kind == "duration":
        return _duration(tokens, amounts)
    return Value("percent" if kind == "percent" else "number", tuple(amounts))


def _number(token: str) -> float | None:
    if token[0].isdecimal():
        plain = _THOUSANDS.sub("", token).replace(",", ".")
        if plain.count(".") > 1 or len(plain) > _LONGEST_NUMBER:  # "10.04.2025", "1.2.3"
            return None
        return float(plain)
    return _NUMBERS.get(token)


def _amounts(tokens: list[str]) -> list[float]:
    """Numbers with their scales; "twenty five" adds up, "two hundred" multiplies."""
    amounts: list[float] = []
    spelled = False
    for token in tokens:
        number = _number(token)
        if number is not None:
            if spelled and token in _NUMBERS and amounts and amounts[-1] >= 20 and number < 10:
                amounts[-1] += number
            elif token not in ("a", "an") or not amounts:
                amounts.append(number)
            spelled = token in _NUMBERS
        elif token in _SCALES:
            if amounts:
                amounts[-1] *= _SCALES[token]
            else:
                amounts.append(_SCALES[token])
    if "of" in tokens and "out" in tokens and len(amounts) == 2 and amounts[1]:
        return [amounts[0] / amounts[1]]
    return amounts[:2]


def _money(tokens: list[str], amounts: list[float]) -> Value:
    for token in tokens:
        name = _CURRENCIES.get(token) or _CURRENCIES.get(token.removesuffix("s"))
        if name:
            part = 0.01 if token in _HUNDREDTHS else 1.0
            return Value(name, tuple(part * amount for amount in amounts))
    if _HUNDREDTHS & set(tokens):
        return Value("dollar", tuple(0.01 * amount for amount in amounts))
    return Value("money", tuple(amounts))


def _duration(tokens: list[str], amounts: list[float]) -> Value:
    for word in tokens:
        unit = "century" if word == "centuries" else word.removesuffix("s")
        if unit in _HOURS:
            return Value("hours", tuple(_HOURS[unit] * amount for amount in amounts))
        if unit in _MONTHS:
            return Value("months", tuple(_MONTHS[unit] * amount for amount in amounts))
    return Value("number", tuple(amounts))


def _date(tokens: list[str]) -> Value | None:
    year = month = day = 0.0
    for token in tokens:
        if token[:3] in _MONTH_NAMES and token[0].isalpha():
            month = float(_MONTH_NAMES.index(token[:3]) + 1)
        elif token.isdecimal() and len(token) <= 4:
            number = float(token)
            if number > 31:
                year = year or number
            elif not day:
                day = number
    return Value("date", (year, month, day)) if year or month else None
