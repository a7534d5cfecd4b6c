"""The shell around the pure core: gather → merge → diff → judge → gate → publish or hold, for a set of offerings.

Every way to change the catalogue ends here: a sync with the offerings it touched, a pin with its one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from curation import conflict_log, gate, models, pins
from curation.circumstances import as_json, circumstances
from curation.diff import Change, Kind, diff
from curation.gather import Inputs, chunks, gather, rivals, siblings
from curation.merge import Decision, Reason, agreement, merge_lists, sides
from curation.policies import load_rules
from curation.policy import Case, Circumstances, Guard, Judgement, Verdict, judge_run
from curation.voices import backing, contested
from registry import fields
from registry.models import Offering
from registry.publish import FieldChange, OfferingChange, Published, publish, sole_writer

BY_POLICY: Final = "policy"
"""Stands in for a person's name where a policy decided a change that waited."""
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
    """Changes left out because a person, or a policy, has rejected the very same before."""
    declined: int = 0
    """Changes that a policy rejected."""
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
    source: str = "",
    approved: Mapping[tuple[str, str], str] | None = None,
) -> Outcome:
    """Brings the given offerings to what their claims and pins say, as far as policies allow.

    `approved` maps (offering, field) to the name of who approved it; such changes are applied whatever the policies
    say, and whatever else would change is held: an empty mapping applies nothing. `restated` are the offerings about
    which the source has changed its mind: when too many of them would move, of the `known_before` it listed, the guard
    trips and TooMuchAtOnce is raised. With a guard, a policy may also find that the run of `source` is not to be
    believed, and raises the same.
    """
    outcome = Outcome()
    with sole_writer():
        inputs = gather(keys, at=at)
        published = _published(keys)
        rules = load_rules()
        queue = _Queue(keys, batch=batch, at=at)
        cases: list[Case] = []
        decided: dict[str, dict[str, Decision]] = {}
        for key, known in inputs.items():
            decided[key], changes = plan(key, known, published.get(key), at=at)
            cases += (_case(change, known, published.get(key), queue, at) for change in changes)
        judgements = judge_run(cases, rules)
        if guard and restated:
            _check(guard, judgements, set(restated), listed=known_before)
        if guard:
            _believe(judgements, source)
        judgements = gated([_outside_of_a_run(one) for one in judgements], inputs, published, on=at.date())
        to_publish = {
            key: OfferingChange(key, missing_since=known.missing_since, aliases=known.aliases)
            for key, known in inputs.items()
        }
        for case, judgement in zip(cases, judgements, strict=True):
            change = judgement.change
            approver = (approved or {}).get((change.offering, change.field))
            by_curator = change.decision.reason is Reason.PINNED or change.kind is Kind.RELEASE
            if not approver and not by_curator and queue.rejected_before(change):
                outcome.remembered += 1
            elif approver or (judgement.verdict is Verdict.APPLY and approved is None):
                policy = f"approved by {approver}" if approver else judgement.policy
                to_publish[change.offering].changes.append(_field_change(change, policy))
                queue.applied(change, "" if approver or by_curator else policy)
                outcome.applied += 1
            elif judgement.verdict is Verdict.REJECT and approved is None:
                queue.reject(judgement, case.about)
                outcome.declined += 1
            elif judgement.verdict is Verdict.HOLD or not by_curator:
                outcome.held += queue.hold(judgement, case.about)
        for key, change_of in to_publish.items():
            _refresh(change_of, decided[key], published.get(key), inputs[key], on=at.date())
        worthwhile = [c for key, c in to_publish.items() if _is_worth_writing(c, published.get(key), inputs[key])]
        outcome.published = publish(worthwhile, actor=actor, reason=reason, batch=batch, at=at)
        disputes = {
            key: contested(key.partition("/")[0], known.claims, decided[key], on=at.date())
            for key, known in inputs.items()
        }
        outcome.rows = outcome.published.rows + queue.write(judgements) + conflict_log.record(disputes, at=at)
        outcome.rows += pins.note(inputs, at=at)
    return outcome


@dataclass(frozen=True, slots=True)
class PublishedState:
    """The published side of one offering."""

    facts: Mapping[str, fields.Json]
    provenance: Mapping[str, Mapping[str, Any]]
    missing_since: datetime | None
    aliases: Mapping[str, str]
    """Other name → the source that states it."""
    created_at: datetime | None = None
    """When it was published first."""


