from __future__ import annotations

from typing import Any, ClassVar, Final, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

_REFUSED: Final = "the audit trail is append-only: an entry is never changed or deleted"


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(_REFUSED)

    def delete(self) -> NoReturn:
        raise TypeError(_REFUSED)

    def about(self, kind: str, key: str) -> AuditQuerySet:
        """What was decided about one object: `about("curation.policy", "7")`."""
        return self.filter(kind=kind, key=key)


class AuditEntry(models.Model):
    """One decision of a person, or of the registry in their place: who did what to which object, when and why.

    It holds the names of people and objects, not foreign keys, so that it outlives them. Append-only here, and in the
    database as far as `curation.audit.guard` can hold that. What changed published values is in the ledger besides.
    """

    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.CharField(_("by"), max_length=150, db_index=True)
    action = models.CharField(_("action"), max_length=40)
    kind = models.CharField(_("kind"), max_length=60, help_text=_("App and table, such as curation.pin."))
    key = models.CharField(_("object"), max_length=320)
    label = models.CharField(_("name"), max_length=320)
    offering_key = models.CharField(_("offering"), max_length=320, blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    batch = models.UUIDField(_("batch"), db_index=True)

    objects: ClassVar[models.Manager[AuditEntry]] = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("kind", "key", "-id"), name="audit_of_object"),
            models.Index(fields=("offering_key", "-id"), name="audit_of_offering"),
        )

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError(_REFUSED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(_REFUSED)
