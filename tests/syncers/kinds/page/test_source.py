"""What a source that is a page can declare: conditions in a column, estimates, tables that are known and not read."""

from __future__ import annotations

import pytest

from curation.core.evidence import Evidence
from registry.domain.rates import RateKey
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Condition, Labelled, Price, Shape
from syncers.kinds.page.source import PageSource
from syncers.kinds.record import Parsed

PAGE = """\
## Prices

| Model | Kind | Input |
| --- | --- | --- |
| one | Text | $1 |
| one | Audio | $2 |

## Prices of tools

| Tool | Price |
| --- | --- |
| search | $3 |
"""


class ExamplePricing(PageSource):
    slug, label, speaks_for = "example-pricing", "Example AI prices", "openai"
    url = homepage = "https://example.com/pricing"
    expected = (1, 10)
    shapes = (
        Shape(
            ("Prices",),
            {
                "Model": LABEL,
                "Kind": Condition("modality", {"text": "", "audio": "audio"}),
                "Input": Price(RateKey("input"), Amount()),
            },
        ),
    )
    not_read = frozenset({"prices of tools"})

    def read_price(self, column: Price, labelled: Labelled, evidence: Evidence, reading: PageReading) -> None:
        super().read_price(column, labelled, evidence, reading)
        if labelled.conditions["modality"]:
            reading.estimates.add((labelled.ident, "price.input[modality=audio]"))


def parse(old: str = "", new: str = "") -> Parsed:
    return ExamplePricing().parse(PAGE.replace(old, new, 1).encode())


def test_a_column_says_under_which_condition_a_row_holds() -> None:
    (claim,) = parse().claims
    assert set(claim.values) == {"price.input", "price.input[modality=audio]"}


def test_a_condition_in_another_word_holds_the_row() -> None:
    parsed = parse("| Audio |", "| Speech |")
    assert [item.reason for item in parsed.rejected] == ["Kind: one of text, audio expected, not 'Speech'"]
    assert set(parsed.claims[0].values) == {"price.input"}


def test_what_a_page_calls_an_estimate_is_one() -> None:
    assert parse().claims[0].estimates == {"price.input[modality=audio]"}


def test_an_estimate_that_is_not_stated_is_none() -> None:
    assert not parse("| one | Audio | $2 |\n", "| one | Audio | $2 |\n| one | Audio | $4 |\n").claims[0].estimates


@pytest.mark.parametrize(("title", "is_known"), [("Prices of tools", True), ("Prices of services", False)])
def test_a_table_with_money_that_is_not_known_is_announced(title: str, is_known: bool) -> None:
    notices = parse("## Prices of tools", f"## {title}").notices
    assert list(notices) == ([] if is_known else [f"table not read: {title}"])
