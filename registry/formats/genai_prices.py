"""genai-prices: `data.json`, a list of providers with their models, in the form that the package itself loads.

Prices are those in force on one day. Service tiers are `price_variants`, whole-request thresholds are `tiers`, daily
windows are `constraint`s. A model is matched by exactly its id (`equals`), since no source states which other ids have
the same prices; a provider's API address is unknown, so its `api_pattern` matches nothing.

The package bills what has no price key by the nearest existing key, or as 0. So an offering with incomplete prices in
this sense (cached input and audio input, but no cached audio) is left out, as is one without any price: the package
then answers "not found" instead of a wrong number.

Prices at hours that are no daily windows in UTC, and those of tiers at some hours, are written as those of the most
expensive hours, and `price_comments` names these hours.

What the format cannot express, and is left out: regions and plans; marginal thresholds; tiers other than batch, flex,
priority and fast; a threshold without its base; images, video and storage; audio output by time, unless input has such
a price too; parameters; currencies; limits other than the context window; capabilities, modalities and dates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from registry.domain import hours
from registry.domain.fields import Json
from registry.domain.rates import RateKey
from registry.formats.documents import Document, Providers, PublishedOffering, flat_prices_on, prices_on, stated

PROVIDERS: Final[Mapping[str, str]] = {"bedrock": "aws", "moonshot": "moonshotai", "xai": "x-ai"}
"""Our providers with another name there."""
NOTHING: Final = "(?!)"
"""A pattern that no text matches."""
_KINDS: Final = ("audio", "image", "video")
_WINDOW: Final = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)Z")
_TIERS: Final[Mapping[str, Mapping[str, str]]] = {
    "batch": {"processing": "batch"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
    "fast": {"speed": "fast"},
}


def _token_names() -> Iterator[tuple[RateKey, tuple[str, int]]]:
    for kind in ("", *_KINDS):
        part = f"_{kind}" if kind else ""
        yield RateKey("input", kind), (f"input{part}_mtok", 1)
        yield RateKey("output", kind), (f"output{part}_mtok", 1)
        yield RateKey("cache_read", kind), (f"cache{part}_read_mtok", 1)
        yield RateKey("cache_write", kind), (f"cache{part}_write_mtok", 1)
        yield RateKey("cache_write", kind, ttl="5m"), (f"cache{part}_write_5m_mtok", 1)
        yield RateKey("cache_write", kind, ttl="1h"), (f"cache{part}_write_1h_mtok", 1)
        yield RateKey("reasoning", kind), (f"output{part}_reasoning_mtok", 1)
        yield RateKey("citation", kind), (f"output{part}_citation_mtok", 1)


NAMES: Final[Mapping[RateKey, tuple[str, int]]] = {
    **dict(_token_names()),
    RateKey("character"): ("input_mchars", 1),
    RateKey("input", unit="message"): ("input_text_messages_kcount", 1000),
    RateKey("input", "audio", unit="hour"): ("input_audio_hours", 1),
    RateKey("input", "audio", unit="minute"): ("input_audio_hours", 60),
    RateKey("input", "audio", unit="second"): ("input_audio_hours", 3600),
    RateKey("output", "audio", unit="hour"): ("output_audio_hours", 1),
    RateKey("output", "audio", unit="minute"): ("output_audio_hours", 60),
    RateKey("output", "audio", unit="second"): ("output_audio_hours", 3600),
    RateKey("page"): ("input_document_kpages", 1000),
    RateKey("page", detail="annotated"): ("input_annotated_document_kpages", 1000),
    RateKey("search"): ("web_searches_kcount", 1000),
    RateKey("search", detail="social"): ("social_searches_kcount", 1000),
    RateKey("search", detail="storage"): ("storage_searches_kcount", 1000),
    RateKey("tool_call", detail="code_execution"): ("code_executions_kcount", 1000),
    RateKey("request"): ("requests_kcount", 1000),
}
"""Rate → key, and the number of our units in the key's unit."""


def make(offerings: Iterable[PublishedOffering], providers: Providers, day: date) -> Json:
    entries: dict[str, dict[str, Any]] = {}
    for offering in offerings:
        amounts, comment = _amounts(offering.facts, day)
        prices = _PriceEntry(amounts, offering.facts.get("task") == "rerank").written()
        if prices is None:
            continue
        if comment:
            prices["price_comments"] = comment
        if offering.provider not in entries:
            name = providers.get(offering.provider, {}).get("name") or offering.provider
            ident = PROVIDERS.get(offering.provider, offering.provider)
            entries[offering.provider] = {"id": ident, "name": name, "api_pattern": NOTHING, "models": []}
        entries[offering.provider]["models"].append(_model(offering) | prices)
    return list(entries.values())


def _amounts(facts: Mapping[str, Json], day: date) -> tuple[dict[RateKey, Decimal], str]:
    """Daily windows are kept. With any other hours, all are flattened, and the comment names the hours used."""
    timed, (flat, comment) = prices_on(facts, day), flat_prices_on(facts, day)
    of_hours = [key for key in hours.in_force(facts, day) if key.schedule and not key.tier]
    if all(key in timed and _is_daily(key.schedule) for key in of_hours):
        standard = {key: amount for key, amount in timed.items() if not key.tier}
        return standard | {key: amount for key, amount in flat.items() if key.tier}, ""
    return flat, comment