def plan(
    key: str, known: Inputs, published: PublishedState | None, *, at: datetime
) -> tuple[dict[str, Decision], list[Change]]:
    """What would be decided about one offering now, and what that would change. Pure, so that pages can ask too."""
    day, provider = at.date(), key.partition("/")[0]
    merged = merge_lists(provider, known.claims, known.pins, on=day)
    if published is None:
        changes = diff(key, None, merged.decided, on=day) if known.claims else []
        return merged.decided, changes
    accounts = published.provenance
    pinned = [name for name, said in accounts.items() if said.get("reason") == Reason.PINNED]
    changes = diff(key, published.facts, merged.decided, on=day, pinned=pinned, elsewhere=merged.elsewhere)
    return merged.decided, [_backed(change, accounts.get(change.field, {}), known, provider, day) for change in changes]


def _backed(change: Change, account: Mapping[str, Any], known: Inputs, provider: str, on: date) -> Change:
    """A change of a known value with the voices that back it."""
    if change.old is None or change.new is None:
        return change
    old = fields.field(change.field).decode(change.old)
    published_by = str(account.get("source", ""))
    voices = backing(change.field, old, published_by, change.decision, known.claims, provider=provider, on=on)
    return replace(change, voices=voices)


def _case(change: Change, known: Inputs, published: PublishedState | None, queue: _Queue, at: datetime) -> Case:
    return Case(change, circumstances_of(change, known, published, at=at, waiting=queue.waiting(change)))


def circumstances_of(
    change: Change, known: Inputs, published: PublishedState | None, *, at: datetime, waiting: models.Change | None
) -> Circumstances:
    """What policies may ask about a change besides itself."""
    account = published.provenance.get(change.field, {}) if published else {}
    created_at = published.created_at if published else None
    return circumstances(change, known, account, at=at, published_at=created_at, waiting=waiting)


def published_state(key: str) -> PublishedState | None:
    """The published side of one offering, None when it is not published."""
    return _published([key]).get(key)


def _published(keys: Collection[str]) -> dict[str, PublishedState]:
    found: dict[str, PublishedState] = {}
    for chunk in chunks(sorted(keys)):
        rows = Offering.objects.filter(key__in=chunk).prefetch_related("aliases")
        for row in rows.only("key", "facts", "provenance", "missing_since", "created_at"):
            names = {alias.name: alias.source for alias in row.aliases.all()}
            found[row.key] = PublishedState(row.facts, row.provenance, row.missing_since, names, row.created_at)
    return found


def _check(guard: Guard, judgements: list[Judgement], restated: Collection[str], *, listed: int) -> None:
    ordinary = (Kind.NEW, Kind.FILL, Kind.RELEASE)
    moving = {j.change.offering for j in judgements if j.change.kind not in ordinary} & set(restated)
    if guard.trips(len(moving), listed):
        raise TooMuchAtOnce(
            f"published values of {len(moving):,} of the source's {listed:,} offerings would change at once "
            f"(believed up to {guard.share:.0%}); look at the payload, then run again with --believe"
        )


def _believe(judgements: Sequence[Judgement], source: str) -> None:
    """Raises TooMuchAtOnce where a policy finds that this run of a source is not to be believed."""
    bad = [
        j for j in judgements if j.verdict is Verdict.QUARANTINE and (not source or j.change.decision.source == source)
    ]
    if bad:
        worst = max(bad, key=lambda one: one.change.moves_by or 0).change
        raise TooMuchAtOnce(
            f"the policy “{bad[0].policy}” does not believe it: {len(bad):,} changes, such as {worst.field} of "
            f"{worst.offering}; look at the payload, then run again with --believe"
        )


def _outside_of_a_run(judgement: Judgement) -> Judgement:
    """A run that people believe all the same, and what is no run, is held change by change."""
    return replace(judgement, verdict=Verdict.HOLD) if judgement.verdict is Verdict.QUARANTINE else judgement


def gated(
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
    } | counted(decision.agree, decision.of)


def counted(agree: int, of: int) -> dict[str, Any]:
    """How many independent voices agree, where it is not the one that states the value; see `registry.quality`."""
    return {} if (agree, of) == (1, 1) else {"agreement": {"agree": agree, "of": of}}


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
            new.pop("agreement", None)
            new |= counted(*agreement(name, declared.decode(data), known.claims, on=on))
        if new != old:
            moved[name] = new
    change.provenance = moved


