"""Whether the prices of one offering can all hold as they stand. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from registry.domain import schedule
from registry.domain.rates import PriceLine, RateKey


def incoherent(book: Mapping[RateKey, PriceLine]) -> list[str]:
    """Why the prices of one offering cannot all be meant as they stand, one sentence each; empty when they can.

    A band without the price that it departs from, whole-request and marginal bands of one price, and windows that hold
    at the same moment: each leaves a call without a price, or with two. Prices at different times are not compared.
    """
    return [
        *(
            f"{key} has no base: there is no {_base(key)} at the same time"
            for key in sorted(book)
            if _baseless(key, book)
        ),
        *_mixed(book),
        *_overlapping(book),
    ]


def _base(key: RateKey) -> RateKey:
    return replace(key, above=0, beyond=0)


def _baseless(key: RateKey, book: Mapping[RateKey, PriceLine]) -> bool:
    if not (key.above or key.beyond):
        return False
    return not _meet(book[key], book.get(_base(key), ()))


def _mixed(book: Mapping[RateKey, PriceLine]) -> Iterator[str]:
    for whole in sorted(key for key in book if key.above):
        for marginal in sorted(key for key in book if key.beyond and _base(key) == _base(whole)):
            if _meet(book[whole], book[marginal]):
                yield f"{whole} is a price for the whole request and {marginal} a marginal one: only one can hold"


def _overlapping(book: Mapping[RateKey, PriceLine]) -> Iterator[str]:
    timed: dict[RateKey, list[RateKey]] = {}
    for key in sorted(key for key in book if key.schedule):
        timed.setdefault(replace(_base(key), schedule=""), []).append(key)
    for keys in timed.values():
        for first, second in combinations(keys, 2):
            if first.schedule == second.schedule or not _meet(book[first], book[second]):
                continue
            if schedule.read(first.schedule).overlaps(schedule.read(second.schedule)):
                yield f"{first} and {second} hold at the same moment"


def _meet(left: PriceLine, right: PriceLine) -> bool:
    """Whether there is a day on which both lines say something."""
    return any(
        (a.valid_from is None or b.valid_to is None or a.valid_from < b.valid_to)
        and (b.valid_from is None or a.valid_to is None or b.valid_from < a.valid_to)
        for a in left
        for b in right
    )
