"""The current API response for an offering, from the API view itself."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponseBase, QueryDict

from registry.api.views.offerings import OfferingViewSet
from registry.models import Offering


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """The served document by key: simple values in one block, lists and objects folded."""
    address = f"/api/v1/offerings/{offering.key}/"
    answer = ask(request, address, offering.key)
    document: dict[str, Any] = orjson.loads(answer.content)  # type: ignore[attr-defined]
    simple = {key: value for key, value in document.items() if not isinstance(value, dict | list)}
    return {
        "address": request.build_absolute_uri(address),
        "status": answer.status_code,
        "revision": answer.headers.get("X-Registry-Revision", ""),
        "etag": answer.headers.get("ETag", ""),
        "document": _written(document),
        "simple": _written(simple),
        "folded": [
            {"key": key, "count": len(value), "text": _written(value)}
            for key, value in document.items()
            if isinstance(value, dict | list)
        ],
    }


def ask(request: HttpRequest, address: str, key: str) -> HttpResponseBase:
    """The response of the API to the signed-in person."""
    api_request = HttpRequest()
    api_request.method, api_request.path, api_request.path_info, api_request.GET = (
        "GET",
        address,
        address,
        QueryDict(""),
    )
    copied = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")
    api_request.META = {name: request.META[name] for name in copied if name in request.META}
    api_request.user, api_request.session = request.user, request.session
    view: Any = OfferingViewSet.as_view({"get": "retrieve"})
    answer: Any = view(api_request, id=key)
    rendered: HttpResponseBase = answer.render()
    return rendered


def _written(data: Any) -> str:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
