"""The shipped policies, as rows that curators may then edit."""

from __future__ import annotations

from curation.models import Policy
from curation.policy import DEFAULTS


def ensure_defaults() -> int:
    """Writes the default policies into an installation that has none. Returns how many were written."""
    if Policy.objects.exists():
        return 0
    rows = [
        Policy(
            name=rule.name,
            explanation=rule.explanation,
            position=10 * place,
            verdict=rule.verdict.value,
            kinds=sorted(rule.kinds),
            groups=sorted(rule.groups),
            fields=sorted(rule.fields),
            sources=sorted(rule.sources),
            factor_at_least=rule.factor_at_least,
        )
        for place, rule in enumerate(DEFAULTS, start=1)
    ]
    Policy.objects.bulk_create(rows)
    return len(rows)
