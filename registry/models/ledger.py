from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.choices import Quality


class Revision(models.Model):
    """A numbered state of the published catalogue. Number 0 is the empty one, and the row that writers lock."""

    number = models.PositiveIntegerField(_("revision"), primary_key=True)
    created_at = models.DateTimeField(_("published"))
    actor = models.CharField(_("by"), max_length=150, help_text=_("A person's name, or `sync:<source>`."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    batch = models.UUIDField(_("batch"), db_index=True)
    entries_count = models.PositiveIntegerField(_("changes"), default=0)
    serial = models.PositiveBigIntegerField(_("serial number"), default=0)
    """Serial number of the shown state: grows with every revision, and with every change of provenance without one."""
    shown_at = models.DateTimeField(_("last account"), null=True, blank=True)
    """When provenance last changed in this revision; null where it has not."""

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-number",)
        get_latest_by = "number"

    def __str__(self) -> str:
        return f"r{self.number}"


class LedgerEntry(models.Model):
    """One field of one offering going from an old value to a new one. Append-only."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="entries")
    offering_key = models.CharField(_("offering"), max_length=320)
    field = models.CharField(_("field"), max_length=250)
    old = models.JSONField(_("old value"), null=True)
    new = models.JSONField(_("new value"), null=True)
    source = models.CharField(_("source"), max_length=60)
    quality = models.CharField(_("quality"), max_length=10, choices=Quality)
    reason = models.CharField(_("why it won"), max_length=40)
    policy = models.CharField(_("policy"), max_length=80, blank=True)
    actor = models.CharField(_("by"), max_length=150)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ("-id",)
        indexes = (models.Index(fields=("offering_key", "field", "id"), name="ledger_history"),)

    def __str__(self) -> str:
        return f"{self.revision_id} {self.offering_key} {self.field}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("the ledger is append-only: an entry is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("the ledger is append-only: an entry is never deleted")
