"""The decision: from what is known and what stands to what is published, what waits and what is refused.

One pure function, called by whoever has to know: syncs, approvals, pins and imports through `curation.reconcile`, the
tester, previews and tests directly. The steps, in order: merge the claims, compare with what is published, judge by
policies, ask the rules of quality, group what moves by unit, remember what people rejected. A unit (`curation.units`)
is decided whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from curation import gate
from curation.circumstances import circumstances
from curation.core import account, run_guard
from curation.core.inputs import NOTHING, Base, Inputs, PublishedState, Siblings
from curation.core.run_guard import SourceRun
from curation.diff import Change, diff
from curation.merge import Decision, Merged, Reason, merge_lists
from curation.policy import Case, Circumstances, Judgement, Rule, Verdict, judge_run
from curation.replaced import with_replaced
from curation.units import Place, UnitJudgement, by_unit, unit_of, with_leaving
from curation.voices import Side, backing, contested
from registry import fields
from registry.changeset import FieldChange, OfferingChange


class Fate(StrEnum):
    """What becomes of one unit."""

    APPLIED = "applied"
    HELD = "held"
    DECLINED = "declined"
    """A policy rejects it."""
    REMEMBERED = "remembered"
    """A value in it was rejected before: it is not asked again."""
    LEFT = "left"
    """A person's own change, for which this is not the time."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """One unit, what policies and rules say to it, and what becomes of it."""

    unit: UnitJudgement
    about: Mapping[str, Circumstances]
    """By field."""
    fate: Fate
    approver: str = ""
    """Who approved it, where a person did."""

    def policy(self, judgement: Judgement) -> str:
        """Who let one field of it through, as the ledger names it."""
        return f"approved by {self.approver}" if self.approver else judgement.policy


