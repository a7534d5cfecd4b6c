"""Lists, details and the catalogue as they stood: `as_of`, `known_at`, `revision`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from registry.models import Offering, OfferingVersion
from tests.builders import NOW, listed
from tests.registry.api.test_schema import errors, example, faults, schema
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAST = "as_of=2026-01-20&known_at=2026-02-01"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture(scope="module")
def published(module_database: None) -> None:
    """Five offerings published on 5 January, one of which changed on the 10th, and a sixth from 1 March on."""
    with time_machine.travel(TODAY, tick=False):
        publish_six()


def publish_six() -> None:
    put(
        to("name", "GPT-4o"),
        to("status", "active"),
        to("model", "openai/gpt-4o"),
        to("context_window", 128_000),
        to("supports_tools", True),
        to("input_modalities", ["image", "text"]),
        to("released_on", "2024-05-13"),
        to("price.input", listed("2.5")),
        to("price.output", listed("10")),
        to("benchmark.mmlu", "88.7"),
        key="openai/gpt-4o",
        aliases={"gpt4o": "list"},
    )
    put(
        to("name", "Free"),
        to("model", "openai/gpt-4o"),
        to("supports_tools", False),
        to("price.input", [{"state": "free", "currency": "USD"}]),
        key="openrouter/openai/gpt-4o:free",
    )
    put(to("context_window", 8_192), to("price.input", listed("0.3")), key="relay/acme/rocket-1")
    put(to("name", "Nothing else"), key="relay/acme/rocket-2")
    put(to("price.input", [{"state": "dynamic", "currency": "USD"}]), key="relay/auto")
    put(
        to("price.input", listed("2"), old=listed("2.5")),
        to("supports_batch", True),
        key="openai/gpt-4o",
        at=NOW + 5 * DAY,
    )
    put(to("context_window", 32_000), key="relay/late", at=datetime(2026, 3, 1, tzinfo=UTC))


def amount(offering: dict[str, Any]) -> Any:
    return offering["prices"]["input"]["amount"]


# -- which state ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "revision", "expected"),
    [
        ("revision=1", 1, "2.5"),
        ("revision=6", 6, "2"),
        ("known_at=2026-01-09", 5, "2.5"),
        ("known_at=2026-01-10", 6, "2"),
        ("known_at=2026-01-10T11:59:59Z", 5, "2.5"),
        ("known_at=2026-01-10T12:00:00%2B00:00", 6, "2"),
        ("as_of=2026-01-09", 5, "2.5"),
        ("as_of=2026-01-09&known_at=2026-11-20", 7, "2"),
        ("as_of=2027-01-01", 7, "2"),
    ],
)
def test_it_shows_the_state_that_is_asked_for(get, published, query, revision, expected):
    detail, rows = get(f"offerings/openai/gpt-4o?{query}"), get(f"offerings/?{query}&id=openai/gpt-4o")

    assert (detail.status_code, detail["X-Registry-Revision"]) == (200, str(revision))
    assert amount(detail.json()) == expected
    assert [amount(row) for row in rows.json()["results"]] == [expected]


def test_a_correction_that_came_later_does_not_leak_into_the_past(get, published):
    line = [*listed("9"), {"amount": "4", "currency": "USD", "from": "2026-02-01"}]
    line[0]["to"] = "2026-02-01"
    put(to("price.input", line, old=listed("0.3")), key="relay/acme/rocket-1", at=datetime(2026, 6, 1, tzinfo=UTC))

    def asked(query: str) -> Any:
        return amount(get(f"offerings/relay/acme/rocket-1?{query}").json())

    assert asked("as_of=2026-01-20") == "0.3"
    assert asked("as_of=2026-01-20&known_at=2026-11-20") == "9"
    assert asked("as_of=2026-03-20&known_at=2026-11-20") == "4"


def test_before_the_first_revision_there_is_an_honest_nothing(get, published):
    rows, detail = get("offerings/?as_of=2025-12-31"), get("offerings/openai/gpt-4o?as_of=2025-12-31")

    assert (rows.status_code, rows.json()["count"], rows["X-Registry-Revision"]) == (200, 0, "0")
    assert detail.status_code == 404
    assert detail.json()["known_since"] == {"revision": 1, "at": "2026-01-05T12:00:00Z"}
    assert errors({"$ref": "#/components/schemas/Problem"}, detail.json()) == []


def test_what_came_later_is_not_there_and_what_never_was_has_no_date(get, published):
    assert get("offerings/relay/late?revision=6").json()["known_since"]["revision"] == 7
    assert "known_since" not in get("offerings/relay/nope?revision=6").json()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("as_of=yesterday", "as_of"),
        ("as_of=2026-02-30", "as_of"),
        ("known_at=x", "known_at"),
        ("known_at=2027-01-01", "known_at"),
        ("revision=8", "revision"),
        ("revision=-1", "revision"),
        ("revision=99999999999999999999", "revision"),
        ("revision=999999999999", "revision"),
        ("revision=1&known_at=2026-01-06", "known_at"),
        ("as_of=2026-01-06&as_of=2026-01-07", "as_of"),
        ("asof=2026-01-06", "asof"),
    ],
)
@pytest.mark.parametrize("path", ["offerings/", "offerings/openai/gpt-4o", "models/openai/gpt-4o", "catalogue/"])
def test_it_refuses_what_cannot_be_meant(get, published, path, query, parameter):
    answer = get(f"{path}?{query}")

    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("path", ["models/", "providers/", "providers/openai", "stats/", "lookup/?id=x"])
def test_what_has_no_history_does_not_pretend_to(get, published, path):
    joined = "&" if "?" in path else "?"

    assert get(f"{path}{joined}as_of=2026-01-06").json()["errors"][0]["parameter"] == "as_of"


# -- filters ----------------------------------------------------------------------------------------------------------

QUERIES = [
    "provider=relay",
    "provider__n=relay",
    "model=openai/gpt-4o",
    "model__n=openai/gpt-4o",
    "model__empty=true",
    "author=openai",
    "status=active",
    "status=unknown",
    "status__n=active",
    "pricing=free,dynamic",
    "pricing__n=priced",
    "quality=partial",
    "source=list",
    "input_modality=image,text",
    "input_modality=text",
    "supports_tools=true",
    "supports_tools=false",
    "supports_tools=unknown",
    "context_window=8192",
    "context_window__gte=8192",
    "context_window__gt=8192",
    "context_window__lt=128000",
    "context_window__empty=true",
    "input_price__lte=0.3",
    "input_price__gt=0",
    "input_price__empty=false",
    "released_on__lt=2025-01-01",
    "updated__gte=2026-01-09",
    "created__lte=2026-01-31",
    "name__ic=gpT",
    "id__ic=ROCKET",
    "search=relay rocket",
    "search=openai",
    "ordering=-input_price",
    "ordering=input_price",
    "ordering=status,-name",
    "ordering=-model,id",
    "ordering=-updated",
    "supports_tools=true&input_price__gte=1&ordering=name",
]


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("query", QUERIES)
def test_a_filter_means_the_same_for_the_past_as_for_the_present(get, published, query):
    query = query.replace(" ", "+")

    assert ids(get(f"offerings/?{query}&revision=7")) == ids(get(f"offerings/?{query}"))


def test_every_described_filter_works_on_the_past_or_says_that_it_cannot(get, published):
    refused = []
    for parameter in schema()["paths"]["/api/v1/offerings/"]["get"]["parameters"]:
        name, value = parameter["name"], example(parameter["name"], parameter["schema"])
        if name in ("as_of", "known_at", "revision"):
            continue
        past, now = get("offerings/", {name: value, "revision": 7}), get("offerings/", {name: value})
        if past.status_code == 400 and now.status_code == 200:
            assert past.json()["errors"][0]["parameter"] == name
            refused.append(name.partition("__")[0])
        elif now.status_code == 200 and name != "fields":
            assert ids(past) == ids(now), name

    assert set(refused) == {"disputed", "retired"}  # of today alone


def test_names_pins_and_delisting_are_those_of_that_time(get, published):
    put(aliases={"omni": "list"}, missing_since=TODAY - 9 * DAY, key="openai/gpt-4o", at=TODAY - 9 * DAY)
    put(to("name", "Pinned", old="Free", reason="pinned"), key="openrouter/openai/gpt-4o:free", at=TODAY - 8 * DAY)

    assert ids(get("offerings/?search=gpt4o&revision=7")) == ["openai/gpt-4o"]
    assert ids(get("offerings/?search=gpt4o")) == ids(get("offerings/?search=omni&revision=7")) == []
    assert ids(get("offerings/?missing=true")) == ["openai/gpt-4o"]
    assert ids(get("offerings/?missing=true&revision=7")) == []
    assert ids(get("offerings/?pinned=true&revision=9")) == ["openrouter/openai/gpt-4o:free"]
    assert ids(get("offerings/?pinned=true&revision=8")) == []


@pytest.mark.parametrize(
    ("query", "matching"),
    [("missing=true", []), ("missing=false", []), ("pinned=true", []), ("missing_since__gte=2020-01-01", [])],
)
def test_of_what_was_made_of_the_ledger_it_says_that_it_is_not_known(get, published, query, matching):
    OfferingVersion.objects.filter(revision_from=1).update(from_ledger=True, names=None, pinned_fields=None)

    answer = get(f"offerings/?{query}&revision=1").json()
    past = get("offerings/?revision=1")
    everything = past.json()

    assert ([row["id"] for row in answer["results"]], answer["unknown_count"]) == (matching, 1)
    (offering,) = everything["results"]
    assert (offering["aliases"], offering["pinned"], offering["disputed"]) == (None, None, None)
    assert faults(past, "/api/v1/offerings/") == []


def test_filters_go_by_the_values_of_that_time(get, published):
    assert ids(get("offerings/?input_price=2.5&revision=5")) == ["openai/gpt-4o"]
    assert ids(get("offerings/?input_price=2.5&revision=6")) == []
    assert ids(get("offerings/?supports_batch=true&as_of=2026-01-09")) == []


def test_pages_and_chosen_keys_work_as_ever(get, published):
    first = get(f"offerings/?{PAST}&page_size=2&fields=name,provenance").json()

    assert (first["count"], len(first["results"])) == (6 - 1, 2)
    assert set(first["results"][0]) == {"id", "name", "provenance"}
    assert "as_of=2026-01-20" in first["next"]
    assert get(first["next"].partition("/api/v1/")[2]).status_code == 200


def test_the_number_of_queries_does_not_grow(get, published, django_assert_max_num_queries):
    for number in range(30):
        put(to("name", "R"), to("model", f"acme/r{number}"), key=f"acme/r{number}")

    with django_assert_max_num_queries(8):
        assert get("offerings/?revision=20&ordering=-input_price&page_size=100").json()["count"] == 19


# -- models and the catalogue -----------------------------------------------------------------------------------------


def test_a_model_shows_who_served_it_then(get, published):
    before, after = get("models/openai/gpt-4o?revision=1").json(), get("models/openai/gpt-4o?revision=2").json()

    assert [row["id"] for row in before["served_by"]] == ["openai/gpt-4o"]
    assert (after["offerings"], after["ids"]) == (2, ["gpt4o", "openai/gpt-4o", "openrouter/openai/gpt-4o:free"])
    assert after["benchmarks"] is None
    assert get("models/openai/gpt-4o?as_of=2025-01-01").json()["known_since"]["revision"] == 1


def test_the_catalogue_of_a_revision_is_whole_and_says_which_it_is(get, published):
    answer = get("catalogue/?revision=5")
    body = answer.json()

    assert (body["revision"], body["published_at"], body["prices_on"]) == (5, "2026-01-05T12:00:00Z", "2026-01-05")
    assert [row["id"] for row in body["offerings"]] == ids(get("offerings/?revision=5"))
    assert body["offerings"][0] == get("offerings/openai/gpt-4o?revision=5").json()
    assert {row["id"]: row["offerings"] for row in body["providers"]} == {"openai": 1, "openrouter": 1, "relay": 3}
    assert [(row["id"], row["offerings"]) for row in body["models"]] == [("openai/gpt-4o", 2)]
    assert faults(answer, "/api/v1/catalogue/") == []


def test_the_compressed_catalogue_holds_the_same_and_has_a_tag_of_its_own(get, published):
    plain, zipped = get("catalogue/?revision=5"), get("catalogue/?revision=5", accept_encoding="gzip")

    assert gzip.decompress(zipped.content) == plain.content
    assert (plain["ETag"] != zipped["ETag"], "Accept-Encoding" in zipped["Vary"]) == (True, True)


def test_the_newest_catalogue_is_still_the_rendered_one(get, published, monkeypatch):
    monkeypatch.setattr("registry.catalogue.past.document", lambda moment: pytest.fail("made for nothing"))

    assert json.loads(get("catalogue/").content)["revision"] == 7


# -- caching ----------------------------------------------------------------------------------------------------------

Paths = pytest.mark.parametrize("path", ["offerings/", "offerings/openai/gpt-4o", "models/openai/gpt-4o", "catalogue/"])


@Paths
@pytest.mark.parametrize(
    ("query", "caching"),
    [
        ("revision=6", "public, max-age=31536000, immutable"),
        ("known_at=2026-01-10", "public, max-age=86400"),
        ("as_of=2026-01-10", "public, max-age=86400"),
        ("known_at=2026-11-20", "public, no-cache"),
        ("as_of=2027-01-10", "public, no-cache"),
    ],
)
def test_the_further_back_the_longer_it_may_be_kept(get, published, path, query, caching):
    assert get(f"{path}?{query}")["Cache-Control"] == caching


@Paths
def test_a_past_state_keeps_its_tag_whatever_is_published_later(get, published, path):
    first = get(f"{path}?revision=6")
    put(to("name", "New", old="GPT-4o"), key="openai/gpt-4o", at=TODAY - DAY)
    with time_machine.travel(TODAY + 9 * DAY):
        again = get(f"{path}?revision=6", if_none_match=first["ETag"])
        fresh = get(f"{path}?revision=6")

    assert (again.status_code, fresh["ETag"], fresh.content) == (304, first["ETag"], first.content)
    assert not first["ETag"].startswith("W/")


def test_an_unsettled_state_gets_another_tag_with_the_next_revision(get, published):
    first = get("offerings/?as_of=2027-01-01")
    put(to("name", "New", old="GPT-4o"), key="openai/gpt-4o", at=TODAY)

    assert get("offerings/?as_of=2027-01-01", if_none_match=first["ETag"]).status_code == 200


Get = Callable[..., Any]


def test_a_state_is_the_same_whatever_was_changed_since(get: Get, published: None) -> None:
    before = get("offerings/?revision=7&fields=" + "name,prices,rates,provenance,updated").json()
    Offering.objects.update(name="x", facts={})

    assert get("offerings/?revision=7&fields=" + "name,prices,rates,provenance,updated").json() == before


@pytest.mark.parametrize(
    "query", ["supports_tools=true", "context_window__gte=100000", "input_price__lte=1", "status=active",
              "model=openai%2Fgpt-4o", "input_modality=image", "supports_tools=true&context_window__lt=100000"],
)  # fmt: skip
def test_a_past_list_counts_what_is_not_known_to_match_as_the_present_one_does(get, published, query):
    newest = get("offerings/")["X-Registry-Revision"]
    now, then = get(f"offerings/?{query}").json(), get(f"offerings/?{query}&revision={newest}").json()

    assert now["unknown_count"] == then["unknown_count"] > 0
    assert f"&revision={newest}&unknown=only" in then["unknown"]
    listed_then = get(then["unknown"].removeprefix("http://testserver/api/v1/")).json()
    listed_now = get(f"offerings/?{query}&unknown=only").json()
    assert [row["id"] for row in listed_then["results"]] == [row["id"] for row in listed_now["results"]]
    assert listed_then["count"] == listed_then["unknown_count"] == now["unknown_count"]
