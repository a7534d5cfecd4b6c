"""The public JSON of the catalogue: what an offering, a model and a provider look like to everybody outside.

Pure: a row of the database (see `registry.catalogue.queries`) and a day in, plain JSON out. The values come from
`facts`, so they are exact. One law: what nobody stated is null, free is "0", and a number with digits after the point
is text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

import orjson

from registry.catalogue.columns import names_in
from registry.domain import fields, hours, rates
from registry.domain.fields import Json
from registry.domain.lifecycle import NEW_DAYS, lifecycle

_NEVER: Final = "9999-12-32"
"""Later than any day, as a text."""
BASE_METERS: Final = ("input", "output", "cache_read", "cache_write")
"""The ordinary prices that every offering shows, known or not."""
CAPABILITIES: Final = {f.name: f.name.removeprefix("supports_") for f in fields.CAPABILITIES}
"""Field → its name among the capabilities."""


class Subject:
    """One offering while it is being turned into JSON: its row, the day, and its facts once they were needed."""

    __slots__ = ("_facts", "on", "row")

    def __init__(self, row: Mapping[str, Any], on: str) -> None:
        self.row = row
        self.on = on
        self._facts: Mapping[str, Json] | None = None

    @property
    def facts(self) -> Mapping[str, Json]:
        if self._facts is None:
            self._facts = _mapping(self.row["facts"])
        return self._facts


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the public JSON: the columns it needs and how it is made of them."""

    columns: tuple[str, ...]
    make: Callable[[Subject], Json]


def offering_summary(row: Mapping[str, Any], on: date, keys: Collection[str] = ()) -> dict[str, Json]:
    """An offering as lists show it, or only the chosen keys of it, which may also be those of the detail."""
    return _offering(row, on, keys or SUMMARY)


def offering_detail(row: Mapping[str, Any], on: date) -> dict[str, Json]:
    """An offering with all its rates, benchmarks and the provenance of every value."""
    return _offering(row, on, DETAIL)


def columns(keys: Iterable[str]) -> tuple[str, ...]:
    """The columns that have to be read for these keys, in a fixed order."""
    return tuple(dict.fromkeys(column for key in keys for column in KEYS[key].columns))


def _offering(row: Mapping[str, Any], on: date, keys: Iterable[str]) -> dict[str, Json]:
    subject = Subject(row, on.isoformat())
    return {key: KEYS[key].make(subject) for key in keys}


def model(row: Mapping[str, Any]) -> dict[str, Json]:
    return {
        "id": row["slug"],
        "author": row["author"],
        "name": row["name"] or None,
        "offerings": row["offerings_count"],
        "created": instant(row["created_at"]),
    }


def benchmark(row: Mapping[str, Any]) -> dict[str, Json]:
    """One score of a model, as its source states it."""
    return {
        "name": row["name"],
        "variant": row["variant"] or None,
        "score": f"{rates.plain(row['score']):f}",
        "scale": row["scale"] or None,
        "source": row["source"],
        "named": row["named"] or None,
        "measured_on": row["measured_on"].isoformat() if row["measured_on"] else None,
        "evidence": row["evidence"] or None,
    }


def provider(row: Mapping[str, Any]) -> dict[str, Json]:
    return {
        "id": row["slug"],
        "name": row["name"],
        "kind": row["kind"] or None,
        "homepage": row["homepage"] or None,
        "docs_url": row["docs_url"] or None,
        "ended_on": row["ended_on"].isoformat() if row["ended_on"] else None,
        "successor": row["successor_id"],
        "note": row["note"] or None,
        "offerings": row["offerings_count"],
    }


