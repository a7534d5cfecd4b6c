"""Addresses of the API, with and without a trailing slash. Ids contain slashes, so details come last, after the
addresses that end in a suffix.
"""

from __future__ import annotations

from typing import Any, Final

from django.urls import re_path

from registry.api.views.catalogue import CatalogueView
from registry.api.views.changes import ChangesView
from registry.api.views.cost import CostView
from registry.api.views.documentation import DocsView, SchemaView
from registry.api.views.facts import FreshnessView, ProviderStatsView, RegionsView, RetirementsView
from registry.api.views.history import HistoryView, RevisionsView
from registry.api.views.lookup import LookupView
from registry.api.views.models import ModelViewSet
from registry.api.views.offerings import OfferingViewSet
from registry.api.views.providers import ProviderViewSet
from registry.api.views.root import RootView
from registry.api.views.stats import StatsView

app_name = "api"
_LIST: Final[dict[str, Any]] = {"get": "list"}
_DETAIL: Final[dict[str, Any]] = {"get": "retrieve"}

urlpatterns = [
    re_path(r"^$", RootView.as_view(), name="root"),
    re_path(r"^lookup/?$", LookupView.as_view(), name="lookup"),
    re_path(r"^cost/?$", CostView.as_view(), name="cost"),
    re_path(r"^stats/?$", StatsView.as_view(), name="stats"),
    re_path(r"^stats/providers/?$", ProviderStatsView.as_view(), name="provider-stats"),
    re_path(r"^regions/?$", RegionsView.as_view(), name="regions"),
    re_path(r"^retirements/?$", RetirementsView.as_view(), name="retirements"),
    re_path(r"^catalogue/?$", CatalogueView.as_view(), name="catalogue"),
    re_path(r"^schema/?$", SchemaView.as_view(), name="schema"),
    re_path(r"^docs/?$", DocsView.as_view(), name="docs"),
    re_path(r"^offerings/?$", OfferingViewSet.as_view(_LIST), name="offerings"),
    re_path(r"^models/?$", ModelViewSet.as_view(_LIST), name="models"),
    re_path(r"^providers/?$", ProviderViewSet.as_view(_LIST), name="providers"),
    re_path(r"^changes/?$", ChangesView.as_view(), name="changes"),
    re_path(r"^revisions/?$", RevisionsView.as_view(), name="revisions"),
    re_path(r"^offerings/(?P<id>.+?)/freshness/?$", FreshnessView.as_view(), name="freshness"),
    re_path(r"^offerings/(?P<id>.+?)/history/?$", HistoryView.as_view(), name="history"),
    re_path(r"^offerings/(?P<id>.+?)/?$", OfferingViewSet.as_view(_DETAIL), name="offering"),
    re_path(r"^models/(?P<id>.+?)/?$", ModelViewSet.as_view(_DETAIL), name="model"),
    re_path(r"^providers/(?P<id>[^/]+)/?$", ProviderViewSet.as_view(_DETAIL), name="provider"),
]
