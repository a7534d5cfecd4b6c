from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, post_save


class SyncersConfig(AppConfig):
    name = "syncers"
    verbose_name = "Syncers"

    def ready(self) -> None:
        from curation.accounts.roles import ensure_roles
        from curation.explanation import excerpt
        from syncers import near_names
        from syncers.models import Run
        from syncers.monitoring import notices
        from syncers.payload.excerpt import find

        excerpt.register(find)
        checks.register(near_names.check_environment)

        # This app is the last of ours: when it is sent, the permissions of all of them exist.
        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="curation.accounts.roles")
        post_save.connect(notices.run_ended, sender=Run, dispatch_uid="syncers.monitoring.notices")
