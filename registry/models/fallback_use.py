from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FallbackUse(models.Model):
    """Unresolved ids that were priced by the operator's fallback, with sums over all time. Written by
    `registry.cost.fallback_log`.
    """

    class Origin(models.TextChoices):
        API = "api", _("API")
        COMMAND = "command", _("command")

    text = models.CharField(_("asked for"), max_length=400, unique=True)
    times = models.PositiveBigIntegerField(_("times"), default=0, db_index=True)
    tokens = models.DecimalField(_("tokens"), max_digits=30, decimal_places=0, default=0)
    estimated = models.DecimalField(_("estimated, USD"), max_digits=40, decimal_places=15, default=0)
    first_at = models.DateTimeField(_("first priced"))
    last_at = models.DateTimeField(_("last priced"), db_index=True)
    origin = models.CharField(_("last asked from"), max_length=10, choices=Origin)

    class Meta:
        verbose_name = _("fallback price")
        verbose_name_plural = _("fallback prices")
        ordering = ("-times", "text")

    def __str__(self) -> str:
        return self.text
