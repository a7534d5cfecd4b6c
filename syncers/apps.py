from __future__ import annotations

from django.apps import AppConfig


class SyncersConfig(AppConfig):
    name = "syncers"
    verbose_name = "Syncers"
