"""The quality gate: the last check before publishing, of whole offerings instead of single changes.

Policies judge a change by itself. The gate asks the rules of `registry.quality` what the offering would look like with
all changes that are to be applied, and holds those that would bring something suspicious into the catalogue:

1. An error is never published. Of an offering that is new, the one field that the finding names is held.
2. A warning holds only a change of a known value. What is stated for the first time is published.
3. A finding about the published values holds nothing: it was there before.
4. Where a finding compares several fields, all of those that change from a known value are held.
5. What a policy holds anyway is not checked, and neither is a person's decision: pins are laid over the result.

Pure: plain values in, judgements out. The day is an argument.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from curation.core.diff import Change
from curation.core.inputs import Inputs, Siblings
from curation.core.merge import Reason
from curation.core.policy import Judgement, Verdict
from registry.domain import fields
from registry.domain.provenance import Quality
from registry.quality import Context, FactSheet, Finding, check, fact_sheet

POLICY: Final = "rule: {}"
_GROUPS: Final = frozenset({fields.Group.PRICE, fields.Group.LIMIT, fields.Group.BENCHMARK, fields.Group.LIFECYCLE})

Facts = Mapping[str, fields.Json]


def gate(
    judgements: Sequence[Judgement],
    published: Mapping[str, Facts],
    siblings: Mapping[str, Collection[FactSheet]],
    *,
    on: date,
    rivals: Mapping[str, Collection[FactSheet]] | None = None,
) -> list[Judgement]:
    """The same judgements in the same order, some of them held now.

    `published` are the facts of the offerings in question as far as they are published, `siblings` the published
    offerings by model, and `rivals`, by offering, what other sources state about the same offering.
    """
    by_offering: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        by_offering[judgement.change.offering].append(judgement)
    looked_at = {key: each for key, each in by_offering.items() if any(map(_may_be_held, each))}
    new = _newcomers({key: each for key, each in looked_at.items() if key not in published}, on)
    held: dict[tuple[str, str], Judgement] = {}
    for key, each in looked_at.items():
        before = published.get(key)
        model = _with(before, each).get("model")
        others = [s for s in (*siblings.get(model, ()), *new.get(model, ())) if s.offering != key] if model else []
        others += (rivals or {}).get(key, ())
        for judgement in _held(key, before, each, others, on):
            held[key, judgement.change.field] = judgement
    return [held.get((j.change.offering, j.change.field), j) for j in judgements]


def sources_weighed(judgements: Sequence[Judgement]) -> dict[str, set[str]]:
    """The offerings that the gate will look at, each with the sources whose values are to be applied."""
    sources: dict[str, set[str]] = defaultdict(set)
    for judgement in judgements:
        if _may_be_held(judgement):
            sources[judgement.change.offering].add(judgement.change.decision.source)
    return dict(sources)


def _held(
    key: str, facts: Facts | None, judgements: Sequence[Judgement], others: Sequence[FactSheet], on: date
) -> Iterator[Judgement]:
    before = fact_sheet(key, facts, on=on) if facts is not None else None
    context = Context(on, others, before)
    old = {finding.identity for finding in check(before, Context(on, others))} if before else set()
    left = list(judgements)
    while True:
        sheet = fact_sheet(key, _with(facts, left), on=on, corroborated=_sure(left))
        fresh = [finding for finding in check(sheet, context) if finding.identity not in old]
        stopped: dict[str, Finding] = {}
        for finding in sorted(fresh, key=lambda finding: not finding.is_error):  # errors are named first
            for judgement in _stopped_by(finding, left):
                stopped.setdefault(judgement.change.field, finding)
        if not stopped:
            return
        for judgement in left:
            if why := stopped.get(judgement.change.field):
                yield replace(judgement, verdict=Verdict.HOLD, policy=POLICY.format(why.rule.code))
        # What is held is not published, and what is left may be wrong without it.
        left = [judgement for judgement in left if judgement.change.field not in stopped]


def _sure(judgements: Sequence[Judgement]) -> list[str]:
    """Fields whose new value is backed by more than one catalogue. What does not change is no finding of today."""
    return [j.change.field for j in judgements if j.change.decision.quality is Quality.VERIFIED]


def _stopped_by(finding: Finding, judgements: Sequence[Judgement]) -> list[Judgement]:
    concerned = [j for j in judgements if j.change.field in (finding.field, *finding.beside) and _may_be_held(j)]
    replacing = [judgement for judgement in concerned if _is_known(judgement.change)]
    if replacing or not finding.is_error:
        return replacing
    return [judgement for judgement in concerned if judgement.change.field == finding.field] or concerned


def _is_known(change: Change) -> bool:
    return change.old is not None


def _may_be_held(judgement: Judgement) -> bool:
    change = judgement.change
    return judgement.verdict is Verdict.APPLY and fields.field(change.field).group in _GROUPS


def _with(facts: Facts | None, judgements: Sequence[Judgement]) -> dict[str, fields.Json]:
    """The facts with the changes that are to be applied."""
    after = dict(facts or {})
    for judgement in judgements:
        if judgement.verdict is not Verdict.APPLY:
            continue
        if judgement.change.decision.reason is Reason.NO_LONGER_STATED:
            after.pop(judgement.change.field, None)
        else:
            after[judgement.change.field] = judgement.change.new
    return after


def _newcomers(judgements: Mapping[str, Sequence[Judgement]], on: date) -> dict[str, list[FactSheet]]:
    """Offerings that come with the same changes, as they would be published, by model."""
    by_model: dict[str, list[FactSheet]] = defaultdict(list)
    for key, each in judgements.items():
        facts = _with(None, each)
        if facts.get("model"):
            by_model[facts["model"]].append(fact_sheet(key, facts, on=on))
    return by_model


def gated(
    judgements: Sequence[Judgement],
    inputs: Mapping[str, Inputs],
    facts: Mapping[str, Mapping[str, fields.Json]],
    *,
    on: date,
    siblings: Callable[[Collection[str]], Siblings],
) -> list[Judgement]:
    """The judgements after the quality gate.

    `facts` are the values of the offerings that are published, by offering.
    """
    sources = sources_weighed(judgements)
    if not sources:
        return list(judgements)
    weighed = {key: facts[key] for key in sources if key in facts}
    models = [published.get("model") for published in weighed.values()]
    models += [judgement.change.new for judgement in judgements if judgement.change.field == "model"]
    return gate(
        judgements,
        weighed,
        siblings({model for model in models if model}),
        on=on,
        rivals={key: inputs[key].rivals(slugs, on=on) for key, slugs in sources.items()},
    )
