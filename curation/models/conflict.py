from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def open(self) -> ConflictQuerySet:
        return self.filter(state=Conflict.State.OPEN)

    def overdue(self, now: datetime) -> ConflictQuerySet:
        """Open for longer than `settings.CONFLICT_DAYS`: a person is asked."""
        return self.open().filter(first_seen_at__lte=now - timedelta(days=settings.CONFLICT_DAYS))


class Conflict(models.Model):
    """One field of one offering about which sources contradict each other, and since when.

    The merge picks a winner at once; this records the contradiction. Written only when the sides change.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        LEFT = "left", _("looked at, left")
        SETTLED = "settled", _("settled")

    offering_key = models.CharField(_("offering"), max_length=320)
    provider_slug = models.CharField(_("provider"), max_length=60, db_index=True)
    field = models.CharField(_("field"), max_length=250)
    sides = models.JSONField(_("sides"), default=list, help_text=_("Each value with the sources that state it."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    first_seen_at = models.DateTimeField(_("since"))
    changed_at = models.DateTimeField(_("sides changed"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    looked_by = models.CharField(_("looked at by"), max_length=150, blank=True)
    reason = models.CharField(_("why it was left"), max_length=500, blank=True)

    objects: ClassVar[models.Manager[Conflict]] = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ("first_seen_at", "offering_key", "field")
        indexes = (models.Index(fields=("state", "first_seen_at"), name="conflict_queue"),)
        constraints = (models.UniqueConstraint(fields=("offering_key", "field"), name="one_conflict_per_field"),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.field}"
