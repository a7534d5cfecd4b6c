"""Every error of the API, as RFC 9457 `application/problem+json` that says what to do.

    raise BadParameters([ParameterError("ordering", "no such column: 'nope'", nearest="name")])

`registry.api.error_handlers` turns exceptions into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from rest_framework import exceptions

from registry import json_schema as schema
from registry.history.timeline import KNOWN
from registry.identity.lookup import CANDIDATE

CONTENT_TYPE: Final = "application/problem+json"
PROBLEM: Final = schema.shape(
    "Problem",
    "An error, by RFC 9457.",
    {
        "type": schema.text(),
        "title": schema.text(),
        "status": schema.whole(),
        "detail": schema.text("What is wrong and what to do, for people."),
        "instance": schema.text(),
        "errors": schema.several(
            schema.shape(
                "WrongParameter",
                "What is wrong with one parameter.",
                {
                    "parameter": schema.text(),
                    "detail": schema.text(),
                    "nearest": schema.text("What was probably meant.", null=True),
                },
            )
        ),
        "candidates": schema.several(CANDIDATE),
        "lookup_url": schema.link(),
        "known_since": schema.one(KNOWN, "Of what was not published yet in the state asked for."),
    },
    optional=("errors", "candidates", "lookup_url", "known_since"),
)


@dataclass(frozen=True, slots=True)
class ParameterError:
    """What is wrong with one parameter, and what was probably meant."""

    parameter: str
    detail: str
    nearest: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"parameter": self.parameter, "detail": self.detail, "nearest": self.nearest}


class Problem(exceptions.APIException):
    """An error with members of its own beside those of every problem."""

    status_code = 400

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.text = detail
        self.members = members
        self.headers: Mapping[str, str] = {}


class BadParameters(Problem):
    def __init__(self, errors: Iterable[ParameterError]) -> None:
        all_errors = list(errors)
        super().__init__(
            " ".join(_sentence(error) for error in all_errors),
            errors=[error.as_json() for error in all_errors],
        )


class NotFound(Problem):
    status_code = 404


class PreconditionFailed(Problem):
    status_code = 412


class NothingPublished(Problem):
    """There is no catalogue yet. Never answered with an empty one, which would be a statement."""

    status_code = 503

    def __init__(self) -> None:
        super().__init__(
            "Nothing has been published yet, so there is no catalogue. "
            "Run a sync (manage.py sync --all), then ask again."
        )
        self.headers = {"Retry-After": "30"}


class NotRendered(Problem):
    """Something is published, and the first document of it is being made."""

    status_code = 503

    def __init__(self, what: str = "The catalogue") -> None:
        super().__init__(f"{what} is being rendered for the first time. Ask again in a few seconds.")
        self.headers = {"Retry-After": "5"}


def _sentence(error: ParameterError) -> str:
    hint = f" Did you mean {error.nearest!r}?" if error.nearest else ""
    return f"{error.parameter}: {error.detail}.{hint}"


def problem(status: int, detail: str, instance: str, **members: Any) -> dict[str, Any]:
    """The JSON of a problem. `type` is about:blank: the status says what kind it is."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        **members,
    }
