from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.subscription import Event


class Notice(models.Model):
    """An event that subscribers are notified of, once for each occurrence."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    """Identifies the occurrence, so that it is announced once although it is found twice."""
    event = models.CharField(_("about"), max_length=12, choices=Event)
    title = models.CharField(_("what"), max_length=400)
    path = models.CharField(
        _("page"), max_length=600, blank=True, help_text=_("In this site, with the rows it counts.")
    )
    count = models.PositiveIntegerField(_("how many"), default=1)
    weight = models.PositiveIntegerField(_("how bad"), default=0, help_text=_("More is worse, within the same event."))
    at = models.DateTimeField(_("found"), db_index=True)

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("notices")
        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        return self.title
