"""The coverage table of docs/sources.md, made from the declarations so that it cannot drift from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from curation.trust import EVERYTHING
from registry.reference import read_providers
from syncers.base import Source
from syncers.benchmarks import BenchmarkList
from syncers.registry import all_sources

NONE: Final = "–"
HEADER: Final = """# Sources

Made from the declarations in `syncers/sources/` and the kinds of providers in `registry/data/providers.csv`. Do not
edit, but run `python manage.py sources --markdown > docs/sources.md`; a test keeps it true.

- **speaks for**: the provider about whose offerings the source is official, and the kind of that provider.
- **prices**: whether prices are taken from it, and what they are stated in before they are brought to our units.
- **expected**: how many offerings (or scores) a sound answer lists; fewer or more is not believed.
- **sure**: how sure we are of the address and the shape. *high*: seen in working code or in the vendor's schema;
  *medium*: in the vendor's documentation, or in one place only; *low*: from afar, or in conflict. A dash: all that is
  known are recorded answers, or there is nothing to be sure of.
- **believed about**: the groups of fields that it is an authority for.
- **fetched from**: the host, or why nothing is fetched.

"""
FOOTER: Final = """
## Benchmarks

Scores are kept by publisher, with variant (effort, harness), day and link, and are shown with the model. Nothing is
averaged, and nothing is decided between publishers. These are not read, since their data may not be shown, or nobody
says that it may:

- **Artificial Analysis**: proprietary; attribution and terms have to be settled before values may be published. That
  goes for the copy in OpenRouter's list as well.
- **SWE-bench**: CC BY-NC 4.0, not for commercial use.
- **Hugging Face Open LLM Leaderboard**: its data set names no licence.
- **LiveBench**: its site, which holds the results, names no licence.
- **Results of others at Epoch AI** (`…_external.csv`): under licences of their own.
"""
COLUMNS: Final = (
    "source", "standing", "speaks for", "kind", "key", "prices", "expected", "sure", "believed about", "fetched from",
)  # fmt: skip


def markdown() -> str:
    """The whole page."""
    kinds = {provider.slug: provider.kind for provider in read_providers()}
    sources = list(all_sources())
    fetched = [source for source in sources if not source.nothing_fetched]
    lines = [
        HEADER + f"{len(fetched)} sources that are read, {len(sources) - len(fetched)} of which nothing is fetched.\n",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
        *(_row(source, kinds) for source in sources),
    ]
    return "\n".join(lines) + "\n" + FOOTER


def _row(source: type[Source], kinds: Mapping[str, str]) -> str:
    least, most = source.expected
    fetched = not source.nothing_fetched
    cells = (
        f"`{source.slug}` {source.label}",
        source.standing.value,
        source.speaks_for,
        kinds.get(source.speaks_for, ""),
        _key(source),
        _prices(source) if fetched else "",
        f"{least:,}–{most:,}" if fetched else "",
        source.confidence,
        _believed_about(source) if fetched else "",
        ", ".join(_hosts(source)) or source.nothing_fetched or "comes with the installation",
    )
    return f"| {' | '.join(cell or NONE for cell in cells)} |"


def _key(source: type[Source]) -> str:
    if not source.key_variable:
        return ""
    return f"`{source.key_variable}`" + ("" if source.key_required else " (optional)")


def _prices(source: type[Source]) -> str:
    if words := source.unit.words if source.unit else source.prices_in:
        return f"yes: {words}"
    return "no"


def _believed_about(source: type[Source]) -> str:
    if issubclass(source, BenchmarkList):
        return f"benchmarks of models ({source.licence})"
    return "everything" if source.authority == EVERYTHING else ", ".join(source.authority) or "that they are offered"


def _hosts(source: type[Source]) -> Iterator[str]:
    seen = set()
    for url in source().urls().values():
        host = url.split("/")[2] if url else ""
        if host and host not in seen:
            seen.add(host)
            yield f"`{host}`"
