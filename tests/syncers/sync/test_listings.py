"""How a run treats a list that the key guard holds, as a whole or for one provider."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from curation.models import Source, StoredClaim
from registry.domain import rates
from registry.models import Offering
from syncers.kinds import source as base
from syncers.kinds.record import Record
from syncers.models import Run, StoredPayload
from syncers.payload import fetch
from syncers.sources.catalogues.portkey import Portkey
from syncers.sync import quarantine, state
from syncers.sync.engine import sync
from syncers.sync.record import Report
from tests.builders import NOW, curator

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=6)
MONTHS = NOW + timedelta(days=120)


class Shop(base.Source):
    """A list of several providers. It lives in this test and is registered nowhere."""

    slug, label = "shop", "Shop"
    url = "https://shop.example/models"
    source_type, expected = SourceType.CATALOGUE, (1, 500)
    records_at = "data"

    def claims(self, record: Record) -> Iterable[Claim]:
        values = {"context_window": record.get("size"), "description": record.get("text"), "regions": record.get("in")}
        if cost := record.get("cost"):
            values["price.input"] = rates.price(cost)
        yield claim(record.text("id"), {name: value for name, value in values.items() if value is not None})


def rows(*keys: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": key, "size": 1000} | more for key in keys]


def keys(count: int, provider: str = "acme") -> list[str]:
    return [f"{provider}/m{number}" for number in range(count)]


def read(records: list[dict[str, Any]], **how: Any) -> Report:
    return sync(Shop, body=json.dumps({"data": records}).encode(), **{"at": NOW} | how)


def listed() -> set[str]:
    return set(StoredClaim.objects.filter(missing_since__isnull=True).values_list("offering_key", flat=True))


def test_a_run_that_lost_a_fifth_of_its_keys_is_held_and_says_which() -> None:
    read(rows(*keys(30)))
    report = read(rows(*keys(24)), at=LATER)

    assert report.status == "quarantined"
    assert "6 of the 30 listed on 2026-01-05 are gone (such as acme/m24, acme/m25, " in report.error
    assert "`sync shop --accept`" in report.error
    assert Run.objects.latest("pk").offerings["missing"] == [f"acme/m{n}" for n in range(24, 30)]
    assert len(listed()) == 30


def test_a_list_of_clones_is_held_and_nothing_of_it_is_published() -> None:
    read(rows(*keys(30)))
    report = read(rows(*keys(30), *(f"{key}-clone" for key in keys(30))), at=LATER)

    assert (report.status, Offering.objects.count()) == ("quarantined", 30)
    assert "30 are new, beside 30 listed" in report.error


def test_a_sound_list_of_months_later_comes_in_with_its_new_models() -> None:
    read(rows(*keys(30), text="old"))
    report = read(rows(*keys(30)[12:], *keys(20, "acme/next"), size=2000, text="new"), at=MONTHS)

    assert (report.status, report.new, report.missing) == ("ok", 20, 12)


def test_a_list_in_which_only_descriptions_changed_is_accepted() -> None:
    read(rows(*keys(40), text="A model."))

    assert read(rows(*keys(40), text="The very same model, in other words."), at=LATER).status == "ok"
    assert read(rows(*keys(40)), at=LATER).status == "ok"  # with none at all as well


def test_values_that_are_only_not_stated_any_more_hold_no_run() -> None:
    """They stay until they have been missed for long enough, and go one by one then, as the policies say."""
    read(rows(*keys(40), **{"in": ["us-east-1"]}))
    for days, published in ((1, 40), (2, 40), (3, 0)):
        report = read(rows(*keys(40)), at=NOW + timedelta(days=days))
        assert (report.good, report.held) == (True, 0)
        assert sum("regions" in facts for facts in Offering.objects.values_list("facts", flat=True)) == published


def test_prices_that_are_only_not_stated_any_more_hold_no_run_and_wait_one_by_one() -> None:
    read(rows(*keys(40), cost="3"))
    for days, held in ((1, 0), (2, 0), (3, 40)):
        report = read(rows(*keys(40)), at=NOW + timedelta(days=days))
        assert (report.good, report.held) == (True, held)
        assert all("price.input" in facts for facts in Offering.objects.values_list("facts", flat=True))


def test_offerings_that_it_did_not_list_last_are_not_counted_against_it() -> None:
    """74 of the source's 57: they had been gone, and came back with other values."""
    read(rows(*keys(60)))
    read(rows(*keys(30)), at=LATER, accept=True)
    report = read(rows(*keys(30)) + rows(*keys(60)[30:], size=2000), at=LATER + timedelta(hours=1))

    assert report.status == "ok"
    assert Offering.objects.get(key="acme/m59").context_window == 2000


