from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from curation.core.authority import SourceType
from registry.domain import rates
from syncers.errors import BadPayload
from syncers.sources.catalogues.curated import Curated

HEADER = "id,alias,name,input_per_1m,caps,source,quality,updated\n"


def files(**texts: str) -> bytes:
    return json.dumps({"files": {f"{name}.csv": text for name, text in texts.items()}}).encode()


@pytest.fixture
def curated_in(tmp_path: Path) -> type[Curated]:
    class Elsewhere(Curated):
        directory = tmp_path

    return Elsewhere


def test_it_states_each_row_as_a_claim():
    parsed = Curated().parse(files(core=HEADER + "acme/r,rocket;acme/rocket,R,2.5,VT,official,verified,2026-01-04\n"))

    (claim,) = parsed.claims
    assert claim.offering == "acme/r"
    assert claim.aliases == ("acme/rocket", "rocket")
    assert claim.as_of == date(2026, 1, 4)
    assert claim.estimates == frozenset()
    assert claim.values == {
        "name": "R",
        "price.input": rates.price("2.5"),
        "supports_vision": True,
        "supports_tools": True,
    }


def test_it_reads_a_single_csv():
    parsed = Curated().parse((HEADER + "acme/r,-,R,-1,-,-,unknown,-\nrocket,-,-,-,-,-,-,-\n").encode())

    assert [(c.offering, c.values) for c in parsed.claims] == [("acme/r", {"name": "R"})]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 3", "id: not an offering id (provider/model): 'rocket'")
    ]


def test_it_calls_an_estimated_row_an_estimate():
    parsed = Curated().parse((HEADER + "acme/r,-,R,2,-,-,estimated,-\n").encode())

    assert parsed.claims[0].estimates == {"name", "price.input"}


def test_it_says_file_and_line_of_a_bad_row_and_keeps_the_others():
    parsed = Curated().parse(
        files(
            a=HEADER + "acme/a,-,A,2,XV,-,-,-\nacme/b,-,B,-5,-,-,-,-\nacme/c,-,C,-,-,-,-,-\n",
            b="name\nno id here\n",
            c=HEADER + "Acme!/d,-,D,-,-,-,-,-\n",
        )
    )

    assert {c.offering: c.values["name"] for c in parsed.claims} == {"acme/a": "A", "acme/b": "B", "acme/c": "C"}
    assert [(r.where, r.reason) for r in parsed.unreadable] == [
        ("a.csv:2.caps", "caps: unknown letter 'X'; known: V T J S K C"),
        ("a.csv:3.input_per_1m", "input_per_1m: -5 is outside 0…1000000000; write - for unknown"),
    ]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("b.csv", "line 1: the header lacks the column id"),
        ("c.csv:2", "id: cannot be the name of a provider: 'Acme!'"),
    ]
    assert parsed.seen == 5


def test_it_takes_nothing_in_which_two_rows_contradict_each_other():
    parsed = Curated().parse(files(a=HEADER + "acme/a,-,A,-,-,-,-,-\n", b=HEADER + "acme/a,-,B,-,-,-,-,-\n"))

    assert [(c.offering, c.values) for c in parsed.claims] == [("acme/a", {})]
    assert [(r.where, r.field, r.fragment) for r in parsed.unreadable] == [("acme/a", "name", "'A | B'")]


def test_it_knows_a_provider_by_its_older_spelling():
    parsed = Curated().parse((HEADER + "together_ai/meta/llama,-,L,-,-,-,-,-\n").encode())

    assert parsed.claims[0].offering == "together/meta/llama"
    assert parsed.claims[0].aliases == ("together_ai/meta/llama",)


def test_it_refuses_an_alias_that_can_be_no_name():
    parsed = Curated().parse((HEADER + "acme/a,rocket|one,A,-,-,-,-,-\n").encode())

    assert parsed.unreadable[0].reason == "alias: cannot be a name of a model: rocket|one"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>maintenance</html>", id="web page"),
        pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"{}", id="no files"),
        pytest.param(b'{"files": {}}', id="files are empty"),
        pytest.param(b'{"files": {"a.csv": 1}}', id="a file is no text"),
        pytest.param(b'{"files": {"a.csv": "id\\na', id="cut off"),
        pytest.param(b"model,price\n", id="another CSV"),
        pytest.param(b"id,name\n", id="header only"),
    ],
)
def test_it_refuses_a_payload_of_another_shape(body):
    with pytest.raises(BadPayload):
        Curated().parse(body)


def test_it_packs_the_same_files_into_the_same_bytes(curated_in, tmp_path):
    (tmp_path / "regional").mkdir()
    (tmp_path / "regional" / "a.csv").write_text(HEADER + "acme/a,-,Ä,-,-,-,-,-\n")
    (tmp_path / "core.csv").write_text("\ufeff" + HEADER + "acme/b,-,B,-,-,-,-,-\r\n")
    (tmp_path / "README.md").write_text("not data")

    body = curated_in().embedded()

    assert body == curated_in().embedded()
    assert list(json.loads(body)["files"]) == ["core.csv", "regional/a.csv"]
    assert [c.offering for c in curated_in().parse(body).claims] == ["acme/b", "acme/a"]


def test_it_has_no_payload_without_files(curated_in):
    assert curated_in().embedded() is None


def test_it_names_a_file_that_is_no_text(curated_in, tmp_path):
    (tmp_path / "bad.csv").write_bytes(b"id\n\xff")

    with pytest.raises(BadPayload, match=r"bad\.csv is not UTF-8"):
        curated_in().embedded()


def test_it_parses_twice_to_equal_claims():
    body = files(a=HEADER + "acme/a,b;c,A,2,VT,-,-,-\n")

    first, second = Curated().parse(body), Curated().parse(body)

    assert [c.digest() for c in first.claims] == [c.digest() for c in second.claims]


def test_it_is_declared_as_people_and_not_as_providers():
    facts = Curated.facts()

    assert (facts.slug, facts.source_type, facts.preference) == ("curated", SourceType.COMMUNITY, 90)
    assert Curated.url == ""


def test_it_takes_every_row_of_the_files_that_come_with_it():
    body = Curated().embedded()
    if body is None:
        pytest.skip("no curated files yet")

    parsed = Curated().parse(body)

    least, most = Curated.expected
    assert parsed.rejected == []
    assert least <= len(parsed.claims) <= most
