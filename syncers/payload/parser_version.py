"""A version of the code that parses a payload: when it changes, an unchanged payload is parsed again."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syncers.kinds.source import Source

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder of the project's packages."""
PACKAGES: Final = ("curation", "registry", "syncers")
_ONLY_FETCH: Final = ("syncers.payload.auth", "syncers.http", "registry.http")
"""Modules that only transfer bytes and do not parse them."""
#: Imports are found by a regular expression: parsing 150 files would add seconds to every sync.
_IMPORT: Final = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(?P<module>(?:curation|registry|syncers)\b[\w.]*)"
    rb"(?:[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#]+))?",
    re.MULTILINE,
)
_FOR_TYPES: Final = re.compile(rb"^if TYPE_CHECKING:\n(?:(?:[ \t].*)?\n)+", re.MULTILINE)
_WORD: Final = re.compile(rb"\w+")


def mapping_version(source: type[Source]) -> str:
    """Fingerprint of all project code by which a source turns payloads into claims, and of the table that declares it,
    if any.

    The code is its module and its imports, recursively. A change in one source does not affect the others.
    """
    if not source.table:
        return version_of(source.__module__)
    classes = [base for base in source.__mro__ if base.__module__.partition(".")[0] in PACKAGES]
    digest = hashlib.sha256()
    for module in sorted({base.__module__ for base in classes}):
        digest.update(f"{module}:{version_of(module)}\n".encode())
    for table in (vars(base).get("table") for base in classes):
        digest.update(json.dumps(table, sort_keys=True, default=str).encode())
    return digest.hexdigest()


@cache
def version_of(module: str, root: Path = ROOT) -> str:
    """Fingerprint of a module, of what it imports from the packages under `root`, and of the data files among these."""
    digest = hashlib.sha256()
    for name in sorted(_loaded_with(module, root)):
        digest.update(f"{name}:{_fingerprint(name, root)}\n".encode())
    return digest.hexdigest()


def _loaded_with(module: str, root: Path) -> set[str]:
    """The module and all of our modules that it imports, recursively, as dotted names; packages are modules too."""
    loaded: set[str] = set()
    ahead = [module]
    while ahead:
        name = ahead.pop()
        if name in loaded:
            continue
        loaded.add(name)
        ahead += _imports(name, root)
    return loaded


@cache
def _imports(module: str, root: Path) -> frozenset[str]:
    """Our modules that a module imports directly, at its head or inside a function, and their packages."""
    imported = set(_named_imports(_FOR_TYPES.sub(b"", _code(module, root))))
    modules = {module.rpartition(".")[0]} | imported | {name.rpartition(".")[0] for name in imported}
    return frozenset(name for name in modules if not name.startswith(_ONLY_FETCH) and _file(name, root))


def _named_imports(code: bytes) -> Iterator[str]:
    for match in _IMPORT.finditer(code):
        module = match["module"].decode()
        yield module
        for name in _WORD.findall(match["names"] or b""):
            yield f"{module}.{name.decode()}"  # where that is a module


@cache
def _fingerprint(module: str, root: Path) -> str:
    """Digest of a module's file and, where it uses `__file__`, of the folders `data` beside it and above."""
    path, code = _file(module, root), _code(module, root)
    digest = hashlib.sha256(code)
    if path and b"__file__" in code:
        files = [*path.parent.glob("data/**/*"), *path.parent.parent.glob("data/**/*")]
        for data in sorted(file for file in files if file.is_file()):
            digest.update(data.read_bytes())
    return digest.hexdigest()


@cache
def _code(module: str, root: Path) -> bytes:
    path = _file(module, root)
    return path.read_bytes() if path else b""


def _file(module: str, root: Path) -> Path | None:
    """The file of a module; None for a name that is not ours and is not loaded."""
    if module.partition(".")[0] in PACKAGES:
        return _files(root).get(module)
    where = getattr(sys.modules.get(module), "__file__", None)
    return Path(where) if where else None


@cache
def _files(root: Path) -> dict[str, Path]:
    """All our modules by name; a package is known by its `__init__.py`."""
    paths = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
