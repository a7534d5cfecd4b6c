"""Which code a source is read by, and when a payload is therefore read again."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from syncers.kinds.source import Source
from syncers.payload import parser_version
from syncers.payload.parser_version import mapping_version
from syncers.registry import SIMPLE, all_sources, load, tables
from syncers.sources.tables import declare

_NUMBERS = count()
MODULES = sorted({source.__module__ for source in all_sources()})


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our packages, without what is no code."""
    root = tmp_path_factory.mktemp("packages")
    for package in parser_version.PACKAGES:
        unread = shutil.ignore_patterns("__pycache__", "static", "templates", "locale")
        shutil.copytree(parser_version.ROOT / package, root / package, ignore=unread)
    return root


def versions(root: Path = parser_version.ROOT) -> dict[str, str]:
    return {module: parser_version.version_of(module, root) for module in MODULES}


def after(packages: Path, changed: str, old: str, new: str) -> dict[str, str]:
    """The versions once a piece of a file is otherwise. The copy is as before afterwards."""
    path = packages / changed
    code = path.read_text()
    assert old in code
    path.write_text(code.replace(old, new))
    try:
        return versions(_twin(packages))
    finally:
        path.write_text(code)


def _twin(packages: Path) -> Path:
    """The same folder under another name: what was read of it once is remembered under the first."""
    twin = packages.parent / f"{packages.name}-{next(_NUMBERS)}"
    twin.symlink_to(packages, target_is_directory=True)
    return twin


def test_a_unit_that_is_fixed_reads_every_source_again(packages: Path) -> None:
    before, fixed = versions(packages), after(packages, "syncers/kinds/units.py", "Decimal(1)", "Decimal(1_000_000)")

    assert {module for module in MODULES if before[module] == fixed[module]} == set()


def test_a_mapping_that_is_fixed_reads_no_other_source_again(packages: Path) -> None:
    before, fixed = (
        versions(packages),
        after(packages, "syncers/sources/gateways/openrouter.py", '"openrouter"', '"router"'),
    )

    assert [module for module in MODULES if before[module] != fixed[module]] == ["syncers.sources.gateways.openrouter"]


@pytest.mark.parametrize(
    "where", ["curation/review/queue.py", "syncers/sync/engine.py", "syncers/http.py", "registry/cost/costing.py"]
)
def test_code_that_reads_no_payload_reads_none_again(where: str, packages: Path) -> None:
    assert after(packages, where, "from __future__", "#\nfrom __future__") == versions(packages)


def test_a_rule_of_identity_that_moves_reads_those_again_that_go_by_it(packages: Path) -> None:
    before, fixed = versions(packages), after(packages, "registry/identity/normalise.py", "def ", "#\ndef ")

    affected = {module for module in MODULES if before[module] != fixed[module]}
    assert {
        "syncers.sources.gateways.openrouter",
        "syncers.sources.catalogues.litellm",
        "syncers.sources.catalogues.genai_prices",
    } <= affected


def test_data_beside_a_module_that_looks_for_it_is_part_of_the_mapping(packages: Path) -> None:
    (packages / "syncers/sources/data").mkdir()
    words = packages / "syncers/sources/data/words.csv"
    words.write_text("a,b\n")
    try:
        hooked = ("from __future__ import annotations\n", "from __future__ import annotations\n\nHERE = __file__\n")
        first = after(packages, "syncers/sources/gateways/openrouter.py", *hooked)
        words.write_text("a,c\n")
        second = after(packages, "syncers/sources/gateways/openrouter.py", *hooked)
    finally:
        shutil.rmtree(packages / "syncers/sources/data")
    affected = [module for module in MODULES if first[module] != second[module]]
    assert "syncers.sources.gateways.openrouter" in affected
    assert "syncers.sources.catalogues.litellm" not in affected


def changed_table(slug: str, base: type[Source] | None = None, **changes: object) -> type[Source]:
    return declare(SIMPLE, slug, {**tables(SIMPLE)[slug], **changes}, base)


def test_a_table_that_is_changed_reads_its_source_again() -> None:
    groq, other = load("groq"), changed_table("groq", fields_at={"context_window": "context_length"})

    assert mapping_version(groq) == mapping_version(changed_table("groq"))
    assert mapping_version(groq) != mapping_version(other)


def test_a_table_that_is_changed_reads_those_again_that_are_like_it() -> None:
    other = changed_table("moonshot", fields_at={})

    assert mapping_version(load("moonshot-cn")) == mapping_version(changed_table("moonshot-cn", load("moonshot")))
    assert mapping_version(load("moonshot-cn")) != mapping_version(changed_table("moonshot-cn", other))


def test_a_table_like_a_source_with_code_is_read_by_that_code() -> None:
    by_code, by_paths = (changed_table("minimax-cn", base, expected=[1, 90]) for base in (load("minimax"), None))

    assert mapping_version(by_code) != mapping_version(by_paths)


def test_every_source_that_is_a_table_has_a_version_of_its_own() -> None:
    declared = [mapping_version(source) for source in all_sources() if source.table]

    assert len(declared) == len(set(declared)) > 30


def test_the_version_is_the_same_in_every_process() -> None:
    ask = (
        "from syncers.payload.parser_version import version_of; print(version_of('syncers.sources.catalogues.litellm'))"
    )
    process = subprocess.run(
        [sys.executable, "-c", ask], cwd=parser_version.ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    assert process.stdout.strip() == parser_version.version_of("syncers.sources.catalogues.litellm")


def test_it_finds_the_imports_that_python_finds() -> None:
    """They are found by their look; this holds that against the parser, for every module of ours."""
    for module, path in parser_version._files(parser_version.ROOT).items():
        by_look = set(parser_version._named_imports(parser_version._FOR_TYPES.sub(b"", path.read_bytes())))
        modules = {name for name in by_look if parser_version._file(name, parser_version.ROOT)}
        assert modules >= {name for name in _parsed(path) if parser_version._file(name, parser_version.ROOT)}, module


def _parsed(path: Path) -> Iterator[str]:
    ahead: list[ast.AST] = [ast.parse(path.read_bytes())]
    while ahead:
        node = ahead.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        ahead += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in parser_version.PACKAGES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in parser_version.PACKAGES:
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
