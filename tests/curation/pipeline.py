"""The pure core from claims to judgements, as the shell runs it, without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from curation.claim import Claim
from curation.diff import Change, diff
from curation.gate import gate
from curation.gather import derive_identity
from curation.merge import Reason, SourceClaim, merge
from curation.policy import Judgement, Verdict, judge
from curation.shipped import DEFAULTS
from curation.trust import SourceFacts
from curation.voices import backing
from registry import fields
from registry.quality import Sheet, read


@dataclass
class Published:
    """What would be in the database."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    said_by: dict[tuple[str, str], str] = field(default_factory=dict)
    """(offering, field) → the source of the published value."""

    def judged(
        self, source: SourceFacts, claims: Iterable[Claim], *, on: date, echoed_by: Sequence[SourceFacts] = ()
    ) -> tuple[list[Judgement], int]:
        """Judgements about what a source states of its offerings, and how many of them the gate turned.

        `echoed_by` are other sources that state the very same.
        """
        plain = [judgement for claim in claims for judgement in self._judged((source, *echoed_by), claim, on)]
        final = gate(plain, self.facts, self.siblings(on), on=on)
        return final, sum(one != other for one, other in zip(plain, final, strict=True))

    def publish(self, judgements: Sequence[Judgement], *, whatever: bool = False) -> None:
        """Applies what is to be applied, or everything."""
        for judgement in judgements:
            change = judgement.change
            if judgement.verdict is Verdict.APPLY or whatever:
                facts = self.facts.setdefault(change.offering, {})
                facts[change.field] = change.new
                self.said_by[change.offering, change.field] = change.decision.source
                if change.decision.reason is Reason.WITHDRAWN:
                    del facts[change.field]

    def siblings(self, on: date) -> Mapping[str, list[Sheet]]:
        found: dict[str, list[Sheet]] = defaultdict(list)
        for key, facts in self.facts.items():
            if facts.get("model"):
                found[facts["model"]].append(read(key, facts, on=on))
        return found

    def _judged(self, sources: Sequence[SourceFacts], claim: Claim, on: date) -> list[Judgement]:
        statements = [SourceClaim(source, claim.values, dict.fromkeys(claim.values, on)) for source in sources]
        if derived := derive_identity(claim.offering):
            statements.append(derived)
        provider = claim.offering.partition("/")[0]
        decided = merge(provider, statements, {}, on=on)
        changes = diff(claim.offering, self.facts.get(claim.offering), decided, on=on)
        return [judge(self._backed(change, statements, provider, on), DEFAULTS) for change in changes]

    def _backed(self, change: Change, statements: Sequence[SourceClaim], provider: str, on: date) -> Change:
        if change.old is None or change.new is None:
            return change
        old, said_by = fields.field(change.field).decode(change.old), self.said_by[change.offering, change.field]
        voices = backing(change.field, old, said_by, change.decision, statements, provider=provider, on=on)
        return replace(change, voices=voices)
