from __future__ import annotations

from functools import cache
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

pytestmark = pytest.mark.django_db

READS = [
    ("/api/v1/offerings/", "offerings/"),
    ("/api/v1/offerings/", "offerings/?fields=rates,name"),
    ("/api/v1/offerings/{id}/", "offerings/openai/gpt-4o"),
    ("/api/v1/offerings/{id}/", "offerings/openrouter/@preset/odd:1@2"),
    ("/api/v1/models/", "models/"),
    ("/api/v1/models/{id}/", "models/openai/gpt-4o"),
    ("/api/v1/providers/", "providers/"),
    ("/api/v1/providers/{id}/", "providers/openai"),
    ("/api/v1/lookup/", "lookup/?id=gpt4o"),
    ("/api/v1/lookup/", "lookup/?id=gpt4o&id=gtp"),
    ("/api/v1/offerings/{id}/history/", "offerings/openai/gpt-4o/history"),
    ("/api/v1/offerings/{id}/claims/", "offerings/openai/gpt-4o/claims"),
    ("/api/v1/changes/", "changes/"),
    ("/api/v1/revisions/", "revisions/"),
    ("/api/v1/sources/", "sources/"),
    ("/api/v1/stats/", "stats/"),
    ("/api/v1/stats/providers/", "stats/providers/"),
    ("/api/v1/regions/", "regions/"),
    ("/api/v1/regions/", "regions/?provider=openai"),
    ("/api/v1/retirements/", "retirements/"),
    ("/api/v1/offerings/{id}/freshness/", "offerings/openai/gpt-4o/freshness"),
    ("/api/v1/catalogue/", "catalogue/"),
]


@cache
def schema() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    return document


@cache
def _closed_components() -> Any:
    return closed(schema()["components"])


def errors(part: dict[str, Any], body: Any) -> list[str]:
    """What a body has and lacks against its description; a key that is not described is an error, too."""
    document = {**closed(part), "components": _closed_components()}
    validator = Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(body)]


def faults(answer: Any, path: str, method: str = "get") -> list[str]:
    """What an answer has and lacks against the description of its endpoint."""
    described = schema()["paths"][path][method]["responses"][str(answer.status_code)]["content"]
    return errors(described["application/json"]["schema"], answer.json())


def closed(part: Any) -> Any:
    """A schema whose objects have no other keys than those that it names."""
    if isinstance(part, list):
        return [closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    narrow = {name: closed(value) for name, value in part.items()}
    if isinstance(part.get("properties"), dict) and "type" in part:
        narrow.setdefault("additionalProperties", False)
    return narrow


def test_it_is_generated_without_errors_and_warnings():
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=StringIO())


def test_it_describes_every_address():
    assert list(schema()["paths"]) == [
        "/api/v1/catalogue/",
        "/api/v1/changes/",
        "/api/v1/changes/{id}/approve/",
        "/api/v1/changes/{id}/reject/",
        "/api/v1/changes/queue/",
        "/api/v1/cost/",
        "/api/v1/lookup/",
        "/api/v1/models/",
        "/api/v1/models/{id}/",
        "/api/v1/offerings/",
        "/api/v1/offerings/{id}/",
        "/api/v1/offerings/{id}/claims/",
        "/api/v1/offerings/{id}/freshness/",
        "/api/v1/offerings/{id}/history/",
        "/api/v1/pins/",
        "/api/v1/pins/{id}/",
        "/api/v1/providers/",
        "/api/v1/providers/{id}/",
        "/api/v1/regions/",
        "/api/v1/retirements/",
        "/api/v1/revisions/",
        "/api/v1/sources/",
        "/api/v1/sources/{slug}/",
        "/api/v1/stats/",
        "/api/v1/stats/providers/",
    ]


@pytest.mark.parametrize(("path", "url"), READS)
def test_it_tells_the_truth_about_answers(get, published, path, url):
    answer = get(url)

    assert answer.status_code == 200
    assert faults(answer, path) == []


@pytest.mark.parametrize("of", ["offerings", "models", "providers"])
def test_the_catalogue_promises_every_key_as_no_parameter_leaves_one_out(get, published, of):
    described = schema()["components"]["schemas"]["Catalogue"]["properties"][of]["items"]
    row = get("catalogue/").json()[of][0]

    for key in row:
        assert errors(described, {word: value for word, value in row.items() if word != key}), key


@pytest.mark.parametrize("url", ["offerings/x", "offerings/?x=1", "providers/x", "lookup/"])
def test_it_tells_the_truth_about_problems(get, published, url):
    problem = {"$ref": "#/components/schemas/Problem"}

    assert errors(problem, get(url).json()) == []


@pytest.mark.parametrize("path", ["offerings", "models", "providers"])
def test_it_documents_only_parameters_that_work(get, published, path):
    described = schema()["paths"][f"/api/v1/{path}/"]["get"]["parameters"]

    for parameter in described:
        value = example(parameter["name"], parameter["schema"])
        answer = get(f"{path}/", {parameter["name"]: value})

        assert answer.status_code == 200, (parameter["name"], value, answer.json())
        assert Draft202012Validator(parameter["schema"]).is_valid(
            int(value) if parameter["schema"].get("type") == "integer" else value
        ), (parameter["name"], value)


KNOWN = {
    "provider": "openai",
    "model": "openai/gpt-4o",
    "author": "openai",
    "source": "openrouter",
    "page": "1",
    "revision": "7",
    "currency": "EUR",
}


def example(name: str, described: dict[str, Any]) -> str:
    """A value that a parameter should take, going by its schema alone where it is not a name of ours."""
    if choices := KNOWN.get(name.removesuffix("__n")):
        return choices
    if words := described.get("enum"):
        return str(words[-1])
    if (
        name in ("known_at", "as_of")
        or described.get("format") == "date"
        or name.startswith(("updated", "created", "missing_since", "not_seen_since"))
    ):
        return "2026-01-31"
    pattern: str = described.get("pattern", "")
    return pattern.split("(")[1].split(")")[0].split("|")[0] if "|" in pattern else "7"


def test_it_serves_the_schema_and_a_page_that_needs_nobody_else(client, published):
    document, page = client.get("/api/v1/schema/"), client.get("/api/v1/docs/")

    assert document.json()["openapi"] == "3.1.0"
    assert page.status_code == 200
    text = page.content.decode()
    assert "/static/drf_spectacular_sidecar/" in text
    assert "cdn" not in text
    assert "https://" not in text
