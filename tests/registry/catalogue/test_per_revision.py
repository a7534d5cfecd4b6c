"""The one cache of what depends on what is published."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event

import pytest

from registry.catalogue.per_revision import PerRevision, forget_all


def test_a_state_is_computed_once():
    cache, numbers = PerRevision[int](), count()

    assert [cache.get(1, numbers.__next__) for _ in range(3)] == [0, 0, 0]


def test_another_state_takes_the_place_of_the_last_one():
    cache = PerRevision[str]()
    cache.get(1, lambda: "first")

    assert cache.get(2, lambda: "second") == "second"
    assert cache.last() == (2, "second")
    assert cache.get(1, lambda: "first again") == "first again"


def test_names_have_values_of_their_own():
    cache = PerRevision[str]()
    cache.get(1, lambda: "a", "a")

    assert cache.get(1, lambda: "b", "b") == "b"
    assert cache.get(1, lambda: "not computed", "a") == "a"


def test_nothing_is_a_value_and_held_like_any_other():
    cache = PerRevision[None]()
    cache.get(None, lambda: None)

    assert cache.last() == (None, None)
    assert cache.get(None, lambda: pytest.fail("computed twice")) is None


def test_who_asks_while_it_is_computed_waits_and_does_not_compute_it_too():
    cache, begun, barrier = PerRevision[int](), Event(), Barrier(3)
    computed: list[int] = []

    def compute() -> int:
        begun.set()
        barrier.wait(10)  # both others are about to ask
        computed.append(1)
        return 10

    def ask() -> int:
        begun.wait(10)
        barrier.wait(10)
        return cache.get(1, compute)

    with ThreadPoolExecutor(3) as threads:
        answers = [threads.submit(cache.get, 1, compute), threads.submit(ask), threads.submit(ask)]
        assert [answer.result(10) for answer in answers] == [10, 10, 10]

    assert computed == [1]


def test_an_error_is_not_held():
    cache = PerRevision[float]()
    with pytest.raises(ZeroDivisionError):
        cache.get(1, lambda: 1 / 0)

    assert cache.last() is None
    assert cache.get(1, lambda: 2.0) == 2.0


def test_all_of_them_can_be_emptied_at_once():
    first, second = PerRevision[int](), PerRevision[int]()
    first.put(1, 1)
    second.put(1, 1, "named")

    forget_all()

    assert (first.last(), second.last("named")) == (None, None)
