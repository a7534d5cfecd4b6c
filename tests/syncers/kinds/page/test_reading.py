"""Markdown and HTML become the same tables, each under its titles, with every cell that is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.core.claim import InvalidClaim
from syncers.errors import BadPayload
from syncers.kinds.page import html, markdown
from syncers.kinds.page.cells import Amount, day, day_after
from syncers.kinds.page.document import expanded

TABBED = """\
## LLM
<Tabs>
  <Tab title="Standard">
    | Model | Input |
    | :---- | :---- |
    | one<br />new | ~~\\$2~~ \\$1 |
  </Tab>
  <Tab title="Batch">
    | Model | Input |
    | :---- | :---- |
    | one   | \\$0.5<sup>1</sup> |
  </Tab>
</Tabs>

## Audio

| Model | Input |
| --- | --- |
| [two](/two) | `$3` | odd |
"""


def test_titles_of_tags_stand_below_headings_and_end_with_their_tag() -> None:
    page = markdown.read(TABBED)
    assert [table.path for table in page.tables] == [("LLM", "Standard"), ("LLM", "Batch"), ("Audio",)]


def test_cells_keep_what_has_a_meaning() -> None:
    tables = markdown.read(TABBED).tables
    assert tables[0].rows == (("one\nnew", "~~$2~~ $1"),)
    assert tables[1].rows == (("one", "$0.5^1^"),)


def test_a_cell_too_many_is_not_dropped() -> None:
    (table,) = markdown.read(TABBED).below("Audio")
    assert table.rows == (("two", "$3", "odd"),)
    assert table.is_ragged(table.rows[0])


def test_lines_can_be_titles() -> None:
    table = "### Data\n\n| A | B |\n| - | - |\n| 1 | 2 |"
    text = f"Standard\n\n{table}\n\nBatch\n\n{table}\n"
    page = markdown.read(text, line_titles={"Standard": 1, "Batch": 1})
    assert [table.path for table in page.tables] == [("Standard", "Data"), ("Batch", "Data")]


def test_spans_of_html_are_repeated() -> None:
    page = html.read(
        "<h2>Prices</h2><table><tr><th>Kind</th><th>Hour</th><th>one</th></tr>"
        "<tr><td rowspan=2>INPUT<sup>(1)</sup></td><td>PEAK</td><td>$2</td></tr>"
        "<tr><td>OFF</td><td><s>$3</s> $1</td></tr>"
        "<tr><td colspan=2>OUTPUT</td><td>$4</td></tr></table>"
    )
    (table,) = page.tables
    assert table.path == ("Prices",)
    assert table.rows == (
        ("INPUT^(1)^", "PEAK", "$2"),
        ("INPUT^(1)^", "OFF", "~~$3~~ $1"),
        ("OUTPUT", "OUTPUT", "$4"),
    )


def test_a_row_with_a_cell_less_before_a_span_is_not_filled_up() -> None:
    rows = "<tr><td>a<td>b<td>c</tr><tr><td>1<td>2<td rowspan=2>3</tr><tr><td>4</tr>"
    (table,) = html.read(f"<html><body><table>{rows}</table></body></html>").tables
    assert [table.is_ragged(row) for row in table.rows] == [False, True]


def test_a_paragraph_of_a_documentation_system_is_a_text() -> None:
    page = html.read('<html><body><h2>Chat</h2><span data-as="p">Prices per <b>1M</b> tokens.</span></body></html>')
    assert [(text.path, text.text) for text in page.texts] == [(("Chat",), "Prices per 1M tokens.")]


def test_spans_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="row 2, column 2"):
        expanded([[("a", 1, 1), ("b", 2, 1)], [("c", 1, 2)]])


def test_absurd_spans_are_refused_before_they_are_expanded() -> None:
    cells = "<td rowspan=1000 colspan=1000>$1</td>" * 10
    with pytest.raises(BadPayload, match="more than 100,000 cells"):
        html.read(f"<html><body><table><tr>{cells}</tr></table></body></html>")


def test_a_page_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(BadPayload, match="nested too deeply"):
        html.read(f"<html><body>{'<div>' * 5_000}$1{'</div>' * 5_000}</body></html>")


MTOK = Amount("/ MTok")


@pytest.mark.parametrize(
    ("text", "amount"),
    [("$12.50 / MTok", "12.5"), ("$1,250 / MTok", "1250"), ("$ 3 /mtok", "3"), ("$0.0028 / MTok", "0.0028")],
)
def test_an_amount_is_read_with_its_unit(text: str, amount: str) -> None:
    line = MTOK(text)
    assert line
    assert f"{line[0].amount:f}" == amount


@pytest.mark.parametrize("text", ["-", "—", "", "N/A", "\\", "不支持", "Not available"])
def test_nothing_is_never_zero(text: str) -> None:
    assert MTOK(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "$12.50",
        "$12.50 / MTok^1^",
        "12.50 / MTok",
        "$12.50 / KTok",
        "$0 / MTok",
        "Free",
        "$1 $2 / MTok",
        "$1.2.3 / MTok",
        "$1,25 / MTok",
    ],
)
def test_a_rest_of_one_sign_is_refused(text: str) -> None:
    with pytest.raises(InvalidClaim):
        MTOK(text)


@given(st.text(max_size=30))
def test_no_text_is_read_as_something_else(text: str) -> None:
    try:
        line = MTOK(text)
    except InvalidClaim:
        return
    assert line is None or "".join(text.split()).lower().endswith("/mtok")


@pytest.mark.parametrize("text", ["August 31, 2026", "Aug 31, 2026", "2026-08-31", "2026\u201108\u201131"])
def test_days_as_pages_print_them(text: str) -> None:
    assert day(text).isoformat() == "2026-08-31"
    assert day_after(text).isoformat() == "2026-09-01"


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidClaim):
        day("February 30, 2026")
