"""Collects notices of what happened. Each has a key, so that finding the same event twice does no harm.

The settings name the collectors (NOTICE_COLLECTORS); this module holds those for what is decided here.
Nothing hooks into syncs or reviews: what a crashed worker did not announce is found the next time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from curation.core.authority import SourceType
from curation.core.diff import distance
from curation.core.merge import PIN_SOURCE
from curation.models import Change, Conflict, Event, Notice, Pin, StoredClaim
from curation.notifications.post import announce
from registry import display
from registry.domain.offering_ids import provider_of
from registry.reports import retirements

log = logging.getLogger(__name__)

LOOKED_BACK: Final = timedelta(days=7)
"""How old an event may be and still be announced, after a time in which nothing was sent."""
_HEAVIEST: Final = 1_000_000


def collect(*, at: datetime) -> int:
    """Finds and announces new notices of all collectors. Returns how many. A failing collector stops no other."""
    notices: list[Notice] = []
    for path in settings.NOTICE_COLLECTORS:
        try:
            notices += list(import_string(path)(at))
        except Exception:
            log.exception("%s could not collect notices", path)
    return announce(notices, at=at)


def page(name: str, **query: Any) -> str:
    """The path of a filtered list in the admin."""
    path = reverse(f"admin:{name}_changelist")
    return f"{path}?{urlencode(query)}" if query else path


def held(at: datetime) -> Iterator[Notice]:
    """One notice for each sync, or other occasion, that left changes to review."""
    waiting = Change.objects.filter(state=Change.State.PROPOSED, first_seen_at__gte=at - LOOKED_BACK)
    kinds = waiting.order_by().values("batch").annotate(
        count=Count("pk"), most=Max("factor"), least=Min("factor", filter=Q(factor__gt=0)), one_source=Min("source"),
        sources=Count("source", distinct=True),
    )  # fmt: skip
    for row in kinds:
        factor = max(distance(row["most"]), distance(row["least"]))
        times = Decimal(f"{factor:.3g}").normalize()  # databases give it with more zeros or fewer
        worst = f"; the largest moves a value ×{times:,f}" if factor > 1 else ""
        who = row["one_source"] if row["sources"] == 1 else f"{row['sources']} sources"
        if who == PIN_SOURCE:
            who = "curators"
        yield Notice(
            key=f"held:{row['batch']}",
            event=Event.HELD,
            title=f"{row['count']:,} from {who}{worst}",
            path=page("curation_change", run=row["batch"]),
            count=row["count"],
            weight=min(int(factor * 100), _HEAVIEST),
        )


def pins(at: datetime) -> Iterator[Notice]:
    """Pins that an official source contradicts since they were made."""
    in_force = Pin.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), released_at__isnull=True)
    pins = list(in_force.only("offering_key", "field", "value", "created_at"))
    claims: dict[str, list[StoredClaim]] = {}
    stored = StoredClaim.objects.filter(offering_key__in={pin.offering_key for pin in pins}, missing_since__isnull=True)
    for claim in stored.select_related("source") if pins else ():
        claims.setdefault(claim.offering_key, []).append(claim)
    for pin in pins:
        provider = provider_of(pin.offering_key)
        for claim in claims.get(pin.offering_key, ()):
            facts = claim.source.facts()
            official = facts.source_type_towards(provider) is SourceType.OFFICIAL and facts.is_authority_for(pin.field)
            since = claim.since.get(pin.field, "")
            if (
                not official
                or pin.field not in claim.values
                or pin.field in claim.dropped
                or since <= pin.created_at.date().isoformat()
            ):
                continue
            value = claim.values[pin.field]
            if _written(value) == _written(pin.value):
                continue
            yield Notice(
                key=f"pin:{pin.pk}:{claim.source_id}:{hashlib.sha256(_written(value).encode()).hexdigest()[:16]}",
                event=Event.PIN,
                title=(
                    f"{pin.offering_key}, {display.label(pin.field)}: pinned {display.text(pin.field, pin.value)}, and "
                    f"{claim.source_id} says {display.text(pin.field, value)} since {since}"
                )[:400],
                path=offering_page(pin.offering_key),
            )


def _written(data: Any) -> str:
    return json.dumps(data, sort_keys=True)


def conflicts(at: datetime) -> Iterator[Notice]:
    """One notice for each day on which conflicts became overdue; today's are announced tomorrow."""
    limit = timedelta(days=settings.CONFLICT_DAYS)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    late = Conflict.objects.overdue(at).filter(
        first_seen_at__gte=midnight - LOOKED_BACK - limit, first_seen_at__lt=midnight - limit
    )
    days = Counter((first_seen + limit).date() for first_seen in late.values_list("first_seen_at", flat=True))
    for day, count in sorted(days.items()):
        yield Notice(
            key=f"conflicts:{day}",
            event=Event.CONFLICT,
            title=f"{count:,} open for {settings.CONFLICT_DAYS} days on {day}",
            path=page("curation_conflict", age=settings.CONFLICT_DAYS),
            count=count,
        )


def retiring(at: datetime) -> Iterable[Notice]:
    """Announced retirements, at each of the marks that `registry.domain.lifecycle` sets."""
    for mark, retirement in retirements.to_tell(at.date() - LOOKED_BACK, at.date()):
        successor = f"; its provider names {retirement.successor}" if retirement.successor else ""
        yield Notice(
            key=f"retirement:{retirement.offering}:{retirement.retires_on}:{mark}"[:200],
            event=Event.RETIREMENT,
            title=(
                f"{retirement.offering} on {retirement.retires_on}, in {retirement.days_left} days, "
                f"as {retirement.source} says{successor}"
            )[:400],
            path=offering_page(retirement.offering),
            weight=1000 - retirement.days_left,
        )


def offering_page(key: str, **query: str) -> str:
    """The path of an offering's page in the admin."""
    return f"{reverse('admin:registry_offering_by_key')}?{urlencode({'key': key, **query})}"
