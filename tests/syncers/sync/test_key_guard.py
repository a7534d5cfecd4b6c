"""The key guard: pure, so most tests are properties of small generated lists."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncers.registry import load
from syncers.sync import key_guard
from syncers.sync.key_guard import NOTHING_WRONG, Listing, check_keys, check_parts
from tests.syncers.real_payloads import RECORDINGS

DAY = timedelta(days=1)
NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
SIZES = st.integers(20, 400)

Damage = Callable[[list[str], random.Random], list[str]]


def _some(keys: list[str], share: float, chance: random.Random) -> set[str]:
    return set(chance.sample(keys, round(len(keys) * share)))


def _renamed(share: float) -> Damage:
    def damage(keys: list[str], chance: random.Random) -> list[str]:
        some = _some(keys, share, chance)
        return [f"{key}-v2" if key in some else key for key in keys]

    return damage


def _gone(share: float) -> Damage:
    def damage(keys: list[str], chance: random.Random) -> list[str]:
        some = _some(keys, share, chance)
        return [key for key in keys if key not in some]

    return damage


#: Case 11 of the cases that failed: what no list does from one day to the next.
DAMAGES: dict[str, Damage] = {
    "all ids renamed": _renamed(1.0),
    "all ids in upper case": lambda keys, _: [f"acme/{key.partition('/')[2].upper()}" for key in keys],
    "a tenth in upper case": lambda keys, _: [
        key.upper().replace("ACME/", "acme/") if n % 10 == 0 else key for n, key in enumerate(keys)
    ],
    "40 % renamed": _renamed(0.4),
    "half of it": _gone(0.5),
    "20 % gone": _gone(0.2),
    "twice its length by clones": lambda keys, _: keys + [f"{key}-clone" for key in keys],
}


def keys(count: int, prefix: str = "acme/model-") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def listed(*lists: list[str], every: timedelta = DAY) -> list[Listing]:
    """Readings of these lists, the last of them a day before NOON."""
    first = NOON - DAY - every * (len(lists) - 1)
    return [Listing(first + every * number, frozenset(keys_listed)) for number, keys_listed in enumerate(lists)]


@pytest.mark.parametrize("damage", DAMAGES)
@given(size=SIZES, seed=st.integers(0, 10_000))
def test_a_damaged_list_is_held_overnight(damage: str, size: int, seed: int) -> None:
    if damage == "a tenth in upper case":
        size = max(size, 60)  # a handful of keys may well be spelt otherwise
    before = keys(size)

    assert check_keys(DAMAGES[damage](before, random.Random(seed)), listed(before), at=NOON).whole


@given(size=SIZES, seed=st.integers(0, 10_000), gone=st.floats(0, 0.09), new=st.floats(0, 0.25))
def test_a_list_that_moves_a_little_is_accepted(size: int, seed: int, gone: float, new: float) -> None:
    before = keys(size)
    now = _gone(gone)(before, random.Random(seed)) + keys(int(size * new), "acme/fresh-")

    assert check_keys(now, listed(before), at=NOON) == NOTHING_WRONG


@given(size=SIZES, days=st.integers(0, 400), more=st.integers(0, 400), share=st.floats(0, 1), grown=st.floats(0, 6))
def test_what_is_accepted_after_some_time_is_accepted_after_more(
    size: int, days: int, more: int, share: float, grown: float
) -> None:
    before = keys(size)
    now = _gone(share)(before, random.Random(size)) + keys(int(size * grown), "acme/fresh-")
    earlier = listed(before)

    if check_keys(now, earlier, at=NOON + days * DAY) == NOTHING_WRONG:
        assert check_keys(now, earlier, at=NOON + (days + more) * DAY) == NOTHING_WRONG


@given(size=SIZES, days=st.integers(0, 3000))
def test_a_list_of_other_names_is_held_however_old_the_last_one_is(size: int, days: int) -> None:
    assert check_keys(keys(size, "acme/other-"), listed(keys(size)), at=NOON + days * DAY).whole


@given(churn=st.floats(0.12, 0.4))
def test_a_source_that_always_churned_is_not_held_for_it(churn: float) -> None:
    lists, chance = [keys(100)], random.Random(1)
    for turn in range(5):
        fresh = keys(round(100 * churn), f"acme/{turn}-")
        lists.append(_gone(churn)(lists[-1], chance) + fresh)

    assert check_keys(lists[-1], listed(*lists[:-1]), at=NOON) == NOTHING_WRONG
    assert check_keys(lists[1], listed(lists[0]), at=NOON).whole  # without that history it is held


def test_one_odd_reading_that_a_person_accepted_does_not_widen_the_limit() -> None:
    before = keys(100)
    earlier = listed(before, before, before[:50], before[:50], before)

    assert check_keys(before[:60], earlier, at=NOON).whole


def test_what_comes_back_after_a_wrong_list_is_not_new() -> None:
    before = keys(100)

    assert check_keys(before, listed(before, before[:30]), at=NOON) == NOTHING_WRONG


def test_the_first_list_of_a_source_is_accepted() -> None:
    assert check_keys(keys(100), [], at=NOON) == NOTHING_WRONG


def test_a_verdict_counts_and_names_keys() -> None:
    before = keys(30)

    (why,) = check_keys(before[:20], listed(before), at=NOON).whole
    assert why.startswith("10 of the 30 listed on 2026-07-31 are gone (such as acme/model-20, acme/model-21, ")
    assert why.endswith("); up to 11% is accepted")

    (why,) = check_keys([f"acme/{key[5:].upper()}" for key in before[:5]] + before[5:], listed(before), at=NOON).whole[
        :1
    ]
    assert "5 of 30 are spelt differently (acme/model-0 → acme/MODEL-0, " in why


def test_a_provider_that_is_emptied_is_named_although_the_list_hardly_moves() -> None:
    before = keys(400, "big/m") + keys(12, "small/m")

    key_check = check_keys([*keys(400, "big/m"), "small/m0"], listed(before), at=NOON)
    assert (key_check.whole, list(key_check.sections)) == ((), ["small"])
    assert "11 of its 12 listed on 2026-07-31 are gone (such as small/m1, " in key_check.sections["small"]
    # A month later it may as well have left that list.
    assert check_keys(keys(400, "big/m"), listed(before), at=NOON + 40 * DAY) == NOTHING_WRONG


def test_a_region_that_is_emptied_is_named_although_the_others_list_the_same_keys() -> None:
    before = {"models us-east-1": 120, "models eu-west-1": 90, "profiles eu-west-1": 3}

    def judged(**now: int) -> list[str]:
        return check_parts(before | now, before, since=NOON - DAY, at=NOON)

    assert judged() == []
    assert judged(**{"profiles eu-west-1": 0}) == []
    (why,) = judged(**{"models eu-west-1": 0})
    assert why == "the part 'models eu-west-1' has 0 records, 90 on 2026-07-31; up to 52% less is accepted"


# -- real lists ----------------------------------------------------------------------------------------------------

SOURCES = {
    "bedrock": "bedrock", "gemini": "google", "genai-prices": "genai-prices", "litellm": "litellm",
    "mistral": "mistral", "openai": "openai", "openrouter": "openrouter", "venice": "venice", "zenmux": "zenmux",
    "heroku": "heroku", "groq": "groq", "anthropic": "anthropic", "models.dev": "models-dev",
}  # fmt: skip
#: Of another region or account: "far fewer models than its neighbours". It is right to ask a person.
ODD = {("bedrock", "2026-03-01")}


def _real(folder: str) -> list[tuple[str, Any]]:
    source = load(SOURCES[folder])
    paths = sorted(path for path in (RECORDINGS / folder).glob("*.json") if ".page" not in path.name)
    return [(path.stem, [claim.offering for claim in source().parse(path.read_bytes()).claims]) for path in paths]


@pytest.mark.recordings
@pytest.mark.parametrize("folder", SOURCES)
def test_recorded_lists_are_accepted_in_the_order_of_their_days_and_damaged_ones_are_held(folder: str) -> None:
    if not (RECORDINGS / folder).is_dir():
        pytest.skip(f"no recordings of {folder}; set REGISTRY_RECORDINGS")
    earlier: list[Listing] = []
    for day, listed_keys in _real(folder):
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        if (folder, day) not in ODD:
            assert check_keys(listed_keys, earlier, at=at) == NOTHING_WRONG, day
        earlier = [*earlier[-4:], Listing(at, frozenset(listed_keys))]
    last = earlier[-1]
    for name, damage in DAMAGES.items():
        if len(last.keys) >= 60 or (len(last.keys) >= 20 and "tenth" not in name):
            own = sorted(last.keys)
            spoilt = damage(own, random.Random(7))
            if "upper" in name:
                spoilt = [key.partition("/")[0] + "/" + key.partition("/")[2].upper() for key in own]
            assert check_keys(spoilt, earlier, at=last.at + DAY).whole, name


def test_the_limits_leave_room_for_time_and_not_for_everything() -> None:
    assert key_guard.GONE.allows(1, 0) < 0.2
    assert key_guard.GONE.allows(1000, 50) == 0.9
