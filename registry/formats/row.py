"""The flat row of 25 columns that the CSV and the pipe format share.

Every row can be written and read back: its constructor checks and normalises every column, so that equal rows have
equal texts. `-` (None here) is *unknown*: never a default, never zero. A price of 0 is *free*; a price of −1, in any
spelling, meant unknown in older files and is read as unknown.

What does not fit into 25 columns is left out, never approximated:

* Prices: the base price in USD on one day, of the most expensive hours where it depends on the hour (the row does not
  name them). A price that is dynamic, included in a plan, not offered or in another currency becomes `-`, as if
  unknown. Price lines over time and all other rates (tiers, thresholds, images, audio) are left out.
* Capabilities: a letter means *yes*. *No* and *unknown* both have no letter, which is read as no statement.
* Status: preview is written C, retired is written D, and they are read back as active and deprecated.
* A benchmark outside 0…100 is a score on another scale, and becomes `-`.
* Provenance: one source, one quality and one date for the whole row, by the rule in `from_offering`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, cast

from registry.domain import columns as projection
from registry.domain import fields, rates
from registry.domain.fields import Json
from registry.domain.provenance import Provenance
from registry.formats.columns import BENCHMARKS, CAPS, COLUMNS, PRICES, QUALITIES, STATUSES

Status = Literal["C", "L", "D"]
Quality = Literal["verified", "partial", "estimated", "unknown"]

_LETTERS: Final[Mapping[str, str]] = {
    "preview": "C",
    "active": "C",
    "legacy": "L",
    "deprecated": "D",
    "retired": "D",
}
PLAIN: Final[Mapping[str, str]] = {
    "name": "name",
    "max_context": "context_window",
    "max_output": "max_output_tokens",
    **{name: fields.BENCHMARK_PREFIX + name for name in BENCHMARKS},
    "ttft_ms": "ttft_ms",
    "tps": "tokens_per_second",
    "description": "description",
    "can_classify": "can_classify",
}
"""Column → field, where the column holds the field's value as it is."""


class InvalidRow(ValueError):
    """An invalid row: `problems` has one sentence per bad column, beginning with its name."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RowError:
    """An invalid row of a text: where it starts, and everything that is wrong with it."""

    line: int
    problems: tuple[str, ...]
    text: str = ""
    """The beginning of the row as it was read."""
    cells: Mapping[str, str | None] | None = attribute(default=None, compare=False, repr=False)
    """Column → its text, where the columns could be separated."""

    @property
    def reason(self) -> str:
        return "; ".join(self.problems)

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One offering in 25 columns; None is unknown. Raises InvalidRow for invalid values."""

    id: str
    aliases: tuple[str, ...] = ()
    name: str | None = None
    status: Status | None = None
    input_per_1m: Decimal | None = None
    output_per_1m: Decimal | None = None
    cache_per_1m: Decimal | None = None
    max_context: int | None = None
    max_output: int | None = None
    caps: frozenset[str] = frozenset()
    mmlu: Decimal | None = None
    humaneval: Decimal | None = None
    math: Decimal | None = None
    gpqa: Decimal | None = None
    swe_bench: Decimal | None = None
    ifeval: Decimal | None = None
    mmmu: Decimal | None = None
    mgsm: Decimal | None = None
    ttft_ms: Decimal | None = None
    tps: Decimal | None = None
    description: str | None = None
    can_classify: bool | None = None
    source: str | None = None
    quality: Quality | None = None
    updated: date | None = None
    line: int = attribute(default=0, compare=False, repr=False)
    """The line on which it was read, 0 for a row that was not read; not part of its content."""

    def __post_init__(self) -> None:
        problems = []
        for column in COLUMNS.values():
            try:
                value = column.clean(getattr(self, column.attribute))
            except (ValueError, TypeError) as error:
                problems.append(f"{column.name}: {error}")
            else:
                object.__setattr__(self, column.attribute, value)
        if problems:
            raise InvalidRow(problems)

    def cells(self) -> dict[str, str | None]:
        """Column → its text, None for unknown. Texts are not yet escaped for any format."""
        return {c.name: c.show(getattr(self, c.attribute)) for c in COLUMNS.values()}


