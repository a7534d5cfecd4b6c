"""The one cache for values that depend on what is published: a process holds one value and the state it belongs to.

A state is whatever the value follows from, mostly `queries.latest()` and a day. Asking for another state computes the
value anew, so the cache is never stale and never grows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")


class PerRevision(Generic[Value]):
    """Held values by name, "" where there is only one. Names are those of the code, and few."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._held: dict[str, tuple[Hashable, Value]] = {}
        _all.append(self)

    def get(self, state: Hashable, compute: Callable[[], Value], name: str = "") -> Value:
        """The value of a state. The first caller computes it; concurrent callers wait for it."""
        held = self._held.get(name)
        if held is None or held[0] != state:
            with self._lock:
                held = self._held.get(name)
                if held is None or held[0] != state:
                    held = self._held[name] = state, compute()
        return held[1]

    def put(self, state: Hashable, value: Value, name: str = "") -> None:
        """Holds a value that was made elsewhere."""
        self._held[name] = state, value

    def last(self, name: str = "") -> tuple[Hashable, Value] | None:
        """The state and the value that are held, whether or not that state has passed; None where nothing is."""
        return self._held.get(name)

    def forget(self) -> None:
        """Drops what is held."""
        self._held.clear()


_all: Final[list[PerRevision[Any]]] = []


def forget_all() -> None:
    """Drops what this process holds in any of these, as tests need between databases."""
    for cache in _all:
        cache.forget()
