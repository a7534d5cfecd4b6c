from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import m2m_changed, post_migrate
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    name = "curation"
    verbose_name = _("Curation")

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from curation.accounts import first_password, roles
        from curation.audit import guard, watch
        from curation.explanation.evidence import of_offerings
        from curation.freshness import Sources
        from registry.catalogue import evidence, freshness

        freshness.register(Sources())
        evidence.register(of_offerings)
        post_migrate.connect(_fill_new_installation, sender=self)
        post_migrate.connect(guard.install, sender=self, dispatch_uid="curation.audit.guard")
        user_logged_in.connect(first_password.note_in_session, dispatch_uid="curation.accounts.first_password")
        watch.connect()
        m2m_changed.connect(roles.let_in, sender=User.groups.through, dispatch_uid="curation.accounts.roles")


def _fill_new_installation(using: str, **kwargs: Any) -> None:
    """Creates the default policies in a new database."""
    from curation.policies.installed import ensure_defaults

    if using == "default":
        ensure_defaults()
