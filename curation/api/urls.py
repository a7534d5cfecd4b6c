"""URLs of the curation API. They precede those of the registry, whose ids contain slashes."""

from __future__ import annotations

from django.urls import re_path

from curation.api.decisions import ApproveView, RejectView
from curation.api.pins import PinsView, PinView
from curation.api.queue import QueueView
from curation.api.views import ClaimsView

urlpatterns = [
    re_path(r"^offerings/(?P<id>.+?)/claims/?$", ClaimsView.as_view(), name="api-claims"),
    re_path(r"^pins/?$", PinsView.as_view(), name="api-pins"),
    re_path(r"^pins/(?P<id>[0-9]+)/?$", PinView.as_view(), name="api-pin"),
    re_path(r"^changes/queue/?$", QueueView.as_view(), name="api-queue"),
    re_path(r"^changes/(?P<id>[0-9]+)/approve/?$", ApproveView.as_view(), name="api-approve"),
    re_path(r"^changes/(?P<id>[0-9]+)/reject/?$", RejectView.as_view(), name="api-reject"),
]
