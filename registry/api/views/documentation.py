"""The OpenAPI schema and its page. Both are the same for everybody until the next deployment."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.renderers import TemplateHTMLRenderer

from registry.api.renderers import OnlyOne


@method_decorator(cache_control(max_age=300, public=True), name="dispatch")
class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, as JSON unless the Accept header asks for YAML."""

    renderer_classes = [
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
    ]


class DocsView(SpectacularSwaggerView):
    """The page of the schema; its scripts and styles come from this server."""

    url_name = "api:schema"
    renderer_classes = [TemplateHTMLRenderer]
    content_negotiation_class = OnlyOne
