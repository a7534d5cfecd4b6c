"""Lists of words that many sources have (features, modalities), read as capabilities.

A list can say yes. It says no only where its source documents that it holds all that is supported: most lists are of
what somebody noted, and a word that is missing there states nothing. So `marks` is the rule, `flags` the exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.domain.fields import INPUT_FLAGS, OUTPUT_FLAGS
from syncers.kinds.coerce import words

OUTPUTS: Final = OUTPUT_FLAGS
FILES: Final = {"pdf": INPUT_FLAGS["pdf"]}
INPUTS: Final = {word: flag for word, flag in INPUT_FLAGS.items() if word not in FILES}
"""Without files: who can take them is never to be seen from a list without the word. OpenRouter takes PDF for every
model, and models.dev leaves the word out for a third of the models that others have it for.
"""


def marks(listed: Sequence[str] | None, meanings: Mapping[str, str]) -> dict[str, bool]:
    """What a list says: yes for its words, no opinion on the others."""
    return {field: True for word, field in meanings.items() if word in (listed or ())}


def flags(listed: Sequence[str] | None, meanings: Mapping[str, str]) -> dict[str, bool]:
    """What a list says that its source documents as complete: yes for its words and no for the others.

    `meanings` holds no other words than those that the documentation lists. Nothing when the list is empty or missing.
    """
    return {field: word in listed for word, field in meanings.items()} if listed else {}


def modalities(inputs: Any, outputs: Any) -> dict[str, Any]:
    """The modality fields of two lists of plain words that nobody calls complete, and what follows from them."""
    going_in = [word.strip().lower() for word in words(inputs, "input modalities") or ()]
    coming_out = [word.strip().lower() for word in words(outputs, "output modalities") or ()]
    capabilities: dict[str, Any] = marks(going_in, INPUT_FLAGS) | marks(coming_out, OUTPUTS)
    lists = {"input_modalities": going_in, "output_modalities": coming_out}
    return capabilities | {name: listed for name, listed in lists.items() if listed}


def split(value: Any, what: str) -> tuple[str, ...]:
    """The words of a list that is written as one text with commas."""
    listed = words([] if value is None else [value], what) or ()
    return tuple(word.strip() for text in listed for word in text.split(",") if word.strip())
