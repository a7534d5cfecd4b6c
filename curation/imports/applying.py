"""Applies an import in one transaction and under one batch id, and records the outcome of each cell.

A preview does the same work and rolls its transaction back. So it exercises every check and every write, and its
outcomes are exact.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from curation.apply import pin_drift
from curation.apply.reconcile import reconcile
from curation.core.authority import SourceType
from curation.imports.comparing import Line
from curation.models import Change, ImportBatch
from curation.pins import pinning
from curation.statements import aliases, manual
from registry.catalogue.publish import sole_writer
from registry.database.chunks import chunks
from registry.domain.provenance import Provenance
from registry.models import LedgerEntry, Offering


class CellOutcome(StrEnum):
    """Outcome of one cell."""

    PUBLISHED = "published"
    WAITS = "waits for review"
    REJECTED = "rejected by a policy"
    OUTWEIGHED = "another source is believed"
    NAMED = "a name of the offering"


def perform(batch: ImportBatch, lines: Sequence[Line], *, actor: User, at: datetime) -> int | None:
    """Applies the lines, and writes the outcome into each of their cells. Returns the revision, if any.

    Must run inside a transaction; lines with problems are skipped. Raises Refused.
    """
    wanted = [line for line in lines if line.changes and not line.problems]
    with sole_writer():
        names = {str(cell.new): line.offering for line in wanted for cell in line.changes if not cell.field}
        if names:
            aliases.record_names(names, actor=actor, reason=batch.reason, at=at)
        if batch.meaning == ImportBatch.Meaning.PINS:
            _pin(batch, wanted, actor, at)
            left = {line.offering for line in wanted}
        else:
            _state(batch, wanted, actor, at)
            left = {line.offering for line in wanted if not line.values}
        reason = f"import of {batch.file_name}: {batch.reason}"[:500]
        reconcile(left, actor=actor.get_username(), reason=reason, batch=batch.pk, at=at)
        _record_outcomes(batch, wanted)
        return LedgerEntry.objects.filter(revision__batch=batch.pk).values_list("revision_id", flat=True).last()


class _RollBack(Exception):
    """Rolls a transaction back."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that is always rolled back, its `on_commit` hooks included."""
    with suppress(_RollBack), transaction.atomic():
        yield
        raise _RollBack


def fingerprint(batch: ImportBatch, lines: Sequence[Line]) -> str:
    """Hash of everything that is shown: the new values, the published ones, and the outcomes."""
    content: list[Any] = [batch.meaning, batch.source_type, batch.reason, batch.evidence]
    content += [
        [line.line, line.offering, str(line.as_of or ""), line.origin, sorted(line.estimates), line.problems]
        + [asdict(cell) for cell in line.changes]
        for line in lines
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _state(batch: ImportBatch, lines: Sequence[Line], actor: User, at: datetime) -> None:
    entries = [
        manual.OfferingStatement(line.offering, line.values, line.as_of, line.estimates, line.origin)
        for line in lines
        if line.values
    ]
    if entries:
        manual.state_all(
            entries,
            actor=actor,
            reason=batch.reason,
            source_type=SourceType(batch.source_type),
            evidence=batch.evidence,
            at=at,
            batch=batch.pk,
        )


def _pin(batch: ImportBatch, lines: Sequence[Line], actor: User, at: datetime) -> None:
    new_pins = [
        pinning.pin(
            offering=line.offering,
            field=name,
            value=value,
            actor=actor,
            reason=batch.reason,
            evidence=batch.evidence,
            at=at,
            batch=batch.pk,
            settle=False,
        )
        for line in lines
        for name, value in line.values.items()
    ]
    pin_drift.start_all(new_pins, at=at)


def _record_outcomes(batch: ImportBatch, lines: Sequence[Line]) -> None:
    """Looks up the outcome of each cell, in three queries for every 500 offerings."""
    for few in _by(lines):
        keys = [line.offering for line in few]
        entries = LedgerEntry.objects.filter(revision__batch=batch.pk, offering_key__in=keys)
        ledger = {(entry.offering_key, entry.field): entry for entry in entries}
        changes = list(Change.objects.filter(offering_key__in=keys).filter(_OPEN | Q(batch=batch.pk)))
        waiting = _proposed(changes, Change.State.PROPOSED)
        declined = _proposed(changes, Change.State.REJECTED)
        published = {key: (facts, accounts) for key, facts, accounts in _facts(keys)}
        for line in few:
            facts, accounts = published.get(line.offering, ({}, {}))
            for cell in line.changes:
                place = line.offering, cell.field
                if not cell.field:
                    cell.outcome = CellOutcome.NAMED.value
                elif cell.field in facts and facts[cell.field] == cell.new:
                    cell.outcome = CellOutcome.PUBLISHED.value
                    cell.by = ledger[place].policy if place in ledger else ""
                elif place in waiting and waiting[place][0] == cell.new:
                    cell.outcome, cell.by = CellOutcome.WAITS.value, waiting[place][1]
                elif place in declined and declined[place][0] == cell.new:
                    cell.outcome, cell.by = CellOutcome.REJECTED.value, declined[place][1]
                else:
                    cell.outcome = CellOutcome.OUTWEIGHED.value
                    cell.by = Provenance(accounts.get(cell.field, {})).source


def _proposed(changes: Collection[Change], state: str) -> dict[tuple[str, str], tuple[Any, str]]:
    """(offering, field) → the value that a change of this state proposes, and what held or declined it."""
    return {
        (change.offering_key, name): (value, change.policy)
        for change in changes
        if change.state == state
        for name, value in change.new_values.items()
    }


_OPEN = Q(state=Change.State.PROPOSED)


def _facts(keys: Collection[str]) -> Any:
    return Offering.objects.filter(key__in=keys).values_list("key", "facts", "provenance")


def _by(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    by_key = {line.offering: line for line in lines}
    for keys in chunks(sorted(by_key)):
        yield [by_key[key] for key in keys]


def unpublished(lines: Sequence[Line]) -> None:
    """Adds a problem to each line that would pin something that is not published."""
    for line in lines:
        if line.is_new and not line.problems:
            line.problems.append(_("id: nothing is published under this id, so nothing of it can be pinned"))
