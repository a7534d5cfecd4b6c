from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.source import Source


class Statement(models.Model):
    """A manual statement of a curator about one field of one offering, with its reason and evidence.

    The statements in force about an offering are one claim of the source `manual` or `manual-official`; see
    `curation.statements.manual`. A statement is never edited: a newer one takes its place.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="statements")
    offering_key = models.CharField(_("offering"), max_length=320)
    field = models.CharField(_("field"), max_length=250)
    value = models.JSONField(_("value"), null=True, help_text=_("Canonical JSON form; null states “there is none”."))
    is_estimate = models.BooleanField(_("estimate"), default=False)
    origin = models.CharField(_("taken from"), max_length=60, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True, help_text=_("The day for which it was read."))
    reason = models.CharField(_("reason"), max_length=500)
    evidence = models.URLField(_("evidence"), max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="statements")
    stated_at = models.DateTimeField(_("stated"))
    batch = models.UUIDField(_("batch"), db_index=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=150, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=500, blank=True)
    replaced_by = models.ForeignKey(
        "self", verbose_name=_("replaced by"), null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )

    class Meta:
        verbose_name = _("statement by hand")
        verbose_name_plural = _("statements by hand")
        ordering = ("-stated_at", "offering_key", "field")
        constraints = (
            models.UniqueConstraint(
                fields=("offering_key", "field"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_statement_per_field",
            ),
        )
        indexes = (models.Index(fields=("offering_key", "field"), name="statement_of_field"),)

    def __str__(self) -> str:
        return f"{self.offering_key} {self.field}"
