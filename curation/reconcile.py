"""The shell around the pure core: gather → merge → diff → judge → gate → publish or hold, for a set of offerings.

Every way to change the catalogue ends here: a sync with the offerings it touched, a pin with its one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from curation import gate, models
from curation.diff import Change, Kind, diff
from curation.gather import Inputs, chunks, gather, rivals, siblings
from curation.merge import Decision, Reason, merge, sides
from curation.policy import Guard, Judgement, Rule, Verdict, judge
from registry import fields
from registry.models import Offering
from registry.publish import FieldChange, OfferingChange, Published, publish, sole_writer

_FACTOR_STEP: Final = Decimal("0.0000000001")
_LARGEST_FACTOR: Final = Decimal(10) ** 18


class TooMuchAtOnce(Exception):
    """More published values would move than one run is believed about. Nothing was changed."""


@dataclass(slots=True)
class Outcome:
    """What reconciling did."""

    applied: int = 0
    """Changes published."""
    held: int = 0
    """Changes that wait for a person, new ones of this time."""
    remembered: int = 0
    """Changes left out because a person has rejected the very same before."""
    published: Published = field(default_factory=lambda: Published(None))
    rows: int = 0


def reconcile(
    keys: Collection[str],
    *,
    actor: str,
    reason: str,
    batch: UUID,
    at: datetime,
    guard: Guard | None = None,
    restated: Collection[str] = (),
    known_before: int = 0,
    approved: Mapping[tuple[str, str], str] | None = None,
) -> Outcome:
    """Brings the given offerings to what their claims and pins say, as far as policies allow.

    `approved` maps (offering, field) to the name of who approved it; such changes are applied whatever the policies
    say, and whatever else would change is held: an empty mapping applies nothing. `restated` are the offerings about
    which the source has changed its mind: when too many of them would move, of the `known_before` it listed, the guard
    trips and TooMuchAtOnce is raised.
    """
    outcome = Outcome()
    with sole_writer():
        inputs = gather(keys, at=at)
        published = _published(keys)
        rules = load_rules()
        judgements: list[Judgement] = []
        decided: dict[str, dict[str, Decision]] = {}
        for key, known in inputs.items():
            decided[key], changes = plan(key, known, published.get(key), at=at)
            judgements += (judge(change, rules) for change in changes)
        if guard and restated:
            _check(guard, judgements, set(restated), listed=known_before)
        judgements = _gated(judgements, inputs, published, on=at.date())
        queue = _Queue(keys, batch=batch, at=at)
        to_publish = {
            key: OfferingChange(key, missing_since=known.missing_since, aliases=known.aliases)
            for key, known in inputs.items()
        }
        for judgement in judgements:
            change = judgement.change
            approver = (approved or {}).get((change.offering, change.field))
            by_curator = change.decision.reason is Reason.PINNED or change.kind is Kind.RELEASE
            if not approver and not by_curator and queue.rejected_before(change):
                outcome.remembered += 1
            elif approver or (judgement.verdict is Verdict.APPLY and approved is None):
                policy = f"approved by {approver}" if approver else judgement.policy
                to_publish[change.offering].changes.append(_field_change(change, policy))
                queue.applied(change)
                outcome.applied += 1
            elif judgement.verdict is Verdict.HOLD or not by_curator:
                outcome.held += queue.hold(change, judgement.policy)
        for key, change_of in to_publish.items():
            _refresh(change_of, decided[key], published.get(key), inputs[key], on=at.date())
        worthwhile = [c for key, c in to_publish.items() if _is_worth_writing(c, published.get(key), inputs[key])]
        outcome.published = publish(worthwhile, actor=actor, reason=reason, batch=batch, at=at)
        outcome.rows = outcome.published.rows + queue.write(judgements)
    return outcome


@dataclass(frozen=True, slots=True)
class PublishedState:
    """The published side of one offering."""

    facts: Mapping[str, fields.Json]
    provenance: Mapping[str, Mapping[str, Any]]
    missing_since: datetime | None
    aliases: frozenset[str]


def plan(
    key: str, known: Inputs, published: PublishedState | None, *, at: datetime
) -> tuple[dict[str, Decision], list[Change]]:
    """What would be decided about one offering now, and what that would change. Pure, so that pages can ask too."""
    day = at.date()
    decided = merge(key.partition("/")[0], known.claims, known.pins, on=day)
    if published is None and not known.claims:
        return decided, []
    pinned = [
        name for name, p in (published.provenance if published else {}).items() if p.get("reason") == Reason.PINNED
    ]
    return decided, diff(key, published.facts if published else None, decided, on=day, pinned=pinned)


def load_rules() -> list[Rule]:
    """The enabled policies in their order."""
    return [
        Rule(
            row.name,
            Verdict(row.verdict),
            frozenset(row.kinds),
            frozenset(row.groups),
            frozenset(row.fields),
            frozenset(row.sources),
            row.factor_at_least,
            row.explanation,
        )
        for row in models.Policy.objects.filter(enabled=True).order_by("position", "name")
    ]


def published_state(key: str) -> PublishedState | None:
    """The published side of one offering, None when it is not published."""
    return _published([key]).get(key)


def _published(keys: Collection[str]) -> dict[str, PublishedState]:
    found: dict[str, PublishedState] = {}
    for chunk in chunks(sorted(keys)):
        rows = Offering.objects.filter(key__in=chunk).prefetch_related("aliases")
        for row in rows.only("key", "facts", "provenance", "missing_since"):
            names = frozenset(alias.name for alias in row.aliases.all())
            found[row.key] = PublishedState(row.facts, row.provenance, row.missing_since, names)
    return found


def _check(guard: Guard, judgements: list[Judgement], restated: Collection[str], *, listed: int) -> None:
    ordinary = (Kind.NEW, Kind.FILL, Kind.RELEASE)
    moving = {j.change.offering for j in judgements if j.change.kind not in ordinary} & set(restated)
    if guard.trips(len(moving), listed):
        raise TooMuchAtOnce(
            f"published values of {len(moving):,} of the source's {listed:,} offerings would change at once "
            f"(believed up to {guard.share:.0%}); look at the payload, then run again with --believe"
        )


def _gated(
    judgements: Sequence[Judgement],
    inputs: Mapping[str, Inputs],
    published: Mapping[str, PublishedState],
    *,
    on: date,
) -> list[Judgement]:
    """The judgements after the rules of quality had their say; see `curation.gate`."""
    sources = gate.sources_weighed(judgements)
    if not sources:
        return list(judgements)
    facts = {key: published[key].facts for key in sources if key in published}
    stated = [known.get("model") for known in facts.values()]
    stated += [judgement.change.new for judgement in judgements if judgement.change.field == "model"]
    return gate.gate(
        judgements,
        facts,
        siblings({model for model in stated if model}, on=on),
        on=on,
        rivals={key: rivals(inputs[key], slugs, on=on) for key, slugs in sources.items()},
    )


def provenance(decision: Decision, policy: str) -> dict[str, Any]:
    """The published account of a decision: part of the API's contract."""
    return {
        "source": decision.source,
        "quality": decision.quality.value,
        "reason": decision.reason.value,
        "since": decision.stated_on.isoformat() if decision.stated_on else None,
        "policy": policy,
        "agree": list(decision.agreeing),
        "disagree": list(decision.disagreeing),
    }


