"""The LiteLLM map through our source, into rates, and out again: each value compared, each difference named."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from curation.core.claim import Claim
from registry.domain.rates import RateKey
from registry.formats.litellm_words import FLAGS, LIMITS
from syncers.kinds.capabilities import INPUTS, OUTPUTS
from syncers.kinds.coerce import amount
from syncers.payload.parse import Repeated, read_json
from syncers.sources.catalogues.litellm import LiteLLM
from syncers.sources.catalogues.litellm_ids import is_size_class, place, provider_of
from syncers.sources.catalogues.litellm_prices import not_understood, rate_of
from tests.registry.formats.offered import exported, published, read

Entry = Mapping[str, Any]

SAME: Final = "identical, under the same key"
CANONICAL: Final = "identical, under the one key that is written for this rate"
ROUNDED: Final = "a price of fifteen digits and more, which is binary noise, is kept to twelve"
ZERO: Final = "0, which this map writes for not filled in as well, is left out"
UNREAD: Final = "a price key that is not understood (counted by every sync)"
SPLIT: Final = "several entries of one offering disagree, so that none of them is taken"
SPOKEN: Final = "other than a price in an entry of one region or size: the ordinary entry speaks for the offering"
FILLED: Final = "no opinion (null, false for not filled in, 0 or an empty list) in this entry"
MODE: Final = "a finer word for the mode (responses, image_edit …) is written as the coarser one"
CONTRADICTED: Final = "a flag of a modality that the list of modalities contradicts, so that the flag is not taken"
REJECTED: Final = "an entry that is rejected, with its reason, by every sync"
SIZES: Final = "a tariff by size class, which is no model"
UNIT: Final = "a price per token of a model that is not billed by the token: its unit is not known (see unknown_units)"
UNEXPLAINED: Final = "unexplained"

_PLAIN: Final = (
    "mode", "deprecation_date", "supported_modalities", "supported_output_modalities", "supported_regions",
    *FLAGS, *LIMITS,
)  # fmt: skip
_OTHER_MODES: Final = ("image_generation", "image_edit", "video_generation", "audio_speech", "audio_transcription")
_COARSE: Final = {"responses": "chat", "image_edit": "image_generation", "moderations": "moderation"}


@dataclass
class Trip:
    """What became of a map."""

    entries: int = 0
    keys: set[str] = field(default_factory=set)
    """Keys that are understood."""
    prices: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    unexplained: list[tuple[str, str, Any]] = field(default_factory=list)
    is_fixed: bool = False
    """Whether the written map, read again, states exactly the same about the same offerings."""

    def note(self, counts: Counter[str], word: str, key: str, name: str, value: Any) -> None:
        counts[word] += 1
        self.keys.add(name)
        if word == UNEXPLAINED:
            self.unexplained.append((key, name, value))


def trip(path: Path) -> Trip:
    """Raises nothing: what is not explained is listed."""
    source, body = LiteLLM(), path.read_bytes()
    claims = source.parse(body).claims
    document = exported("litellm", *published(claims))
    again = source.parse(document).claims
    by_place = {_place(key, entry): entry for key, entry in read(document).items()}
    entries = list(_entries(read_json(body, keep_repeated=True)))
    result = Trip(len(entries), is_fixed=_stated(claims) == _stated(again))
    values = _all_values(entries)
    offerings = {claim.offering for claim in claims}
    for key, entry in entries:
        if not _is_read(key, entry):
            result.prices[SIZES if is_size_class(key) else REJECTED] += 1
            continue
        where = _place(key, entry)
        exported_entry = by_place.get(where, {})
        for name, rate, value in _prices(entry):
            word = (
                _price_word(name, rate, value, exported_entry, values[where, rate[0]])
                if where[0] in offerings
                else REJECTED
            )
            if word == UNEXPLAINED and _has_no_unit(rate[0], entry):
                word = UNIT
            result.note(result.prices, word, key, name, value)
        result.prices[UNREAD] += sum(1 for _ in not_understood(entry, str(entry.get("mode"))))
        ordinary = by_place.get((where[0], frozenset()), {})
        for name in (name for name in _PLAIN if name in entry):
            word = _plain_word(entry[name], ordinary.get(name), values[where[0], name], has_conditions=bool(where[1]))
            if word == UNEXPLAINED and _is_contradicted(name, entry):
                word = CONTRADICTED
            result.note(result.others, word if where[0] in offerings else REJECTED, key, name, entry[name])
    return result


def _is_read(key: str, entry: Any) -> bool:
    return not is_size_class(key) and isinstance(entry, dict) and isinstance(entry.get("litellm_provider"), str)


def _all_values(entries: Iterable[tuple[str, Any]]) -> Mapping[Any, set[Any]]:
    """What all entries state: by place and rate, and by offering and other key."""
    values: dict[Any, set[Any]] = defaultdict(set)
    for key, entry in entries:
        if not _is_read(key, entry):
            continue
        where = _place(key, entry)
        for _, rate, value in _prices(entry):
            if value:
                values[where, rate[0]].add((amount(value) or 0) * Decimal(rate[1]))
        for name in _PLAIN:
            if entry.get(name) is not None:
                values[where[0], name].add(str(_plain(_COARSE.get(str(entry[name]), entry[name]))))
    return values


def _stated(claims: Iterable[Claim]) -> dict[str, dict[str, Any]]:
    # That there is a batch interface stands in a list of addresses, which nobody could write whole.
    return {
        claim.offering: {name: value for name, value in claim.encoded().items() if name != "supports_batch"}
        for claim in claims
    }


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, entry in document.items():
        if key not in ("sample_spec", "fallback_generalizations"):
            for part in entry if isinstance(entry, Repeated) else (entry,):
                yield key, part


def _place(key: str, entry: Entry) -> tuple[str, frozenset[tuple[str, str]]]:
    provider = str(entry["litellm_provider"])
    if not provider_of(provider):
        return "", frozenset()
    where = place(key, provider)
    return where.offering, frozenset(where.conditions.items())


def _prices(entry: Entry) -> Iterator[tuple[str, tuple[RateKey, str | int], Any]]:
    mode = str(entry.get("mode"))
    for name, value in entry.items():
        if (rate := rate_of(name, mode, entry)) is not None:
            yield name, rate, value
    sizes = entry.get("search_context_cost_per_query")
    for name, value in sizes.items() if isinstance(sizes, dict) else ():
        size = name.removeprefix("search_context_size_")
        yield "search_context_cost_per_query", (RateKey("search", detail=f"context:{size}"), 1), value
    for row in entry.get("tiered_pricing") or ():
        low = row["range"][0] if row.get("range") else None
        if isinstance(low, int | Decimal) and low == int(low):
            for name, value in row.items():
                if (rate := rate_of(name, mode, row)) is not None:
                    yield "tiered_pricing", (replace(rate[0], above=int(low)), rate[1]), value


def _price_word(name: str, rate: tuple[RateKey, str | int], value: Any, exported_entry: Entry, values: set[Any]) -> str:
    if not value:
        return ZERO
    if exported_entry.get(name) == value:
        return SAME
    held = {key: Decimal(number) * Decimal(times) for _, (key, times), number in _prices(exported_entry)}
    if rate[0] not in held:
        return SPLIT if len(values) > 1 else UNEXPLAINED
    if held[rate[0]] == Decimal(value) * Decimal(rate[1]):
        return CANONICAL
    return ROUNDED if held[rate[0]] == (amount(value) or 0) * Decimal(rate[1]) else UNEXPLAINED


def _plain_word(value: Any, exported_value: Any, values: set[Any], *, has_conditions: bool) -> str:
    if _plain(value) == _plain(exported_value):
        return SAME
    if not value and exported_value is None:
        return FILLED
    if has_conditions:
        return SPOKEN
    if isinstance(value, str) and _COARSE.get(value) == exported_value:
        return MODE
    return SPLIT if len(values) > 1 else UNEXPLAINED


def _has_no_unit(rate: RateKey, entry: Entry) -> bool:
    return rate.counted_in == "1M tokens" and entry.get("mode") in _OTHER_MODES


def _is_contradicted(name: str, entry: Entry) -> bool:
    lists = {"supported_modalities": INPUTS, "supported_output_modalities": OUTPUTS}
    lists_of_flag = (
        (entry.get(at), word) for at, fields in lists.items() for word, f in fields.items() if f == FLAGS.get(name)
    )
    return any(listed and (word in listed) is not entry[name] for listed, word in lists_of_flag)


def _plain(value: Any) -> Any:
    return sorted({str(item).strip().lower() for item in value}) if isinstance(value, list) else value
