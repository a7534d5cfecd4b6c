from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SyncersConfig(AppConfig):
    name = "syncers"
    verbose_name = "Syncers"

    def ready(self) -> None:
        from curation.roles import ensure_roles

        # This app is the last of ours: when it is sent, the permissions of all of them exist.
        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="curation.roles")
