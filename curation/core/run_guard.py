"""Whether a run of a source is to be believed: how many published values would move by it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from curation.core.accepted import AcceptedState
from curation.core.diff import Change, Kind
from curation.core.policy import Guard, Judgement, Verdict
from curation.core.rules import is_only_wording
from registry.domain import fields

SHOWN: Final = 5
"""How many offerings a message names."""


class TooMuchAtOnce(Exception):
    """More published values would move than one run is believed about. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class SourceRun:
    """A reading of one source that its guard looks at."""

    guard: Guard
    source: str = ""
    restated: frozenset[str] = frozenset()
    """The offerings about which the source has changed its mind."""
    known_before: int = 0
    """How many offerings the source listed before."""


def check(
    run: SourceRun, judgements: Sequence[Judgement], changes: Sequence[Change], accepted: Mapping[str, AcceptedState]
) -> None:
    """Raises TooMuchAtOnce where too many published values would move, or a policy does not believe the run.

    `changes` are what would move of the `accepted` values.
    """
    if run.restated:
        _check_share(run, _moving(changes, run, accepted))
    bad = [
        j
        for j in judgements
        if j.verdict is Verdict.QUARANTINE and (not run.source or j.change.decision.source == run.source)
    ]
    if bad:
        worst = max(bad, key=lambda one: one.change.reach).change
        raise TooMuchAtOnce(
            f"the policy “{bad[0].policy}” does not believe it: {len(bad):,} changes, such as {worst.field} of "
            f"{worst.offering}; look at the payload, then run again with --accept"
        )


def _check_share(run: SourceRun, moving: Sequence[str]) -> None:
    if run.guard.trips(len(moving), run.known_before):
        raise TooMuchAtOnce(
            f"published values of {len(moving):,} of the source's {run.known_before:,} offerings would change at once, "
            f"such as {', '.join(moving[:SHOWN])} (believed up to {run.guard.share:.0%}); look at the payload, then "
            "run again with --accept"
        )


def _moving(changes: Sequence[Change], run: SourceRun, accepted: Mapping[str, AcceptedState]) -> list[str]:
    """The restated offerings of which a published value moves by what the source itself says, or a price is gone.

    Wording is none of it: a list in which all descriptions are new is a sound list.
    """
    moving = set()
    for change in changes:
        if change.offering not in run.restated or not _moves(change):
            continue
        account = accepted[change.offering].accounts.get(change.field, {})
        by = change.decision.source or account.get("source", "")  # nobody states what is withdrawn
        if not run.source or by == run.source:
            moving.add(change.offering)
    return sorted(moving)


def _moves(change: Change) -> bool:
    """Whether a change counts for the guard of a run. What is no longer stated is only proposed for removal: it counts
    where it is a price.
    """
    group = fields.field(change.field).group
    if change.kind in (Kind.WITHDRAWN, Kind.UNLISTED):
        return group is fields.Group.PRICE
    ordinary = change.kind in (Kind.NEW, Kind.FILL)
    return not ordinary and group is not fields.Group.TEXT and not is_only_wording(change)
