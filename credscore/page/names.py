"""Author names out of the strings that pages give: roles, agencies' dates and addresses removed.

The rules are few and general: they know how bylines are written, not who writes them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import unescape

from credscore.page.announcing import BY, LABEL, WRITTEN

__all__ = ["is_company", "is_generic", "name_key", "split_names", "without_house"]

MAX_NAME_WORDS = 6  # "Maria del Carmen de la Cruz" has six; longer runs are sentences
MAX_NAME_CHARACTERS = 60
MAX_RAW_CHARACTERS = 1_000  # a byline that is longer is the article, not its byline

_LEAD = re.compile(
    rf"^(?:(?:{WRITTEN}\s+(?:and\s+\w+\s+)?)?{BY}\s*:?\s+"
    rf"|(?:{LABEL}|by|von|par|por|name)\s*(?:[:：/／●|]|\(s\)\s*:?)\s*"
    r"|(?:author|autor(?:in)?|written|verfasst|über|about|posted)\s+(?=[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
# "additional reporting by Bo Ek" names a further author, "editing by Bo Ek" none.
_FURTHER = re.compile(
    r"^(?:with\s+)?(?:additional\s+|further\s+)?(?:reporting|writing|research)\s+(?:also\s+)?by\s+",
    re.IGNORECASE,
)
_EDITED = re.compile(r"[;,.]?\s*\b(?:editing|edited)\s+by\b.*", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@.]{1,64}\.[^\s@]{1,64}|(?<![\w.])@\w[\w.]*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>")
_CUT = re.compile(
    r"\s*(?:[|•·●►▪■—|]|\s[-–]\s|\n|\t|\b(?:in|on):\s|\bat\s+\d|\s:\s|"
    r"\s(?:under|unter|fotos?|photos?|photograph\w*|illustration\w*|bilder?)\b).*",
    re.DOTALL | re.IGNORECASE,
)
_DATE = re.compile(
    r"[,\s]*\b(?:"
    r"(?:(?:on|am|le|el|den|vom|updated|published|posted|aktualisiert|stand)(?:\s*+:\s*+|\s++))*+"
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|"
    r"\d{1,2}(?:\.|st|nd|rd|th)?\s+(?:de\s+)?[A-Za-zäéûç]{3,9}\.?,?\s+(?:de\s+)?\d{4}|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d{1,2},?\s+\d{4}|"
    r"\d{1,2}:\d{2}|\d+\s+(?:hours?|minutes?|days?)\s+ago)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b).*",
    re.IGNORECASE | re.DOTALL,
)
_SPLIT = re.compile(
    r"\s*[,;、，；]\s*(?:(?:and|und|et|y)\s+)?|"
    r"\s+(?:and|und|et|y|e|og|och|with|mit|&|\+)\s+|\s*&\s*",
    re.IGNORECASE,
)
_SLASH = re.compile(r"(?<=\w\w)\s*/\s*(?=\w\w)")
# Words of the page around a name that get stuck to it where markup is lost.
_TAIL = re.compile(
    r"(?:\s+(?:(?:jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.?|"
    r"january|february|march|april|"
    r"june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|"
    r"oktober|dezember|updated|published|posted|am|pm|on|at|vor|um|link|copied|tiempo|de|lectura|"
    r"follow|bio|profile|view|more|min|read|editor's|twitter|facebook|email|and|und|à|às|alle))+$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\s(?:says|said|sagt|sagte|schreibt|schrieb|meint|dit|dice)\b", re.IGNORECASE)
_LEGAL = re.compile(
    r"\b(?:GmbH|AG|eG|e\.?\s?V\.?|Inc|Ltd|LLC|S\.A|Verlag|"
    r"\w*Verband|Redaktion|Sekretariat|Stiftung)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"^(?:ph\.?\s?d\.?|m\.?d\.?|m\.?a\.?|m\.?b\.?a\.?|m\.?sc\.?|b\.?a\.?|b\.?sc\.?|r\.?d\.?n?\.?|"
    r"j\.?d\.?|r\.?n\.?|esq\.?|cpa|cfp|dds|mph|mscph|ll\.?m\.?|m\.?p\.?h\.?|d\.?o\.?)$",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_ROLE_WORD = re.compile(
    r"^(?:\w*(?:reporter|correspondent|editor|writer|journalist|columnist|contributor|producer|"
    r"redakteur|redakteurin|journalistin|autorin|korrespondent|korrespondentin|volontärin|volontär|"
    r"photographer|fotograf|fotografin|analyst|blogger|critic|meteorologist|anchor|intern|"
    r"rédacteur|rédactrice|journaliste|correspondant|periodista|redactor|redactora|"
    r"giornalista|freelancer|director|president|founder|ceo|professor|chefredakteur|"
    r"chefredakteurin|publisher|herausgeber|herausgeberin|geschäftsführer|geschäftsführerin))s?$",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    """
    admin administrator administrador author autor autorin auteur authors editor editors editorial
    editorial-board editorial-staff editorial-team guest guest-author guest-contributor guest-post
    newsdesk news-desk newsroom news-staff news-team staff staff-report staff-reporter
    staff-reporters staff-reports staff-writer staff-writers super-user superuser team the-editors
    the-staff web-admin web-desk web-team webadmin webdesk webmaster web-editor wp-admin
    redaktion die-redaktion redaktionsteam online-redaktion onlineredaktion redaction la-redaction
    rédaction la-rédaction redacción redaccion la-redacción redazione la-redazione redactie
    redakcja redakce toimitus redaktionen redação chief-editor editor-in-chief contributor
    contributors contributing-writer user users anonymous anonym anonyme gast gastautor gastbeitrag
    unknown none null undefined nobody root default test user-1 moderator press-release
    pressemitteilung presse press social-media marketing
    """.split()
)
_NOT_NAMES = frozenset(
    """
    home news share print email e-mail comments comment subscribe login log-in read-more more menu
    search follow contact about advertisement anzeige werbung kommentare teilen drucken facebook
    twitter instagram youtube linkedin profile website homepage archive archiv posts articles all
    view view-profile biography bio follow-us see-more mehr opinion politics sports business
    mein-konto my-account 作者 著者 記者 筆者 来源 die-autorin der-autor über-den-autor par por
    about-the-author
    text xxx human unknown unbenannt unnamed anonymous see-full-bio full-bio author-name
    yes no true false date datum by von updated published rss atom weiterlesen kontakt
    impressum leave-a-comment and the others
    """.split()
)
# A colon that is left after the words before a name ("Photo: ...") announces something else.
_MARKS = re.compile(r"[!?=<>{}©\\^~#%$€…*\"„“”«»：]|https?:|//|:\s")


def split_names(raw: str, *, site: str | None = None) -> tuple[str, ...]:
    """Names in one byline string, cleaned, in order, without repeats.

    Args:
        raw: the string as the page gives it: "By A. Writer and B. Author | 3 May 2021".
        site: the site's name, dropped where it stands beside a person.

    Returns:
        The names; empty if nothing in the string reads like one.

    >>> split_names("By Ada Example, Staff Writer and Bo Sample | ada@example.org")
    ('Ada Example', 'Bo Sample')
    """
    text = _stripped(raw)
    if text is None:
        return ()
    parts: list[str] = []
    for raw_part in _parts(text):
        bare = _FURTHER.sub("", raw_part.strip(" .,:;-–|/'’*_"))
        part = _TAIL.sub("", " " + bare).strip()
        if parts and _SUFFIX.match(part):
            parts[-1] = f"{parts[-1]} {part if part[-1:] != 'r' else part + '.'}"
        elif part and not _DEGREE.match(part) and not _is_role(part):
            parts.append(_without_role(part))
    names = [part for part in dict.fromkeys(parts) if _reads_like_name(part)]
    return without_house(_surname_first(names, text), site)


def is_company(name: str) -> bool:
    """Whether a name carries a legal form or the word for a desk: "Example GmbH"."""
    return _LEGAL.search(name) is not None and " " in name.replace("-", " ")


def is_generic(name: str) -> bool:
    """Whether a name stands for nobody in particular: "Admin", "Staff", "Redaktion"."""
    return _key(name) in _GENERIC


def name_key(name: str) -> str:
    """A key for comparing names: letters and digits, accents and case removed."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain.casefold() if c.isalnum())