def _field_change(change: Change, policy: str) -> FieldChange:
    gone = change.decision.reason is Reason.WITHDRAWN
    return FieldChange(change.field, change.old, change.new, provenance(change.decision, policy), gone=gone)


def _refresh(
    change: OfferingChange,
    decided: Mapping[str, Decision],
    published: PublishedState | None,
    known: Inputs,
    *,
    on: date,
) -> None:
    """Brings the account of unchanged values up to date: who agrees, who disagrees, how sure it is."""
    if published is None:
        return
    moving = {one.field for one in change.changes}
    moved: dict[str, dict[str, Any]] = {}
    for name, data in published.facts.items():
        if name in moving:
            continue
        old, declared, decision = published.provenance.get(name, {}), fields.field(name), decided.get(name)
        if decision and declared.encode(decision.value) == data:
            new = provenance(decision, old.get("policy", ""))
        else:
            # The published value stands, though its sources no longer say so (a held or rejected change).
            same, other = sides(name, declared.decode(data), known.claims, on=on)
            new = {**old, "agree": [slug for slug in same if slug != old.get("source")], "disagree": list(other)}
        if new != old:
            moved[name] = new
    change.provenance = moved


def _is_worth_writing(change: OfferingChange, published: PublishedState | None, known: Inputs) -> bool:
    if published is None:
        return bool(change.changes)
    same_names = published.aliases == set(known.aliases)
    if same_names:
        change.aliases = None
    return bool(
        change.changes or change.provenance or not same_names or published.missing_since != change.missing_since
    )


