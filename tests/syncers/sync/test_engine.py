from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, models

from curation.apply.due import decide_due
from curation.apply.incoming import Incoming
from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from curation.models import Change, Source, StoredClaim
from curation.pins import pinning
from curation.review.decisions import Refused as NotNow
from registry.domain import rates
from registry.models import Alias, LedgerEntry, Model, Offering, OfferingVersion, Provider, Revision
from syncers import http
from syncers.errors import ProviderRefused, Unreachable
from syncers.kinds import source as base
from syncers.kinds.record import Record
from syncers.models import RejectedRecord, Run, StoredPayload
from syncers.payload import store
from syncers.sync import apply_claims, replay, runs, state
from syncers.sync.declared import ensure_source
from syncers.sync.engine import sync
from syncers.sync.locks import only_one
from syncers.sync.record import Report
from tests.builders import NOW, curator, listed

pytestmark = pytest.mark.django_db

KEPT: tuple[type[models.Model], ...] = (
    StoredClaim, Offering, OfferingVersion, LedgerEntry, Alias, Model, Provider, Change,
)  # fmt: skip
LATER = NOW + timedelta(hours=6)


class Fake(base.Source):
    """A list of models with a price per token. It lives in this test and is registered nowhere."""

    slug, label = "fake", "Fake"
    url = "https://fake.example/models"
    source_type, expected = SourceType.CATALOGUE, (1, 200)
    records_at = "data"

    def claims(self, record: Record) -> Iterable[Claim]:
        price = record.get("price")
        yield claim(
            f"fake/{record.text('id')}",
            {
                "name": record.text("name"),
                "context_window": record.get("size"),
                **({"price.input": rates.price(price, times=1_000_000)} if price is not None else {}),
            },
        )


class Packaged(Fake):
    slug = "packaged"

    def embedded(self) -> bytes:
        return body(one("packaged"))


def one(ident: Any = "a", **more: Any) -> dict[str, Any]:
    return {"id": ident, "name": f"Model {ident}", "size": 1000, "price": "0.000003"} | more


def many(count: int, **more: Any) -> list[dict[str, Any]]:
    return [one(f"m{n}", **more) for n in range(count)]


def body(*records: Any) -> bytes:
    return json.dumps({"data": records}).encode()