def from_cells(cells: Mapping[str, str | None], *, line: int = 0, problems: Iterable[str] = ()) -> Row:
    """Parses the output of `Row.cells`, leniently. A column left out is unknown.

    `problems` are those already known of this row. Raises InvalidRow with all problems at once.
    """
    errors, values = list(problems), dict[str, Any](line=line)
    for name, text in cells.items():
        column = COLUMNS[name]
        if text is None:
            continue
        try:
            values[column.attribute] = column.clean(column.parse(text))
        except ValueError as error:
            errors.append(f"{name}: {error}")
    if cells.get("id") is None:
        errors.insert(0, "id: missing; each row needs one")
    if errors:
        raise InvalidRow(errors)
    return Row(**values)


# -- to and from the fields of an offering ------------------------------------------------------


def from_offering(
    offering_id: str,
    facts: Mapping[str, Json],
    provenance: Mapping[str, Mapping[str, Any]],
    aliases: Sequence[str] = (),
    *,
    on: date,
) -> Row:
    """The row of a published offering, as of a day.

    `facts` are field values in canonical JSON (null or missing: unknown), `provenance` says per
    field its `source`, `quality` and `since`. The row's own source is the one that most of the
    values in the row come from (the first by alphabet among equals), its quality is the worst of
    theirs, its date the newest; a value without provenance counts as of unknown quality. Fields
    that have no column do not count.
    """
    values = {name: _held(name, fields.field(of).decode(facts.get(of))) for name, of in PLAIN.items()}
    values |= {name: _held(name, projection.usd_price(facts, of, on)) for name, of in PRICES.items()}
    values["status"] = _LETTERS.get(facts.get("status") or "")
    caps = frozenset(letter for letter, name in CAPS.items() if facts.get(name) is True)

    columns = {**PLAIN, **PRICES, "status": "status"}
    shown_fields = [columns[name] for name, value in values.items() if value is not None]
    field_names = (*shown_fields, *(CAPS[letter] for letter in caps))
    sources = [Provenance(provenance.get(name, {})) for name in field_names]
    return Row(
        offering_id,
        tuple(sorted(set(aliases) - {offering_id})),
        caps=caps,
        source=_most(origin.source for origin in sources if origin.source),
        quality=max((_quality(origin) for origin in sources), key=QUALITIES.index, default=None),
        updated=max((day for origin in sources if (day := origin.since_day)), default=None),
        **values,
    )


def _held(column: str, value: Any) -> Any:
    """The value if the column can hold it, else None: what does not fit is left out, not changed."""
    try:
        return COLUMNS[column].clean(value)
    except ValueError:
        return None


def _most(words: Iterable[str]) -> str | None:
    ranked = sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
    return ranked[0][0] if ranked else None


def _quality(provenance: Provenance) -> Quality:
    return cast("Quality", provenance.quality) if provenance.quality in QUALITIES else "unknown"


def to_values(row: Row) -> tuple[dict[str, Any], frozenset[str]]:
    """What a row states, as values for `curation.core.claim.claim`, and which of them are estimates.

    Unknown columns and missing letters are left out. All values are estimates when the row's quality is `estimated`,
    or its source is (in older files).
    """
    values = {of: value for name, of in PLAIN.items() if (value := getattr(row, name)) is not None}
    for name, of in PRICES.items():
        if (amount := getattr(row, name)) is not None:
            values[of] = rates.price(amount)
    if row.status is not None:
        values["status"] = STATUSES[row.status]
    values |= {CAPS[letter]: True for letter in row.caps}
    estimated = "estimated" in (row.quality, row.source)
    return values, frozenset(values) if estimated else frozenset()
