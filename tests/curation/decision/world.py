"""A small world for the rows of the decision: one offering, a few sources, prices written as `5/25`.

`L`, `M` and `G` are catalogues of equal rank, `O` is the provider's own source. Prices are USD per 1M tokens.

Everything that depends on how the queue, the account and the past are stored is a function of this module; the tests
name offerings, sources and prices only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any, Final
from uuid import uuid4

import time_machine
from django.core.management import call_command
from django.test import Client

from curation.apply import delisting, due
from curation.apply.reconcile import reconcile
from curation.core.claim import Claim, claim
from curation.models import Change, Conflict, Pin, Policy, StoredClaim
from curation.models import Source as SourceRow
from curation.pins import pinning
from curation.review import decisions, delayed_apply
from curation.review.queue import facets
from curation.rollback.selection import Selection
from curation.rollback.undo import roll_back
from registry.catalogue.publish import publish
from registry.domain import fields, rates
from registry.domain.changeset import FieldChange, OfferingChange
from registry.domain.provenance import Provenance
from registry.models import LedgerEntry, Offering, Revision
from syncers.models import Run
from syncers.sync import stored_claims
from tests.builders import curator, source, usd

PROVIDER: Final = "acme"
OFFERING: Final = "acme/rocket-1"
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
BEFORE: Final = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""When the base was stated."""
TODAY: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
_SOURCES: Final[Mapping[str, Mapping[str, Any]]] = {
    "L": {"slug": "litellm"},
    "M": {"slug": "models-dev"},
    "G": {"slug": "genai-prices"},
    "O": {"slug": "acme", "source_type": "official", "speaks_for": PROVIDER},
    "O2": {"slug": "acme-images", "source_type": "official", "speaks_for": PROVIDER},
}
_LETTERS: Final = {str(declared["slug"]): letter for letter, declared in _SOURCES.items()}
_SPECIAL: Final[Mapping[str, tuple[str, ...]]] = {
    "cache": ("price.cache_read",),
    "write": ("price.cache_write[ttl=1h]",),
    "batch": ("price.input[tier=batch]", "price.output[tier=batch]"),
    "audio": ("price.input[modality=audio]", "price.output[modality=audio]"),
    "region": ("price.input[region=eu]",),
}
"""How special prices are written in a row, and the rates that they are."""


# -- what sources say --------------------------------------------------------------------------------------------------


def who(letter: str) -> SourceRow:
    """The source that a row calls by a letter."""
    declared = dict(_SOURCES[letter])
    return source(declared.pop("slug"), **declared)


def slug_of(letter: str) -> str:
    """The slug of the source that a row calls by a letter."""
    return str(_SOURCES[letter]["slug"])


def stated_now(key: str = OFFERING) -> dict[str, dict[str, Any]]:
    """What each source states of an offering that it lists, in canonical JSON: slug → field → value."""
    rows = StoredClaim.objects.filter(offering_key=key, missing_since__isnull=True)
    return {row.source_id: row.values for row in rows}


def prices(listed: str) -> dict[str, Any]:
    """`5/25`, and after it any of `cache=0.5`, `write=8`, `batch=2.5/12.5`, `audio=40/80` and `region=3.3`."""
    ordinary, *more = listed.split()
    values = _stated(("price.input", "price.output"), ordinary)
    for part in more:
        word, _, amounts = part.partition("=")
        values |= _stated(_SPECIAL[word], amounts)
    return values


def _stated(names: Collection[str], amounts: str) -> dict[str, Any]:
    pairs = zip(names, amounts.split("/"), strict=False)
    return {name: usd("0" if amount == "free" else amount) for name, amount in pairs if amount != "-"}


def dated(*points: tuple[str, str | None, str | None]) -> rates.PriceLine:
    """A price line of dated points: (amount, from, to); `free`, `not offered` and `2 CNY` are amounts too."""
    return tuple(_point(amount, starts, ends) for amount, starts, ends in points)


def _point(amount: str, starts: str | None, ends: str | None) -> rates.PricePoint:
    number, _, currency = amount.partition(" ")
    days: dict[str, Any] = {
        "valid_from": date.fromisoformat(starts) if starts else None,
        "valid_to": date.fromisoformat(ends) if ends else None,
    }
    if amount == "free":
        return rates.PricePoint(None, rates.Amounts.FREE, **days)
    if amount == "not offered":
        return rates.PricePoint(None, rates.Amounts.NOT_OFFERED, **days)
    return rates.PricePoint(Decimal(number), rates.Amounts.PRICED, currency or "USD", **days)


