"""Checks of a source's declaration: a wrong one fails when its class is created, not in the middle of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from curation.core.authority import check_authority, covers
from curation.core.merge import DERIVING_SOURCE, PIN_SOURCE
from registry.domain.fields import FIELDS, field

if TYPE_CHECKING:
    from syncers.kinds.source import Source

MAX_RECORDS: Final = 50_000
#: high: seen in working code or in the vendor's schema. medium: in the vendor's documentation, or in one place only.
#: low: second-hand, thin or conflicting evidence. Between two levels the lower one is used.
CONFIDENCE: Final = ("high", "medium", "low")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
_NEEDED: Final = ("label", "source_type", "expected")


def check(source: type[Source], base: type[Source]) -> None:
    """Raises TypeError for an invalid declaration. `base` is the class that declares nothing yet."""
    _check_name(source)
    for name in _NEEDED:
        if not hasattr(source, name):
            raise TypeError(f"source {source.slug} does not declare `{name}`")
    _check_address(source)
    if source.confidence not in ("", *CONFIDENCE):
        raise TypeError(
            f"source {source.slug}: `confidence` is one of {', '.join(CONFIDENCE)}, not {source.confidence!r}"
        )
    if source.unit and source.prices_in:
        raise TypeError(f"source {source.slug}: declares `unit` and `prices_in`; only one is allowed")
    if source.optional_parts and source.part_lists is base.part_lists:
        raise TypeError(f"source {source.slug}: `optional_parts` needs `part_lists`: which offerings a part lists")
    if source.follow_up and source.follow_up_ids is base.follow_up_ids:
        raise TypeError(f"source {source.slug}: `follow_up` needs `follow_up_ids`, the ids to ask about")
    if not 0 < source.expected[0] <= source.expected[1] <= MAX_RECORDS:
        raise TypeError(f"source {source.slug}: `expected` must be (least, most) within 1…{MAX_RECORDS}")
    try:
        check_authority(source.authority)
    except ValueError as error:
        raise TypeError(f"source {source.slug}: authority: {error}") from error


def _check_name(source: type[Source]) -> None:
    if not _SLUG.fullmatch(source.slug):
        raise TypeError(f"{source.__name__}.slug must be lower-case words joined by hyphens, not {source.slug!r}")
    if source.slug in (PIN_SOURCE, DERIVING_SOURCE):
        raise TypeError(f"{source.__name__}.slug: {source.slug!r} is reserved for the registry itself")


def _check_address(source: type[Source]) -> None:
    if source.url and not source.url.startswith("https://"):
        raise TypeError(f"source {source.slug} must be fetched over https, not from {source.url!r}")
    if source.url and source.nothing_fetched:
        raise TypeError(f"source {source.slug}: declares both `url` and `nothing_fetched`; only one can be true")


def check_fields(source: type[Source], names: Iterable[str]) -> None:
    """Raises TypeError for a mapped name that is no field, or that the source's authority does not cover."""
    for name in names:
        try:
            field(name)
        except ValueError as error:
            raise TypeError(f"source {source.slug}: {error}{did_you_mean(name, FIELDS)}") from error
        if not covers(source.authority, name):
            raise TypeError(f"source {source.slug}: `authority` does not cover `{name}`, which it maps")


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean 'label'?` for a word close to a candidate, "" for any other."""
    near = get_close_matches(word, list(candidates), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
