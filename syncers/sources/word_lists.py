"""Lists of words that many sources have (features, modalities), read as capabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from syncers.reading import words

_OUTPUTS: Final = {
    "audio": "supports_audio_output",
    "image": "supports_image_output",
    "video": "supports_video_output",
}
_INPUTS: Final = {"image": "supports_vision", "audio": "supports_audio_input", "video": "supports_video_input"}


def marks(listed: Sequence[str] | None, meanings: Mapping[str, str]) -> dict[str, bool]:
    """What is in a list that is not known to be complete: yes for its words, no opinion on the others."""
    return {field: True for word, field in meanings.items() if word in (listed or ())}


def flags(listed: Sequence[str] | None, meanings: Mapping[str, str]) -> dict[str, bool]:
    """What a complete list says: yes for its words and no for the others. Nothing when it is empty or missing."""
    return {field: word in listed for word, field in meanings.items()} if listed else {}


def modalities(inputs: Any, outputs: Any) -> dict[str, Any]:
    """The modality fields of two lists of plain words, each complete when there is one, and what follows from them.

    Files are left to the source: lists that do not know the word say nothing about PDF.
    """
    going_in = [word.strip().lower() for word in words(inputs, "input modalities") or ()]
    coming_out = [word.strip().lower() for word in words(outputs, "output modalities") or ()]
    found: dict[str, Any] = flags(going_in, _INPUTS) | flags(coming_out, _OUTPUTS)
    lists = {"input_modalities": going_in, "output_modalities": coming_out}
    return found | {name: listed for name, listed in lists.items() if listed}


def split(value: Any, what: str) -> tuple[str, ...]:
    """The words of a list that is written as one text with commas."""
    listed = words([] if value is None else [value], what) or ()
    return tuple(word.strip() for text in listed for word in text.split(",") if word.strip())
