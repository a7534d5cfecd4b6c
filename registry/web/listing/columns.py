"""Columns of the catalogue page's tables: what each is sorted by, and which a visitor has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from registry.web.listing.state import address

PARAMETER: Final = "columns"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its word in addresses, its title, its unit, and the word that sorts by it ("" where none does)."""

    name: str
    title: object
    unit: object = ""
    order: str = ""
    is_number: bool = True
    is_usual: bool = True


MODELS: Final = (
    Column("modalities", _("Modalities"), is_number=False),
    Column("context", _("Context"), _("tokens"), "context_window"),
    Column("output", _("Max output"), _("tokens"), "max_output_tokens"),
    Column("first_party", _("Author's price"), _("in / out per 1M"), "first_party_price"),
    Column("cheapest", _("Cheapest"), _("in / out per 1M"), "input_price"),
    Column("providers", _("Offerings"), "", "offerings"),
    Column("released", _("Released"), "", "released_on"),
    Column("cutoff", _("Knowledge cut-off"), "", "knowledge_cutoff", is_usual=False),
    Column("weights", _("Weights"), is_number=False, is_usual=False),
    Column("capabilities", _("Capabilities"), is_number=False),
    Column("quality", _("Quality"), is_number=False),
)
OFFERINGS: Final = (
    Column("context", _("Context"), _("tokens"), "context_window"),
    Column("output_limit", _("Max output"), _("tokens"), "max_output_tokens"),
    Column("input", _("Input"), _("per 1M"), "input_price"),
    Column("output", _("Output"), _("per 1M"), "output_price"),
    Column("cache_read", _("Cache read"), _("per 1M"), "cache_read_price"),
    Column("released", _("Released"), "", "released_on"),
    Column("capabilities", _("Capabilities"), is_number=False),
    Column("quality", _("Quality"), is_number=False),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as shown: the address that sorts by it, and how the list is sorted by it now."""

    column: Column
    url: str
    aria: str
    mark: str


def chosen(columns: tuple[Column, ...], now: Mapping[str, str]) -> list[Column]:
    """The columns to show: those that the address names, else the usual ones. Unknown names are ignored."""
    names = now.get(PARAMETER, "").split(",")
    return [column for column in columns if column.name in names] or [column for column in columns if column.is_usual]


def choices(columns: tuple[Column, ...], now: Mapping[str, str]) -> list[tuple[Column, bool]]:
    """Every column and whether it is shown, for the form that chooses them."""
    shown = chosen(columns, now)
    return [(column, column in shown) for column in columns]


def headings(columns: list[Column], now: Mapping[str, str]) -> list[Heading]:
    """The headings of a table. A click sorts rising, a second one falling, a third one not at all."""
    return [_heading(column, now) for column in columns]


def _heading(column: Column, now: Mapping[str, str]) -> Heading:
    if not column.order:
        return Heading(column, "", "", "")
    current = now.get("ordering", "")
    if current == column.order:
        return Heading(column, address(now, ordering=f"-{column.order}"), "ascending", "↑")
    if current == f"-{column.order}":
        return Heading(column, address(now, ordering=None), "descending", "↓")
    return Heading(column, address(now, ordering=column.order), "none", "")


NAME: Final[Mapping[str, Any]] = {
    "models": Column("name", _("Model"), "", "id", is_number=False),
    "offerings": Column("name", _("Offering"), "", "id", is_number=False),
}
