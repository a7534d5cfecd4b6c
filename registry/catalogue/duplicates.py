"""Duplicate offerings of one provider, under two spellings of one id: a defect of a source, or of its syncer.

Two ids of a provider are the same when they differ in nothing but case, separators and the spelling of versions. A way
of serving (`:free`, `:batch`, `-fp8`) is a difference: such offerings have prices of their own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from registry.domain.offering_ids import provider_of
from registry.identity.normalise import canonical_name
from registry.models import Offering


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`groups` are the ids that mean the same, each group in order. All but one of a group are surplus."""

    groups: tuple[tuple[str, ...], ...]
    offerings: Counter[str]
    """Offerings by provider."""

    @property
    def count(self) -> int:
        return sum(len(group) - 1 for group in self.groups)

    @property
    def rate(self) -> float | None:
        """The share of surplus offerings, from 0 to 1; None without offerings."""
        return share(self.count, self.offerings.total())

    def by_provider(self) -> dict[str, float | None]:
        """The rate of each provider that has any, the worst first."""
        surplus = Counter[str]()
        for group in self.groups:
            surplus[provider_of(group[0])] += len(group) - 1
        rates = {provider: share(count, self.offerings[provider]) for provider, count in surplus.items()}
        return dict(sorted(rates.items(), key=lambda item: (-(item[1] or 0), item[0])))

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "rate": self.rate}


def find() -> Duplicates:
    """Among all that is published. One query."""
    return among(Offering.objects.order_by("key").values_list("provider_id", "native_id"))


def among(ids: Iterable[tuple[str, str]]) -> Duplicates:
    """Among pairs of a provider and its own id. Pure."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    offerings = Counter[str]()
    for provider, native_id in ids:
        offerings[provider] += 1
        same[provider, canonical_name(native_id)].append(f"{provider}/{native_id}")
    groups = sorted(tuple(sorted(keys)) for keys in same.values() if len(keys) > 1)
    return Duplicates(tuple(groups), offerings)


def share(part: int, whole: int) -> float | None:
    """A share from 0 to 1; None of nothing."""
    return round(part / whole, 4) if whole else None
