from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from registry.formats.dsl import escape, read, unescape, write
from registry.formats.row import Row, RowError
from tests.registry.formats.builders import row, texts

OPUS = (
    "anthropic/claude-opus-4-5-20251101|claude-opus-4-5|Claude Opus 4.5|C|5.0,25.0,0.5"
    "|200000,32000|VTJSKC|92.3,95.8,87.4,68.7,55.2,92.1,71.5,91.5,1200,60|Premium model|N"
)


def one(text: str) -> Row | RowError:
    (row,) = read(text)
    return row


def test_it_reads_13_fields():
    read_row = one(f"{OPUS}|official|verified|2026-01-04")

    assert read_row == row(
        id="anthropic/claude-opus-4-5-20251101",
        aliases=("claude-opus-4-5",),
        name="Claude Opus 4.5",
        output_per_1m=Decimal(25),
        caps=frozenset("VTJSKC"),
        mmlu=Decimal("92.3"),
        humaneval=Decimal("95.8"),
        math=Decimal("87.4"),
        gpqa=Decimal("68.7"),
        swe_bench=Decimal("55.2"),
        ifeval=Decimal("92.1"),
        mmmu=Decimal("71.5"),
        mgsm=Decimal("91.5"),
        description="Premium model",
        updated=date(2026, 1, 4),
    )


def test_it_reads_the_10_fields_of_old():
    read_row = one(OPUS)

    assert isinstance(read_row, Row)
    assert (read_row.tps, read_row.can_classify) == (Decimal(60), False)
    assert (read_row.source, read_row.quality, read_row.updated) == (None, None, None)


@pytest.mark.parametrize(
    ("triple", "prices"),
    [
        ("1.26,6.30", (Decimal("1.26"), Decimal("6.3"), None)),
        ("2.5,10.0,1.25", (Decimal("2.5"), Decimal(10), Decimal("1.25"))),
        ("0,0", (Decimal(0), Decimal(0), None)),
        ("-1,-1.0", (None, None, None)),
        ("-,4,-", (None, Decimal(4), None)),
        ("-", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_it_reads_prices_in_two_or_three_parts(triple, prices):
    read_row = one(f"acme/r|-|-|-|{triple}|-,-|-|-|-|-")

    assert isinstance(read_row, Row)
    assert (read_row.input_per_1m, read_row.output_per_1m, read_row.cache_per_1m) == prices


def test_it_passes_over_comments_and_blank_lines():
    read_row = one(f"\ufeff# Source: data/models/core/*.csv\r\n\r\n   \r\n  {OPUS}  \r\n")

    assert isinstance(read_row, Row)
    assert read_row.line == 4


def test_it_names_the_fields_and_writes_one_line_per_row():
    assert "".join(write([Row("acme/r"), row(cache_per_1m=None)])) == (
        "# id|alias|name|status|in,out[,cache]|max_ctx,max_out|caps"
        "|mmlu,humaneval,math,gpqa,swe,ifeval,mmmu,mgsm,ttft,tps"
        "|description|classify|source|quality|updated\n"
        "acme/r|-|-|-|-,-|-,-|-|-,-,-,-,-,-,-,-,-,-|-|-|-|-|-\n"
        "acme/rocket-1|rocket;acme/rocket|Rocket 1|C|5,25.5|200000,32000|VTK"
        "|80,80,80,80,80,80,80,80,1200,60|A model|N|official|verified|2026-01-04\n"
    )


def test_it_reports_every_bad_line_with_all_its_problems():
    rows = list(
        read(
            "acme/a|b|c\n"
            "acme/b|-|-|X|1,2,3,4|5|Q|1,2|-|-\n"
            "acme/c|-|-|-|1,2|-,-|-|-|-|-\n"
            "rocket|-|-|-|one,2|-,-|-|-|-|-\n"
        )
    )

    assert [str(item) for item in rows if isinstance(item, RowError)] == [
        "line 1: 3 fields, while 13 are needed, or 10 in the older form",
        "line 2: in,out[,cache]: 4 numbers, while 3 are needed: '1,2,3,4'; "
        "max_ctx,max_out: 1 numbers, while 2 are needed: '5'; "
        "mmlu,humaneval,math,gpqa,swe,ifeval,mmmu,mgsm,ttft,tps: 2 numbers, while 10 are needed: "
        "'1,2'; status: 'X' is none of C, L, D, -; "
        "caps: unknown letter 'Q'; known: V T J S K C",
        "line 4: id: not an offering id (provider/model): 'rocket'; "
        "input_per_1m: number expected, not 'one'; write - for unknown",
    ]
    assert [item.id for item in rows if isinstance(item, Row)] == ["acme/c"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (None, "-"),
        ("-", r"\-"),
        (r"\-", r"\\-"),
        ("a|b", r"a\|b"),
        ("a\nb\r", r"a\nb\r"),
        ("a\\", r"a\\"),
        (r"\n", r"\\n"),
    ],
)
def test_it_escapes_what_would_break_a_line(text, field):
    assert escape(text) == field
    assert unescape(field) == text


def test_it_leaves_a_backslash_of_old_files_alone():
    assert unescape(r"C:\models \| more") == r"C:\models | more"


@given(texts)
def test_it_takes_every_escape_back(text):
    assert unescape(escape(text)) == text
