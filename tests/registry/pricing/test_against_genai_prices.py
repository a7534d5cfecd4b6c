"""Our calculator against the one of the genai-prices package, on the package's own prices, read by our source.

Where the package fills a gap and we do not, the same question is asked again in its reading ("as they would"): then
both totals must be equal too. So every disagreement is explained to the last digit, and its class is named and counted.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import genai_prices
import pytest
from genai_prices.data import providers

from registry.domain import schedule
from registry.domain.rates import PREFIX, PriceLine, RateKey, parse_key, point_on
from registry.pricing import Conditions, Unpriced, UnpricedReason, Usage, price_usage
from registry.pricing.rules import stem
from syncers.sources.catalogues import genai_package
from syncers.sources.catalogues.genai_prices import GenaiPrices
from tests import random_courses

QUESTIONS = random_courses.count(3_000)
EPSILON = Decimal("1e-12")
KINDS = ("audio", "image", "video")
CONTEXTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "": ({}, {}),
    "batch": ({"processing": "batch"}, {"tier": "batch"}),
    "flex": ({"service_tier": "flex"}, {"tier": "flex"}),
    "priority": ({"service_tier": "priority"}, {"tier": "priority"}),
    "fast": ({"service_tier": "fast", "speed": "fast"}, {"tier": "fast"}),
    "mistral/eu": ({"route": "mistral/eu"}, {"region": "mistral/eu"}),
}
Prices = dict[RateKey, PriceLine]

#: What the package does where nobody states a price; the registry names the part as unpriced instead.
NO_TIER = "no rate at the tier: the standard one is used"
NO_BAND = "no context band at the tier, or for this kind of token: its price for short prompts is used"
NO_DAY = "no price on that day: the first one ever is used"
NO_CACHE = "cached tokens without a cache rate: billed as ordinary input"
NO_MODALITY = "audio, or output that is not text, without a rate: billed as text"
NO_PRICE = "nobody states a price: counted as 0"
#: Rules of the package's code, which stand in none of its prices.
SPECIAL = "groq whisper: ten seconds at least are billed"


def models() -> Iterator[tuple[Any, Any, Prices]]:
    source = GenaiPrices()
    records = source.records(json.loads(genai_package.payload()))
    for provider in providers:
        for model in provider.models:
            (claim,) = source.claims(next(records))
            price_values = {name: value for name, value in claim.values.items() if name.startswith(PREFIX) and value}
            yield provider, model, {parse_key(name): value for name, value in price_values.items()}


def random_usage(chance: random.Random, prices: Prices) -> Usage:
    """Mostly of what the model has prices for, often at the edge of a context band, and sometimes of anything."""
    bands = [key.above for key in prices if key.above]
    priced = {(key.meter, key.modality, key.ttl) for key in prices}
    anything = chance.random() < 0.2

    def some(often: float, most: int | Decimal, *rate: str) -> int:
        is_priced = anything or (*rate, "", "", "")[:3] in priced
        return chance.randrange(int(most) + 1) if is_priced and chance.random() < often else 0

    total = chance.choice([0, chance.randrange(2_000), chance.randrange(2_000_000)])
    if bands and chance.random() < 0.5:
        total = chance.choice(bands) + chance.randrange(-1, 2)
    if not anything and ("input", "", "") not in priced:
        total = 0
    read = some(0.6, total, "cache_read")
    write = some(0.4, total - read, "cache_write")
    hour = some(0.4, write, "cache_write", "", "1h")
    inputs: dict[str, Any] = {}
    cached: dict[str, Any] = {}
    free, cached_free = total - read - write, read
    for kind in KINDS:
        cached[kind] = some(0.2, cached_free, "cache_read", kind)
        cached_free -= cached[kind]
        uncached = some(0.3, free, "input", kind)
        free -= uncached
        inputs[kind] = cached[kind] + uncached
    output = some(0.9, 50_000, "output")
    room = output
    outputs: dict[str, Any] = {}
    for kind in ("reasoning", "citation"):
        outputs[kind] = chance.randrange(room + 1) if chance.random() < 0.2 else 0
        room -= outputs[kind]
    for kind in KINDS:
        outputs[kind] = some(0.3, room, "output", kind)
        room -= outputs[kind]
    return Usage(
        input_tokens=total,
        cache_read_tokens=read,
        cache_write_tokens=write,
        cache_write_1h_tokens=hour,
        cache_write_5m_tokens=some(0.3, write - hour, "cache_write"),
        **{f"input_{kind}_tokens": count for kind, count in inputs.items()},
        **{f"cache_read_{kind}_tokens": count for kind, count in cached.items()},
        output_tokens=output,
        reasoning_tokens=outputs["reasoning"],
        citation_tokens=outputs["citation"],
        **{f"output_{kind}_tokens": outputs[kind] for kind in KINDS},
        input_characters=some(0.5, 100_000, "character"),
        input_audio_seconds=Decimal(some(0.6, 20_000, "input", "audio")) / 2,
        pages=some(0.5, 100, "page"),
        searches=some(0.5, 10, "search"),
    )


def context_of(chance: random.Random, prices: Prices) -> tuple[dict[str, str], dict[str, str]]:
    """How a request is marked, for the package and for us: mostly in a way that the model prices."""
    marked = {key.tier or key.region for key in prices} | ({""} if chance.random() < 0.9 else set(CONTEXTS))
    return CONTEXTS[chance.choice(sorted(marked & CONTEXTS.keys()))]


def their_usage(usage: Usage, model: Any) -> genai_prices.Usage:
    """The same usage in the package's words, every level of its tree stated, since it infers nothing."""
    text_in = usage.input_tokens - sum(getattr(usage, f"input_{kind}_tokens") for kind in KINDS)
    text_read = usage.cache_read_tokens - sum(getattr(usage, f"cache_read_{kind}_tokens") for kind in KINDS)
    text_out = usage.output_tokens - sum(getattr(usage, f"output_{kind}_tokens") for kind in KINDS)
    fields: dict[str, Any] = {
        "input_tokens": usage.input_tokens,
        "input_text_tokens": text_in,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_text_read_tokens": text_read,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_write_5m_tokens": usage.cache_write_5m_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "cache_text_write_tokens": usage.cache_write_tokens,
        "cache_text_write_5m_tokens": usage.cache_write_5m_tokens,
        "cache_text_write_1h_tokens": usage.cache_write_1h_tokens,
        "output_tokens": usage.output_tokens,
        "output_text_tokens": text_out,
        "output_reasoning_tokens": usage.reasoning_tokens,
        "output_text_reasoning_tokens": usage.reasoning_tokens,
        "output_citation_tokens": usage.citation_tokens,
        "output_text_citation_tokens": usage.citation_tokens,
        "input_characters": usage.input_characters,
        "audio_seconds": usage.input_audio_seconds,
        "input_audio_seconds": usage.input_audio_seconds,
        "input_document_pages": usage.pages,
    }
    for kind in KINDS:
        fields[f"input_{kind}_tokens"] = getattr(usage, f"input_{kind}_tokens")
        fields[f"cache_{kind}_read_tokens"] = getattr(usage, f"cache_read_{kind}_tokens")
        fields[f"output_{kind}_tokens"] = getattr(usage, f"output_{kind}_tokens")
    rerank = "rerank_searches_kcount" in price_keys(model)
    fields["rerank_searches" if rerank else "web_searches"] = usage.searches
    return genai_prices.Usage(**fields)


