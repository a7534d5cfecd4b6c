"""The shell around `curation.core.decide`: loads inputs and base, decides, and writes the result.

Every change of the catalogue passes through here: a sync with the offerings it touched, a pin with its one. A decision
is computed without a lock and written in slices, each a transaction and a revision of its own. Offerings that changed
in between are computed again: see `curation.apply.counters`. Where the caller is the sole writer already, none can.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from curation.apply import conflict_log, counters, pin_drift
from curation.apply.incoming import Incoming
from curation.apply.load import gather, load_rules, published_states, siblings, source_facts, with_regional
from curation.apply.month_ago import month_ago
from curation.apply.opening import openings
from curation.apply.proposals import Queue
from curation.core.authority import SourceFacts
from curation.core.decide import decide
from curation.core.decided import Decided, Fate, Request
from curation.core.inputs import Inputs, Lookups
from curation.core.parts import Place
from curation.core.policy import Rule
from curation.core.run_guard import TooMuchAtOnce
from registry.catalogue.publish import Publication, is_sole_writer, publish, sole_writer
from registry.database.chunks import chunks

__all__ = ["Outcome", "TooMuchAtOnce", "reconcile"]

ATTEMPTS: Final = 2
"""How often a decision is computed without the lock. What is still stale after that is computed under the lock."""
PAUSE_SECONDS: Final = 0.03
"""The pause between two slices. SQLite has no queue for its lock: other writers poll until they find it free."""


@dataclass(slots=True)
class Outcome:
    """The result of a reconciliation."""

    applied: int = 0
    """Changes published."""
    held: int = 0
    """Changes newly held for a person."""
    remembered: int = 0
    """Changes left out because a person or a policy rejected the same change before."""
    declined: int = 0
    """Changes that a policy rejected."""
    published: Publication = field(default_factory=lambda: Publication(None))
    """All that was published, with the number of the last revision."""
    rows: int = 0
    refused: list[Place] = field(default_factory=list)
    """Expected changes that are stale: see `curation.core.decided.Request`."""

    def count(self, decided: Decided, *, held: int, published: Publication, rows: int) -> None:
        """Adds the result of a slice."""
        self.applied += decided.count_published()
        self.remembered += decided.count(Fate.REMEMBERED)
        self.declined += decided.count(Fate.DECLINED)
        self.held += held
        self.rows += rows + published.rows
        self.refused += decided.refused
        before = self.published
        revision = before.revision if published.revision is None else published.revision
        self.published = Publication(revision, before.entries + published.entries, before.rows + published.rows)


def reconcile(
    keys: Collection[str],
    *,
    actor: str,
    reason: str,
    batch: UUID,
    at: datetime,
    run: str = "",
    approved: Mapping[Place, str] | None = None,
    request: Request | None = None,
    is_reading: bool = False,
    incoming: Incoming | None = None,
    outcome: Outcome | None = None,
    keep: bool = True,
) -> Outcome:
    """Brings offerings in line with their claims and pins, as far as policies allow. Without a request of a person, the
    regional offerings are included: the rank of a source that repeats a base offering changes with the base.

    `request` is what a person asks for; `approved` is short for a request of approvals alone. `run` names the source
    that is read: raises TooMuchAtOnce where a policy does not accept the run, and nothing is written. With `is_reading`
    the claims are decided together with all that was read that day. `incoming` claims are written with the decisions
    about them. Results are added to `outcome` as they are written. Without `keep` everything is computed, counted and
    rolled back.
    """
    work = _Work(
        actor=actor,
        reason=reason,
        batch=batch,
        at=at,
        run=run,
        request=request or Request(approved),
        is_reading=is_reading,
        incoming=incoming,
        outcome=outcome or Outcome(),
        keep=keep,
    )
    due = set(keys) if work.request.approved is not None else with_regional(keys)
    for _attempt in range(ATTEMPTS):
        if due:
            due = work.do(due)
            work = replace(work, run="")  # the run is judged once, as a whole, before anything is written
    for chunk in chunks(sorted(due)):
        with sole_writer():
            work.do(chunk)
    return work.outcome


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a decision was computed from. If any of it has changed when the decision is written, it is computed again.

    The siblings that quality rules compare with are not part of it: a few seconds of age do no harm there. Nor are the
    times at which other sources were read: they date accounts and decide nothing.
    """

    counters: Mapping[str, int]
    """By offering. Those of base offerings are not needed: whether a source repeats one follows from its own claims,
    and one source is read by one run at a time.
    """
    rules: list[Rule]
    sources: Mapping[str, SourceFacts]


