"""Findings over many offerings, each compared with the other offerings of its model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

from registry.quality.base import Context, Finding
from registry.quality.rules import check
from registry.quality.sheets import FactSheet, corroborated_fields, fact_sheet
from registry.values import Json


class Subject(Protocol):
    """An entry of the catalogue, or anything else with these four properties."""

    @property
    def key(self) -> str: ...
    @property
    def model(self) -> str | None: ...
    @property
    def facts(self) -> Mapping[str, Json]: ...
    @property
    def provenance(self) -> Mapping[str, Mapping[str, Json]]: ...


def survey(subjects: Iterable[Subject], *, on: date, providers: Collection[str] = ()) -> Iterator[Finding]:
    """Findings in order of the offerings. `providers` limits what is reported, not what it is compared with."""
    sheets: list[tuple[FactSheet, str | None]] = []
    by_model: dict[str, list[FactSheet]] = defaultdict(list)
    for subject in subjects:
        sheet = fact_sheet(subject.key, subject.facts, on=on, corroborated=corroborated_fields(subject.provenance))
        sheets.append((sheet, subject.model))
        if subject.model:
            by_model[subject.model].append(sheet)
    for sheet, model in sheets:
        if not providers or sheet.provider in providers:
            others = [other for other in by_model[model] if other is not sheet] if model else []
            yield from check(sheet, Context(on, others))
