from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.Model):
    """A group that the registry made, and which permissions it has ever been offered; see `curation.accounts.roles`.

    An upgrade adds what was never offered before, and so never gives back what an administrator took away.
    """

    name = models.CharField(_("role"), max_length=40, primary_key=True)
    group = models.OneToOneField(
        Group, verbose_name=_("group"), on_delete=models.SET_NULL, null=True, related_name="role"
    )
    offered = models.JSONField(_("permissions offered so far"), default=list)

    class Meta:
        verbose_name = _("role of ours")
        verbose_name_plural = _("roles")
        default_permissions = ()
        permissions = (
            ("undo_of_others", _("Can undo what other people did")),
            ("release_quarantine", _("Can release and discard payloads in quarantine")),
            ("approve_second", _("Can be the second person of a large change")),
        )

    def __str__(self) -> str:
        return self.name


class FirstPassword(models.Model):
    """Marks a person whose password was chosen by somebody else: they must choose their own before anything else."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("first password")
        verbose_name_plural = _("first passwords")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
