"""The two clocks as query parameters: `as_of=` (a day), and `known_at=` (a day or a moment) or `revision=`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError

from registry.api import values
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import as_of
from registry.catalogue.as_of import Moment

PARAMETERS: Final = ("as_of", "known_at", "revision")
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "as_of": values.Day().clean,
    # A day means its end: all that was known on it.
    "known_at": values.Moment(late=True).clean,
    "revision": values.Whole().clean,
}
_LARGEST: Final = 2**31 - 1


def moment(query: Mapping[str, str], now: datetime) -> Moment | None:
    """The place on both clocks that a query names; None when it names none. Raises BadParameters."""
    errors: list[ParameterError] = []
    asked: dict[str, Any] = {}
    for name in PARAMETERS:
        if (text := query.get(name)) is None:
            continue
        try:
            asked[name] = _READERS[name](text)
        except ValidationError as error:
            errors.append(ParameterError(name, str(error.messages[0])))
    if errors:
        raise BadParameters(errors)
    if not asked:
        return None
    if "revision" in asked:
        asked["revision"] = min(asked["revision"], _LARGEST)
    try:
        return as_of.moment(now=now, **asked)
    except as_of.UnknownRevision as error:
        raise BadParameters([ParameterError("revision", str(error))]) from error
    except ValueError as error:
        raise BadParameters([ParameterError("known_at", str(error))]) from error
