"""The shell around the pure core: gather → merge → diff → judge → gate → publish or hold, for a set of offerings.

Every way to change the catalogue ends here: a sync with the offerings it touched, a pin with its one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from curation import conflict_log, gate, models, pins
from curation.circumstances import circumstances
from curation.diff import Change, Kind, diff
from curation.gather import Inputs, chunks, gather, rivals, siblings
from curation.merge import Decision, Reason, agreement, merge_lists, sides
from curation.policies import load_rules
from curation.policy import Case, Circumstances, Guard, Judgement, Verdict, judge_run
from curation.replaced import with_replaced
from curation.rules import is_only_wording
from curation.voices import backing, contested
from curation.waiting import Queue
from registry import fields
from registry.models import Offering
from registry.publish import FieldChange, OfferingChange, Published, publish, sole_writer

SHOWN: Final = 5
"""How many offerings a message names."""


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
        queue = Queue(keys, batch=batch, at=at)
        cases: list[Case] = []
        decided: dict[str, dict[str, Decision]] = {}
        for key, known in inputs.items():
            decided[key], changes = plan(key, known, published.get(key), at=at)
            cases += (_case(change, known, published.get(key), queue, at) for change in changes)
        judgements = judge_run(cases, rules)
        if guard and restated:
            moving = _moving(judgements, set(restated), source, published)
            _check(guard, moving, listed=known_before)
        if guard:
            _believe(judgements, source)
        judgements = gated([_outside_of_a_run(one) for one in judgements], inputs, published, on=at.date())
        judgements = with_replaced(judgements)
        to_publish = {
            key: OfferingChange(
                key,
                missing_since=known.missing_since,
                not_seen_since=known.not_seen_since,
                aliases=known.aliases,
            )
            for key, known in inputs.items()
        }
        for case, judgement in zip(cases, judgements, strict=True):
            change = judgement.change
            approver = (approved or {}).get((change.offering, change.field), "")
            if _decide(case, judgement, queue, outcome, approver=approver, only_approved=approved is not None):
                policy = f"approved by {approver}" if approver else judgement.policy
                to_publish[change.offering].changes.append(_field_change(change, policy))
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


def _decide(
    case: Case, judgement: Judgement, queue: Queue, outcome: Outcome, *, approver: str, only_approved: bool
) -> bool:
    """What becomes of one change, counted in the outcome. True where it is to be published."""
    change = judgement.change
    by_curator = change.decision.reason is Reason.PINNED or change.kind is Kind.RELEASE
    if not approver and not by_curator and queue.rejected_before(change):
        outcome.remembered += 1
    elif approver or (judgement.verdict is Verdict.APPLY and not only_approved):
        queue.applied(change, "" if approver or by_curator else judgement.policy)
        outcome.applied += 1
        return True
    elif judgement.verdict is Verdict.REJECT and not only_approved:
        queue.reject(judgement, case.about)
        outcome.declined += 1
    elif judgement.verdict is Verdict.HOLD or not by_curator:
        outcome.held += queue.hold(judgement, case.about)
    return False


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
    not_seen_since: datetime | None = None


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


def _case(change: Change, known: Inputs, published: PublishedState | None, queue: Queue, at: datetime) -> Case:
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
        for row in rows.only("key", "facts", "provenance", "missing_since", "not_seen_since", "created_at"):
            names = {alias.name: alias.source for alias in row.aliases.all()}
            found[row.key] = PublishedState(
                row.facts, row.provenance, row.missing_since, names, row.created_at, row.not_seen_since
            )
    return found


def _moving(
    judgements: Sequence[Judgement],
    restated: Collection[str],
    source: str,
    published: Mapping[str, PublishedState],
) -> list[str]:
    """The restated offerings of which a published value moves by what the source itself says, or a price is gone.

    Wording is none of it: a list in which all descriptions are new is a sound list.
    """
    moving = set()
    for change in (judgement.change for judgement in judgements):
        if change.offering not in restated or not _moves(change):
            continue
        account = published[change.offering].provenance.get(change.field, {})
        by = change.decision.source or account.get("source", "")  # nobody states what is withdrawn
        if not source or by == source:
            moving.add(change.offering)
    return sorted(moving)


def _moves(change: Change) -> bool:
    """Whether a change counts for the guard of a run. What is no longer stated is only proposed for removal: it counts
    where it is a price.
    """
    group = fields.field(change.field).group
    if change.kind in (Kind.WITHDRAWN, Kind.UNLISTED):
        return group is fields.Group.PRICE
    ordinary = change.kind in (Kind.NEW, Kind.FILL, Kind.RELEASE)
    return not ordinary and group is not fields.Group.TEXT and not is_only_wording(change)


def _check(guard: Guard, moving: Sequence[str], *, listed: int) -> None:
    if guard.trips(len(moving), listed):
        raise TooMuchAtOnce(
            f"published values of {len(moving):,} of the source's {listed:,} offerings would change at once, such as "
            f"{', '.join(moving[:SHOWN])} (believed up to {guard.share:.0%}); look at the payload, then run again with "
            "--believe"
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
        change.changes
        or change.provenance
        or not same_names
        or (published.missing_since, published.not_seen_since) != change.listing(published.missing_since)
    )
