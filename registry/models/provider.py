from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.choices import ProviderKind


class Provider(models.Model):
    """Who serves models. The slug is the first part of every offering id, so it never changes."""

    slug = models.SlugField(_("slug"), primary_key=True, max_length=60)
    name = models.CharField(_("name"), max_length=120, help_text=_("As the provider writes it."))
    kind = models.CharField(
        _("kind"), max_length=20, choices=ProviderKind, blank=True, help_text=_("Empty: not known.")
    )
    homepage = models.URLField(_("home page"), blank=True)
    docs_url = models.URLField(_("documentation"), blank=True)
    ended_on = models.DateField(_("service ended"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug
