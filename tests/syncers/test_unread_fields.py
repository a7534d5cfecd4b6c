"""The report of keys that a source's records have and that are not read."""

from __future__ import annotations

import json

from scripts.unread_fields import EACH, paths, unread_of, without


def test_a_key_is_unread_when_nothing_else_is_stated_without_it() -> None:
    records = [
        {"id": "canto", "context_length": 1_000, "colour": "red", "pricings": {}, "nested": {"size": 3}},
        {"id": "verse", "context_length": 2_000, "display_name": "Verse", "pricings": {}},
    ]
    report = unread_of("zenmux", json.dumps({"data": records}).encode(), 100)
    assert report
    assert {"colour", "nested"} <= set(report.unread)
    assert not {"id", "context_length", "display_name"} & set(report.unread)


def test_keys_of_rows_count_once() -> None:
    record = {"tiers": [{"from": 0, "to": 1}, {"from": 1}]}
    assert set(paths(record)) == {("tiers",), ("tiers", EACH, "from"), ("tiers", EACH, "to")}
    assert without(record, ("tiers", EACH, "from")) == {"tiers": [{"to": 1}, {}]}
    assert record["tiers"][0] == {"from": 0, "to": 1}
