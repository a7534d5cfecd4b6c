"""Variables of the environment that are nearly one of ours: `OPENAI_KEY` for `OPENAI_API_KEY`, `DATABSE_URL`.

Nobody reads them, and nothing would say so. What other programs are known to read is left alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from rapidfuzz.distance import OSA

from registry.domain import heartbeat
from syncers.errors import NotConfigured
from syncers.kinds.source import Source
from syncers.payload import auth
from syncers.registry import all_sources

#: Read by docker compose, gunicorn and make, not by us; documented among our settings all the same.
BESIDE_US: Final = frozenset(
    {
        "POSTGRES_PASSWORD", "PYTHON", "REGISTRY_ADDRESS", "REGISTRY_PORT", "REGISTRY_TAG", "TEST_DATABASE_URL",
        "TEST_REDIS_URL", "WEB_CONCURRENCY", "WORKER_CONCURRENCY",
    }
)  # fmt: skip
#: Read by single sources, besides their keys.
OF_SOURCES: Final = frozenset(
    {"AWS_SESSION_TOKEN", "HUGGINGFACE_TOP", "REGISTRY_AZURE_LOCATIONS", "REGISTRY_BEDROCK_REGIONS"}
)
#: Nearly ours, and known to be read by somebody else.
FOREIGN: Final = frozenset({"CLOUDFLARE_API_KEY", "DATABASE_URI", "DATABASE_URLS", "HTTP", "LOGLEVEL", "SECRET_TOKEN"})
_KEY_WORDS: Final = frozenset({"API", "KEY", "KEYS", "TOKEN", "TOKENS"})
_PREFIX: Final = re.compile(r"(DJANGO|MODELSUITE|REGISTRY)_")
_SHORT: Final = 5
_LONG: Final = 8


def near_names(present: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Names that are present and nearly known, each with the one it is near. A known name that is set, too, is not
    missed: then the other one is there for something else.
    """
    names = set(present)
    for name in sorted(names - set(known) - FOREIGN):
        near = next((one for one in sorted(known) if one not in names and _is_near(name, one)), None)
        if near:
            yield name, near


def _is_near(name: str, known: str) -> bool:
    if _PREFIX.sub("", name, count=1) == known or name.replace("_", "") == known.replace("_", ""):
        return True
    words, others = name.split("_"), known.split("_")
    if words[-1] in _KEY_WORDS and others[-1] in _KEY_WORDS:
        subject = [word for word in words if word not in _KEY_WORDS]
        if subject and subject == [word for word in others if word not in _KEY_WORDS]:
            return True
    return words != others and len(words) == len(others) and all(map(_is_slip, words, others))


def _is_slip(word: str, known: str) -> bool:
    """Whether one is the other, but for a letter that is missing, wrong, too many or in its neighbour's place. Short
    words are often neighbours of each other by nature (GROQ and GROK); long ones may have two such letters.
    """
    length = max(len(word), len(known))
    return OSA.distance(word, known) <= (0 if length < _SHORT else 1 if length < _LONG else 2)


def known_names() -> frozenset[str]:
    """Every variable that a setting or a source reads."""
    read = (name for source in all_sources() for name in _read_by(source))
    return frozenset({*settings.ENVIRONMENT_READ, *BESIDE_US, *OF_SOURCES, heartbeat.VARIABLE, *read})


def _read_by(source: type[Source]) -> Iterator[str]:
    for way in auth.ways(source):
        yield from way.variables
    with suppress(NotConfigured):  # a setting is no good, and the source will say so
        yield from re.findall(r"\{([A-Z0-9_]+)\}", " ".join(source().urls().values()))


def check_environment(**asked: Any) -> list[CheckMessage]:
    """Warns of each, whenever a command checks the project."""
    return [
        Warning(f"{name} is set, and nothing reads it.", hint=f"Did you mean {near}?", id="environment.W001")
        for name, near in near_names(os.environ, known_names())
    ]
