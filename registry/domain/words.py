"""Lists of words in parameters, and the nearest known word for a misspelt one. Pure."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches


def split(text: str) -> list[str]:
    """The words of a text joined by commas, each once."""
    return list(dict.fromkeys(word for part in text.split(",") if (word := part.strip())))


def nearest(word: str, words: Collection[str]) -> str | None:
    """The known word most like this one, if any is like it at all."""
    matches = get_close_matches(word[:100].lower(), words, n=1, cutoff=0.55)
    return matches[0] if matches else None


def whole(text: str, most: int) -> int | None:
    """The whole number from 0 to `most` that ASCII digits write; None for everything else, however long it is."""
    if not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0") or "0"
    # Python refuses to read more than 4,300 digits, with an error.
    return int(digits) if len(digits) <= len(str(most)) and int(digits) <= most else None
