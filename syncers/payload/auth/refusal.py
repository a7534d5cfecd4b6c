"""What may be shown of a provider's error answer: no secret, one line, only printable text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

_LONGEST: Final = 300
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,59}")


def message(body: bytes) -> str:
    """The text of an AWS error, `{"message": …}` or `{"Message": …}`; "" when there is none."""
    fields = _object(body)
    text = fields.get("message") or fields.get("Message")
    return text if isinstance(text, str) else ""


def code(body: bytes) -> str:
    """The code of an OAuth, Azure or Google error: `{"error": "…"}` or `{"error": {"code" or "status": "…"}}`."""
    error = _object(body).get("error")
    candidates = [error.get("status"), error.get("code")] if isinstance(error, dict) else [error]
    return next((word for word in candidates if isinstance(word, str) and _CODE.fullmatch(word)), "")


def one_line(text: str, *, without: Iterable[str] = ()) -> str:
    """The first line of a text, bounded and printable, with `…` in place of each of the words `without`."""
    line = next(iter(text.strip().splitlines()), "")
    for secret in filter(None, without):
        line = line.replace(secret, "…")
    return "".join(sign for sign in line if sign.isprintable())[:_LONGEST]


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
