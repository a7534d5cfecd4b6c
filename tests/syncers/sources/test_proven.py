"""Every source is proven by a payload of its own, or is retired."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from syncers.kinds.page.source import PageSource
from syncers.kinds.source import Source
from syncers.registry import RETIRED, all_sources, tables
from tests.syncers.sources.pages.samples import PAGES
from tests.syncers.sources.test_simple import STATED, TWINS

FOLDER = Path(__file__).parent


def test_every_source_is_proven_by_a_payload_of_its_own_or_is_retired() -> None:
    sources = list(all_sources())

    unproven = {source.slug for source in sources if not (source.nothing_fetched or _is_proven(source))}
    assert unproven == set()
    assert {source.slug for source in sources if source.nothing_fetched} == set(tables(RETIRED))


def _is_proven(source: type[Source]) -> bool:
    if issubclass(source, PageSource):
        return bool(_modules_of(source.slug)) and (PAGES / source.slug).is_dir()
    if source.table:
        return source.slug in STATED or source.slug in TWINS  # test_simple.py reads them
    return any(
        source in vars(module).values() and any(name.startswith("test_") for name in _functions(module))
        for module in _modules_of(source.slug)
    )


def _modules_of(slug: str) -> list[ModuleType]:
    paths = FOLDER.glob(f"*/test_{slug.replace('-', '_')}.py")
    return [import_module(f"{__package__}.{path.parent.name}.{path.stem}") for path in paths]


def _functions(module: ModuleType) -> list[str]:
    classes = [value for name, value in vars(module).items() if name.startswith("Test")]
    return [name for holder in (module, *classes) for name in vars(holder)]
