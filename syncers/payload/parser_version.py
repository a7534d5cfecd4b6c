"""Which code reads a payload: when that has changed, payloads are read again although their bytes have not."""

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
"""The folder in which the packages of the project lie."""
PACKAGES: Final = ("curation", "registry", "syncers")
_ONLY_FETCH: Final = ("syncers.payload.auth", "syncers.http", "registry.http")
"""What asks the network. It hands bytes on and reads nothing in them."""
#: Imports are found by their look: to parse 150 files takes seconds, and whoever only syncs one source waits for it.
_IMPORT: Final = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(?P<module>(?:curation|registry|syncers)\b[\w.]*)"
    rb"(?:[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#]+))?",
    re.MULTILINE,
)
_FOR_TYPES: Final = re.compile(rb"^if TYPE_CHECKING:\n(?:(?:[ \t].*)?\n)+", re.MULTILINE)
_WORD: Final = re.compile(rb"\w+")


def mapping_version(source: type[Source]) -> str:
    """Fingerprint of all code of the project by which a source turns payloads into claims, and of the table that
    declares it, where it is data.

    The code is its module and what this imports, step by step. A change in one source leaves the others as they are.
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
    """The module and all of ours that is imported with it, named with dots; packages are modules too."""
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
    """Our modules that a module imports itself, at its head or inside of a function, and the packages around them."""
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
    """Digest of a module's file and, where it looks for files beside itself, of the folders `data` there and above."""
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
    """The file of a module; None for a name that is none of ours and is not loaded."""
    if module.partition(".")[0] in PACKAGES:
        return _files(root).get(module)
    where = getattr(sys.modules.get(module), "__file__", None)
    return Path(where) if where else None


@cache
def _files(root: Path) -> dict[str, Path]:
    """All our modules by name; a package is known by its `__init__.py`."""
    paths = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
