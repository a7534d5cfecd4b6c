"""A page is a source like any other: its claims are stored with the lines that state them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from curation.explanation import excerpt
from curation.models import Source, StoredClaim
from registry.models import Offering
from syncers.models import Run
from syncers.registry import load
from syncers.sync.declared import ensure_sources
from syncers.sync.engine import sync
from tests.syncers.sources.pages.samples import PAGES, body, texts

pytestmark = pytest.mark.django_db
SLUG = "anthropic-pricing"
DAY = datetime(2027, 7, 1, 12, tzinfo=UTC)
VERSE = "anthropic/claude-verse-7"


def read(pages: dict[str, str] | None = None, *, days: int = 0) -> Run:
    sync(load(SLUG), body=body(SLUG, pages or texts(SLUG)), at=DAY + timedelta(days=days))
    return Run.objects.latest("pk")


def stored() -> StoredClaim:
    return StoredClaim.objects.get(source=SLUG, offering_key=VERSE)


def test_a_claim_keeps_the_page_and_the_lines() -> None:
    assert read().status == Run.Status.OK
    evidence = stored().evidence
    assert evidence["page"]["on"] == "2027-07-01"
    assert len(evidence["page"]["digest"]) == 64
    first, second = evidence["lines"]["price.input"]
    assert first == {
        "path": ["Pricing", "Model pricing"],
        "row": "Claude Verse 7 through August 31, 2027",
        "column": "Base Input Tokens",
        "text": "$2 / MTok",
    }
    assert second["text"] == "$3 / MTok"


def test_other_furniture_writes_nothing() -> None:
    read()
    before = stored().evidence
    run = read(texts(SLUG) | {"": texts(SLUG)[""] + "\nA new last line.\n"}, days=1)
    assert (run.status, run.changed) == (Run.Status.OK, 0)
    assert stored().evidence == before


def test_a_held_table_loses_nothing() -> None:
    read()
    changed = texts(SLUG)[""].replace("Base Input Tokens", "Input")
    for days in range(1, 8):
        run = read(texts(SLUG) | {"": changed}, days=days)
    assert "table held: Model pricing" in " ".join(run.notices)
    assert "price.input" in stored().values
    assert not stored().missing_since


def test_a_page_that_is_off_states_what_the_installation_has() -> None:
    """As of the day of the copy, so that it grows stale honestly."""
    ensure_sources()
    report = sync(load(SLUG), installed=True, at=datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert report.good
    row = StoredClaim.objects.get(source=SLUG, offering_key="anthropic/claude-opus-4-6")
    assert row.confirmed_at is not None
    assert row.confirmed_at.date().isoformat() == row.evidence["page"]["on"]
    assert row.evidence["lines"]["price.output"][0]["column"] == "Output Tokens"
    published = Offering.objects.get(key="anthropic/claude-opus-4-6").provenance["price.output"]
    assert published["source"] == SLUG
    assert published["quality"] != "verified"


def test_the_excerpt_of_an_installed_price_is_its_line() -> None:
    ensure_sources()
    sync(load(SLUG), installed=True, at=datetime(2026, 11, 30, 12, tzinfo=UTC))
    assert '"column": "Output Tokens"' in excerpt.find(SLUG, "anthropic/claude-opus-4-6").text


def test_installed_prices_do_not_replace_those_of_a_newer_page() -> None:
    read()
    before = stored().values
    sync(load(SLUG), installed=True, at=DAY + timedelta(days=1))
    assert stored().values == before
    assert not stored().missing_since


def test_pages_are_off_until_an_operator_switches_them_on() -> None:
    ensure_sources()
    assert not Source.objects.get(slug=SLUG).enabled
    assert Source.objects.get(slug="openrouter").enabled


def test_parts_of_a_payload_come_from_several_files() -> None:
    folder = PAGES / SLUG
    out = StringIO()
    files = [str(folder / "page.md"), f"models={folder / 'models.md'}"]
    call_command("sync", SLUG, from_file=files, stdout=out)
    assert StoredClaim.objects.filter(source=SLUG).count() == 4


def test_a_file_of_an_unknown_part_is_refused() -> None:
    with pytest.raises(CommandError, match="no part 'names'; its files are PATH, models=PATH"):
        call_command("sync", SLUG, from_file=["names=/nowhere.md"], stdout=StringIO())
