"""Whether a run of a source is accepted: how many of its own statements move, and what policies say. Pure.

The number depends only on the earlier and the new claims of the source, not on other sources or on the order in which
sources are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from curation.core.diff import Change, Kind, diff
from curation.core.merge import Decision
from curation.core.policy import Judgement, Verdict
from curation.core.policy.conditions import is_only_wording
from registry.domain import fields

SHOWN: Final = 5
"""How many offerings a message names."""


class TooMuchAtOnce(Exception):
    """More would move than is accepted of one run. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Guard:
    """When a whole run is not accepted: too many published values would move at once."""

    share: Decimal = Decimal("0.25")
    at_least: int = 20
    most: Decimal = Decimal("0.9")
    """The largest share of `after`: where nearly all of a list moves, a person checks it however old it is."""

    def after(self, days: float) -> Guard:
        """The guard for a source that was read well so many days ago: the longer ago, the more may have moved."""
        return replace(self, share=min(self.share + Decimal("0.01") * int(days), self.most))

    def trips(self, moving: int, listed: int) -> bool:
        """`moving`: offerings with a published value that moves; `listed`: offerings the source listed before."""
        return moving >= self.at_least and moving > listed * self.share


def check_share(guard: Guard, moving: Sequence[str], listed: int) -> None:
    """Raises TooMuchAtOnce where a source moves its statements on too many of the offerings that it listed before."""
    if guard.trips(len(moving), listed):
        raise TooMuchAtOnce(
            f"what it says about {len(moving):,} of the source's {listed:,} offerings would change at once, such as "
            f"{', '.join(sorted(moving)[:SHOWN])} (accepted up to {guard.share:.0%}); look at the payload, then run "
            "again with --accept"
        )


def check_policies(source: str, judgements: Sequence[Judgement]) -> None:
    """Raises TooMuchAtOnce where a policy does not accept the run of a source."""
    bad = [
        judgement
        for judgement in judgements
        if judgement.verdict is Verdict.QUARANTINE and judgement.change.decision.source == source
    ]
    if bad:
        worst = max(bad, key=lambda judgement: judgement.change.reach).change
        raise TooMuchAtOnce(
            f"the policy “{bad[0].policy}” does not accept it: {len(bad):,} changes, such as {worst.field} of "
            f"{worst.offering}; look at the payload, then run again with --accept"
        )


def moves(offering: str, before: Mapping[str, fields.Json], now: Mapping[str, fields.Json], *, on: date) -> bool:
    """Whether a source moves its statement on an offering in a way that counts; both in JSON form.

    Wording does not count: a list in which all descriptions are new is sound. First statements do not count either. Of
    what the source no longer states, prices count.
    """
    stated = {name: Decision.of_value(fields.field(name).decode(value)) for name, value in now.items()}
    return any(map(_counts, diff(offering, before, stated, on=on)))


def _counts(change: Change) -> bool:
    group = fields.field(change.field).group
    if change.kind is Kind.NO_LONGER_STATED:
        return group is fields.Group.PRICE
    ordinary = change.kind in (Kind.NEW, Kind.FILL)
    return not ordinary and group is not fields.Group.TEXT and not is_only_wording(change)
