"""Reconciles the modality flags of the LiteLLM map with its modality lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncers.kinds.capabilities import INPUTS, OUTPUTS

_LISTS = (("input_modalities", INPUTS), ("output_modalities", OUTPUTS))


def reconciled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an offering with flags and lists that do not contradict each other.

    A flag that a list contradicts is left out, since it is not known which of the two is right:
    `supports_audio_output: false` of a model whose output is audio, `supports_vision: true` of one that takes text
    alone. PDF is stated by the flag only, and is added to the list.
    """
    agreed = dict(values)
    for name, meanings in _LISTS:
        listed = values.get(name) or ()
        for word, field in meanings.items() if listed else ():
            if field in agreed and agreed[field] != (word in listed):
                del agreed[field]
    if agreed.get("input_modalities") and agreed.get("supports_pdf_input"):
        agreed["input_modalities"] = (*(word for word in agreed["input_modalities"] if word != "pdf"), "pdf")
    return agreed
