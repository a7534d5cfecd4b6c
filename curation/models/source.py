from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.core.authority import SILENT_AFTER, UNCONFIRMED_AFTER, SourceFacts
from curation.core.authority import SourceType as CoreSourceType


class SourceType(models.TextChoices):
    OFFICIAL = "official", _("official")
    MARKETPLACE = "marketplace", _("marketplace")
    CATALOGUE = "catalogue", _("catalogue")
    COMMUNITY = "community", _("community")
    ESTIMATE = "estimate", _("estimate")


class Source(models.Model):
    """Where statements come from. The row mirrors the source's declaration; `enabled` is the curators' own switch."""

    slug = models.SlugField(_("slug"), primary_key=True, max_length=60)
    label = models.CharField(_("label"), max_length=120)
    source_type = models.CharField(_("source type"), max_length=12, choices=SourceType)
    authority = models.JSONField(_("authority"), default=list, help_text=_("Groups and fields it is an authority for."))
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
    """The last successful reading of its list; see `confirmed_at` for when that confirmed its claims."""
    good_readings = models.JSONField(_("last good readings"), default=list, blank=True)
    """ISO times of its last good readings, newest last: as many as it takes to delist (`curation.apply.delisting`)."""
    failed_readings = models.PositiveIntegerField(_("failed readings since"), default=0)
    """Readings that failed since the last good one. A source that fails for long becomes silent, see
    `curation.core.authority`.
    """

    counted_silent = models.BooleanField(default=False, editable=False)
    """Whether its offerings were made due since it became silent."""

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    @property
    def confirmed_at(self) -> datetime | None:
        """When the source last confirmed its claims.

        None for a source that is not fetched: its files are part of the installation, and reading them again confirms
        nothing. Its claims have their own dates, see `StoredClaim.confirmed_at`.
        """
        return self.last_good_at if self.url else None

    def is_silent(self, at: datetime) -> bool:
        """Whether it failed for so long that its claims no longer count; see `curation.core.authority`."""
        heard_at = self.confirmed_at
        long_ago = heard_at is not None and at - heard_at > UNCONFIRMED_AFTER
        return long_ago and self.failed_readings >= SILENT_AFTER

    def facts(self) -> SourceFacts:
        """The facts about the source that the merge takes."""
        return SourceFacts(
            self.slug,
            CoreSourceType(self.source_type),
            tuple(self.authority),
            self.speaks_for,
            self.origin,
            self.preference,
            self.failed_readings,
        )