def stated(listed: str = "", *, key: str = OFFERING, origin: str = "", **values: Any) -> Claim:
    """A claim of these prices and values, and of nothing else."""
    claimed = {"name": "Rocket 1"} | (prices(listed) if listed else {}) | {_field(n): v for n, v in values.items()}
    return claim(key, claimed, origin=origin)


def lists(letter: str, *claims: Claim, at: datetime = TODAY) -> None:
    """A good reading: the source lists exactly these, as a sync takes them. What it has missed too long is delisted."""
    row = who(letter)
    difference = stored_claims.compare(row, claims)
    returned = delisting.read_well(row.slug, at=at)
    stored_claims.write(SourceRow.objects.get(pk=row.pk), difference, at)
    for keys in (difference.touched, delisting.due(row.slug, returned=returned)):
        if keys:
            reconcile(keys, actor=f"sync:{row.slug}", reason="a sync", batch=uuid4(), at=at, is_reading=True)


def says(letter: str, listed: str = "", *, at: datetime = TODAY, key: str = OFFERING, **values: Any) -> None:
    """A source lists this offering with these prices and values, and no other one."""
    lists(letter, stated(listed, key=key, **values), at=at)


def repeats(letter: str, *, at: datetime = TODAY) -> None:
    """A good reading of a payload that says what it said before."""
    slug = who(letter).slug
    if keys := delisting.due(slug, returned=delisting.read_well(slug, at=at)):
        reconcile(keys, actor=f"sync:{slug}", reason="a sync", batch=uuid4(), at=at, is_reading=True)


def delists(letter: str, *, at: datetime = TODAY) -> None:
    """Three good readings without any offering, the last at this time: the grace of removal is over by then."""
    for days in (4, 2, 0):
        lists(letter, at=at - days * DAY)


def fails(letter: str, *, at: datetime = TODAY, times: int = 3) -> None:
    """So many readings in which the source could not be reached, an hour apart, the last at this time."""
    for number in range(times):
        begun = at - (times - 1 - number) * HOUR
        Run.objects.create(source=who(letter), status=Run.Status.STALE, batch=uuid4(), started_at=begun)
        delisting.read_badly(slug_of(letter))


def base(letter: str, listed: str = "", *, key: str = OFFERING, at: datetime = BEFORE, **values: Any) -> None:
    """What was accepted when the day began: the source said so ten days ago, and a person approved whatever waited."""
    says(letter, listed, at=at, key=key, **values)
    approve(at=at + timedelta(minutes=1))


def passes(at: datetime) -> None:
    """What the schedule does by itself on a day."""
    pinning.end_expired_pins(at=at)
    delayed_apply.apply_due(at=at)
    due.decide_due(at=at)


# -- what is published -------------------------------------------------------------------------------------------------


def published(key: str = OFFERING, *, on: date | None = None) -> str:
    """The published token prices of a day, today's when none is given, written as in `prices`; `-` for no price."""
    offering = Offering.objects.filter(key=key).first()
    return written(offering.facts if offering else {}, on or TODAY.date())


def written(facts: Mapping[str, Any], on: date) -> str:
    """Token prices in canonical JSON, written as in `prices`."""
    ordinary = _amounts(facts, ("price.input", "price.output"), on).removesuffix("/-")
    special = {word: _amounts(facts, names, on) for word, names in _SPECIAL.items()}
    return " ".join((ordinary, *(f"{word}={text}" for word, text in special.items() if text.strip("-/"))))


def _amounts(facts: Mapping[str, Any], names: Collection[str], on: date) -> str:
    return "/".join(_amount(facts.get(name), on) for name in names)


def _amount(data: Any, on: date) -> str:
    line = fields.field("price.input").decode(data) if data else ()
    point = rates.point_on(line, on)
    if point is None:
        return "-"
    if point.amount is None:
        return point.state.value
    return f"{point.amount:f}" + ("" if point.currency == "USD" else f" {point.currency}")


def fact(name: str, key: str = OFFERING) -> Any:
    """One published value in canonical JSON; None when it is not published."""
    return Offering.objects.get(key=key).facts.get(name)


