"""What a call costs by the published catalogue: ids resolved, prices of any revision read, then `registry.pricing`.

A batch takes the catalogue once. A cost that names a revision is the same for ever: prices of an earlier revision are
read from the versions of that time, in full precision. Only the names of offerings are always today's.
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
"""Misses of one batch that get suggestions."""


class UnknownRevision(ValueError):
    """There is no such revision."""


@dataclass(frozen=True, slots=True)
class Question:
    """One usage of one model, under some conditions."""

    id: str
    usage: Usage
    conditions: Conditions
    mix: Mix | None = None
    """The mix whose price per 1M tokens is asked for. Then `usage` is that of the mix."""


def asked_mix(id: str, mix: Mix, conditions: Conditions) -> Question:
    """What 1M tokens of a mix cost."""
    return Question(id, mix.usage, conditions, mix)


@dataclass(frozen=True, slots=True)
class CostResult:
    """The answer to a question. When no single offering is meant it is not found, and `cost` is None or an estimate."""

    question: Question
    revision: int
    matched_by: str
    offering: str | None
    model: str | None
    candidates: tuple[Mapping[str, Any], ...]
    cost: Cost | None
    estimate: bool = False
    effective: Effective | None = None
    """What 1M tokens of the mix cost, where one was asked for."""

    @property
    def found(self) -> bool:
        return self.offering is not None


def cost(id: str, usage: Usage, conditions: Conditions, *, revision: int | None = None) -> CostResult:
    """What one usage costs by the newest prices, or by those of an earlier revision. Raises UnknownRevision."""
    return costs([Question(id, usage, conditions)], revision=revision)[0]


def costs(questions: Sequence[Question], *, revision: int | None = None, fallback: bool = False) -> list[CostResult]:
    """The answers to many questions, in their order, in a constant number of queries.

    With `fallback`, what is not found is estimated by the operator's price per 1M tokens, if there is one.
    """
    current = cache.current()
    number = _number(revision, current)
    found = _looked_up(current, questions)
    books = _books(current, number, {answer.offering for answer in found.values() if answer.offering})
    per_million = fallback_per_million() if fallback else None
    return [_costed(question, found[question.id], number, books, per_million) for question in questions]


class CostComparison(NamedTuple):
    """The same usage at several offerings."""

    revision: int
    matching: int
    """How many were priced; more than `results` where the answer is cut off."""
    results: list[CostResult]
    """Cheapest first; partly priced and unpriced ones, and what was not found, last."""
    unknown: int = 0
    """Offerings that were left out although they may match: a filter looks at something of them that is unknown."""


def _looked_up(current: Catalogue, questions: Iterable[Question]) -> dict[str, LookupResult]:
    """What each id means. Suggestions are slow, and nobody reads ten thousand: only the first misses get them."""
    found: dict[str, LookupResult] = {}
    misses = 0
    for question in questions:
        if question.id not in found:
            found[question.id] = current.lookup(question.id, suggest=misses < MOST_SUGGESTED)
            misses += found[question.id].matched_by == "none"
    return found


def compare(question: Question, *, revision: int | None = None) -> list[CostResult]:
    """The same usage at every offering of the model meant: cheapest first, partly priced and unpriced ones last.

    Empty when the id means no single model. Currencies are not compared: US dollars come first.
    """
    current = cache.current()
    answer = current.lookup(question.id)
    return compare_offerings(question, _served(current, answer), revision=revision).results


def compare_offerings(
    question: Question, keys: Collection[str], *, revision: int | None = None, limit: int | None = None
) -> CostComparison:
    """The same usage at some offerings, sorted as `compare` does, the first `limit` of them. Two queries at most."""
    current = cache.current()
    number = _number(revision, current)
    known = [key for key in keys if key in current.entries]
    books = _books(current, number, known)
    found = [_costed(question, _exactly(current, key), number, books, None) for key in known]
    return CostComparison(number, len(found), sorted(found, key=_cheapest_first)[:limit])


def compare_ids(question: Question, ids: Sequence[str], *, revision: int | None = None) -> CostComparison:
    """The same usage at whatever some ids mean; those that mean no single offering come last, not found."""
    found = costs([replace(question, id=id) for id in ids], revision=revision)
    number = found[0].revision if found else revision_number(revision)
    return CostComparison(number, len(found), sorted(found, key=_cheapest_first))


def revision_number(revision: int | None) -> int:
    """The number of a revision that is asked for, None for the newest. Raises UnknownRevision."""
    return _number(revision, cache.current())


def revision_known_at(moment: datetime) -> int:
    """The newest revision that was published by then; 0, the empty catalogue, when none was. One query."""
    known = Revision.objects.filter(created_at__lte=moment).order_by("-number")
    return known.values_list("number", flat=True).first() or 0


def fallback_per_million() -> Decimal | None:
    """The operator's price for what is not found, USD per 1M tokens; None, as is usual, for no such thing."""
    amount: Decimal | None = settings.COST_FALLBACK_PER_1M
    if amount is not None and not (amount.is_finite() and amount > 0):
        raise ImproperlyConfigured(f"COST_FALLBACK_PER_1M must be a price above 0, not {amount}")
    return amount


