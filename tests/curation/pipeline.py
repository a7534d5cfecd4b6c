"""The pure core from claims to judgements, as the shell runs it, without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from curation.claim import Claim
from curation.diff import diff
from curation.gate import gate
from curation.gather import derive_identity
from curation.merge import Reason, SourceClaim, merge
from curation.policy import DEFAULTS, Judgement, Verdict, judge
from curation.trust import SourceFacts
from registry.quality import Sheet, read


@dataclass
class Published:
    """What would be in the database."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def judged(self, source: SourceFacts, claims: Iterable[Claim], *, on: date) -> tuple[list[Judgement], int]:
        """Judgements about what a source states of its offerings, and how many of them the gate turned."""
        plain = [judgement for claim in claims for judgement in self._judged(source, claim, on)]
        final = gate(plain, self.facts, self.siblings(on), on=on)
        return final, sum(one != other for one, other in zip(plain, final, strict=True))

    def publish(self, judgements: Sequence[Judgement], *, whatever: bool = False) -> None:
        """Applies what is to be applied, or everything."""
        for judgement in judgements:
            change = judgement.change
            if judgement.verdict is Verdict.APPLY or whatever:
                facts = self.facts.setdefault(change.offering, {})
                facts[change.field] = change.new
                if change.decision.reason is Reason.WITHDRAWN:
                    del facts[change.field]

    def siblings(self, on: date) -> Mapping[str, list[Sheet]]:
        found: dict[str, list[Sheet]] = defaultdict(list)
        for key, facts in self.facts.items():
            if facts.get("model"):
                found[facts["model"]].append(read(key, facts, on=on))
        return found

    def _judged(self, source: SourceFacts, claim: Claim, on: date) -> list[Judgement]:
        statements = [SourceClaim(source, claim.values, dict.fromkeys(claim.values, on))]
        if derived := derive_identity(claim.offering):
            statements.append(derived)
        decided = merge(claim.offering.partition("/")[0], statements, {}, on=on)
        return [judge(c, DEFAULTS) for c in diff(claim.offering, self.facts.get(claim.offering), decided, on=on)]