@dataclass(frozen=True, slots=True)
class _Work:
    """One reconciliation: its arguments, and its results so far."""

    actor: str
    reason: str
    batch: UUID
    at: datetime
    run: str
    request: Request
    is_reading: bool
    incoming: Incoming | None
    outcome: Outcome
    keep: bool
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The counts of policies over the whole run, for what is computed again: see `curation.core.policy.counted`."""

    def do(self, keys: Collection[str]) -> set[str]:
        """Decides offerings and writes what is not stale. Returns the stale ones, which were not written."""
        rules = cache(load_rules)
        basis = None if is_sole_writer() else _Basis(counters.read(keys), rules(), source_facts())
        inputs = gather(keys, at=self.at, incoming=self.incoming)
        queue = Queue(keys, batch=self.batch, at=self.at)
        decided = self._decide(inputs, queue, rules)
        if basis is None:
            # The lock is held anyway, so the act of one person is one revision; and the queue that was read is current.
            return self._write(decided, inputs, None, queue)
        stale: set[str] = set()
        for number, part in enumerate(decided.slices()):
            if number and not connection.in_atomic_block:
                time.sleep(PAUSE_SECONDS)
            stale |= self._write(part, inputs, basis, None)
        return stale

    def _decide(self, inputs: Mapping[str, Inputs], queue: Queue, rules: Callable[[], list[Rule]]) -> Decided:
        published = published_states(inputs)
        decided = decide(
            inputs,
            queue.base(published, openings(published, at=self.at) if self.is_reading else {}),
            Lookups(rules, partial(siblings, on=self.at.date()), partial(month_ago, published, at=self.at)),
            at=self.at,
            run=self.run,
            request=self.request,
            counts=self.counts,
        )
        dict.update(self.counts, decided.counts)  # a Counter would add them up
        return decided

    def _write(
        self, part: Decided, inputs: Mapping[str, Inputs], basis: _Basis | None, queue: Queue | None
    ) -> set[str]:
        """Writes a slice without what is stale. Returns the stale offerings."""
        # Of the sole writer where claims or values are written, so that no publisher waits for another lock.
        publishes = self.incoming or part.publish or is_sole_writer()
        with _no_collection(), sole_writer() if publishes else transaction.atomic():
            stale, is_due = _stale(part.conflicts.keys(), basis) if basis else (set(), True)
            if stale:
                part = part.without(stale)
            keys = part.conflicts.keys()
            rows = self.incoming.write(keys) if self.incoming else 0
            queue = queue or Queue(keys, batch=self.batch, at=self.at)
            held = queue.take(part.rulings)
            done = publish(part.publish, actor=self.actor, reason=self.reason, batch=self.batch, at=self.at)
            rows += queue.write() + conflict_log.record(part.conflicts, at=self.at)
            rows += pin_drift.note({key: inputs[key] for key in keys}, at=self.at)
            if is_due or rows or done.rows:
                counters.settle(keys)
            if not self.keep:
                transaction.set_rollback(True)
        self.outcome.count(part, held=held, published=done, rows=rows)
        return stale


@contextmanager
def _no_collection() -> Iterator[None]:
    """Disables garbage collection, which takes half a second with a long list in memory, while other writers wait."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _stale(keys: Set[str], basis: _Basis) -> tuple[set[str], bool]:
    """The stale offerings, and whether any other is due. Their counters are locked until the transaction ends."""
    now, due = counters.lock(sorted(keys))
    if load_rules() != basis.rules or source_facts() != basis.sources:
        return set(keys), False
    stale = {key for key in keys if now[key] != basis.counters[key]}
    return stale, not due.isdisjoint(keys - stale)
