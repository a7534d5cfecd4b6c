"""The numbers of the comparison, counted once per revision and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

from curation.core.scoreboard import Row, Verdict
from curation.core.scoreboard_counts import counts
from curation.models import Source
from curation.scoreboard.board import scoreboard, speakers
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import latest
from registry.domain import fields
from registry.domain.offering_ids import provider_of

Place = tuple[str, str, str]
"""Provider, catalogue, and group of fields."""
Counts = Mapping[Place, Mapping[Verdict, int]]


def place_of(row: Row) -> Place:
    """Where a row is counted."""
    return provider_of(row.offering), row.catalogue, fields.field(row.field).group.value


def counted(on: date) -> Counts:
    """The numbers of all providers that state something themselves."""
    return _held.get((latest(), on), lambda: _count(on))


def _count(on: date) -> Counts:
    """Provider by provider, which limits how many rows are in memory."""
    sources = {source.slug: source for source in Source.objects.all()}
    table: dict[Place, dict[Verdict, int]] = {}
    for provider in speakers(sources):
        table |= counts(scoreboard(on=on, providers=[provider]).rows, place_of)
    return table


_held: Final = PerRevision[Counts]()


def merged(table: Counts, provider: str = "", group: str = "") -> dict[str, dict[Verdict, int]]:
    """Catalogue → verdict → number, of one provider and group; "" for all."""
    by_catalogue: dict[str, dict[Verdict, int]] = defaultdict(lambda: dict.fromkeys(Verdict, 0))
    for (of_provider, catalogue, of_group), by_verdict in table.items():
        if provider in ("", of_provider) and group in ("", of_group):
            for verdict, number in by_verdict.items():
                by_catalogue[catalogue][verdict] += number
    return dict(by_catalogue)
