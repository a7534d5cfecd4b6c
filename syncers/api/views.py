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

#: Sources move with every reading, and a look at them is cheap.
_HEADERS: Final = {"Cache-Control": "no-cache"}
_COUNTS: Final = ("seen", "new", "changed", "missing", "applied", "held", "rejected", "unreadable")
_RUN: Final = schema.shape(
    "LastRun",
    "How the last reading went.",
    {
        "status": schema.text(),
        "started": schema.moment(),
        "finished": schema.moment(null=True),
        **dict.fromkeys(_COUNTS, schema.whole()),
        "rejected": schema.whole("Records that could not be taken."),
        "unreadable": schema.whole("Fields that could not be read, of records that were taken."),
    },
)
_SOURCE: Final = schema.shape(
    "Source",
    "Where statements come from, what it is believed about, and how it is.",
    {
        "slug": schema.text(),
        "label": schema.text(),
        "standing": schema.text("official, marketplace, catalogue, community, estimate."),
        "authority": schema.words("Groups and fields it is believed about; `*` is all."),
        "speaks_for": schema.text("The provider whose own it is.", null=True),
        "origin": schema.text("The source that it copies.", null=True),
        "homepage": schema.text(null=True),
        "url": schema.text("What is read.", null=True),
        "licence": schema.text("Of its data, where it is declared; null: not known.", null=True),
        "enabled": schema.flag(),
        "state": schema.text(
            "ok, never read, stale, failing, stuck, not reached (installed data is used), paused, needs a key, "
            "or not fetched."
        ),
        "every_seconds": schema.whole("How often it is read."),
        "last_good": schema.moment("All that it lists was confirmed then.", null=True),
        "expected": schema.several(
            schema.whole(), "How many claims a sound reading gives, least and most.", null=True, minItems=2, maxItems=2
        ),
        "claims": schema.whole("How many offerings it lists."),
        "last_run": schema.one(_RUN, null=True),
    },
)
_SOURCES: Final = schema.shape(
    "Sources", "Every source.", {"count": schema.whole(), "results": schema.several(_SOURCE)}
)


class SourcesView(ReadView):
    """Every source: what it is believed about, and how its last reading went."""

    @openapi.operation("list_sources", "sources", _SOURCES, tagged=False)
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        found = _described(list(Source.objects.order_by("slug")))
        return Response({"count": len(found), "results": found}, headers=_HEADERS)


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
