from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from tests.registry.builders import make_offering, make_revision, origin, price_state, priced

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    make_revision()
    make_offering(
        "openai/gpt-4o",
        {"price.input": priced("2.5"), "price.output": price_state("free"), "context_window": 128_000},
        model="openai/gpt-4o",
        aliases=["gpt4o"],
        provenance={"price.input": origin("openai", quality="verified", since="2026-11-02")},
    )


def lookup(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("lookup", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_it_prints_the_offering_and_each_value_with_its_source():
    text, code = lookup("gpt4o")

    assert code == 0
    lines = text.splitlines()
    assert lines[:3] == [
        "gpt4o: matched by alias, stated by openrouter",
        "  offering  openai/gpt-4o",
        "  model     openai/gpt-4o",
    ]
    assert lines[3].split() == ["Input", "price", "$2.5", "/", "1M", "tokens", "openai", "verified", "2026-11-02"]
    assert lines[4].split() == ["Output", "price", "free", "openrouter", "partial", "2026-11-01"]
    assert lines[5].split() == ["Context", "window", "128,000", "openrouter", "partial", "2026-11-01"]
    assert len({line.index("partial") for line in lines[4:6]} | {lines[3].index("verified")}) == 1


def test_it_cuts_descriptions_and_never_prices():
    line = [
        {"amount": "3.123456789", "currency": "USD", "to": "2026-12-01"},
        {"amount": "2.123456789", "currency": "USD", "from": "2026-12-01"},
    ]
    make_offering("openai/long", {"description": "word " * 50, "price.input": line})

    text, _ = lookup("openai/long")

    assert "…" in text
    assert "$2.123456789 / 1M tokens from 2026-12-01" in text


def test_it_exits_with_1_when_one_is_not_found():
    text, code = lookup("gpt4o", "nothing-like-it")

    assert code == 1
    assert "nothing-like-it: not found" in text


def test_it_prints_a_json_line_for_each():
    text, code = lookup("gpt4o", "openai/gpt-4o", "--json")

    answers = [json.loads(line) for line in text.splitlines()]
    assert code == 0
    assert [answer["matched_by"] for answer in answers] == ["alias", "exact"]
    assert set(answers[0]) == {
        "query", "offering", "model", "matched_by", "candidates", "others", "conditions", "source",
    }  # fmt: skip


def test_it_reads_ids_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("gpt4o\n\n nothing-like-it \n"))

    text, code = lookup("-")

    answers = [json.loads(line) for line in text.splitlines()]
    assert code == 1
    assert [answer["offering"] for answer in answers] == ["openai/gpt-4o", None]


@pytest.mark.parametrize("id", ["\udc80", "\0", "\x1b[31m", "x" * 5000, "é" * 50, ""])
def test_it_survives_hostile_ids(id):
    for arguments in ((id,), (id, "--json")):
        text, code = lookup(*arguments)

        assert code == 1
        text.encode()