def read(*records: Any, **more: Any) -> Report:
    return sync(Fake, body=body(*records), **{"at": NOW} | more)


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that is stated and published, to the last column."""
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in KEPT}


@pytest.fixture
def network(monkeypatch):
    """What the network answers: set `.body`, or `.error` to have it raised."""

    class Network:
        body = b""
        error: Exception | None = None
        unchanged = False

        def __init__(self) -> None:
            self.asked: list[dict[str, Any]] = []
            self.transactions: list[int] = []

        def fetch(self, url: str, **how: Any) -> http.Response:
            self.asked.append({"url": url, **how})
            self.transactions.append(len(connection.savepoint_ids))
            if self.error:
                raise self.error
            return http.Response(self.body, status=304 if self.unchanged else 200, etag='"v1"')

    network = Network()
    monkeypatch.setattr(http, "fetch", network.fetch)
    return network


# -- good runs -------------------------------------------------------------------------------------


def test_a_first_sync_publishes_what_the_source_lists():
    report = read(one("a"), one("b"))

    assert (report.status, report.seen, report.new, report.applied, report.error) == ("ok", 2, 2, 6, "")
    assert Offering.objects.get(key="fake/a").facts["price.input"] == listed("3")
    assert Offering.objects.get(key="fake/a").provenance["price.input"]["source"] == "fake"


def test_it_records_the_run():
    read(one("a"), actor="ada", origin="file models.json")

    run = Run.objects.get()
    assert (run.status, run.origin, run.actor, run.seen, run.new, run.started_at) == (
        "ok",
        "file models.json",
        "ada",
        1,
        1,
        NOW,
    )
    assert Revision.objects.latest().batch == run.batch
    assert Source.objects.get(slug="fake").last_good_at == NOW


def test_it_reports_in_the_shape_that_tools_rely_on():
    assert list(read(one("a")).as_json()) == [
        "source",
        "status",
        "seen",
        "new",
        "changed",
        "applied",
        "held",
        "rejected",
        "unreadable",
        "missing",
        "rows_written",
        "seconds",
        "error",
    ]


@pytest.mark.parametrize(
    "spelling", [one("a"), dict(reversed(one("a").items())), one("a", price="3e-6"), one("a", price="0.0000030")]
)
def test_a_resync_of_the_same_writes_no_row(spelling):
    read(one("a"))
    before = rows()
    report = read(spelling, at=LATER)

    assert (report.new, report.changed, report.applied, report.held, report.rows_written) == (0, 0, 0, 0, 0)
    assert report.good
    assert rows() == before
    assert Revision.objects.filter(number__gt=0).count() == 1
    assert Source.objects.get(slug="fake").last_good_at == LATER


def test_it_changes_what_has_changed_and_nothing_else():
    read(one("a"), one("b"))
    report = read(one("a"), one("b", size=2000), at=LATER)

    assert (report.new, report.changed, report.applied) == (0, 1, 1)
    assert Offering.objects.get(key="fake/b").context_window == 2000
    assert Offering.objects.get(key="fake/a").revision == 1


def test_it_marks_what_is_not_listed_any_more():
    read(*many(3))
    report = read(*many(2), at=LATER)

    assert report.missing == 1
    assert Offering.objects.get(key="fake/m2").not_seen_since == LATER


def test_it_keeps_the_latest_good_payload_as_it_was_sent():
    read(one("a"))
    read(one("b"), one("a"), at=LATER)

    payload = StoredPayload.objects.latest("fetched_at")
    assert zlib.decompress(bytes(payload.body)) == body(one("b"), one("a"))
    assert (payload.role, payload.fetched_at) == ("good", LATER)


# -- bad payloads ----------------------------------------------------------------------------------

BROKEN = {
    "cut off": body(one("a"), one("b"))[:-20],
    "empty": b"",
    "an empty list": body(),
    "a web page": b"<!DOCTYPE html><html><body>We will be back soon</body></html>",
    "an error": b'{"error": {"message": "rate limited"}}',
    "NaN": body(one("a")).replace(b"1000", b"NaN"),
    "a key twice": b'{"data": [{"id": "a", "name": "A", "name": "B"}]}',
    "not UTF-8": b"\xff\xfe",
    "nothing takeable": body({"id": None}, 7),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_payload_changes_nothing_and_says_why(broken):
    read(one("a"), one("b"))
    before = rows()
    report = sync(Fake, body=broken, at=LATER)

    assert (report.status, report.good) == ("failed", False)
    assert len(report.error) > 10
    assert rows() == before
    assert (report.new, report.changed, report.missing, report.applied, report.rows_written) == (0, 0, 0, 0, 0)
    assert Run.objects.latest("started_at").error == report.error
    assert Source.objects.get(slug="fake").last_good_at == NOW


def test_it_holds_a_list_that_shrank_by_most_of_its_length():
    read(*many(10))
    before = rows()
    report = read(*many(4), at=LATER)

    assert report.status == "quarantined"
    assert "6 of the 10 listed on 2026-01-05 are gone (such as fake/m4, fake/m5" in report.error
    assert rows() == before
    assert StoredPayload.objects.get(role="quarantined").length == len(body(*many(4)))


def test_it_accepts_a_list_that_lost_a_few():
    read(*many(10))

    assert read(*many(7), at=LATER).missing == 3


def test_it_accepts_a_shrunken_list_when_told_to():
    read(*many(10))
    read(*many(4), at=LATER)
    report = read(*many(4), at=LATER, accept=True)

    assert (report.status, report.missing) == ("ok", 6)
    assert not StoredPayload.objects.filter(role="quarantined").exists()


@pytest.mark.parametrize(("count", "status"), [(200, "ok"), (201, "quarantined")])
def test_it_holds_a_list_that_is_far_too_long(count, status):
    assert read(*many(count)).status == status


def test_it_holds_a_run_as_a_whole_when_too_many_values_move_at_once():
    read(*many(40))
    before = rows()
    report = read(*many(40, size=2000), at=LATER)

    assert report.status == "quarantined"
    assert "40 of the source's 40 offerings" in report.error
    assert rows() == before


def test_it_accepts_many_moving_values_when_told_to():
    read(*many(40))
    report = read(*many(40, size=2000), at=LATER, accept=True)

    assert (report.status, report.changed, report.applied) == ("ok", 40, 40)


def test_it_still_asks_a_person_about_each_value_when_told_to_accept_the_list():
    read(*many(40))
    report = read(*many(40, price="0.003"), at=NOW + timedelta(days=1), accept=True)

    assert (report.applied, report.held) == (0, 40)
    assert set(Offering.objects.values_list("input_price", flat=True)) == {3}


def test_it_takes_a_source_that_is_broken_for_a_failed_run(monkeypatch):
    monkeypatch.setattr(Fake, "notices", lambda self, document: 1 / 0)
    report = read(one("a"))

    assert report.status == "failed"
    assert "ZeroDivisionError" in report.error
    assert not Offering.objects.exists()


# -- bad elements ----------------------------------------------------------------------------------


def test_it_keeps_rejected_records_and_unreadable_fields_with_their_reasons():
    report = read(one("a"), one("b", price="-1"), one("c", size="many"), 7, one("<d>"))

    assert (report.status, report.seen, report.rejected, report.unreadable, report.new) == ("ok", 5, 2, 2, 3)
    rejected = {(r.where, r.field): r for r in RejectedRecord.objects.all()}
    assert set(rejected) == {
        ("data[1].price", "price.input"),
        ("data[2].size", "context_window"),
        ("data[3]", ""),
        ("data[4]", ""),
    }
    assert "not a price: -1" in rejected["data[1].price", "price.input"].reason
    assert rejected["data[2].size", "context_window"].fragment == "'many'"
    assert "'id': '<d>'" in rejected["data[4]", ""].fragment


@pytest.mark.parametrize(
    "bad",
    [
        one("<script>"),
        one("x" * 999),
        one("x", name="\x00"),
        one("x", name="\ud800"),
        one("\ud800"),
        one("\x00"),
        one("x", price="NaN"),
        one("x", price="Infinity"),
        one("x", price=[]),
        one("x", price={}),
        one("x", size=10**30),
        None,
        [],
        one("x") | {"id\x00": 1, "id\ud800": {"deep\x00": 1}},
    ],
    ids=lambda bad: ascii(bad)[:50],
)
def test_one_bad_element_never_loses_the_others(bad):
    report = read(one("a"), bad, one("b"))

    assert report.status == "ok"
    assert {"fake/a", "fake/b"} <= set(Offering.objects.values_list("key", flat=True))
    assert RejectedRecord.objects.count() == report.rejected + report.unreadable <= 1


@pytest.mark.parametrize("sign", ["\x00", "\ud800"], ids=ascii)
def test_it_keeps_a_rejection_whatever_the_place_is_called(sign, monkeypatch):
    monkeypatch.setattr(Fake, "records", lambda self, document: [Record(f"odd{sign}", 7), Record("a", one("a"))])

    assert read(one("a")).rejected == 1
    assert RejectedRecord.objects.get().where.startswith("odd\\")


def test_it_records_notices_whatever_is_in_them(monkeypatch):
    monkeypatch.setattr(Fake, "notices", lambda self, document: {"odd\x00key": 2, "\ud800": 1})

    assert read(one("a")).status == "ok"
    assert Run.objects.get().notices == {"odd\\x00key": 2, "\\ud800": 1}


# -- dry runs --------------------------------------------------------------------------------------


def test_a_dry_run_reports_the_same_and_keeps_nothing():
    read(one("a"), one("b"), one("c"))
    before, runs = rows(), Run.objects.count()
    after = (one("a"), one("b", size=2000), one("d", price="-1"), one("e"))
    dry = read(*after, at=LATER, dry_run=True)

    assert rows() == before
    assert (Run.objects.count(), RejectedRecord.objects.count(), StoredPayload.objects.get().fetched_at) == (
        runs,
        0,
        NOW,
    )
    wet = read(*after, at=LATER)
    assert wet.as_json() | {"seconds": 0} == dry.as_json() | {"seconds": 0}


@pytest.mark.parametrize("payload", [body(one("a")), b"<html>"], ids=["good", "broken"])
def test_a_dry_run_of_a_new_source_leaves_no_trace(payload):
    sync(Fake, body=payload, dry_run=True)

    assert not Source.objects.exists()
    assert not Run.objects.exists()
    assert not StoredPayload.objects.exists()


# -- the network -----------------------------------------------------------------------------------


def test_it_fetches_what_nobody_handed_to_it(network):
    network.body = body(one("a"))
    report = sync(Fake, at=NOW)

    assert (report.status, report.new) == ("ok", 1)
    assert network.asked[0]["url"] == "https://fake.example/models"
    assert Run.objects.get().origin == "network"


def test_it_asks_for_what_is_newer_than_the_kept_payload(network):
    network.body = body(one("a"))
    sync(Fake, at=NOW)
    network.unchanged = True
    report = sync(Fake, at=LATER)

    assert network.asked[1]["etag"] == '"v1"'
    assert (report.status, report.rows_written) == ("unchanged", 0)
    assert Source.objects.get(slug="fake").last_good_at == LATER


@pytest.mark.parametrize(
    ("was_good", "error", "status"),
    [
        (True, Unreachable("no answer in time"), "stale"),
        (False, Unreachable("no answer in time"), "failed"),
        (True, ProviderRefused("403, the key is wrong"), "failed"),
    ],
)
def test_a_source_that_cannot_be_read_keeps_what_it_said(network, was_good, error, status):
    if was_good:
        read(one("a"))
    before = rows()
    network.error = error
    report = sync(Fake, at=LATER)

    assert (report.status, report.error) == (status, str(error))
    assert rows() == before


def test_it_reads_what_comes_with_the_installation_when_the_network_fails(network):
    network.error = Unreachable("fake.example: no answer in time")
    report = sync(Packaged, at=NOW)

    assert (report.status, report.new) == ("ok", 1)
    assert "no answer in time" in report.error
    assert Offering.objects.filter(key="fake/packaged").exists()


def test_it_reads_the_network_before_what_comes_with_the_installation(network):
    network.body = body(one("fresh"))
    sync(Packaged, at=NOW)

    assert list(Offering.objects.values_list("key", flat=True)) == ["fake/fresh"]


def test_a_failing_network_does_not_bring_older_installed_data_back(network):
    network.body = body(one("fresh"))
    sync(Packaged, at=NOW)
    before = rows()
    network.error = Unreachable("fake.example: no answer in time")
    report = sync(Packaged, at=LATER)

    assert (report.status, report.error) == ("stale", "fake.example: no answer in time")
    assert rows() == before


def test_newer_installed_data_is_read_although_the_network_was_read_before(network, monkeypatch):
    network.body = body(one("old"))
    sync(Packaged, at=NOW)
    network.error = Unreachable("fake.example: no answer in time")
    monkeypatch.setattr(Packaged, "is_older", lambda self, fetched, embedded: True)
    report = sync(Packaged, at=LATER)

    assert (report.status, report.new) == ("ok", 1)


def test_the_same_installed_data_again_is_no_news(network):
    network.error = Unreachable("fake.example: no answer in time")
    sync(Packaged, at=NOW)
    report = sync(Packaged, at=LATER)

    assert (report.status, report.rows_written) == ("unchanged", 0)
    assert Source.objects.get(slug="packaged").last_good_at is None


def test_it_says_which_key_is_missing(network, monkeypatch):
    monkeypatch.delenv("FAKE_API_KEY", raising=False)
    monkeypatch.setattr(Fake, "key_variable", "FAKE_API_KEY")
    monkeypatch.setattr(Fake, "key_required", True)
    report = sync(Fake)

    assert (report.status, network.asked) == ("skipped", [])
    assert "set FAKE_API_KEY" in report.error


def test_it_lets_others_write_while_the_network_is_slow(network):
    """A transaction that is open during a fetch would lock every other writer out of SQLite."""
    network.body = body(one("a"))
    sync(Fake)

    assert network.transactions == [len(connection.savepoint_ids)]


# -- together with people and with each other ------------------------------------------------------


def test_no_sync_overwrites_a_pin():
    read(one("a"))
    pinning.pin(offering="fake/a", field="context_window", value=7, actor=curator(), reason="the docs", at=NOW)
    read(one("a", size=2000), at=LATER)
    read(one("a", size=None), at=LATER)

    assert Offering.objects.get().context_window == 7


@pytest.mark.django_db(transaction=True)
def test_two_syncs_of_one_source_at_once_are_one():
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one("sync:fake"):
            held.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert held.wait(30)
        report = read(one("a"))
    finally:
        done.set()
        other.join(30)

    assert (report.status, report.error) == ("skipped", "another run of this source is under way")
    assert not Offering.objects.exists()
    assert read(one("a")).status == "ok"


def test_it_brings_the_row_of_a_source_in_line_with_its_declaration_and_leaves_the_switch_alone():
    Source.objects.create(slug="fake", label="Old", source_type="estimate", authority=[], enabled=False)
    row = ensure_source(Fake)

    assert (row.label, row.source_type, row.authority, row.enabled) == ("Fake", "catalogue", ["*"], False)


# -- the cache -------------------------------------------------------------------------------------


def fetched(network, *records: Any, at: datetime = NOW) -> Report:
    network.body = body(*records)
    return sync(Fake, at=at)


def test_a_payload_fetched_today_stands_in_for_the_network_when_asked_for(network):
    fetched(network, one("a"))
    before = rows()
    report = sync(Fake, cached=True, at=NOW + timedelta(hours=3))

    assert (report.status, report.origin, len(network.asked)) == ("unchanged", "cache, fetched 3 hours ago", 1)
    assert Run.objects.latest("started_at").origin == "cache, fetched 3 hours ago"
    assert rows() == before


def test_what_comes_from_the_cache_confirms_nothing(network):
    fetched(network, one("a"))
    sync(Fake, cached=True, at=LATER)

    assert Source.objects.get(slug="fake").last_good_at == NOW
    assert StoredPayload.objects.get().fetched_at == NOW


def test_a_fixed_mapping_reads_the_cache_again_as_of_the_day_it_was_fetched(network, monkeypatch):
    fetched(network, one("a"))
    monkeypatch.setattr(state, "mapping_version", lambda source: "fixed")
    monkeypatch.setattr(Fake, "claims", lambda self, record: [claim(f"fake/{record.text('id')}", {"name": "Fixed"})])
    report = sync(Fake, cached=True, at=LATER)

    assert (report.status, report.changed, len(network.asked)) == ("ok", 1, 1)
    assert StoredClaim.objects.get().changed_at == NOW
    assert Source.objects.get(slug="fake").last_good_at == NOW
    assert StoredPayload.objects.get().fetched_at == NOW


@pytest.mark.parametrize("how", ["not asked for", "too old", "switched off", "given by hand"])
def test_the_network_is_asked(how, network, settings):
    at = NOW + timedelta(hours=3)
    if how == "given by hand":
        read(one("a"))
    else:
        fetched(network, one("a"))
    if how == "too old":
        at = NOW + timedelta(seconds=settings.PAYLOAD_CACHE_SECONDS)
    if how == "switched off":
        settings.PAYLOAD_CACHE_SECONDS = 0
    network.asked.clear()
    network.body = body(one("b"))

    assert sync(Fake, cached=how != "not asked for", at=at).new == 1
    assert len(network.asked) == 1


def test_what_the_server_says_still_stands_is_as_good_as_fetched(network):
    fetched(network, one("a"))
    network.unchanged = True
    sync(Fake, at=LATER)

    assert StoredPayload.objects.get().fetched_at == LATER
    assert sync(Fake, cached=True, at=LATER + timedelta(hours=23)).origin == "cache, fetched 23 hours ago"


# -- kept payloads ---------------------------------------------------------------------------------


def days(*lists: Any) -> None:
    for number, listed_then in enumerate(lists):
        assert read(*listed_then, at=NOW + timedelta(days=number)).good


def test_it_keeps_the_last_payloads_and_each_of_them_once(settings):
    settings.KEPT_PAYLOADS = 2
    days([one("a")], [one("b")], [one("a")], [one("c")])

    payloads = {zlib.decompress(bytes(payload.body)): payload for payload in StoredPayload.objects.all()}
    assert set(payloads) == {body(one("a")), body(one("c"))}
    assert [run.payload_id for run in Run.objects.order_by("started_at")] == [
        payloads[body(one("a"))].pk,
        None,
        payloads[body(one("a"))].pk,
        payloads[body(one("c"))].pk,
    ]


def test_a_list_that_comes_back_is_read_and_is_no_repetition():
    days([one("a")], [one("b")], [one("a")])

    assert Offering.objects.get(key="fake/a").missing_since is None
    assert Offering.objects.get(key="fake/b").not_seen_since == NOW + timedelta(days=2)


def test_payloads_make_room_by_their_size(monkeypatch):
    monkeypatch.setattr(store, "KEPT_BYTES", len(body(one("a"))) * 2)
    days([one("a")], [one("b")], [one("c")])

    assert {zlib.decompress(bytes(payload.body)) for payload in StoredPayload.objects.all()} == {
        body(one("b")),
        body(one("c")),
    }


def test_the_newest_payload_is_kept_whatever_its_size(monkeypatch, settings):
    monkeypatch.setattr(store, "KEPT_BYTES", 1)
    settings.KEPT_PAYLOADS = 0
    days([one("a")], [one("b")])

    assert StoredPayload.objects.get().digest == store.digest_of(body(one("b")))


def test_a_payload_that_cannot_be_read_is_kept_until_one_can():
    read(one("a"))
    sync(Fake, body=b"<html>maintenance</html>", at=LATER)
    run = Run.objects.latest("started_at")

    assert run.payload is not None
    assert (run.payload.role, store.body_of(run.payload)) == ("unreadable", b"<html>maintenance</html>")
    read(one("b"), at=LATER + timedelta(hours=1))
    assert not StoredPayload.objects.filter(role="unreadable").exists()


def test_a_key_that_is_sent_back_is_not_kept(monkeypatch):
    monkeypatch.setattr(Fake, "key_variable", "FAKE_API_KEY")
    monkeypatch.setenv("FAKE_API_KEY", "sk-very-secret-0123456789")
    read(one("a", echo="Bearer sk-very-secret-0123456789"))

    payload = StoredPayload.objects.get()
    assert b"very-secret" not in store.body_of(payload)
    assert payload.length == len(store.body_of(payload)) == len(b"".join(store.unpacked(payload)))


# -- reading again ---------------------------------------------------------------------------------


def test_a_payload_is_read_again_as_a_new_run(monkeypatch, network):
    fetched(network, one("a"))
    report = sync(Fake, again=StoredPayload.objects.get(), at=LATER, actor="ada")

    run = Run.objects.latest("started_at")
    assert (report.status, report.seen, report.rows_written, len(network.asked)) == ("ok", 1, 0, 1)
    assert (run.origin, run.actor) == ("payload of 2026-01-05 12:00 UTC, read again", "ada")
    assert Run.objects.values_list("payload", flat=True).distinct().count() == 1
    assert Source.objects.get(slug="fake").last_good_at == NOW


def test_a_payload_that_was_confirmed_since_is_read_again(network):
    sync(Fake, body=body(one("a")), at=NOW)
    assert sync(Fake, body=body(one("a")), at=LATER).status == "unchanged"

    report = sync(Fake, again=StoredPayload.objects.get(), at=LATER + timedelta(hours=1))

    assert (report.status, report.seen, report.error) == ("ok", 1, "")


def test_only_the_payload_that_was_read_last_is_read_again(monkeypatch):
    monkeypatch.setattr(replay, "load", lambda slug: Fake)
    monkeypatch.setattr(replay, "SOURCES", {"fake": ""})
    days([one("a")], [one("b")])
    first, last = Run.objects.order_by("started_at")

    assert replay.check(last) == last.payload
    with pytest.raises(NotNow, match="return it to older values"):
        replay.check(first)
    report = replay.read_again("fake", digest=store.digest_of(body(one("a"))), actor="ada", batch=first.batch)
    assert (report.status, report.error) == (
        "skipped",
        "the source has been read since this was asked for; nothing was read again",
    )


# -- the run on record -----------------------------------------------------------------------------


def test_a_run_is_on_record_while_it_goes_on(monkeypatch):
    met: list[Any] = []

    def look(self: Fake, document: Any) -> dict[str, int]:
        met.extend(Run.objects.values_list("status", "seen", "finished_at"))
        return {}

    monkeypatch.setattr(Fake, "notices", look)
    read(one("a"))

    assert met == [("running", 0, None)]
    run = Run.objects.get()
    went = [run.started_at, run.fetched_at, run.parsed_at, run.published_at, run.finished_at]
    assert None not in went
    assert went == sorted(went, key=str)


def test_a_run_remembers_which_offerings_it_was_about():
    read(one("a"), one("b"))
    read(one("b", size=2000), one("c"), at=LATER)

    assert Run.objects.latest("started_at").offerings == {
        "new": ["fake/c"],
        "changed": ["fake/b"],
        "missing": ["fake/a"],
    }


def test_a_run_whose_worker_died_is_closed_by_the_next():
    row = ensure_source(Fake)
    lost = Run.objects.create(source=row, batch=uuid4(), started_at=NOW)
    read(one("a"), at=LATER)

    lost.refresh_from_db()
    assert (lost.status, lost.finished_at) == ("failed", LATER)
    assert "its worker ended before the run did" in lost.error


def test_a_person_closes_a_run_that_is_lost_once():
    lost = Run.objects.create(source=ensure_source(Fake), batch=uuid4(), started_at=NOW)
    runs.close(lost, by="ada")

    assert Run.objects.get().error.endswith("Closed by ada.")
    with pytest.raises(NotNow, match="already ended"):
        runs.close(lost, by="ada")


@pytest.mark.parametrize("waited_for", [True, False])
def test_a_run_that_comes_to_nothing_is_kept_for_those_who_wait_for_it_only(waited_for, network, monkeypatch):
    monkeypatch.setattr(Fake, "key_variable", "FAKE_API_KEY")
    monkeypatch.setattr(Fake, "key_required", True)
    monkeypatch.delenv("FAKE_API_KEY", raising=False)
    sync(Fake, batch=uuid4() if waited_for else None)

    assert [run.status for run in Run.objects.all()] == (["skipped"] if waited_for else [])


# -- what breaks one source leaves the others alone --------------------------------------------------


class Sound(Fake):
    slug = "sound"


@pytest.mark.parametrize(
    "error", [RuntimeError("x"), RecursionError(), AssertionError(), KeyError("x"), MemoryError(), SystemError()]
)
def test_a_mapping_that_crashes_on_every_record_fails_its_own_source_only(error, monkeypatch):
    def crash(self: Fake, record: Record) -> Any:
        raise error

    read(one("a"))
    before = rows()
    monkeypatch.setattr(Fake, "claims", crash)
    monkeypatch.setattr(Sound, "claims", ORIGINAL)
    report = read(one("b"), at=LATER)

    assert report.status == "failed"
    assert rows() == before
    assert sync(Sound, body=body(one("s")), at=LATER).status == "ok"


ORIGINAL = Fake.claims


@pytest.mark.parametrize("error", [RecursionError("too deep"), AssertionError("odd"), RuntimeError("odd")])
def test_a_mapping_that_crashes_on_one_record_loses_that_one_only(error, monkeypatch):
    def crash(self: Fake, record: Record) -> Any:
        if record.text("id") == "bad":
            raise error
        return ORIGINAL(self, record)

    monkeypatch.setattr(Fake, "claims", crash)
    report = read(one("a"), one("bad"), one("b"))

    assert (report.status, report.new, report.rejected) == ("ok", 2, 1)


@pytest.mark.parametrize("where", ["the claims", "reconcile", "Run.save"])
def test_a_database_that_fails_is_told_and_stops_nobody(where, monkeypatch):
    def fail(*args: Any, **more: Any) -> Any:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        if where == "the claims":
            broken.setattr(Incoming, "write", fail)
        elif where == "reconcile":
            broken.setattr(apply_claims, "reconcile", fail)
        else:
            broken.setattr(Run, "save", fail)
        report = read(one("a"))

    assert report.status == "failed"
    assert "database is locked" in report.error
    assert not Offering.objects.exists()
    assert not StoredClaim.objects.exists()
    assert sync(Sound, body=body(one("s")), at=LATER).status == "ok"


class Second(Fake):
    """Another catalogue of the same offerings."""

    slug = "second"


def test_what_a_source_says_again_after_a_long_silence_counts_at_once(network):
    def quality() -> str:
        return str(Offering.objects.get(key="fake/a").provenance["name"]["quality"])

    read(one("a"))
    sync(Second, body=body(one("a")), at=LATER)
    assert quality() == "verified"

    network.error = Unreachable("no route to host")
    for day in (10, 20, 29):
        assert sync(Fake, at=NOW + timedelta(days=day)).status == "stale"
    decide_due(at=NOW + timedelta(days=30))
    assert quality() == "partial"

    read(one("a"), at=NOW + timedelta(days=31))
    assert quality() == "verified"


def test_a_run_that_is_stopped_in_the_middle_keeps_what_it_published_and_goes_on_with_the_next(monkeypatch):
    """Slices are transactions of their own: here the database fails at the second."""
    row_counts: list[int] = []
    usual = Incoming.write

    def write(self: Incoming, keys: Iterable[str]) -> int:
        if row_counts:
            raise OperationalError("database is locked")
        row_counts.append(usual(self, list(keys)))
        return row_counts[-1]

    records = many(200)
    with monkeypatch.context() as broken:
        broken.setattr(Incoming, "write", write)
        stopped = read(*records)

    published = Offering.objects.count()
    assert 0 < published < 200
    assert (stopped.status, StoredClaim.objects.count()) == ("failed", published)
    assert stopped.applied == LedgerEntry.objects.count()
    assert not StoredPayload.objects.filter(role=StoredPayload.Role.GOOD).exists()

    report = read(*records, at=LATER)
    assert (report.status, report.new) == ("ok", 200 - published)
    assert Offering.objects.count() == 200