def _is_daily(schedule: str) -> bool:
    return all(_WINDOW.fullmatch(part) for part in schedule.split("+"))


def _model(offering: PublishedOffering) -> dict[str, Json]:
    facts = offering.facts
    values = {
        "id": offering.native_id,
        "name": facts.get("name"),
        "description": facts.get("description"),
        "match": {"equals": offering.native_id.lower()},  # the package asks in lower case
        "context_window": facts.get("context_window"),
        "deprecated": True if facts.get("status") in ("deprecated", "retired") else None,
    }
    return stated(values)


class _PriceEntry:
    """The prices of one offering by daily window and tier: key → amount by whole-request threshold."""

    def __init__(self, prices: Mapping[RateKey, Decimal], is_rerank: bool) -> None:
        self.sets: dict[tuple[str, str], dict[RateKey, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        self.is_rerank = is_rerank
        for key in sorted(prices):
            if key.region or key.plan or key.beyond or key.tier not in ("", *_TIERS):
                continue
            stem = replace(key, tier="", schedule="", above=0)
            if stem in NAMES:
                self.sets[key.schedule, key.tier][stem][key.above] = prices[key]

    def written(self) -> dict[str, Json] | None:
        """The keys `prices` and, where there are any, `price_variants`; None when the prices are incomplete."""
        ordinary = self._complete("", "")
        if not ordinary or not _is_whole(ordinary):
            return None
        windows = sorted(window for window, _ in self.sets if window)
        timed = [
            {"constraint": _constraint(part), "prices": self._texts(ordinary | self._complete(window, ""))}
            for window in windows
            for part in window.split("+")
        ]
        prices = self._texts(ordinary)
        variants = [
            {"when": dict(when), "prices": self._texts(special)}
            for tier, when in _TIERS.items()
            if (special := self._complete("", tier)) and _is_whole(ordinary | special)
        ]
        return {"prices": [{"prices": prices}, *timed] if timed else prices} | (
            {"price_variants": variants} if variants else {}
        )

    def _complete(self, window: str, tier: str) -> dict[RateKey, dict[int, Decimal]]:
        """The prices of a window and tier, without rates that have thresholds but no base."""
        return {stem: bands for stem, bands in self.sets.get((window, tier), {}).items() if 0 in bands}

    def _texts(self, rates: Mapping[RateKey, Mapping[int, Decimal]]) -> dict[str, Json]:
        prices: dict[str, Json] = {}
        for stem, bands in rates.items():
            name, units = NAMES[stem]
            if self.is_rerank and stem == RateKey("search"):
                name = "rerank_searches_kcount"
            steps = [{"start": above, "price": bands[above] * units} for above in sorted(bands) if above]
            prices.setdefault(name, {"base": bands[0] * units, "tiers": steps} if steps else bands[0] * units)
        # Audio without a direction includes both directions, and is read as audio input.
        if "input_audio_hours" in prices:
            prices["audio_hours"] = prices["input_audio_hours"]
        else:
            prices.pop("output_audio_hours", None)
        return prices


def _constraint(window: str) -> dict[str, str]:
    match = _WINDOW.fullmatch(window)
    start, end = match.groups() if match else ("", "")
    return {"start_time": f"{start}:00Z", "end_time": f"{end}:00Z"}


def _is_whole(keys: Iterable[RateKey]) -> bool:
    """Whether each price of a part has the prices of its wholes, and each two parts that overlap that of both.

    A part is an input or output token that is cached, of a modality, reasoning …; cached and audio tokens overlap in
    cached audio tokens.
    """
    parts = {traits for key in keys if (traits := _traits(key))}
    for traits in parts:
        wholes = {whole for many in range(1, len(traits)) for whole in map(frozenset, combinations(traits, many))}
        if not {whole for whole in wholes if _exists(whole)} <= parts:
            return False
    return all(part | other in parts for part in parts for other in parts if _exists(part | other))


def _traits(key: RateKey) -> frozenset[tuple[str, str]]:
    if (
        key.unit
        or key.detail
        or key.meter not in ("input", "output", "cache_read", "cache_write", "reasoning", "citation")
    ):
        return frozenset()
    direction = "output" if key.meter in ("output", "reasoning", "citation") else "input"
    kind = "" if key.meter in ("input", "output") else key.meter
    traits = (("direction", direction), ("modality", key.modality), ("kind", kind), ("ttl", key.ttl))
    return frozenset((name, value) for name, value in traits if value)


def _exists(traits: frozenset[tuple[str, str]]) -> bool:
    """Whether such a price can exist: one value for each trait, a direction, and a ttl only of cache writes."""
    names = [name for name, _ in traits]
    if len(set(names)) < len(names) or "direction" not in names:
        return False
    return "ttl" not in names or ("kind", "cache_write") in traits


DOCUMENT = Document("genai-prices", "genai-prices data.json", make)
