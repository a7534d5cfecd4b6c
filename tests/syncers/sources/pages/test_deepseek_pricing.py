"""DeepSeek's price page. Models and prices are made up; the shapes are those of its real copies."""

from __future__ import annotations

from typing import Final

import pytest

from syncers.errors import BadPayload
from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, texts, values

SLUG: Final = "deepseek-pricing"
BROOK: Final = "deepseek/deepseek-c9-brook"
RIVER: Final = "deepseek/deepseek-c9-river"
PEAK: Final = "02:00-05:00Z+07:00-11:00Z"

OLD_TABLE: Final = """\
|  |  |  |  |
| --- | --- | --- | --- |
| MODEL | | deepseek-c9-brook | deepseek-c9-river |
| CONTEXT LENGTH | | 1M | |
| FEATURES | Json Output | ✓ | ✓ |
| Tool Calls | ✓ | ✗ |
| PRICING(1) | 1M INPUT TOKENS (CACHE HIT) | $0.003 | $0.004 |
| 1M INPUT TOKENS (CACHE MISS) | $0.15 | $0.45 |
| 1M OUTPUT TOKENS | $0.30 | $0.90 |
"""
NEW_TABLE: Final = """\
|  |  |  |  |  |
| --- | --- | --- | --- | --- |
| MODEL | | 1M INPUT TOKENS (CACHE HIT) | 1M INPUT TOKENS (CACHE MISS) | 1M OUTPUT TOKENS |
| deepseek-c9-brook | OFF-PEAK | $0.008 | $0.25 | $0.75 |
| PEAK | $0.016 | $0.50 | $1.50 |
| deepseek-c9-river | OFF-PEAK | $0.024 | $0.70 | $2.10 |
| PEAK | $0.048 | $1.40 | $4.20 |
"""
ANNOUNCED: Final = (
    "(1) DeepSeek API pricing will be updated to peak / off-peak billing, with off-peak rates at half the peak rates. "
    "Peak hours are 02:00 - 05:00 and 07:00 - 11:00 UTC (all other hours are off-peak). "
    "The new prices take effect at 16:00 UTC on August 16, 2027, as follows:"
)


def announced(note: str = ANNOUNCED, old: str = OLD_TABLE, new: str = NEW_TABLE) -> Parsed:
    return parse(SLUG, {"": f"# Models\n\n{old}\n{note}\n\n{new}\n"})


def test_the_price_outside_of_peak_hours_is_the_ordinary_one() -> None:
    assert amounts(parse(SLUG), BROOK) == {
        "cache_read": "0.008",
        "input": "0.25",
        "output": "0.75",
        f"cache_read[schedule={PEAK}]": "0.016",
        f"input[schedule={PEAK}]": "0.5",
        f"output[schedule={PEAK}]": "1.5",
    }
    assert amounts(parse(SLUG), RIVER)[f"output[schedule={PEAK}]"] == "4.2"


def test_days_of_the_week_are_part_of_the_hours() -> None:
    parsed = replaced(SLUG, "11:00 UTC (", "11:00 UTC, Monday through Friday (")
    assert amounts(parsed, BROOK)["input[schedule=Mon-Fri 02:00-05:00Z+Mon-Fri 07:00-11:00Z]"] == "0.5"


def test_a_price_of_peak_hours_names_its_cell_and_the_note() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == RIVER)
    cell, note = claim.evidence[f"price.output[schedule={PEAK}]"]
    assert cell.row == "PRICING^(2)^ 1M OUTPUT TOKENS PEAK"
    assert (cell.column, cell.text) == ("deepseek-c9-river", "$4.20")
    assert note.text.startswith("Off-peak rates are half")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Peak hours are", "Peak hours are about"),
        ("07:00 - 11:00 UTC", "07:00 - 11:00 Beijing Time"),
        ("(all other hours are off-peak).", "(all other hours are off-peak), excluding holidays."),
        ("off-peak).", "off-peak). The new prices will take effect soon."),
        ("Off-peak rates are half of the peak rates. ", ""),
        ("(2) Off-peak", "(4) Off-peak"),
        ("(2) Off-peak", "Off-peak"),
        ("The expense =", "(2) The expense ="),
        ("PRICING<sup>(2)</sup>", "PRICING"),
        ("is still accepted", "is still accepted, with a discount of 50%,"),
        ("<td>deepseek-c9-river</td>", "<td>deepseek-c9-river</td><td>DeepSeek Lake</td>"),
        ("<td>deepseek-c9-river</td>", "<td>deepseek-c9-brook</td>"),
        ("1M OUTPUT TOKENS", "1K OUTPUT TOKENS"),
        ("1M OUTPUT TOKENS", "1M INPUT TOKENS (CACHE MISS)"),
        ("<td>PEAK</td><td>$1.50</td>", "<td>SHOULDER</td><td>$1.50</td>"),
        ('CONTEXT LENGTH</td><td colspan="2">1M</td>', "IMAGE</td><td>$1</td><td>-</td>"),
    ],
)
def test_what_is_not_understood_holds_the_table(old: str, new: str) -> None:
    with pytest.raises(BadPayload, match="nothing of the page can be read"):
        replaced(SLUG, old, new)