def account(name: str = "price.input", key: str = OFFERING) -> Mapping[str, Any]:
    """The published account of one value."""
    return dict(Offering.objects.get(key=key).provenance.get(name, {}))


def lead(name: str = "price.input", key: str = OFFERING) -> str:
    """The letter of the source that a published value is from."""
    slug = str(account(name, key).get("source", ""))
    return _LETTERS.get(slug, slug)


def pending(name: str = "price.input", key: str = OFFERING) -> Mapping[str, Any]:
    """What waits for a person, as the answer of the API has it: value, source, since when, why."""
    return dict(account(name, key).get("pending", {}))


def missing_since(key: str = OFFERING) -> datetime | None:
    """Since when the offering is published as not listed any more."""
    return Offering.objects.get(key=key).missing_since


def newest() -> int:
    """The number of the newest revision."""
    return Revision.objects.latest().number if Revision.objects.exists() else 0


def written_in(revision: int) -> set[str]:
    """The fields that a revision wrote entries of into the ledger."""
    return set(LedgerEntry.objects.filter(revision_id=revision).values_list("field", flat=True))


def offerings_in(revision: int) -> set[str]:
    """The offerings that a revision wrote entries of into the ledger."""
    return set(LedgerEntry.objects.filter(revision_id=revision).values_list("offering_key", flat=True))


def written_by(revision: int) -> str:
    """Who published a revision."""
    return str(Revision.objects.get(number=revision).actor)


def policy_of(name: str = "price.input", key: str = OFFERING) -> str:
    """The policy that let the newest value of a field through."""
    return str(account(name, key).get("policy", ""))


def conflicts(key: str = OFFERING) -> dict[str, set[str]]:
    """The open conflicts of an offering: field → the letters of all sources that take a side."""
    rows = Conflict.objects.exclude(state=Conflict.State.SETTLED).filter(offering_key=key)
    return {row.field: {_LETTERS[slug] for side in row.sides for slug in side["sources"]} for row in rows}


# -- what waits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """One item of the queue."""

    parts: frozenset[str]
    """The fields that move together."""
    kind: str
    size: Decimal | None
    """How far the part moves that moves most, 2 for doubled and for halved; None where that has no meaning."""
    policy: str
    source: str
    """Slug of the source that says so; "" where nobody does any more."""
    values: tuple[tuple[str, str, str], ...]
    """Field, published and proposed value in canonical JSON, in order of the fields."""


def units(key: str | None = None) -> list[Unit]:
    """What waits for a person, the items in order of their fields."""
    rows = Change.objects.awaiting_review().order_by("unit")
    return [_unit(row) for row in (rows if key is None else rows.filter(offering_key=key))]


def _unit(row: Change) -> Unit:
    parts = sorted(row.parts_shown, key=lambda part: part.field)
    values = tuple((part.field, json.dumps(part.old), json.dumps(part.new)) for part in parts)
    return Unit(frozenset(row.moved_fields), row.kind, _size(row.factor), row.policy, row.source, values)


def proposals() -> dict[int, tuple[object, ...]]:
    """All that waits, by item: the offering, whose word it is, and what would move from what to what."""
    rows = Change.objects.awaiting_review()
    return {row.pk: (row.offering_key, _unit(row).source, _unit(row).values) for row in rows}


def _size(factor: Decimal | None) -> Decimal | None:
    return round(max(factor, 1 / factor), 2) if factor else None


def events() -> list[frozenset[str]]:
    """What a person is asked about, each with the offerings that it is about: the very same change of many offerings is
    one group of the queue, which is decided as one.
    """
    offerings_by_change: dict[str, set[str]] = defaultdict(set)
    for row in Change.objects.awaiting_review():
        offerings_by_change[f"{row.unit}:{row.fingerprint}"].add(row.offering_key)
    groups = {facet.value: facet.count for facet in facets(Change.objects.awaiting_review(), "same")}
    assert groups == {name: len(keys) for name, keys in offerings_by_change.items() if len(keys) > 1}
    return [frozenset(keys) for keys in offerings_by_change.values()]


def waiting(key: str | None = None) -> set[str]:
    """The fields of all that waits for a person."""
    return {name for unit in units(key) for name in unit.parts}


def shown() -> dict[int, str]:
    """All that waits, as a person has it on the screen: item → fingerprint."""
    return {row.pk: row.fingerprint for row in Change.objects.awaiting_review().order_by("pk")}


