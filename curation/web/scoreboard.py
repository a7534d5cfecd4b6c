"""`/scoreboard`: catalogues beside what providers state themselves. Every state has its own URL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from curation.core.authority import SourceType
from curation.core.scoreboard import UNSTATED, Verdict
from curation.core.scoreboard_counts import share_equal, stated
from curation.models import Source
from curation.scoreboard.board import PUBLISHED
from curation.scoreboard.counted import Counts, counted, merged
from curation.web import scoreboard_rows
from curation.web.verdicts import LEGEND, TITLES, address
from registry import display
from registry.catalogue.queries import latest
from registry.domain.fields import Group
from registry.web.gate import for_visitors, public_page

GROUPS: Final = tuple(group.value for group in (Group.PRICE, Group.LIMIT, Group.CAPABILITY, Group.LIFECYCLE))
PARAMETERS: Final = ("provider", "catalogue", "verdict", "group")


@require_safe
@for_visitors
def page(request: HttpRequest) -> HttpResponse:
    """The numbers, or with `?provider=` and `?catalogue=` the rows behind one; `?verdict=`, `?group=` narrow them."""
    chosen = {name: request.GET[name] for name in PARAMETERS if request.GET.get(name)}
    table = counted(timezone.now().date())
    _check(chosen, table)
    columns, stamp = _columns(table), latest()
    context: dict[str, Any] = {
        "chosen": chosen,
        "columns": columns,
        "groups": [_group_link(chosen, name) for name in ("", *GROUPS)],
        "legend": LEGEND,
        "revision": stamp.number if stamp else None,
    }
    if "provider" in chosen and "catalogue" in chosen:
        context |= scoreboard_rows.context(chosen, request.GET.get("page", "1"))
        return public_page(request, "curation/web/scoreboard_rows.html", context)
    providers = sorted({provider for provider, _catalogue, _group in table})
    context["lines"] = [
        _line(table, columns, provider, chosen) for provider in providers if chosen.get("provider") in (None, provider)
    ]
    return public_page(request, "curation/web/scoreboard.html", context)


def _check(chosen: Mapping[str, str], table: Counts) -> None:
    """Raises Http404 for a provider, catalogue, verdict or group that is not compared."""
    known: dict[str, Collection[str]] = {
        "provider": {provider for provider, _catalogue, _group in table},
        "catalogue": {catalogue for _provider, catalogue, _group in table},
        "verdict": set(Verdict),
        "group": set(GROUPS),
    }
    for name, value in chosen.items():
        if value not in known[name]:
            raise Http404(f"no {name} is called {value[:60]!r}")


def _columns(table: Counts) -> list[dict[str, Any]]:
    """Our catalogue first; what each column compares."""
    sources = {source.slug: source for source in Source.objects.all()}
    slugs = sorted({catalogue for _provider, catalogue, _group in table} - {PUBLISHED})
    published = {"slug": PUBLISHED, "label": _("Published here"), "compares": _("the published catalogue")}
    return [published, *(_column(sources[slug]) for slug in slugs)]


def _column(source: Source) -> dict[str, Any]:
    is_reseller = source.source_type == SourceType.MARKETPLACE
    reseller = _("a reseller: its own offerings of the same models, at its own prices")
    catalogue = _("what it states about the providers' offerings")
    return {
        "slug": source.slug,
        "label": source.label,
        "compares": reseller if is_reseller else catalogue,
        "read": source.last_good_at,
    }


def _line(
    table: Counts, columns: Sequence[Mapping[str, Any]], provider: str, chosen: Mapping[str, str]
) -> dict[str, Any]:
    by_catalogue, of_line = merged(table, provider, chosen.get("group", "")), {**chosen, "provider": provider}
    return {
        "provider": provider,
        "url": address(of_line),
        "cells": [_cell(column, by_catalogue.get(column["slug"], {}), of_line) for column in columns],
    }


def _cell(column: Mapping[str, Any], by_verdict: Mapping[Verdict, int], of_line: Mapping[str, str]) -> dict[str, Any]:
    """Of what a catalogue states, how much is equal, and how many values have each other verdict."""
    if not any(by_verdict.values()):
        return {"column": column}
    share, of_cell = share_equal(by_verdict), {**of_line, "catalogue": column["slug"]}
    numbers = [
        (verdict, (TITLES[verdict], f"{number:,}", address(of_cell, verdict=verdict)))
        for verdict, number in by_verdict.items()
        if number and verdict is not Verdict.EQUAL
    ]
    return {
        "column": column,
        "share": f"{100 * share:.1f} %" if share is not None else "",
        "equal": f"{by_verdict[Verdict.EQUAL]:,}",
        "stated": f"{stated(by_verdict):,}",
        "url": address(of_cell),
        "differing": [link for verdict, link in numbers if verdict not in UNSTATED],
        "unstated": [link for verdict, link in numbers if verdict in UNSTATED],
    }


def _group_link(chosen: Mapping[str, str], group: str) -> dict[str, Any]:
    title = display.GROUPS[Group(group)] if group else _("All fields")
    return {"title": title, "url": address(chosen, group=group), "is_current": chosen.get("group", "") == group}
