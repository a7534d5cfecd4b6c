from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ChangeQuerySet(models.QuerySet["Change"]):
    def awaiting_review(self) -> ChangeQuerySet:
        """All that nobody has decided, those that are put off included."""
        return self.filter(state=Change.State.PROPOSED)


class Change(models.Model):
    """One field of one offering going from an old value to a new one, held for a person or decided by one.

    Changes that a policy applies at once are not kept here: the ledger names them and their policy.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waiting")
        APPLIED = "applied", _("applied")
        REJECTED = "rejected", _("rejected")
        SUPERSEDED = "superseded", _("superseded")

    offering_key = models.CharField(_("offering"), max_length=320)
    provider_slug = models.CharField(_("provider"), max_length=60, db_index=True)
    field = models.CharField(_("field"), max_length=250)
    kind = models.CharField(_("kind"), max_length=12)
    old = models.JSONField(_("published"), null=True)
    new = models.JSONField(_("proposed"), null=True)
    factor = models.DecimalField(_("factor"), max_digits=30, decimal_places=10, null=True, blank=True)
    fingerprint = models.CharField(max_length=64)
    source = models.CharField(_("source"), max_length=60, db_index=True)
    policy = models.CharField(_("held by"), max_length=80)
    batch = models.UUIDField(_("batch"), db_index=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROPOSED)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    times_seen = models.PositiveIntegerField(
        _("times seen"), default=1, help_text=_("Good readings of its source in which it stood, the first included.")
    )
    apply_after = models.DateTimeField(
        _("applied after"), null=True, blank=True, help_text=_("By its policy, when nobody objects until then.")
    )
    circumstances = models.JSONField(default=dict, blank=True)
    """What its policy could ask about besides the change; see `curation.circumstances`."""
    postponed_until = models.DateTimeField(_("postponed until"), null=True, blank=True)
    postponed_by = models.CharField(_("postponed by"), max_length=150, blank=True)
    first_approved_at = models.DateTimeField(_("first approved"), null=True, blank=True)
    first_approved_by = models.CharField(
        _("first approved by"), max_length=150, blank=True, help_text=_("Where a second person has to agree.")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: ClassVar[models.Manager[Change]] = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-first_seen_at", "offering_key", "field")
        indexes = (
            models.Index(fields=("offering_key", "field", "state"), name="change_of_field"),
            models.Index(fields=("state", "-first_seen_at"), name="change_queue"),
            models.Index(fields=("state", "field", "fingerprint"), name="change_same_elsewhere"),
            models.Index(fields=("apply_after",), condition=models.Q(apply_after__isnull=False), name="change_grace"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("offering_key", "field"), condition=models.Q(state="proposed"), name="one_open_change_per_field"
            ),
        )
        permissions = (("decide_change", _("Can approve and reject changes")),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.field}"

    @property
    def is_postponed(self) -> bool:
        """Whether it waits for a later day, and not for a person today."""
        return self.postponed_until is not None and self.postponed_until > timezone.now()
