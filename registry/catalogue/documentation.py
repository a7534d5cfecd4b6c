"""The tables of docs/keys.md, made from the declarations of the keys so that they cannot drift from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.catalogue.filters.base import Filter
from registry.catalogue.public_keys.keys import Keys
from registry.catalogue.public_keys.offering_keys import KEYS
from registry.catalogue.public_keys.representation import MODEL_KEYS, PROVIDER_KEYS
from registry.json_schema import AMOUNT, Shape, Type

_HEAD: Final = """\
# Keys

What the API shows of an offering, a model and a provider, by what each list is filtered and sorted, and what `fields=`
takes. Made from the declarations in `registry/catalogue/public_keys/` and `registry/domain/fields.py`. Do not edit, but
run `.venv/bin/python manage.py keys > docs/keys.md`; a test keeps it true.

Suffixes of filters: `__n` (not), `__ic` (contains), `__gt`, `__gte`, `__lt`, `__lte`, `__empty` (unknown). Every list
has `search` and `ordering` besides, whose words stand under *order*.
"""
_LISTS: Final[Mapping[str, Keys]] = {"Offerings": KEYS, "Models": MODEL_KEYS, "Providers": PROVIDER_KEYS}
_FORMATS: Final = {"date": "day", "date-time": "moment", "uri": "link"}
_KINDS: Final = {"integer": "whole number", "number": "number", "boolean": "true or false", "object": "object"}


def markdown() -> str:
    """The whole page."""
    return "\n".join(line for part in (_HEAD.splitlines(), *map(_table, _LISTS)) for line in part) + "\n"


def _table(title: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| key | is | filters | order | says |", "|---|---|---|---|---|")
    for name, key in _LISTS[title].items():
        order = ", ".join(f"`{word}`" for word in key.order)
        says = _plain(key.schema).get("description", "")
        yield f"| `{name}` | {_in_words(key.schema)} | {_by_stem(key.filters)} | {order} | {says} |"


def _by_stem(filters: Mapping[str, Filter]) -> str:
    """Filters that differ in their suffix alone, beside each other: `context_window` `__gte` `__lte`."""
    stems: dict[str, str] = {}
    for name in filters:
        stem, _, suffix = name.partition("__")
        stems[stem] = f"{stems[stem]} `__{suffix}`" if stem in stems else f"`{name}`"
    return ", ".join(stems.values())


def _in_words(type_: Type) -> str:
    """A type in plain words: `text or null`."""
    schema = _plain(type_)
    null = ", or null" if "null" in schema.get("type", ()) or {"type": "null"} in schema.get("oneOf", ()) else ""
    if parts := schema.get("oneOf") or schema.get("allOf"):
        return _in_words(parts[0]) + null
    return _type_in_words(schema) + null


def _type_in_words(schema: Mapping[str, Any]) -> str:
    if choices := schema.get("enum"):
        return f"one of {', '.join(choices)}"
    if schema.get("pattern") == AMOUNT:
        return "exact number, as text"
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "array":
        items = schema["items"]
        return "list of texts" if _plain(items).get("type") == "string" else "list of objects"
    return _FORMATS.get(schema.get("format", "")) or _KINDS.get(kind, "text")


def _plain(type_: Type) -> Mapping[str, Any]:
    return type_.schema if isinstance(type_, Shape) else type_
