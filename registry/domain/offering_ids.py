"""What can be the id of an offering, `<provider slug>/<the provider's own id>`: one rule for claims, files and pins.

Providers put slashes, colons, at signs, brackets and spaces into their ids. What no provider does, and what would be
something else in an address or a page, is refused: empty parts, `.` and `..` as parts, and code for browsers.
"""

from __future__ import annotations

import re
from typing import Final

_FORM: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}/[A-Za-z0-9@~._:/+, ()\[\]=-]{1,255}")
_CODE: Final = re.compile(r"(javascript|vbscript|data)\s*:", re.IGNORECASE)


def check(text: str) -> str:
    """The id, unchanged. Raises ValueError with the reason."""
    if not _FORM.fullmatch(text) or text != text.strip():
        raise ValueError(f"not an offering id (provider/model): {text[:120]!r}")
    return check_parts(text)


def check_parts(text: str) -> str:
    """The text, unchanged, where none of its parts is what no provider calls a model. Raises ValueError."""
    if why := _odd(text):
        raise ValueError(f"cannot be an offering id, {why}: {text[:120]!r}")
    return text


def _odd(text: str) -> str:
    parts = text.split("/")
    # A slash at the end is odd, and a few lists have it: it is a name that was left empty, and does no harm.
    if "" in parts[:-1]:
        return "since a part of it is empty (//)"
    if {".", ".."} & set(parts):
        return "since a part of it is . or .."
    if any(_CODE.match(part) for part in parts):
        return "since it reads as code for a browser"
    return ""
