"""The rows behind one number of the scoreboard, with both statements of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.core.scoreboard import Row, Verdict
from curation.core.statements import SourceClaim
from curation.models import Change, Source
from curation.scoreboard.board import Scoreboard, scoreboard
from curation.scoreboard.statements import confirmed_on
from curation.web.verdicts import TITLES, address
from registry import display
from registry.domain import fields

PER_PAGE: Final = 50


def context(chosen: Mapping[str, str], page: str) -> dict[str, Any]:
    """One page of the rows of a provider and a catalogue, as `chosen` narrows them."""
    board = scoreboard(on=timezone.now().date(), providers=[chosen["provider"]])
    group = chosen.get("group", "")
    of_cell = [
        row
        for row in board.rows
        if row.catalogue == chosen["catalogue"] and group in ("", fields.field(row.field).group.value)
    ]
    matching = [row for row in of_cell if chosen.get("verdict", "") in ("", row.verdict)]
    matching.sort(key=lambda row: (row.offering, display.position(row.field)))
    listed = Paginator(matching, PER_PAGE).get_page(page)
    pages = dict(Source.objects.values_list("slug", "homepage"))
    waiting = _waiting({row.offering for row in listed if row.verdict is Verdict.PENDING})
    return {
        "verdicts": _verdicts(of_cell, chosen),
        "rows": [_row(board, row, waiting, pages) for row in listed],
        "page": listed,
        "overview_url": address({}, group=group),
        "provider_url": address({}, group=group, provider=chosen["provider"]),
        "previous": address(chosen, page=str(listed.number - 1)) if listed.has_previous() else "",
        "following": address(chosen, page=str(listed.number + 1)) if listed.has_next() else "",
    }


def _verdicts(rows: list[Row], chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Links that narrow the rows to one verdict, with their numbers."""
    numbers = {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
    titles = [("", _("All"), len(rows)), *((verdict, TITLES[verdict], number) for verdict, number in numbers.items())]
    return [
        {
            "title": title,
            "number": number,
            "url": address(chosen, verdict=verdict),
            "is_current": chosen.get("verdict", "") == verdict,
        }
        for verdict, title, number in titles
        if number or chosen.get("verdict", "") == verdict
    ]


def _waiting(offerings: Collection[str]) -> dict[tuple[str, str], Change]:
    """(offering, field) → the change that waits for a person."""
    changes = Change.objects.awaiting_review().filter(offering_key__in=offerings)
    return {(change.offering_key, name): change for change in changes for name in change.moved_fields}


def _row(
    board: Scoreboard, row: Row, waiting: Mapping[tuple[str, str], Change], pages: Mapping[str, str]
) -> dict[str, Any]:
    speaker = board.stated_by[row.offering, row.field]
    return {
        "row": row,
        "label": display.label(row.field),
        "verdict": TITLES[row.verdict],
        "provider": _statement(row.field, row.reference, speaker, board.reference_claim(row), pages),
        "stated": _statement(row.field, row.value, row.catalogue, board.claim(row), pages),
        "listed_as": board.listed_as(row),
        "lines": board.evidence(row),
        "waiting": waiting.get((row.offering, row.field)) if row.verdict is Verdict.PENDING else None,
    }


def _statement(
    name: str, value: fields.Value, source: str, claim: SourceClaim | None, pages: Mapping[str, str]
) -> dict[str, Any]:
    """A value as text, who states it, since when, when that was last confirmed, and the page of the source."""
    return {
        "source": source,
        "text": display.text(name, fields.field(name).encode(value)) if value is not None else "",
        "since": claim.since.get(name) if claim else None,
        "confirmed": confirmed_on(claim) if claim else None,
        "page": pages.get(source, ""),
    }