def shown_of(name: str) -> dict[int, str]:
    """What waits of one field, as a person has it on the screen."""
    return {row.pk: row.fingerprint for row in Change.objects.awaiting_review() if name in row.moved_fields}


def approve(
    fingerprints: Mapping[int, str] | None = None, *, by: str = "ada", at: datetime = TODAY + HOUR
) -> decisions.ReviewOutcome:
    """Somebody approves what they have seen; everything that waits now when it is not said."""
    return decisions.approve(shown() if fingerprints is None else fingerprints, actor=curator(by), at=at)


def reject(*, by: str = "ada", at: datetime = TODAY + HOUR) -> decisions.ReviewOutcome:
    """Somebody says no to all that waits."""
    return decisions.reject(shown(), actor=curator(by), reason="not so", at=at)


def refused_values(key: str = OFFERING) -> set[str]:
    """The fields of which a value is remembered as refused."""
    rows = Change.objects.filter(offering_key=key, state=Change.State.REJECTED)
    return {name for row in rows for name in row.moved_fields}


def pins(name: str, amount: str, *, by: str = "ada", at: datetime = TODAY, key: str = OFFERING, **more: Any) -> Pin:
    """Somebody pins a price."""
    return pinning.pin(offering=key, field=name, value=usd(amount), actor=curator(by), reason="x", at=at, **more)


def releases(pin: Pin, *, at: datetime = TODAY + HOUR) -> None:
    """Somebody releases a pin."""
    pinning.release(pin, actor=curator(), reason="x", at=at)


def undoes(name: str, *, at: datetime = TODAY + HOUR) -> None:
    """Somebody undoes the newest entry of a field."""
    entry = LedgerEntry.objects.filter(field=name).latest("id")
    roll_back(Selection(entries=[entry.pk]), actor=curator(), reason="x", at=at)


def puts_first(name: str, *, verdict: str, grace_hours: int | None = None, **conditions: Any) -> None:
    """A curator's own policy, asked before all others."""
    Policy.objects.create(name=name, position=0, verdict=verdict, grace_hours=grace_hours, conditions=conditions)


# -- what earlier rules left behind ------------------------------------------------------------------------------------


def earlier_rules_published(listed: str, *, by: str, reason: str = "freshest", at: datetime = BEFORE + HOUR) -> None:
    """Publishes prices as the rules before these did, whatever the sources say."""
    row = Offering.objects.get(key=OFFERING)
    account = Provenance.of(who(by).slug, "partial", reason, policy="everything else")
    values_by_field = {name: fields.field(name).encode(value) for name, value in prices(listed).items()}
    changes = [
        FieldChange(name, row.facts.get(name), value, account)
        for name, value in values_by_field.items()
        if row.facts.get(name) != value
    ]
    publish([OfferingChange(OFFERING, changes)], actor="sync", reason="earlier", batch=uuid4(), at=at)


def upgrade() -> str:
    """Brings what earlier rules decided to what holds now. Returns the report."""
    report = StringIO()
    call_command("upgrade_decisions", stdout=report)
    return report.getvalue()


# -- what readers see --------------------------------------------------------------------------------------------------


@contextmanager
def at_time(moment: datetime) -> Iterator[Client]:
    """A reader of the API at that time. No job has run since the last test step."""
    with time_machine.travel(moment, tick=False):
        yield Client()


def listed_below(amount: int, *, at: datetime) -> list[str]:
    """The ids that the list of offerings gives for `input_price__lte` at that time."""
    with at_time(at) as client:
        answer = client.get("/api/v1/offerings/", {"input_price__lte": amount})
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def shown_price(name: str = "input", *, at: datetime, **clocks: str) -> Mapping[str, Any]:
    """The ordinary price of a meter in the answer of the API at that time."""
    with at_time(at) as client:
        answer = client.get(f"/api/v1/offerings/{OFFERING}", clocks)
    assert answer.status_code == 200, answer.content
    return dict(answer.json()["prices"][name])


def etag(*, at: datetime = TODAY + HOUR) -> str:
    """The ETag of the offering's own address."""
    with at_time(at) as client:
        return str(client.get(f"/api/v1/offerings/{OFFERING}").headers["ETag"])


def _field(name: str) -> str:
    return name.replace("_", ".", 1) if name.startswith(("price_", "benchmark_")) else name