def _is_worth_writing(change: OfferingChange, published: PublishedState | None, known: Inputs) -> bool:
    if published is None:
        return bool(change.changes)
    same_names = published.aliases == known.aliases
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
        self._judged_again: list[models.Change] = []
        self._decided: list[models.Change] = []
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

    def waiting(self, change: Change) -> models.Change | None:
        """What waits for a decision about the same field."""
        return self._open.get((change.offering, change.field))

    def hold(self, judgement: Judgement, about: Circumstances) -> int:
        """Puts a change up for review. 1 when it is a new one, 0 when the very same waits already."""
        change, waiting = judgement.change, self._same(judgement.change)
        until = self._at + timedelta(hours=judgement.grace_hours) if judgement.grace_hours else None
        if waiting:
            self._judge_again(waiting, judgement, until)
            return 0
        self._fresh.append(self._row(change, judgement.policy, about))
        self._fresh[-1].apply_after = until
        return 1

    def _judge_again(self, waiting: models.Change, judgement: Judgement, until: datetime | None) -> None:
        """The same change, held by another policy since people edited them. A time that was promised is kept."""
        if judgement.verdict is not Verdict.HOLD:
            return  # it waits though its policy would apply it, since a person is deciding beside it
        by_gate = judgement.policy.startswith(gate.POLICY.format(""))
        kept = waiting.apply_after if until or by_gate else None
        if until and not kept and waiting.postponed_until is None:
            kept = until
        if (waiting.policy, waiting.apply_after) != (judgement.policy, kept):
            waiting.policy, waiting.apply_after = judgement.policy, kept
            self._judged_again.append(waiting)

    def reject(self, judgement: Judgement, about: Circumstances) -> None:
        """Declines a change for good, as its policy says."""
        change, waiting = judgement.change, self._same(judgement.change)
        row = waiting or self._row(change, judgement.policy, about)
        if waiting:
            del self._open[change.offering, change.field]
            self._decided.append(row)
        else:
            self._fresh.append(row)
        said = f"{judgement.policy}: {judgement.reason}" if judgement.reason else judgement.policy
        row.policy, row.state, row.decided_at = judgement.policy, models.Change.State.REJECTED, self._at
        row.decided_by, row.reason = BY_POLICY, said[:500]

    def applied(self, change: Change, policy: str = "") -> None:
        """A change that is published now: the same need not wait any longer. `policy` let it through, if one did."""
        waiting = self._same(change)
        if waiting and policy:
            del self._open[change.offering, change.field]
            self._decided.append(waiting)
            why = "nobody objected in time" if waiting.apply_after else "judged again"
            waiting.state, waiting.decided_at, waiting.decided_by = models.Change.State.APPLIED, self._at, BY_POLICY
            waiting.reason = f"{why}: {policy}"
        self._applied.add((change.offering, change.field))

    def _same(self, change: Change) -> models.Change | None:
        """The very same change, when it waits already."""
        waiting = self.waiting(change)
        same = waiting and waiting.fingerprint == change.fingerprint and waiting.source == change.decision.source
        return waiting if same else None

    def _row(self, change: Change, policy: str, about: Circumstances) -> models.Change:
        return models.Change(
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
            circumstances=as_json(about, change.voices),
            batch=self._batch,
            first_seen_at=self._at,
            last_seen_at=self._at,
        )

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
        decided = ["state", "decided_at", "decided_by", "reason", "policy"]
        models.Change.objects.bulk_update(self._decided, decided, batch_size=500)
        models.Change.objects.bulk_update(self._judged_again, ["policy", "apply_after"], batch_size=500)
        models.Change.objects.bulk_create(self._fresh, batch_size=1000)
        return len(over) + len(self._fresh) + len(self._decided) + len(self._judged_again)


def _written(data: fields.Json) -> str:
    """Canonical text: databases may give the keys of an object back in another order."""
    return json.dumps(data, sort_keys=True)


def storable(factor: Decimal | None) -> Decimal | None:
    """A factor as the column takes it; None for one that is absurdly large."""
    return factor.quantize(_FACTOR_STEP) if factor is not None and factor < _LARGEST_FACTOR else None
