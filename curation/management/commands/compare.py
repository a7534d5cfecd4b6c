from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from curation.core.scoreboard import Row, Verdict
from curation.core.scoreboard_counts import catalogue_of, counts, share_equal
from curation.core.statements import SourceClaim
from curation.scoreboard.board import PUBLISHED, Scoreboard, scoreboard
from curation.scoreboard.statements import confirmed_on
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.models import Provider

LABELS: Final[dict[str, Callable[[Row], str]]] = {
    "provider": lambda row: provider_of(row.offering),
    "group": lambda row: fields.field(row.field).group.value,
    "field": lambda row: row.field,
}


class Command(BaseCommand):
    help = (
        "Compares the published catalogue, and each source that is not a provider's own, with what the providers state "
        "themselves: counts by verdict, and the share of equal values among those that are stated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", action="append", default=[], help="compare this provider; may be repeated")
        parser.add_argument("--field", action="append", default=[], help="compare this field; may be repeated")
        parser.add_argument("--by", choices=LABELS, help="count for each provider, group of fields or field too")
        parser.add_argument("--rows", action="store_true", help="list the values that are not equal, with both values")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self, *, provider: list[str], field: list[str], by: str | None, rows: bool, json: bool, **options: Any
    ) -> None:
        try:
            names = {fields.field(name).name for name in field}
        except ValueError as error:
            raise CommandError(str(error)) from error
        if unknown := set(provider) - set(Provider.objects.values_list("slug", flat=True)):
            raise CommandError(f"no provider is called {', '.join(sorted(unknown))}; /api/v1/providers/ lists them")
        board = scoreboard(on=timezone.now().date(), providers=provider, names=names)
        self.stdout.write(_object(board, by, rows) if json else "\n".join(_lines(board, by, rows)))


def _object(board: Scoreboard, by: str | None, with_rows: bool) -> str:
    answer: dict[str, Any] = {"catalogues": _shares(counts(board.rows, catalogue_of))}
    if by:
        split = counts(board.rows, _catalogue_and(by))
        answer[f"by_{by}"] = [
            {"catalogue": catalogue, by: label, **share} for (catalogue, label), share in _shares(split).items()
        ]
    if with_rows:
        answer["rows"] = [_row(board, row) for row in _differing(board)]
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _shares(table: Mapping[Any, Mapping[Verdict, int]]) -> dict[Any, dict[str, Any]]:
    return {
        label: {
            **{verdict.value: number for verdict, number in by_verdict.items()},
            "share_equal": share_equal(by_verdict),
        }
        for label, by_verdict in table.items()
    }


def _catalogue_and(by: str) -> Callable[[Row], tuple[str, str]]:
    return lambda row: (row.catalogue, LABELS[by](row))


def _differing(board: Scoreboard) -> Iterator[Row]:
    return (row for row in board.rows if row.verdict is not Verdict.EQUAL)


def _row(board: Scoreboard, row: Row) -> dict[str, Any]:
    return {
        "catalogue": row.catalogue,
        "offering": row.offering,
        "field": row.field,
        "verdict": row.verdict,
        "on": str(row.on),
        "provider": _statement(
            row, board.stated_by[row.offering, row.field], row.reference, board.reference_claim(row)
        ),
        "stated": _statement(row, row.catalogue, row.value, board.claim(row)),
        "seller": row.seller or None,
        "evidence": [line.text for line in board.evidence(row)],
    }


def _statement(row: Row, source: str, value: fields.Value, claim: SourceClaim | None) -> dict[str, Any] | None:
    if value is None:
        return None
    since = claim.since.get(row.field) if claim else None
    confirmed = confirmed_on(claim) if claim else None
    return {
        "source": source,
        "value": fields.field(row.field).encode(value),
        "since": str(since) if since else None,
        "confirmed": str(confirmed) if confirmed else None,
    }


def _lines(board: Scoreboard, by: str | None, with_rows: bool) -> Iterator[str]:
    yield from _table(counts(board.rows, catalogue_of))
    if by:
        split = counts(board.rows, _catalogue_and(by))
        yield ""
        yield from _table({"  ".join(label): by_verdict for label, by_verdict in split.items()})
    for row in _differing(board) if with_rows else ():
        as_json = _row(board, row)
        yield ""
        seller = f"  {row.seller}" if row.seller else ""
        yield f"{row.catalogue}  {row.offering}  {row.field}  {row.verdict}{seller}"
        yield from (f"  {_shown(as_json[side])}" for side in ("provider", "stated") if as_json[side])
        yield from (f"  evidence: {text}" for text in as_json["evidence"])


def _table(table: Mapping[str, Mapping[Verdict, int]]) -> Iterator[str]:
    width = max(map(len, [*table, PUBLISHED]))
    yield "".join([" " * width, *(f"{verdict:>12}" for verdict in Verdict), f"{'share equal':>13}"])
    for label, by_verdict in table.items():
        share = share_equal(by_verdict)
        shown = f"{share:.1%}" if share is not None else "-"
        yield "".join([f"{label:<{width}}", *(f"{by_verdict[verdict]:>12,}" for verdict in Verdict), f"{shown:>13}"])


def _shown(statement: dict[str, Any]) -> str:
    value = json.dumps(statement["value"], ensure_ascii=False)
    return f"{statement['source']}: {value}, since {statement['since']}, confirmed {statement['confirmed']}"
