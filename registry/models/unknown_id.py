from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnknownId(models.Model):
    """An id that was requested and not resolved: a worklist. Written by `registry.reference.unresolved_ids`."""

    class Origin(models.TextChoices):
        API = "api", _("API")
        COMMAND = "command", _("command")
        SITE = "site", _("site")

    text = models.CharField(_("asked for"), max_length=400, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1, db_index=True)
    first_seen_at = models.DateTimeField(_("first asked"))
    last_seen_at = models.DateTimeField(_("last asked"), db_index=True)
    origin = models.CharField(_("last asked from"), max_length=10, choices=Origin)
    ignored_at = models.DateTimeField(_("ignored"), null=True, blank=True, db_index=True)
    ignored_by = models.CharField(_("ignored by"), max_length=150, blank=True)
    ignored_reason = models.CharField(_("why ignored"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("unresolved id")
        verbose_name_plural = _("unresolved ids")
        ordering = ("-times", "text")

    def __str__(self) -> str:
        return self.text