def instant(moment: datetime | None) -> str | None:
    """A moment in UTC, to the second: `2026-11-21T08:00:00Z`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def changes_on(offering: Mapping[str, Any], on: date) -> date | None:
    """The first day after `on` on which the detail of an offering reads differently, though nobody publishes anything.

    None when there is none. Prices start and end by their dates, a stage of life begins, days until an end are counted.
    """
    written = [rate[end] for rate in offering["rates"] for end in ("valid_from", "valid_to")]
    written += [offering["released_on"], offering["deprecated_on"]]
    days = [date.fromisoformat(day) for day in written if day]
    if offering["released_on"]:
        days.append(date.fromisoformat(offering["released_on"]) + timedelta(days=NEW_DAYS))
    if offering["lifecycle"]["days_left"]:
        days.append(on + timedelta(days=1))
    return min((day for day in days if day > on), default=None)


# -- prices -----------------------------------------------------------------------------------------------------------


def _prices(subject: Subject) -> Json:
    of = _price_of_hours if hours.hangs_on_hours(subject.facts) else _price
    return {meter: of(subject.facts, meter, subject.on) for meter in BASE_METERS}


def _price(facts: Mapping[str, Json], meter: str, on: str) -> Json:
    """The ordinary price of a meter on a day. Its unit is a part of the question, so that it is always given."""
    unit = rates.METERS[meter]
    for point in facts.get(rates.PREFIX + meter) or ():
        if _holds(point, on):
            state, currency = point.get("state", "priced"), point.get("currency", "USD")
            return {"amount": _amount(point), "state": state, "currency": currency, "unit": unit}
    return {"amount": None, "state": "unknown", "currency": None, "unit": unit}


def _price_of_hours(facts: Mapping[str, Json], meter: str, on: str) -> Json:
    """The same where some price has hours: that of the dearest ones, and `schedule`, which says when they are.

    It has no `schedule` where the price is the same at every hour, and is unknown where the hours cannot be compared.
    """
    shown = hours.shown(facts, rates.PREFIX + meter, date.fromisoformat(on))
    told = _price({rates.PREFIX + meter: rates.encode((shown.point,)) if shown else None}, meter, on)
    return {**told, "schedule": shown.schedule} if shown and shown.schedule else told


def _rates(subject: Subject) -> Json:
    return list(_rate_rows(subject.facts, subject.on))


def _rate_rows(facts: Mapping[str, Json], on: str) -> Iterator[dict[str, Json]]:
    for name in sorted(name for name in facts if name.startswith(rates.PREFIX)):
        conditions = _conditions(name)
        for point in facts[name] or ():
            yield {
                **conditions,
                "state": point.get("state", "priced"),
                "amount": _amount(point),
                "currency": point.get("currency", "USD"),
                "valid_from": point.get("from"),
                "valid_to": point.get("to"),
                "in_force": _holds(point, on),
            }


def _conditions(name: str) -> dict[str, Json]:
    key = rates.parse_key(name)
    return {
        "rate": str(key),
        "meter": key.meter,
        "unit": key.counted_in,
        "modality": key.modality or None,
        "ttl": key.ttl or None,
        "tier": key.tier or None,
        "above": key.above,
        "beyond": key.beyond,
        "region": key.region or None,
        "schedule": key.schedule or None,
        "plan": key.plan or None,
        "detail": key.detail or None,
    }


def _holds(point: Mapping[str, str], on: str) -> bool:
    """As `PricePoint.holds_on`, on the texts: ISO dates sort as the days do."""
    return point.get("from", "") <= on and on < point.get("to", _NEVER)


def _amount(point: Mapping[str, str]) -> str | None:
    return "0" if point.get("state") == "free" else point.get("amount")


# -- other values -----------------------------------------------------------------------------------------------------


def _capabilities(subject: Subject) -> Json:
    facts = subject.facts
    return {word: facts.get(name) for name, word in CAPABILITIES.items()}


def _benchmarks(subject: Subject) -> Json:
    prefix = fields.BENCHMARK_PREFIX
    return {name.removeprefix(prefix): subject.facts[name] for name in sorted(subject.facts) if name.startswith(prefix)}


def _provenance(subject: Subject) -> Json:
    return dict(sorted(_mapping(subject.row["provenance"]).items()))


def _aliases(subject: Subject) -> Json:
    names = subject.row["names"]
    return None if names is None else names_in(names)


def _pinned(subject: Subject) -> Json:
    if not subject.row["pinned_fields"]:
        return None if subject.row["pinned_fields"] is None else []
    provenance = _mapping(subject.row["provenance"])
    return sorted(name for name, said in provenance.items() if said.get("reason") == "pinned")


def _disputed(subject: Subject) -> Json:
    if not subject.row["disputed_fields"]:
        return None if subject.row["disputed_fields"] is None else []
    provenance = _mapping(subject.row["provenance"])
    return sorted(name for name, said in provenance.items() if said.get("disagree"))


def _mapping(data: Any) -> Mapping[str, Any]:
    """JSON of the database, which is read as text because orjson is several times faster at it."""
    found: Mapping[str, Any] = orjson.loads(data) if isinstance(data, str | bytes) else data
    return found


def _fact(name: str) -> Key:
    return Key(("facts",), partial(_from_facts, name))


def _from_facts(name: str, subject: Subject) -> Json:
    return subject.facts.get(name)


def _column(name: str) -> Key:
    return Key((name,), lambda subject: subject.row[name] or None)


def _moment(name: str) -> Key:
    return Key((name,), lambda subject: instant(subject.row[name]))


KEYS: Final[Mapping[str, Key]] = {
    "id": Key(("key",), lambda subject: subject.row["key"]),
    "provider": _column("provider_id"),
    "native_id": _column("native_id"),
    "model": _column("model__slug"),
    "name": _fact("name"),
    "description": _fact("description"),
    "status": _fact("status"),
    "task": _fact("task"),
    "hugging_face_id": _fact("hugging_face_id"),
    "released_on": _fact("released_on"),
    "retires_on": _fact("retires_on"),
    "deprecated_on": _fact("deprecated_on"),
    "successor": _fact("successor"),
    "lifecycle": Key(("facts",), lambda subject: lifecycle(subject.facts, date.fromisoformat(subject.on)).as_json()),
    "knowledge_cutoff": _fact("knowledge_cutoff"),
    "context_window": _fact("context_window"),
    "max_input_tokens": _fact("max_input_tokens"),
    "max_output_tokens": _fact("max_output_tokens"),
    "input_modalities": _fact("input_modalities"),
    "output_modalities": _fact("output_modalities"),
    "capabilities": Key(("facts",), _capabilities),
    "can_classify": _fact("can_classify"),
    "reasoning_efforts": _fact("reasoning_efforts"),
    "open_weights": _fact("open_weights"),
    "license": _fact("license"),
    "quantization": _fact("quantization"),
    "regions": _fact("regions"),
    "variants": _fact("variants"),
    "ttft_ms": _fact("ttft_ms"),
    "tokens_per_second": _fact("tokens_per_second"),
    "pricing": _column("pricing"),
    "prices": Key(("facts",), _prices),
    "source": _column("source"),
    "quality": _column("quality"),
    "aliases": Key(("names",), _aliases),
    "created": _moment("created_at"),
    "updated": _moment("updated_at"),
    "missing_since": _moment("missing_since"),
    "not_seen_since": _moment("not_seen_since"),
    "pinned": Key(("pinned_fields", "provenance"), _pinned),
    "disputed": Key(("disputed_fields", "provenance"), _disputed),
    "rates": Key(("facts",), _rates),
    "benchmarks": Key(("facts",), _benchmarks),
    "provenance": Key(("provenance",), _provenance),
}
DETAIL: Final = tuple(KEYS)
SUMMARY: Final = DETAIL[: DETAIL.index("rates")]
BRIEF: Final = ("id", "provider", "status", "context_window", "pricing", "prices", "quality")
"""An offering where a model lists who serves it."""
