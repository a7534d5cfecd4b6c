from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.columns import OfferingColumns
from registry.models.model import Model
from registry.models.provider import Provider


class Offering(OfferingColumns):
    """One model at one provider: the unit that is priced and called. Only `registry.catalogue.publish` writes it.

    `facts` holds every published value in its canonical JSON form, and `provenance` the source, quality and reason of
    each. Its price columns are those of the day of its last publication; lists read the prices of the requested day
    from `OfferingVersion`.
    """

    key = models.CharField(_("id"), max_length=320, unique=True, help_text=_("provider/the provider's own id"))
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="offerings"
    )
    model = models.ForeignKey(
        Model, verbose_name=_("model"), null=True, blank=True, on_delete=models.PROTECT, related_name="offerings"
    )

    description = models.TextField(_("description"), blank=True)
    facts = models.JSONField(_("published values"), default=dict)
    provenance = models.JSONField(_("provenance"), default=dict)
    behind = models.JSONField(_("behind its pins"), default=dict, blank=True)
    """Pinned field → value and provenance accepted from its sources; null where nothing was."""
    pinned_fields = models.PositiveSmallIntegerField(_("pins"), default=0)
    disputed_fields = models.PositiveSmallIntegerField(_("conflicts"), default=0)
    revision = models.PositiveIntegerField(_("last revision"), default=0)
    serial = models.PositiveBigIntegerField(_("serial number"), default=0)
    """`Revision.serial` of its last write, including its provenance."""

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ("key",)
        indexes = (
            models.Index(fields=("provider", "key"), name="offering_provider_key"),
            models.Index(fields=("model", "key"), name="offering_model_key"),
            models.Index(fields=("input_price",), name="offering_input_price"),
            models.Index(fields=("output_price",), name="offering_output_price"),
            models.Index(fields=("context_window",), name="offering_context_window"),
            models.Index(fields=("status",), name="offering_status"),
            models.Index(fields=("quality",), name="offering_quality"),
            models.Index(fields=("source",), name="offering_source"),
            models.Index(fields=("pricing",), name="offering_pricing"),
            models.Index(fields=("retires_on",), name="offering_retires_on"),
            models.Index(fields=("updated_at",), name="offering_updated_at"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(input_price__isnull=True) | models.Q(input_price__gte=0),
                name="input_price_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(output_price__isnull=True) | models.Q(output_price__gte=0),
                name="output_price_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.key