def _stripped(raw: str) -> str | None:
    if len(raw) > MAX_RAW_CHARACTERS:
        return None
    text = unescape(raw).replace("\xa0", " ").replace("\u200b", "").strip()
    text = _BRACKETS.sub(" ", text)
    text = _ADDRESS.sub(" ", text)
    for _ in range(3):
        shorter = _LEAD.sub("", text.strip(" \n\t|•·:-–,")).strip()
        if shorter == text:
            break
        text = shorter
    text = _DATE.sub("", _CUT.sub("", _EDITED.sub("", text)))
    return re.sub(r"\s+", " ", text).strip(" ,;:-–|/.") or None


def _parts(text: str) -> list[str]:
    """Split at commas and conjunctions; at a slash only between full names ("dpa/lno" is one)."""
    parts = []
    for part in _SPLIT.split(text):
        sides = _SLASH.split(part)
        full = all(len(side.split()) > 1 for side in sides) or (" / " in part and " " in sides[0])
        parts.extend(sides if full else [part])
    return parts


def _is_role(part: str) -> bool:
    words = part.split()
    if not words:
        return True
    if _ROLE_WORD.match(words[-1]) and not is_generic(part):
        return len(words) == 1 or not _looks_like_person_before_role(words)
    return bool(_ROLE_WORD.match(words[0])) and (len(words) > 1 and words[1] in _OF)


