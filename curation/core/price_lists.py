"""Which prices of an offering belong together.

A price list is coherent: the batch price, the cache price or the price of long requests stands beside the ordinary
price that the same list states. A special price of one source beside the ordinary price of another would be a list that
nobody ever published. So a source counts for a special price only while the ordinary prices it states are the decided
ones, on the day. A source that states no ordinary price contradicts no list.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from registry.domain import fields, rates
from registry.domain.fields import Value

#: Meters of one price list per offering; others are decided by themselves.
TOKEN_METERS: Final = frozenset({"input", "output", "cache_read", "cache_write", "reasoning", "citation"})
TOKEN_PRICES: Final = "token_prices"  # noqa: S105 (no password)
"""The unit of all token prices of an offering."""
ORDINARY: Final = ("price.input", "price.output")
"""The prices that identify a list of token prices."""


@lru_cache(maxsize=8192)
def unit_of(name: str) -> str:
    """The unit of a field: all token prices of an offering are one unit, every other field is a unit by itself.

    A price per image or minute is no token price, whatever its meter.
    """
    if not name.startswith(rates.PREFIX):
        return name
    key = rates.parse_key(name)
    return TOKEN_PRICES if key.meter in TOKEN_METERS and not key.unit else name


@lru_cache(maxsize=8192)
def anchors(name: str) -> tuple[tuple[str, ...], ...]:
    """The ordinary prices that identify the list that a price belongs to, the nearest first.

    Each item is a group of field names; the first group of which a source states anything identifies its list. Empty
    for a field that is no price, and for the prices that identify lists: input, or a plain price of another meter.
    """
    if not name.startswith(rates.PREFIX):
        return ()
    key = rates.parse_key(name)
    if key.meter not in TOKEN_METERS:
        plain = rates.RateKey(key.meter, key.modality, key.unit, key.ttl, detail=key.detail).field
        return ((plain,),) if plain != name else ()
    is_special = not key.is_base or key.meter not in ("input", "output")
    alike = rates.RateKey("input", key.modality, key.unit).field, rates.RateKey("output", key.modality, key.unit).field
    if is_special:
        return tuple(dict.fromkeys((alike, ("price.input", "price.output"))))
    return (alike[:1],) if key.meter == "output" else ()


@lru_cache(maxsize=8192)
def order(name: str) -> int:
    """When a field is decided: 0 independent ones, 1 ordinary output beside input, 2 those that depend on both."""
    anchor_groups = anchors(name)
    return 0 if not anchor_groups else 1 if rates.parse_key(name).is_base and name.startswith("price.output") else 2


@lru_cache(maxsize=8192)
def question_of(name: str) -> str:
    """Which price it is, whatever the unit. Two fields of one offering with one question differ in nothing else."""
    return str(replace(rates.parse_key(name), unit="")) if name.startswith(rates.PREFIX) else name


@lru_cache(maxsize=8192)
def group_of(name: str) -> str:
    """The group of rates that are stated together: input and output of one condition or modality."""
    key = rates.parse_key(name)
    if key.is_base and not key.modality:
        return name
    return str(replace(key, meter="input", ttl=""))


def is_same(left: Mapping[str, Value], right: Mapping[str, Value], *, on: date) -> bool:
    """Whether two lists state the same prices, as far as both state them: at least one, and all of those."""
    shared = left.keys() & right.keys()
    return bool(shared) and all(fields.agrees(name, left[name], right[name], on=on) for name in shared)


def belongs(name: str, claim_values: Mapping[str, Value], decided: Mapping[str, Value], *, on: date) -> bool:
    """Whether a source that states these values belongs to the decided price list, for the named price.

    `decided` are the values of the ordinary prices. Only prices that are decided and that the source states are
    compared.
    """
    for group in anchors(name):
        shared = [anchor for anchor in group if anchor in claim_values and anchor in decided]
        if shared:
            return all(fields.agrees(anchor, claim_values[anchor], decided[anchor], on=on) for anchor in shared)
    return True


def is_of_list(name: str, claim_values: Mapping[str, Value], decided: Mapping[str, Value], *, on: date) -> bool:
    """Whether a source that states these values may add the named token price to the decided list.

    It may while the ordinary prices it states are the decided ones, and so are those of the same modality.
    """
    ordinary = [anchor for anchor in ORDINARY if anchor in claim_values and anchor in decided and anchor != name]
    agree = all(fields.agrees(anchor, claim_values[anchor], decided[anchor], on=on) for anchor in ordinary)
    return agree and belongs(name, claim_values, decided, on=on)
