from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.source import Source


def day_start(day: date) -> datetime:
    """The start of a day in UTC: the time from which a statement that has only a date is known."""
    return datetime.combine(day, time(), UTC)


class StoredClaim(models.Model):
    """The latest claim of one source about one offering. Not written while it stays the same."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    offering_key = models.CharField(_("offering"), max_length=320, db_index=True)
    digest = models.CharField(max_length=64)
    values = models.JSONField(_("values"), default=dict)
    since = models.JSONField(_("stated since"), default=dict, help_text=_("Day on which each value was first seen so."))
    aliases = models.JSONField(_("aliases"), default=list)
    as_of = models.DateField(_("source's own date"), null=True, blank=True)
    estimates = models.JSONField(_("estimates"), default=list)
    unreadable = models.JSONField(
        _("could not be read"),
        default=dict,
        blank=True,
        help_text=_("Values that the source stated before, with the last day on which they could be read."),
    )
    dropped = models.JSONField(
        _("no longer stated"),
        default=dict,
        blank=True,
        help_text=_("Values that the source states no longer, each with the time since when, until that is for good."),
    )
    moved = models.JSONField(
        _("moves seen"),
        default=dict,
        blank=True,
        help_text=_("Per value, what the source said before it was seen to say otherwise, the last move last."),
    )
    evidence = models.JSONField(
        _("evidence"),
        default=dict,
        blank=True,
        help_text=_("Of a source that is a page: the page (url, digest, day) and the line that states each value."),
    )
    origin = models.CharField(_("taken from"), max_length=60, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    changed_at = models.DateTimeField(_("last changed"))
    missing_since = models.DateTimeField(_("missing since"), null=True, blank=True)
    delisted = models.BooleanField(_("delisted"), default=False)
    """Whether it has been missing so long that its offering is decided without it."""
    next_start = models.DateField(_("next announced price"), null=True, blank=True, db_index=True)
    """The next day on which a stated price starts."""

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ("offering_key", "source")
        constraints = (models.UniqueConstraint(fields=("source", "offering_key"), name="claim_once_per_source"),)

    def __str__(self) -> str:
        return f"{self.source_id}: {self.offering_key}"

    @property
    def confirmed_at(self) -> datetime | None:
        """When its source was last known to state it; None when that is unknown, or it is not listed any more."""
        if self.missing_since:
            return None
        if self.source.url:
            return self.source.confirmed_at
        return day_start(self.as_of) if self.as_of else None
