from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from curation.core.scoreboard import Row, Verdict, counts, share_equal
from curation.scoreboard import PUBLISHED, Scoreboard, scoreboard
from registry.domain import fields
from registry.models import Provider


class Command(BaseCommand):
    help = (
        "Compares the published catalogue, and each source that is not a provider's own, with what the providers state "
        "themselves: counts by verdict, and the share of equal values among those that are stated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", action="append", default=[], help="compare this provider; may be repeated")
        parser.add_argument("--field", action="append", default=[], help="compare this field; may be repeated")
        parser.add_argument("--rows", action="store_true", help="list the values that are not equal, with both values")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, provider: list[str], field: list[str], rows: bool, json: bool, **options: Any) -> None:
        try:
            names = {fields.field(name).name for name in field}
        except ValueError as error:
            raise CommandError(str(error)) from error
        if unknown := set(provider) - set(Provider.objects.values_list("slug", flat=True)):
            raise CommandError(f"no provider is called {', '.join(sorted(unknown))}; /api/v1/providers/ lists them")
        board = scoreboard(on=timezone.now().date(), providers=provider, names=names)
        self.stdout.write(_object(board, rows) if json else "\n".join(_lines(board, rows)))


def _object(board: Scoreboard, with_rows: bool) -> str:
    catalogues = {
        slug: {**by_verdict, "share_equal": share_equal(by_verdict)} for slug, by_verdict in counts(board.rows).items()
    }
    differing = {"rows": [_row(board, row) for row in _differing(board)]} if with_rows else {}
    return json.dumps({"catalogues": catalogues, **differing}, indent=2, ensure_ascii=False)


def _differing(board: Scoreboard) -> Iterator[Row]:
    return (row for row in board.rows if row.verdict is not Verdict.EQUAL)


def _row(board: Scoreboard, row: Row) -> dict[str, Any]:
    source = board.stated_by[row.offering, row.field]
    return {
        "catalogue": row.catalogue,
        "offering": row.offering,
        "field": row.field,
        "verdict": row.verdict,
        "provider": _statement(board, row, source, row.reference),
        "stated": _statement(board, row, row.catalogue, row.value),
        "evidence": [line.text for line in board.evidence(row)],
    }


def _statement(board: Scoreboard, row: Row, source: str, value: fields.Value) -> dict[str, Any] | None:
    if value is None:
        return None
    claim = board.claims.get((source, row.offering))
    since = claim.since.get(row.field) if claim else None
    confirmed = claim.confirmed_on or claim.as_of if claim else None
    return {
        "source": source,
        "value": fields.field(row.field).encode(value),
        "since": str(since) if since else None,
        "confirmed": str(confirmed) if confirmed else None,
    }


def _lines(board: Scoreboard, with_rows: bool) -> Iterator[str]:
    table = counts(board.rows)
    width = max(map(len, [*table, PUBLISHED]))
    yield "".join([" " * width, *(f"{verdict:>12}" for verdict in Verdict), f"{'share equal':>13}"])
    for slug, by_verdict in table.items():
        share = share_equal(by_verdict)
        shown = f"{share:.1%}" if share is not None else "-"
        yield "".join([f"{slug:<{width}}", *(f"{by_verdict[verdict]:>12,}" for verdict in Verdict), f"{shown:>13}"])
    for row in _differing(board) if with_rows else ():
        as_json = _row(board, row)
        yield ""
        yield f"{row.catalogue}  {row.offering}  {row.field}  {row.verdict}"
        yield from (f"  {_shown(as_json[side])}" for side in ("provider", "stated") if as_json[side])
        yield from (f"  evidence: {text}" for text in as_json["evidence"])


def _shown(statement: dict[str, Any]) -> str:
    value = json.dumps(statement["value"], ensure_ascii=False)
    return f"{statement['source']}: {value}, since {statement['since']}, confirmed {statement['confirmed']}"
