"""Answers about one offering at an address below its own: `offerings/{id}/history/`.

Ids contain slashes, and one may end in such a word itself. The word is a suffix where what stands before it is the id
of a published offering; else the whole is taken as an id.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.request import Request

from registry.api.base import ReadView, conditional, may_be_an_id
from registry.api.missing import not_found
from registry.api.views.offerings import OfferingViewSet
from registry.models import Offering


class AboutOffering(ReadView):
    """Subclasses answer about a published offering."""

    suffix: ClassVar[str]
    is_conditional: ClassVar[bool] = True
    """Whether the answer stays as it is until something is published."""

    def get(self, request: Request, id: str) -> HttpResponseBase:
        if _is_published(id):
            return self._tagged(request, id) if self.is_conditional else self.respond(request, id)
        whole = f"{id}/{self.suffix}"
        if _is_published(whole):
            detail: Any = OfferingViewSet.as_view({"get": "retrieve"})
            answer: HttpResponseBase = detail(request._request, id=whole)
            return answer
        raise not_found(request, id)

    @conditional
    def _tagged(self, request: Request, id: str) -> HttpResponseBase:
        return self.respond(request, id)

    def respond(self, request: Request, id: str) -> HttpResponseBase:
        """The answer about a published offering."""
        raise NotImplementedError


def _is_published(id: str) -> bool:
    return may_be_an_id(id) and Offering.objects.filter(key=id).exists()
