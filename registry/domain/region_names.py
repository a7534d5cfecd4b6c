"""Names of regions, compared as people and providers write them. Pure.

`EU-West-2`, `eu_west_2` and `EU West 2` are `eu-west-2`: case, spaces and hyphens never tell two regions of one
provider apart. Other names (`London`) are left alone, since what they stand for differs between providers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_WORDS: Final = {"europe": "eu", "europeanunion": "eu", "usa": "us", "unitedstates": "us", "worldwide": "global"}
_LEFT_OUT: Final = re.compile(r"[\s_-]+")


@lru_cache(maxsize=1000)
def letters(name: str) -> str:
    """What of a name tells regions apart."""
    bare = _LEFT_OUT.sub("", name.casefold())
    return _WORDS.get(bare, bare)


def same(name: str, names: Iterable[str]) -> str | None:
    """The one of the known names that is meant; None when it is none of them, or could be several."""
    listed = list(names)
    if name in listed:
        return name
    matches = [candidate for candidate in listed if letters(candidate) == letters(name)]
    return matches[0] if len(matches) == 1 else None
