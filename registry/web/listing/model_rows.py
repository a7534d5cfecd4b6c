"""The list of models: the offerings that match the filters, grouped by model. Nothing is stored for it.

An offering whose model nobody states is a row of its own. Limits and capabilities are the highest that a live offering
states; prices name the offering that charges them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from registry import display
from registry.catalogue import ending
from registry.catalogue.filters.kinds import Ordering
from registry.domain import fields
from registry.identity.platforms import HOME_PROVIDERS
from registry.models import OfferingVersion
from registry.models.choices import Quality, Status

_QUALITIES: Final = (Quality.VERIFIED, Quality.PARTIAL, Quality.ESTIMATED, Quality.UNKNOWN)
_FLAGS: Final = tuple(capability.name for capability in fields.CAPABILITIES)
_MEMBER: Final = (
    "pk", "key", "name", "provider_id", "model__slug", "model__author", "status", "quality", "pricing",
    "context_window", "max_output_tokens", "input_price", "output_price", "released_on", "retires_on",
    "knowledge_cutoff", "open_weights", "input_modalities", "output_modalities", "missing_since", *_FLAGS,
)  # fmt: skip
_OWN: Final = reduce(
    or_, (Q(model__author=author, provider_id__in=providers) for author, providers in HOME_PROVIDERS.items())
)
"""The offering of a model at its author's own provider."""

_GROUP: Final = "group"


def _orders(alive: Q) -> dict[str, Any]:
    """What models can be sorted by besides their id, in the words of the API where it has them: an expression over
    their offerings.
    """
    return {
        "offerings": Count("pk"),
        "context_window": Max("context_window", filter=alive),
        "max_output_tokens": Max("max_output_tokens", filter=alive),
        "input_price": Min("input_price", filter=alive),
        "output_price": Min("output_price", filter=alive),
        "cache_read_price": Min("cache_read_price", filter=alive),
        "first_party_price": Min("input_price", filter=alive & _OWN),
        "released_on": Min("released_on"),
        "knowledge_cutoff": Max("knowledge_cutoff", filter=~Q(knowledge_cutoff="")),
    }


ORDERS: Final = ("id", *_orders(Q()))
_ORDERING: Final = Ordering({"id": F(_GROUP), **{word: F(f"by_{word}") for word in ORDERS[1:]}})


@dataclass(frozen=True, slots=True)
class PricePair:
    """Input and output price of one offering, as text, and whether each is known."""

    offering: str
    provider: str
    input: Mapping[str, Any]
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model with what its matching offerings state. Empty means unknown."""

    slug: str
    """The model's id, or the offering's where nobody states the model."""
    name: str
    author: str
    is_model: bool
    offering_count: int
    providers: tuple[str, ...]
    context: str
    output: str
    cheapest: PricePair | None
    first_party: PricePair | None
    released_on: date | None
    cutoff: str
    open_weights: bool | None
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    capabilities: frozenset[str]
    quality: Quality
    status: str
    """Deprecated or retired where every matching offering is; "" otherwise."""
    is_delisted: bool


def live(today: date) -> Q:
    """An offering that is listed and served on a day."""
    return Q(missing_since=None) & ~ending.retired(today)


def groups(offerings: QuerySet[OfferingVersion], today: date, order: str = "") -> list[str]:
    """The models of some offerings by their ids, in an order; an offering without a model by its own. One query.

    In the usual order nothing leads that is delisted, retired, or has no known price; then what most providers serve.
    Raises WrongValue for an unknown order.
    """
    alive = live(today)
    rows: Any = offerings.order_by().values(**{_GROUP: Coalesce("model__slug", "key")})
    rows = rows.annotate(offering_count=Count("pk"))
    if order:
        value = _ORDERING.field.clean(order)
        asked = {word for word, _falls in value}
        by = {f"by_{word}": expression for word, expression in _orders(alive).items() if word in asked}
        rows = _ORDERING.filter(rows.annotate(**by), value)
    else:
        rows = rows.annotate(
            lowest_input=Min("input_price", filter=alive),
            provider_count=Count("provider_id", distinct=True, filter=alive),
            first_release=Min("released_on"),
            rank=Case(
                When(lowest_input__isnull=False, then=Value(0)),
                When(provider_count__gt=0, then=Value(1)),
                default=Value(2),
            ),
        ).order_by("rank", "-provider_count", F("first_release").desc(nulls_last=True), _GROUP)
    return list(rows.values_list(_GROUP, flat=True))


def model_rows(names: Sequence[str], offerings: QuerySet[OfferingVersion], today: date) -> list[ModelRow]:
    """The rows of one page of groups. Two queries, whatever their number."""
    chosen = offerings.order_by("key").filter(Q(model__slug__in=names) | Q(model=None, key__in=names))
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for member in chosen.values(*_MEMBER):
        members[member["model__slug"] or member["key"]].append(member)
    alive = {name: [row for row in rows if _is_live(row, today)] for name, rows in members.items()}
    pairs = {name: (_cheapest(rows), _first_party(rows)) for name, rows in alive.items()}
    facts = _facts(row["pk"] for pair in pairs.values() for row in pair if row)
    return [
        _row(name, members[name], alive[name], [_pair(row, facts, today) for row in pairs[name]])
        for name in names
        if name in members
    ]


def stated_name(offerings: QuerySet[OfferingVersion]) -> str:
    """The name of the model of some offerings, as the list shows it; "" where nobody states one."""
    return _name(offerings.order_by("key").values(*_MEMBER))


def price(facts: Mapping[str, Any], meter: str, today: date) -> dict[str, Any]:
    """An ordinary price on a day as text, and whether it is known."""
    text = display.price(facts, f"price.{meter}", today)
    return {"text": text, "is_known": text != str(display.UNKNOWN)}


def _is_live(row: Mapping[str, Any], today: date) -> bool:
    is_over = row["retires_on"] is not None and row["retires_on"] <= today
    return row["missing_since"] is None and row["status"] != Status.RETIRED and not is_over


def _cheapest(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The offering with the lowest input price; among equals the lowest output price, known before unknown."""
    priced = [row for row in rows if row["input_price"] is not None]
    return min(priced, key=_by_price, default=None)


