"""`/exports/catalogue.csv` and `.dsl`: the flat files, with a tag that follows the revision and the day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from registry import catalogue, exporting, formats


@require_safe
def flat(request: HttpRequest, name: str) -> HttpResponseBase:
    """The catalogue in one flat format. 503 while nothing is published: an empty file would be taken for the truth."""
    today = timezone.now().date()
    try:
        pieces = exporting.export(name, on=today)
    except exporting.NothingPublished as error:
        return HttpResponse(str(error), status=503, content_type="text/plain", headers={"Retry-After": "60"})
    declared = formats.get(name)
    response = StreamingHttpResponse(pieces, content_type=f"{declared.content_type}; charset=utf-8")
    etag = f'"{name}-{catalogue.current().revision}-{today:%Y%m%d}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Content-Disposition"] = f'attachment; filename="catalogue{declared.suffix}"'
    unchanged = get_conditional_response(request, etag=etag)
    return response if unchanged is None else unchanged
