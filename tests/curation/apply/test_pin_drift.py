"""No sync, approval, rejection or undo of a sync changes a pin. And the states of pins are correct."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from curation.apply import pin_drift
from curation.apply.load import gather
from curation.apply.pin_drift import Drift, State
from curation.core.claim import Claim
from curation.models import Change, Pin
from curation.pins import pinning
from curation.policies.installed import ensure_defaults
from curation.review import decisions
from curation.rollback.selection import Selection
from curation.rollback.undo import roll_back
from registry.domain import fields, rates
from registry.models import LedgerEntry, Offering, Revision
from tests import random_courses
from tests.builders import NOW, OFFERING, claim, curator, grace_passes, listed, offering, source, state, usd
from tests.random_courses import count

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _policies(db: None) -> None:
    ensure_defaults()


def pin(field: str = "context_window", value: Any = 128_000, at: datetime = LATER, **more: Any) -> Pin:
    return pinning.pin(offering=OFFERING, field=field, value=value, actor=curator(), reason="docs", at=at, **more)


@pytest.mark.parametrize(
    "key", ["acme/../rocket-1", "acme//rocket-1", "acme/javascript:x", "acme/ro\x01cket", "rocket"]
)
def test_what_can_be_no_id_is_not_pinned_even_where_it_was_published(key):
    offering()
    Offering.objects.update(key=key)

    with pytest.raises(decisions.Refused, match=r"not an offering id|cannot be an offering id"):
        pinning.pin(offering=key, field="task", value="chat", actor=curator(), reason="docs", at=LATER)


# -- states ----------------------------------------------------------------------------------------

_NOW = NOW + timedelta(days=100)
_days = st.none() | st.integers(-20, 20).map(lambda days: _NOW + timedelta(days=days))


@given(st.sampled_from(["", *Drift.values]), _days, _days, _days)
def test_the_database_and_the_page_tell_the_same_states(drift, expires_at, review_at, released_at):
    with transaction.atomic():
        pin = Pin.objects.create(
            offering_key=OFFERING,
            field="task",
            value="chat",
            reason="x",
            author=curator(),
            created_at=NOW,
            drift=drift,
            expires_at=expires_at,
            review_at=review_at,
            released_at=released_at,
        )
        on_page = set(pin_drift.states(pin, _NOW))
        in_database = {state for state in State if Pin.objects.filter(pin_drift.condition(state, _NOW)).exists()}

        assert in_database == on_page != set()
        assert {state for state, count in pin_drift.counts(_NOW).items() if count} == on_page
        is_quiet = on_page <= {State.RELEASED, State.EXPIRED}
        assert Pin.objects.filter(pin_drift.in_force(_NOW)).exists() is not is_quiet
        transaction.set_rollback(True)


def drift(**by_name: Any) -> str:
    """The stored drift of the pin after a sync in which the catalogue states this."""
    state(source(), claim(**by_name))
    return str(Pin.objects.get().drift)


def test_a_pin_remembers_what_the_sources_said_when_it_was_made():
    offering(context_window=200_000)
    assert pin().behind_then == {"value": 200_000, "source": "list"}


def test_it_follows_what_the_sources_say():
    offering(context_window=200_000)
    assert pin().drift == Drift.DIFFERS

    assert drift(context_window=220_000) == Drift.MOVED
    assert drift(context_window=128_000) == Drift.CAME_ROUND
    assert drift(context_window=200_000) == Drift.DIFFERS
    assert drift(context_window=...) == Drift.DIFFERS  # it may come back

    grace_passes(source())
    assert Pin.objects.get().drift == Drift.UNSTATED


def test_a_source_that_begins_to_speak_has_moved():
    offering()
    assert pin("license", "MIT").behind_then == {}

    assert drift(license="Apache-2.0") == Drift.MOVED


def test_an_equal_that_moves_away_from_the_incumbent_has_not_moved_the_pin():
    """The end of the pin would show what the incumbent says."""
    offering(context_window=200_000)
    state(source("other"), claim(context_window=200_000))
    pin()
    state(source("other"), claim(context_window=220_000), at=LATER + timedelta(days=1))

    held = Pin.objects.get()
    assert held.drift == Drift.DIFFERS
    pinning.release(held, actor=curator(), at=LATER + timedelta(days=1, hours=1))
    assert Offering.objects.get().facts["context_window"] == 200_000


def test_what_stands_behind_many_pins_of_one_offering_is_merged_once_and_read_at_once(django_assert_max_num_queries):
    offering(context_window=200_000)
    held = [pin(), pin("license", "MIT"), pin("price.input", usd("2"))]
    with django_assert_max_num_queries(7):
        behind = pin_drift.behind_all(held, at=LATER)

    assert [behind_pin.drift for behind_pin in behind] == [pin.drift for pin in held]


def test_an_official_source_contradicts_and_a_catalogue_does_not():
    offering(context_window=200_000)
    pin()
    state(source("acme", speaks_for="acme"), claim(context_window=200_000))

    held = Pin.objects.get()
    assert held.drift == Drift.CONTRADICTED
    (behind,) = pin_drift.behind_all([held], at=LATER)
    assert behind.official == ("acme",)


def test_wording_is_no_contradiction():
    offering(name="Rocket 1")
    pin("name", "The Rocket")
    state(source("acme", speaks_for="acme"), claim(name="Rocket One"))

    assert Pin.objects.get().drift == Drift.MOVED


def test_since_when_it_is_so_is_kept_and_nothing_is_written_while_nothing_moves():
    offering(context_window=200_000)
    pin()
    state(source(), claim(context_window=220_000), at=LATER + timedelta(days=1))
    outcome = state(source(), claim(context_window=221_000), at=LATER + timedelta(days=2))

    assert Pin.objects.get().drift_since == LATER + timedelta(days=1)
    assert pin_drift.note(gather([OFFERING], at=LATER), at=LATER) == 0
    assert outcome.published.entries == 0


def test_how_far_it_has_moved_is_told_from_the_pin_and_from_then():
    offering(price_input=usd("3"))
    held = pin("price.input", usd("2"))
    state(source(), claim(price_input=usd("6")))

    (behind,) = pin_drift.behind_all([held], at=LATER)
    assert pin_drift.moved_by(held, behind.decision, on=LATER.date()) == (Decimal(3), Decimal(2))


# -- one rate alone --------------------------------------------------------------------------------

BATCH: Final = "price.input[tier=batch]"


def both(ordinary: str, batch: str) -> Claim:
    prices: dict[str, Any] = {"price_input": usd(ordinary), BATCH: usd(batch)}
    return claim(**prices)


def test_a_pin_of_one_rate_moves_no_other_and_is_moved_by_none():
    state(source(), both("3", "1.5"))
    pin(BATCH, usd("1"))
    state(source(), both("3.3", "1.65"))

    facts = Offering.objects.get().facts
    assert (facts["price.input"], facts[BATCH]) == (listed("3.3"), listed("1"))
    assert Offering.objects.get().provenance["price.input"]["source"] == "list"


def test_a_pin_of_the_ordinary_price_leaves_its_special_rates_to_their_sources():
    state(source(), both("3", "1.5"))
    pin("price.input", usd("2"))
    state(source(), both("3.3", "1.6"))

    facts = Offering.objects.get().facts
    assert (facts["price.input"], facts[BATCH]) == (listed("2"), listed("1.6"))


# -- whatever the sources do -----------------------------------------------------------------------

SYNCS: Final = count(150)
"""The number of random syncs that must not change the pins."""
_KEYS: Final = ("acme/rocket-1", "acme/rocket-2", "bolt/rocket-1")
_SAID: Final[dict[str, list[Any]]] = {
    "price.input": [
        ..., None, usd("0"), usd("3"), usd("3.3"), usd("30"), usd("3000000"), rates.stated(rates.Amounts.DYNAMIC),
    ],
    "price.input[tier=batch]": [..., usd("1.5"), usd("1"), usd("15")],
    "price.output": [..., usd("10"), usd("100")],
    "context_window": [..., None, 1000, 128_000, 200_000, 2_000_000],
    "supports_tools": [..., None, True, False],
    "license": [..., None, "MIT", "Apache-2.0"],
    "name": ["Rocket", "ROCKET"],
    "input_modalities": [..., ("text",), ("image", "text")],
    "released_on": [..., "2025-03-01", "2025-04-01"],
}  # fmt: skip
_SOURCES: Final[dict[str, dict[str, Any]]] = {
    "list": {},
    "market": {"source_type": "marketplace", "authority": ["price", "limit"]},
    "acme": {"speaks_for": "acme"},
    "guess": {"source_type": "estimate"},
}


def _pinned_at_random(chance: random.Random) -> dict[tuple[str, str], Any]:
    """Some pins of every offering, of every kind of field. Place → the value as it has to stay."""
    held = {}
    for key in _KEYS:
        for name in chance.sample(sorted(_SAID), 5):
            value = chance.choice([value for value in _SAID[name] if value is not ...])
            new_pin = pinning.pin(offering=key, field=name, value=value, actor=curator(), reason="x", at=NOW)
            held[key, name] = new_pin.value
    return held


def _says(key: str, chance: random.Random) -> Any:
    # The builder knows the ordinary price by another name, and leaves out what is `...`.
    return claim(key, **{_named(name): chance.choice(_SAID[name]) for name in _SAID})


def _named(name: str) -> str:
    return name.replace(".", "_", 1) if name == "price.input" else name


def _act(chance: random.Random, at: datetime) -> None:
    """One sync; now and then, somebody decides about all that waits, or undoes a sync."""
    slug = chance.choice(sorted(_SOURCES))
    listed_now = chance.sample(_KEYS, chance.randint(0, len(_KEYS)))
    state(source(slug, **_SOURCES[slug]), *(_says(key, chance) for key in listed_now), at=at)
    waiting = {change.pk: change.fingerprint for change in Change.objects.awaiting_review()}
    match chance.randrange(8):
        case 0:
            decisions.approve(waiting, actor=curator("bob"), at=at)
        case 1:
            decisions.reject(waiting, actor=curator("bob"), reason="no", at=at)
        case 2:
            number = chance.randint(1, Revision.objects.latest().number)
            if Revision.objects.filter(number=number, actor__startswith="sync:").exists():
                roll_back(Selection(revision=number), actor=curator("bob"), reason="no", at=at)
        case 3:
            pinning.end_expired_pins(at=at)


@pytest.mark.soak
def test_no_random_sync_ever_changes_a_pin():
    chance = random_courses.chance()
    for slug, facts in _SOURCES.items():
        state(source(slug, **facts), *(_says(key, chance) for key in _KEYS), at=NOW)
    for key in _KEYS:
        assert Offering.objects.filter(key=key).exists()
    held = _pinned_at_random(chance)
    rows = {pin.pk: (pin.value, pin.reason, pin.author_id, pin.created_at) for pin in Pin.objects.all()}
    violations = 0
    for number in range(SYNCS):
        at = NOW + timedelta(minutes=number + 1)
        _act(chance, at)
        published = {row.key: row for row in Offering.objects.filter(key__in=_KEYS)}
        for (key, name), value in held.items():
            violations += published[key].facts.get(name) != value
            violations += published[key].provenance.get(name, {}).get("source") != "pin"
    after = {
        pin.pk: (pin.value, pin.reason, pin.author_id, pin.created_at)
        for pin in Pin.objects.filter(released_at__isnull=True)
    }

    assert violations == 0
    assert after == rows
    at = NOW + timedelta(minutes=SYNCS)
    pins = list(Pin.objects.all())
    assert [pin.drift for pin in pins] == [behind.drift for behind in pin_drift.behind_all(pins, at=at)]
    others = LedgerEntry.objects.exclude(source="pin").filter(revision__created_at__gt=NOW).count()
    assert others > SYNCS / 5, "the syncs must have moved something else"
    assert fields.field("price.input[tier=batch]").name in {name for _key, name in held}