def _by_price(row: Mapping[str, Any]) -> tuple[Decimal, bool, Decimal, str]:
    output = row["output_price"]
    return row["input_price"], output is None, output or Decimal(0), row["key"]


def _first_party(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    own = [row for row in rows if row["provider_id"] in HOME_PROVIDERS.get(row["model__author"] or "", ())]
    return _cheapest(own) or next(iter(own), None)


def _facts(versions: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """The published values of some versions, from which prices are written."""
    return dict(OfferingVersion.objects.filter(pk__in=set(versions)).values_list("pk", "content__facts"))


def _pair(row: Mapping[str, Any] | None, facts: Mapping[int, Mapping[str, Any]], today: date) -> PricePair | None:
    if row is None:
        return None
    return PricePair(
        row["key"], row["provider_id"], *(price(facts[row["pk"]], meter, today) for meter in ("input", "output"))
    )


def _row(
    name: str,
    members: Sequence[Mapping[str, Any]],
    alive: Sequence[Mapping[str, Any]],
    pairs: Sequence[PricePair | None],
) -> ModelRow:
    stating = alive or members
    first = members[0]
    return ModelRow(
        slug=name,
        name=_name(members) or name,
        author=first["model__author"] or "",
        is_model=first["model__slug"] is not None,
        offering_count=len(members),
        providers=tuple(dict.fromkeys(row["provider_id"] for row in stating)),
        context=_highest(stating, "context_window"),
        output=_highest(stating, "max_output_tokens"),
        cheapest=pairs[0],
        first_party=pairs[1],
        released_on=min((row["released_on"] for row in members if row["released_on"]), default=None),
        cutoff=max((row["knowledge_cutoff"] for row in members), default=""),
        open_weights=_flag(members, "open_weights"),
        takes=_words(stating, "input_modalities"),
        gives=_words(stating, "output_modalities"),
        capabilities=frozenset(flag for flag in _FLAGS if _flag(stating, flag)),
        quality=min((Quality(row["quality"]) for row in stating), key=_QUALITIES.index),
        status=_common_end(members),
        is_delisted=all(row["missing_since"] for row in members),
    )


def _name(members: Iterable[Mapping[str, Any]]) -> str:
    """The name that its author's provider states, else the one that most providers state."""
    own = next((row["name"] for row in members if row["name"] and _first_party([row])), "")
    return own or next((name for name, _ in Counter(row["name"] for row in members if row["name"]).most_common(1)), "")


def _highest(members: Iterable[Mapping[str, Any]], column: str) -> str:
    highest = max((row[column] for row in members if row[column]), default=None)
    return display.text(column, highest) if highest else ""


def _flag(members: Iterable[Mapping[str, Any]], column: str) -> bool | None:
    """Yes where one says yes, no where one says no and none yes; None where nobody says."""
    stated = {row[column] for row in members} - {None}
    return True in stated if stated else None


def _words(members: Iterable[Mapping[str, Any]], column: str) -> tuple[str, ...]:
    return tuple(sorted({word for row in members for word in row[column].split("|") if word}))


def _common_end(members: Collection[Mapping[str, Any]]) -> str:
    ends = {row["status"] for row in members}
    if ends <= {Status.DEPRECATED, Status.RETIRED} and ends:
        return str(Status.RETIRED if ends == {Status.RETIRED} else Status.DEPRECATED)
    return ""
