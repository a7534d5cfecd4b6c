"""Reads lists of words (features, modalities) as capabilities.

A listed word means yes. A missing word means no only where the source documents that its list is complete. Most lists
are not, and a missing word states nothing. So `marks` is the rule, `flags` the exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.domain.fields import INPUT_FLAGS, OUTPUT_FLAGS
from syncers.kinds.coerce import words

OUTPUTS: Final = OUTPUT_FLAGS
EFFORT_FLAGS: Final = {
    effort: f"supports_{effort}_reasoning_effort" for effort in ("none", "minimal", "low", "xhigh", "max")
}
"""Reasoning effort → the flag that says the same. LiteLLM, which has these flags, has none for medium and high."""
FILES: Final = {"pdf": INPUT_FLAGS["pdf"]}
INPUTS: Final = {word: flag for word, flag in INPUT_FLAGS.items() if word not in FILES}
"""Without files: a list without that word does not mean that files are not accepted. OpenRouter accepts PDF for every
model, and models.dev omits the word for a third of the models for which others have it.
"""


def marks(listed: Sequence[str] | None, meanings: Mapping[str, str]) -> dict[str, bool]:
    """True for each listed word; nothing for the others."""
    return {field: True for word, field in meanings.items() if word in (listed or ())}


def flags(listed: Sequence[str] | None, meanings: Mapping[str, str]) -> dict[str, bool]:
    """True for each listed word and False for the others, for a list that its source documents as complete.

    `meanings` holds only words that the documentation lists. Nothing when the list is empty or missing.
    """
    return {field: word in listed for word, field in meanings.items()} if listed else {}


def efforts(listed: Sequence[str] | None) -> dict[str, Any]:
    """The fields of a list of reasoning efforts: the list, and yes for each listed effort that has a flag."""
    return {"reasoning_efforts": listed, **marks(listed, EFFORT_FLAGS)} if listed else {}


def modalities(inputs: Any, outputs: Any) -> dict[str, Any]:
    """The modality fields of two lists of words that are not documented as complete, and the capabilities in them."""
    going_in = [word.strip().lower() for word in words(inputs, "input modalities") or ()]
    coming_out = [word.strip().lower() for word in words(outputs, "output modalities") or ()]
    capabilities: dict[str, Any] = marks(going_in, INPUT_FLAGS) | marks(coming_out, OUTPUTS)
    lists = {"input_modalities": going_in, "output_modalities": coming_out}
    return capabilities | {name: listed for name, listed in lists.items() if listed}


def split(value: Any, what: str) -> tuple[str, ...]:
    """The words of a list that is written as comma-separated text."""
    listed = words([] if value is None else [value], what) or ()
    return tuple(word.strip() for text in listed for word in text.split(",") if word.strip())
