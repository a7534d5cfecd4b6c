from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.offering import Offering


class Alias(models.Model):
    """Another name of an offering, with its source. Names of models are not stored: identity rules derive them."""

    name = models.CharField(_("name"), max_length=320, db_index=True)
    offering = models.ForeignKey(Offering, verbose_name=_("offering"), on_delete=models.CASCADE, related_name="aliases")
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("name", "offering"), name="alias_once_per_offering"),)

    def __str__(self) -> str:
        return self.name