# -- one answer -------------------------------------------------------------------------------------------------------


def _costed(
    question: Question, answer: LookupResult, revision: int, books: Mapping[str, PriceBook], per_million: Decimal | None
) -> CostResult:
    priced: Cost | None = None
    of_mix: Effective | None = None
    conditions = _as_called(question.conditions, answer) if answer.conditions else question.conditions
    if answer.offering and question.mix:
        of_mix = effective(books[answer.offering], question.mix, conditions)
        priced = of_mix.cost
    elif answer.offering:
        priced = price_usage(books[answer.offering], question.usage, conditions)
    elif per_million is not None:
        priced = _estimated(question.usage, per_million)
        of_mix = Effective(question.mix, priced) if question.mix else None
    return CostResult(
        question,
        revision,
        answer.matched_by,
        answer.offering,
        answer.model,
        answer.candidates,
        priced,
        estimate=priced is not None and not answer.offering,
        effective=of_mix,
    )


def _as_called(asked: Conditions, answer: LookupResult) -> Conditions:
    """The conditions asked for, with those that the id itself names (`azure/eu/…`) where nothing else is asked for."""
    named = answer.conditions
    return replace(
        asked,
        region=asked.region or named.get("region", ""),
        plan=asked.plan or named.get("plan", ""),
        detail=asked.detail or named.get("detail", ""),
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


def _served(current: Catalogue, answer: LookupResult) -> Collection[str]:
    """All offerings of the model that an answer means; the offering alone when it has no known model."""
    entry = current.entries.get(answer.offering or "")
    if entry and not entry.model:
        return [entry.key]
    model = entry.model if entry else next((key for key, slug in current.models.items() if slug == answer.model), None)
    return current.finder.offerings_of(model) if model else ()


def _exactly(current: Catalogue, key: str) -> LookupResult:
    return LookupResult(key, "exact", key, current.entries[key].model_slug)


def _cheapest_first(one: CostResult) -> tuple[Any, ...]:
    known = one.cost and one.cost.total is not None
    total = one.cost.total if one.cost else None
    complete = bool(known and one.cost and one.cost.complete)
    currency = one.cost.currency if one.cost else None
    return (
        not complete,
        not known,
        not one.found,
        currency != "USD",
        currency or "",
        total or Decimal(0),
        one.offering or "",
        one.question.id,
    )


# -- prices of a revision ---------------------------------------------------------------------------------------------


def _number(revision: int | None, current: Catalogue) -> int:
    if revision is None:
        return current.revision
    if not 0 <= revision <= current.revision:
        raise UnknownRevision(f"there is no revision {revision}; the newest is {current.revision}")
    return revision


def _books(current: Catalogue, revision: int, keys: Collection[str]) -> dict[str, PriceBook]:
    """The prices of some offerings at a revision; none where the offering was not there yet."""
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
