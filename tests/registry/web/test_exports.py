"""The files at addresses that tools are pointed to."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command

from registry.exports import exporting, files, lease, rendering, served
from registry.management.commands.render import Command
from registry.models import Document
from tests.registry.builders import make_offering, make_provider, make_revision, priced

pytestmark = pytest.mark.django_db

PATHS = {
    "litellm": "/exports/litellm.json",
    "models-dev": "/exports/models.dev/api.json",
    "genai-prices": "/exports/genai-prices/data.json",
    "openai": "/v1/models",
    "csv": "/exports/catalogue.csv",
    "dsl": "/exports/catalogue.dsl",
}
every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)


@pytest.fixture
def published(db):
    make_revision(7)
    facts = {"price.input": priced("2.5"), "price.output": priced("10"), "task": "chat", "released_on": "2024-05-13"}
    make_offering("openai/gpt-4o", facts, model="openai/gpt-4o", aliases=["gpt4o"])
    make_offering("openrouter/openai/gpt-4o", {"price.input": priced("2.5")})


@pytest.mark.parametrize(("name", "path"), PATHS.items(), ids=PATHS)
def test_it_serves_the_bytes_that_the_command_writes(client, published, name, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.content == b"".join(exporting.export(name, on=date.today()))  # noqa: DTZ011 (UTC in tests)
    assert answer["X-Registry-Revision"] == "7"
    assert answer["Content-Length"] == str(len(answer.content))


@every_path
def test_it_answers_unchanged_to_who_has_it_already(client, published, path):
    etag = client.get(path)["ETag"]

    again = client.get(path, headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@every_path
def test_the_compressed_form_holds_the_same_and_has_a_tag_of_its_own(client, published, path):
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in zipped["Vary"]


@every_path
def test_it_answers_to_head_without_a_body(client, published, path):
    head, response = client.head(path), client.get(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == response["Content-Length"]
    assert head["ETag"] == response["ETag"]


@pytest.mark.parametrize("path", [*PATHS.values(), "/v1/models/openai/gpt-4o"])
def test_it_is_a_problem_while_nothing_is_published(client, path):
    answer = client.get(path)

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"]


@pytest.mark.parametrize("path", [*PATHS.values(), "/v1/models/openai/gpt-4o"])
def test_it_refuses_strangers_where_reading_needs_a_sign_in(client, published, settings, path):
    settings.API_OPEN = False

    assert client.get(path).status_code in (401, 403)


@every_path
def test_it_takes_no_parameters_that_it_does_not_know(client, published, path):
    assert client.get(path, {"limit": 1}).status_code == 400


def test_whatever_is_accepted_the_address_names_the_format(client, published):
    answer = client.get(PATHS["csv"], headers={"Accept": "text/csv"})

    assert answer["Content-Type"].startswith("text/csv")


def test_a_price_changes_on_its_day_without_a_publication(client, published):
    line = [*priced("9", to="2026-12-01"), *priced("4", **{"from": "2026-12-01"})]
    make_offering("openai/gpt-5", {"price.input": line})

    def price() -> float:
        return float(json.loads(client.get(PATHS["litellm"]).content)["gpt-5"]["input_cost_per_token"])

    with time_machine.travel("2026-11-30T23:59:59Z", tick=False):
        assert price() == 9e-06
    with time_machine.travel("2026-12-01T00:00:00Z", tick=False):
        assert price() == 4e-06


def test_a_new_name_of_a_provider_is_shown(client, published):
    before = client.get(PATHS["models-dev"])["ETag"]
    provider = make_provider("openai")
    provider.name = "OpenAI Inc."
    provider.save()

    after = client.get(PATHS["models-dev"])

    assert after["ETag"] != before
    assert json.loads(after.content)["openai"]["name"] == "OpenAI Inc."


def test_one_model_is_found_by_its_id_and_by_another_name(client, published):
    expected = {"id": "openai/gpt-4o", "object": "model", "created": 1715558400, "owned_by": "openai"}

    assert client.get("/v1/models/openai/gpt-4o").json() == expected
    assert client.get("/v1/models/gpt4o").json() == expected
    assert client.get("/v1/models").json()["data"][0] == expected


def test_the_day_and_owner_that_nobody_stated_are_left_out(client, published):
    answer = client.get("/v1/models/openrouter/openai/gpt-4o").json()

    assert answer == {"id": "openrouter/openai/gpt-4o", "object": "model"}


def test_a_model_that_is_not_there_is_a_problem_with_candidates(client, published):
    answer = client.get("/v1/models/openai/gtp-4o")

    assert answer.status_code == 404
    assert answer.json()["candidates"]


# -- made by a process of its own ----------------------------------------------------------------------------------


@pytest.fixture
def children(settings, monkeypatch):
    """No export is made inside of a request. The arguments of the processes that would have been started for it."""
    started: list[tuple[str, ...]] = []
    settings.RENDER_INLINE = False
    monkeypatch.setattr(rendering, "start_child", lambda *arguments: started.append(arguments))
    monkeypatch.setattr(served, "FIRST_WAIT_SECONDS", 0.0)
    return started


@every_path
def test_the_first_reader_is_told_to_come_again(client, published, children, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "being rendered for the first time" in answer.json()["detail"]
    assert [arguments[0] for arguments in children] == ["--export"]
    call_command("render", *children[0])
    assert client.get(path).status_code == 200


def test_the_last_file_is_served_until_there_is_a_newer_one(client, published, children):
    call_command("render", export="litellm")
    before = client.get(PATHS["litellm"])
    make_revision(8)
    make_offering("openai/gpt-5", {"price.input": priced("9")}, revision=8)

    behind = client.get(PATHS["litellm"])
    assert (behind.content, behind["X-Registry-Revision"]) == (before.content, "7")
    assert children == [("--export", "litellm")]
    call_command("render", *children[0])
    newest = client.get(PATHS["litellm"])
    assert ("gpt-5" in newest.json(), newest["X-Registry-Revision"]) == (True, "8")


def test_no_second_process_is_started_for_what_the_first_could_not_make(client, published, children):
    for _ in range(3):
        assert client.get(PATHS["csv"]).status_code == 503

    assert children == [("--export", "csv")]


def test_none_is_started_while_another_is_at_work(client, published, children):
    with lease.taken(files.LEASE, seconds=60):
        assert client.get(PATHS["csv"]).status_code == 503

    assert children == []


def test_what_was_asked_for_before_is_made_along_with_what_is_asked_for(client, published, children):
    call_command("render", export="litellm")
    make_revision(8)
    call_command("render", export="csv")

    client.get(PATHS["litellm"])
    assert children == []
    assert sorted((row.name.split()[0], row.revision) for row in Document.objects.all()) == [("csv", 8), ("litellm", 8)]


def test_the_renderer_keeps_what_was_asked_for_up_to_date_once_nothing_is_published_for_a_while(client, published):
    client.get(PATHS["litellm"])
    revision = make_revision(8)
    renderer = Command()

    with time_machine.travel(revision.created_at + timedelta(seconds=5), tick=False):
        renderer._renew_exports()
        assert kept() == [("litellm", 7)]
    with time_machine.travel(revision.created_at + timedelta(minutes=1), tick=False):
        renderer._renew_exports()
        assert kept() == [("litellm", 8)]


def kept() -> list[tuple[str, int]]:
    """The formats that are kept, each with its revision."""
    return [(name.partition(" ")[0], revision) for name, revision in Document.objects.values_list("name", "revision")]