class _Queue:
    """Held changes: proposed once, superseded when they move, silent about what a person has rejected."""

    def __init__(self, keys: Collection[str], *, batch: UUID, at: datetime) -> None:
        self._batch, self._at = batch, at
        self._open: dict[tuple[str, str], models.Change] = {}
        self._rejected: set[tuple[str, str, str, str]] = set()
        self._fresh: list[models.Change] = []
        self._applied: set[tuple[str, str]] = set()
        states = (models.Change.State.PROPOSED, models.Change.State.REJECTED)
        for chunk in chunks(sorted(keys)):
            for row in models.Change.objects.filter(offering_key__in=chunk, state__in=states):
                if row.state == models.Change.State.PROPOSED:
                    self._open[row.offering_key, row.field] = row
                else:
                    self._rejected.add((row.offering_key, row.field, row.source, _written(row.new)))

    def rejected_before(self, change: Change) -> bool:
        """No is remembered: the same source saying the same about the same field is not asked again."""
        return (change.offering, change.field, change.decision.source, _written(change.new)) in self._rejected

    def hold(self, change: Change, policy: str) -> int:
        """Puts a change up for review. 1 when it is a new one, 0 when the very same waits already."""
        waiting = self._open.get((change.offering, change.field))
        if waiting and waiting.fingerprint == change.fingerprint and waiting.source == change.decision.source:
            return 0
        self._fresh.append(
            models.Change(
                offering_key=change.offering,
                provider_slug=change.offering.partition("/")[0],
                field=change.field,
                kind=change.kind.value,
                old=change.old,
                new=change.new,
                factor=storable(change.factor),
                fingerprint=change.fingerprint,
                source=change.decision.source,
                policy=policy,
                batch=self._batch,
                first_seen_at=self._at,
                last_seen_at=self._at,
            )
        )
        return 1

    def applied(self, change: Change) -> None:
        """A change that is published now: the same need not wait any longer (a pin or a policy came before the
        person).
        """
        self._applied.add((change.offering, change.field))

    def write(self, judgements: list[Judgement]) -> int:
        """Writes the fresh ones and closes those that no longer stand. Returns rows written."""
        standing = {(j.change.offering, j.change.field, j.change.fingerprint) for j in judgements}
        renewed = {(row.offering_key, row.field) for row in self._fresh} | self._applied
        over = [
            row
            for place, row in self._open.items()
            if place in renewed or (row.offering_key, row.field, row.fingerprint) not in standing
        ]
        for row in over:
            row.state, row.decided_at, row.reason = models.Change.State.SUPERSEDED, self._at, "its values moved"
        models.Change.objects.bulk_update(over, ["state", "decided_at", "reason"], batch_size=500)
        models.Change.objects.bulk_create(self._fresh, batch_size=1000)
        return len(over) + len(self._fresh)


def _written(data: fields.Json) -> str:
    """Canonical text: databases may give the keys of an object back in another order."""
    return json.dumps(data, sort_keys=True)


def storable(factor: Decimal | None) -> Decimal | None:
    """A factor as the column takes it; None for one that is absurdly large."""
    return factor.quantize(_FACTOR_STEP) if factor is not None and factor < _LARGEST_FACTOR else None
