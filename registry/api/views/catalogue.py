from __future__ import annotations

import gzip
from datetime import UTC, datetime, time
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from rest_framework.request import Request

from registry.api import bitemporal, openapi, parameters
from registry.api.base import ReadView, conditional
from registry.api.document_response import document_response, takes_gzip
from registry.api.problems import NothingPublished, NotRendered
from registry.catalogue import past, queries
from registry.exports import documents

_GZIP_LEVEL: Final = 4


@openapi.get("get_catalogue", "catalogue", past.CATALOGUE, *bitemporal.DESCRIBED, problems=(400, 503))
class CatalogueView(ReadView):
    """The whole published catalogue, as bytes that were made when it was published; or as it stood, made on demand."""

    reads_one_state = False
    shows_the_past = True

    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, bitemporal.PARAMETERS)
        return self._past(request) if self.as_of else self._current(request)

    def depends_on(self) -> str:
        """For a past state: names of providers are today's, and the compressed form has a tag of its own."""
        return f"{queries.providers_digest()} {takes_gzip(self.request.headers.get('Accept-Encoding', ''))}"

    @conditional
    def _past(self, request: Request) -> HttpResponseBase:
        if self.newest is None or self.as_of is None:
            raise NothingPublished
        body, headers = past.document(self.as_of), {"Vary": "Accept-Encoding"}
        if takes_gzip(request.headers.get("Accept-Encoding", "")):
            body, headers["Content-Encoding"] = gzip.compress(body, _GZIP_LEVEL, mtime=0), "gzip"
        headers["Content-Length"] = str(len(body))
        return HttpResponse(body, content_type=documents.JSON, headers=headers)

    def _current(self, request: Request) -> HttpResponseBase:
        try:
            document = documents.current()
        except documents.NotRendered as error:
            raise NotRendered from error
        if document is None:
            raise NothingPublished
        # Prices change with the day, also when nothing is published.
        modified = max(document.published_at, datetime.combine(self.today, time(), tzinfo=UTC))
        return document_response(request, document, {"Content-Type": document.content_type}, modified)
