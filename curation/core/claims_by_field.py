"""The claims about one offering, field by field, and the decision on each field. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from curation.core import lines
from curation.core.authority import SourceType
from curation.core.candidates import Candidate, candidates_of, folded, independent, slugs, split
from curation.core.price_lists import is_same
from curation.core.seat import MAJORITY, Choice, choose
from curation.core.statements import Accepted, Decision, Prices, SourceClaim
from registry.domain import fields, rates
from registry.domain.fields import Value
from registry.domain.provenance import Quality
from registry.domain.rates import PriceLine


class ClaimsByField:
    """The claims about one offering, and the values that were accepted of it before."""

    def __init__(
        self, provider: str, claims: Sequence[SourceClaim], base: Mapping[str, Accepted[Value]], on: date
    ) -> None:
        self.provider, self.claims, self.base, self.on = provider, claims, base, on
        self._candidates: dict[str, list[Candidate[Value]]] = {}

    def names(self) -> list[str]:
        """The fields that any source states, in order."""
        return sorted({name for claim in self.claims for name in claim.values})

    def candidates(self, name: str) -> list[Candidate[Value]]:
        """The sources that state a field with authority."""
        if name not in self._candidates:
            self._candidates[name] = candidates_of(name, self.provider, self.claims, on=self.on)
        return self._candidates[name]

    def candidate(self, name: str, slug: str) -> Candidate[Value]:
        """What one source states of a field."""
        return next(candidate for candidate in self.candidates(name) if candidate.slug == slug)

    def choose(self, name: str, heard: Sequence[Candidate[Value]]) -> Choice[Value]:
        """Chooses among the candidates that count for a field."""
        return choose(heard, lambda left, right: fields.agrees(name, left, right, on=self.on), self.base.get(name))

    def lists(self, heard: Mapping[str, Sequence[Candidate[Value]]]) -> list[Candidate[Prices]]:
        """What each source states of several prices (name → candidates), as one candidate for the list of them."""
        by_source: dict[str, dict[str, Candidate[Value]]] = {}
        for name, candidates in heard.items():
            for candidate in candidates:
                by_source.setdefault(candidate.slug, {})[name] = candidate
        return [folded(by_name) for by_name in by_source.values()]

    def accepted_list(self, names: Iterable[str]) -> Accepted[Prices] | None:
        """The accepted ones of these prices, and who leads them."""
        held = {name: self.base[name] for name in names if name in self.base}
        if not held:
            return None
        return Accepted({name: accepted.value for name, accepted in held.items()}, next(iter(held.values())).source)

    def choose_list(self, candidates: Sequence[Candidate[Prices]], base: Accepted[Prices] | None) -> Choice[Prices]:
        """Chooses among the lists that sources state; `base` is the accepted one."""
        return choose(candidates, lambda left, right: is_same(left, right, on=self.on), base)

    def decide(self, name: str, heard: Sequence[Candidate[Value]]) -> Decision:
        """Decides one field by itself among the candidates that count for it."""
        choice = self.choose(name, heard)
        return self.decision(name, choice, apart=self.apart(name, choice), heard=heard)

    def apart(self, name: str, choice: Choice[Value]) -> Decimal | None:
        """How far those that contest a choice are apart from it; None where nobody does."""
        return max((factor(name, choice.winner.value, v.value, self.on) for v in choice.contested), default=None)

    def decision(
        self,
        name: str,
        choice: Choice[Value],
        *,
        apart: Decimal | None = None,
        heard: Sequence[Candidate[Value]] | None = None,
    ) -> Decision:
        """What is decided about a field by a choice, with who agrees.

        `apart`: how far those that contest it are apart; `heard`: those that it is measured against, who contradict it
        where nobody is given.
        """
        winner, candidates = choice.winner, self.candidates(name)
        same, other = split(name, winner.value, candidates, on=self.on)
        is_price = name.startswith(rates.PREFIX)
        future = self._future(name, winner) if is_price else _NO_FUTURE
        stated_on = winner.claim.stated_on(name)
        is_incumbent = name in self.base and self.base[name].source == winner.slug
        return Decision(
            winner.value,
            winner.slug,
            choice.reason,
            quality(winner, same, is_contested=apart is not None),
            stated_on=stated_on if stated_on != date.min else None,
            agreeing=tuple(slug for slug in slugs(same) if slug != winner.slug),
            disagreeing=slugs(other),
            agree=independent(same),
            of=independent(candidates),
            contested_by=apart if is_price else None,
            firm=future.firm,
            is_unconfirmed=future.is_unconfirmed,
            announced=future.announced,
            far_from=self._far(name, winner, other if heard is None else heard) if is_price else None,
            heard_since=winner.claim.since.get(name) if is_incumbent else None,
        )

    def _far(self, name: str, winner: Candidate[Value], beside: Iterable[Candidate[Value]]) -> Decimal | None:
        """The factor to the farthest price among sources of a lower rank."""
        lower = (candidate for candidate in beside if candidate.counts and candidate.rank > winner.rank)
        return max((factor(name, winner.value, candidate.value, self.on) for candidate in lower), default=None)

    def _future(self, name: str, winner: Candidate[Value]) -> _Future:
        """What of a price line is firm, whether its start is confirmed, and what else is announced."""
        is_official = winner.source_type is SourceType.OFFICIAL
        candidates = self.candidates(name)
        coming = {candidate.slug: later for candidate in candidates if (later := lines.later(candidate.value, self.on))}
        accepted = lines.later(self.base[name].value, self.on) if name in self.base else ()
        mine = coming.get(winner.slug, ())
        backed = independent(candidate for candidate in candidates if coming.get(candidate.slug) == mine) >= MAJORITY
        is_firm = is_official or backed or mine == accepted
        unconfirmed = lines.is_unconfirmed(winner.value, self.on, winner.claim.confirmed_on)
        announced = (
            (slug, later)
            for slug, later in sorted(coming.items())
            if later != accepted and not (slug == winner.slug and is_firm)
        )
        firm = None if is_firm or not mine else lines.current(winner.value, self.on)
        return _Future(firm, unconfirmed and not is_official, tuple(announced))


@dataclass(frozen=True, slots=True)
class _Future:
    """The same words as in `Decision`."""

    firm: PriceLine | None = None
    is_unconfirmed: bool = False
    announced: tuple[tuple[str, PriceLine], ...] = ()


_NO_FUTURE = _Future()


def quality(winner: Candidate[Value], same: Collection[Candidate[Value]], *, is_contested: bool = False) -> Quality:
    """The quality of a value that `winner` states now; `same` are all that state it."""
    if winner.source_type is SourceType.ESTIMATE:
        return Quality.ESTIMATED
    if is_contested:
        return Quality.PARTIAL
    is_official = winner.source_type is SourceType.OFFICIAL and winner.counts
    return Quality.VERIFIED if is_official or independent(same) >= MAJORITY else Quality.PARTIAL


def factor(name: str, left: Value, right: Value, on: date) -> Decimal:
    """How far two values are apart, as a factor without direction; infinite between free and paid, or currencies."""
    if not name.startswith(rates.PREFIX):
        return Decimal(1)
    first, second = rates.point_on(left or (), on), rates.point_on(right or (), on)
    if first is None or second is None:
        return Decimal(1)
    if not first.amount or not second.amount or first.currency != second.currency:
        return Decimal(1) if (first.state, first.currency) == (second.state, second.currency) else Decimal("Infinity")
    return max(first.amount / second.amount, second.amount / first.amount)
