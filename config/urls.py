"""All addresses of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from registry.api import problems
from registry.web import exports
from registry.web import views as web

urlpatterns = [
    path("", web.home, name="home"),
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("exports/catalogue.csv", exports.flat, {"name": "csv"}, name="export-csv"),
    path("exports/catalogue.dsl", exports.flat, {"name": "dsl"}, name="export-dsl"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("registry.api.urls")),
    re_path(r"^api/", problems.unknown_address),
]

handler400 = problems.handler400
handler404 = problems.handler404
handler500 = problems.handler500
