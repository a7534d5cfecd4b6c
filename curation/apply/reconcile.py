"""The shell around `curation.core.decide`: reads what is known and what stands, decides, writes what comes of it.

Every way to change the catalogue ends here: a sync with the offerings it touched, a pin with its one. A decision is
computed without a lock and written in slices, each a transaction and a revision of its own. What moved in between is
computed again: see `curation.apply.counters`. Where the caller is the sole writer already, nothing moves.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from curation.apply import conflict_log, counters, pin_drift
from curation.apply.incoming import Incoming
from curation.apply.load import gather, load_rules, published_states, siblings, source_facts, with_regional
from curation.apply.opening import openings
from curation.apply.proposals import Queue
from curation.core.authority import SourceFacts
from curation.core.decide import decide
from curation.core.decided import Decided, Fate, Request
from curation.core.inputs import Inputs
from curation.core.parts import Place
from curation.core.policy import Rule
from curation.core.run_guard import TooMuchAtOnce
from registry.catalogue.publish import Publication, is_sole_writer, publish, sole_writer
from registry.database.chunks import chunks

__all__ = ["Outcome", "TooMuchAtOnce", "reconcile"]

ATTEMPTS: Final = 2
"""How often a decision is computed without the lock; what moved in the meantime each time is computed under it."""
PAUSE_SECONDS: Final = 0.03
"""Between two slices, for others to write: who waits for SQLite's lock is not queued, but has to find it free."""


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
    published: Publication = field(default_factory=lambda: Publication(None))
    """All that was published, under the last of the revisions."""
    rows: int = 0
    refused: list[Place] = field(default_factory=list)
    """What was expected and stands no longer as it was: see `curation.core.decided.Request`."""

    def count(self, decided: Decided, *, held: int, published: Publication, rows: int) -> None:
        """Adds what came of a slice."""
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
    """Brings the given offerings to what their claims and pins say, as far as policies allow. Where policies decide,
    those that are served by region as well: a source that repeats a base offering counts otherwise when that moves.

    `request` is what a person asks for, `approved` short for one that asks for nothing else. `run` names the source
    that is read: raises TooMuchAtOnce where a policy does not accept it, and nothing is written then. What is read
    (`is_reading`) is weighed with all else that was read that day. `incoming` claims are written with what is decided
    by them. What came of it is added to `outcome` as it is written. Without `keep` it is computed, counted and taken
    back.
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
            work = replace(work, run="")  # it is judged once, as a whole, before anything of it is written
    for chunk in chunks(sorted(due)):
        with sole_writer():
            work.do(chunk)
    return work.outcome


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a decision was computed by. Where any of it is otherwise when it is written, it is computed again.

    The siblings that the rules of quality look at are not part of it: a few seconds of age do no harm there. Nor is
    when other sources were read: it dates accounts and decides nothing.
    """

    counters: Mapping[str, int]
    """By offering. Those of base offerings are not looked at: whether a source repeats one is known from its own claims
    alone, and one source is read by one run at a time.
    """
    rules: list[Rule]
    sources: Mapping[str, SourceFacts]


@dataclass(frozen=True, slots=True)
class _Work:
    """One reconciliation: what it is about, and what came of it so far."""

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
    """What policies counted of the whole, for what is computed again: see `curation.core.policy.counted`."""

    def do(self, keys: Collection[str]) -> set[str]:
        """Decides the offerings and writes what still stands then. Returns those that moved in between."""
        rules = load_rules()
        seen = None if is_sole_writer() else _Seen(counters.read(keys), rules, source_facts())
        inputs, queue = gather(keys, at=self.at, incoming=self.incoming), self._queue(keys)
        decided = self._decide(inputs, queue, rules)
        if seen is None:
            # Others wait anyway, so what one person does is one revision; and what was read of the queue stands.
            return self._write(decided, inputs, None, queue)
        moved: set[str] = set()
        for number, part in enumerate(decided.slices()):
            if number and not connection.in_atomic_block:
                time.sleep(PAUSE_SECONDS)
            moved |= self._write(part, inputs, seen, None)
        return moved

    def _decide(self, inputs: Mapping[str, Inputs], queue: Queue, rules: list[Rule]) -> Decided:
        published = published_states(inputs)
        decided = decide(
            inputs,
            queue.base(published, openings(published, at=self.at, whole_day=self.is_reading)),
            rules,
            at=self.at,
            siblings=partial(siblings, on=self.at.date()),
            run=self.run,
            request=self.request,
            counts=self.counts,
        )
        dict.update(self.counts, decided.counts)  # a Counter would add them up
        return decided

    def _queue(self, keys: Collection[str]) -> Queue:
        return Queue(keys, batch=self.batch, at=self.at)

    def _write(self, part: Decided, inputs: Mapping[str, Inputs], seen: _Seen | None, queue: Queue | None) -> set[str]:
        """Writes a slice as far as it stands. Returns what moved since it was computed, and was not written."""
        with _no_collection(), self._transaction(part):
            moved, is_due = _stand(part.conflicts.keys(), seen) if seen else (set(), True)
            part = part.without(moved)
            keys = part.conflicts.keys()
            rows = self.incoming.write(keys) if self.incoming else 0
            queue = queue or self._queue(keys)
            held = queue.take(part.rulings)
            done = publish(part.publish, actor=self.actor, reason=self.reason, batch=self.batch, at=self.at)
            rows += queue.write() + conflict_log.record(part.conflicts, at=self.at)
            rows += pin_drift.note({key: inputs[key] for key in keys}, at=self.at)
            if is_due or rows or done.rows:
                counters.settle(keys)
            if not self.keep:
                transaction.set_rollback(True)
        self.outcome.count(part, held=held, published=done, rows=rows)
        return moved

    def _transaction(self, part: Decided) -> AbstractContextManager[None]:
        """Of the one writer where anything is published or claimed; nobody who publishes waits for any other."""
        publishes = self.incoming or part.publish or is_sole_writer()
        return sole_writer() if publishes else transaction.atomic()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps Python from looking for garbage: with a long list in memory that takes half a second, which others wait."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _stand(keys: Set[str], seen: _Seen) -> tuple[set[str], bool]:
    """Those of the offerings that have to be computed again, and whether any of the others is due. Their counters stay
    as they are until the transaction ends.
    """
    now, due = counters.lock(sorted(keys))
    if load_rules() != seen.rules or source_facts() != seen.sources:
        return set(keys), False
    moved = {key for key in keys if now[key] != seen.counters[key]}
    return moved, not due.isdisjoint(keys - moved)
