"""The guard against lists of an implausible size. For the ids of offerings see `syncers.sync.key_guard`."""

from __future__ import annotations

from typing import Final

from syncers.errors import BadPayload, Suspicious
from syncers.kinds.record import Parsed
from syncers.sync.state import RunState

LARGEST_SHRINK: Final = 0.5
"""A list with less than this share of the stored scores is held."""


def check_count(state: RunState, count: int, what: str = "offerings") -> None:
    """Raises BadPayload where nothing could be taken, Suspicious for a number that the source does not expect."""
    least, most = state.source.expected
    if not count:
        raise BadPayload(f"none of {state.parsed.seen:,} records could be taken; {_first_rejection(state.parsed)}")
    if not state.accept and not least <= count <= most:
        raise Suspicious(f"{count:,} {what} listed, {least:,} to {most:,} expected; nothing was changed")


def check_shrink(state: RunState, before: int, now: int, what: str) -> None:
    """Raises Suspicious where a list shrank by more than half."""
    if not state.accept and now < before * LARGEST_SHRINK:
        raise Suspicious(
            f"the list shrank from {before:,} to {now:,} {what}; nothing was changed. "
            f"If that is right, run `sync {state.row.slug} --accept`"
        )


def _first_rejection(parsed: Parsed) -> str:
    first = parsed.rejected[0] if parsed.rejected else None
    return f"the first at {first.where}: {first.reason}" if first else "no record was rejected either"
