from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from curation.models import Source
from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.base import ReadView
from registry.api.problems import NotFound
from registry.domain.iso import instant
from registry.domain.words import nearest
from syncers import registry
from syncers.models import Run
from syncers.monitoring.health import Health, health

log = logging.getLogger(__name__)

#: Sources change with every run, and the response is cheap.
_HEADERS: Final = {"Cache-Control": "no-cache"}
_COUNTS: Final = ("seen", "new", "changed", "missing", "applied", "held", "rejected", "unreadable")
_RUN: Final = schema.shape(
    "LastRun",
    "Result of the last run.",
    {
        "status": schema.text(),
        "started": schema.moment(),
        "finished": schema.moment(null=True),
        **dict.fromkeys(_COUNTS, schema.whole()),
        "rejected": schema.whole("Records that were rejected."),
        "unreadable": schema.whole("Fields of accepted records that could not be read."),
    },
)
_SOURCE: Final = schema.shape(
    "Source",
    "A source of claims: its authority, its state and its last run.",
    {
        "slug": schema.text(),
        "label": schema.text(),
        "source_type": schema.text("official, marketplace, catalogue, community, estimate."),
        "authority": schema.words("Groups and fields for which it is an authority; `*` is all."),
        "speaks_for": schema.text("The provider whose official source it is.", null=True),
        "origin": schema.text("The source that it copies.", null=True),
        "homepage": schema.text(null=True),
        "url": schema.text("The address that is fetched.", null=True),
        "licence": schema.text("Licence of its data; null: not known.", null=True),
        "enabled": schema.flag(),
        "state": schema.text(
            "ok, never read, stale, failing, stuck, not reached (installed data is used), paused, needs a key, "
            "or not fetched."
        ),
        "every_seconds": schema.whole("How often it is read."),
        "last_good": schema.moment("The last good run; it confirmed all claims.", null=True),
        "expected": schema.several(
            schema.whole(), "How many claims a sound payload yields, least and most.", null=True, minItems=2, maxItems=2
        ),
        "claims": schema.whole("How many offerings it lists."),
        "last_run": schema.one(_RUN, null=True),
    },
)
_SOURCES: Final = schema.shape(
    "Sources", "Every source.", {"count": schema.whole(), "results": schema.several(_SOURCE)}
)


class SourcesView(ReadView):
    """Every source: its authority and the result of its last run."""

    @openapi.operation("list_sources", "sources", _SOURCES, tagged=False)
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        sources = _described(list(Source.objects.order_by("slug")))
        return Response({"count": len(sources), "results": sources}, headers=_HEADERS)


class SourceView(ReadView):
    """One source."""

    @openapi.operation(
        "get_source",
        "sources",
        _SOURCE,
        openapi.in_path("Slug of the source.", name="slug"),
        problems=(400, 404),
        tagged=False,
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        parameters.check(request, ())
        row = Source.objects.filter(slug=slug.replace("\0", "")).first()
        if row is None:
            near = nearest(slug, list(Source.objects.values_list("slug", flat=True)))
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
        "source_type": row.source_type,
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
    """The declaration of a source; None where it is missing or broken, which must not affect the others."""
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
