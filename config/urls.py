"""All addresses of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from curation.web import scoreboard
from registry.api import error_handlers
from registry.web import (
    busy,
    calculator,
    catalogue,
    changes,
    compare,
    detail,
    exports,
    metrics,
    providers,
    regions,
    retirement_feed,
    retirements,
    scatter,
    suggest,
)
from registry.web import views as web

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("offerings/<path:key>", detail.offering, name="offering-page"),
    path("models/<path:slug>", detail.model, name="model-page"),
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("calculator", calculator.calculator, name="calculator"),
    path("compare", compare.compare, name="compare"),
    path("changes", changes.changes, name="changes"),
    path("providers", providers.providers, name="providers"),
    path("providers/<slug:slug>", providers.provider, name="provider-page"),
    path("price-quality", scatter.scatter, name="price-quality"),
    path("suggest", suggest.suggest, name="suggest"),
    path("regions", regions.overview, name="regions"),
    re_path(r"^retirements/?$", retirements.overview, name="retirements"),
    re_path(r"^retirements/feed/?$", retirement_feed.feed, name="retirements-feed"),
    path("scoreboard", scoreboard.page, name="scoreboard"),
    path("exports/catalogue.csv", exports.ExportView.as_view(name="csv"), name="export-csv"),
    path("exports/catalogue.dsl", exports.ExportView.as_view(name="dsl"), name="export-dsl"),
    path("exports/litellm.json", exports.ExportView.as_view(name="litellm"), name="export-litellm"),
    path("exports/models.dev/api.json", exports.ExportView.as_view(name="models-dev"), name="export-models-dev"),
    path("exports/genai-prices/data.json", exports.ExportView.as_view(name="genai-prices"), name="export-genai-prices"),
    path("v1/models", exports.ExportView.as_view(name="openai"), name="export-openai"),
    path("v1/models/<path:id>", exports.OpenAIModelView.as_view(), name="export-openai-model"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("syncers.api.urls")),
    path("api/v1/", include("curation.api.urls")),
    path("api/v1/", include("registry.api.urls")),
    re_path(r"^(?:api|v1|exports)(?:/|$)", error_handlers.unknown_address),
]

handler400 = error_handlers.handler400
handler404 = error_handlers.handler404
handler500 = busy.handler500
