"""Converts the prices of genai-prices to price lines: unit keys, tiers, dates, times of day and variants.

The rules are those of `ModelInfo.get_prices` in the package: of a list of conditional prices the *last* active one
holds, whole; of the variants for a request the *first* active one holds, each price by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain import iso, rates
from registry.domain.rates import PriceLine, PricePoint, RateKey
from syncers.kinds.coerce import full_day, key_under, money, rows, table, tokens

MILLE: Final = "0.001"
_MODALITIES: Final = ("", "text", "audio", "image", "video")


def _token_units() -> Iterator[tuple[str, tuple[RateKey, str]]]:
    for word in _MODALITIES:
        part = f"_{word}" if word else ""
        modality = "" if word == "text" else word
        yield f"input{part}_mtok", (RateKey("input", modality), "1")
        yield f"output{part}_mtok", (RateKey("output", modality), "1")
        yield f"cache{part}_read_mtok", (RateKey("cache_read", modality), "1")
        yield f"cache{part}_write_mtok", (RateKey("cache_write", modality), "1")
        yield f"cache{part}_write_5m_mtok", (RateKey("cache_write", modality, ttl="5m"), "1")
        yield f"cache{part}_write_1h_mtok", (RateKey("cache_write", modality, ttl="1h"), "1")
        yield f"input{part}_tool_mtok", (RateKey("input", modality, detail="tool"), "1")
        yield f"output{part}_reasoning_mtok", (RateKey("reasoning", modality), "1")
        yield f"output{part}_citation_mtok", (RateKey("citation", modality), "1")


#: Price key → which rate it is, and the factor from its unit to ours. All keys of `genai_prices.data_units` are here.
UNITS: Final[Mapping[str, tuple[RateKey, str]]] = {
    **dict(_token_units()),
    "input_mchars": (RateKey("character"), "1"),
    "input_text_messages_kcount": (RateKey("input", unit="message"), MILLE),
    # Hours of audio without a direction are what a call lasts; transcription models state the same number as
    # `input_audio_hours` (groq whisper, voxtral), realtime models state only this one.
    "audio_hours": (RateKey("input", "audio", unit="hour"), "1"),
    "input_audio_hours": (RateKey("input", "audio", unit="hour"), "1"),
    "output_audio_hours": (RateKey("output", "audio", unit="hour"), "1"),
    "input_gpixels": (RateKey("input", "image", unit="pixel"), "0.000000001"),
    "input_document_kpages": (RateKey("page"), MILLE),
    "input_annotated_document_kpages": (RateKey("page", detail="annotated"), MILLE),
    "rerank_searches_kcount": (RateKey("search"), MILLE),
    "web_searches_kcount": (RateKey("search"), MILLE),
    "social_searches_kcount": (RateKey("search", detail="social"), MILLE),
    "storage_searches_kcount": (RateKey("search", detail="storage"), MILLE),
    "code_executions_kcount": (RateKey("tool_call", detail="code_execution"), MILLE),
    "requests_kcount": (RateKey("request"), MILLE),
}

#: What a request must say for a variant to hold → the condition of the rate.
_TIERS: Final = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("service_tier", "fast"): "fast",
    ("speed", "fast"): "fast",
}
_Point = tuple[RateKey, PricePoint]


def price_fields(prices: Any, variants: Any = None) -> dict[str, PriceLine]:
    """Price fields of one model from its `prices` and `price_variants`. Raises InvalidClaim."""
    lines: dict[RateKey, dict[PricePoint, None]] = defaultdict(dict)
    try:
        for key, point in (*_standard(prices), *_variants(variants)):
            lines[key][point] = None  # a dict, since two unit keys may state one rate alike
        return {key.field: rates.line(points) for key, points in lines.items()}
    except ValueError as error:
        raise InvalidClaim(f"prices: {error}") from error


def unknown_words(prices: Any, variants: Any = None) -> Iterator[str]:
    """Price keys and conditions that are not understood, for the report."""
    parts = prices if isinstance(prices, list) else [{"prices": prices}]
    for part in (*parts, *(variants if isinstance(variants, list) else ())):
        if not isinstance(part, dict) or not isinstance(part.get("prices"), dict):
            continue
        yield from (f"price key {name}" for name in part["prices"] if name not in UNITS)
        when = part.get("when")
        if isinstance(when, dict) and part["prices"] and _conditions(when) is None:
            yield "variant " + ", ".join(f"{name}={value}" for name, value in sorted(when.items()))


def _standard(prices: Any) -> Iterator[_Point]:
    """Ordinary prices. Each set of prices ends, all of it, on the day on which a later one of the list starts."""
    if not isinstance(prices, list):
        yield from _points(prices, {}, None, None)
        return
    end: date | None = None
    windows = {""}
    for item in reversed(prices):
        row = table(item, "prices")
        constraint = table(row.get("constraint"), "constraint")
        window, start = _window(constraint), _start(constraint)
        if _holds(start, end) and (not window or window not in windows):
            yield from _points(row.get("prices"), {"schedule": window} if window else {}, start, end)
        if window:
            windows.add(window)
        else:
            end = min(end or date.max, start or date.min)


def _variants(variants: Any) -> Iterator[_Point]:
    """Prices under conditions. Each price ends, by itself, on the day on which an earlier one of the list starts."""
    ends: dict[tuple[str, str], date] = {}
    for item in rows(variants, "price_variants"):
        row = table(item, "price_variants")
        conditions, start = _conditions(row.get("when")), _start(table(row.get("constraint"), "constraint"))
        if conditions is None:
            continue  # reported by `unknown_words`
        for name, value in table(row.get("prices"), "prices").items():
            mark = str(conditions), name
            if _holds(start, ends.get(mark)):
                yield from _points({name: value}, conditions, start, ends.get(mark))
            ends[mark] = min(ends.get(mark, date.max), start or date.min)


def _holds(start: date | None, end: date | None) -> bool:
    """False when a price with precedence held before this one started."""
    return end is None or (start or date.min) < end


def _points(prices: Any, conditions: Mapping[str, str], start: date | None, end: date | None) -> Iterator[_Point]:
    """The points of one set of prices, and one for each context tier. A tier's price is that of the whole request."""
    for name, value in table(prices, "prices").items():
        if value is None or name not in UNITS:
            continue  # unknown keys are reported by `unknown_words`
        key, factor = UNITS[name]
        key = key_under(key, conditions)
        steps = [(0, value)]
        if isinstance(value, dict):
            tiers = [table(tier, f"{name}.tiers") for tier in rows(value.get("tiers"), f"{name}.tiers")]
            steps = [
                (0, value.get("base")),
                *((tokens(tier.get("start"), "start of a tier", least=1), tier.get("price")) for tier in tiers),
            ]
        for above, amount in steps:
            line = money(amount, times=factor)
            if line is None:
                raise InvalidClaim(f"{name} is null")
            yield replace(key, above=above), replace(line[0], valid_from=start, valid_to=end)


