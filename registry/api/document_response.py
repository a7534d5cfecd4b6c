"""Responses with a rendered document: its bytes, gzip-compressed where the client accepts that, and a strong ETag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request

from registry.api.base import not_modified, set_validators
from registry.exports.served import File

CACHING: Final = "max-age=60, stale-if-error=86400"


def document_response(
    request: Request, file: File, headers: Mapping[str, str], modified: datetime | None = None
) -> HttpResponseBase:
    """The document, or 304 for a client that has it already."""
    # A strong tag names bytes, so the compressed form has one of its own.
    zipped = takes_gzip(request.headers.get("Accept-Encoding", ""))
    zipped_etag = f'{file.etag[:-1]}-gzip"'
    etags = (zipped_etag, file.etag) if zipped else (file.etag, zipped_etag)
    response = not_modified(request, etags, modified)
    if response is None:
        body = file.body_gzip if zipped else file.body()
        response = HttpResponse(body, headers={**headers, "Content-Length": str(len(body))})
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
    set_validators(response, etags[0], modified, file.revision, CACHING)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header admits gzip: named, or by `*`, and not with a weight of 0."""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weight = parameter.strip().removeprefix("q=").strip()
        weights[name.strip()] = not weight or weight.strip("0.") != ""
    return weights.get("gzip", weights.get("*", False))
