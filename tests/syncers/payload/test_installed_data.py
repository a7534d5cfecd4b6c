"""Data that came with the installation confirms nothing: it is as old as its release, a row as old as its own date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from curation.models import Source, StoredClaim
from registry.catalogue import freshness
from registry.models import Offering
from syncers import http
from syncers.errors import Unreachable
from syncers.kinds import source as base
from syncers.kinds.record import Record
from syncers.models import Run
from syncers.monitoring.health import SourceState, health
from syncers.payload.parser_version import ROOT
from syncers.sources.catalogues import genai_package
from syncers.sources.catalogues.curated import Curated
from syncers.sources.catalogues.genai_prices import GenaiPrices
from syncers.sync.engine import sync
from tests.builders import NOW

pytestmark = pytest.mark.django_db

RELEASED = NOW - timedelta(days=40)


class Packaged(base.Source):
    slug, label = "packaged", "Packaged"
    url = "https://packaged.example/models"
    source_type, expected = SourceType.CATALOGUE, (1, 200)
    records_at = "data"

    def claims(self, record: Record) -> Iterable[Claim]:
        yield claim(f"acme/{record.text('id')}", {"context_window": record.get("size")})

    def embedded(self) -> bytes:
        return json.dumps({"data": [{"id": "rocket", "size": 1000}]}).encode()

    def embedded_at(self) -> datetime | None:
        return RELEASED


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(url: str, **how: object) -> http.Response:
        raise Unreachable("packaged.example: no answer in time")

    monkeypatch.setattr(http, "fetch", fetch)


def confirmed(key: str) -> str | None:
    row = Offering.objects.get(key=key)
    confirmed_at: str | None = freshness.of_offering(key, row.provenance, now=NOW)["confirmed_at"]
    return confirmed_at


@pytest.mark.usefixtures("no_network")
def test_installed_data_is_confirmed_as_of_the_day_of_its_release() -> None:
    report = sync(Packaged, at=NOW)
    source, row = Source.objects.get(slug="packaged"), StoredClaim.objects.get()

    assert (report.status, report.new) == ("ok", 1)
    assert source.last_good_at == row.confirmed_at == row.changed_at == RELEASED
    assert row.since == {"context_window": RELEASED.date().isoformat()}
    assert confirmed("acme/rocket") == RELEASED.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.usefixtures("no_network")
def test_starting_again_without_a_network_makes_nothing_fresher() -> None:
    sync(Packaged, at=NOW - timedelta(days=3))
    sync(Packaged, at=NOW)

    assert Source.objects.get(slug="packaged").last_good_at == RELEASED
    assert freshness.of_offering("acme/rocket", Offering.objects.get().provenance, now=NOW)["stale"] is True


@pytest.mark.usefixtures("no_network")
def test_a_release_of_an_unknown_day_leaves_the_confirmation_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Packaged, "embedded_at", lambda self: None)
    report = sync(Packaged, at=NOW)

    assert "installed data of an unknown day is used" in report.error
    assert Source.objects.get(slug="packaged").last_good_at is None
    assert confirmed("acme/rocket") is None


@pytest.mark.usefixtures("no_network")
def test_a_source_says_that_the_network_was_not_reached_and_how_old_the_data_is() -> None:
    report = sync(Packaged, at=NOW)
    state = health([Source.objects.get(slug="packaged")], now=NOW)["packaged"]

    assert f"the network has not been reached; installed data of {RELEASED:%Y-%m-%d} is used" in report.error
    assert (state.state, state.needs_attention) == (SourceState.INSTALLED, True)
    assert state.age == NOW - RELEASED


@pytest.mark.usefixtures("no_network")
def test_what_waits_was_not_seen_again_because_the_package_was_read_again() -> None:
    sync(Packaged, at=NOW)
    assert Run.objects.latest("pk").origin == "installation"
    assert sync(Packaged, at=NOW + timedelta(days=1)).status == "unchanged"
    assert Source.objects.get(slug="packaged").last_good_at == RELEASED


def test_the_package_that_is_locked_has_a_day_of_release() -> None:
    lock = (ROOT / "requirements" / "runtime.lock").read_text()
    locked = re.search(r"^genai-prices==(\S+)", lock, re.MULTILINE)

    assert locked is not None
    assert locked[1] in genai_package.RELEASED, "look up when that version came out, and add it"
    assert GenaiPrices().embedded_at() == genai_package.released_at()


def test_a_curated_row_is_confirmed_on_its_own_date_however_often_it_is_read() -> None:
    for days in (0, 1):
        assert sync(Curated, at=NOW + timedelta(days=days), accept=True).status in ("ok", "unchanged")

    source = Source.objects.get(slug="curated")
    assert source.last_good_at == NOW + timedelta(days=1)  # it was read well, which confirms nothing
    assert source.confirmed_at is None
    dated = StoredClaim.objects.filter(source=source, as_of__isnull=False).first()
    assert dated is not None
    assert dated.confirmed_at == datetime.combine(dated.as_of, datetime.min.time(), UTC)  # type: ignore[arg-type]
    assert {row.confirmed_at for row in StoredClaim.objects.filter(source=source, as_of=None)} <= {None}
    assert confirmed(dated.offering_key) == f"{dated.as_of}T00:00:00Z"
