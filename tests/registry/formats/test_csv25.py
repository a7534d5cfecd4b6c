from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given

from registry.formats import FormatError
from registry.formats.columns import COLUMNS
from registry.formats.csv25 import MOST_BROKEN, guard, read, unguard, write
from registry.formats.row import Row, RowError
from tests.registry.formats.builders import row, texts

OLD = """\
# data/models/core/anthropic.csv
id,alias,name,status,input_per_1m,output_per_1m,cache_per_1m,max_context,max_output,caps,mmlu,humaneval,math,gpqa,swe_bench,ifeval,mmmu,mgsm,ttft_ms,tps,description,can_classify,source,quality,updated
anthropic/claude-opus-4-5-20251101,claude-opus-4-5,Claude Opus 4.5,C,5.0,25.0,0.5,200000,32000,VTJSKC,92.3,95.8,87.4,68.7,55.2,92.1,71.5,91.5,1200,60,Premium model with maximum intelligence,N,official,verified,2026-01-04
acme/unpriced,-,-,-,-1,-1.0,-1,-,-,-,-,-,-,-,-,-,-,-,-,-,-,-,community,unknown,-
"""  # noqa: E501


def text_of(*rows: Row) -> str:
    return "".join(write(rows))


def one(text: str) -> Row | RowError:
    (row,) = read(text)
    return row


def test_it_reads_the_files_of_old():
    opus, unpriced = read(OLD)

    assert isinstance(opus, Row)
    assert (opus.line, opus.aliases, opus.output_per_1m, opus.can_classify) == (
        3,
        ("claude-opus-4-5",),
        Decimal(25),
        False,
    )
    assert unpriced == Row("acme/unpriced", source="community", quality="unknown")


def test_it_writes_a_row_with_plain_numbers_and_letters_in_order():
    assert text_of(row(description="Fast, small")).splitlines()[1] == (
        "acme/rocket-1,rocket;acme/rocket,Rocket 1,C,5,25.5,0.5,200000,32000,VTK,"
        '80,80,80,80,80,80,80,80,1200,60,"Fast, small",N,official,verified,2026-01-04'
    )


def test_it_writes_unknown_as_a_hyphen():
    assert text_of(Row("acme/r")).splitlines()[1] == "acme/r" + ",-" * 24


def test_it_lets_the_header_decide_the_order():
    held = row(description='A "quoted" word')
    shuffled = io.StringIO()
    cells = dict(zip(COLUMNS, next(csv.reader(text_of(held).splitlines()[1:])), strict=True))
    csv.writer(shuffled).writerows([sorted(cells), [cells[name] for name in sorted(cells)]])

    assert one(shuffled.getvalue()) == held


def test_it_takes_a_description_in_the_first_column_for_no_comment():
    assert one("description,id\n# 1 in the arena,acme/r\n") == Row("acme/r", description="# 1 in the arena")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeffid,name\nacme/r,R\n", id="byte order mark"),
        pytest.param("id,name\r\nacme/r,R\r\n", id="CRLF"),
        pytest.param("\n# note, with comma\n\nid,name\n\n# more\nacme/r,R\n , \n", id="comments"),
        pytest.param("ID, Name \n acme/r , R\n", id="blanks and capitals"),
        pytest.param("id,name,tps\nacme/r,R,\n", id="empty cell"),
        pytest.param("id,name\nacme/r,R", id="no last line end"),
    ],
)
def test_it_reads_forgivingly(text):
    assert one(text) == Row("acme/r", name="R")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the text is empty"),
        ("# only a comment\n", "the text is empty"),
        ("id,nmae\n", "line 1: the header names unknown columns: 'nmae'; known: id, alias"),
        ("name,tps\n", "line 1: the header lacks the column id"),
        ("id,name,id\n", "line 1: the header names a column twice: id"),
        ("<html><body>Sign in</body></html>", "unknown columns"),
        ('"id\n', "the header cannot be read; line 1: the quotes"),
    ],
)
def test_it_refuses_a_text_of_another_kind(text, reason):
    with pytest.raises(FormatError, match=reason):
        list(read(text))


def test_it_reports_every_bad_row_with_its_line_and_keeps_the_good_ones():
    rows = list(
        read('id,name,mmlu,caps\nacme/a,A,101,VX\nacme/b,"two\nlines",1,-\nacme/c,C\nrocket,D,2,-\nacme/e,E,3,V\n')
    )

    assert [str(item) for item in rows if isinstance(item, RowError)] == [
        "line 2: mmlu: 101 is outside 0…100; write - for unknown; caps: unknown letter 'X'; known: V T J S K C",
        "line 5: 2 cells, while the header has 4 columns",
        "line 6: id: not an offering id (provider/model): 'rocket'",
    ]
    assert [(r.id, r.line) for r in rows if isinstance(r, Row)] == [("acme/b", 3), ("acme/e", 7)]


def test_it_loses_only_the_row_whose_quote_is_never_closed():
    rows = list(read('id,name\nacme/a,"A\nacme/b,B\nacme/c,C\n'))

    assert [item.line for item in rows] == [2, 3, 4]
    assert isinstance(rows[0], RowError)
    assert rows[0].reason.startswith("the quotes of this row are broken")
    assert rows[1:] == [Row("acme/b", name="B"), Row("acme/c", name="C")]


def test_it_stops_at_a_text_that_is_nothing_but_broken_quotes():
    rows = list(read("id,name\n" + 'acme/a,"A"x\n' * (MOST_BROKEN + 50)))

    assert len(rows) == MOST_BROKEN
    assert "nothing after this one is read" in str(rows[-1])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (None, "-"),
        ("-", "'-"),
        ("'-", "''-"),
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("@cf/meta/llama", "'@cf/meta/llama"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),  # noqa: RUF001
        ("-5", "-5"),
        ("+4.2", "+4.2"),
        ("'Rocket' is fast", "'Rocket' is fast"),
        ("plain", "plain"),
    ],
)
def test_it_writes_no_cell_that_a_spreadsheet_would_run(text, cell):
    assert guard(text) == cell
    assert unguard(cell) == text


@given(texts)
def test_it_takes_every_guard_off_again(text):
    assert unguard(guard(text)) == text


@given(texts)
def test_it_never_begins_a_cell_like_a_formula(text):
    cell = guard(text)

    assert cell[0] not in "=+-@\t\r＝＋－＠" or float(cell) is not None  # noqa: RUF001
