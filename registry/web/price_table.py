"""The prices of an offering as one table: a row for each condition, a column for each meter of tokens. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from registry import display
from registry.domain import rates
from registry.domain.rates import RateKey

METERS: Final = ("input", "output", "cache_read", "cache_write")
_TOKENS: Final = "1M tokens"


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Prices under one condition; "" in a cell: nobody states one. `link` is the field that a cell is explained at."""

    condition: str
    cells: tuple[tuple[str, str], ...]
    """Text and field, by meter."""


def price_rows(facts: Mapping[str, Any], today: date) -> list[PriceRow]:
    """Prices of tokens in force on a day, the ordinary ones first. Empty where there are fewer than two conditions."""
    cells: dict[RateKey, dict[str, tuple[str, str]]] = {}
    for name in sorted((name for name in facts if name.startswith(rates.PREFIX)), key=display.position):
        key = rates.parse_key(name)
        if key.meter in METERS and key.counted_in == _TOKENS:
            text = display.amount(facts[name], today)
            cells.setdefault(replace(key, meter="input"), {})[key.meter] = (text, name)
    if len(cells) < 2:
        return []
    ordered = sorted(
        cells, key=lambda key: (not key.is_base, bool(key.region), key.tier, key.above, key.beyond, str(key))
    )
    return [PriceRow(_condition(key), tuple(cells[key].get(meter, ("", "")) for meter in METERS)) for key in ordered]


def _condition(key: RateKey) -> str:
    """A condition in words: `batch, above 272,000 tokens`; `standard` for the ordinary one."""
    label = display.label(key.field)
    return label.partition(", ")[2] or _("standard")
