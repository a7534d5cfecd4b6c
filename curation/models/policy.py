from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """A rule that decides changes. Policies are asked in order; the first that matches decides."""

    class Verdict(models.TextChoices):
        APPLY = "apply", _("apply")
        HOLD = "hold", _("hold for review")

    name = models.CharField(_("name"), max_length=80, unique=True)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    enabled = models.BooleanField(_("enabled"), default=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    kinds = models.JSONField(_("kinds of change"), default=list, blank=True, help_text=_("Empty: any."))
    groups = models.JSONField(_("field groups"), default=list, blank=True, help_text=_("Empty: any."))
    fields = models.JSONField(_("fields"), default=list, blank=True, help_text=_("Empty: any."))
    sources = models.JSONField(_("sources"), default=list, blank=True, help_text=_("Empty: any."))
    factor_at_least = models.DecimalField(
        _("moves by a factor of at least"), max_digits=12, decimal_places=4, null=True, blank=True,
        help_text=_("2 means doubled or halved."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name
