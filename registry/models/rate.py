from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.offering import Offering
from registry.rates import METERS, Amounts


class Rate(models.Model):
    """One price of an offering, in one span of time, as it was published by one revision and until another.

    Two clocks: `valid_from`/`valid_to` say when the price holds; `revision_from`/`revision_to` when the registry said
    so. A rate is never changed: it is closed (`revision_to`) and another is written. The amount in full precision
    stands in the offering's facts and in the ledger; this row is for asking questions.
    """

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="rates")
    field = models.CharField(_("rate"), max_length=250)
    meter = models.CharField(_("meter"), max_length=20, choices=[(m, m) for m in METERS])
    modality = models.CharField(_("modality"), max_length=40, blank=True)
    unit = models.CharField(_("unit"), max_length=30)
    ttl = models.CharField(_("cache life"), max_length=20, blank=True)
    tier = models.CharField(_("service tier"), max_length=40, blank=True)
    above = models.PositiveBigIntegerField(_("above input tokens"), default=0)
    beyond = models.PositiveBigIntegerField(_("marginal, beyond units"), default=0)
    region = models.CharField(_("region"), max_length=80, blank=True)
    schedule = models.CharField(_("schedule"), max_length=120, blank=True)
    plan = models.CharField(_("plan"), max_length=80, blank=True)
    detail = models.CharField(_("parameters"), max_length=80, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=[(a.value, a.value) for a in Amounts])
    amount = models.DecimalField(_("amount"), max_digits=30, decimal_places=15, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    revision_from = models.PositiveIntegerField(_("published in"))
    revision_to = models.PositiveIntegerField(_("replaced in"), null=True, blank=True)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ("offering", "field", "valid_from", "revision_from")
        indexes = (
            models.Index(fields=("offering", "revision_to"), name="rate_current"),
            models.Index(fields=("meter", "amount"), name="rate_meter_amount"),
        )
        # What the core refuses, the tables refuse too, whoever writes to them.
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="priced", amount__isnull=False, amount__gt=0)
                | (~models.Q(state="priced") & models.Q(amount__isnull=True)),
                name="rate_amount_fits_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[amount.value for amount in Amounts]), name="rate_state_known"
            ),
            models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z][A-Z][A-Z]$"), name="rate_currency_code"),
            models.CheckConstraint(condition=models.Q(above=0) | models.Q(beyond=0), name="rate_one_kind_of_band"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_from__lt=models.F("valid_to")),
                name="rate_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(revision_to__isnull=True) | models.Q(revision_from__lt=models.F("revision_to")),
                name="rate_revisions_in_order",
            ),
            models.UniqueConstraint(
                fields=("offering", "field", "valid_from", "revision_from"), name="rate_once_per_revision"
            ),
            # Two, since a start that is open (null) is not equal to another one.
            models.UniqueConstraint(
                fields=("offering", "field", "valid_from"),
                condition=models.Q(revision_to__isnull=True, valid_from__isnull=False),
                name="rate_current_once",
            ),
            models.UniqueConstraint(
                fields=("offering", "field"),
                condition=models.Q(revision_to__isnull=True, valid_from__isnull=True),
                name="rate_current_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.offering_id} {self.field}"
