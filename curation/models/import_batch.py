from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.source import SourceType


class ImportBatch(models.Model):
    """A file that a person imports: first shown, then applied exactly as shown, or not at all; see `curation.imports`.

    Its id is the batch of everything that the import publishes.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("shown, not done")
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")

    class Meaning(models.TextChoices):
        STATEMENTS = "statements", _("statements by hand")
        PINS = "pins", _("pins")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=10)
    meaning = models.CharField(_("taken as"), max_length=12, choices=Meaning)
    source_type = models.CharField(_("source type"), max_length=12, choices=SourceType, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    evidence = models.URLField(_("evidence"), max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports")
    made_at = models.DateTimeField(_("shown"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.SHOWN)
    fingerprint = models.CharField(max_length=64, help_text=_("Of everything that was shown."))
    rows_count = models.PositiveIntegerField(_("rows"), default=0)
    changed_count = models.PositiveIntegerField(_("rows that change something"), default=0)
    problems_count = models.PositiveIntegerField(_("rows that cannot be taken"), default=0)
    outcomes = models.JSONField(_("cells by outcome"), default=dict)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    revision = models.PositiveBigIntegerField(_("revision"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.CharField(_("undone by"), max_length=150, blank=True)
    undone_reason = models.CharField(_("why undone"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-made_at",)
        permissions = (("import_rows", _("Can import files")),)

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of an imported file: its content, its changes cell by cell, and its problems."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    offering_key = models.CharField(_("offering"), max_length=320, blank=True)
    cells = models.JSONField(_("cells"), default=dict, help_text=_("Column and its text, as read."))
    plan = models.JSONField(_("plan"), default=list, help_text=_("One entry per cell that differs."))
    same = models.JSONField(_("unchanged"), default=list, help_text=_("Columns that say what is published."))
    is_new = models.BooleanField(_("new offering"), default=False)
    problems = models.JSONField(_("problems"), default=list)
    notes = models.JSONField(_("notes"), default=list)
    text = models.CharField(_("as found"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ("line",)
        constraints = (models.UniqueConstraint(fields=("batch", "line"), name="one_row_per_line"),)

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"
