from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class StatedAlias(models.Model):
    """A curator's statement that a name means an offering. Holds against every sync until it is withdrawn.

    Published like the aliases that sources state, with `curator` as the source; see `curation.statements.aliases`.
    """

    name = models.CharField(_("name"), max_length=320)
    offering_key = models.CharField(_("means"), max_length=320, db_index=True)
    reason = models.CharField(_("reason"), max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stated_aliases")
    stated_at = models.DateTimeField(_("stated"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=150, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("stated alias")
        verbose_name_plural = _("stated aliases")
        ordering = ("-stated_at",)
        constraints = (
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(withdrawn_at__isnull=True), name="one_meaning_per_stated_alias"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} → {self.offering_key}"
