"""Valid and recorded time as query parameters: `as_of=` (a day); `known_at=` (a day or a moment) or `revision=`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from registry import json_schema as schema
from registry.api.openapi import parameter
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import as_of
from registry.catalogue.as_of import AsOf
from registry.catalogue.filters import values
from registry.catalogue.filters.values import WrongValue

PARAMETERS: Final = ("as_of", "known_at", "revision")
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "as_of": values.day,
    # A day means its end: all that was known on it.
    "known_at": values.late_moment,
    "revision": values.whole,
}
DESCRIBED: Final = (
    parameter(
        "as_of",
        schema.day(),
        "Day whose prices are shown, by what was known at its end; one to come shows what is announced.",
    ),
    parameter(
        "known_at",
        {"anyOf": [schema.day(), schema.moment()]},
        "Shows what was published by then; a day means its end.",
    ),
    parameter("revision", schema.count(), "Shows this very revision, which never changes."),
)
_LARGEST: Final = 2**31 - 1


def requested(query: Mapping[str, str], now: datetime) -> AsOf | None:
    """The place that a query names; None when it names none. Raises BadParameters."""
    errors: list[ParameterError] = []
    arguments: dict[str, Any] = {}
    for name in PARAMETERS:
        if (text := query.get(name)) is None:
            continue
        try:
            arguments[name] = _READERS[name](text)
        except WrongValue as error:
            errors.append(ParameterError(name, str(error.message)))
    if errors:
        raise BadParameters(errors)
    if not arguments:
        return None
    if "revision" in arguments:
        arguments["revision"] = min(arguments["revision"], _LARGEST)
    try:
        return as_of.resolve(now=now, **arguments)
    except as_of.UnknownRevision as error:
        raise BadParameters([ParameterError("revision", str(error))]) from error
    except ValueError as error:
        raise BadParameters([ParameterError("known_at", str(error))]) from error
