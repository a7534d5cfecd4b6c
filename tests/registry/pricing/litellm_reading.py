"""How litellm's calculator reads a row of its map, where that is not how we do: every gap filled as it fills it.

It answers every question, and the registry does not: what nobody states a price for is unpriced here, and billed there
by the nearest price that stands in the row, or as 0. So a question on which the two differ is asked again of our
calculator with the gaps filled in their way; then both totals must be equal, and the class of the gap is counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain import rates
from registry.domain.rates import PriceLine, RateKey, parse_key
from registry.pricing import Conditions, Cost, UnpricedReason, Usage, price_usage
from syncers.sources.catalogues.litellm import LiteLLM
from syncers.sources.catalogues.litellm_ids import place
from syncers.sources.catalogues.litellm_prices import rate_of

Row = Mapping[str, Any]
Prices = dict[RateKey, PriceLine]
Amounts = dict[RateKey, Decimal]

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
KINDS: Final = ("audio", "image", "video")
EQUAL: Final = "equal"
READ: Final = "equal when read as litellm does"
#: What litellm does where the map states no price; the registry names the part as unpriced instead.
NO_TIER: Final = "no rate at the service tier: the standard one is used"
NO_BATCH: Final = "no batch rate: half of the standard one is assumed"
NO_BAND: Final = "no rate above the threshold at the tier, or for this kind of token: another one is used"
NO_CACHE: Final = "cached tokens without a cache rate: billed as ordinary input"
NO_LIFE: Final = "a cache write of an hour without a rate: billed as the usual write, or as input"
NO_MODALITY: Final = "audio, or output that is not text, without a rate: billed as text"
NO_PRICE: Final = "no price, or 0, which this map writes for not filled in as well: counted as 0"
#: What it does although the map states a price.
TIERED: Final = (
    "tiered_pricing: no cached rate in a range, so its input rate, though there is one outside of the ranges"
)
EMPTY: Final = "tiered_pricing: a request without input falls into no range, so its output is counted as 0"
REQUEST: Final = "a fee for the request, which this call of litellm's does not charge"
FIREWORKS: Final = "fireworks_ai: cached input without a rate is billed as half of the input, by a rule in its code"
INCLUSIVE: Final = "xai: the higher band holds from the threshold on, not above it"
OFF_PEAK: Final = "off_peak_pricing: the price hangs on the hour"
DROPPED: Final = "the audio price of a tier, which litellm loses when it looks the row up: the standard one is used"
ONE_BAND: Final = "the threshold of one price is taken for all of the row, the standard one before that of the tier"
PROVIDER: Final = "rules in litellm's code for one provider, which stand in no row: "

_BANDED: Final = frozenset({RateKey("input"), RateKey("output"), RateKey("cache_read"), RateKey("cache_write")})
_INPUT, _OUTPUT, _READ, _WRITE = (RateKey(meter) for meter in ("input", "output", "cache_read", "cache_write"))
_HOUR: Final = RateKey("cache_write", ttl="1h")
_REASONING: Final = RateKey("reasoning")


def prices_of(key: str, row: Row) -> Prices | None:
    """The prices that our source reads in a row; None when it takes none of it."""
    source = LiteLLM()
    for record in source.records({key: dict(row)}):
        try:
            for claim in source.claims(record):
                return {parse_key(n): line for n, line in claim.values.items() if n.startswith(rates.PREFIX) and line}
        except InvalidClaim:
            return None
    return None


def conditions(key: str, row: Row, tier: str) -> Conditions:
    """The conditions that a key names, as those of a call."""
    named_by_key = place(key, str(row["litellm_provider"])).conditions
    return Conditions(
        NOON, tier, named_by_key.get("region", ""), named_by_key.get("plan", ""), named_by_key.get("detail", "")
    )


def random_question(chance: random.Random, key: str, row: Row, prices: Prices) -> dict[str, Any]:
    """A usage, mostly of what the row has prices for and often at the edge of a band, and a service tier."""
    tiers = [t for t in ("flex", "priority", "batch") if chance.random() < 0.1 or any(k.tier == t for k in prices)]
    tier = chance.choice(tiers) if tiers and chance.random() < 0.4 else ""
    bands = sorted({price.above for price in prices if price.above})
    priced = {(price.meter, price.modality, price.ttl) for price in prices}
    anything = chance.random() < 0.15

    def some(often: float, most: int, *rate: str) -> int:
        is_priced = anything or (*rate, "", "")[:3] in priced
        return chance.randrange(most + 1) if is_priced and chance.random() < often else 0

    total = chance.choice([0, chance.randrange(2_000), chance.randrange(2_000_000)])
    if bands and chance.random() < 0.6:
        total = chance.choice(bands) + chance.randrange(-1, 2)
    output = chance.randrange(50_000) if row.get("mode") != "embedding" else 0
    used = {"input_tokens": total, "output_tokens": output}
    used["cache_read_tokens"] = left = some(0.6, total, "cache_read")
    if tier != "batch":  # its calculator for batches looks at nothing but text
        used["cache_write_tokens"] = cache_write_tokens = some(0.4, total - left, "cache_write")
        used["cache_write_1h_tokens"] = some(0.4, cache_write_tokens, "cache_write", "", "1h")
        room, free = output, total - left - cache_write_tokens
        for kind in KINDS:
            used[f"input_{kind}_tokens"] = part = some(0.3, free, "input", kind)
            free -= part
        used["reasoning_tokens"] = part = chance.randrange(room + 1) if chance.random() < 0.3 else 0
        room -= part
        for kind in KINDS:
            used[f"output_{kind}_tokens"] = part = some(0.3, room, "output", kind)
            room -= part
    return {"key": key, "tier": tier, "usage": {name: number for name, number in used.items() if number}
            | {"input_tokens": total, "output_tokens": output}}  # fmt: skip


def compare(row: Row, prices: Prices, question: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[str]:
    """`EQUAL`, or the classes of the difference; nothing when it is not explained."""
    usage, tier = Usage(**question["usage"]), question["tier"]
    call = conditions(question["key"], row, tier)
    ours = price_usage(prices, usage, call)
    if ours.complete and _close(ours, answer["cost"]):
        yield EQUAL
        return
    provider = str(row["litellm_provider"])
    again = price_usage(_reading(row, tier, usage, is_inclusive=provider == "xai"), usage, Conditions(NOON))
    if _close(again, answer["cost"]):
        classes = set(_classes(row, ours, tier, usage))
        if classes:
            yield READ
            yield from sorted(classes)
    elif row.get("off_peak_pricing") and _close(
        price_usage(
            _reading({**row, **row["off_peak_pricing"]}, tier, usage, is_inclusive=False), usage, Conditions(NOON)
        ),
        answer["cost"],
    ):
        yield OFF_PEAK
    elif tier != "batch" and _close(again, answer["generic"]) and not _same(answer["cost"], answer["generic"]):
        yield PROVIDER + provider.partition("-")[0]


def _close(cost: Cost, theirs: float) -> bool:
    return cost.complete and _same(float(cost.total or 0), theirs)


def _same(first: float, second: float) -> bool:
    return abs(first - second) <= 1e-9 * max(abs(first), abs(second)) + 1e-15


def _classes(row: Row, ours: Cost, tier: str, usage: Usage) -> Iterator[str]:
    for part in ours.unpriced:
        if part.why is UnpricedReason.TIER:
            yield NO_BATCH if tier == "batch" else NO_TIER
        elif part.why is UnpricedReason.BAND:
            yield NO_BAND
        elif part.why is UnpricedReason.TTL or "1h" in part.meter:
            yield NO_LIFE
        elif part.meter == "cache_read" and row["litellm_provider"] == "fireworks_ai":
            yield FIREWORKS
        elif part.meter.startswith("cache_"):
            yield NO_CACHE
        elif part.meter.startswith(("input[modality=audio]", "output[modality=")):
            yield NO_MODALITY
        elif part.why is UnpricedReason.UNKNOWN:
            yield NO_PRICE
    if any(line.meter == "request" for line in ours.lines):
        yield REQUEST
    if any(line.rate.tier and line.rate.modality for line in ours.lines):
        yield DROPPED
    if ours.unpriced:
        return
    if row["litellm_provider"] == "xai" and any(key.above == usage.input_tokens for key in amounts_of(row)):
        yield INCLUSIVE
    elif row.get("tiered_pricing"):
        yield TIERED if usage.input_tokens else EMPTY
    elif any(key.above for key in amounts_of(row)):
        yield ONE_BAND


def amounts_of(row: Row) -> Amounts:
    """The numbers of a row as they stand in it, zeros included, by rate."""
    amounts: Amounts = {}
    for name, value in row.items():
        rate = rate_of(name, str(row.get("mode")), row)
        if rate and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            amounts.setdefault(rate[0], Decimal(str(value)) * Decimal(rate[1]))
    return amounts


def _reading(row: Row, tier: str, usage: Usage, *, is_inclusive: bool) -> Prices:
    """One price for each part of a usage, without conditions."""
    amounts, total = amounts_of(row), usage.input_tokens

    def at_tier(stem: RateKey, above: int = 0) -> Decimal | None:
        special = amounts.get(replace(stem, tier=tier, above=above))
        return amounts.get(replace(stem, above=above)) if special is None else special

    def banded(stem: RateKey) -> Decimal | None:
        held = amounts.get(stem) if stem == _HOUR else at_tier(stem)
        for above in bands:
            amount = at_tier(stem, above)
            held = held if amount is None else amount
        return held

    bands = sorted(
        {
            key.above
            for key in amounts
            if key.above
            and replace(key, tier="", above=0, ttl="") in _BANDED
            and key.tier in ("", tier)
            and (total > key.above or (is_inclusive and total == key.above))
        }
    )
    if row["litellm_provider"] == "fireworks_ai" and _INPUT in amounts and tier != "batch":
        amounts.setdefault(_READ, amounts[_INPUT] / 2)
    ranged = _ranged(row, total)
    if tier == "batch":
        filled = _batch(amounts, total, is_inclusive=is_inclusive)
    elif ranged is not None:
        filled = {stem: ranged.get(stem) for stem in (_INPUT, _OUTPUT, _READ, _WRITE, _HOUR, _REASONING)}
        filled[_OUTPUT] = amounts.get(_OUTPUT) if filled[_OUTPUT] is None else filled[_OUTPUT]
    else:
        filled = {stem: banded(stem) for stem in (_INPUT, _OUTPUT, _READ, _WRITE, _HOUR)}
        if not filled[_OUTPUT]:
            filled[_OUTPUT] = amounts.get(RateKey("output", "image"), filled[_OUTPUT])
        own = amounts.get(replace(_OUTPUT, tier=tier)) if tier else None
        special = amounts.get(replace(_REASONING, tier=tier)) if tier else None
        filled[_REASONING] = special if special is not None else amounts.get(_REASONING) if own is None else None
    for kind in KINDS:
        for meter in ("input", "cache_read"):
            filled[RateKey(meter, kind)] = amounts.get(RateKey(meter, kind))
        filled[RateKey("output", kind)] = amounts.get(RateKey("output", kind))
    for stem, nearest in _FALLS_BACK:
        if filled.get(stem) is None:
            filled[stem] = filled.get(nearest)
    return {stem: rates.price(amount or 0) for stem, amount in filled.items()}


def _ranged(row: Row, total: int) -> Amounts | None:
    """The prices of the range that a request falls into, for rows with `tiered_pricing`."""
    ranges = [price_range for price_range in row.get("tiered_pricing") or () if len(price_range.get("range", ())) == 2]
    if not ranges or total <= 0:
        return None
    ranges.sort(key=lambda price_range: price_range["range"][0])
    held = next(
        (price_range for price_range in ranges if price_range["range"][0] < total <= price_range["range"][1]),
        ranges[-1],
    )
    return amounts_of(held) if "input_cost_per_token" in held else None


def _batch(amounts: Amounts, total: int, *, is_inclusive: bool) -> dict[RateKey, Decimal | None]:
    def rate(stem: RateKey) -> Decimal | None:
        batch = replace(stem, tier="batch")
        bands = {key.above for key in amounts if key.above and replace(key, above=0) == batch}
        over = [above for above in bands if total > above or (is_inclusive and total == above)]
        return amounts.get(replace(batch, above=max(over, default=0)), amounts.get(batch))

    def half(stem: RateKey) -> Decimal | None:
        return amounts[stem] / 2 if stem in amounts else None

    read = rate(_READ)
    if rate(_INPUT) is None:
        # Only then are cached tokens without a rate counted as 0, not as input.
        return {_INPUT: half(_INPUT), _READ: half(_READ) or Decimal(0), _OUTPUT: rate(_OUTPUT) or half(_OUTPUT)}
    return {_INPUT: rate(_INPUT), _READ: read, _OUTPUT: rate(_OUTPUT) or half(_OUTPUT)}


#: What has no price → as what it is billed then. In this order, since one may fall back on another.
_FALLS_BACK: Final = (
    (_READ, _INPUT),
    (_WRITE, _INPUT),
    (_HOUR, _WRITE),
    (_REASONING, _OUTPUT),
    *((RateKey("input", kind), _INPUT) for kind in KINDS),
    *((RateKey("cache_read", kind), _READ) for kind in KINDS),
    *((RateKey("output", kind), _OUTPUT) for kind in KINDS),
)
