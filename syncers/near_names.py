"""Warns of misspelt environment variables: `OPENAI_KEY` for `OPENAI_API_KEY`, `DATABSE_URL`.

Nothing reads them, and nothing else would report it. Variables that other programs read are ignored.
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

#: Read by docker compose, gunicorn and make, not by us; documented with our settings.
BESIDE_US: Final = frozenset(
    {
        "POSTGRES_PASSWORD", "PYTHON", "REGISTRY_ADDRESS", "REGISTRY_PORT", "REGISTRY_TAG", "TEST_DATABASE_URL",
        "TEST_REDIS_URL", "WEB_CONCURRENCY", "WORKER_CONCURRENCY",
    }
)  # fmt: skip
#: Read by single sources, in addition to their keys.
OF_SOURCES: Final = frozenset(
    {"AWS_SESSION_TOKEN", "HUGGINGFACE_TOP", "REGISTRY_AZURE_LOCATIONS", "REGISTRY_BEDROCK_REGIONS"}
)
#: Similar to ours, and read by other programs.
FOREIGN: Final = frozenset({"CLOUDFLARE_API_KEY", "DATABASE_URI", "DATABASE_URLS", "HTTP", "LOGLEVEL", "SECRET_TOKEN"})
_KEY_WORDS: Final = frozenset({"API", "KEY", "KEYS", "TOKEN", "TOKENS"})
_PREFIX: Final = re.compile(r"(DJANGO|MODELSUITE|REGISTRY)_")
_SHORT: Final = 5
_LONG: Final = 8


def near_names(present: Iterable[str], read_names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Names that are set and similar to one that is read, each with the similar name. When the similar name is set too,
    nothing is reported: then the other one has another purpose.
    """
    names = set(present)
    for name in sorted(names - set(read_names) - FOREIGN):
        near = next(
            (candidate for candidate in sorted(read_names) if candidate not in names and _is_near(name, candidate)),
            None,
        )
        if near:
            yield name, near


def _is_near(name: str, candidate: str) -> bool:
    if _PREFIX.sub("", name, count=1) == candidate or name.replace("_", "") == candidate.replace("_", ""):
        return True
    words, others = name.split("_"), candidate.split("_")
    if words[-1] in _KEY_WORDS and others[-1] in _KEY_WORDS:
        subject = [word for word in words if word not in _KEY_WORDS]
        if subject and subject == [word for word in others if word not in _KEY_WORDS]:
            return True
    return words != others and len(words) == len(others) and all(map(_is_slip, words, others))


def _is_slip(word: str, candidate: str) -> bool:
    """Whether two words differ by one missing, wrong, extra or transposed letter. Short words must be equal, since they
    are often similar by nature (GROQ and GROK); long ones may have two such letters.
    """
    length = max(len(word), len(candidate))
    return OSA.distance(word, candidate) <= (0 if length < _SHORT else 1 if length < _LONG else 2)


def known_names() -> frozenset[str]:
    """Every variable that a setting or a source reads."""
    read = (name for source in all_sources() for name in _read_by(source))
    return frozenset({*settings.ENVIRONMENT_READ, *BESIDE_US, *OF_SOURCES, heartbeat.VARIABLE, *read})


def _read_by(source: type[Source]) -> Iterator[str]:
    for credential in auth.credentials(source):
        yield from credential.variables
    with suppress(NotConfigured):  # an invalid setting, which the source reports itself
        yield from re.findall(r"\{([A-Z0-9_]+)\}", " ".join(source().urls().values()))


def check_environment(**options: Any) -> list[CheckMessage]:
    """System check that warns of each misspelt variable."""
    return [
        Warning(f"{name} is set, and nothing reads it.", hint=f"Did you mean {near}?", id="environment.W001")
        for name, near in near_names(os.environ, known_names())
    ]
