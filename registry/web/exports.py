"""The catalogue in formats of other tools, at stable addresses.

`/exports/litellm.json`, `/exports/models.dev/api.json`, `/exports/genai-prices/data.json`, `/exports/catalogue.csv`,
`/exports/catalogue.dsl` and `/v1/models`: rendered files with a strong ETag, compressed for clients that accept it.
"""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from registry import formats
from registry.api import bitemporal, parameters, problems
from registry.api.base import ReadView, conditional
from registry.api.document_response import document_response
from registry.api.missing import not_found
from registry.api.problems import NotFound, NothingPublished
from registry.api.renderers import OnlyOne
from registry.catalogue import cache, queries
from registry.catalogue.snapshot import snapshot
from registry.exports import exporting, files
from registry.exports.served import NotRendered
from registry.formats import openai
from registry.formats.documents import dump


@extend_schema(exclude=True)
class ExportView(ReadView):
    """One export file. The address names the format; the Accept header is ignored."""

    content_negotiation_class = OnlyOne  # type: ignore[assignment]
    name: ClassVar[str] = ""
    """Of the format; given to `as_view`."""
    reads_one_state = False
    shows_the_past = True

    def depends_on(self) -> str:
        """For a past state: names of providers are always today's."""
        return queries.providers_digest()

    @conditional
    def _past(self, request: Request) -> HttpResponseBase:
        """The file as of then, rendered on request."""
        try:
            with snapshot():
                content = b"".join(exporting.export(self.name, on=self.today, moment=self.as_of))
        except exporting.NothingPublished as error:
            raise NotFound(f"There is no such file of that time: {error}.") from error
        return HttpResponse(content, headers=_headers(self.name) | {"Content-Length": str(len(content))})

    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, bitemporal.PARAMETERS)
        if self.as_of:
            return self._past(request)
        try:
            file = files.current(self.name, self.today)
        except exporting.NothingPublished as error:
            raise NothingPublished from error
        except NotRendered as error:
            raise problems.NotRendered("This export") from error
        return document_response(request, file, _headers(self.name))


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