def test_prices_that_are_not_twice_the_others_are_held() -> None:
    rates = amounts(replaced(SLUG, "$4.20", "$4.02"), RIVER)
    assert not {"output", f"output[schedule={PEAK}]"} & set(rates)
    assert rates["input"] == "0.7"


def test_models_in_another_order_are_the_same_models() -> None:
    page = texts(SLUG)[""]
    for left, right in (
        ("deepseek-c9-brook<sup>(1)</sup>", "deepseek-c9-river"), ("$0.008", "$0.024"), ("$0.016", "$0.048"),
        ("$0.25", "$0.70"), ("$0.5", "$1.4"), ("$0.75", "$2.10"), ("$1.50", "$4.20"),
    ):  # fmt: skip
        page = page.replace(f"<td>{left}</td><td>{right}</td>", f"<td>{right}</td><td>{left}</td>")
    parsed = parse(SLUG, {"": page})
    assert (amounts(parsed, BROOK), amounts(parsed, RIVER)) == (
        amounts(parse(SLUG), BROOK), amounts(parse(SLUG), RIVER),
    )  # fmt: skip


def test_announced_prices_start_on_the_first_whole_day() -> None:
    assert amounts(announced(), BROOK) == {
        "cache_read": "0.003 to 2027-08-17; 0.008 from 2027-08-17",
        "input": "0.15 to 2027-08-17; 0.25 from 2027-08-17",
        "output": "0.3 to 2027-08-17; 0.75 from 2027-08-17",
        f"cache_read[schedule={PEAK}]": "0.016 from 2027-08-17",
        f"input[schedule={PEAK}]": "0.5 from 2027-08-17",
        f"output[schedule={PEAK}]": "1.5 from 2027-08-17",
    }


def test_prices_announced_for_midnight_start_on_that_day() -> None:
    parsed = announced(ANNOUNCED.replace("16:00 UTC on", "00:00 UTC on"))
    assert amounts(parsed, RIVER)["output"] == "0.9 to 2027-08-16; 2.1 from 2027-08-16"


@pytest.mark.parametrize(
    ("note", "new"),
    [
        (ANNOUNCED, ""),
        (ANNOUNCED.partition(" The new prices")[0], NEW_TABLE),
        (ANNOUNCED.replace("August 16, 2027", "August 36, 2027"), NEW_TABLE),
        (ANNOUNCED, NEW_TABLE.replace("| PEAK | $0.016 | $0.50 | $1.50 |\n", "")),
        (ANNOUNCED, NEW_TABLE.replace("| deepseek-c9-river | OFF-PEAK", "| deepseek-c9-lake | OFF-PEAK")),
        (ANNOUNCED, NEW_TABLE.replace("| deepseek-c9-river | OFF-PEAK", "| OFF-PEAK")),
        (ANNOUNCED, NEW_TABLE.replace("1M OUTPUT TOKENS", "1M OUTPUT TOKENS (THINKING)")),
        (ANNOUNCED, NEW_TABLE.replace("| $0.016 | $0.50 |", "| $0.50 |")),
    ],
)
def test_an_announcement_that_is_not_understood_holds_the_table(note: str, new: str) -> None:
    with pytest.raises(BadPayload):
        announced(note, new=new)


def test_hours_of_a_peak_without_prices_of_it_hold_the_table() -> None:
    """The price could be that of either time."""
    with pytest.raises(BadPayload):
        announced(ANNOUNCED.partition(" The new prices")[0], new="")


