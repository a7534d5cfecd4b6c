"""Every export as the catalogue stood: `--as-of`, `--known-at`, `--revision`, and the same over HTTP."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry.exports import exporting
from tests.builders import NOW, listed
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_revisions(db: None) -> None:
    """A price of 3, and of 2 from the next day on."""
    facts = (("name", "Rocket"), ("status", "active"), ("price.output", listed("6")))
    put(*(to(name, value) for name, value in facts), to("price.input", listed("3")))
    put(to("price.input", listed("2"), old=listed("3")), at=NOW + timedelta(days=1))


def exported(name: str, tmp_path: Path, **when: str) -> str:
    target = tmp_path / "file"
    call_command("export", name, output=str(target), **when)
    return target.read_text()


@pytest.mark.parametrize("name", exporting.NAMES)
def test_every_format_can_be_had_as_it_stood(two_revisions: None, tmp_path: Path, name: str) -> None:
    texts = [
        exported(name, tmp_path, **when) for when in ({"revision": "1"}, {"as_of": "2026-01-05"}, {"revision": "2"})
    ]

    assert texts[0] == texts[1]
    assert texts[0]
    if name != "openai":  # which shows no prices
        assert texts[0] != texts[2]


def test_the_csv_of_a_day_has_the_prices_of_that_day(two_revisions: None, tmp_path: Path) -> None:
    def price(**when: str) -> str:
        (row,) = csv.DictReader(io.StringIO(exported("csv", tmp_path, **when)))
        return str(row["input_per_1m"])

    assert (price(as_of="2026-01-05"), price(as_of="2026-01-06"), price(known_at="2026-01-05")) == ("3", "2", "3")
    assert price(as_of="2026-01-05", known_at="2026-01-07") == "2"


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ({"as_of": "2025-01-01"}, "nothing was published yet"),
        ({"as_of": "soon"}, "as_of: a day is expected"),
        ({"as_of": "2026-W01"}, "as_of: a day is expected"),
        ({"known_at": "20260101"}, "known_at: a day or a moment is expected"),
        ({"revision": "9"}, "the newest is 2"),
        ({"known_at": "2999-01-01"}, "lies in the future"),
    ],
)
@pytest.mark.parametrize("name", ["csv", "litellm", "json", "ndjson"])
def test_it_says_what_is_wrong_with_a_time(two_revisions: None, name: str, when: dict[str, str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("export", name, **when)


@pytest.mark.parametrize("path", ["/exports/catalogue.csv", "/exports/litellm.json"])
def test_the_files_over_http_take_the_same_clocks(
    client: Client, two_revisions: None, tmp_path: Path, path: str
) -> None:
    answer = client.get(path, {"revision": 1})
    again = client.get(path, {"revision": 1}, headers={"If-None-Match": answer["ETag"]})

    name = "csv" if path.endswith("csv") else "litellm"
    assert answer.content.decode() == exported(name, tmp_path, revision="1")
    assert (answer["X-Registry-Revision"], again.status_code) == ("1", 304)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(path, {"as_of": "2025-01-01"}).status_code == 404
    assert client.get(path, {"revision": 9}).status_code == 400