def price_keys(model: Any) -> set[str]:
    sets = [price.prices for price in model.prices] if isinstance(model.prices, list) else [model.prices]
    return {key for line in (*sets, *(v.prices for v in model.price_variants or ())) for key in vars(line)}


def as_they_would(prices: Prices, conditions: Conditions) -> Prices:
    """The prices of that moment and context with every gap filled in the way the package fills it, conditions gone."""
    day = conditions.moment.date()
    held = {key: line for key, line in prices.items() if point_on(line, day)}
    standard = {key: line for key, line in held.items() if not (key.tier or key.region)} or first_prices(prices)
    windows = {
        key.schedule for key in standard if key.schedule and schedule.read(key.schedule).holds_at(conditions.moment)
    }
    current = {key: line for key, line in standard.items() if key.schedule in (windows or {""})}
    special = {
        k: line for k, line in held.items() if (k.tier, k.region) == (conditions.tier, conditions.region) != ("", "")
    }
    overridden = {stem(key) for key in special}
    current = {key: line for key, line in current.items() if stem(key) not in overridden} | special
    filled: Prices = {}
    for key, line in current.items():
        always = replace(point_on(line, day) or line[0], valid_from=None, valid_to=None)
        filled[replace(key, tier="", region="", schedule="")] = (always,)
    for wanted, nearest in FALLS_BACK:
        if not any(stem(key) == stem(wanted) for key in filled):
            inputs = {key.above: line for key, line in filled.items() if stem(key) == stem(nearest)}
            filled |= {replace(wanted, above=above): line for above, line in inputs.items()}
    return filled | dict(short_prompts(filled))


