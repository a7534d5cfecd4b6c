"""What a call costs by the published catalogue: resolves ids, reads prices of any revision, then `registry.pricing`.

A batch reads the catalogue once. A cost at a given revision never changes: prices of an earlier revision are read from
its versions, in full precision. Only the names of offerings are always today's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from registry.catalogue import cache, queries
from registry.catalogue.cache import Catalogue
from registry.domain import rates
from registry.domain.rates import RateKey
from registry.identity.lookup import LookupResult
from registry.models import Revision
from registry.pricing import (
    Conditions,
    Cost,
    CostLine,
    Effective,
    Mix,
    PriceBook,
    Unpriced,
    UnpricedReason,
    Usage,
    effective,
    price_usage,
)
from registry.pricing.cost import summed, times
from registry.pricing.usage import QUANTITIES

FALLBACK_RULE: Final = "fallback set by the operator (COST_FALLBACK_PER_1M), no price of this model"
_MANY: Final = 10**6
MOST_SUGGESTED: Final = 100
"""Unresolved ids of one batch that get suggestions."""


class UnknownRevision(ValueError):
    """There is no such revision."""


@dataclass(frozen=True, slots=True)
class Question:
    """One usage of one model, under some conditions."""

    id: str
    usage: Usage
    conditions: Conditions
    mix: Mix | None = None
    """The mix whose price per 1M tokens is requested. Then `usage` is that of the mix."""


def asked_mix(id: str, mix: Mix, conditions: Conditions) -> Question:
    """The question what 1M tokens of a mix cost."""
    return Question(id, mix.usage, conditions, mix)


@dataclass(frozen=True, slots=True)
class CostResult:
    """The result of a question. When the id means no single offering, `cost` is None or an estimate."""

    question: Question
    revision: int
    matched_by: str
    offering: str | None
    model: str | None
    candidates: tuple[Mapping[str, Any], ...]
    cost: Cost | None
    estimate: bool = False
    effective: Effective | None = None
    """What 1M tokens of the mix cost, where one was requested."""

    @property
    def found(self) -> bool:
        return self.offering is not None


def cost(id: str, usage: Usage, conditions: Conditions, *, revision: int | None = None) -> CostResult:
    """What one usage costs by the newest prices, or by those of an earlier revision. Raises UnknownRevision."""
    return costs([Question(id, usage, conditions)], revision=revision)[0]


def costs(questions: Sequence[Question], *, revision: int | None = None, fallback: bool = False) -> list[CostResult]:
    """The results of many questions, in their order, in a constant number of queries.

    With `fallback`, an unresolved id is estimated by the operator's price per 1M tokens, if there is one.
    """
    current = cache.current()
    number = _number(revision, current)
    results = _looked_up(current, questions)
    books = _books(current, number, {answer.offering for answer in results.values() if answer.offering})
    per_million = fallback_per_million() if fallback else None
    return [_costed(question, results[question.id], number, books, per_million) for question in questions]


class CostComparison(NamedTuple):
    """The same usage at several offerings."""

    revision: int
    matching: int
    """How many were priced; more than `results` where they are limited."""
    results: list[CostResult]
    """Cheapest first; partly priced, unpriced and unresolved ones last."""
    unknown: int = 0
    """Offerings that were left out because a value that a filter uses is unknown."""


def _looked_up(current: Catalogue, questions: Iterable[Question]) -> dict[str, LookupResult]:
    """The lookup of each id. Suggestions are slow, so only the first unresolved ids get them."""
    results: dict[str, LookupResult] = {}
    unresolved = 0
    for question in questions:
        if question.id not in results:
            results[question.id] = current.lookup(question.id, suggest=unresolved < MOST_SUGGESTED)
            unresolved += results[question.id].matched_by == "none"
    return results


def compare(question: Question, *, revision: int | None = None) -> list[CostResult]:
    """The same usage at every offering of the model: cheapest first, partly priced and unpriced ones last.

    Empty when the id means no single model. Currencies are not compared: US dollars come first.
    """
    current = cache.current()
    result = current.lookup(question.id)
    return compare_offerings(question, _served(current, result), revision=revision).results


def compare_offerings(
    question: Question, keys: Collection[str], *, revision: int | None = None, limit: int | None = None
) -> CostComparison:
    """The same usage at some offerings, sorted as `compare` does, the first `limit` of them. Two queries at most."""
    current = cache.current()
    number = _number(revision, current)
    published = [key for key in keys if key in current.entries]
    books = _books(current, number, published)
    results = [_costed(question, _exactly(current, key), number, books, None) for key in published]
    return CostComparison(number, len(results), sorted(results, key=_cheapest_first)[:limit])


def compare_ids(question: Question, ids: Sequence[str], *, revision: int | None = None) -> CostComparison:
    """The same usage at the offerings of some ids; ids without a single offering come last."""
    results = costs([replace(question, id=id) for id in ids], revision=revision)
    number = results[0].revision if results else revision_number(revision)
    return CostComparison(number, len(results), sorted(results, key=_cheapest_first))


def revision_number(revision: int | None) -> int:
    """The number of a requested revision, None for the newest. Raises UnknownRevision."""
    return _number(revision, cache.current())


def revision_known_at(moment: datetime) -> int:
    """The newest revision published by then; 0, the empty catalogue, when there was none. One query."""
    revisions = Revision.objects.filter(created_at__lte=moment).order_by("-number")
    return revisions.values_list("number", flat=True).first() or 0


def fallback_per_million() -> Decimal | None:
    """The operator's price for unresolved ids, USD per 1M tokens; None, the default, for no fallback."""
    amount: Decimal | None = settings.COST_FALLBACK_PER_1M
    if amount is not None and not (amount.is_finite() and amount > 0):
        raise ImproperlyConfigured(f"COST_FALLBACK_PER_1M must be a price above 0, not {amount}")
    return amount


