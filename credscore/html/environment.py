"""The template engine, set up to escape everything, and the page around what it renders."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["json_block", "render_fragment", "render_page", "signed", "tenths"]

_FOLDER = Path(__file__).with_name("templates")
# Lone surrogates cannot be written as UTF-8; control characters show as boxes or confuse parsers.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def render_page(template: str, **values: Any) -> str:
    """A whole document with its style, its script and a policy that allows only these two."""
    style, script = _asset("page.css"), _asset("page.js")
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), script=Markup(script), policy=_policy(style, script), **values)  # noqa: S704  our own files
    )


def render_fragment(template: str, **values: Any) -> str:
    """A part of a document that brings its style along."""
    style = Markup(_asset("page.css"))  # noqa: S704  our own file
    return _environment().get_template(template).render(style=style, **values)


def json_block(data: Any) -> Markup:
    """Data for the page's script; nothing in it can end the element it stands in."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704  no markup characters are left


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters.update(capital=_capital, signed=signed, tenths=tenths, whole=_whole)
    return environment


@cache
def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    hashes = [
        base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _printable(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNPRINTABLE.sub("\ufffd", value)
    return value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def signed(points: float) -> str:
    """As "+3" or "−3", with a real minus sign; "0" where it rounds to nothing."""
    rounded = round(points)
    return f"+{rounded}" if rounded > 0 else f"\u2212{-rounded}" if rounded < 0 else "0"


def tenths(points: float) -> str:
    """As "+0.3" or "−0.3"."""
    return f"{points:+.1f}".replace("-", "\u2212")


def _whole(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.0f}"
