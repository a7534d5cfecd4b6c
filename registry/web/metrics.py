"""`/metrics`: the state of the registry for Prometheus. Each layer has a collector; the settings name them.

Every response uses a new collector registry, and nothing is counted in a process, so all processes report the same.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest

from registry.api.authentication import for_readers

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
KEPT_SECONDS: Final = 5
"""Several scrapers at once share one collection."""
_KEY: Final = "registry.web.metrics"


@never_cache
@require_safe
@for_readers
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics in the text format; at most a few seconds old. Open or gated like reading the API."""
    body = cache.get(_KEY)
    if body is None:
        body = render()
        cache.set(_KEY, body, KEPT_SECONDS)
    return HttpResponse(body, content_type=CONTENT_TYPE)


def render() -> bytes:
    """The metrics of all collectors that the settings name, in the text format."""
    collected = CollectorRegistry()
    for name in settings.METRICS_COLLECTORS:
        collected.register(import_string(name)())
    return generate_latest(collected)
