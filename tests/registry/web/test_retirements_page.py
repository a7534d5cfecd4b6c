from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from registry.catalogue import evidence
from tests.registry.builders import make_offering, make_revision, origin, priced

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def in_days(days: int) -> str:
    return (timezone.now().date() + timedelta(days=days)).isoformat()


@pytest.fixture
def ending(db):
    make_revision()
    make_offering("acme/new")
    make_offering(
        "acme/soon",
        {"name": "Soon", "retires_on": in_days(20), "deprecated_on": "2026-01-05", "successor": "acme/new"},
        provenance={"retires_on": origin("acme-deprecations", since="2026-01-06")},
    )
    make_offering("other/soon", {"retires_on": in_days(60), "successor": "other/unheard-of"})
    make_offering("other/late", {"retires_on": in_days(200)})
    make_offering("other/gone", {"retires_on": in_days(-700)})
    make_offering("third/gone", {"status": "retired"})
    make_offering("third/someday", {"status": "deprecated"})


def page(client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"/retirements{query}")
    assert answer.status_code == status
    return str(answer.content.decode())


def listed(text: str) -> list[str]:
    return re.findall(r'<code class="id">(?:<a [^>]*>)?([^<]*)', text)


@pytest.mark.parametrize(
    ("query", "offerings"),
    [
        ("", ["acme/soon", "other/soon"]),
        ("?within=30", ["acme/soon"]),
        ("?within=365&provider=other", ["other/soon", "other/late"]),
        ("?state=past", ["other/gone", "third/gone"]),
        ("?state=undated", ["third/someday"]),
    ],
)
def test_what_is_past_is_apart_from_what_is_to_come(client, ending, query, offerings):
    assert listed(page(client, query)) == offerings


def test_a_row_says_when_it_was_announced_what_follows_and_who_says_so(client, ending):
    text = re.sub(r"\s+", " ", page(client, "?provider=acme"))

    assert f'{in_days(20)} <br> <span class="note">in 20 days</span>' in text
    assert "2026-01-05" in text
    assert '<a href="/offerings/acme/new"><code>acme/new</code></a>' in text
    assert "acme-deprecations" in text


def test_a_successor_that_is_not_published_is_no_link(client, ending):
    text = page(client, "?provider=other")

    assert "<code>other/unheard-of</code>" in text
    assert "/offerings/other/unheard-of" not in text


def test_a_day_that_nobody_states_is_unknown(client, ending):
    assert page(client, "?state=undated").count('<span class="unknown">unknown</span>') == 3


def test_the_line_that_states_it_is_opened_from_the_row(client, ending, monkeypatch):
    line = evidence.EvidenceLine("https://acme.example/ends", "2026-01-06", "", ("Ends",), "soon", "Day", "Jan 6")
    lines = {"acme/soon": {("acme-deprecations", "retires_on"): (line,)}}
    monkeypatch.setattr(evidence, "_finders", [lambda keys: lines])

    assert 'href="https://acme.example/ends"' in page(client)


def test_every_provider_of_the_state_can_be_ticked_with_its_number(client, ending):
    text = re.sub(r"\s+", " ", page(client, "?provider=acme"))

    assert 'name="provider" value="acme" checked> Acme <span class="note">1</span>' in text
    assert 'name="provider" value="other"> Other <span class="note">1</span>' in text
    assert "Third" not in text


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("?provider=acme&provider=other&within=90", "/retirements?provider=acme%2Cother&within=90"),
        ("?provider=&within=30", "/retirements?within=30"),
        ("?within=", "/retirements"),
    ],
)
def test_what_a_form_sends_becomes_the_one_address_of_the_list(client, ending, sent, address):
    answer = client.get(f"/retirements{sent}")

    assert (answer.status_code, answer["Location"]) == (302, address)


@pytest.mark.parametrize("query", ["?provider=acne", "?within=x", "?state=gone", "?nope=1"])
def test_a_wrong_filter_is_refused_with_the_words_of_the_api(client, ending, query):
    assert "Invalid filter" in page(client, query, status=400)
    assert client.get(f"/retirements/feed{query}").status_code == 400


def test_with_a_slash_it_is_the_same_page(client, ending):
    assert client.get("/retirements/").status_code == 200


def test_it_is_gated_as_reading_is(client, ending, settings):
    settings.API_OPEN = False

    assert client.get("/retirements").status_code == 401
    assert client.get("/retirements/feed").status_code == 401


# -- elsewhere --------------------------------------------------------------------------------------------------------


def test_a_retired_id_answers_with_its_successor_and_an_unknown_one_is_not_found(client, ending):
    make_offering("acme/old", {"retires_on": in_days(-3), "successor": "acme/new"})
    make_offering("acme/older", {"retires_on": in_days(-9), "successor": "acme/unheard-of"})
    answers = {key: client.get(f"/offerings/{key}") for key in ("acme/old", "acme/older", "acme/never")}

    assert [answer.status_code for answer in answers.values()] == [200, 200, 404]
    assert b'<a href="/offerings/acme/new"><code>acme/new</code></a>' in answers["acme/old"].content
    assert b'<a href="/offerings/acme/unheard-of">' not in answers["acme/older"].content


def test_what_is_retired_never_leads_the_offerings_of_a_model(client, db):
    make_revision()
    make_offering("acme/gone", {"price.input": priced("1"), "retires_on": in_days(0)}, model="acme/rocket")
    make_offering("delisted/one", {"price.input": priced("2")}, model="acme/rocket", missing_since=timezone.now())
    make_offering("served/dear", {"price.input": priced("9")}, model="acme/rocket")
    make_offering("served/silent", model="acme/rocket")
    text = page_of_model(client)

    assert re.findall(r"<code>(.*?)</code></a>", text) == ["served/dear", "served/silent", "acme/gone", "delisted/one"]
    assert text.count('<span class="mark">retired</span>') == 1


def page_of_model(client) -> str:
    return str(client.get("/models/acme/rocket").content.decode())


def test_the_first_page_tells_how_many_are_retired_and_its_starts_leave_them_out(client, ending):
    text = client.get("/").content.decode()

    assert "2 of the offerings are retired." in re.sub(r"\s+", " ", text)
    assert all("retired=false" in address for _title, address in client.get("/").context["starts"])


# -- the feed ---------------------------------------------------------------------------------------------------------


def entries(client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/retirements/feed{query}")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    return [{word: entry.findtext(f"{ATOM}{word}", "") for word in ("id", "title", "updated", "summary")}
            for entry in feed.iter(f"{ATOM}entry")]  # fmt: skip


def test_the_feed_has_all_that_is_to_come_however_far_ahead(client, ending):
    titles = [entry["title"] for entry in entries(client)]

    assert titles == [f"{key} retires on {in_days(days)}" for key, days in
                      (("acme/soon", 20), ("other/soon", 60), ("other/late", 200))]  # fmt: skip


def test_the_feed_takes_the_filters_of_the_list(client, ending):
    (entry,) = entries(client, "?provider=acme")

    assert entry["updated"] == "2026-01-06T00:00:00+00:00"
    assert entry["summary"] == "Announced: 2026-01-05. Successor: acme/new. Stated by: acme-deprecations."


def test_a_day_that_moves_is_another_entry(client, db):
    make_revision()
    offering = make_offering("acme/one", {"retires_on": in_days(20)})
    before = entries(client)[0]["id"]
    offering.versions.all().delete()
    offering.delete()
    make_offering("acme/one", {"retires_on": in_days(21)})

    assert entries(client)[0]["id"] != before
