"""The offerings that the recordings list, as the finder sees them: parsed, not published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import pytest

from registry.identity.lookup import Finder
from registry.identity.normalise import identify
from scripts import replay_recordings as replay
from syncers.errors import SourceError
from syncers.registry import SOURCES, load
from tests.syncers.real_payloads import RECORDINGS


@dataclass
class Listed:
    """An offering as the finder sees it."""

    key: str
    model: str | None = None
    aliases: tuple[str, ...] = ()
    is_listed: bool = True
    alias_sources: dict[str, str] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        return self.key.partition("/")[0]

    @property
    def native_id(self) -> str:
        return self.key.partition("/")[2]


def finder(offerings: list[Listed]) -> Finder:
    models = {offering.model for offering in offerings if offering.model}
    return Finder(offerings, {model: model for model in sorted(models)})


def recordings() -> list[replay.Recording]:
    """All that a source can read. Skips the test where there are none."""
    if not RECORDINGS.is_dir():
        pytest.skip("no recordings; set REGISTRY_RECORDINGS")
    replayed = replay.find(RECORDINGS)
    return [
        recording for recording in replayed if recording.source in SOURCES and recording.folder not in replay.LEFT_OUT
    ]


@cache
def listed_by(recording: replay.Recording) -> dict[str, tuple[str, ...]]:
    """Offerings of a recording and their aliases."""
    try:
        claims = load(recording.source)().parse(recording.body()).claims
    except (SourceError, AttributeError):
        return {}
    return {claim.offering: claim.aliases for claim in claims}


def catalogue(until: str = "9999") -> list[Listed]:
    """What the recordings before a day list; listed still is what the newest recording of some folder lists."""
    before = [recording for recording in recordings() if recording.day < until]
    newest = {recording.folder: recording for recording in before}
    still = set(chain.from_iterable(listed_by(recording) for recording in newest.values()))
    aliases: dict[str, tuple[str, ...]] = {}
    for recording in before:
        aliases |= listed_by(recording)
    return [Listed(key, _model(key), names, key in still) for key, names in sorted(aliases.items())]


def later(since: str) -> Iterator[replay.Recording]:
    """Recordings of a day and after it."""
    return (recording for recording in recordings() if recording.day >= since)


def _model(key: str) -> str | None:
    provider, _, native_id = key.partition("/")
    identity = identify(provider, native_id)
    return identity.key if identity else None