_OF = {"at", "of", "for", "in", "bei", "der", "des", "für", "und", "chez", "de", "en"}


def _looks_like_person_before_role(words: list[str]) -> bool:
    return len(words) >= 4 and all(word[:1].isupper() for word in words[:2])


_PLACE = re.compile(r"\s+(?:at|for|from|of the|bei|für|im|in)\s+.*$")


def _without_role(part: str) -> str:
    """Turn "Ada Example Staff Writer" into "Ada Example"; a part without a closing role stays."""
    part = _PLACE.sub("", part)
    words = part.split()
    if len(words) >= 4 and _ROLE_WORD.match(words[-1]):
        return " ".join(words[:2])
    return part


def _reads_like_name(part: str) -> bool:
    words = part.split()
    if not 1 <= len(words) <= MAX_NAME_WORDS or not 2 <= len(part) <= MAX_NAME_CHARACTERS:
        return False
    # The line above a comment ("Ada Example says:") is no byline.
    if _MARKS.search(part) or _SPEAKS.search(part) or _key(part) in _NOT_NAMES:
        return False
    digits = sum(c.isdigit() for c in part)
    letters = sum(c.isalpha() for c in part)
    if digits > (4 if len(words) == 1 else 0) or letters < max(2, 0.6 * len(part)):
        return False
    # A run of several words without any capital is a phrase, unless the script has no case.
    return len(words) == 1 or part != part.lower() or part == part.upper()


def _key(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")


def _surname_first(names: list[str], text: str) -> list[str]:
    """Read "Example, Ada" as one person: two single capitalised words around a lone comma."""
    single = all(len(name.split()) == 1 and name[:1].isupper() for name in names)
    if len(names) == 2 and single and re.fullmatch(r"[^,]+,\s*[^,]+", text):
        return [f"{names[1]} {names[0]}"]
    return names


def without_house(names: Sequence[str], site: str | None) -> tuple[str, ...]:
    """Drop the outlet, desks and agencies that stand beside a person's full name."""
    if any(len(name.split()) > 1 for name in names):
        names = [n for n in names if not _beside_a_person(n, site)] or names
    return tuple(names)


def _beside_a_person(name: str, site: str | None) -> bool:
    """Whether a name beside a person's is the agency's, the outlet's, or "Staff Writer"."""
    outlet = bool(site) and name_key(name) == name_key(site or "")
    small = name.islower() and " " not in name  # "published" of the words that follow
    return outlet or small or is_generic(name) or _ABBREVIATION.match(name) is not None


_ABBREVIATION = re.compile(r"^[A-Z]{2,5}$")