# -- one result -------------------------------------------------------------------------------------------------------


def _costed(
    question: Question, lookup: LookupResult, revision: int, books: Mapping[str, PriceBook], per_million: Decimal | None
) -> CostResult:
    priced: Cost | None = None
    of_mix: Effective | None = None
    conditions = _as_called(question.conditions, lookup) if lookup.conditions else question.conditions
    if lookup.offering and question.mix:
        of_mix = effective(books[lookup.offering], question.mix, conditions)
        priced = of_mix.cost
    elif lookup.offering:
        priced = price_usage(books[lookup.offering], question.usage, conditions)
    elif per_million is not None:
        priced = _estimated(question.usage, per_million)
        of_mix = Effective(question.mix, priced) if question.mix else None
    return CostResult(
        question,
        revision,
        lookup.matched_by,
        lookup.offering,
        lookup.model,
        lookup.candidates,
        priced,
        estimate=priced is not None and not lookup.offering,
        effective=of_mix,
    )


def _as_called(conditions: Conditions, result: LookupResult) -> Conditions:
    """The requested conditions, completed by those that the id itself states (`azure/eu/…`)."""
    stated_in_id = result.conditions
    return replace(
        conditions,
        region=conditions.region or stated_in_id.get("region", ""),
        plan=conditions.plan or stated_in_id.get("plan", ""),
        detail=conditions.detail or stated_in_id.get("detail", ""),
    )


def _estimated(usage: Usage, per_million: Decimal) -> Cost:
    lines = [
        CostLine(
            meter,
            tokens,
            "tokens",
            RateKey(meter),
            per_million,
            "USD",
            times(tokens, per_million, _MANY),
            FALLBACK_RULE,
        )
        for meter, tokens in (("input", usage.input_tokens), ("output", usage.output_tokens))
        if tokens
    ]
    unpriced = [
        Unpriced(name, quantity, "", UnpricedReason.FALLBACK, "the fallback is a price of tokens only")
        for name in QUANTITIES
        if not name.endswith("_tokens") and name != "requests" and (quantity := getattr(usage, name))
    ]
    unpriced += [
        Unpriced(word, quantity, "", UnpricedReason.FALLBACK, "the fallback is a price of tokens only")
        for word, quantity in usage.others.items()
        if quantity
    ]
    return summed(lines, unpriced)


def _served(current: Catalogue, result: LookupResult) -> Collection[str]:
    """All offerings of the model of a lookup; only the offering when it has no known model."""
    entry = current.entries.get(result.offering or "")
    if entry and not entry.model:
        return [entry.key]
    model = entry.model if entry else next((key for key, slug in current.models.items() if slug == result.model), None)
    return current.finder.offerings_of(model) if model else ()


def _exactly(current: Catalogue, key: str) -> LookupResult:
    return LookupResult(key, "exact", key, current.entries[key].model_slug)


def _cheapest_first(result: CostResult) -> tuple[Any, ...]:
    has_total = result.cost and result.cost.total is not None
    total = result.cost.total if result.cost else None
    complete = bool(has_total and result.cost and result.cost.complete)
    currency = result.cost.currency if result.cost else None
    return (
        not complete,
        not has_total,
        not result.found,
        currency != "USD",
        currency or "",
        total or Decimal(0),
        result.offering or "",
        result.question.id,
    )


# -- prices of a revision ---------------------------------------------------------------------------------------------


def _number(revision: int | None, current: Catalogue) -> int:
    if revision is None:
        return current.revision
    if not 0 <= revision <= current.revision:
        raise UnknownRevision(f"there is no revision {revision}; the newest is {current.revision}")
    return revision


def _books(current: Catalogue, revision: int, keys: Collection[str]) -> dict[str, PriceBook]:
    """The prices of some offerings at a revision; none where the offering did not exist yet."""
    if revision == current.revision:
        return {key: _book(current.entries[key].facts) for key in keys}
    # Any day will do: its prices are chosen from the values, by the moment of the call.
    versions = queries.offerings(date.max, revision).filter(key__in=list(keys))
    facts: dict[str, Mapping[str, Any]] = dict(versions.values_list("key", "content__facts"))
    return {key: _book(facts.get(key, {})) for key in keys}


def _book(facts: Mapping[str, Any]) -> PriceBook:
    return PriceBook(dict(_prices(facts.items())))


def _prices(facts: Iterable[tuple[str, Any]]) -> Iterable[tuple[RateKey, rates.PriceLine]]:
    for name, value in facts:
        if value and name.startswith(rates.PREFIX):
            yield rates.parse_key(name), rates.decode(value)