def test_our_own_mapping_that_names_offerings_anew_is_no_doing_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    records = rows(*keys(30))
    read(records)
    original = Shop.claims

    def claims(self: Shop, record: Record) -> Iterable[Claim]:
        for claimed in original(self, record):
            yield claim(claimed.offering.replace("acme/", "acme-ai/"), dict(claimed.values))

    monkeypatch.setattr(Shop, "claims", claims)
    monkeypatch.setattr("syncers.sync.listings.mapping_version", lambda source: "fixed")
    monkeypatch.setattr(state, "mapping_version", lambda source: "fixed")

    assert read(records[1:], at=LATER).status == "ok"


# -- one provider of several -------------------------------------------------------------------------------------------


def test_one_provider_that_is_emptied_is_held_alone_and_the_rest_comes_in() -> None:
    read(rows(*keys(200), *keys(20, "small")))
    report = read(rows(*keys(205), "small/m0"), at=LATER)

    assert (report.status, report.new, report.missing) == ("ok", 5, 0)
    assert "held for small: 19 of its 20 listed on 2026-01-05 are gone (such as small/m1" in report.error
    assert set(keys(20, "small")) <= listed()
    assert Source.objects.get(slug="shop").last_good_at == NOW  # not all of it was confirmed


def test_what_is_held_of_a_list_is_held_again_until_a_person_accepts_it() -> None:
    read(rows(*keys(200), *keys(20, "small")))
    spoilt = rows(*keys(200), "small/m0")
    statuses = [read(spoilt, at=LATER + timedelta(hours=hours)).error[:14] for hours in range(2)]
    assert statuses == ["held for small", "held for small"]
    assert quarantine.payload_of("shop") is not None

    report = read(spoilt, at=LATER + timedelta(hours=3), accept=True)
    assert (report.status, report.missing, report.error) == ("ok", 19, "")
    assert quarantine.payload_of("shop") is None
    assert read(rows(*keys(200), "small/m0", "small/m99"), at=LATER + timedelta(hours=4)).error == ""


def test_a_curator_releases_what_was_held_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "load", lambda slug: Shop)
    read(rows(*keys(200), *keys(20, "small")))
    read(rows(*keys(200), "small/m0"), at=LATER)
    report = quarantine.release("shop", actor=curator())

    assert (report.status, report.missing) == ("ok", 19)
    assert not StoredPayload.objects.filter(role="quarantined").exists()


# -- sources of several files ------------------------------------------------------------------------------------------


def price_file(*names: str) -> bytes:
    config = {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0003}}}}
    return json.dumps(dict.fromkeys(names, config)).encode()


def price_files(**files: Iterable[str]) -> bytes:
    return fetch.envelope({name: [price_file(*names)] for name, names in files.items()})


def read_files(body: bytes, **how: Any) -> Report:
    return sync(Portkey, body=body, **{"at": NOW} | how)


def test_one_file_of_many_that_is_emptied_is_held_alone() -> None:
    ids = [f"m{number}" for number in range(60)]
    read_files(price_files(openai=ids, groq=ids[:10]))
    report = read_files(price_files(openai=[*ids, "m60"], groq=["m0"]), at=LATER)

    assert (report.status, report.new, report.missing) == ("ok", 1, 0)
    assert "held for groq: 9 of its 10 listed" in report.error


def test_a_payload_of_one_file_says_nothing_of_the_others() -> None:
    ids = [f"m{number}" for number in range(60)]
    read_files(price_files(openai=ids, groq=ids[:10]))
    report = read_files(price_file("openrouter/auto", *(f"maker/{name}" for name in ids)), at=LATER)

    assert (report.status, report.missing) == ("ok", 0)
    assert {"openai/m0", "groq/m9", "openrouter/maker/m0"} <= listed()
    assert report.new == 61


class Regions(base.Source):
    slug, label = "regions", "Regions"
    url = "https://regions.example/models"
    source_type, expected = SourceType.CATALOGUE, (1, 500)
    records_at = "data"

    def urls(self) -> dict[str, str]:
        return {place: f"{self.url}?in={place}" for place in ("us", "eu")}

    def claims(self, record: Record) -> Iterable[Claim]:
        yield claim(record.text("id"), {"context_window": record.get("size")})


def test_a_region_that_answers_with_nothing_is_named_although_no_key_is_gone() -> None:
    def body(eu: int) -> bytes:
        pages = {"us": rows(*keys(30)), "eu": rows(*keys(eu))}
        return fetch.envelope({part: [json.dumps({"data": page}).encode()] for part, page in pages.items()})

    assert sync(Regions, body=body(20), at=NOW).status == "ok"
    report = sync(Regions, body=body(0), at=LATER)

    assert report.status == "quarantined"
    assert "the part 'eu' has 0 records, 20 on 2026-01-05" in report.error
