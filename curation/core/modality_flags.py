"""Flags that repeat a modality, such as `supports_vision` and `image` among the input modalities.

A source says the same in two ways. So a source that states such a flag counts for it only while its own list of
modalities agrees with the decided list on that modality. Otherwise the flag of one source could contradict the list of
another. A source that states no list contradicts none.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.domain.fields import INPUT_FLAGS, OUTPUT_FLAGS, Value

_REPEATS: Final = {flag: ("input_modalities", word) for word, flag in INPUT_FLAGS.items()} | {
    flag: ("output_modalities", word) for word, flag in OUTPUT_FLAGS.items()
}
"""Flag → the list that says the same, and its word there."""
LISTS: Final = ("input_modalities", "output_modalities")


def is_beside(name: str, claim_values: Mapping[str, Value], decided: Mapping[str, Value]) -> bool:
    """Whether a source that states these values counts for a field beside the decided lists of modalities."""
    if name not in _REPEATS:
        return True
    listed, word = _REPEATS[name]
    own_list, decided_list = claim_values.get(listed), decided.get(listed)
    return own_list is None or decided_list is None or (word in own_list) == (word in decided_list)


def repeats(name: str) -> bool:
    """Whether a field repeats what a list of modalities says."""
    return name in _REPEATS
