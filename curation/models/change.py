from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curation.core.parts import Part, Place, farthest, fingerprint, rounded, source_of
from registry import display
from registry.domain.fields import Json


class ChangeQuerySet(models.QuerySet["Change"]):
    def awaiting_review(self) -> ChangeQuerySet:
        """All undecided changes, postponed ones included."""
        return self.filter(state=Change.State.PROPOSED)


class Change(models.Model):
    """One unit of one offering (`curation.core.units`) with all its fields that move, held for a person or decided by
    one.

    Changes that a policy applies at once are not stored here: the ledger has them and their policy.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waiting")
        APPLIED = "applied", _("applied")
        REJECTED = "rejected", _("rejected")
        SUPERSEDED = "superseded", _("superseded")

    offering_key = models.CharField(_("offering"), max_length=320)
    provider_slug = models.CharField(_("provider"), max_length=60, db_index=True)
    unit = models.CharField(_("unit"), max_length=250)
    parts = models.JSONField(_("fields and values"), default=list)
    """In order of the fields; see `curation.core.units.Part`."""
    field_names = models.TextField(
        _("fields"), default="", help_text=_("Written |a|b|, to be filtered by one of them.")
    )
    kind = models.CharField(_("kind"), max_length=24, help_text=_("Of the part that decides."))
    factor = models.DecimalField(
        _("factor"),
        max_digits=30,
        decimal_places=10,
        null=True,
        blank=True,
        help_text=_("Of the part that moves farthest."),
    )
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
    policy_context = models.JSONField(default=dict, blank=True)
    """By field: its own policy and verdict, and its policy context, see `curation.core.policy.context`."""
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
        ordering = ("-first_seen_at", "offering_key", "unit")
        indexes = (
            models.Index(fields=("offering_key", "unit", "state"), name="change_of_unit"),
            models.Index(fields=("state", "-first_seen_at"), name="change_queue"),
            models.Index(fields=("state", "unit", "fingerprint"), name="change_same_elsewhere"),
            models.Index(fields=("apply_after",), condition=models.Q(apply_after__isnull=False), name="change_grace"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("offering_key", "unit"), condition=models.Q(state="proposed"), name="one_open_change_per_unit"
            ),
        )
        permissions = (("decide_change", _("Can approve and reject changes")),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.unit}"

    @property
    def is_postponed(self) -> bool:
        """Whether it is postponed to a later day."""
        return self.postponed_until is not None and self.postponed_until > timezone.now()

    @property
    def place(self) -> Place:
        return self.offering_key, self.unit

    @property
    def moved_fields(self) -> tuple[str, ...]:
        """The fields that move."""
        return tuple(part["field"] for part in self.parts)

    @property
    def parts_shown(self) -> tuple[Part, ...]:
        """Each field that moves, with both values; ordinary prices before special ones."""
        return tuple(sorted(map(Part.from_json, self.parts), key=lambda part: display.position(part.field)))

    def part(self, name: str) -> Part | None:
        """The part about one field; None where it does not move."""
        return next((part for part in self.parts_shown if part.field == name), None)

    def take(self, parts: Collection[Part], pins: Mapping[str, Json] | None = None) -> None:
        """Sets the fields that move, and all columns that follow from them."""
        ordered = sorted(parts, key=lambda part: part.field)
        self.parts = [part.as_json() for part in ordered]
        self.field_names = f"|{'|'.join(part.field for part in ordered)}|"
        self.source, self.factor = source_of(ordered), rounded(farthest(ordered))
        self.fingerprint = fingerprint(ordered, self.source, pins or {})

    @property
    def old_values(self) -> dict[str, Json]:
        """The published value of each field that moves."""
        return {part["field"]: part["old"] for part in self.parts}

    @property
    def new_values(self) -> dict[str, Json]:
        """The proposed value of each field that moves."""
        return {part["field"]: part["new"] for part in self.parts}
