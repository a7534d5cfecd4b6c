from __future__ import annotations

import gzip
from typing import Final

from django.http import HttpResponse, HttpResponseBase
from rest_framework.request import Request

from registry.api import clocks, openapi, parameters
from registry.api.base import Reading, conditional
from registry.api.finished import finished, takes_gzip
from registry.api.problems import NothingPublished, NotRendered
from registry.catalogue import past, queries
from registry.exports import documents

_GZIP_LEVEL: Final = 4


@openapi.get("get_catalogue", "catalogue", past.CATALOGUE, *clocks.DESCRIBED, problems=(400, 503))
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
            document = documents.current()
        except documents.NotRendered as error:
            raise NotRendered from error
        if document is None:
            raise NothingPublished
        return finished(request, document, {"Content-Type": document.content_type}, document.published_at)
