"""JSON that any reader takes and any file can hold."""

from __future__ import annotations

import json

__all__ = ["json_text"]


def json_text(data: object, indent: int | None = None) -> str:
    r"""Plain data as strict JSON: no NaN, readable letters, and no half of a surrogate pair as such
    (it is escaped, since UTF-8 cannot hold it).

    >>> json_text({"title": "Café \udc80"})
    '{"title": "Café \\udc80"}'
    """
    text = json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False)
    # Python's escape for what cannot be encoded happens to be JSON's own.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
