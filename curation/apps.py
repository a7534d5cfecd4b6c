from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    name = "curation"
    verbose_name = _("Curation")

    def ready(self) -> None:
        post_migrate.connect(_fill_new_installation, sender=self)


def _fill_new_installation(using: str, **kwargs: Any) -> None:
    """What a new database needs before anything else: the shipped policies."""
    from curation.policies import ensure_defaults

    if using == "default":
        ensure_defaults()
