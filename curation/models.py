"""What we decide, kept: sources and what they claim, pins, proposed changes, policies."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.trust import SourceFacts
from curation.trust import Standing as StandingWord


class Standing(models.TextChoices):
    OFFICIAL = "official", _("official")
    MARKETPLACE = "marketplace", _("marketplace")
    CATALOGUE = "catalogue", _("catalogue")
    COMMUNITY = "community", _("community")
    ESTIMATE = "estimate", _("estimate")


class Source(models.Model):
    """Where statements come from. The row mirrors the source's declaration; `enabled` is the curators' own switch."""

    slug = models.SlugField(_("slug"), primary_key=True, max_length=60)
    label = models.CharField(_("label"), max_length=120)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing)
    authority = models.JSONField(_("authority"), default=list, help_text=_("Groups and fields it is believed about."))
    speaks_for = models.CharField(_("speaks for provider"), max_length=60, blank=True)
    origin = models.CharField(_("copies"), max_length=60, blank=True)
    preference = models.PositiveSmallIntegerField(_("preference"), default=100)
    url = models.URLField(_("address"), max_length=500, blank=True)
    homepage = models.URLField(_("home page"), max_length=500, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    key_variable = models.CharField(_("key from"), max_length=60, blank=True)
    key_required = models.BooleanField(_("needs a key"), default=False)
    nothing_fetched = models.CharField(_("why nothing is fetched"), max_length=500, blank=True)
    every_seconds = models.PositiveIntegerField(_("interval, seconds"), default=21_600)
    last_good_at = models.DateTimeField(_("last good run"), null=True, blank=True)
    """All its claims that are not missing were confirmed at this time."""

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    def facts(self) -> SourceFacts:
        """What the merge needs to know of it."""
        return SourceFacts(
            self.slug,
            StandingWord(self.standing),
            tuple(self.authority),
            self.speaks_for,
            self.origin,
            self.preference,
        )


class StoredClaim(models.Model):
    """The latest claim of one source about one offering. Not written at all while the source repeats itself."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    offering_key = models.CharField(_("offering"), max_length=320, db_index=True)
    digest = models.CharField(max_length=64)
    values = models.JSONField(_("values"), default=dict)
    since = models.JSONField(_("stated since"), default=dict, help_text=_("Day on which each value was first seen so."))
    aliases = models.JSONField(_("aliases"), default=list)
    as_of = models.DateField(_("source's own date"), null=True, blank=True)
    estimates = models.JSONField(_("estimates"), default=list)
    origin = models.CharField(_("taken from"), max_length=60, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    changed_at = models.DateTimeField(_("last changed"))
    missing_since = models.DateTimeField(_("missing since"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ("offering_key", "source")
        constraints = (models.UniqueConstraint(fields=("source", "offering_key"), name="claim_once_per_source"),)

    def __str__(self) -> str:
        return f"{self.source_id}: {self.offering_key}"


class Pin(models.Model):
    """A curator's override of one field of one offering. Holds against every sync until released or expired."""

    offering_key = models.CharField(_("offering"), max_length=320)
    field = models.CharField(_("field"), max_length=250)
    value = models.JSONField(_("value"), null=True, help_text=_("Canonical JSON form; null pins “there is none”."))
    reason = models.CharField(_("reason"), max_length=500)
    evidence = models.URLField(_("evidence"), max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pins")
    created_at = models.DateTimeField(_("pinned"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.CharField(_("released by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("offering_key", "field"), condition=models.Q(released_at__isnull=True), name="one_pin_per_field"
            ),
        )
        permissions = (("pin_field", _("Can pin and release fields")),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.field}"


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


class ChangeQuerySet(models.QuerySet["Change"]):
    def awaiting_review(self) -> ChangeQuerySet:
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
        )
        constraints = (
            models.UniqueConstraint(
                fields=("offering_key", "field"), condition=models.Q(state="proposed"), name="one_open_change_per_field"
            ),
        )
        permissions = (("decide_change", _("Can approve and reject changes")),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.field}"


class Match(models.Model):
    """A model that an offering may be, for a person to say: the rules of identity were not sure enough to link them."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    offering_key = models.CharField(_("offering"), max_length=320, db_index=True)
    native_id = models.CharField(_("provider's id"), max_length=260, db_index=True)
    candidate = models.CharField(_("perhaps"), max_length=200)
    score = models.DecimalField(_("score"), max_digits=4, decimal_places=3)
    evidence = models.JSONField(_("evidence"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, db_index=True)
    found_at = models.DateTimeField(_("found"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ("-score", "offering_key")
        constraints = (models.UniqueConstraint(fields=("offering_key", "candidate"), name="match_once_per_candidate"),)

    def __str__(self) -> str:
        return f"{self.offering_key} = {self.candidate}?"