@dataclass(slots=True)
class Decided:
    """What was decided about a set of offerings."""

    rulings: list[Ruling]
    publish: list[OfferingChange]
    """What is worth writing."""
    refused: list[Place]
    """What was expected and stands no longer as it was."""
    conflicts: dict[str, dict[str, list[Side]]]
    """Every offering → the fields about which independent sources contradict each other."""

    @property
    def judgements(self) -> list[Judgement]:
        """What was said to each field that would move."""
        return [judgement for ruling in self.rulings for judgement in ruling.unit.judgements]

    def count(self, fate: Fate) -> int:
        """How many units came to this."""
        return sum(ruling.fate is fate for ruling in self.rulings)


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for."""

    approved: Mapping[Place, str] | None = None
    """Place → the name of who approved its unit. Such changes are applied whatever policies say, and whatever else
    would change is held: an empty mapping applies nothing. None: policies decide.
    """
    expected: Mapping[Place, str] = field(default_factory=dict)
    """Place → the fingerprint that the person saw. A change that is another one by now is refused."""


def decide(
    inputs: Mapping[str, Inputs],
    base: Mapping[str, Base],
    rules: Sequence[Rule],
    *,
    at: datetime,
    siblings: Callable[[Collection[str]], Siblings],
    run: SourceRun | None = None,
    request: Request | None = None,
) -> Decided:
    """Decides a set of offerings, by what is known (`inputs`) and what stands (`base`).

    `siblings` gives the published offerings of models. With a `run`, raises TooMuchAtOnce where it is not believed.
    """
    request, on = request or Request(), at.date()
    published = {key: stands.published for key, stands in base.items() if stands.published}
    merged, cases = _cases(inputs, base, at=at)
    judgements = judge_run(cases, rules)
    if run:
        run_guard.check(run, judgements, published)
    judgements = with_leaving([_outside_of_a_run(one) for one in judgements])
    judgements = with_replaced(gated(judgements, inputs, published, on=on, siblings=siblings))
    units = by_unit(judgements, {key: known.pinned for key, known in inputs.items() if known.pins})
    refused = _moved(request.expected, units)
    asked = {(case.change.offering, case.change.field): case.about for case in cases}
    rulings = [_rule(unit, asked, base.get(unit.offering, NOTHING), request, refused) for unit in units]
    return Decided(
        rulings,
        _publications(inputs, published, merged, rulings, on=on),
        sorted(refused),
        {
            key: contested(key.partition("/")[0], known.claims, merged[key].decided, on=on)
            for key, known in inputs.items()
        },
    )


def _cases(
    inputs: Mapping[str, Inputs], base: Mapping[str, Base], *, at: datetime
) -> tuple[dict[str, Merged], list[Case]]:
    merged: dict[str, Merged] = {}
    cases: list[Case] = []
    for key, known in inputs.items():
        stands = base.get(key, NOTHING)
        merged[key], changes = plan(key, known, stands.published, on=at.date())
        cases += (Case(change, about(change, known, stands, at=at)) for change in changes)
    return merged, cases


def plan(key: str, known: Inputs, published: PublishedState | None, *, on: date) -> tuple[Merged, list[Change]]:
    """What the claims and pins of one offering come to, and what that would change."""
    provider = key.partition("/")[0]
    merged = merge_lists(provider, known.claims, known.pins, on=on)
    if published is None:
        return merged, diff(key, None, merged.decided, on=on) if known.claims else []
    accounts = published.provenance
    pinned = [name for name, said in accounts.items() if said.get("reason") == Reason.PINNED]
    changes = diff(key, published.facts, merged.decided, on=on, pinned=pinned, elsewhere=merged.elsewhere)
    return merged, [_backed(change, accounts.get(change.field, {}), known, provider, on) for change in changes]


def _backed(change: Change, said: Mapping[str, Any], known: Inputs, provider: str, on: date) -> Change:
    """A change of a known value with the voices that back it."""
    if change.old is None or change.new is None:
        return change
    old = fields.field(change.field).decode(change.old)
    published_by = str(said.get("source", ""))
    voices = backing(change.field, old, published_by, change.decision, known.claims, provider=provider, on=on)
    return replace(change, voices=voices)


def about(change: Change, known: Inputs, base: Base, *, at: datetime) -> Circumstances:
    """What policies may ask about a change besides itself."""
    published = base.published
    return circumstances(
        change,
        known,
        published.provenance.get(change.field, {}) if published else {},
        at=at,
        published_at=published.created_at if published else None,
        waiting=base.waiting.get(unit_of(change.field)),
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
    siblings: Callable[[Collection[str]], Siblings],
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
        siblings({model for model in stated if model}),
        on=on,
        rivals={key: inputs[key].rivals(slugs, on=on) for key, slugs in sources.items()},
    )


def _moved(expected: Mapping[Place, str], units: Sequence[UnitJudgement]) -> set[Place]:
    """The expected units that are other ones by now, or none at all."""
    now = {unit.place: unit.fingerprint for unit in units if unit.place in expected and not unit.is_personal}
    return {place for place, fingerprint in expected.items() if now.get(place) != fingerprint}


def _rule(
    unit: UnitJudgement, asked: Mapping[Place, Circumstances], base: Base, request: Request, refused: Collection[Place]
) -> Ruling:
    """What becomes of one unit. `asked`: (offering, field) → what policies could ask about."""
    policies_decide, personal = request.approved is None, unit.is_personal
    approver = "" if personal or unit.place in refused else (request.approved or {}).get(unit.place, "")
    if not approver and not personal and base.rejected and base.was_rejected(unit.parts):
        fate = Fate.REMEMBERED
    elif approver or (unit.verdict is Verdict.APPLY and policies_decide):
        fate = Fate.APPLIED
    elif unit.verdict is Verdict.REJECT and policies_decide:
        fate = Fate.DECLINED
    else:
        fate = Fate.LEFT if personal else Fate.HELD
    about = {j.change.field: asked[unit.offering, j.change.field] for j in unit.judgements}
    return Ruling(unit, about, fate, approver)


def _publications(
    inputs: Mapping[str, Inputs],
    published: Mapping[str, PublishedState],
    merged: Mapping[str, Merged],
    rulings: Sequence[Ruling],
    *,
    on: date,
) -> list[OfferingChange]:
    """What there is to write about each offering, those left out about which there is nothing."""
    applied: dict[str, list[FieldChange]] = {key: [] for key in inputs}
    for ruling in rulings:
        if ruling.fate is Fate.APPLIED:
            moved = (_field_change(j.change, ruling.policy(j)) for j in ruling.unit.judgements)
            applied[ruling.unit.offering] += moved
    found = (
        _publication(key, known, published.get(key), merged[key].decided, applied[key], on)
        for key, known in inputs.items()
    )
    return [change for change in found if change]


def _publication(
    key: str,
    known: Inputs,
    published: PublishedState | None,
    decided: Mapping[str, Decision],
    changes: list[FieldChange],
    on: date,
) -> OfferingChange | None:
    change = OfferingChange(key, changes, {}, known.aliases, known.missing_since, known.not_seen_since)
    if published is None:
        return change if changes else None
    change.provenance = account.refreshed(published, {one.field for one in changes}, decided, known, on=on)
    if published.aliases == known.aliases:
        change.aliases = None
    is_listed_alike = (published.missing_since, published.not_seen_since) == change.listing(published.missing_since)
    if changes or change.provenance or change.aliases is not None or not is_listed_alike:
        return change
    return None


def _field_change(change: Change, policy: str) -> FieldChange:
    gone = change.decision.reason is Reason.WITHDRAWN
    return FieldChange(change.field, change.old, change.new, account.provenance(change.decision, policy), gone=gone)
