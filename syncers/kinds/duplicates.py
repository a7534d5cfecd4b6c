"""Merges several claims of one payload about one offering: values on which they agree are taken, contradictions are
not, since choosing one would be a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from curation.core.claim import Claim
from registry.domain.rates import PREFIX


def merge_duplicates(claims: Sequence[Claim]) -> tuple[Claim, dict[str, list[Any]]]:
    """One claim out of several about one offering, and the fields on which they differ, each with the stated values.

    A field that only one of them states is taken, except for prices: the prices of an offering are one list. Where two
    lists differ anywhere, only prices that all of them state are taken.
    """
    if len({claim.digest() for claim in claims}) == 1:
        return claims[0], {}
    statements = {
        name: _distinct(claims, name) for name in dict.fromkeys(name for claim in claims for name in claim.values)
    }
    disputed = {name: values for name, values in statements.items() if len(values) > 1}
    if any(name.startswith(PREFIX) for name in disputed):
        lists = [claim for claim in claims if any(name.startswith(PREFIX) for name in claim.values)]
        disputed |= {
            name: values
            for name, values in statements.items()
            if name.startswith(PREFIX) and not all(name in claim.values for claim in lists)
        }
    values = {name: distinct[0] for name, distinct in statements.items() if name not in disputed}
    unreadable = frozenset().union(*(claim.unreadable for claim in claims)) - values.keys() | disputed.keys()
    return replace(
        claims[0],
        values=values,
        aliases=tuple(sorted({alias for claim in claims for alias in claim.aliases})),
        as_of=min((claim.as_of for claim in claims if claim.as_of), default=None),
        estimates=frozenset().union(*(claim.estimates for claim in claims)) & values.keys(),
        origin=claims[0].origin if len({claim.origin for claim in claims}) == 1 else "",
        unreadable=unreadable,
    ), disputed


def _distinct(claims: Sequence[Claim], name: str) -> list[Any]:
    distinct: list[Any] = []
    for claim in claims:
        if name in claim.values and claim.values[name] not in distinct:
            distinct.append(claim.values[name])
    return distinct
