"""Runs of sources, their payloads, and the records that were rejected."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models import Source


class StoredPayload(models.Model):
    """A body as it was sent: the last good ones of each source, and the latest that was quarantined or not readable.

    See `syncers.payload.store` for how many are kept.
    """

    class Role(models.TextChoices):
        GOOD = "good", _("good")
        QUARANTINED = "quarantined", _("in quarantine")
        UNREADABLE = "unreadable", _("not readable")

    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.GOOD)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="payloads")
    digest = models.CharField(_("sha256"), max_length=64)
    body = models.BinaryField(_("zlib bytes"))
    length = models.PositiveIntegerField(_("bytes"))
    fetched_at = models.DateTimeField(
        _("fetched"), help_text=_("When its source last sent it, or said that it still stands.")
    )
    origin = models.CharField(_("came from"), max_length=200, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    shape = models.JSONField(_("shape"), default=dict, help_text=_("Keys of its records and the types under them."))
    keys = models.JSONField(_("offerings listed"), default=list, help_text=_("Ids of the offerings that it lists."))
    parts = models.JSONField(
        _("parts"), default=dict, help_text=_("Number of records of each part, of a source that is fetched in several.")
    )
    mapping = models.CharField(max_length=64, blank=True, help_text=_("Fingerprint of the mapping that read it."))

    class Meta:
        verbose_name = _("payload")
        verbose_name_plural = _("payloads")
        ordering = ("-fetched_at",)
        constraints = (
            models.UniqueConstraint(fields=("source", "role", "digest"), name="payload_once_per_body"),
            models.UniqueConstraint(
                fields=("source", "role"),
                condition=models.Q(role__in=("quarantined", "unreadable")),
                name="one_bad_payload_per_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.fetched_at:%Y-%m-%d %H:%M}"


class Run(models.Model):
    """One reading of one source, with what came of it."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        OK = "ok", _("ok")
        UNCHANGED = "unchanged", _("unchanged")
        STALE = "stale", _("stale")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")
        QUARANTINED = "quarantined", _("quarantined")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RUNNING)
    origin = models.CharField(
        _("payload from"), max_length=200, blank=True, help_text=_("network, cache, installation, a file")
    )
    payload = models.ForeignKey(
        StoredPayload, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs", verbose_name=_("payload")
    )
    actor = models.CharField(_("by"), max_length=150, blank=True)
    batch = models.UUIDField(_("batch"), db_index=True)
    started_at = models.DateTimeField(_("started"), db_index=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)
    parsed_at = models.DateTimeField(_("parsed"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    seen = models.PositiveIntegerField(_("seen"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)
    applied = models.PositiveIntegerField(_("applied"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    unreadable = models.PositiveIntegerField(_("fields not readable"), default=0)
    rows_written = models.PositiveIntegerField(_("rows written"), default=0)
    notices = models.JSONField(_("not understood"), default=dict)
    shape_changes = models.JSONField(
        _("changes of shape"), default=dict, help_text=_("Keys that are new, gone or of another type.")
    )
    offerings = models.JSONField(
        _("offerings"), default=dict, help_text=_("Those that were new, changed or missing; the first of each.")
    )
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("source", "-started_at"), name="runs_of_source"),)

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at:%Y-%m-%d %H:%M}"


class RejectedRecord(models.Model):
    """A rejected record of a payload, or an unreadable field of an accepted one: its place, the reason, the data."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejected_records")
    where = models.CharField(_("where"), max_length=400)
    field = models.CharField(
        _("field"), max_length=400, blank=True, help_text=_("What the record was taken without; empty: all of it.")
    )
    reason = models.CharField(_("reason"), max_length=1000)
    fragment = models.TextField(_("piece"), blank=True)

    class Meta:
        verbose_name = _("rejected record")
        verbose_name_plural = _("rejected records")
        ordering = ("-run", "where")

    def __str__(self) -> str:
        return self.where
