from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from curation.api import shapes
from curation.explanation import FieldStory, PinStory, Statement, Verdict, explain
from curation.models import StoredClaim
from registry.api import parameters, schema
from registry.api.views.suffix import AboutOffering
from registry.catalogue.representation import instant
from registry.history.timeline import public_value
from registry.models import Offering

CACHING = "no-cache"


@schema.about_offering(
    "claims", "What every source states about one offering, field by field, and which one won.", shapes.Claims
)
class ClaimsView(AboutOffering):
    """What every source states about one offering. Claims move without a revision, so this has no tag."""

    suffix = "claims"
    is_conditional = False

    def told(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        offering = Offering.objects.get(key=id)
        rows = StoredClaim.objects.filter(offering_key=id).select_related("source").order_by("source")
        answer = {
            "id": id,
            "sources": [_claimant(row, offering.provider_id) for row in rows],
            "fields": [_field(story) for story in explain(offering)],
        }
        return Response(answer, headers={"Cache-Control": CACHING})


def _claimant(row: StoredClaim, provider: str) -> dict[str, Any]:
    return {
        "source": row.source_id,
        "label": row.source.label,
        "standing": row.source.facts().standing_towards(provider).value,
        "origin": row.origin or row.source.origin or None,
        "first_seen": instant(row.first_seen_at),
        "changed": instant(row.changed_at),
        "confirmed": instant(row.confirmed_at),
        "missing_since": instant(row.missing_since),
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "aliases": sorted(row.aliases),
    }


def _field(story: FieldStory) -> dict[str, Any]:
    return {
        "field": story.name,
        "group": story.group.value,
        "published": story.is_published,
        "value": public_value(story.name, story.value) if story.is_published else None,
        "source": story.source or None,
        "quality": story.quality,
        "waiting": story.waiting is not None,
        "pin": _pin(story.pin),
        "statements": [_statement(story.name, said) for said in story.statements],
    }


def _statement(name: str, said: Statement) -> dict[str, Any]:
    return {
        "source": said.source,
        "value": public_value(name, said.value),
        "since": said.since.isoformat() if said.since else None,
        "confirmed": instant(said.confirmed),
        "missing_since": instant(said.gone_since),
        "dropped_since": instant(said.dropped_since),
        "standing": said.standing,
        "authority": said.has_authority,
        "verdict": said.verdict.value,
        "winner": said.verdict is Verdict.WON,
    }


def _pin(story: PinStory | None) -> dict[str, Any] | None:
    if story is None:
        return None
    pin = story.pin
    return {
        "value": public_value(pin.field, pin.value),
        "since": instant(pin.created_at),
        "expires": instant(pin.expires_at),
        "expired": story.is_expired,
        "reason": pin.reason,
        "evidence": pin.evidence or None,
    }
