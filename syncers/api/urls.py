"""Addresses of the API about sources."""

from __future__ import annotations

from django.urls import re_path

from syncers.api.views import SourcesView, SourceView

urlpatterns = [
    re_path(r"^sources/?$", SourcesView.as_view(), name="api-sources"),
    re_path(r"^sources/(?P<slug>[^/]+)/?$", SourceView.as_view(), name="api-source"),
]
