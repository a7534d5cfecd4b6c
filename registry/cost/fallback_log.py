"""The audit log of everything that was priced by the operator's fallback instead of a stated price.

A few statements for a whole request, however many usages it has, and none where no fallback was used. Logging never
fails a request and never delays it; a lost entry is reported in the process log.
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
"""Ids counted separately; more are counted together, under OTHERS."""
OTHERS: Final = "(other ids)"
_FINEST: Final = Decimal("1e-15")
_EXACTLY: Final = Context(prec=80)


@dataclass(slots=True)
class _Use:
    times: int = 0
    tokens: int = 0
    estimated: Decimal = Decimal(0)


def note(results: Iterable[CostResult], origin: FallbackUse.Origin) -> int:
    """Counts the estimates among some results, by the requested id; returns how many there were."""
    used: dict[str, _Use] = {}
    for result in results:
        if result.estimate and (text := storable(result.question.id)):
            use = used.setdefault(text, _Use())
            use.times += 1
            use.tokens += result.question.usage.input_tokens + result.question.usage.output_tokens
            use.estimated = _EXACTLY.add(use.estimated, (result.cost.total if result.cost else None) or Decimal(0))
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
    """The uses by the row in which they are counted: where the log is full, new ids share one."""
    room = MOST - FallbackUse.objects.count()
    if len(used) <= room:
        return dict(used)
    logged = set(_texts(used))
    rows: dict[str, _Use] = {}
    for text, use in sorted(used.items()):
        if text not in logged:
            room -= 1
        target = rows.setdefault(text if text in logged or room >= 0 else OTHERS, _Use())
        target.times, target.tokens = target.times + use.times, target.tokens + use.tokens
        target.estimated = _EXACTLY.add(target.estimated, use.estimated)
    return rows


def _texts(used: Mapping[str, _Use]) -> Iterable[str]:
    texts = list(used)
    for chunk in chunks(texts):
        yield from FallbackUse.objects.filter(text__in=chunk).values_list("text", flat=True)


def _count(used: Mapping[str, _Use], origin: FallbackUse.Origin) -> None:
    """Adds to the rows, which are created first so that they can be locked: concurrent requests lose nothing."""
    now, texts = timezone.now(), sorted(used)
    for chunk in chunks(texts):
        new_rows = [FallbackUse(text=text, first_at=now, last_at=now, origin=origin) for text in chunk]
        FallbackUse.objects.bulk_create(new_rows, ignore_conflicts=True)
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
