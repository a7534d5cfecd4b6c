"""The related data of the rows of the review queue, loaded for a whole page at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from curation.admin.base import list_url, offering_url
from curation.models import Change, Source, StoredClaim
from curation.review import four_eyes, queue
from registry import display
from registry.domain.offering_ids import provider_of
from registry.models import Offering


def look_up(rows: Sequence[Any], sources: Mapping[str, Source], *, always: str = "") -> None:
    """Adds to the rows the values of other sources, the source, and the counts of similar changes.

    Two queries per page. `always` is the address of the form for "Always apply" and "Always reject".
    """
    statements, radii = _other_statements(rows, sources), queue.radii(rows)
    for row in rows:
        row.other_statements = [
            statement | {"label": display.label(name) if len(row.parts) > 1 else ""}
            for name in row.moved_fields
            for statement in statements[row.offering_key, name]
            if statement["source"] != row.source
        ]
        row.names = " ".join(row.moved_fields)
        row.by = sources.get(row.source)
        row.source_type = row.by.facts().source_type_towards(row.provider_slug).value if row.by else ""
        row.radius = radii[row.pk]
        row.same_url = list_url("curation_change", same=f"{row.unit}:{row.fingerprint}")
        row.similar_url = list_url("curation_change", source=row.source, policy=row.policy)
        row.needs_two = row.state == Change.State.PROPOSED and four_eyes.is_needed(row)
        row.always = always


def always_url(request: HttpRequest) -> str:
    """Address of the form for "Always apply" and "Always reject"; "" without the permission."""
    return reverse("admin:curation_policy_add") if request.user.has_perm("curation.add_policy") else ""


def pin_other(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Redirects to the form that pins the field of a change, or to the offering where the change has several fields."""
    change = get_object_or_404(Change, pk=pk)
    offering = get_object_or_404(Offering, key=change.offering_key)
    if len(change.moved_fields) > 1:
        return HttpResponseRedirect(offering_url(change.offering_key))
    address = reverse("admin:registry_offering_pin", args=[offering.pk])
    return HttpResponseRedirect(f"{address}?{urlencode({'field': change.moved_fields[0]})}")


def _other_statements(
    rows: Sequence[Any], sources: Mapping[str, Source]
) -> dict[tuple[str, str], list[dict[str, str]]]:
    wanted = {(row.offering_key, name) for row in rows for name in row.moved_fields}
    statements: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    claims = StoredClaim.objects.filter(offering_key__in={key for key, _ in wanted})
    for claim in claims.only("source_id", "offering_key", "values", "dropped"):
        for name, value in claim.values.items():
            if (claim.offering_key, name) in wanted and name not in claim.dropped:
                source_type = sources[claim.source_id].facts().source_type_towards(provider_of(claim.offering_key))
                statements[claim.offering_key, name].append(
                    {"source": claim.source_id, "text": display.text(name, value), "source_type": source_type.value}
                )
    return statements
