from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from curation.explanation.evidence import of_claims
from curation.explanation.explain import FieldStory, Statement, Verdict, explain
from curation.models import StoredClaim
from curation.pins.story import PinStory
from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.views.suffix import AboutOffering
from registry.catalogue.evidence import LINE, EvidenceLine, Lines
from registry.domain.iso import instant
from registry.history.timeline import public_value
from registry.models import Offering

CACHING = "no-cache"


_SOURCE: Final = schema.text("Slug of the source.")
_STATEMENT: Final = schema.shape(
    "Statement",
    "What one source says about one field.",
    {
        "source": _SOURCE,
        "value": schema.anything("Null: it states that there is none. A price is a list of points in time."),
        "since": schema.day("First seen to say so.", null=True),
        "confirmed": schema.moment("Last good reading in which it still said so.", null=True),
        "missing_since": schema.moment("Since when it no longer lists the offering.", null=True),
        "dropped_since": schema.moment(
            "Since when it lists the offering and no longer states this; kept for a while.", null=True
        ),
        "source_type": schema.text("Its source type towards this provider; `estimate` for an estimate."),
        "authority": schema.flag("Whether it is heard about this field at all."),
        "verdict": schema.text("What became of it: won, agrees, differs, not heard."),
        "winner": schema.flag("Whether the published value is this statement."),
        "evidence": schema.several(
            LINE, "The lines of its page that say so; null for a source that is no page.", null=True
        ),
    },
)
_PINNED: Final = schema.shape(
    "Pinned",
    "A curator's override of the field.",
    {
        "value": schema.anything(),
        "since": schema.moment(),
        "expires": schema.moment(null=True),
        "expired": schema.flag(),
        "reason": schema.text(),
        "evidence": schema.link(null=True),
    },
)
_FIELD: Final = schema.shape(
    "FieldClaims",
    "One field: what is published, and what each source states.",
    {
        "field": schema.text(),
        "group": schema.text(),
        "published": schema.flag("False: nothing is published, so the value is not known."),
        "value": schema.anything("As published."),
        "source": schema.text("Whose value is published.", null=True),
        "quality": schema.text(),
        "waiting": schema.flag("Whether another value waits for a curator's review."),
        "pin": schema.one(_PINNED, null=True),
        "statements": schema.several(_STATEMENT),
    },
)
_CLAIMANT: Final = schema.shape(
    "Claimant",
    "One source's claim as a whole.",
    {
        "source": _SOURCE,
        "label": schema.text(),
        "source_type": schema.text(),
        "origin": schema.text("The source that this statement was taken from.", null=True),
        "first_seen": schema.moment(),
        "changed": schema.moment("Last time that it said anything else."),
        "confirmed": schema.moment("Last good reading that still listed it.", null=True),
        "missing_since": schema.moment(null=True),
        "as_of": schema.day("The day for which it speaks, when it says so itself.", null=True),
        "aliases": schema.words(),
    },
)
CLAIMS: Final = schema.shape(
    "Claims",
    "What every source states about one offering, and which statement is published.",
    {"id": schema.text(), "sources": schema.several(_CLAIMANT), "fields": schema.several(_FIELD)},
)


@openapi.get(
    "get_offering_claims",
    "offerings",
    CLAIMS,
    openapi.OFFERING_ID,
    problems=(400, 404),
    tagged=False,
    says="What every source states about one offering, field by field, and which one won.",
)
class ClaimsView(AboutOffering):
    """What every source states about one offering. Claims move without a revision, so this has no tag."""

    suffix = "claims"
    is_conditional = False

    def respond(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        offering = Offering.objects.get(key=id)
        rows = StoredClaim.objects.filter(offering_key=id).select_related("source").order_by("source")
        lines = of_claims(rows)
        answer = {
            "id": id,
            "sources": [_claimant(row, offering.provider_id) for row in rows],
            "fields": [_field(story, lines) for story in explain(offering)],
        }
        return Response(answer, headers={"Cache-Control": CACHING})


def _claimant(row: StoredClaim, provider: str) -> dict[str, Any]:
    return {
        "source": row.source_id,
        "label": row.source.label,
        "source_type": row.source.facts().source_type_towards(provider).value,
        "origin": row.origin or row.source.origin or None,
        "first_seen": instant(row.first_seen_at),
        "changed": instant(row.changed_at),
        "confirmed": instant(row.confirmed_at),
        "missing_since": instant(row.missing_since),
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "aliases": sorted(row.aliases),
    }


def _field(story: FieldStory, lines: Lines) -> dict[str, Any]:
    return {
        "field": story.name,
        "group": story.group.value,
        "published": story.is_published,
        "value": public_value(story.name, story.value) if story.is_published else None,
        "source": story.source or None,
        "quality": story.quality,
        "waiting": story.waiting is not None,
        "pin": _pin(story.pin),
        "statements": [
            _statement(story.name, statement) | {"evidence": _evidence(lines.get((statement.source, story.name)))}
            for statement in story.statements
        ],
    }


def _statement(name: str, statement: Statement) -> dict[str, Any]:
    return {
        "source": statement.source,
        "value": public_value(name, statement.value),
        "since": statement.since.isoformat() if statement.since else None,
        "confirmed": instant(statement.confirmed),
        "missing_since": instant(statement.gone_since),
        "dropped_since": instant(statement.dropped_since),
        "source_type": statement.source_type,
        "authority": statement.has_authority,
        "verdict": statement.verdict.value,
        "winner": statement.verdict is Verdict.WON,
    }


def _evidence(lines: tuple[EvidenceLine, ...] | None) -> list[dict[str, Any]] | None:
    return [line.as_json() for line in lines] if lines else None


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
