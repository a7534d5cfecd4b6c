"""The coverage table of docs/sources.md, made from the declarations so that it cannot drift from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from curation.trust import EVERYTHING, covers
from syncers.base import Source
from syncers.registry import all_sources

HEADER: Final = """# Sources

Made by `manage.py sources --markdown` from the declarations in `syncers/sources/`; a test keeps it true.

*Speaks for* names the provider about whose offerings the source is official. *Believed about* are the groups of fields that
it is an authority for. Where nothing is fetched, the reason stands in the last column.

| source | standing | speaks for | key | token prices | believed about | fetched |
|---|---|---|---|---|---|---|
"""


def markdown() -> str:
    """The whole page."""
    return HEADER + "\n".join(_row(source) for source in all_sources()) + "\n"


def _row(source: type[Source]) -> str:
    key = "none"
    if source.key_variable:
        key = f"`{source.key_variable}`" + ("" if source.key_required else " (optional)")
    cells = (
        f"`{source.slug}` {source.label}",
        source.standing.value,
        source.speaks_for or "–",
        key,
        _prices(source),
        "everything" if source.authority == EVERYTHING else ", ".join(source.authority),
        source.nothing_fetched or ", ".join(_hosts(source)) or "comes with the installation",
    )
    return f"| {' | '.join(cells)} |"


def _prices(source: type[Source]) -> str:
    if source.nothing_fetched:
        return "–"
    if source.unit:
        return source.unit.words
    return "yes, units by key" if covers(source.authority, "price.input") else "none"


def _hosts(source: type[Source]) -> Iterator[str]:
    seen = set()
    for url in source().urls().values():
        host = url.split("/")[2] if url else ""
        if host and host not in seen:
            seen.add(host)
            yield f"`{host}`"
