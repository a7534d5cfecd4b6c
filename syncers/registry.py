"""All sources by slug. A source is imported when it is used, so that a broken one does not take the others down."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syncers.base import Source

#: Slug → `module:Class`, in the order in which a first sync runs: what people wrote, then what is widest.
SOURCES: Final[dict[str, str]] = {
    "curated": "syncers.sources.curated:Curated",
    "genai-prices": "syncers.sources.genai_prices:GenaiPrices",
    "openrouter": "syncers.sources.openrouter:OpenRouter",
    "models-dev": "syncers.sources.models_dev:ModelsDev",
    "litellm": "syncers.sources.litellm:LiteLLM",
    # -- gateways and aggregators
    # -- inference providers
    # -- makers of models
    # -- clouds
    # -- regional
    # -- specialised
    # -- benchmarks and price files
    # -- nothing is fetched: the service has ended, or has no list
}


class UnknownSource(LookupError):
    """No source has that slug. The message names the nearest one."""


def load(slug: str) -> type[Source]:
    """The source of that slug. Raises UnknownSource."""
    if slug not in SOURCES:
        near = get_close_matches(slug.lower().replace("_", "-").replace(".", "-"), SOURCES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(SOURCES)}"
        raise UnknownSource(f"no source is called {slug!r}; {hint}")
    module, _, name = SOURCES[slug].partition(":")
    found: type[Source] = getattr(import_module(module), name)
    if found.slug != slug:
        raise TypeError(f"{SOURCES[slug]} calls itself {found.slug!r}, but is listed as {slug!r}")
    return found


def all_sources() -> Iterator[type[Source]]:
    """Every source, in the order in which a first sync runs."""
    return map(load, SOURCES)