def test_what_is_announced_without_a_date_is_a_notice() -> None:
    note = (
        "(1) The service will soon adopt another policy. During peak hours, prices will be 2x. The effective date will "
        "be subject to the official announcement. [Peak hours: 9:00–12:00 daily]"
    )
    parsed = announced(note, new="")
    assert amounts(parsed, BROOK) == {"cache_read": "0.003", "input": "0.15", "output": "0.3"}
    assert list(parsed.notices) == ["announced without a date: prices by the hour"]


@pytest.mark.parametrize(
    ("row", "other"),
    [
        ("| 1M OUTPUT TOKENS | $0.30 | $0.90 |", "| 1M OUTPUT TOKENS | $0.90 |"),
        ("| 1M OUTPUT TOKENS | $0.30 | $0.90 |", "| $0.30 | $0.90 |"),
        ("| 1M OUTPUT TOKENS | $0.30 | $0.90 |", "| 1M OUTPUT TOKENS | $0.20 | $0.30 | $0.90 |"),
    ],
)
def test_a_row_with_a_lost_price_holds_the_table(row: str, other: str) -> None:
    assert row in OLD_TABLE
    with pytest.raises(BadPayload):
        announced(old=OLD_TABLE.replace(row, other))


def _copy(name: str) -> str:
    return copy_of("deepseek", name)


FLASH: Final = "deepseek/deepseek-v4-flash"
PRO: Final = "deepseek/deepseek-v4-pro"


def test_the_copy_of_2_august_2026() -> None:
    parsed = parse(SLUG, {"": _copy("pricing-2026-08-02.md")})
    assert not any((parsed.absent, parsed.rejected, parsed.unreadable))
    assert list(parsed.notices) == ["announced without a date: prices by the hour"]
    assert amounts(parsed, FLASH) == {"cache_read": "0.0028", "input": "0.14", "output": "0.28"}
    assert amounts(parsed, PRO) == {"cache_read": "0.003625", "input": "0.435", "output": "0.87"}


def test_the_copy_of_13_august_2026() -> None:
    parsed = parse(SLUG, {"": _copy("pricing-2026-08-13.md")})
    assert not any((parsed.absent, parsed.rejected, parsed.unreadable, parsed.notices))
    peak = "schedule=01:00-04:00Z+06:00-10:00Z"
    assert amounts(parsed, PRO) == {
        "cache_read": "0.003625 to 2026-08-17; 0.022 from 2026-08-17",
        "input": "0.435 to 2026-08-17; 0.66 from 2026-08-17",
        "output": "0.87 to 2026-08-17; 1.98 from 2026-08-17",
        f"cache_read[{peak}]": "0.044 from 2026-08-17",
        f"input[{peak}]": "1.32 from 2026-08-17",
        f"output[{peak}]": "3.96 from 2026-08-17",
    }
    assert amounts(parsed, FLASH)["input"] == "0.14 to 2026-08-17; 0.22 from 2026-08-17"
    assert amounts(parsed, FLASH)[f"output[{peak}]"] == "1.32 from 2026-08-17"


def test_the_table_of_18_august_2026_needs_its_notes() -> None:
    table = _copy("pricing-table-2026-08-18.html")
    with pytest.raises(BadPayload, match=r"the note \(1\)"):
        parse(SLUG, {"": table})
    hours = (
        "Off-peak rates are half of the peak rates. Peak hours are 01:00 - 04:00 UTC (all other hours are off-peak)."
    )
    parsed = parse(SLUG, {"": table.replace("</main>", f"<p>(1) {hours}<br>(2) Limits.</p></main>")})
    assert amounts(parsed, FLASH) == {
        "cache_read": "0.007",
        "input": "0.22",
        "output": "0.66",
        "cache_read[schedule=01:00-04:00Z]": "0.014",
        "input[schedule=01:00-04:00Z]": "0.44",
        "output[schedule=01:00-04:00Z]": "1.32",
    }
    assert amounts(parsed, PRO)["cache_read[schedule=01:00-04:00Z]"] == "0.044"


def test_the_page_in_chinese_is_another_list() -> None:
    with pytest.raises(BadPayload):
        parse(SLUG, {"": _copy("pricing-zh-2026-07-17.html")})


def test_a_page_of_something_else_is_no_page() -> None:
    assert not values(parse(SLUG), "deepseek/deepseek-c8-brook")
    with pytest.raises(BadPayload):
        parse(SLUG, {"": "<!doctype html><html><body><form>Sign in</form></body></html>"})
