"""Tables of sources: what they may hold, and what a slip in one of them is called."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest

from syncers import registry
from syncers.kinds import units
from syncers.payload.auth import Header, Query
from syncers.payload.paging import Cursor, Numbered
from syncers.registry import RETIRED, SIMPLE, SOURCES, load, tables
from syncers.sources.tables import declare

SOUND = """
label = "Example AI"
url = "https://api.example.com/v1/models"
expected = [5, 500]
"""


def declared(text: str) -> Any:
    return declare("simple.toml", "example", tomllib.loads(SOUND + text))


def with_tables(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Stands a text in for simple.toml."""
    by_slug = tomllib.loads(text)
    monkeypatch.setattr(registry, "tables", lambda file: by_slug)
    monkeypatch.setattr(registry, "SOURCES", {**SOURCES, **dict.fromkeys(by_slug, SIMPLE)})
    registry._declared.cache_clear()


@pytest.fixture(autouse=True)
def _as_before() -> Any:
    yield
    registry._declared.cache_clear()


def test_a_table_becomes_what_a_class_would() -> None:
    source = declared(
        """
        every = "2 days"
        unit = "CNY_PER_1K"
        zero_is_free = false
        authority = ["price", "limit", "capability", "task"]
        auth = { query = "key" }
        paging.Cursor = { at = "next", parameter = "cursor", size = ["limit", 100] }
        fields_at.context_window = ["window", "limits.window"]
        prices_at."price.input" = "pricing.in"
        marks_at.features = { tools = "supports_tools" }
        meanings_at.task.kind = { embed = "embedding" }
        """
    )
    record = {"id": "a", "limits": {"window": 9}, "pricing": {"in": "0.001"}, "features": ["tools"], "kind": "embed"}
    (claim,) = source().parse(b'{"data": [%s]}' % str(record).replace("'", '"').encode()).claims

    assert (source.slug, source.speaks_for, source.every) == ("example", "example", timedelta(days=2))
    assert (source.auth, source.unit) == (Query("key"), units.CNY_PER_1K)
    assert source.paging == Cursor("next", "cursor", size=("limit", 100))
    assert claim.values.keys() == {"context_window", "price.input", "supports_tools", "task"}
    assert (claim.values["context_window"], claim.values["price.input"][0].currency) == (9, "CNY")


def test_what_a_table_leaves_out_is_as_in_a_class() -> None:
    assert declared("").auth == Header()
    assert declared('auth = { word = "Key" }').auth == Header(word="Key")
    assert declared("paging.Numbered = {}").paging == Numbered()


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        ('lable = "X"', r"simple.toml: \[example\] lable: no such key; did you mean 'label'\?"),
        ("key_required = 1", r"simple.toml: \[example\] key_required: true or false expected, not 1"),
        ("homepage = 7", r"simple.toml: \[example\] homepage: text expected, not 7"),
        ('every = "soon"', r"simple.toml: \[example\] every: a time such as '6 hours'"),
        ('unit = "USD_PER_TOKENS"', r"simple.toml: \[example\] unit: .*did you mean 'USD_PER_TOKEN'\?"),
        ('authority = "price"', r"simple.toml: \[example\] authority: a list expected"),
        ('auth = { heder = "x" }', r"simple.toml: \[example\] auth: .* expected, not heder"),
        ("paging.Cursor = { at = 1, to = 2 }", r"simple.toml: \[example\] paging: .*unexpected keyword argument 'to'"),
        ("paging.Curser = {}", r"simple.toml: \[example\] paging: .*did you mean 'Cursor'\?"),
        ("paging = {}", r"simple.toml: \[example\] paging: one of Cursor, "),
        ("fields_at = 3", r"simple.toml: \[example\] fields_at: a table expected"),
        ('fields_at.context_windw = "x"', r"simple.toml: \[example\] .*context_windw.*did you mean 'context_window'\?"),
        (
            'authority = ["limit"]\nfields_at.name = "x"',
            r"simple.toml: \[example\] .*`authority` does not cover `name`",
        ),
        ('confidence = "sure"', r"simple.toml: \[example\] source example: `confidence` is one of"),
    ],
)
def test_a_slip_is_named_with_file_source_and_key(slip: str, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        declared(slip)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('label = "X"\nexpected = [1, 2]\nurl = "http://x"', "must be fetched over https"),
        ('label = "X"\nexpected = [5, 4]', "`expected` must be"),
        ('label = "X"\nexpected = [5]', r"\[least, most\] expected"),
        ('label = "X"', "does not declare `expected`"),
        ("expected = [1, 2]", "does not declare `label`"),
    ],
)
def test_a_table_is_checked_as_a_class_is(text: str, message: str) -> None:
    with pytest.raises(TypeError, match=rf"simple.toml: \[example\] .*{message}"):
        declare("simple.toml", "example", tomllib.loads(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[one]\nlike = "opnai"', r"simple.toml: \[one\] like: no source is called 'opnai'; did you mean 'openai'\?"),
        ('[one]\nlike = "two"\n[two]\nlike = "one"', r"simple.toml: \[one\] like: 'two' is like another source itself"),
        ('[one]\nlike = "one"', r"'one' is like another source itself"),
    ],
)
def test_a_source_is_like_one_that_exists(text: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_tables(monkeypatch, text)

    with pytest.raises(TypeError, match=message):
        load("one")


def test_a_broken_table_does_not_take_the_others_down(monkeypatch: pytest.MonkeyPatch) -> None:
    with_tables(monkeypatch, f"[good]\n{SOUND}[bad]\nlabel = 3\n")

    assert load("good").label == "Example AI"
    with pytest.raises(TypeError, match=r"\[bad\] label"):
        load("bad")


@pytest.mark.parametrize("file", [SIMPLE, RETIRED])
def test_every_table_is_told_about_in_words_above_it(file: str) -> None:
    """Facts that a class had in its docstring: a table has them as a comment, a twin may go without."""
    lines = (resources.files("syncers.sources") / file).read_text(encoding="utf-8").splitlines()
    for slug, table in tables(file).items():
        above = lines[lines.index(f"[{slug}]") - 1]
        assert above.startswith("#") or "like" in table or "nothing_fetched" in table, slug


@pytest.mark.parametrize("slug", tables(RETIRED))
def test_a_retired_source_says_why_nothing_is_fetched(slug: str) -> None:
    source = load(slug)

    assert source.nothing_fetched.endswith(".")
    assert (source.url, source.key_variable) == ("", "")
