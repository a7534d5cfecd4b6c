"""The decision as syncs take it, with the default policies, and without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from curation.core import quality_gate
from curation.core.authority import SourceFacts
from curation.core.claim import Claim
from curation.core.decide import decide
from curation.core.inputs import Base, Inputs, Lookups, PublishedState, derive_identity
from curation.core.merge import Reason, SourceClaim
from curation.core.policy import Judgement, Verdict
from curation.core.policy.defaults import DEFAULTS
from registry.domain.provenance import Provenance
from registry.quality import FactSheet, fact_sheet


@dataclass
class Published:
    """What would be in the database."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    said_by: dict[tuple[str, str], str] = field(default_factory=dict)
    """(offering, field) → the source of the published value."""

    def judged(
        self, source: SourceFacts, claims: Iterable[Claim], *, on: date, echoed_by: Sequence[SourceFacts] = ()
    ) -> tuple[list[Judgement], int]:
        """Judgements about what a source states of its offerings, and how many of them a rule of quality holds.

        `echoed_by` are other sources that state the very same.
        """
        inputs = {claim.offering: _inputs((source, *echoed_by), claim, on) for claim in claims}
        base = {key: Base(self._state(key)) for key in inputs}
        at = datetime(on.year, on.month, on.day, tzinfo=UTC)
        lookups = Lookups(lambda: DEFAULTS, lambda models: self.siblings(models, on))
        decided = decide(inputs, base, lookups, at=at)
        held = sum(judgement.policy.startswith(quality_gate.POLICY.format("")) for judgement in decided.judgements)
        return decided.judgements, held

    def publish(self, judgements: Sequence[Judgement], *, whatever: bool = False) -> None:
        """Applies what is to be applied, or everything."""
        for judgement in judgements:
            change = judgement.change
            if judgement.verdict is Verdict.APPLY or whatever:
                facts = self.facts.setdefault(change.offering, {})
                facts[change.field] = change.new
                self.said_by[change.offering, change.field] = change.decision.source
                if change.decision.reason is Reason.NO_LONGER_STATED:
                    del facts[change.field]

    def siblings(self, models: Collection[str], on: date) -> Mapping[str, list[FactSheet]]:
        sheets: dict[str, list[FactSheet]] = defaultdict(list)
        for key, facts in self.facts.items():
            if facts.get("model") in models:
                sheets[facts["model"]].append(fact_sheet(key, facts, on=on))
        return sheets

    def _state(self, key: str) -> PublishedState | None:
        facts = self.facts.get(key)
        return (
            None
            if facts is None
            else PublishedState(facts, {n: Provenance({"source": self.said_by[key, n]}) for n in facts})
        )


def _inputs(sources: Sequence[SourceFacts], claim: Claim, on: date) -> Inputs:
    statements = [SourceClaim(source, claim.values, dict.fromkeys(claim.values, on)) for source in sources]
    if derived := derive_identity(claim.offering):
        statements.append(derived)
    return Inputs(statements)
