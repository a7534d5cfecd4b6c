"""Columns of fields that are no prices: days with their floors, words, ids, and what a title says of each row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.core.claim import InvalidClaim
from syncers.kinds.page.cells import Day, Ident, StatesNothing, Word
from syncers.kinds.page.document import Table
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Labelled, Shape, Stated
from syncers.kinds.page.source import MAIN, PageSource, Parts
from syncers.kinds.record import Parsed

DAY = Day(("Not sooner than …", "… or later"), (r"[a-z]+ \d{4}",))

PAGE = """\
## Retired

| Model | Version | State | Ends | Next |
| --- | --- | --- | --- | --- |
| one | 1 | Gone | June 9, 2027 | two-2 |
| two | 2 | GA | June 9, 2028 or later | three |

## Notes

| A | B |
| --- | --- |
| 1 | 2 |
"""


class ExampleDeprecations(PageSource):
    slug, label, speaks_for = "example-deprecations", "Example AI deprecations", "openai"
    url = homepage = "https://example.com/deprecations"
    authority = ("lifecycle",)
    expected = (1, 10)
    prices_in = ""
    shapes = (
        Shape(
            (),
            {
                "Model": LABEL,
                "Version": LABEL,
                "State": Stated("status", Word({"gone": "retired", "ga": "active"})),
                "Ends": Stated("retires_on", DAY),
                "Next": Stated("successor", Ident()),
            },
        ),
    )
    not_read = frozenset({"notes"})

    def statements(self, pages: Parts, reading: PageReading) -> None:
        self.read_every(pages[MAIN].tables, self.shapes, pages, reading)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        yield Labelled(label.replace(" | ", "-"), stated={"deprecated_on": date(2026, 1, 1)})


def parse(old: str = "", new: str = "") -> Parsed:
    return ExampleDeprecations().parse(PAGE.replace(old, new, 1).encode())


def values(parsed: Parsed) -> dict[str, dict[str, object]]:
    return {claim.offering: dict(claim.values) for claim in parsed.claims}


def test_a_column_states_a_field_and_a_title_one_of_each_row() -> None:
    assert values(parse()) == {
        "openai/one-1": {
            "status": "retired",
            "retires_on": date(2027, 6, 9),
            "successor": "openai/two-2",
            "deprecated_on": date(2026, 1, 1),
        },
        "openai/two-2": {"status": "active", "deprecated_on": date(2026, 1, 1)},
    }


def test_a_floor_and_a_successor_that_is_not_listed_are_counted_not_held() -> None:
    parsed = parse()
    assert parsed.notices == {
        "retires_on: the earliest possible day only": 1,
        "successor: not listed on the page": 1,
    }
    assert not parsed.unreadable
    assert not any(claim.leaves_open("retires_on") for claim in parsed.claims)


def test_a_value_names_its_cell_and_that_of_a_title_its_title() -> None:
    (claim,) = (claim for claim in parse().claims if claim.offering == "openai/one-1")
    ((cell,), (title,)) = (claim.evidence[name] for name in ("retires_on", "deprecated_on"))
    assert (cell.row, cell.column, cell.text) == ("one | 1", "Ends", "June 9, 2027")
    assert (title.column, title.text) == ("", "Retired")


def test_the_order_of_columns_does_not_change_what_a_row_is_about() -> None:
    swapped = PAGE.replace("| Model | Version |", "| Version | Model |").replace("| one | 1 |", "| 1 | one |")
    parsed = ExampleDeprecations().parse(swapped.replace("| two | 2 |", "| 2 | two |").encode())
    assert values(parsed) == values(parse())


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("June 9, 2027", "June 9, 2027^1^", "retires_on"),
        ("June 9, 2027", "around June 9, 2027", "retires_on"),
        ("June 9, 2027", "Not sooner than June 31, 2027", "retires_on"),
        ("| Gone |", "| Paused |", "status"),
        ("| two-2 |", "| two-2 (see below) |", "successor"),
    ],
)
def test_a_cell_that_is_not_understood_is_held(old: str, new: str, field: str) -> None:
    parsed = parse(old, new)
    assert [item.field for item in parsed.unreadable] == [field]
    assert field not in values(parsed)["openai/one-1"]
    assert next(claim for claim in parsed.claims if claim.offering == "openai/one-1").leaves_open(field)


def test_a_table_that_no_shape_fits_is_held_unless_it_is_known() -> None:
    parsed = parse("## Notes", "## Plans")
    assert parsed.absent == ("table: Plans",)
    assert all(claim.leaves_open("released_on") for claim in parsed.claims)


@pytest.mark.parametrize("text", ["Not sooner than June 9, 2027", "June 9, 2027 or later", "May 2023"])
def test_a_floor_is_no_day(text: str) -> None:
    with pytest.raises(StatesNothing):
        DAY(text)


@pytest.mark.parametrize("text", ["", "—", "N/A"])
def test_nothing_is_no_day(text: str) -> None:
    assert DAY(text) is None


def test_several_ids_are_none() -> None:
    assert Ident()("gpt-9") == "gpt-9"
    with pytest.raises(StatesNothing):
        Ident(others=r"\S+, \S+")("gpt-9, gpt-8")


@given(st.text(max_size=30))
def test_no_text_is_read_as_a_day(text: str) -> None:
    try:
        value = DAY(text)
    except (InvalidClaim, StatesNothing):
        return
    assert value is None or str(value.year) in text
