from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """An API token of a program. Only a keyed digest of its secret is stored."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        PIN = "pin", _("pin and release fields")
        REVIEW = "review", _("approve and reject changes")
        IMPORT = "import", _("import statements")

    name = models.CharField(_("name"), max_length=80, help_text=_("What it is for: “billing job”, “gateway”."))
    identifier = models.CharField(_("token"), max_length=16, unique=True, help_text=_("The part that is no secret."))
    digest = models.CharField(max_length=64)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acts for"),
        on_delete=models.CASCADE,
        related_name="api_tokens",
        help_text=_("It may do what this person may do, and what its scopes name, and no more."),
    )
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("name", "identifier")

    def __str__(self) -> str:
        return f"{self.name} (msr_{self.identifier}…)"
