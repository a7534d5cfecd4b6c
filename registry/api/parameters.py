"""Checks query parameters strictly: an unknown, repeated or empty one is an error with the nearest known name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rest_framework.request import Request

from registry.api.problems import BadParameters, ParameterError
from registry.domain.words import nearest, split

LONGEST_VALUE = 4000


def check(request: Request, allowed: Collection[str], repeatable: Collection[str] = ()) -> None:
    """Raises BadParameters for every parameter that this address does not take, or not in that way."""
    if errors := list(_errors(request, allowed, repeatable)):
        raise BadParameters(errors)


def _errors(request: Request, allowed: Collection[str], repeatable: Collection[str]) -> Iterable[ParameterError]:
    for name, values in request.query_params.lists():
        if name not in allowed:
            yield ParameterError(name[:100], "no such parameter here", nearest(name, allowed))
        elif len(values) > 1 and name not in repeatable:
            yield ParameterError(name, "given more than once; join several values by commas")
        elif not all(values):
            yield ParameterError(name, "has no value; leave it out instead")
        elif any(len(value) > LONGEST_VALUE for value in values):
            yield ParameterError(name, f"longer than {LONGEST_VALUE} signs")
        elif any("\0" in value for value in values):
            yield ParameterError(name, "holds a NUL sign")


def chosen_keys(request: Request, allowed: Collection[str], usual: Collection[str]) -> list[str]:
    """The keys that `fields=` asks for, in the usual order, with `id` always among them; all usual ones without it."""
    text = request.query_params.get("fields")
    if text is None:
        return list(usual)
    names = split(text)
    if unknown := [word for word in names if word not in allowed]:
        raise BadParameters(
            ParameterError("fields", f"no such key: {word[:100]!r}", nearest(word, allowed)) for word in unknown[:10]
        )
    if not names:
        raise BadParameters([ParameterError("fields", "names no key")])
    return [key for key in allowed if key in names or key == "id"]
