"""The family and the version in a model's name. Derived by rule and labelled as derived: no source states them.

Only names of families with a known author (`registry.identity.families`) are parsed. Sizes (`70b`), experts (`8x7b`)
and dates are not versions. What no rule matches stays unknown.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from registry import json_schema as schema
from registry.identity.families import family_author, is_tuned
from registry.values import Json

#: Families whose name has more than one word; every other family is named by its first word.
COMPOUND: Final = (
    "code-llama", "codex-mini", "computer-use", "dall-e", "llama-guard", "muse-spark", "omni-moderation",
    "text-embedding",
)  # fmt: skip
RULE: Final = "family and version in the name"
_COMPOUND: Final = re.compile(rf"({'|'.join(COMPOUND)})(?=-|\d|$)")
_WORD: Final = re.compile(r"[a-z]+")
#: One or two numbers of at most two digits, with the letter that some families give their versions (`v3`, `r1`, `k2`,
#: `4o`). A number that is a size, or the month of a date, is followed by something else.
_VERSION: Final = re.compile(
    r"(?:^|-)(?P<mark>[a-z]?)(?P<major>\d{1,2}o?)(?:-(?P<minor>\d{1,2}))?(?=-|$)(?!-20\d\d(?:-|$))"
)


class Series(NamedTuple):
    """`version` is None where the name has none."""

    family: str
    version: str | None

    def as_json(self) -> dict[str, Json]:
        return {"family": self.family, "version": self.version, "derived": RULE}


SERIES: Final = schema.record(
    {"family": schema.text(), "version": schema.text(null=True), "derived": schema.text()},
    "Family and version, derived from the name by the rule that is named.",
    null=True,
)


@lru_cache(maxsize=16_384)
def series(key: str) -> Series | None:
    """The series of a model's key (`author/name`), or None when its family is not known. Pure."""
    author, _, name = key.partition("/")
    if not name or family_author(name) != author or is_tuned(name):
        return None
    match = _COMPOUND.match(name) or _WORD.match(name)
    if not match:
        return None
    return Series(match[0], _version(name[match.end() :]))


def _version(rest: str) -> str | None:
    """The first version number in what follows the family's name: `-4-5-20251101` → `4.5`."""
    match = _VERSION.search(rest)
    if not match:
        return None
    mark = "" if match["mark"] == "v" else match["mark"]
    return mark + ".".join(filter(None, (match["major"], match["minor"])))
