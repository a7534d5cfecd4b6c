from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from curation.models import StatedAlias
from curation.statements import aliases
from registry.catalogue import cache
from registry.cost import exchange
from registry.identity.lookup import LookupResult
from registry.models import Offering, UnknownId
from registry.reference import unresolved_ids
from tests.builders import NOW, offering

pytestmark = pytest.mark.django_db
LIST = "admin:registry_unknownid_changelist"
SABA = "mistral/mistral-saba"
ASKED = "mistral-sabba"


@pytest.fixture
def row():
    offering(SABA)
    offering("acme/rocket-1")
    unresolved_ids.note([LookupResult(ASKED, "none")], UnknownId.Origin.API)
    return UnknownId.objects.get()


def page_of(row: UnknownId) -> str:
    return reverse("admin:registry_unknownid_decide", args=[row.pk])


def test_the_action_stands_beside_the_id(enter, row):
    assert page_of(row) in enter("curator").get(reverse(LIST)).content.decode()
    assert page_of(row) not in enter("viewer").get(reverse(LIST)).content.decode()


def test_the_page_suggests_offerings_and_lets_one_search(enter, row):
    page = enter("curator").get(page_of(row)).content.decode()

    assert f'value="{SABA}"' in page
    assert "admin-autocomplete" in page


def test_saying_what_it_means_makes_it_known(enter, row):
    enter("curator").post(page_of(row), {"verdict": "means", "suggested": SABA, "reason": "a misspelling"})

    alias = StatedAlias.objects.get()
    assert (alias.name, alias.offering_key, alias.author.get_username()) == (ASKED, SABA, "curator")
    assert cache.current().lookup(ASKED).offering == SABA
    assert f"resolves to {SABA}" in enter("curator").get(reverse(LIST)).content.decode()


def test_any_other_offering_can_be_chosen(enter, row):
    rocket = Offering.objects.get(key="acme/rocket-1")

    enter("curator").post(page_of(row), {"verdict": "means", "other": rocket.pk, "reason": "asked them"})

    assert cache.current().lookup(ASKED).offering == "acme/rocket-1"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"verdict": "means", "suggested": SABA}, "Say why"),
        ({"verdict": "means", "reason": "so"}, "Choose the offering"),
        ({"verdict": "means", "suggested": "no/such", "reason": "so"}, "no/such"),
        ({"verdict": "eat", "reason": "so"}, "one of the buttons"),
        ({"verdict": "ignore"}, "Say why"),
    ],
)
def test_what_is_not_said_in_full_is_asked_again(data, message, enter, row):
    answer = enter("curator").post(page_of(row), data)

    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not StatedAlias.objects.exists()
    assert UnknownId.objects.get().ignored_at is None


def test_a_refusal_is_told_on_the_page(enter, row):
    UnknownId.objects.update(text=SABA)

    answer = enter("curator").post(
        page_of(row),
        {"verdict": "means", "suggested": "", "other": Offering.objects.get(key="acme/rocket-1").pk, "reason": "so"},
    )

    assert answer.status_code == 400
    assert "always means that one" in answer.content.decode()


def test_an_alias_is_withdrawn_where_it_was_stated(enter, row):
    client = enter("curator")
    client.post(page_of(row), {"verdict": "means", "suggested": SABA, "reason": "a misspelling"})
    assert "Withdraw the alias" in client.get(page_of(row)).content.decode()

    client.post(page_of(row), {"verdict": "withdraw", "reason": "it is another"})

    assert not cache.current().lookup(ASKED).found
    assert "it is another" in client.get(page_of(row)).content.decode()


def test_ignoring_takes_it_off_the_list_and_is_undone(enter, row):
    client = enter("curator")
    client.post(page_of(row), {"verdict": "ignore", "reason": "a typo of a test"}, follow=True)
    row.refresh_from_db()
    assert (row.ignored_by, row.ignored_reason) == ("curator", "a typo of a test")
    assert ASKED not in client.get(reverse(LIST)).content.decode()
    assert ASKED in client.get(reverse(LIST), {"state": "ignored"}).content.decode()

    client.post(page_of(row), {"verdict": "put_back", "reason": "asked again"}, follow=True)

    assert ASKED in client.get(reverse(LIST)).content.decode()


def test_what_is_ignored_is_counted_on(row):
    unresolved_ids.ignore(ASKED, by="ada", reason="a typo", at=row.first_seen_at)

    unresolved_ids.note([LookupResult(ASKED, "none")], UnknownId.Origin.SITE)

    row.refresh_from_db()
    assert row.times == 2
    assert row.ignored_at


def test_a_viewer_decides_nothing(enter, row):
    assert enter("viewer").get(page_of(row)).status_code == 403
    assert enter("viewer").post(page_of(row), {"verdict": "ignore", "reason": "no"}).status_code == 403


# -- all that curators have stated -----------------------------------------------------------------


@pytest.fixture
def alias(row, person):
    return aliases.state(name=ASKED, offering=SABA, actor=person("curator"), reason="a misspelling")


def test_stated_aliases_have_a_list(enter, alias):
    page = enter("viewer").get(reverse("admin:curation_statedalias_changelist")).content.decode()

    for text in (ASKED, SABA, "a misspelling", "curator", "in force"):
        assert text in page


def test_withdrawing_asks_for_a_reason_first(enter, alias):
    client, address = enter("curator"), reverse("admin:curation_statedalias_withdraw")
    page = client.post(
        reverse("admin:curation_statedalias_changelist"),
        {"action": "withdraw_selected", "_selected_action": [alias.pk]},
    )
    assert SABA in page.content.decode()
    assert client.post(address, {"alias": [alias.pk], "reason": " "}).status_code == 400
    assert cache.current().lookup(ASKED).found

    client.post(address, {"alias": [alias.pk], "reason": "it is another"})

    assert not cache.current().lookup(ASKED).found


def test_a_viewer_withdraws_nothing(enter, alias):
    address = reverse("admin:curation_statedalias_withdraw")

    assert enter("viewer").post(address, {"alias": [alias.pk], "reason": "no"}).status_code == 403
    assert cache.current().lookup(ASKED).found


def test_exchange_rates_can_be_looked_at(enter):
    rate = exchange.QuotedRate(date(2026, 11, 20), "EUR", "USD", Decimal("1.25"))
    exchange.save([rate], source="ecb", at=NOW)

    assert "1.25" in enter("viewer").get(reverse("admin:registry_exchangerate_changelist")).content.decode()


def test_the_search_finds_offerings_by_a_part_of_their_id(enter, row):
    query = {"app_label": "registry", "model_name": "alias", "field_name": "offering", "term": "saba"}

    results = enter("curator").get(reverse("admin:autocomplete"), query).json()["results"]

    assert [result["text"] for result in results] == [SABA]
