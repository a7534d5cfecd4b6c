"""Publishes the scores of models that a publisher of benchmarks states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from registry.catalogue.publish.revisions import announce, next_revision
from registry.database.chunks import CHUNK, chunks
from registry.models import Benchmark

_SCORED: Final = ("score", "scale", "named", "measured_on", "evidence")


@dataclass(frozen=True, slots=True)
class Score:
    """One score of a model, as a publisher of benchmarks states it."""

    model: str
    """Key of a published model."""
    name: str
    score: Decimal
    variant: str = ""
    scale: str = ""
    named: str = ""
    """The model as the publisher calls it."""
    measured_on: date | None = None
    evidence: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What identifies a score of one publisher."""
        return self.model, self.name, self.variant


@dataclass(frozen=True, slots=True)
class ScorePublication:
    """The result of publishing scores. `revision` is None when there was nothing to do."""

    revision: int | None
    new: int = 0
    changed: int = 0
    gone: int = 0
    rows: int = 0


def publish_scores(
    source: str, scores: Sequence[Score], *, actor: str, reason: str, batch: UUID, at: datetime
) -> ScorePublication:
    """Makes these the scores of models that a source states. Must run inside `sole_writer`.

    What is the same is not written. Scores have no ledger: publishers stay apart, so that nothing is ever decided
    between them. The revision says of which source they are, and how many moved.
    """
    rows = Benchmark.objects.filter(source=source, model__isnull=False)
    existing = {(row.model_id, row.name, row.variant): row for row in rows}
    wanted = {score.place: score for score in scores}
    fresh = [_score_row(source, score) for place, score in wanted.items() if place not in existing]
    changed = [row for place, row in existing.items() if place in wanted and _score_moves(row, wanted[place])]
    gone = [row.pk for place, row in existing.items() if place not in wanted]
    if not (fresh or changed or gone):
        return ScorePublication(None)
    count = len(fresh) + len(changed) + len(gone)
    number = next_revision(actor=actor, reason=reason, batch=batch, at=at, entries=count).number
    Benchmark.objects.bulk_create(fresh, batch_size=CHUNK)
    Benchmark.objects.bulk_update(changed, list(_SCORED), batch_size=CHUNK)
    for chunk in chunks(gone):
        Benchmark.objects.filter(pk__in=chunk).delete()
    announce()
    return ScorePublication(number, len(fresh), len(changed), len(gone), count + 1)


def _score_row(source: str, score: Score) -> Benchmark:
    values = {name: getattr(score, name) for name in _SCORED}
    return Benchmark(source=source, model_id=score.model, name=score.name, variant=score.variant, **values)


def _score_moves(row: Benchmark, score: Score) -> bool:
    """Sets a row to a score. Returns whether it changed."""
    before = [getattr(row, name) for name in _SCORED]
    for name in _SCORED:
        setattr(row, name, getattr(score, name))
    return before != [getattr(score, name) for name in _SCORED]
