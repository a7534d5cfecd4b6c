"""A past state as public JSON, in the very shapes in which `registry.published` gives the present one.

What the ledger does not hold is null: aliases, since when an offering is no longer listed, which fields were pinned or
disputed, and whatever else is made of columns that do not follow from values and their accounts. Names of models and
providers are today's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import orjson
from django.db.models import Value

from registry import fields, history, projection, published, representation
from registry.fields import Json
from registry.history import PastOffering
from registry.hours import hangs_on_hours
from registry.models import Model, Provider
from registry.moments import Moment

_FIELDS: Final = {field.column: field for field in fields.FIELDS.values() if field.column and field.name != "model"}


class PastRow:
    """One offering at a place on both clocks, with the columns by which lists are filtered, made when asked for."""

    __slots__ = ("offering", "on", "slugs")

    def __init__(self, offering: PastOffering, on: date, slugs: Mapping[str, str]) -> None:
        self.offering = offering
        self.on = on
        self.slugs = slugs

    def column(self, name: str) -> Any:
        """The value of a column of `Offering`, as `publish` would have projected it for the day."""
        if special := _COLUMNS.get(name):
            return special(self)
        if price := projection.PRICE_COLUMNS.get(name):
            return projection.usd_price(self._prices(price), price, self.on)
        field = _FIELDS[name]
        return projection.in_column(field, self.offering.fact(field.name))

    def _prices(self, name: str) -> Mapping[str, Json]:
        """The facts that a price follows from: it alone, as long as no price of the offering has hours."""
        return self.offering.facts if hangs_on_hours(self.offering.said) else {name: self.offering.fact(name)}

    @property
    def model(self) -> str | None:
        key: str | None = self.offering.fact("model")
        return key

    @property
    def slug(self) -> str | None:
        return self.slugs.get(self.model or "")

    def standing(self) -> tuple[str, str]:
        """Main source and quality, by the accounts that values had when they were published."""
        source, quality = projection.standing_of(
            {n: {"source": a.source, "quality": a.quality} for n, a in self.offering.accounts.items()}
        )
        return source, quality.value

    def as_json(self, keys: Collection[str]) -> dict[str, Json]:
        """The public JSON, or only the chosen keys of it."""
        known = [key for key in keys if all(map(is_known, representation.columns([key])))]
        row: dict[str, Any] = {name: self._stored(name) for name in representation.columns(known)}
        shown = representation.offering_summary(row, self.on, (), known) if known else {}
        return {key: shown.get(key) for key in keys}

    def _stored(self, name: str) -> Any:
        if name == "facts":
            return self.offering.facts
        if name == "provenance":
            return {field: history.provenance(account) for field, account in self.offering.accounts.items()}
        return self.column(name)


_COLUMNS: Final[Mapping[str, Any]] = {
    "key": lambda row: row.offering.key,
    "provider_id": lambda row: row.offering.key.partition("/")[0],
    "native_id": lambda row: row.offering.key.partition("/")[2],
    "model": lambda row: row.model,
    "model__slug": lambda row: row.slug,
    "model__author": lambda row: row.model.partition("/")[0] if row.model else None,
    "created_at": lambda row: row.offering.created_at,
    "updated_at": lambda row: row.offering.updated_at,
    "pricing": lambda row: projection.pricing(row.offering.facts, row.on).value,
    "source": lambda row: row.standing()[0],
    "quality": lambda row: row.standing()[1],
}


_JSON: Final = ("facts", "provenance")


def is_known(column: str) -> bool:
    """Whether a column of `Offering` follows from what the ledger holds."""
    return column in _COLUMNS or column in projection.PRICE_COLUMNS or column in _FIELDS or column in _JSON


def rows(moment: Moment) -> list[PastRow]:
    """Every offering of a past state, in order of id. Two queries, or none when the state is held in memory."""
    state = history.state(moment.stamp)
    return [PastRow(one, moment.on, state.slugs) for one in state.offerings.values()]


def row(moment: Moment, key: str) -> PastRow | None:
    """One offering of a past state; None when it was not published then. Three queries."""
    found = history.offerings_at(moment.revision, [key]).get(key)
    return PastRow(found, moment.on, _slugs([found])) if found else None


def rows_of_model(moment: Moment, model: str) -> list[PastRow]:
    """The offerings that were linked to a model (its key) then, in order of id."""
    found = history.offerings_of(model, moment.revision).values()
    slugs = _slugs(found)
    return [PastRow(one, moment.on, slugs) for one in found]


def _slugs(offerings: Iterable[PastOffering]) -> dict[str, str]:
    wanted = {model for one in offerings if (model := one.fact("model"))}
    return dict(Model.objects.filter(key__in=wanted).values_list("key", "slug")) if wanted else {}


# -- the whole catalogue ----------------------------------------------------------------------------------------------


def offerings_json(moment: Moment) -> Iterator[dict[str, Json]]:
    """Every offering of a past state in full, in order of id, one after the other."""
    return (row.as_json(representation.DETAIL) for row in rows(moment))


def document(moment: Moment) -> bytes:
    """The whole catalogue of a past state, shaped as the published document is."""
    content: dict[str, Any] = {
        "revision": moment.revision,
        "published_at": representation.instant(moment.stamp.at) if moment.stamp else None,
        "prices_on": moment.on.isoformat(),
        # Written one by one: thousands of offerings as Python objects at once would be ten times the bytes.
        "offerings": [orjson.Fragment(dump(one)) for one in offerings_json(moment)],
        "models": _models_json(moment),
        "providers": _providers_json(moment),
    }
    return dump(content)


def dump(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _models_json(moment: Moment) -> list[dict[str, Json]]:
    """The models that were published by then, with how many served them."""
    if moment.stamp is None:
        return []
    served = Counter(row.model for row in rows(moment))
    known = Model.objects.annotate(offerings_count=Value(0)).order_by("slug")
    return [
        representation.model({**one, "offerings_count": served[one["key"]]})
        for one in known.values(*published.MODEL_COLUMNS)
        if served[one["key"]] or one["created_at"] <= moment.stamp.at
    ]


def _providers_json(moment: Moment) -> list[dict[str, Json]]:
    """The providers that served anything then. Which others were known is not in the ledger."""
    serving = Counter(row.column("provider_id") for row in rows(moment))
    known = Provider.objects.annotate(offerings_count=Value(0)).order_by("slug")
    return [
        representation.provider({**one, "offerings_count": serving[one["slug"]]})
        for one in known.values(*published.PROVIDER_COLUMNS)
        if serving[one["slug"]]
    ]
