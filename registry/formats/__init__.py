"""The import and export formats of a catalogue, one module per format.

    for text in formats.get("csv").write(rows):
        ...

A format is added with one module that holds a `FORMAT`, and one line in `MODULES`. Modules are imported on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Generic, TypeVar

from registry.formats.documents import Document
from registry.formats.row import RowError

Item = TypeVar("Item")

MODULES: Final[Mapping[str, str]] = {
    "csv": "registry.formats.csv25",
    "dsl": "registry.formats.dsl",
}
DOCUMENTS: Final[Mapping[str, str]] = {
    "litellm": "registry.formats.litellm",
    "models-dev": "registry.formats.models_dev",
    "genai-prices": "registry.formats.genai_prices",
    "openai": "registry.formats.openai",
}
"""Catalogue formats of other tools, export only: one JSON document for all offerings."""


class FormatError(ValueError):
    """A text that is not in this format at all. The message is a sentence for a person."""


@dataclass(frozen=True)  # no slots: Python 3.11 cannot call a frozen generic that has them
class Format(Generic[Item]):
    """One format: its names over HTTP and on disk, how it is written and read."""

    name: str
    label: str
    content_type: str
    suffix: str
    """Ending of a file in this format, with its dot."""
    write: Callable[[Iterable[Item]], Iterator[str]]
    """The text in pieces, to be joined or streamed. Equal items give equal bytes (UTF-8)."""
    read: Callable[[str], Iterator[Item | RowError]] | None = None
    """The items of a text in order, and a `RowError` for each invalid one: one bad item never loses the others. Raises
    FormatError for a text in another format. None when the format is export only.
    """


def get(name: str) -> Format[Any]:
    """The format of that name. Raises ValueError naming the known ones."""
    if name not in MODULES:
        raise ValueError(f"unknown format {name!r}; known: {', '.join(sorted(MODULES))}")
    loaded: Format[Any] = import_module(MODULES[name]).FORMAT
    return loaded


def document(name: str) -> Document:
    """The document format of that name. Raises ValueError naming the known ones."""
    if name not in DOCUMENTS:
        raise ValueError(f"unknown format {name!r}; known: {', '.join(sorted(DOCUMENTS))}")
    loaded: Document = import_module(DOCUMENTS[name]).DOCUMENT
    return loaded