def _start(constraint: Mapping[str, Any]) -> date | None:
    if "start_date" not in constraint:
        return None
    day = full_day(constraint["start_date"])
    if day is None:
        raise InvalidClaim(f"start_date: a day expected, not {constraint['start_date']!r}")
    return day


def _window(constraint: Mapping[str, Any]) -> str:
    """`00:30-16:30Z` for a daily window, "" for none. Raises InvalidClaim for a constraint of another kind."""
    if unknown := constraint.keys() - {"start_date", "start_time", "end_time"}:
        raise InvalidClaim(f"constraint: unknown {', '.join(sorted(unknown))}")
    if "start_time" not in constraint and "end_time" not in constraint:
        return ""
    return f"{_utc(constraint.get('start_time'))}-{_utc(constraint.get('end_time'))}Z"


def _utc(value: Any) -> str:
    try:
        moment = iso.time_of_day(value)
    except ValueError as error:
        raise InvalidClaim(f"constraint: time of day expected, not {value!r}") from error
    # Times without a zone are UTC, says the package.
    return (
        datetime.combine(date(2000, 1, 2), moment.replace(tzinfo=moment.tzinfo or UTC))
        .astimezone(UTC)
        .strftime("%H:%M")
    )


def _conditions(when: Any) -> dict[str, str] | None:
    """Conditions of a rate; None when one of them is not understood, since a price without part of its condition
    would be wrong.

    `service_tier=default` is left out on purpose: it repeats the ordinary prices (so far without any own prices), and
    if it ever states others, it is not known which of the two hold.
    """
    conditions: dict[str, str] = {}
    for name, value in table(when, "when").items():
        if not isinstance(value, str):
            return None
        if (name, value) in _TIERS and "tier" not in conditions:
            conditions["tier"] = _TIERS[name, value]
        elif name == "route":
            conditions["region"] = value
        elif name == "search_type":
            conditions["detail"] = f"search_type:{value}"
        else:
            return None
    return conditions or None
