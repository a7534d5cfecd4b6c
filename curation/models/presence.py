from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.change import Change


class Presence(models.Model):
    """Which change a person is viewing now: one row per person, valid for less than a minute."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField(_("seen"), db_index=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.person_id}: {self.change_id}"
