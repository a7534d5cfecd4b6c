from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request

from registry import documents
from registry.api import parameters, schema
from registry.api.problems import NothingPublished
from registry.api.views.base import Reading, not_modified, set_validators

CACHING: Final = "max-age=60, stale-if-error=86400"


@schema.catalogue
class CatalogueView(Reading):
    """The whole published catalogue, as bytes that were made when it was published."""

    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        document = documents.current(documents.CATALOGUE)
        if document is None:
            raise NothingPublished
        # A strong tag names bytes, so the compressed form has one of its own.
        zipped = takes_gzip(request.headers.get("Accept-Encoding", ""))
        zipped_etag = f'{document.etag[:-1]}-gzip"'
        etags = (zipped_etag, document.etag) if zipped else (document.etag, zipped_etag)
        response = not_modified(request, etags, document.published_at)
        if response is None:
            body = document.body_gzip if zipped else document.body()
            response = HttpResponse(body, content_type=document.content_type)
            response.headers["Content-Length"] = str(len(body))
            if zipped:
                response.headers["Content-Encoding"] = "gzip"
        set_validators(response, etags[0], document.published_at, document.revision, CACHING)
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
