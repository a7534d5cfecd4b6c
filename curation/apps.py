from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    name = "curation"
    verbose_name = _("Curation")

    def ready(self) -> None:
        from curation import audit_guard, audit_watch, first_password
        from curation.freshness import Sources
        from registry import freshness

        freshness.register(Sources())
        post_migrate.connect(_fill_new_installation, sender=self)
        post_migrate.connect(audit_guard.install, sender=self, dispatch_uid="curation.audit_guard")
        user_logged_in.connect(first_password.note_in_session, dispatch_uid="curation.first_password")
        audit_watch.connect()


def _fill_new_installation(using: str, **kwargs: Any) -> None:
    """What a new database needs before anything else: the shipped policies."""
    from curation.policies import ensure_defaults

    if using == "default":
        ensure_defaults()
