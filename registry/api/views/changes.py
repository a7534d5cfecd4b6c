"""The ledger as a feed: following `next` gives every change exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.base import ReadView, conditional
from registry.api.problems import BadParameters, ParameterError
from registry.api.views.history import FIELD, check_field
from registry.catalogue.filters import values
from registry.catalogue.filters.values import WrongValue
from registry.domain.words import nearest
from registry.history import timeline
from registry.models import LedgerEntry, Model, Offering, Provider

USUAL: Final = 100
MOST: Final = 1000
FILTERS: Final = ("provider", "model", "field", "source")
_NUMBERS: Final = ("since", "after", "limit")


_CHANGES: Final = schema.shape(
    "Changes",
    "A part of the ledger, oldest first. Ask `next` again and again to get every change once.",
    {
        "revision": schema.whole("The newest revision."),
        "results": schema.several(timeline.CHANGE),
        "more": schema.flag("Whether `next` has changes already."),
        "next": schema.link("What comes after this, now or later."),
    },
)


@openapi.get(
    "list_changes",
    "history",
    _CHANGES,
    openapi.parameter("since", schema.count(), "Changes of revisions after this one; 0 is all."),
    openapi.parameter("after", schema.count(), "Place in the ledger, as `next` says it."),
    openapi.parameter("limit", schema.whole(minimum=1, maximum=MOST, default=USUAL), "At most so many."),
    openapi.parameter("provider", schema.text(minLength=1), "Offerings of one provider."),
    openapi.parameter("model", schema.text(minLength=1), "Offerings of one model, by today's link."),
    FIELD,
    openapi.parameter("source", schema.text(minLength=1), "Values of one source, by its slug."),
)
class ChangesView(ReadView):
    """Changes after a revision (`since`), or after a place in the ledger (`after`, as `next` says it), oldest first."""

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, (*_NUMBERS, *FILTERS))
        numbers = _read_numbers(request)
        newest = self.newest.number if self.newest else 0
        if numbers["since"] > newest:
            raise BadParameters([ParameterError("since", f"the newest revision is {newest}", str(newest))])
        # Everything up to here is final: the one writer writes in order, and whole revisions at once.
        last = LedgerEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        wanted = _filtered(request, LedgerEntry.objects.filter(id__gt=numbers["after"], id__lte=last))
        if numbers["since"]:
            wanted = wanted.filter(revision_id__gt=numbers["since"])
        entries = list(wanted.order_by("id")[: numbers["limit"] + 1])
        page, more = entries[: numbers["limit"]], len(entries) > numbers["limit"]
        after = page[-1].pk if more else max(last, numbers["after"])
        return Response(
            {
                "revision": max(newest, *(entry.revision_id for entry in page), 0),
                "results": timeline.changes(page),
                "more": more,
                "next": _next(request, after),
            }
        )


def _read_numbers(request: Request) -> dict[str, int]:
    numbers = {"since": 0, "after": 0, "limit": USUAL}
    errors = []
    for name in _NUMBERS:
        if (text := request.query_params.get(name)) is None:
            continue
        try:
            numbers[name] = values.whole(text)
        except WrongValue as error:
            errors.append(ParameterError(name, str(error.message)))
    if not 1 <= numbers["limit"] <= MOST:
        errors.append(ParameterError("limit", f"from 1 to {MOST}", str(MOST)))
    if errors:
        raise BadParameters(errors)
    return numbers


def _filtered(request: Request, entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    for name, narrow in _NARROWED.items():
        if value := request.query_params.get(name):
            entries = narrow(entries, value)
    return entries


def _of_provider(entries: QuerySet[LedgerEntry], slug: str) -> QuerySet[LedgerEntry]:
    slugs = list(Provider.objects.values_list("slug", flat=True))
    if slug not in slugs:
        raise BadParameters([ParameterError("provider", f"no such provider: {slug[:100]!r}", nearest(slug, slugs))])
    return entries.filter(offering_key__startswith=f"{slug}/")


def _of_model(entries: QuerySet[LedgerEntry], slug: str) -> QuerySet[LedgerEntry]:
    if not Model.objects.filter(slug=slug).exists():
        raise BadParameters([ParameterError("model", f"no such model: {slug[:100]!r}; ask the lookup for its id")])
    return entries.filter(offering_key__in=Offering.objects.filter(model__slug=slug).values("key"))


def _of_field(entries: QuerySet[LedgerEntry], name: str) -> QuerySet[LedgerEntry]:
    check_field(name)
    return entries.filter(field=name)


def _of_source(entries: QuerySet[LedgerEntry], slug: str) -> QuerySet[LedgerEntry]:
    if not LedgerEntry.objects.filter(source=slug).exists():
        raise BadParameters([ParameterError("source", f"nothing published came from {slug[:100]!r}")])
    return entries.filter(source=slug)


_NARROWED: Final[Mapping[str, Callable[[QuerySet[LedgerEntry], str], QuerySet[LedgerEntry]]]] = {
    "provider": _of_provider,
    "model": _of_model,
    "field": _of_field,
    "source": _of_source,
}


def _next(request: Request, after: int) -> str:
    query: dict[str, Any] = {
        name: value for name in (*FILTERS, "limit") if (value := request.query_params.get(name)) is not None
    }
    return request.build_absolute_uri(f"{request.path}?{urlencode({'after': after, **query})}")
