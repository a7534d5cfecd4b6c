"""The coverage table of docs/sources.md, generated from the declarations."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from curation.core.authority import EVERYTHING
from registry.reference.providers import read_providers
from syncers.kinds.benchmarks import BenchmarkList
from syncers.kinds.exchange_rates import ExchangeRateList
from syncers.kinds.source import Source
from syncers.payload import auth
from syncers.registry import all_sources

NONE: Final = "–"
HEADER: Final = """# Sources

Made from the declarations in `syncers/sources/` and the kinds of providers in `registry/data/providers.csv`. Do not
edit, but run `.venv/bin/python manage.py sources --markdown > docs/sources.md`; a test keeps it true.

- **speaks for**: the provider about whose offerings the source is official, and the kind of that provider.
- **prices**: whether prices are read from it, and their unit before conversion to our units.
- **expected**: how many offerings (or scores) a sound answer lists; a run with fewer or more is held.
- **recorded**: how many the newest recorded answer lists, and its day. A dash: none was recorded.
  Counted by `.venv/bin/python scripts/replay_recordings.py FOLDER --counts syncers/data/recorded_counts.csv`.
- **confidence**: how sure we are of the address and the shape. *high*: seen in working code or in the vendor's schema;
  *medium*: in the vendor's documentation, or in one place only; *low*: second-hand or conflicting evidence. A dash:
  only recorded answers are known, or nothing is fetched.
- **authority**: the groups of fields about which it is considered.
- **read every**: how often it is read; *off* for a page that is read only once an operator switched it on: nobody has
  read the terms of its site for you, so check them first ([price-pages.md](price-pages.md)).
- **fetched from**: the host, or why nothing is fetched.

"""
FOOTER: Final = """
## Benchmarks

Scores are kept by publisher, with variant (effort, harness), day and link, and are shown with the model. Nothing is
averaged, and nothing is decided between publishers. These are not read, since their licence does not allow showing the
data, or none is stated:

- **Artificial Analysis**: proprietary; attribution and terms have to be settled before values may be published. That
  goes for the copy in OpenRouter's list as well.
- **SWE-bench**: CC BY-NC 4.0, not for commercial use.
- **Hugging Face Open LLM Leaderboard**: its data set names no licence.
- **LiveBench**: its site, which holds the results, names no licence.
- **Results of others at Epoch AI** (`…_external.csv`): under licences of their own.
"""
COLUMNS: Final = (
    "source", "source type", "speaks for", "kind", "key", "prices", "expected", "recorded", "confidence",
    "authority", "read every", "fetched from",
)  # fmt: skip

_DAY: Final = 24
RECORDED: Final = Path(__file__).resolve().parent.parent / "data" / "recorded_counts.csv"


class Recorded(NamedTuple):
    """How many offerings (or scores) a recorded answer of a source lists, and its day (ISO)."""

    on: str
    offerings: int


@cache
def recorded_counts() -> Mapping[str, Recorded]:
    """The newest recorded answers, by source."""
    with RECORDED.open(encoding="utf-8", newline="") as file:
        return {row["source"]: Recorded(row["recorded_on"], int(row["offerings"])) for row in csv.DictReader(file)}


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
        source.source_type.value,
        source.speaks_for,
        kinds.get(source.speaks_for, ""),
        _key(source),
        _prices(source) if fetched else "",
        f"{least:,}–{most:,}" if fetched else "",
        _recorded(source.slug),
        source.confidence,
        _authority(source) if fetched else "",
        _every(source) if source.url else "",
        ", ".join(_hosts(source)) or source.nothing_fetched or "comes with the installation",
    )
    return f"| {' | '.join(cell or NONE for cell in cells)} |"


def _key(source: type[Source]) -> str:
    names = auth.needed(source, mark="`")
    return f"{names} (optional)" if names and not source.key_required else names


def _recorded(slug: str) -> str:
    counted = recorded_counts().get(slug)
    return f"{counted.offerings:,} on {counted.on}" if counted else ""


def _prices(source: type[Source]) -> str:
    if words := source.unit.words if source.unit else source.prices_in:
        return f"yes: {words}"
    return "no"


def _every(source: type[Source]) -> str:
    hours = int(source.every.total_seconds() // 3600)
    interval = "day" if hours == _DAY else f"{hours // _DAY} days" if hours % _DAY == 0 else f"{hours} h"
    return interval if source.enabled_at_first else f"{interval}, off"


def _authority(source: type[Source]) -> str:
    if issubclass(source, BenchmarkList):
        return f"benchmarks of models ({source.licence})"
    if issubclass(source, ExchangeRateList):
        return "exchange rates"
    return "everything" if source.authority == EVERYTHING else ", ".join(source.authority) or "existence only"


def _hosts(source: type[Source]) -> Iterator[str]:
    hosts = set()
    for url in source().urls().values():
        host = url.split("/")[2] if url else ""
        if host and host not in hosts:
            hosts.add(host)
            yield f"`{host}`"
