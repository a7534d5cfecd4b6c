from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from syncers.errors import BadPayload
from syncers.kinds.record import Record
from syncers.kinds.source import Source


class Plain(Source):
    slug, label = "plain", "Plain"
    source_type, expected = SourceType.CATALOGUE, (1, 100)
    records_at = "data"

    def claims(self, record: Record) -> Iterable[Claim]:
        if record.get("bug"):
            record.data["no such key"]
        for ident in record.get("ids") or [record.text("id")]:
            yield claim(f"plain/{ident}", {"name": record.text("name"), "context_window": record.get("size")})


def parse(*records: Any) -> Any:
    return Plain().parse(json.dumps({"data": records}).encode())


def one(ident: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": ident, "name": "A"} | more


# -- declarations ----------------------------------------------------------------------------------

SOUND: dict[str, Any] = {"slug": "sound", "label": "Sound", "source_type": SourceType.CATALOGUE, "expected": (1, 2)}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "pin"}, "itself"),
        ({"slug": "identity"}, "itself"),
        ({"label": ...}, "label"),
        ({"source_type": ...}, "source_type"),
        ({"expected": ...}, "expected"),
        ({"expected": (0, 5)}, "expected"),
        ({"expected": (5, 4)}, "expected"),
        ({"expected": (1, 10**6)}, "expected"),
        ({"url": "http://plain.example/models"}, "https"),
        ({"authority": ("prices",)}, "authority"),
    ],
    ids=str,
)
def test_a_wrong_declaration_fails_when_the_class_is_made(wrong, why):
    declared = {name: value for name, value in (SOUND | wrong).items() if value is not ...}

    with pytest.raises(TypeError, match=why):
        type("Wrong", (Source,), declared)


def test_a_shared_base_of_several_sources_declares_nothing():
    assert issubclass(type("Shared", (Source,), {"source_type": SourceType.OFFICIAL}), Source)


def test_it_tells_the_merge_what_it_needs_to_know():
    sound: Any = type(
        "Sound", (Source,), SOUND | {"speaks_for": "acme", "authority": ("price",), "origin": "x", "preference": 5}
    )
    facts = sound.facts()

    assert (facts.slug, facts.source_type, facts.speaks_for, facts.authority) == (
        "sound",
        SourceType.CATALOGUE,
        "acme",
        ("price",),
    )
    assert (facts.origin, facts.preference) == ("x", 5)


# -- records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["missing", "blank", "count", "nothing"])
def test_it_fails_in_words_for_a_text_that_is_not_there(key):
    record = Record("[0]", {"blank": "  ", "count": 3, "nothing": None})

    with pytest.raises(InvalidClaim, match=f"{key}: text expected"):
        record.text(key)


def test_it_finds_a_value_at_a_path_or_none():
    record = Record("[0]", {"a": {"b": 1, "c": None}, "d": [1]})

    assert (record.get("a", "b"), record.get("a", "c"), record.get("x", "y"), record.get("d", "e")) == (
        1,
        None,
        None,
        None,
    )
    assert Record("[0]", "text").get("a") is None


# -- parsing ---------------------------------------------------------------------------------------


def test_it_makes_claims_of_all_records():
    parsed = parse(one("a"), one("b", size=1000))

    assert [c.offering for c in parsed.claims] == ["plain/a", "plain/b"]
    assert (parsed.seen, parsed.rejected) == (2, [])


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        "text",
        [],
        {},
        {"id": None, "name": "X"},
        one("<b>"),
        {"id": "x"},
        one("x", name="\x00"),
        one("x", name="\ud800"),
        one("x", ids=[1, 2]),
    ],
    ids=ascii,
)
def test_one_bad_element_never_loses_the_others(bad):
    parsed = parse(one("a"), bad, one("b"))

    assert [c.offering for c in parsed.claims][:2] in (["plain/a", "plain/b"], ["plain/a", "plain/1"])
    assert parsed.seen == 3
    if bad != one("x", ids=[1, 2]):
        ((where, reason),) = [(r.where, r.reason) for r in parsed.rejected]
        assert where == "data[1]"
        assert reason


@pytest.mark.parametrize(("key", "value"), [("size", "many"), ("size", -1), ("bug", True), ("ids", 7)])
def test_one_bad_value_costs_its_field_and_not_the_record(key, value):
    parsed = parse(one("a"), one("x", **{key: value}), one("b"))

    assert {c.offering: c.values["name"] for c in parsed.claims} == {"plain/a": "A", "plain/x": "A", "plain/b": "A"}
    assert parsed.rejected == []
    ((where, field, reason),) = [(r.where, r.field, r.reason) for r in parsed.unreadable]
    assert (where, field) == (f"data[1].{key}", "context_window" if key == "size" else key)
    assert reason


def test_it_takes_nothing_of_a_record_of_which_a_part_is_bad():
    parsed = parse(one("a"), one(ids=["good", "<bad>"]))

    assert [c.offering for c in parsed.claims] == ["plain/a"]


def test_it_takes_a_record_that_is_listed_twice_alike_once():
    parsed = parse(one("a", size=1000), one("a", size=1000))

    assert (len(parsed.claims), parsed.rejected) == (1, [])


def test_it_takes_neither_of_two_values_that_contradict_each_other_and_shows_both():
    parsed = parse(one("a", size=1000), one("b"), one("a", size=2000), one("a", size=1000))

    assert {c.offering: dict(c.values) for c in parsed.claims}["plain/a"] == {"name": "A"}
    ((where, field, reason, fragment),) = [(r.where, r.field, r.reason, r.fragment) for r in parsed.unreadable]
    assert (where, field, fragment) == ("plain/a", "context_window", "'1000 | 2000'")
    assert "twice" in reason


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"data": []}, "empty"),
        ({"error": "no"}, "no `data`"),
        ({"data": {"a": 1}}, "not a list"),
        ([1], "no `data`"),
        (None, "no `data`"),
    ],
    ids=str,
)
def test_it_refuses_a_document_of_another_shape(document, why):
    with pytest.raises(BadPayload, match=why):
        Plain().parse(json.dumps(document).encode())
