"""Exports of some offerings only: filters of the list of offerings, over HTTP and in the command."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry.exports import exporting
from tests.builders import NOW, listed
from tests.registry.builders import make_offering, make_revision, priced
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db

PATHS = {
    "litellm": "/exports/litellm.json",
    "models-dev": "/exports/models.dev/api.json",
    "genai-prices": "/exports/genai-prices/data.json",
    "openai": "/v1/models",
    "csv": "/exports/catalogue.csv",
    "dsl": "/exports/catalogue.dsl",
}
THREE = "openai,mistral,groq"
every_format = pytest.mark.parametrize("name", exporting.NAMES)
every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)


@pytest.fixture
def three_providers(db: None) -> None:
    make_revision(6)
    for number, key in enumerate(("groq/llama", "mistral/large", "openai/gpt-4o"), 1):
        facts = {"price.input": priced(str(number)), "price.output": priced("9"), "supports_tools": number != 2}
        make_offering(key, facts, model=f"author/{key.partition('/')[2]}", aliases=[f"also-{number}"])


@pytest.fixture
def four_providers(three_providers: None) -> None:
    add_a_fourth()


def add_a_fourth() -> None:
    make_revision(7)
    make_offering("openrouter/auto", {"price.input": priced("8")}, model="openrouter/auto", revision=7)


def written(tmp_path: Path, name: str, **options: Any) -> str:
    target = tmp_path / "file"
    call_command("export", name, output=str(target), **options)
    return target.read_text()


def test_a_map_of_three_providers_takes_one_address(client: Client, four_providers: None) -> None:
    whole, three = (client.get(PATHS["litellm"], query).json() for query in ({}, {"provider": THREE}))

    assert list(three) == ["groq/llama", "mistral/large", "gpt-4o"]
    assert three == {key: whole[key] for key in three}


@pytest.mark.parametrize(("name", "path"), PATHS.items(), ids=PATHS)
def test_the_command_writes_the_bytes_of_the_address(
    client: Client, four_providers: None, tmp_path: Path, name: str, path: str
) -> None:
    answer = client.get(path, {"provider": THREE, "supports_tools": "true"})

    assert answer.content.decode() == written(tmp_path, name, provider=THREE, filter=["supports_tools=true"])


@every_format
def test_it_is_the_whole_file_as_if_there_were_no_others(three_providers: None, tmp_path: Path, name: str) -> None:
    whole = written(tmp_path, name)
    add_a_fourth()

    chosen = written(tmp_path, name, provider=THREE)

    assert chosen.replace('"revision":7', '"revision":6') == whole
    assert written(tmp_path, name) not in (chosen, whole)


@every_path
def test_it_answers_unchanged_until_something_is_published(client: Client, four_providers: None, path: str) -> None:
    query = {"provider": THREE}
    first = client.get(path, query)
    again = client.get(path, query, headers={"If-None-Match": first["ETag"]})
    other = client.get(path, {"provider": "openai"}, headers={"If-None-Match": first["ETag"]})
    make_revision(8)
    later = client.get(path, query, headers={"If-None-Match": first["ETag"]})

    assert (first["X-Registry-Revision"], again.status_code, again.content) == ("7", 304, b"")
    assert (other.status_code, later.status_code, later["X-Registry-Revision"]) == (200, 200, "8")


@every_path
def test_the_compressed_form_holds_the_same_and_has_a_tag_of_its_own(
    client: Client, four_providers: None, path: str
) -> None:
    query = {"provider": THREE}
    plain, zipped = client.get(path, query), client.get(path, query, headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["ETag"] != plain["ETag"]
    assert int(plain["Content-Length"]) == len(plain.content)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"provider": "opnai"}, "Did you mean 'openai'?"),
        ({"providr": "openai"}, "Did you mean 'provider'?"),
        ({"supports_tools": "perhaps"}, "supports_tools"),
        ({"ordering": "id"}, "no such parameter here"),
        ({"page_size": "5"}, "no such parameter here"),
        ({"supports_tools": "true", "disputed": "true", "revision": "7"}, "is not known of the past"),
    ],
)
def test_a_wrong_filter_is_refused_as_in_the_list(
    client: Client, four_providers: None, query: dict[str, str], says: str
) -> None:
    answer = client.get(PATHS["litellm"], query)

    assert (answer.status_code, says in answer.json()["detail"]) == (400, True), answer.json()
    options = {"revision": query["revision"]} if "revision" in query else {}
    filters = [f"{name}={value}" for name, value in query.items() if name not in options]
    with pytest.raises(CommandError) as refused:
        call_command("export", "litellm", filter=filters, **options)
    assert says in str(refused.value)


def test_a_filter_of_the_command_needs_a_value(four_providers: None) -> None:
    with pytest.raises(CommandError, match="write NAME=VALUE"):
        call_command("export", "csv", filter=["supports_tools"])


@every_format
def test_it_says_so_rather_than_give_an_empty_file(four_providers: None, name: str) -> None:
    with pytest.raises(CommandError, match="no published offering matches"):
        call_command("export", name, filter=["search=nothing-is-called-this"])


def test_an_empty_file_is_not_found(client: Client, four_providers: None) -> None:
    answer = client.get(PATHS["csv"], {"search": "nothing-is-called-this"})

    assert (answer.status_code, "matches these filters" in answer.json()["detail"]) == (404, True)


@every_path
def test_it_is_a_problem_while_nothing_is_published(client: Client, path: str) -> None:
    assert client.get(path, {"search": "gpt"}).status_code == 503


def test_it_refuses_strangers_where_reading_needs_a_sign_in(
    client: Client, four_providers: None, settings: Any
) -> None:
    settings.API_OPEN = False

    assert client.get(PATHS["litellm"], {"provider": THREE}).status_code in (401, 403)


@every_format
def test_filters_look_at_the_state_that_is_asked_for(db: None, tmp_path: Path, name: str) -> None:
    put(to("status", "active"), to("price.input", listed("3")), to("price.output", listed("6")))
    put(to("price.input", listed("2"), old=listed("3")), at=NOW + timedelta(days=1))

    assert written(tmp_path, name, revision="1", filter=["input_price=3"]) == written(tmp_path, name, revision="1")
    with pytest.raises(CommandError, match="no published offering matches"):
        call_command("export", name, revision="2", filter=["input_price=3"])
