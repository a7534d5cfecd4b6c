"""Every key of a source's sample is read, or named with a reason in `syncers/sources/unread.toml`."""

from __future__ import annotations

import json

import pytest

from scripts.unread_fields import EACH, ROOT, Unread, named, page, paths, unread_of, without
from tests.syncers.sources.samples import SAMPLES

SLUGS = [slug for slug in SAMPLES if slug != "curated" and " " not in slug]
"""Sources whose sample is JSON; the curated file has a column for everything and says "-" where nothing is known."""
RENEW = "python scripts/unread_fields.py --page > docs/unread-fields.md"


def test_a_key_is_unread_when_nothing_else_is_stated_without_it() -> None:
    records = [
        {"id": "canto", "context_length": 1_000, "colour": "red", "pricings": {}, "nested": {"size": 3}},
        {"id": "verse", "context_length": 2_000, "display_name": "Verse", "pricings": {}},
    ]
    report = unread_of("zenmux", json.dumps({"data": records}).encode())
    assert report
    assert {"colour", "nested"} <= set(report.unread)
    assert not {"id", "context_length", "display_name"} & set(report.unread)
    assert {"colour", "nested"} <= set(named().unnamed(report))


def test_a_key_that_other_records_are_read_for_is_read() -> None:
    records = [
        {"id": "acme/canto", "name": "Canto"},
        {"id": "~acme/latest", "alias_target": {"slug": "acme/canto"}},
    ]
    report = unread_of("openrouter", json.dumps({"data": records}).encode())
    assert report
    assert "alias_target" not in report.unread


def test_keys_of_rows_count_once() -> None:
    record = {"tiers": [{"from": 0, "to": 1}, {"from": 1}]}
    assert set(paths(record)) == {("tiers",), ("tiers", EACH, "from"), ("tiers", EACH, "to")}
    assert without(record, ("tiers", EACH, "from")) == {"tiers": [{"to": 1}, {}]}
    assert record["tiers"][0] == {"from": 0, "to": 1}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_key_of_a_sample_is_read_or_named(slug: str) -> None:
    report = unread_of(slug, SAMPLES[slug].body())
    assert report
    assert named().unnamed(report) == [], "read these keys, or name them with a reason in syncers/sources/unread.toml"
    assert named().outdated(report) == [], "these keys are read: take them out of syncers/sources/unread.toml"


def test_a_name_is_outdated_once_its_key_is_read() -> None:
    report = Unread("fal", 1, ("metadata.pinned", "metadata.tags"), ("metadata.tags",))
    assert named().outdated(report) == ["metadata.pinned"]


def test_the_page_of_unread_keys_is_up_to_date() -> None:
    if (ROOT / "docs" / "unread-fields.md").read_text(encoding="utf-8") != page():
        pytest.fail(f"docs/unread-fields.md is not up to date; renew it with: {RENEW}")
