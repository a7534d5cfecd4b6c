"""The catalogue in formats of other tools, at stable addresses.

`/exports/litellm.json`, `/exports/models.dev/api.json`, `/exports/genai-prices/data.json`, `/exports/catalogue.csv`,
`/exports/catalogue.dsl` and `/v1/models`: rendered files with a strong ETag, compressed for clients that accept it.
With filters of the list of offerings (`?provider=openai,mistral`) or for a past state, they are rendered on request.
"""

from __future__ import annotations

import gzip
from typing import ClassVar, Final

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from registry import formats
from registry.api import export_filters, parameters, problems
from registry.api.base import ReadView, conditional
from registry.api.document_response import document_response, takes_gzip
from registry.api.missing import not_found
from registry.api.problems import NotFound, NothingPublished
from registry.api.renderers import OnlyOne
from registry.catalogue import cache, queries
from registry.catalogue.snapshot import snapshot
from registry.exports import exporting, files
from registry.exports.served import NotRendered
from registry.formats import openai
from registry.formats.documents import dump

_GZIP_LEVEL: Final = 4


@extend_schema(exclude=True)
class ExportView(ReadView):
    """One export file. The address names the format; the Accept header is ignored."""

    content_negotiation_class = OnlyOne  # type: ignore[assignment]
    name: ClassVar[str] = ""
    """Of the format; given to `as_view`."""
    reads_one_state = False
    shows_the_past = True

    def depends_on(self) -> str:
        """For files that are rendered on request: names of providers are always today's, and the compressed form has a
        tag of its own.
        """
        return f"{queries.providers_digest()} {takes_gzip(self.request.headers.get('Accept-Encoding', ''))}"

    def get(self, request: Request) -> HttpResponseBase:
        is_filtered = export_filters.are_in(request)
        if is_filtered or self.as_of:
            with snapshot():
                return self._on_request(request, is_filtered=is_filtered)
        try:
            file = files.current(self.name, self.today)
        except exporting.NothingPublished as error:
            raise NothingPublished from error
        except NotRendered as error:
            raise problems.NotRendered("This export") from error
        return document_response(request, file, _headers(self.name))

    @conditional
    def _on_request(self, request: Request, *, is_filtered: bool) -> HttpResponseBase:
        """The file of chosen offerings, or as of then."""
        if self.newest is None:
            raise NothingPublished
        chosen = export_filters.chosen(request, self.today, self.as_of, self.newest) if is_filtered else None
        try:
            content = b"".join(exporting.export(self.name, on=self.today, moment=self.as_of, chosen=chosen))
        except exporting.NothingPublished as error:
            raise NotFound(f"There is no such file of that time: {error}.") from error
        except exporting.NoMatches as error:
            raise NotFound(f"There is no such file: {error}.") from error
        headers = _headers(self.name) | {"Vary": "Accept-Encoding"}
        if takes_gzip(request.headers.get("Accept-Encoding", "")):
            content, headers["Content-Encoding"] = gzip.compress(content, _GZIP_LEVEL, mtime=0), "gzip"
        return HttpResponse(content, headers=headers | {"Content-Length": str(len(content))})


@extend_schema(exclude=True)
class OpenAIModelView(ReadView):
    """`GET /v1/models/{id}`: one entry of the list. The id is an offering's, or any name that means one."""

    content_negotiation_class = OnlyOne  # type: ignore[assignment]

    def get(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        held = cache.current()
        if not held.entries:
            raise NothingPublished
        entry = held.entries.get(id) or held.entries.get(held.lookup(id).offering or "")
        if entry is None:
            raise not_found(request, id)
        return HttpResponse(dump(openai.entry(entry)), content_type=openai.DOCUMENT.content_type)


def _headers(name: str) -> dict[str, str]:
    headers = {"Content-Type": exporting.content_type(name)}
    if name not in formats.DOCUMENTS:
        headers["Content-Disposition"] = f'attachment; filename="catalogue{formats.get(name).suffix}"'
    return headers
