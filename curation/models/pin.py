from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Pin(models.Model):
    """A curator's override of one field of one offering. Holds against every sync until released or expired."""

    class Drift(models.TextChoices):
        """What the sources state behind a pin; computed by `curation.apply.pin_drift`."""

        CAME_ROUND = "sources agree", _("sources agree now")
        DIFFERS = "sources differ", _("sources say something else")
        MOVED = "sources moved", _("sources have moved since")
        CONTRADICTED = "contradicted", _("contradicted by an official source")
        UNSTATED = "nobody states it", _("no source states it")

    offering_key = models.CharField(_("offering"), max_length=320)
    field = models.CharField(_("field"), max_length=250)
    value = models.JSONField(_("value"), null=True, help_text=_("Canonical JSON form; null pins “there is none”."))
    reason = models.CharField(_("reason"), max_length=500)
    evidence = models.URLField(_("evidence"), max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pins")
    created_at = models.DateTimeField(_("pinned"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    review_at = models.DateTimeField(
        _("look again"), null=True, blank=True, help_text=_("From then on it is listed as due for another look.")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.CharField(_("released by"), max_length=150, blank=True)
    batch = models.UUIDField(_("batch"), null=True, blank=True, help_text=_("Of the action that made it."))
    behind_then = models.JSONField(
        _("behind it when pinned"),
        null=True,
        help_text=_("What the sources gave then: value and source, {} where nobody stated it; null: not recorded."),
    )
    drift = models.CharField(_("behind the pin"), max_length=16, choices=Drift, blank=True)
    drift_since = models.DateTimeField(_("so since"), null=True, blank=True)

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("offering_key", "field"), condition=models.Q(released_at__isnull=True), name="one_pin_per_field"
            ),
        )
        permissions = (("pin_field", _("Can pin and release fields")),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.field}"

    def end(self, by: str, at: datetime) -> None:
        """Releases it. Saved one by one, since the audit trail does not see bulk updates."""
        self.released_at, self.released_by = at, by
        self.save(update_fields=["released_at", "released_by"])
