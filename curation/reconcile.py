"""The shell around `curation.core.decide`: reads what is known and what stands, decides, writes what comes of it.

Every way to change the catalogue ends here: a sync with the offerings it touched, a pin with its one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from curation import conflict_log, pins
from curation.core.decide import decide
from curation.core.decided import Decided, Fate, Request
from curation.core.run_guard import SourceRun, TooMuchAtOnce
from curation.gather import gather, published_states, siblings, with_regional
from curation.opening import openings
from curation.policies import load_rules
from curation.units import Place
from curation.waiting import Queue
from registry.publish import Published, publish, sole_writer

__all__ = ["Outcome", "TooMuchAtOnce", "reconcile"]


@dataclass(slots=True)
class Outcome:
    """What reconciling did."""

    applied: int = 0
    """Changes published."""
    held: int = 0
    """Changes that wait for a person, new ones of this time."""
    remembered: int = 0
    """Changes left out because a person, or a policy, has rejected the very same before."""
    declined: int = 0
    """Changes that a policy rejected."""
    published: Published = field(default_factory=lambda: Published(None))
    rows: int = 0
    refused: list[Place] = field(default_factory=list)
    """What was expected and stands no longer as it was: see `curation.core.decided.Request`."""


def reconcile(
    keys: Collection[str],
    *,
    actor: str,
    reason: str,
    batch: UUID,
    at: datetime,
    run: SourceRun | None = None,
    approved: Mapping[Place, str] | None = None,
    request: Request | None = None,
    is_reading: bool = False,
) -> Outcome:
    """Brings the given offerings to what their claims and pins say, as far as policies allow. Where policies decide,
    those that are served by region as well: a source that repeats a base offering counts otherwise when that moves.

    `request` is what a person asks for, `approved` short for one that asks for nothing else. With a `run`, raises
    TooMuchAtOnce where it is not believed. What is read (`is_reading`) is weighed with all else that was read that day.
    """
    asked = request or Request(approved)
    with sole_writer():
        if asked.approved is None:
            keys = with_regional(keys)
        inputs, queue = gather(keys, at=at), Queue(keys, batch=batch, at=at)
        published = published_states(keys)
        decided = decide(
            inputs,
            queue.base(published, openings(published, at=at, whole_day=is_reading)),
            load_rules(),
            at=at,
            siblings=partial(siblings, on=at.date()),
            run=run,
            request=asked,
        )
        outcome = _counted(decided, held=queue.take(decided.rulings))
        outcome.published = publish(decided.publish, actor=actor, reason=reason, batch=batch, at=at)
        outcome.rows = outcome.published.rows + queue.write() + conflict_log.record(decided.conflicts, at=at)
        outcome.rows += pins.note(inputs, at=at)
    return outcome


def _counted(decided: Decided, *, held: int) -> Outcome:
    remembered, declined = (decided.count(fate) for fate in (Fate.REMEMBERED, Fate.DECLINED))
    return Outcome(decided.count_published(), held, remembered, declined, refused=decided.refused)
