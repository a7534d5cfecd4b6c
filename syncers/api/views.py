from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from curation.models import Source
from registry.api import parameters
from registry.api.base import Reading
from registry.api.problems import NotFound
from registry.api.schema import answers
from registry.catalogue.representation import instant
from syncers import registry
from syncers.api import shapes
from syncers.models import Run
from syncers.monitoring.health import Health, health

log = logging.getLogger(__name__)

#: Sources move with every reading, and a look at them is cheap.
_HEADERS: Final = {"Cache-Control": "no-cache"}
_COUNTS: Final = ("seen", "new", "changed", "missing", "applied", "held", "rejected", "unreadable")


class SourcesView(Reading):
    """Every source: what it is believed about, and how its last reading went."""

    @extend_schema(operation_id="list_sources", tags=["sources"], responses=answers(shapes.Sources, missing=False))
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        found = _described(list(Source.objects.order_by("slug")))
        return Response({"count": len(found), "results": found}, headers=_HEADERS)


class SourceView(Reading):
    """One source."""

    @extend_schema(
        operation_id="get_source",
        tags=["sources"],
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH, description="Slug of the source.")],
        responses=answers(shapes.Source),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        parameters.check(request, ())
        row = Source.objects.filter(slug=slug.replace("\0", "")).first()
        if row is None:
            near = parameters.nearest(slug, list(Source.objects.values_list("slug", flat=True)))
            advice = f"Did you mean {near!r}?" if near else "/api/v1/sources/ lists all of them."
            raise NotFound(f"There is no source {slug[:100]!r}. {advice}")
        return Response(_described([row])[0], headers=_HEADERS)


def _described(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Sources as JSON, in two more queries."""
    states = health(sources, now=timezone.now())
    return [_source(row, states[row.slug]) for row in sources]


def _source(row: Source, state: Health) -> dict[str, Any]:
    declared = _declared(row.slug)
    expected = getattr(declared, "expected", None)
    return {
        "slug": row.slug,
        "label": row.label,
        "standing": row.standing,
        "authority": list(row.authority),
        "speaks_for": row.speaks_for or None,
        "origin": row.origin or None,
        "homepage": row.homepage or None,
        "url": row.url or None,
        "licence": getattr(declared, "licence", None),
        "enabled": row.enabled,
        "state": state.state.value,
        "every_seconds": row.every_seconds,
        "last_good": instant(row.last_good_at),
        "expected": list(expected) if expected else None,
        "claims": state.claims,
        "last_run": _run(state.runs[0]) if state.runs else None,
    }


def _declared(slug: str) -> Any:
    """The declaration of a source; None where it is gone or broken, which must not hide the others."""
    try:
        return registry.load(slug)
    except Exception:
        log.warning("the declaration of source %s cannot be read", slug, exc_info=True)
        return None


def _run(run: Run) -> dict[str, Any]:
    # Not the text of an error: it may name machines and files of this installation.
    return {
        "status": run.status,
        "started": instant(run.started_at),
        "finished": instant(run.finished_at),
        **{name: getattr(run, name) for name in _COUNTS},
    }
