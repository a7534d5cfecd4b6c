"""What the API says of an offering right now, by asking the API itself."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponseBase, QueryDict

from registry.api.views.offerings import OfferingViewSet
from registry.models import Offering


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """The document as it is served, key by key: what is simple in one block, lists and objects folded."""
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
    """The API's own answer to the person who looks at the page."""
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info, asked.GET = "GET", address, address, QueryDict("")
    known = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO")
    asked.META = {name: request.META[name] for name in known if name in request.META}
    asked.user, asked.session = request.user, request.session
    view: Any = OfferingViewSet.as_view({"get": "retrieve"})
    answer: Any = view(asked, id=key)
    rendered: HttpResponseBase = answer.render()
    return rendered


def _written(data: Any) -> str:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
