"""The JSON that is sent to the API, read strictly."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from registry.api.problems import Problem
from registry.domain import strict_json
from registry.domain.strict_json import UnsoundJSON

MOST_BYTES: Final = 16 * 2**20
_BODY_ATTRIBUTE: Final = "_body_as_sent"


class TooLarge(Problem):
    status_code = 413


def document(request: Request) -> Any:
    """The JSON that was sent, numbers with a fraction as exact Decimal. Raises Problem for what cannot be read, and
    for what says a thing twice. Read here, since the parsers of the framework hold batches to the size of a form.
    """
    media_type = request.content_type.partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType(media_type[:100] or "nothing", "Send application/json, not {media_type}.")
    body = _sent(request._request)
    if len(body) > MOST_BYTES:
        raise TooLarge(f"The body is larger than {MOST_BYTES // 2**20} MiB; send the items in several requests.")
    try:
        # Text that is no UTF-8, lone surrogates and endless nesting are refused by orjson; it keeps no repeated keys.
        orjson.loads(body)
        return strict_json.loads(body.decode())
    except UnsoundJSON as error:
        raise Problem(f"The body is refused: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise Problem(f"The body is no JSON: {error}.") from error


def _sent(request: HttpRequest) -> bytes:
    """The body, kept with the request: one that finds the database busy is tried twice, and can be read once."""
    body: bytes | None = getattr(request, _BODY_ATTRIBUTE, None)
    if body is None:
        body = request.read(MOST_BYTES + 1)
        setattr(request, _BODY_ATTRIBUTE, body)
    return body
