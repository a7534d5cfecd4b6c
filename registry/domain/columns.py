"""From published facts to the typed columns of an offering. Pure: the same facts and day give the same columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from registry.domain import fields, hours, kinds, places, rates
from registry.domain.provenance import Provenance, Quality, of_fields

#: Columns of ordinary prices and the rate each one shows.
PRICE_COLUMNS: Final = {
    "input_price": "price.input",
    "output_price": "price.output",
    "cache_read_price": "price.cache_read",
    "cache_write_price": "price.cache_write",
}
_PROJECTED: Final = tuple(
    field for field in fields.FIELDS.values() if field.column and field.name not in ("model", "regions")
)
COLUMNS: Final = (
    *(field.column for field in _PROJECTED),
    "regions",
    *PRICE_COLUMNS,
    "pricing",
    "source",
    "quality",
    "pinned_fields",
    "disputed_fields",
)
OF_ACCOUNTS: Final = ("source", "quality", "disputed_fields")
"""Those of them that follow from accounts alone."""
#: What identity tells from an offering's id.
DERIVED: Final = ("model", "variants")
_ASKED_FIRST: Final = frozenset({*PRICE_COLUMNS.values(), "context_window", "max_output_tokens"})
_TOKENS: Final = "1M tokens"
_BAR: Final = "\x1f"
"""Stands for `|` within a name: a character that no name can have."""


class Pricing(StrEnum):
    """What is known of the price of an offering as a whole."""

    PRICED = "priced"
    FREE = "free"
    DYNAMIC = "dynamic"
    INCLUDED = "included"
    NOT_OFFERED = "not_offered"
    UNKNOWN = "unknown"


def columns(facts: Mapping[str, fields.Json], provenance: Mapping[str, Mapping[str, Any]], on: date) -> dict[str, Any]:
    """Values of all projected columns. What is not in the facts becomes null, or "" in text columns: unknown."""
    return lasting(facts, provenance) | of_day(facts, on)


def of_day(facts: Mapping[str, fields.Json], on: date) -> dict[str, Any]:
    """The columns that change with the day."""
    prices = {column: usd_price(facts, name, on) for column, name in PRICE_COLUMNS.items()}
    return {**prices, "pricing": pricing(facts, on), "regions": served_in(facts, on)}


def lasting(facts: Mapping[str, fields.Json], provenance: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The columns that are the same on every day."""
    projected = {field.column: in_column(field, facts.get(field.name)) for field in _PROJECTED}
    accounts = of_fields(provenance)
    projected["source"], projected["quality"] = standing_of(accounts)
    projected["pinned_fields"] = sum(account.is_pinned for account in accounts.values())
    projected["disputed_fields"] = sum(account.is_disputed for account in accounts.values())
    return projected


def names_column(names: Iterable[str]) -> str:
    """Other names of an offering in one column, `|a|b|`, so that they are looked through like any other text."""
    escaped = sorted(name.replace("|", _BAR) for name in names)
    return f"|{'|'.join(escaped)}|" if escaped else ""


def names_in(column: str) -> list[str]:
    """Reads what `names_column` writes."""
    return sorted(name.replace(_BAR, "|") for name in column.split("|") if name)


def tags_in(column: str) -> list[str]:
    """The words of a column in the form `|eu-west-1|us-east-1|`."""
    return column.strip("|").split("|") if column else []


def word_in_names(word: str) -> str:
    """A word as it occurs in the column of names, where it never reaches from one name into the next."""
    return word.replace("|", _BAR)


def in_column(field: fields.Field, data: fields.Json) -> Any:
    """What the typed column of a field holds for a value; null, or "" in text columns, for none."""
    if field.kind is kinds.TAGS:
        return f"|{'|'.join(data)}|" if data else ""
    if data is None:
        return "" if field.kind.longest else None
    return field.decode(data)


def served_in(facts: Mapping[str, fields.Json], on: date) -> str:
    """Where an offering is served on a day, as the column holds it: see `registry.domain.places`.

    Where that is more than the column holds, what is stated as its regions alone.
    """
    declared = fields.FIELDS["regions"]
    column: str = in_column(declared, places.served_in(facts, on))
    return column if len(column) <= declared.kind.longest else in_column(declared, facts.get("regions"))


def usd_price(facts: Mapping[str, fields.Json], name: str, on: date) -> Decimal | None:
    """The amount of an ordinary price on a day, in USD; 0 when free, None when there is none, or in another currency.

    Where the price changes with the hour it is that of the dearest hours, see `registry.domain.hours`.
    """
    price = hours.display_price(facts, name, on)
    if price is None or price.point.currency != "USD":
        return None
    return Decimal(0) if price.point.state is rates.Amounts.FREE else price.point.amount


def pricing(facts: Mapping[str, fields.Json], on: date) -> Pricing:
    """What is known of the price as a whole: priced when any rate in force is, else free, dynamic, …, else unknown."""
    states = {
        point.state.value
        for name, data in facts.items()
        if name.startswith(rates.PREFIX) and data and (point := rates.point_on(rates.decode(data), on))
    }
    return next((pricing for pricing in Pricing if pricing.value in states), Pricing.UNKNOWN)


def standing_of(provenance: Mapping[str, Provenance]) -> tuple[str, Quality]:
    """The source of most values, and the weakest quality among the values that people ask for first.

    Those are the ordinary prices and the limits; where none is stated, all values. Special rates are left out, since
    few sources state them, and so is what is derived from the id, which is there for nearly every offering.
    """
    accounts = {name: account for name, account in provenance.items() if name not in DERIVED and account.source}
    if not accounts:
        return "", Quality.UNKNOWN
    counts = Counter(account.source for account in accounts.values())
    source = min(counts, key=lambda slug: (-counts[slug], slug))
    primary = [account for name, account in accounts.items() if name in _ASKED_FIRST]
    qualities = {Quality(account.quality) for account in primary or accounts.values()}
    return source, next(quality for quality in reversed(Quality) if quality in qualities)
