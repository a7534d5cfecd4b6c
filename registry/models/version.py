from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.domain.spans import OPEN
from registry.models.columns import OfferingColumns
from registry.models.model import Model
from registry.models.offering import Offering
from registry.models.provider import Provider

_CURRENT: Final = Q(revision_to=OPEN)
_DAYS: Final = ("day_from", "day_to")


def _current(*columns: str) -> models.Index:
    """An index of the current rows, which most queries read."""
    return models.Index(fields=columns, condition=_CURRENT, name=f"current_{columns[0]}")


def _counted(*columns: str) -> models.Index:
    """The same, covering the columns that counting a list needs."""
    return _current(*columns, *_DAYS, "revision_to")


class OfferingContent(models.Model):
    """The values of a version that are never queried: all published values, and the short account of each.

    In a separate table, since rows that are scanned should be narrow, and shared by versions with the same digest.
    """

    digest = models.CharField(_("digest"), max_length=32, unique=True)
    facts = models.JSONField(_("published values"))
    account = models.JSONField(_("account"))
    """Packed by `registry.domain.accounts`."""
    behind = models.JSONField(_("behind its pins"), default=dict, blank=True)
    """Pinned field → value and short account accepted from its sources, null where nothing was. For a pinned field that
    is missing here it is unknown.
    """

    class Meta:
        verbose_name = _("content of a version")
        verbose_name_plural = _("contents of versions")

    def __str__(self) -> str:
        return self.digest


class OfferingVersion(OfferingColumns):
    """An offering as published from one revision until another (recorded time), for days from one until another (valid
    time).

    The current rows are among them. Rows are immutable, except for the revision that ends them, and for columns of the
    current row that change without a version (`registry.catalogue.versions`). Where a price has dates, a version has
    one row for each span of days (`registry.catalogue.stretches`). Only `registry.catalogue.publish` writes it.
    """

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="versions", db_index=False)
    content = models.ForeignKey(OfferingContent, on_delete=models.PROTECT, related_name="versions", db_index=False)
    key = models.CharField(_("id"), max_length=320)
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    model = models.ForeignKey(
        Model,
        verbose_name=_("model"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,
    )
    names = models.TextField(_("other names"), null=True, help_text=_("Written as `|a|b|`; null: not known."))
    pinned_fields = models.PositiveSmallIntegerField(_("pins"), null=True, help_text=_("Null: not known."))
    from_ledger = models.BooleanField(
        _("made of the ledger"),
        default=False,
        help_text=_("Published before versions were kept: names, pins and since when it is not listed are not known."),
    )
    revision_from = models.PositiveIntegerField(_("published in"))
    revision_to = models.PositiveIntegerField(_("replaced in"), default=OPEN)
    day_from = models.DateField(_("from day"))
    day_to = models.DateField(_("until before day"))

    class Meta:
        verbose_name = _("version of an offering")
        verbose_name_plural = _("versions of offerings")
        ordering = ("key", "revision_from", "day_from")
        indexes = (
            _counted("key"),
            _counted("input_price", "key"),
            _counted("output_price", "key"),
            _counted("provider", "key"),
            _current("model", "key"),
            _current("context_window"),
            _current("status"),
            _current("quality"),
            _current("updated_at"),
            models.Index(fields=("key", "revision_from", "revision_to", *_DAYS), name="version_key_span"),
            models.Index(
                fields=("input_price", "key", "revision_from", "revision_to", *_DAYS), name="version_price_span"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("offering", "revision_from", "day_from"), name="version_once"),
            models.CheckConstraint(condition=Q(revision_from__lt=F("revision_to")), name="version_revisions_in_order"),
            models.CheckConstraint(condition=Q(day_from__lt=F("day_to")), name="version_days_in_order"),
            models.CheckConstraint(
                condition=Q(input_price__isnull=True) | Q(input_price__gte=0), name="version_input_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(output_price__isnull=True) | Q(output_price__gte=0), name="version_output_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} r{self.revision_from}"

    @property
    def facts(self) -> dict[str, Any]:
        """All published values in canonical JSON."""
        facts: dict[str, Any] = self.content.facts
        return facts
