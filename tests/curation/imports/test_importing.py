"""Imports: shown cell by cell, applied exactly as shown or not at all, and undone as one."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from curation import imports
from curation.imports import parsing
from curation.models import AuditEntry, Change, ImportBatch, ImportRow, Pin, StatedAlias, Statement
from curation.pins import pinning
from curation.policies.installed import ensure_defaults
from curation.statements import manual
from registry.domain import rates
from registry.exports import exporting
from registry.models import LedgerEntry, Offering, Revision
from tests import builders
from tests.builders import NOW, OFFERING, usd

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
HEAD = "id,name,max_context,input_per_1m\n"


@pytest.fixture(autouse=True)
def _policies():
    ensure_defaults()


def show(text: str | bytes, name: str = "new.csv", **more: Any) -> ImportBatch:
    body = text.encode() if isinstance(text, str) else text
    arguments: dict[str, Any] = {"actor": builders.curator(), "reason": "a new list", "at": LATER} | more
    return imports.draft(name, body, **arguments)


def bring(text: str | bytes, **more: Any) -> ImportBatch:
    batch = show(text, **more)
    return imports.confirm(batch, actor=batch.author, at=LATER)


def facts(key: str = OFFERING) -> Any:
    return Offering.objects.get(key=key).facts


def cells(batch: ImportBatch) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row.offering_key, cell["column"]): cell for row in batch.rows.all() for cell in row.plan}


def written() -> list[tuple[str, list[Any]]]:
    return [
        (table.__name__, sorted(table.objects.values_list("pk", flat=True)))
        for table in (Statement, Pin, StatedAlias, LedgerEntry, Revision, Offering, Change, AuditEntry)
    ]


# -- showing ---------------------------------------------------------------------------------------


def test_it_shows_what_each_cell_would_change_and_writes_nothing():
    builders.offering(price_input=usd("3"), context_window=200_000)
    builders.curator()
    before = written()
    batch = show(HEAD + f"{OFFERING},Rocket 1,300000,-\nacme/rocket-2,Rocket 2,-,4\n")

    plan = cells(batch)
    assert plan[OFFERING, "max_context"]["old"] == 200_000
    assert plan[OFFERING, "max_context"]["new"] == 300_000
    assert (OFFERING, "name") not in plan  # unchanged
    assert (OFFERING, "input_per_1m") not in plan  # unknown says nothing
    assert plan["acme/rocket-2", "input_per_1m"]["outcome"] == "published"
    assert batch.rows.get(offering_key=OFFERING).same == ["name"]
    assert batch.rows.get(offering_key="acme/rocket-2").is_new
    assert (batch.rows_count, batch.changed_count, batch.problems_count) == (2, 2, 0)
    assert written() == before


def test_it_says_who_is_accepted_instead_and_what_would_wait():
    builders.offering(price_input=usd("3"), max_output_tokens=...)
    batch = show(HEAD + f"{OFFERING},-,300000,-\n")
    assert cells(batch)[OFFERING, "max_context"]["outcome"] == "another source is believed"
    assert cells(batch)[OFFERING, "max_context"]["by"] == "list"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("acme/rocket-1,Rocket,many,3", "max_context"),
        ("acme/rocket-1,Rocket,100,-3", "input_per_1m"),
        ("rocket,Rocket,100,3", "id"),
        ("acme/../rocket,Rocket,100,3", "id"),
        ("acme//rocket,Rocket,100,3", "id"),
        ("acme/javascript:alert(1),Rocket,100,3", "id"),
        ("acme/ro\x01cket,Rocket,100,3", "id"),
        ("acme/ro\tcket,Rocket,100,3", "id"),
        ("acme/rocket-1,Rocket,100", ""),
    ],
)
def test_a_row_that_cannot_be_taken_names_its_line_and_column_and_stops_the_import(row, column):
    batch = show(HEAD + f"acme/fine,Fine,100,1\n{row}\n")

    bad = batch.rows.get(line=3)
    assert bad.problems[0].startswith(f"{column}: " if column else "3 cells")
    with pytest.raises(imports.Refused, match="Fix the file"):
        imports.confirm(batch, actor=batch.author, at=LATER)
    assert not Statement.objects.exists()


def test_two_rows_about_one_offering_are_an_error_also_under_two_spellings():
    batch = show(HEAD + "together/x,X,100,1\ntogether_ai/x,X,200,1\n")

    assert "stands in line 2 already" in batch.rows.get(line=3).problems[0]


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("a.csv", b"  \n", "empty"),
        ("a.csv", b"x" * (parsing.MOST_BYTES + 1), "at most 10,000,000"),
        ("a.csv", b"id,colour\nacme/x,red\n", "colour"),
        ("a.csv", b"name\nRocket\n", "id"),
        ("a.csv", b"id,name\n", "no rows"),
        ("a.csv", b"id,name\nacme/x,\xff\n", "UTF-8"),
        ("a.xls", b"id\nacme/x\n", "XLSX"),
        ("a.xlsx", b"PK\x03\x04 nothing", "no workbook"),
        ("a.json", b"{", "JSON"),
        ("a.json", b'[{"id": "a/b", "input_per_1m": 2, "input_per_1m": 3}]', "'input_per_1m' occurs twice"),
        ("a.json", b'{"models": []}', "list of objects"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(name, body, message):
    with pytest.raises(imports.Unreadable, match=message):
        show(body, name=name)
    assert not ImportBatch.objects.exists()


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_ROWS", 2)
    with pytest.raises(imports.Unreadable, match="more than 2 rows"):
        show("id,name\n" + "".join(f"acme/x{n},X\n" for n in range(3)))


def test_more_changes_than_one_import_may_make_are_refused(monkeypatch):
    monkeypatch.setattr(imports, "MOST_CHANGED", 2)
    with pytest.raises(imports.Unreadable, match="3 rows change something"):
        show("id,name\n" + "".join(f"acme/x{n},X\n" for n in range(3)))


# -- doing -----------------------------------------------------------------------------------------


def test_statements_are_written_with_one_batch_and_judged_like_any_source():
    builders.offering(price_input=usd("3"), max_output_tokens=...)
    batch = bring(
        "id,max_output,input_per_1m\n" + f"{OFFERING},4000,-\nacme/rocket-2,-,4\n", evidence="https://a.example"
    )

    assert batch.state == ImportBatch.State.DONE
    assert facts()["max_output_tokens"] == 4_000
    assert facts("acme/rocket-2")["price.input"] == builders.listed("4")
    assert set(Statement.objects.values_list("batch", flat=True)) == {batch.pk}
    assert {entry.revision.batch for entry in LedgerEntry.objects.filter(field="max_output_tokens")} == {batch.pk}
    assert set(Statement.objects.values_list("evidence", flat=True)) == {"https://a.example"}
    assert AuditEntry.objects.get(action="imported").batch == batch.pk


def test_pins_go_through_the_one_service_and_hold():
    builders.offering(price_input=usd("3"))
    batch = bring(HEAD + f"{OFFERING},-,-,2.5\n", meaning="pins")

    pin = Pin.objects.get()
    assert (pin.batch, pin.reason, pin.author.username) == (batch.pk, "a new list", "ada")
    assert facts()["price.input"] == builders.listed("2.5")
    builders.offering(price_input=usd("9"))
    assert facts()["price.input"] == builders.listed("2.5")


def test_what_is_not_published_cannot_be_pinned():
    batch = show(HEAD + "acme/rocket-9,Rocket,-,2.5\n", meaning="pins")

    assert "nothing of it can be pinned" in batch.rows.get().problems[0]


def test_nothing_is_written_when_the_base_moved_since_and_it_is_shown_anew():
    builders.offering(price_input=usd("3"), max_output_tokens=...)
    batch = show("id,max_output,name\n" + f"{OFFERING},4000,Rocket One\nacme/rocket-2,100,Two\n")
    builders.offering(price_input=usd("3"), max_output_tokens=3_000, at=LATER)
    before = written()

    with pytest.raises(imports.StaleImport, match="shown again"):
        imports.confirm(batch, actor=batch.author, at=LATER)

    assert written() == before
    batch.refresh_from_db()
    assert cells(batch)[OFFERING, "max_output"]["old"] == 3_000
    assert cells(batch)[OFFERING, "max_output"]["outcome"] == "another source is believed"
    assert imports.confirm(batch, actor=batch.author, at=LATER).state == "done"


def test_a_policy_that_changed_since_is_a_moved_base_too():
    from curation.models import Policy

    builders.offering(max_output_tokens=...)
    batch = show(f"id,max_output\n{OFFERING},4000\n")
    Policy.objects.create(name="nothing by itself", position=0, verdict="hold")

    with pytest.raises(imports.StaleImport):
        imports.confirm(batch, actor=batch.author, at=LATER)
    batch.refresh_from_db()
    assert cells(batch)[OFFERING, "max_output"] | {"old": None} == {
        "column": "max_output", "field": "max_output_tokens", "old": None, "new": 4_000, "was_published": False,
        "outcome": "waits for review", "by": "nothing by itself",
    }  # fmt: skip


def test_what_moved_elsewhere_does_not_matter():
    builders.offering(price_input=usd("3"), max_output_tokens=...)
    batch = show(f"id,max_output\n{OFFERING},4000\n")
    builders.offering(price_input=usd("3.1"), max_output_tokens=..., at=LATER)

    assert imports.confirm(batch, actor=batch.author, at=LATER).state == "done"


def test_it_is_done_once():
    batch = bring(HEAD + "acme/x,X,100,1\n")
    with pytest.raises(imports.Refused, match="already"):
        imports.confirm(batch, actor=batch.author, at=LATER)


def test_what_was_shown_and_never_done_is_forgotten_after_a_week():
    old = show(HEAD + "acme/x,X,100,1\n")
    show(HEAD + "acme/y,Y,100,1\n", at=LATER + timedelta(days=8))

    assert not ImportBatch.objects.filter(pk=old.pk).exists()
    assert not ImportRow.objects.filter(offering_key="acme/x").exists()
    with pytest.raises(imports.Refused, match="gone"):
        imports.confirm(old, actor=old.author, at=LATER)


# -- there and back --------------------------------------------------------------------------------


def a_rich_catalogue() -> None:
    builders.state(
        builders.source(),
        builders.claim(
            price_input=usd("0.1234567890123456"), aliases=("rkt", "=1+1", "a;b"), name="=HYPERLINK(1)",
            description='-2 is, "no" formula\n@SUM', benchmark_mmlu="88.7",
        ),
        builders.claim("acme/free", price_input=usd("0"), status="preview", supports_vision=True, can_classify=False),
        builders.claim("acme/odd", price_input=rates.price("3", currency="EUR"), status="retired", name="-"),
        builders.claim("acme/dynamic", price_input=rates.stated(rates.Amounts.DYNAMIC), context_window=...),
    )  # fmt: skip


def _exported(kind: str) -> bytes:
    return b"".join(exporting.export(kind, on=LATER.date()))


def _as_xlsx(csv_text: str) -> bytes:
    import csv

    book = Workbook()
    for row in csv.reader(io.StringIO(csv_text)):
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("meaning", ["statements", "pins"])
@pytest.mark.parametrize("kind", ["csv", "dsl", "xlsx"])
def test_an_export_that_comes_back_changes_no_row(kind, meaning):
    a_rich_catalogue()
    body = _exported("dsl") if kind == "dsl" else _exported("csv")
    body = _as_xlsx(body.decode()) if kind == "xlsx" else body
    batch = show(body, name=f"export.{kind}", meaning=meaning)

    assert (batch.rows_count, batch.changed_count, batch.problems_count) == (4, 0, 0)
    assert [row.notes for row in batch.rows.all()] == [[]] * 4
    with pytest.raises(imports.Refused, match="changes nothing"):
        imports.confirm(batch, actor=batch.author, at=LATER)


def test_an_edited_export_states_only_what_was_edited():
    builders.offering(price_input=usd("3"), max_output_tokens=...)
    text = _exported("csv").decode()
    edited = text.replace("Rocket 1", "Rocket One")
    batch = bring(edited)

    row = Statement.objects.get()
    assert (row.field, row.value, row.origin, row.is_estimate) == ("name", "Rocket One", "", False)
    assert batch.changed_count == 1


def test_what_a_row_says_of_itself_goes_with_what_it_newly_states():
    builders.source("openrouter")
    bring("id,name,source,quality,updated\nacme/x,X,openrouter,estimated,2025-12-01\n")

    row = Statement.objects.get()
    assert (row.origin, row.is_estimate, str(row.as_of)) == ("openrouter", True, "2025-12-01")


# -- formats ---------------------------------------------------------------------------------------


def test_json_rows_are_exact_and_null_says_nothing():
    rows = [
        {"id": "acme/x", "name": "X", "input_per_1m": 0.1, "max_context": None, "alias": ["x;1"], "can_classify": True}
    ]
    text = json.dumps(rows).replace("0.1", "0.12345678901234567890")
    bring(text, name="rows.json")

    assert facts("acme/x")["price.input"] == builders.listed("0.1234567890123456789")
    assert facts("acme/x")["can_classify"] is True
    assert "context_window" not in facts("acme/x")
    assert StatedAlias.objects.get().name == "x;1"


def test_the_older_pipe_format_is_read():
    bring("acme/x|-|X|C|1,2|1000,100|VT|-|a model|Y\n", name="old.dsl")

    assert facts("acme/x")["supports_vision"] is True
    assert facts("acme/x")["price.output"] == builders.listed("2")


def test_a_formula_in_a_sheet_is_refused_and_a_text_that_looks_like_one_is_text():
    book = Workbook()
    book.active.append(["id", "name", "max_context", "input_per_1m"])
    book.active.append(["acme/x", "X", "=1+1", 0.1])
    book.active.append(["acme/y", "Y", 100, 0.25])
    book.active["B3"].value, book.active["B3"].data_type = "=CMD()", "s"
    file = io.BytesIO()
    book.save(file)
    batch = show(file.getvalue(), name="sheet.xlsx")

    assert batch.rows.get(line=2).problems == ["max_context: a formula; write the value itself"]
    assert cells(batch)["acme/y", "name"]["new"] == "=CMD()"
    assert cells(batch)["acme/y", "input_per_1m"]["new"] == builders.listed("0.25")


# -- names -----------------------------------------------------------------------------------------


def test_a_free_name_is_stated_and_one_that_means_something_is_left_out_and_told():
    builders.state(builders.source(), builders.claim(aliases=("rkt",)), builders.claim("acme/other"))
    batch = bring("id,alias\nacme/other,rkt;brand-new\n")

    assert [(row.name, row.offering_key) for row in StatedAlias.objects.all()] == [("brand-new", "acme/other")]
    assert "rkt is left out: it means acme/rocket-1" in batch.rows.get().notes[0]
    assert Offering.objects.get(key="acme/other").aliases.filter(name="brand-new", source="curator").exists()


# -- undoing ---------------------------------------------------------------------------------------


def test_undoing_takes_back_values_statements_and_names_and_brings_back_what_they_replaced():
    builders.offering(max_output_tokens=...)
    manual.state(OFFERING, {"max_output_tokens": 1_000}, actor=builders.curator("eve"), reason="before", at=NOW)
    batch = bring(f"id,max_output,alias\n{OFFERING},3000,brand-new\n")
    assert facts()["max_output_tokens"] == 3_000

    imports.undo(batch, actor=builders.curator("eve"), reason="wrong file", at=LATER + timedelta(hours=1))

    assert facts()["max_output_tokens"] == 1_000
    held = Statement.objects.get(withdrawn_at__isnull=True)
    assert (held.value, held.author.username, held.reason) == (1_000, "eve", "before")
    assert not StatedAlias.objects.filter(withdrawn_at__isnull=True).exists()
    assert not Offering.objects.get(key=OFFERING).aliases.filter(name="brand-new").exists()
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, batch.undone_reason) == ("undone", "eve", "wrong file")
    with pytest.raises(imports.Refused, match="nothing to undo"):
        imports.undo(batch, actor=builders.curator(), reason="again")


def test_undoing_pins_gives_the_fields_back():
    builders.offering(price_input=usd("3"))
    pinning.pin(offering=OFFERING, field="price.input", value=usd("2"), actor=builders.curator(), reason="mine", at=NOW)
    batch = bring(HEAD + f"{OFFERING},-,-,2.5\n", meaning="pins")

    imports.undo(batch, actor=builders.curator(), reason="wrong", at=LATER + timedelta(hours=1))

    assert facts()["price.input"] == builders.listed("2")
    assert Pin.objects.get(released_at__isnull=True).value == builders.listed("2")


def test_what_something_newer_sits_on_stays_and_is_named():
    builders.offering(max_output_tokens=...)
    batch = bring(f"id,max_output\n{OFFERING},4000\n")
    later = LATER + timedelta(hours=1)
    pinning.pin(
        offering=OFFERING, field="max_output_tokens", value=9, actor=builders.curator(), reason="newer", at=later
    )

    outcome = imports.undo(batch, actor=builders.curator(), reason="wrong", at=later)

    assert facts()["max_output_tokens"] == 9
    assert len(outcome.skipped) == 1


def test_the_same_file_can_come_in_again_after_it_was_undone():
    builders.offering(max_output_tokens=...)
    text = f"id,max_output\n{OFFERING},4000\n"
    imports.undo(bring(text), actor=builders.curator(), reason="too early", at=LATER)
    bring(text, at=LATER)

    assert facts()["max_output_tokens"] == 4_000


def test_an_offering_that_came_with_an_import_is_marked_missing_when_it_is_undone():
    batch = bring(HEAD + "acme/new,New,100,1\n")
    outcome = imports.undo(batch, actor=builders.curator(), reason="a hoax", at=LATER)

    assert Offering.objects.get(key="acme/new").missing_since == LATER
    assert outcome.skipped  # an offering is retired, not deleted


# -- what a file most likely does not mean ---------------------------------------------------------


def problems(batch: ImportBatch) -> list[str]:
    return [text for row in batch.rows.order_by("line") for text in row.problems]


def sheets(*pages: tuple[str, list[list[Any]]], dimension: str = "") -> bytes:
    """A workbook; `dimension` is what each sheet says its size is, true or not."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in pages:
        page = book.create_sheet(title)
        for cells_of_row in rows:
            page.append(cells_of_row)
    file = io.BytesIO()
    book.save(file)
    if not dimension:
        return file.getvalue()
    wrong = io.BytesIO()
    with zipfile.ZipFile(file) as true, zipfile.ZipFile(wrong, "w") as lying:
        for part in true.infolist():
            body = true.read(part)
            lying.writestr(part, re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), body))
    return wrong.getvalue()


