"""The audit list of everything that was priced by the operator's fallback instead of a price that somebody states.

A few statements for a whole request, however many usages it has, and none where no fallback was used. Noting never
fails and never holds up the answer; a note that is lost is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from django.db import DatabaseError, transaction
from django.utils import timezone

from registry.cost.costing import CostResult
from registry.database.chunks import chunks
from registry.database.patience import impatient
from registry.models import FallbackUse
from registry.reference.unresolved_ids import storable

log = logging.getLogger(__name__)

MOST: Final = 10_000
"""Ids kept apart; more are counted together, under OTHERS."""
OTHERS: Final = "(other ids)"
_FINEST: Final = Decimal("1e-15")
_EXACTLY: Final = Context(prec=80)


@dataclass(slots=True)
class _Use:
    times: int = 0
    tokens: int = 0
    estimated: Decimal = Decimal(0)


def note(answers: Iterable[CostResult], origin: FallbackUse.Origin) -> int:
    """Counts the estimates among some answers, by the id that was asked for; returns how many answers that were."""
    used: dict[str, _Use] = {}
    for answer in answers:
        if answer.estimate and (text := storable(answer.question.id)):
            use = used.setdefault(text, _Use())
            use.times += 1
            use.tokens += answer.question.usage.input_tokens + answer.question.usage.output_tokens
            use.estimated = _EXACTLY.add(use.estimated, (answer.cost.total if answer.cost else None) or Decimal(0))
    if not used:
        return 0
    try:
        with impatient(), transaction.atomic():
            _count(_apart(used), origin)
    except DatabaseError as error:
        log.warning("%s costs by the fallback were not noted: %s", len(used), type(error).__name__)
        return 0
    return sum(use.times for use in used.values())


def _apart(used: Mapping[str, _Use]) -> dict[str, _Use]:
    """The uses by the row in which they are counted: where the list is full, new ids share one."""
    room = MOST - FallbackUse.objects.count()
    if len(used) <= room:
        return dict(used)
    known = set(_texts(used))
    kept: dict[str, _Use] = {}
    for text, use in sorted(used.items()):
        if text not in known:
            room -= 1
        row = kept.setdefault(text if text in known or room >= 0 else OTHERS, _Use())
        row.times, row.tokens = row.times + use.times, row.tokens + use.tokens
        row.estimated = _EXACTLY.add(row.estimated, use.estimated)
    return kept


def _texts(used: Mapping[str, _Use]) -> Iterable[str]:
    texts = list(used)
    for chunk in chunks(texts):
        yield from FallbackUse.objects.filter(text__in=chunk).values_list("text", flat=True)


def _count(used: Mapping[str, _Use], origin: FallbackUse.Origin) -> None:
    """Adds to the rows, which are made first, so that there is something to lock: two requests at once lose nothing."""
    now, texts = timezone.now(), sorted(used)
    for chunk in chunks(texts):
        made = [FallbackUse(text=text, first_at=now, last_at=now, origin=origin) for text in chunk]
        FallbackUse.objects.bulk_create(made, ignore_conflicts=True)
        rows = list(FallbackUse.objects.select_for_update().filter(text__in=chunk).order_by("text"))
        for row in rows:
            use = used[row.text]
            row.times, row.tokens = row.times + use.times, row.tokens + use.tokens
            row.estimated = _EXACTLY.add(row.estimated, use.estimated).quantize(_FINEST, context=_EXACTLY)
            row.last_at, row.origin = now, origin
        FallbackUse.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["text"],
            update_fields=["times", "tokens", "estimated", "last_at", "origin"],
        )