def short_prompts(filled: Prices) -> Iterator[tuple[RateKey, PriceLine]]:
    """What has no price of its own in a band of the others keeps the one that it has below."""
    bands = sorted({key.above for key in filled if key.above})
    for key in {stem(key) for key in filled if not key.beyond}:
        held = None
        for above in (0, *bands):
            held = filled.get(replace(key, above=above), held)
            if held:
                yield replace(key, above=above), held


def first_prices(prices: Prices) -> Prices:
    """Before the first day of all, the first set of prices holds already."""
    standard = {key: line for key, line in prices.items() if not (key.tier or key.region or key.schedule)}
    first = min((line[0].valid_from for line in standard.values() if line[0].valid_from), default=None)
    return {key: line for key, line in standard.items() if line[0].valid_from == first}


#: What has no price → as what the package then bills it. In this order, since one may fall back on another.
FALLS_BACK = (
    *((RateKey("input", kind), RateKey("input")) for kind in KINDS),
    *((RateKey("output", kind), RateKey("output")) for kind in KINDS),
    *((RateKey("cache_read", kind), RateKey("cache_read")) for kind in KINDS),
    *((RateKey("cache_read", kind), RateKey("input", kind)) for kind in KINDS),
    (RateKey("cache_read"), RateKey("input")),
    (RateKey("cache_write"), RateKey("input")),
    (RateKey("cache_write", ttl="5m"), RateKey("cache_write")),
    (RateKey("cache_write", ttl="1h"), RateKey("cache_write")),
)


def reason(part: Unpriced) -> str:
    """The class of disagreement that a part without a price leads to."""
    if part.why in (UnpricedReason.TIER, UnpricedReason.BAND, UnpricedReason.DATE):
        return {UnpricedReason.TIER: NO_TIER, UnpricedReason.BAND: NO_BAND, UnpricedReason.DATE: NO_DAY}[part.why]
    assert part.why in (UnpricedReason.UNKNOWN, UnpricedReason.TTL), part
    if part.meter.startswith("cache_"):
        return NO_CACHE
    return NO_MODALITY if part.meter.startswith(("input[modality=audio]", "output[modality=")) else NO_PRICE


@pytest.mark.soak
def test_it_agrees_with_genai_prices_or_says_why_not():
    chance = random_courses.chance()
    everything = list(models())
    special = [line for line in everything if any(key.above or key.schedule or key.tier for key in line[2])]
    counts = Counter[str]()

    for number in range(QUESTIONS):
        provider, model, prices = chance.choice(special if number % 2 else everything)
        context, options = context_of(chance, prices)
        moment = datetime(2023, 6, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(4 * 365 * 1440))
        usage, conditions = random_usage(chance, prices), Conditions(moment, **options)

        ours = price_usage(prices, usage, conditions)
        calculation = model.calc_price(
            their_usage(usage, model), provider, genai_request_timestamp=moment, price_context=context
        )

        theirs = calculation.total_price
        if "whisper" in model.id and provider.id == "groq" and 0 < usage.input_audio_seconds < 10:
            counts[SPECIAL] += 1
        elif ours.complete:
            assert abs((ours.total or 0) - theirs) <= EPSILON, (provider.id, model.id, usage, conditions, ours, theirs)
            counts["equal"] += 1
        else:
            again = price_usage(as_they_would(prices, conditions), usage, Conditions(moment))
            assert abs((again.total or 0) - theirs) <= EPSILON, (
                provider.id,
                model.id,
                usage,
                conditions,
                again,
                theirs,
            )
            counts["equal when read as they do"] += 1
            counts.update({reason(part) for part in ours.unpriced})

    print(dict(counts))  # shown by pytest -s
    assert counts["equal"] > QUESTIONS / 2, counts
    assert {NO_TIER, NO_DAY, NO_CACHE, NO_MODALITY, NO_PRICE} <= set(counts), counts
