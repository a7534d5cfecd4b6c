"""The rows of the decision: claims in, what must be published, what waits.

A row that the present decision gets wrong is marked with its reason, strictly: the change that mends it takes the mark
away. The ids are those of the design's table of counter-examples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from curation import review
from curation.models import Change, Pin
from curation.policies import ensure_defaults
from registry.models import LedgerEntry, Offering, Revision
from tests.builders import curator, usd
from tests.curation.decision.world import (
    OFFERING,
    TODAY,
    account,
    base,
    dated,
    fact,
    prices,
    published,
    says,
    waiting,
    who,
)  # fmt: skip

pytestmark = pytest.mark.django_db

FIELD_BY_FIELD = "the decision is made field by field, not list by list"
NO_INCUMBENT = "the freshest statement wins among equals"
TODAY_ONLY = "a price is judged at today's point only"
COUNTED = "corroboration is a number that means different things"
FROZEN_ACCOUNT = "the account is that of the day of publication"
NO_GRACE = "what is missing loses its seat at once"


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    ensure_defaults()


@dataclass(frozen=True)
class Row:
    """A row of token prices. `before` and `now` are (source, list) in the order in which they are read."""

    id: str
    before: list[tuple[str, str]]
    now: list[tuple[str, str]]
    published: str
    waits: bool
    wrong: str = ""
    """Why the present decision gets it wrong; "" where it is right."""
    more: dict[str, Any] = field(default_factory=dict)


ROWS = [
    # Law 1: the unit is a list.
    Row("U1", [("L", "0.10/0.50")], [("L", "0.075/0.30")], "0.10/0.50", True, FIELD_BY_FIELD),
    Row("U2", [("L", "5/25")], [("L", "4.5/22.5")], "4.5/22.5", False),
    Row("U4", [("O", "5/25")], [("L", "5/25 batch=2.5/12.5")], "5/25 batch=2.5/12.5", False),
    Row("U5", [("O", "5/25"), ("L", "5/25 batch=2.5/12.5")], [("O", "4/20")], "4/20", False, FIELD_BY_FIELD),
    Row("U6", [("O", "4/20")], [("L", "4/20 batch=2/10")], "4/20 batch=2/10", False),
    Row("U7", [("O", "4/20")], [("L", "5/25 cache=8")], "4/20", False),
    Row("U8", [("L", "3/15")], [("M", "-/- region=3.3")], "3/15 region=3.3", False),
    Row("U9", [("L", "0.02")], [("M", "0.02/0")], "0.02/free", False),
    Row("U9b", [("L", "0.02")], [("M", "0.03/0")], "0.02", False, FIELD_BY_FIELD),
    Row("U14", [("L", "5/25")], [("L", "2.5/10 batch=1.25/5")], "5/25", True, FIELD_BY_FIELD),
    Row("U15", [("L", "5/25")], [("L", "2.5/10"), ("M", "5/25 cache=0.5")], "5/25 cache=0.5", True, NO_INCUMBENT),
    # Law 3: the incumbent stays among equals.
    Row("I1", [("L", "1.1")], [("M", "1.0")], "1.1", False, NO_INCUMBENT),
    Row("I2", [("L", "5/25"), ("M", "5/25")], [("M", "4/20")], "5/25", True, NO_INCUMBENT),
    Row("I3", [("L", "5/25")], [("M", "4/20"), ("G", "4/20")], "4/20", False),
    Row("I5", [("L", "5/25")], [("O", "4/20")], "4/20", False),
    # Law 4: the day decides, not the order.
    Row("O1", [], [("O", "500/2500"), ("L", "5/25")], "-", True, NO_INCUMBENT),
    Row("O1 turned", [], [("L", "5/25"), ("O", "500/2500")], "-", True, NO_INCUMBENT),
    Row("O4", [("L", "5/25")], [("M", "4/20")], "5/25", False, NO_INCUMBENT),
    # Law 5: independent sources are counted once.
    Row("V2", [("O", "10/40")], [("O", "4/16")], "4/16", False, COUNTED),
    Row("V3", [("O", "10/40")], [("O", "4/60")], "10/40", True),
    Row("V6", [("O", "5/25")], [("O", "0.5/2.5")], "5/25", True),
    Row("V9", [("G", "1/6"), ("L", "1/6")], [("L", "0.2/1.2"), ("O", "0.2/1.2")], "0.2/1.2", False),
    # Law 6: what waits does not change what is published.
    Row("A2", [("O", "0.4")], [("O", "1.6")], "0.4", True),
    Row("A3", [], [("O", "5/25")], "5/25", False),
    # Law 7: removal has grace, and a list that moved takes its rates along.
    Row(
        "R4",
        [("L", "5/25 batch=2.5/12.5")],
        [("M", "5/25 batch=2.5/12.5"), ("L", "5/25")],
        "5/25 batch=2.5/12.5",
        False,
    ),
    Row("R5", [("L", "5/25 batch=2.5/12.5")], [("L", "4.5/22.5")], "4.5/22.5", False, FIELD_BY_FIELD),
]  # fmt: skip


def _marked(row: Row) -> ParameterSet:
    marks = [pytest.mark.xfail(reason=row.wrong, strict=True)] if row.wrong else []
    return pytest.param(row, id=row.id, marks=marks)


@pytest.mark.parametrize("row", [_marked(row) for row in ROWS])
def test_a_price_list_is_decided_whole(row):
    for letter, listed in row.before:
        base(letter, listed)
    for number, (letter, listed) in enumerate(row.now):
        says(letter, listed, at=TODAY + timedelta(minutes=number))

    assert (published(), bool(waiting())) == (row.published, row.waits)


# -- law 1 -------------------------------------------------------------------------------------------------------------


def test_u11_a_pin_replaces_one_rate_of_the_accepted_list():
    base("L", "5/25")
    review.pin(offering=OFFERING, field="price.output", value=usd("30"), actor=curator(), reason="x", at=TODAY)
    for letter in ("L", "M"):
        says(letter, "4.5/22.5 cache=0.45", at=TODAY + timedelta(hours=1))

    assert published() == "4.5/30 cache=0.45"


@pytest.mark.xfail(reason=FIELD_BY_FIELD, strict=True)
@pytest.mark.parametrize("ends", ["released", "expired"])
def test_u12_what_waits_stays_out_when_a_pin_ends(ends):
    base("L", "5/25")
    over = TODAY + timedelta(hours=2)
    pin = review.pin(
        offering=OFFERING, field="price.output", value=usd("30"), actor=curator(), reason="x", at=TODAY, expires_at=over
    )
    says("L", "2.5/10", at=TODAY + timedelta(hours=1))
    if ends == "released":
        review.release(pin, actor=curator(), at=over - timedelta(minutes=1))
    else:
        review.end_expired_pins(at=over)

    assert published() == "5/25"
    assert waiting()


@pytest.mark.xfail(reason=FIELD_BY_FIELD, strict=True)
def test_u18_one_list_is_undone_whole():
    from curation.undo import roll_back

    base("L", "5/25")
    says("L", "4/20")
    output = LedgerEntry.objects.filter(field="price.output").latest("id")
    roll_back(entries=[output.pk], actor=curator(), reason="x", at=TODAY + timedelta(hours=1))

    assert published() == "5/25"


@pytest.mark.xfail(reason=FIELD_BY_FIELD, strict=True)
def test_u19_a_refused_list_is_not_asked_again_while_it_holds_a_refused_value():
    base("L", "5/25")
    says("L", "2.5/10")
    shown = {change.pk: change.fingerprint for change in Change.objects.awaiting_review()}
    review.reject(shown, actor=curator(), reason="no", at=TODAY + timedelta(minutes=1))
    says("L", "2.5/10 cache=0.2", at=TODAY + timedelta(hours=1))

    assert (published(), waiting()) == ("5/25", set())


def test_u10_the_units_of_an_offering_are_apart():
    base("O", "5/25")
    base("O2", price_request=usd("0.04"))
    says("O2", price_request=usd("0.4"))

    assert (published(), waiting()) == ("5/25", {"price.request"})


def test_u17_another_currency_waits():
    from registry import rates

    base("L", "2/8")
    says("O", price_input=rates.price("14", currency="CNY"), price_output=rates.price("56", currency="CNY"))

    assert published() == "2/8"
    assert waiting() == {"price.input", "price.output"}


# -- law 2 -------------------------------------------------------------------------------------------------------------


@pytest.mark.xfail(reason=TODAY_ONLY, strict=True)
@pytest.mark.parametrize(
    "points",
    [
        pytest.param([("2", None, "2027-01-01"), ("2000", "2027-01-01", None)], id="T1 a thousandfold"),
        pytest.param([("2", None, "2027-01-01"), ("free", "2027-01-01", None)], id="T2 free"),
        pytest.param([("0.002", None, "2026-06-01"), ("2", "2026-06-01", None)], id="T5 the past rewritten"),
    ],
)
def test_a_point_in_time_is_judged_when_it_is_stated(points):
    base("L", "2")
    says("L", price_input=dated(*points))

    assert fact("price.input") == [{"amount": "2", "currency": "USD"}]
    assert waiting() == {"price.input"}


@pytest.mark.xfail(reason=TODAY_ONLY, strict=True)
def test_t6_an_undated_price_says_nothing_of_the_past():
    base("G", price_input=dated(("5", None, "2026-07-01"), ("4", "2026-07-01", None)))
    says("O", "4")

    assert [point["amount"] for point in fact("price.input")] == ["5", "4"]
    assert not waiting()


@pytest.mark.xfail(reason="prices are projected on the day of publication only", strict=True)
def test_t14_the_day_after_a_dated_start_the_old_price_is_not_found():
    base("G", price_input=dated(("1", None, "2026-12-01"), ("9", "2026-12-01", None)))
    says("L", "1", at=datetime(2026, 11, 29, tzinfo=UTC))

    from registry.moments import at_day  # type: ignore[attr-defined]

    assert not at_day(datetime(2026, 12, 5, tzinfo=UTC)).filter(input_price__lte=2).exists()


# -- law 4 -------------------------------------------------------------------------------------------------------------


@pytest.mark.xfail(reason=NO_INCUMBENT, strict=True)
@pytest.mark.parametrize("order", [("M", "L"), ("L", "M")])
def test_o2_a_contested_rate_waits_and_the_list_goes_on(order):
    said = {"M": "2.5/10 audio=2.5", "L": "2.5/10 audio=40/80"}
    for letter in order:
        says(letter, said[letter])

    assert published() == "2.5/10 audio=-/80"


@pytest.mark.xfail(reason="a day is not weighed as if read together", strict=True)
def test_o6_steps_of_one_day_are_measured_from_its_beginning():
    base("L", "5/25")
    seen = []
    for hour, listed in ((8, "6/30"), (12, "7.4/37"), (16, "9/45")):
        says("L", listed, at=TODAY.replace(hour=hour))
        seen.append(published())

    assert seen == ["6/30", "7.4/37", "5/25"]


# -- law 5 -------------------------------------------------------------------------------------------------------------


@pytest.mark.xfail(reason=COUNTED, strict=True)
def test_v1_a_lone_official_word_is_one_voice():
    base("M", max_output_tokens=16_384)
    says("O", max_output_tokens=1_024)

    assert (fact("max_output_tokens"), waiting()) == (16_384, {"max_output_tokens"})


@pytest.mark.xfail(reason=COUNTED, strict=True)
def test_v8_a_limit_that_grows_eightfold_on_one_word_waits():
    base("G", context_window=16_384)
    says("G", context_window=131_072)

    assert (fact("context_window"), waiting()) == (16_384, {"context_window"})


def test_i4_copies_of_one_origin_are_one_voice():
    base("L", "5/25")
    says("M", "5/25")
    who("G").__class__.objects.filter(slug="genai-prices").update(origin="models-dev")

    assert account("price.input")["agreement"] == {"agree": 2, "of": 2}


# -- law 6 -------------------------------------------------------------------------------------------------------------


@pytest.mark.xfail(reason=FROZEN_ACCOUNT, strict=True)
def test_a1_a_source_that_leaves_takes_its_agreement_along_without_a_revision():
    base("L", "5/25")
    says("M", "5/25", at=TODAY - timedelta(days=1))
    before = Revision.objects.latest().number
    says("M", "4/20")

    assert (published(), account("price.input")["quality"]) == ("5/25", "partial")
    assert Revision.objects.latest().number == before


@pytest.mark.xfail(reason=FROZEN_ACCOUNT, strict=True)
def test_a2_what_its_source_no_longer_states_is_not_verified():
    base("O", "0.4")
    says("O", "1.6")

    assert account("price.input")["quality"] != "verified"


# -- law 7 -------------------------------------------------------------------------------------------------------------


def test_r6_what_its_provider_no_longer_lists_is_frozen():
    base("O", "2/8")
    base("M", "10/40")

    assert published() == "2/8"
    assert prices("2/8")["price.input"] == usd("2")


# -- law 8 -------------------------------------------------------------------------------------------------------------


def test_e1_an_approval_stands_when_only_who_agrees_has_moved():
    base("L", "4/20")
    says("L", "2/10")
    shown = {change.pk: change.fingerprint for change in Change.objects.awaiting_review()}
    says("M", "4/20", at=TODAY + timedelta(minutes=1))
    outcome = review.approve(shown, actor=curator(), at=TODAY + timedelta(minutes=2))

    assert (published(), outcome.refused) == ("2/10", [])


def test_e3_an_approval_is_refused_when_somebody_pinned_a_part():
    base("L", "4/20")
    says("L", "2/10")
    shown = {change.pk: change.fingerprint for change in Change.objects.awaiting_review()}
    review.pin(offering=OFFERING, field="price.output", value=usd("30"), actor=curator("bob"), reason="x", at=TODAY)
    outcome = review.approve(shown, actor=curator(), at=TODAY + timedelta(minutes=2))

    assert outcome.refused
    assert Pin.objects.filter(released_at__isnull=True).exists()
    assert Offering.objects.get().facts["price.output"][0]["amount"] == "30"
