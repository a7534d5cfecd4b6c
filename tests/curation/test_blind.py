"""Nothing is approved blindly, and no judged difference is asked about twice, whatever happens in between.

Random courses of things, with a seed each. The usual number is small enough for every day; `make soak` runs ten
times as many.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from curation.core.parts import refusals
from curation.models import Change, Pin
from curation.pins import pinning
from curation.policies.installed import ensure_defaults
from curation.review import decisions
from curation.review.postpone import postpone
from registry.domain import rates
from registry.models import LedgerEntry, Offering
from syncers.registry import load
from syncers.sync import engine
from tests import random_courses
from tests.builders import NOW, OFFERING, claim, curator, offering, part, source, state, usd
from tests.random_courses import count
from tests.syncers.real_payloads import RECORDINGS

pytestmark = pytest.mark.django_db

INTERLEAVINGS = count(150)
DATES = max(2, count(3))
"""How many recordings of a source are read, the oldest first: all of them take half a minute."""
AMOUNTS = ("3", "3.2", "30", "60", "90", "0")
HAPPENINGS = ("say", "say", "silent", "pin", "release", "approve", "reject", "postpone", "quietly", "expire")
SOURCE_TYPES = {"list": "catalogue", "official": "official", "junk": "community"}
LATER = NOW + timedelta(hours=1)


def happen(chance: random.Random, change: Change, clock: datetime) -> str:
    """One thing that happens between a look and an approval."""
    what = chance.choice(
        ("say", "say", "silent", "pin", "release", "approve", "reject", "postpone", "quietly", "expire")
    )
    fingerprints, other = {change.pk: change.fingerprint}, curator("bob")
    match what:
        case "say" | "silent":
            slug = chance.choice(tuple(SOURCE_TYPES))
            amount = ... if what == "silent" else usd(chance.choice(AMOUNTS))
            state(source(slug, source_type=SOURCE_TYPES[slug]), claim(price_input=amount), at=clock)
        case "pin":
            value, over = usd(chance.choice(AMOUNTS)), chance.choice((None, clock + timedelta(minutes=1)))
            pinning.pin(
                offering=OFFERING, field="price.input", value=value, actor=other, reason="x", expires_at=over, at=clock
            )
        case "release":
            for pin in Pin.objects.filter(released_at__isnull=True):
                pinning.release(pin, actor=other, at=clock)
        case "approve":
            decisions.approve(fingerprints, actor=other, at=clock)
        case "reject":
            decisions.reject(fingerprints, actor=other, reason="no", at=clock)
        case "postpone":
            postpone(fingerprints, until=clock + timedelta(days=3), actor=other, at=clock)
        case "quietly":  # a claim is stored, and nobody has reconciled yet
            for row in source().claims.all():
                row.values = row.values | {"price.input": rates.encode(usd(chance.choice(AMOUNTS)))}
                row.save()
        case "expire":
            pinning.end_expired_pins(at=clock)
    return what


def price() -> Any:
    return Offering.objects.get(key=OFFERING).facts.get("price.input")


@pytest.mark.soak
def test_no_interleaving_of_what_others_do_makes_an_approval_blind():
    offering(price_input=usd("3"))
    state(source(), claim(price_input=usd("30")))
    waiting = Change.objects.awaiting_review().get()
    came = Counter[str]()

    for seed in range(INTERLEAVINGS):
        chance, clock = random_courses.chance(seed), LATER
        with transaction.atomic():
            for _ in range(chance.randint(1, 4)):
                clock += timedelta(minutes=chance.choice((0, 1, 5)))
                happen(chance, waiting, clock)
            before, entries = price(), LedgerEntry.objects.count()
            outcome = decisions.approve({waiting.pk: waiting.fingerprint}, actor=curator("ada"), at=clock)
            mine = LedgerEntry.objects.filter(policy__startswith="approved by ada")
            if outcome.done:
                # What was published is what was shown, on the base that was shown.
                assert (before, price()) == (part(waiting).old, part(waiting).new), seed
                assert [(entry.old, entry.new) for entry in mine] == [(part(waiting).old, part(waiting).new)], seed
                came["approved"] += 1
            else:
                assert outcome.refused, seed
                assert not mine.exists(), seed
                came["refused"] += 1
            assert entries <= LedgerEntry.objects.count()
            transaction.set_rollback(True)

    assert came["approved"] > 0
    assert came["refused"] > INTERLEAVINGS / 4


# -- no is remembered ------------------------------------------------------------------------------

Difference = tuple[str, frozenset[tuple[str, str, str]]]


def difference(change: Change) -> Difference:
    """What is judged: a source saying this about these fields."""
    return change.offering_key, refusals(change.parts_shown)


def judge_all(chance: random.Random, rejected: dict[Difference, int], at: datetime) -> Counter[str]:
    """Everything that waits is approved or rejected at random. Counts what was judged, and what had been refused."""
    counts = Counter[str]()
    yes: dict[int, str] = {}
    no: dict[int, str] = {}
    for change in Change.objects.awaiting_review():
        counts["judged"] += 1
        counts["repeated"] += difference(change) in rejected
        if chance.random() < 0.5:
            yes[change.pk] = change.fingerprint
        else:
            no[change.pk] = change.fingerprint
            rejected[difference(change)] = change.pk
    person = curator("ada")
    decisions.approve(yes, actor=person, at=at)
    decisions.reject(no, actor=person, reason="no", at=at)
    counts["rejected"] = len(no)
    return counts


@pytest.mark.soak
def test_a_year_of_one_source_never_asks_again_about_what_was_refused():
    """A synthetic year, read once a week: prices and limits move, come back, vanish, and models come and go."""
    ensure_defaults()
    rejected: dict[Difference, int] = {}
    chance, counts = random_courses.chance(7), Counter[str]()
    keys = [f"acme/model-{number}" for number in range(12)]
    values: dict[str, dict[str, Any]] = {key: {"price_input": usd("3"), "context_window": 200_000} for key in keys}

    for week in range(52):
        at = NOW + timedelta(weeks=week)
        for key in chance.sample(keys, 5):
            values[key]["price_input"] = chance.choice([..., *(usd(amount) for amount in AMOUNTS)])
            values[key]["context_window"] = chance.choice([..., 200_000, 100_000, 32_000])
        listed = chance.sample(keys, chance.randint(8, 12))
        state(source(), *(claim(key, **values[key]) for key in listed), at=at)
        counts += judge_all(chance, rejected, at + timedelta(hours=1))

    assert counts["rejected"] > 50
    assert counts["repeated"] == 0


@pytest.mark.soak
@pytest.mark.recordings
@pytest.mark.slow
@pytest.mark.parametrize("slug", ["openrouter", "litellm", "genai-prices"])
def test_real_history_never_asks_again_about_what_was_refused(slug):
    """Each dated recording is read twice: what was refused is not asked about by the next, nor by the same again."""
    paths = sorted((RECORDINGS / slug).glob("*.json"))[:DATES]
    if len(paths) < 2:
        pytest.skip(f"no recordings of {slug}; set REGISTRY_RECORDINGS")
    ensure_defaults()
    rejected: dict[Difference, int] = {}
    chance, counts = random_courses.chance(11), Counter[str]()

    for path in paths:
        at = datetime.fromisoformat(path.stem[:10]).replace(hour=8, tzinfo=UTC)
        for hour in (0, 6):
            engine.sync(load(slug), body=path.read_bytes(), accept=True, at=at + timedelta(hours=hour))
            counts += judge_all(chance, rejected, at + timedelta(hours=hour + 1))

    print(f"\n{slug}: {len(paths)} dates, {dict(counts)}")
    assert counts["judged"] > 0
    assert counts["repeated"] == 0
