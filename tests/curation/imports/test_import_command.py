"""`import_curated`: a diff first, then one batch a file; exit 1 when a row cannot be taken."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from curation.models import ImportBatch, Pin, Statement
from curation.policies.installed import ensure_defaults
from registry.models import Offering
from tests import builders
from tests.builders import OFFERING

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    ensure_defaults()
    builders.offering(max_output_tokens=...)

    def make(text=f"id,name,max_output\n{OFFERING},Rocket 1,4000\n", name="new.csv"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return make


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_curated", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_dry_run_shows_each_cell_and_writes_nothing(file):
    out, _err = run(file(), "--dry-run")

    assert "1 rows, 1 change something (1 published)" in out
    assert f"{OFFERING}  max_output: unknown → 4,000  [published: " in out
    assert "Nothing was written." in out
    assert not ImportBatch.objects.exists()
    assert not User.objects.filter(username="command-line").exists()


def test_it_imports_in_the_name_of_an_account_that_cannot_sign_in(file):
    _out, err = run(file())

    row = Statement.objects.get()
    assert (row.value, row.author.username, row.author.is_active) == (4_000, "command-line", False)
    assert f"batch {row.batch}" in err
    assert Offering.objects.get(key=OFFERING).facts["max_output_tokens"] == 4_000


def test_it_imports_pins_in_somebodys_name(file):
    builders.curator("eve")
    run(file(), "--as", "pins", "--user", "eve", "--reason", "their contract")

    assert (Pin.objects.get().author.username, Pin.objects.get().reason) == ("eve", "their contract")


def test_one_bad_row_stops_all_files(file):
    good, bad = file(), file("id,max_output\nacme/x,many\n", "bad.csv")

    with pytest.raises(CommandError, match="1 rows cannot be taken"):
        run(good, bad)
    assert not Statement.objects.exists()


def test_it_is_read_by_machines(file):
    out, _err = run(file(), "--json")

    report = json.loads(out)["files"][0]
    assert (report["state"], report["rows"], report["changed"]) == ("done", 1, 1)
    assert report["changes"][0]["new"] == 4_000
    assert report["batch"] == str(ImportBatch.objects.get().pk)


def test_a_file_that_changes_nothing_leaves_no_trace(file):
    path = file()
    run(path)
    out, _err = run(path, "--json")

    assert json.loads(out)["files"][0]["state"] == "unchanged"
    assert ImportBatch.objects.count() == 1


def test_a_folder_is_every_file_in_it(file, tmp_path):
    file(), file("acme/x|-|X|C|1,2|1000,100|VT|-|a model|Y\n", "old.dsl")
    run(str(tmp_path))

    assert ImportBatch.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.csv",), "There is no nowhere.csv"),
        (("{file}", "--user", "nobody"), "no active user nobody"),
        (("{file}", "--source-type", "official"), "needs evidence"),
    ],
)
def test_what_cannot_be_done_is_said(file, arguments, message):
    path = file()
    with pytest.raises(CommandError, match=message):
        run(*(argument.replace("{file}", path) for argument in arguments))


def test_a_folder_without_a_file_to_import_is_a_mistake(tmp_path):
    (tmp_path / "notes.txt").touch()

    with pytest.raises(CommandError, match=r"No file to import in .*: it takes csv, dsl, json, xlsx"):
        run(str(tmp_path))
