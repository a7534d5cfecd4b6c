from __future__ import annotations

import pytest
from django.db import OperationalError

from registry.catalogue import queries as reads

pytestmark = pytest.mark.django_db

HOSTILE_TEXTS = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%E2%80%AE",
    "%0A",
    "%0D%0ASet-Cookie:%20x=1",
    "' OR 1=1 --",
    "%25%25_%5C",
    "x" * 3000,
    "/" * 300,
    "../../etc/passwd",
    "%F0%9F%92%A9",
    "{{7*7}}",
    "<script>alert(1)</script>",
]
ACCEPTS = [
    "*/*",
    "",
    ";",
    "application/json",
    "application/json; q=abc",
    "application/json;charset=utf-16",
    "application/json, application/json, */*;q=0",
    "text/html",
    "application/yaml",
    "application/problem+json",
    "a/b/c",
    "x" * 9000,
    ",".join(["a/b"] * 500),
    "application/json; indent=\r\n8",
    "é/ü",
]


# One test goes through all texts: the text, or the header, at which it fails is in the message.


@pytest.mark.parametrize("route", ["offerings", "models", "providers"])
def test_it_survives_hostile_ids(get, published, route):
    for text in HOSTILE_TEXTS:
        answer = get(f"{route}/{text}")

        assert answer.status_code == 404, text
        assert answer["Content-Type"] == "application/problem+json", text


@pytest.mark.parametrize(
    "name",
    ["search", "provider", "model", "id", "name__ic", "license", "input_modality", "ordering",
     "updated__gte", "input_price", "page", "fields", "%00", "a[$ne]", "as_of", "known_at", "revision"],
)  # fmt: skip
def test_it_survives_hostile_parameters(get, published, name):
    for text in HOSTILE_TEXTS:
        answer = get(f"offerings/?{name}={text}".replace("&", "%26").replace("#", "%23"))

        assert answer.status_code in (200, 400, 404), text


@pytest.mark.parametrize("suffix", ["history", "claims"])
def test_it_survives_hostile_ids_before_a_suffix(get, published, suffix):
    for text in HOSTILE_TEXTS:
        assert get(f"offerings/{text}/{suffix}").status_code == 404, text


@pytest.mark.parametrize("name", ["since", "after", "limit", "provider", "model", "field", "source"])
def test_it_survives_hostile_feeds(get, published, name):
    for text in HOSTILE_TEXTS:
        value = text.replace("&", "%26").replace("#", "%23")

        assert get(f"changes/?{name}={value}").status_code == 400, text


def test_it_survives_hostile_slugs_of_sources(get, published):
    for text in HOSTILE_TEXTS:
        assert get(f"sources/{text}".replace("&", "%26").replace("#", "%23")).status_code == 404, text


def test_it_survives_hostile_lookups(get, published):
    for text in HOSTILE_TEXTS:
        assert get(f"lookup/?id={text}").status_code in (200, 400), text


@pytest.mark.parametrize("path", ["", "offerings/", "offerings/x/y", "catalogue/", "stats/"])
def test_it_survives_odd_accept_headers(get, published, path):
    for accept in ACCEPTS:
        answer = get(path, accept=accept)

        assert answer.status_code in (200, 404, 406), accept
        wanted = "application/json" if answer.status_code == 200 else "application/problem+json"
        assert answer["Content-Type"] == wanted, accept


@pytest.mark.parametrize("path", ["schema/", "docs/"])
def test_it_survives_odd_accept_headers_on_its_documentation(get, published, path):
    for accept in ACCEPTS:
        assert get(path, accept=accept).status_code in (200, 404, 406), accept


@pytest.mark.parametrize("path", ["docs/?x=1", "schema/?format=xml", "schema/?lang=xx"])
def test_it_survives_odd_queries_on_its_documentation(get, published, path):
    assert get(path, accept=ACCEPTS[0]).status_code in (200, 404, 406)


@pytest.mark.parametrize(
    "headers",
    [
        {"if_none_match": '"' * 1000},
        {"if_none_match": "W/" * 1000},
        {"if_modified_since": "not a date"},
        {"if_modified_since": "Fri, 99 Foo 99999 99:99:99 GMT"},
        {"accept_encoding": "gzip;q=;;,," * 100},
        {"authorization": "Basic !!!"},
        {"accept_language": "xx-" * 300},
        {"range": "bytes=0-1"},
        {"cookie": "sessionid=\x7f"},
    ],
)
@pytest.mark.parametrize("path", ["offerings/", "catalogue/"])
def test_it_survives_odd_headers(get, published, headers, path):
    assert get(path, **headers).status_code == 200


def test_it_refuses_a_thousand_parameters(get, published):
    answer = get("offerings/?" + "&".join(f"a{number}=1" for number in range(1100)))

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["nope", "offering/", "v2/", "lookup/x", "%00", "docs/x"])
def test_it_answers_an_unknown_address_with_a_problem(get, published, path):
    answer = get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "/api/v1/" in answer.json()["detail"]


def test_it_does_the_same_on_a_debugging_server(get, published, settings):
    settings.DEBUG = True

    assert get("nope")["Content-Type"] == "application/problem+json"


def test_it_says_503_when_the_database_does_not_answer(get, published, monkeypatch):
    def broken() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(reads, "latest", broken)

    answer = get("offerings/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "refused" not in answer.json()["detail"]


def test_it_answers_an_error_of_its_own_with_a_problem(get, published, monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(reads, "latest", broken)

    answer = get("offerings/")

    assert answer.status_code == 500
    assert answer.json()["title"] == "Internal Server Error"
    assert answer["Content-Type"] == "application/problem+json"


def test_it_leaves_pages_outside_the_api_to_their_own_errors(client, db):
    answer = client.get("/nope")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_it_answers_a_wrong_host_with_a_problem(client, db):
    answer = client.get("/api/v1/offerings/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "ALLOWED_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/", "/admin/", "/healthz"])
@pytest.mark.parametrize("https", [False, True])
def test_it_tells_a_reader_which_name_is_not_allowed(client, db, settings, path, https):
    settings.SECURE_SSL_REDIRECT = https
    answer = client.get(path, headers={"host": "<b>registry.example</b>:8000"})

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "'<b>registry.example</b>:8000'" in answer.content.decode()
    assert "add the name, without a port, to ALLOWED_HOSTS" in answer.content.decode()
