"""The past is what it was: folding the ledger gives what was published, at every revision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import history, past, published, representation, timeline
from registry.history import NotYet, UnknownRevision
from registry.models import Offering
from tests.builders import NOW, OFFERING, listed
from tests.random_courses import count
from tests.registry.test_publish import put, to

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + 300 * DAY


# -- the fold ---------------------------------------------------------------------------------------------------------

VALUES = {
    "name": st.sampled_from(["Rocket", "Rocket 1", None]),
    "context_window": st.sampled_from([1000, 2000, None]),
    "input_modalities": st.sampled_from([["text"], ["image", "text"]]),
    "price.input": st.sampled_from([listed("3"), listed("2.5"), [{"state": "free", "currency": "USD"}], None]),
    "price.output[tier=batch]": st.sampled_from([listed("1.25"), listed("0.000000000001")]),
    "model": st.sampled_from(["acme/rocket-1", "acme/rocket-2"]),
}
STEP = st.tuples(
    st.sampled_from(["acme/rocket-1", "acme/rocket-2", "relay/acme/rocket-1/history"]),
    st.dictionaries(st.sampled_from(sorted(VALUES)), st.booleans(), min_size=1, max_size=4).flatmap(
        lambda chosen: st.fixed_dictionaries({n: VALUES[n] if kept else st.just(...) for n, kept in chosen.items()})
    ),
)


def publish_step(key: str, values: dict[str, Any], at: datetime) -> None:
    """Publishes what moves; `...` takes a field out, as a withdrawal does."""
    known = Offering.objects.filter(key=key).first()
    facts = known.facts if known else {}
    changes = [
        to(name, None, old=facts.get(name), gone=True, source="", reason="withdrawn", quality="unknown")
        if value is ...
        else to(name, value, old=facts.get(name))
        for name, value in values.items()
        if (name in facts if value is ... else name not in facts or facts[name] != value)
    ]
    if changes:
        put(*changes, key=key, at=at)


def snapshot() -> dict[str, Any]:
    return {
        one.key: (one.facts, set(one.provenance), one.created_at, one.updated_at, one.model_id, str(one.pricing))
        for one in Offering.objects.all()
    }


@settings(max_examples=count(40))
@given(st.lists(STEP, min_size=1, max_size=12))
def test_every_revision_is_what_the_offerings_were(steps):
    with transaction.atomic():
        states: dict[int, dict[str, Any]] = {}
        for number, (key, values) in enumerate(steps):
            publish_step(key, values, NOW + number * timedelta(hours=1))
            if newest := published.latest():
                states[newest.number] = snapshot()

        for revision, offerings in states.items():
            found = history.offerings_at(revision)
            assert list(found) == sorted(offerings)
            for key, (facts, told, created, updated, model, pricing) in offerings.items():
                row = past.PastRow(found[key], updated.date(), {})
                assert (found[key].facts, set(found[key].accounts)) == (facts, told)
                assert (found[key].created_at, found[key].updated_at, row.model) == (created, updated, model)
                assert row.column("pricing") == pricing
            assert history.offerings_at(revision, list(offerings)) == found
        transaction.set_rollback(True)


def test_it_takes_as_many_queries_for_many_offerings_as_for_one(django_assert_num_queries):
    put(to("name", "R"))
    for number in range(20):
        put(to("name", "R"), key=f"acme/r{number}")

    for keys in (None, [OFFERING], [f"acme/r{number}" for number in range(20)]):
        with django_assert_num_queries(2):
            history.offerings_at(21, keys)


def test_a_state_is_folded_once(django_assert_num_queries):
    put(to("name", "R"))
    stamp = published.latest()
    history.state(stamp)

    with django_assert_num_queries(0):
        assert list(history.state(stamp).offerings) == [OFFERING]


def test_it_keeps_what_is_stated_to_be_nothing_apart_from_what_nobody_states():
    put(to("license", "MIT"), to("quantization", "fp8"))
    put(to("license", None, old="MIT"), to("quantization", None, old="fp8", gone=True, source="", reason="withdrawn"))

    (one,) = history.offerings_at(2).values()

    assert one.facts == {"license": None}
    assert one.fact("quantization") is None


def test_it_finds_the_offerings_that_were_linked_to_a_model_then():
    put(to("model", "acme/rocket-1"))
    put(to("model", "acme/rocket-1"), key="relay/rocket")
    put(to("model", "acme/rocket-2", old="acme/rocket-1"), key="relay/rocket")

    assert list(history.offerings_of("acme/rocket-1", 2)) == [OFFERING, "relay/rocket"]
    assert list(history.offerings_of("acme/rocket-1", 3)) == [OFFERING]


# -- two clocks -------------------------------------------------------------------------------------------------------


@pytest.fixture
def three_days(db: None) -> None:
    """Revisions 1, 2 and 3 at noon of 5, 6 and 7 January."""
    for number in range(3):
        put(to("context_window", number + 1, old=number or None), at=NOW + number * DAY)


def place(**asked: Any) -> tuple[int, date]:
    moment = history.moment(now=LATER, **asked)
    return moment.revision, moment.on


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"as_of": date(2026, 1, 4)}, (0, date(2026, 1, 4))),
        ({"as_of": date(2026, 1, 5)}, (1, date(2026, 1, 5))),
        ({"as_of": date(2026, 1, 6)}, (2, date(2026, 1, 6))),
        ({"as_of": date(2099, 1, 1)}, (3, date(2099, 1, 1))),
        ({"known_at": datetime(2026, 1, 6, 11, 59, tzinfo=UTC)}, (1, date(2026, 1, 6))),
        ({"known_at": NOW + DAY}, (2, date(2026, 1, 6))),
        ({"known_at": LATER, "as_of": date(2026, 1, 4)}, (3, date(2026, 1, 4))),
        ({"revision": 2}, (2, date(2026, 1, 6))),
        ({"revision": 1, "as_of": date(2026, 1, 20)}, (1, date(2026, 1, 20))),
    ],
)
def test_it_finds_the_place_on_both_clocks(three_days, asked, expected):
    assert place(**asked) == expected


def test_it_refuses_what_cannot_be_meant(three_days):
    with pytest.raises(UnknownRevision, match="the newest is 3"):
        history.moment(now=LATER, revision=4)
    with pytest.raises(NotYet):
        history.moment(now=LATER, known_at=LATER + DAY)
    with pytest.raises(ValueError, match="give one"):
        history.moment(now=LATER, known_at=NOW, revision=1)


def test_only_a_place_far_enough_back_is_settled(three_days):
    assert history.moment(now=NOW + 4 * DAY, known_at=NOW).settled
    assert not history.moment(now=NOW + timedelta(hours=1), known_at=NOW).settled
    assert not history.moment(now=NOW, as_of=date(2027, 1, 1)).settled
    assert history.moment(now=NOW, revision=1).named


def test_a_price_announced_ahead_holds_from_its_day_on():
    line = [*listed("3"), {"amount": "2", "currency": "USD", "from": "2026-03-01"}]
    line[0]["to"] = "2026-03-01"
    put(to("price.input", line))

    def amount(**asked: Any) -> Any:
        row = past.row(history.moment(now=LATER, **asked), OFFERING)
        assert row
        return str(row.column("input_price")), row.as_json(["prices"])["prices"]["input"]["amount"]

    assert amount(revision=1) == ("3", "3")
    assert amount(revision=1, as_of=date(2026, 3, 1)) == ("2", "2")


# -- the shape of the past --------------------------------------------------------------------------------------------


def test_it_shows_what_the_present_shows_but_for_what_the_ledger_does_not_hold():
    put(to("name", "Rocket 1"), to("model", "acme/rocket-1"), to("price.input", listed("3")), aliases={"r": "list"})
    now = published.offerings_json(
        published.offering_rows(Offering.objects.all(), representation.DETAIL), representation.DETAIL, NOW.date()
    )[0]

    row = past.row(history.moment(now=LATER, revision=1), OFFERING)
    assert row
    then = row.as_json(representation.DETAIL)

    assert list(then) == list(now)
    differing = {key for key in now if then[key] != now[key]}
    assert differing >= {"aliases", "pinned", "disputed", "provenance"}
    assert all(then[key] is None for key in differing - {"provenance"})
    assert then["provenance"]["price.input"] == {
        "source": "list", "quality": "partial", "reason": "only source", "policy": "new", "revision": 1,
    }  # fmt: skip


def test_a_timeline_shows_both_clocks(settings):
    settings.API_SHOWS_PEOPLE = True
    put(to("price.input", listed("3")))
    put(to("price.input", [{"amount": "2", "currency": "USD", "from": "2026-01-01"}], old=listed("3")), at=NOW + DAY)
    gone = [{"amount": "2", "currency": "USD", "from": "2026-01-01"}]
    put(to("price.input", None, old=gone, gone=True, source="", reason="withdrawn"), at=NOW + 2 * DAY, actor="bob")

    (line,) = timeline.prices(history.entries_of(OFFERING)).values()

    told = [(p["amount"], p["state"], p["valid_from"], p["known_from"]["revision"], p["actor"]) for p in line]
    assert told == [
        ("3", "priced", None, 1, "ada"),
        ("2", "priced", "2026-01-01", 2, "ada"),
        (None, "unknown", None, 3, "bob"),
    ]
    assert [p["known_to"] and p["known_to"]["at"] for p in line] == [
        "2026-01-06T12:00:00Z", "2026-01-07T12:00:00Z", None,
    ]  # fmt: skip