@pytest.mark.parametrize("spelt", ["Acme/Rocket-1", "acme/ROCKET-1"])
def test_an_id_that_differs_by_case_only_is_no_second_offering(spelt):
    builders.offering()
    batch = show(HEAD + f" {OFFERING} ,Rocket 1,300000,-\n{spelt},Rocket 1,300000,-\n")

    expected = (
        f"id: {spelt.replace('Acme', 'acme')} differs by case only from acme/rocket-1 (line 2). Write it as it is there"
    )
    assert problems(batch) == [expected]
    alone = show(HEAD + f"{spelt},Rocket 1,300000,-\n")
    assert problems(alone) == [expected.replace("line 2", "published")]
    assert not Offering.objects.filter(key="acme/ROCKET-1").exists()


def test_two_new_ids_that_differ_by_case_only_are_told_and_two_published_ones_are_not():
    for key in (OFFERING, "acme/ROCKET-1"):
        builders.offering(key)
    fine = show(HEAD + f"{OFFERING},One,-,-\nacme/ROCKET-1,Two,-,-\n")
    assert problems(fine) == []

    new = show(HEAD + "acme/Nova,Nova,100,-\nacme/nova,Nova,100,-\n")
    assert problems(new) == ["id: acme/nova differs by case only from acme/Nova (line 2). Write it as it is there"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.50000000000000013", "2.5"),
        ("0.30000000000000004", "0.3"),
        ("0.07500000000000001", "0.075"),
        ("9.999999999999998", "10"),
        ("0.3333333333333333", "0.3333333333333333"),
        ("2.5000000000001", "2.5000000000001"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_noise_of_a_program_is_no_part_of_a_price(kind, text, expected):
    builders.offering()
    body: str | bytes = HEAD + f"{OFFERING},-,-,{text}\n"
    if kind == "xlsx":
        body = sheets(("Prices", [["id", "input_per_1m"], [OFFERING, float(text)]]))
    batch = show(body, name=f"new.{kind}")

    assert cells(batch)[OFFERING, "input_per_1m"]["new"][0]["amount"] == expected
    noted = [f"input_per_1m: {text} is taken as {expected}: the rest is a program's noise"]
    # A workbook may have lost the noise when it was saved.
    assert batch.rows.get().notes == ([] if text == expected else noted) or (
        kind == "xlsx" and not batch.rows.get().notes
    )
    assert imports.confirm(batch, actor=batch.author, at=LATER).state == ImportBatch.State.DONE


def test_a_published_price_of_many_digits_comes_back_as_it_is():
    builders.offering(price_input=usd("0.30000000000000004"))

    batch = show(HEAD + f"{OFFERING},-,-,0.30000000000000004\n")
    assert batch.rows.get().same == ["input_per_1m"]


@pytest.mark.parametrize("cell", ['"=HYPERLINK(""http://x"")"', "=A1", "  =1+1", "#REF!", "#N/A"])
def test_a_formula_or_an_error_of_a_sheet_is_an_error_in_csv_too(cell):
    batch = show(HEAD + f"{OFFERING},{cell},100,{cell}\n")

    problem = "a formula; write the value itself" if "=" in cell else f"the sheet shows an error here ({cell})"
    assert [text.partition(" (before")[0] for text in batch.rows.get().problems] == [
        f"name: {problem}", f"input_per_1m: {problem}",
    ]  # fmt: skip
    shown_again = show(HEAD + f"{OFFERING},'=A1,100,-\n")
    assert cells(shown_again)[OFFERING, "name"]["new"] == "=A1"


@pytest.mark.parametrize(
    ("sign", "called"), [(";", "semicolons (;)"), ("\t", "tabs"), ("|", "pipes (|)")], ids=["semicolon", "tab", "pipe"]
)
def test_a_file_that_is_separated_otherwise_names_its_separator(sign, called):
    with pytest.raises(imports.Unreadable, match=f"line 1: the cells are separated by {re.escape(called)}, where"):
        show(f"id{sign}name{sign}input_per_1m\n{OFFERING}{sign}Rocket{sign}2,50\n")


@pytest.mark.parametrize(
    ("column", "amount", "meant"), [("input_per_1m", "0.0000026", "2.6"), ("cache_per_1m", "2E-4", "200")]
)
def test_a_price_per_token_in_a_column_per_million_is_asked_about(column, amount, meant):
    batch = show(f"id,{column}\nacme/new,{amount}\nacme/other,0\nacme/third,0.0003\n")

    (problem,) = problems(batch)
    assert problem.startswith(f"{column}: ")
    assert f"Is it the price of one token? Then write {meant}." in problem
    with pytest.raises(imports.Refused):
        imports.confirm(batch, actor=batch.author, at=LATER)


def test_a_price_that_is_published_so_small_is_not_asked_about():
    builders.offering(price_input=usd("0.0000026"))
    second = builders.source("second")
    builders.state(second, builders.claim(price_input=usd("0.0000026")))  # the word of one alone is not published

    assert problems(show(HEAD + f"{OFFERING},New,-,0.0000026\n")) == []


def test_a_name_with_a_line_break_is_asked_about():
    batch = show(f'id,name,alias,description\n{OFFERING},"GPT\n4o","one\rtwo","two\nlines"\n')

    assert problems(batch) == [
        f"{column}: there is a line break in it. Is it one name? Write it in one line" for column in ("name", "alias")
    ]


def test_the_sheet_that_has_our_header_is_read():
    rows: list[list[Any]] = [["id", "max_context"], [OFFERING, 300_000]]
    body = sheets(("Cover", [["Price list November"]]), ("Empty", []), ("Prices", rows))

    assert show(body, name="a.xlsx").rows.get().cells == {"id": OFFERING, "max_context": "300000"}
    with pytest.raises(imports.Unreadable, match="several sheets have a column id \\('Prices', 'Older'\\)"):
        show(sheets(("Prices", rows), ("Older", rows)), name="a.xlsx")
    with pytest.raises(imports.Unreadable, match="line 1: unknown columns: 'price list november'"):
        show(sheets(("Cover", [["Price list November"]])), name="a.xlsx")
    with pytest.raises(imports.Unreadable, match="the workbook is empty"):
        show(sheets(("Empty", [])), name="a.xlsx")


@pytest.mark.parametrize("dimension", ["A1:B2", "A1", "A1:A4", "B2:B3"])
def test_rows_outside_the_size_that_a_sheet_names_are_read(dimension):
    rows: list[list[Any]] = [["id", "max_context"], *([f"acme/r-{number}", number * 1_000] for number in range(1, 5))]
    batch = show(sheets(("Prices", rows), dimension=dimension), name="a.xlsx")

    read = [(row.offering_key, row.cells["max_context"]) for row in batch.rows.order_by("line")]
    assert read == [(f"acme/r-{number}", f"{number}000") for number in range(1, 5)]
