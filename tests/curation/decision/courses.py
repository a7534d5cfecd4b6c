"""Random courses of a small world: what a few sources list of a few offerings, on three days.

Each reading states whole lists, so that a course is the same however it is stored or decided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st

from curation.core.claim import Claim
from registry.domain import fields
from registry.models import Offering
from tests.curation.decision.world import DAY, TODAY, Unit, account, lists, published, stated, units
from tests.random_courses import SHARE, count

DAYS = 3
OFFERINGS = tuple(f"acme/rocket-{number}" for number in range(1, 5))
CATALOGUES = ("L", "M", "G")
INPUTS, OUTPUTS = ("1", "1.4", "2", "4", "40"), ("2", "4", "8")

Day = dict[str, dict[str, str]]
"""Letter of a source → offering → what it lists, as in `world.prices`."""
Course = list[Day]


def examples(usual: int) -> settings:
    """So many random courses at the usual length; in the suite a share of them, but at least three, of which the first
    is the simplest. What breaks a law is only made smaller in `make soak`: the suite has no time for it.
    """
    shrinks = [Phase.shrink] if SHARE > 2 else []
    return settings(max_examples=max(3, count(usual)), phases=[Phase.explicit, Phase.generate, *shrinks])


@st.composite
def courses(draw: st.DrawFn, letters: Sequence[str] = (*CATALOGUES, "O"), specials: bool = True) -> Course:
    """A course in which every source lists some of the offerings, and moves some of its prices from day to day."""
    days: Course = [{letter: {} for letter in letters} for _ in range(DAYS)]
    for letter in letters:
        for key in OFFERINGS:
            listed = ""
            for number, day in enumerate(days):
                listed = _next(draw, listed, number, specials)
                if listed:
                    day[letter][key] = listed
    return days


def of_one(*days: dict[str, str]) -> Course:
    """A course of one offering: letter of a source → what it lists, "" where it does not list it."""
    return [{letter: {OFFERINGS[0]: listed} if listed else {} for letter, listed in day.items()} for day in days]


def _next(draw: st.DrawFn, listed: str, day: int, specials: bool) -> str:
    """What a source lists of an offering after it listed this: mostly the same."""
    if day == 0 and draw(st.integers(0, 9)) < 3:
        return ""
    if listed and draw(st.integers(0, 9)) < 6:
        return listed
    ordinary = f"{draw(st.sampled_from(INPUTS))}/{draw(st.sampled_from(OUTPUTS))}"
    batch = draw(st.sampled_from(("", " batch=0.5/1", " batch=0.7/1.5"))) if specials else ""
    return ordinary + batch


@contextmanager
def world() -> Iterator[None]:
    """A database as it is before the first reading, and again afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def claims(day: Day, letter: str, **more: str) -> list[Claim]:
    """What a source lists on a day."""
    return [stated(listed, key=key, **more) for key, listed in day[letter].items()]


def play(
    course: Course,
    *,
    order: Callable[[int, Collection[str]], Sequence[str]] = lambda _, letters: list(letters),
    after_reading: Callable[[int], None] = lambda _: None,
    after_day: Callable[[int], None] = lambda _: None,
) -> None:
    """Reads a course, day by day and source by source in the given order."""
    for number, day in enumerate(course):
        for minute, letter in enumerate(order(number, day)):
            lists(letter, *claims(day, letter), at=TODAY + number * DAY + timedelta(minutes=minute))
            after_reading(number)
        after_day(number)


@dataclass(frozen=True, slots=True)
class State:
    """What readers and curators see of one offering."""

    published: str
    lead: str
    units: tuple[Unit, ...]
    """What waits."""


def state(key: str) -> State:
    """The published list, whose it is, and what waits."""
    source = str(account(key=key).get("source", "")) if Offering.objects.filter(key=key).exists() else ""
    return State(published(key), source, tuple(units(key)))


def states() -> list[State]:
    """The same of all offerings of a course."""
    return [state(key) for key in OFFERINGS]


def split(listed: str) -> tuple[str, tuple[str, ...]]:
    """The ordinary prices of a list, and its special ones."""
    ordinary, *special = listed.split()
    return ordinary, tuple(special)


def agrees(name: str, left: object, right: object) -> bool:
    """Whether two values in canonical JSON mean the same on the day of the course."""
    decode = fields.field(name).decode
    return fields.agrees(name, decode(left), decode(right), on=TODAY.date())
