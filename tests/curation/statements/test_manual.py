"""What curators state by hand is a source like any other: weighed, judged, dated, replaced and withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from curation.core.authority import SourceType
from curation.models import AuditEntry, Change, Source, Statement, StoredClaim
from curation.policies.installed import ensure_defaults
from curation.review import decisions
from curation.review.stale_check import Refused
from curation.statements import manual
from registry.domain import rates
from registry.models import LedgerEntry, Offering, Provider
from tests import builders
from tests.builders import NOW, OFFERING, usd

pytestmark = pytest.mark.django_db
PAGE = "https://acme.example/models"
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _policies():
    ensure_defaults()


def state(values: dict[str, Any], offering: str = OFFERING, **more: Any) -> Any:
    arguments: dict[str, Any] = {"actor": builders.curator(), "reason": "read in their docs", "at": LATER} | more
    return manual.state(offering, values, **arguments)


def facts() -> Any:
    return Offering.objects.get(key=OFFERING).facts


def account(name: str) -> Any:
    return Offering.objects.get(key=OFFERING).provenance[name]


def test_an_offering_that_nobody_knows_is_published_with_its_provider():
    state({"name": "Rocket 1", "price.input": usd("3")})

    assert facts()["price.input"] == [{"amount": "3", "currency": "USD"}]
    assert account("name")["source"] == "manual"
    assert account("name")["quality"] == "partial"
    assert Provider.objects.filter(slug="acme").exists()
    assert "context_window" not in facts()  # nothing is invented


def test_it_fills_what_was_unknown_and_leaves_what_a_better_source_says():
    builders.offering(context_window=200_000, max_output_tokens=...)
    state({"context_window": 100, "max_output_tokens": 4_000})

    assert facts()["context_window"] == 200_000
    assert facts()["max_output_tokens"] == 4_000


def test_the_providers_own_word_is_accepted_before_a_catalogue_and_is_judged_like_any():
    builders.offering(price_input=usd("3"))
    state({"price.input": usd("60")}, source_type=SourceType.OFFICIAL, evidence=PAGE)

    assert facts()["price.input"] == builders.listed("3")  # ten times and more is a possible unit error
    waiting = Change.objects.get(state=Change.State.PROPOSED)
    assert (waiting.source, builders.part(waiting).new) == ("manual-official", builders.listed("60"))

    decisions.approve({waiting.pk: waiting.fingerprint}, actor=builders.curator(), at=LATER)
    assert facts()["price.input"] == builders.listed("60")
    assert account("price.input")["quality"] == "verified"


@pytest.mark.parametrize(
    ("values", "more", "message"),
    [
        ({"context_window": 5}, {"reason": " "}, "how you know"),
        ({"context_window": 5}, {"reason": "x" * 501}, "too long"),
        ({"context_window": 5}, {"evidence": "a page"}, "web address"),
        ({"context_window": 5}, {"source_type": SourceType.OFFICIAL}, "needs evidence"),
        ({"context_window": 5}, {"source_type": SourceType.MARKETPLACE}, "source types"),
        ({"context_window": 5}, {"as_of": date(2026, 2, 1)}, "still to come"),
        ({"context_window": -5}, {}, "context_window"),
        ({"wheels": 4}, {}, "wheels"),
        ({}, {}, "at least one value"),
        ({"context_window": 5}, {"offering": "no id"}, "not an offering id"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_leaves_nothing(values, more, message):
    with pytest.raises(Refused, match=message):
        state(values, **more)

    assert not Statement.objects.exists()
    assert not StoredClaim.objects.exists()


def test_each_value_keeps_its_author_reason_evidence_and_day():
    state({"context_window": 8_000}, evidence=PAGE, as_of=date(2026, 1, 2))

    row = Statement.objects.get()
    assert (row.author.username, row.reason, row.evidence, row.as_of) == (
        "ada", "read in their docs", PAGE, date(2026, 1, 2),
    )  # fmt: skip
    assert account("context_window")["since"] == "2026-01-02"
    assert AuditEntry.objects.get(action="stated").batch == row.batch


def test_a_newer_statement_takes_the_place_of_the_older_one_whatever_its_source_type():
    state({"context_window": 8_000, "name": "Rocket"})
    state({"context_window": 9_000}, source_type=SourceType.OFFICIAL, evidence=PAGE, at=LATER + timedelta(hours=1))

    assert facts()["context_window"] == 9_000
    old = Statement.objects.get(field="context_window", withdrawn_at__isnull=False)
    assert (old.withdrawn_reason, old.replaced_by and old.replaced_by.value) == ("stated anew", 9_000)
    assert StoredClaim.objects.get(source="manual").values == {"name": "Rocket"}


def test_null_states_that_there_is_none():
    state({"max_output_tokens": None, "name": "Rocket"})

    assert StoredClaim.objects.get().values["max_output_tokens"] is None


def test_what_is_withdrawn_goes_back_to_the_other_sources():
    builders.offering(context_window=200_000)
    state({"context_window": 210_000}, source_type=SourceType.OFFICIAL, evidence=PAGE)
    assert facts()["context_window"] == 210_000

    manual.withdraw(Statement.objects.all(), actor=builders.curator("eve"), reason="misread", at=LATER)

    row = Statement.objects.get()
    assert (row.withdrawn_by, row.withdrawn_reason) == ("eve", "misread")
    claim = StoredClaim.objects.get(source="manual-official")
    assert (claim.values, claim.missing_since) == ({}, LATER)
    waiting = Change.objects.filter(state=Change.State.PROPOSED, unit="context_window")
    assert facts()["context_window"] == 200_000 or builders.part(waiting.get()).new == 200_000


def test_withdrawing_the_only_word_about_an_offering_makes_it_missing_and_asks_before_prices_go():
    state({"context_window": 8_000, "price.input": usd("3")})
    manual.withdraw(Statement.objects.all(), actor=builders.curator(), reason="a hoax", at=LATER)

    offering = Offering.objects.get(key=OFFERING)
    assert offering.missing_since == LATER
    assert "context_window" not in offering.facts
    assert offering.facts["price.input"] == builders.listed("3")
    assert builders.held(OFFERING, "price.input").kind == "no_longer_stated"
    assert builders.held_fields() == {"price.input"}


def test_what_is_withdrawn_already_cannot_be_withdrawn():
    state({"context_window": 8_000})
    manual.withdraw(Statement.objects.all(), actor=builders.curator(), reason="x", at=LATER)

    with pytest.raises(Refused, match="already"):
        manual.withdraw(Statement.objects.all(), actor=builders.curator(), reason="x", at=LATER)


def test_a_no_holds_until_a_person_states_the_field_again():
    builders.offering(price_input=usd("3"))
    page = {"source_type": SourceType.OFFICIAL, "evidence": PAGE}
    state({"price.input": usd("60")}, **page)
    waiting = Change.objects.get(state=Change.State.PROPOSED)
    decisions.reject({waiting.pk: waiting.fingerprint}, actor=builders.curator("eve"), reason="no", at=LATER)

    state({"name": "Rocket 1"}, **page, at=LATER)
    assert "price.input" not in builders.held_fields()

    state({"price.input": usd("60")}, **page, at=LATER)
    assert "price.input" in builders.held_fields()


def test_a_statement_grows_old_by_the_day_for_which_it_was_read():
    state({"context_window": 8_000}, as_of=date(2025, 1, 1))
    other = builders.source("other", source_type="estimate")
    builders.state(other, builders.claim(context_window=9_000), at=NOW)

    claim = StoredClaim.objects.get(source="manual")
    assert claim.as_of == date(2025, 1, 1)
    assert claim.since == {"context_window": "2025-01-01"}


def test_a_copy_does_not_count_by_itself_and_an_estimate_stays_one():
    about = manual.OfferingStatement(
        OFFERING, {"context_window": 8_000}, estimates=frozenset({"context_window"}), origin="openrouter"
    )
    manual.state_all([about], actor=builders.curator(), reason="from a file", at=LATER)

    claim = StoredClaim.objects.get()
    assert (claim.origin, claim.estimates) == ("openrouter", ["context_window"])
    assert account("context_window")["quality"] == "estimated"


def test_the_same_said_again_publishes_nothing():
    state({"context_window": 8_000})
    entries = LedgerEntry.objects.count()
    state({"context_window": 8_000}, at=LATER + timedelta(minutes=1))

    assert LedgerEntry.objects.count() == entries


def test_the_sources_are_made_once_and_what_curators_set_on_them_stays():
    manual.ensure_sources()
    Source.objects.filter(slug="manual").update(enabled=False)
    manual.ensure_sources()

    assert {row.slug: row.enabled for row in Source.objects.all()} == {"manual": False, "manual-official": True}


def test_a_price_stated_by_hand_for_a_day_to_come_is_decided_anew_on_that_day():
    day = date(2027, 1, 1)
    now, then = rates.PricePoint(Decimal(3), valid_to=day), rates.PricePoint(Decimal(4), valid_from=day)
    state({"price.input": rates.line([now, then])})

    assert StoredClaim.objects.get().next_start == day
