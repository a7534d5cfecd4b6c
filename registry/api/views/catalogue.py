from __future__ import annotations

import gzip
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request

from registry.api import clocks, parameters, schema
from registry.api.base import Reading, conditional, not_modified, set_validators
from registry.api.problems import NothingPublished, NotRendered
from registry.catalogue import past, queries
from registry.exports import documents

CACHING: Final = "max-age=60, stale-if-error=86400"
_GZIP_LEVEL: Final = 4


@schema.catalogue
class CatalogueView(Reading):
    """The whole published catalogue, as bytes that were made when it was published; or as it stood, made on demand."""

    reads_one_state = False
    shows_the_past = True

    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, clocks.PARAMETERS)
        return self._past(request) if self.moment else self._current(request)

    def depends_on(self) -> str:
        """For a past state: names of providers are today's, and the compressed form has a tag of its own."""
        return f"{queries.providers_digest()} {takes_gzip(self.request.headers.get('Accept-Encoding', ''))}"

    @conditional
    def _past(self, request: Request) -> HttpResponseBase:
        if self.newest is None or self.moment is None:
            raise NothingPublished
        body, headers = past.document(self.moment), {"Vary": "Accept-Encoding"}
        if takes_gzip(request.headers.get("Accept-Encoding", "")):
            body, headers["Content-Encoding"] = gzip.compress(body, _GZIP_LEVEL, mtime=0), "gzip"
        headers["Content-Length"] = str(len(body))
        return HttpResponse(body, content_type=documents.JSON, headers=headers)

    def _current(self, request: Request) -> HttpResponseBase:
        try:
            document = documents.current(documents.CATALOGUE)
        except documents.NotRendered as error:
            raise NotRendered from error
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
